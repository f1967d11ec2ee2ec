with obligations as (
  select * from {{ ref('agency_rounds') }}
),

grouped as (
  select *, 'national' as dimension, 'all' as member, cast(null as varchar) as period from obligations
  union all
  select *, 'round', round_id, round_id from obligations
  union all
  select *, 'agency', agency_id, null from obligations
),

counted as (
  select
    dimension, member, period,
    count(*) as obligations,
    count(*) filter (where is_on_time) as on_time,
    count(*) filter (where is_received) as received,
    count(*) filter (where is_received and first_verdict = 'accepted') as accepted,
    cast(sum(reported_count) as bigint) as reported,
    cast(sum(open_led_count) as bigint) as led,
    sha256(string_agg(round_id || agency_id, ',' order by round_id, agency_id)) as row_set_sha256
  from grouped
  group by dimension, member, period
),

long as (
  select 'RT1' as indicator, dimension, member, period, on_time as numerator, obligations as denominator, row_set_sha256 from counted
  union all
  select 'RT2', dimension, member, period, received, obligations, row_set_sha256 from counted
  union all
  select 'RT4', dimension, member, period, accepted, received, row_set_sha256 from counted
  union all
  select 'RT5', dimension, member, period, reported, led, row_set_sha256 from counted
)

select
  indicator, dimension, member, period, {{ exact_share('numerator', 'denominator') }} as value, numerator, denominator,
  'share' as unit, cast(null as decimal(28, 6)) as lower_bound, cast(null as decimal(28, 6)) as upper_bound,
  'agency_rounds' as row_filter, row_set_sha256
from long
