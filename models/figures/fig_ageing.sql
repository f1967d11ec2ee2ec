with commitments as (
  select * from {{ ref('commitments') }}
),

facts as (
  select dimensions.dimension, dimensions.member, commitments.*
  from {{ ref('commitment_dimensions') }} as dimensions
  inner join commitments using (commitment_id)
),

bands as (
  select unnest({{ ageing_bands() }}) as band
),

-- each year of signing with each band, an empty one too
years as (
  select distinct signed_year, bands.band from commitments cross join bands
),

by_band as (
  select 'ageing' as indicator, 'ageing_band' as dimension, bands.band as member,
    count(commitment_id) as numerator, {{ row_set('commitment_id is not null') }} as row_set_sha256,
    'ageing_band = ''' || bands.band || '''' as row_filter
  from bands left join commitments on commitments.ageing_band = bands.band
  group by bands.band
  union all
  select 'ageing_baseline', 'ageing_band', bands.band,
    count(commitment_id), {{ row_set('commitment_id is not null') }},
    'ageing_band_baseline = ''' || bands.band || ''''
  from bands left join commitments on commitments.ageing_band_baseline = bands.band
  group by bands.band
  {%- for indicator, column in [('ageing', 'ageing_band'), ('ageing_baseline', 'ageing_band_baseline')] %}
  union all
  select '{{ indicator }}', 'signed_year_ageing_band', years.signed_year || '.' || years.band,
    count(commitment_id), {{ row_set('commitment_id is not null') }},
    'signed_year = ' || years.signed_year || ' and {{ column }} = ''' || years.band || ''''
  from years left join commitments on commitments.{{ column }} = years.band and commitments.signed_year = years.signed_year
  group by years.signed_year, years.band
  {%- endfor %}
),

overdue as (
  select dimension, member,
    cast(sum(days_overdue) as bigint) as total, count(*) as n, max(days_overdue) as longest,
    quantile_disc(days_overdue, 0.5) as middle, {{ row_set('true') }} as row_set_sha256
  from facts where is_overdue group by dimension, member
),

by_days as (
  select 'overdue_days_total' as indicator, dimension, member, cast(total as decimal(28, 6)) as value, total as numerator,
    cast(null as bigint) as denominator, row_set_sha256 from overdue
  union all
  select 'overdue_days_mean', dimension, member,
    cast(round(cast(total as decimal(28, 10)) / n, 6) as decimal(28, 6)), total, n, row_set_sha256 from overdue
  union all
  select 'overdue_days_median', dimension, member, cast(middle as decimal(28, 6)), middle, n, row_set_sha256 from overdue
  union all
  select 'overdue_days_max', dimension, member, cast(longest as decimal(28, 6)), longest, n, row_set_sha256 from overdue
)

select indicator, dimension, member, cast(null as varchar) as period, cast(numerator as decimal(28, 6)) as value, numerator,
  cast(null as bigint) as denominator, 'count' as unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from by_band
union all
select indicator, dimension, member, null, value, numerator, denominator, 'days', null, null, 'is_overdue', row_set_sha256
from by_days
