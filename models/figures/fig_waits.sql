-- What follows a difficulty, as figures. A member is the wait, with .<days> or .<part> behind it where there are several.
with summaries as (
  select *, 'difficulty_waits: event = ''' || event || '''' as row_filter
  from {{ ref('lag_summaries') }}
  where series = 'difficulties'
),

horizons as (
  select horizons.*, summaries.estimated_count, summaries.row_filter, summaries.row_set_sha256
  from {{ ref('lag_horizons') }} as horizons
  inner join summaries on horizons.event = summaries.event and horizons.series = summaries.series
),

long as (
  select 'wait_median_km' as indicator, 'wait' as dimension, event as member, cast(null as varchar) as period,
    cast(km_median as decimal(28, 6)) as value, event_count as numerator, estimated_count as denominator, 'days' as unit,
    km_median_lower as lower_bound, km_median_upper as upper_bound, row_filter, row_set_sha256
  from summaries
  {% for part in ['event', 'competing', 'censored'] %}
  union all
  select 'wait_outcomes', 'wait_part', event || '.{{ part }}', null, {{ part }}_count, {{ part }}_count, commitment_count, 'count',
    null, null, row_filter || ' and outcome = ''{{ part }}''', row_set_sha256
  from summaries
  {% endfor %}
  union all
  select 'wait_at_risk', 'wait_horizon', event || '.' || days, cast(days as varchar), at_risk, at_risk, null, 'count', null, null,
    row_filter, row_set_sha256
  from horizons
  union all
  select 'wait_cif', 'wait_horizon', event || '.' || days, cast(days as varchar), 100 * incidence, events, estimated_count,
    'per_cent', 100 * incidence_lower, 100 * incidence_upper, row_filter, row_set_sha256
  from horizons where days between 90 and 365
)

select
  indicator, dimension, member, period, cast(value as decimal(28, 6)) as value, cast(numerator as bigint) as numerator,
  cast(denominator as bigint) as denominator, unit, cast(lower_bound as decimal(28, 6)) as lower_bound,
  cast(upper_bound as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
