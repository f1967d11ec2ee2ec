with claims as (
  select * from {{ ref('claims') }}
),

pairs as (
  select *, claim_id || '/' || other_claim_id || '/' || third_claim_id || '/' || relation as pair_key from {{ ref('claim_pairs') }}
),

long as (
  select 'claim_register' as indicator, 'claim' as dimension, claim_id as member, cast(register_value as decimal(28, 6)) as value,
    cast(null as decimal(28, 6)) as lower_bound, cast(null as decimal(28, 6)) as upper_bound,
    'claims: (claim_id = ''' || claim_id || ''')' as row_filter, sha256(claim_id) as row_set_sha256
  from claims
  union all
  select 'claim_published', 'claim', claim_id, cast(quantity as decimal(28, 6)), cast(value_low as decimal(28, 6)),
    cast(value_high as decimal(28, 6)), 'claims: (claim_id = ''' || claim_id || ''')', sha256(claim_id)
  from claims
  union all
  select 'claim_verdicts', 'verdict', verdict, cast(count(*) as decimal(28, 6)), null, null,
    'claims: (verdict = ''' || verdict || ''')', {{ row_set('true', 'claim_id') }}
  from claims group by verdict
  union all
  select 'claim_pairs', 'agreement', case when is_consistent then 'consistent' else 'inconsistent' end,
    cast(count(*) as decimal(28, 6)), null, null,
    'claim_pairs: (is_consistent = ' || is_consistent || ')', {{ row_set('true', 'pair_key') }}
  from pairs group by is_consistent
)

select indicator, dimension, member, cast(null as varchar) as period, value,
  cast(null as bigint) as numerator, cast(null as bigint) as denominator,
  'number' as unit, lower_bound, upper_bound, row_filter, row_set_sha256
from long
