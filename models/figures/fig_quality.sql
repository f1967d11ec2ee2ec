with results as (
  select rule_id, severity, result, cast(failing_count as bigint) as failing_count, cast(checked_count as bigint) as checked_count
  from {{ source('quality', 'check_results') }}
),

findings as (
  select * from {{ source('quality', 'findings') }}
),

-- rows of the findings that are shown; a rule also counts those on commitments that are not public
shown as (
  select results.*, findings.finding_id from results left join findings on results.rule_id = findings.rule_id
),

long as (
  select 'findings' as indicator, 'rule' as dimension, rule_id as member, any_value(failing_count) as numerator,
    'findings: (rule_id = ''' || rule_id || ''')' as row_filter, {{ row_set('finding_id is not null', 'finding_id') }} as row_set_sha256
  from shown group by rule_id
  union all
  select 'checked', 'rule', rule_id, checked_count, 'check_results: (rule_id = ''' || rule_id || ''')', sha256(rule_id) from results
  union all
  select 'findings', 'severity', severity, cast(sum(failing_count) as bigint), 'check_results: (severity = ''' || severity || ''')',
    {{ row_set('true', 'rule_id') }}
  from results group by severity
  union all
  select 'findings', 'national', 'all', coalesce(cast(sum(failing_count) as bigint), 0), 'check_results: (true)', {{ row_set('true', 'rule_id') }}
  from results
  union all
  select 'findings', 'agency', agency_id, count(*), 'findings: (agency_id = ''' || agency_id || ''')', {{ row_set('true', 'finding_id') }}
  from findings where agency_id is not null group by agency_id
  union all
  select 'rules', 'result', result, count(*), 'check_results: (result = ''' || result || ''')', {{ row_set('true', 'rule_id') }}
  from results group by result
  union all
  select 'rules', 'national', 'all', count(*), 'check_results: (true)', {{ row_set('true', 'rule_id') }} from results
)

select indicator, dimension, member, cast(null as varchar) as period, cast(numerator as decimal(28, 6)) as value, numerator,
  cast(null as bigint) as denominator, 'count' as unit, cast(null as decimal(28, 6)) as lower_bound,
  cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
