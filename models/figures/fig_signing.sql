with commitments as (
  select
    commitment_id,
    coalesce(document_id, commitment_id) as document_key,
    cast(signed_year as varchar) as year,
    signed_year || '-Q' || quarter(signed_date) as quarter
  from {{ ref('commitments') }}
),

periods as (
  select commitment_id, document_key, 'year' as dimension, year as period from commitments
  union all
  select commitment_id, document_key, 'quarter', quarter from commitments
  union all
  select commitment_id, document_key, 'national', null from commitments
),

counted as (
  select dimension, period, count(*) as commitment_count, count(distinct document_key) as document_count,
    {{ row_set('true') }} as row_set_sha256
  from periods
  group by dimension, period
),

long as (
  select 'signed_in_period' as indicator, dimension, period, commitment_count as numerator, row_set_sha256
  from counted where dimension <> 'national'
  union all
  select 'documents_signed', dimension, period, document_count, row_set_sha256 from counted
)

select
  indicator, dimension, coalesce(period, 'all') as member, period, cast(numerator as decimal(28, 6)) as value, numerator,
  cast(null as bigint) as denominator, 'count' as unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound,
  case dimension when 'year' then 'signed_year = ' || period when 'quarter' then 'signed in ' || period else 'true' end as row_filter,
  row_set_sha256
from long
