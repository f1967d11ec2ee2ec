with claims as (
  select * from {{ ref('claims') }}
),

long as (
  select 'claim_register' as indicator, 'claim' as dimension, claim_id as member, cast(register_value as decimal(28, 6)) as value,
    cast(null as decimal(28, 6)) as lower_bound, cast(null as decimal(28, 6)) as upper_bound
  from claims
  union all
  select 'claim_published', 'claim', claim_id, cast(quantity as decimal(28, 6)), cast(value_low as decimal(28, 6)),
    cast(value_high as decimal(28, 6))
  from claims
  union all
  select 'claim_verdicts', 'verdict', verdict, cast(count(*) as decimal(28, 6)), null, null
  from claims group by verdict
  union all
  select 'claim_pairs', 'agreement', case when is_consistent then 'consistent' else 'inconsistent' end,
    cast(count(*) as decimal(28, 6)), null, null
  from {{ ref('claim_pairs') }} group by is_consistent
)

select indicator, dimension, member, cast(null as varchar) as period, value,
  cast(null as bigint) as numerator, cast(null as bigint) as denominator,
  'number' as unit, lower_bound, upper_bound,
  case indicator
    when 'claim_verdicts' then 'claims: verdict = ' || member
    when 'claim_pairs' then 'claim_pairs: is_consistent = ' || (member = 'consistent')
    else 'claims: claim_id = ' || member
  end as row_filter,
  sha256(member) as row_set_sha256
from long
