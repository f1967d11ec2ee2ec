with results as (
  select * from {{ source('quality', 'check_results') }}
),

findings as (
  select * from {{ source('quality', 'findings') }}
),

long as (
  select 'findings' as indicator, 'rule' as dimension, rule_id as member, cast(failing_count as bigint) as numerator from results
  union all
  select 'checked', 'rule', rule_id, cast(checked_count as bigint) from results
  union all
  select 'findings', 'severity', severity, cast(sum(cast(failing_count as bigint)) as bigint) from results group by severity
  union all
  select 'findings', 'national', 'all', coalesce(cast(sum(cast(failing_count as bigint)) as bigint), 0) from results
  union all
  select 'findings', 'agency', agency_id, count(*) from findings where agency_id is not null group by agency_id
  union all
  select 'rules', 'result', result, count(*) from results group by result
  union all
  select 'rules', 'national', 'all', count(*) from results
)

select indicator, dimension, member, cast(null as varchar) as period, cast(numerator as decimal(28, 6)) as value, numerator,
  cast(null as bigint) as denominator, 'count' as unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, 'findings: ' || dimension || ' = ' || member as row_filter,
  sha256(indicator || dimension || member) as row_set_sha256
from long
