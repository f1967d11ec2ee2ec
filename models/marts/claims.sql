-- One row per published figure with the verdict of its tests. A claim is never called wrong: it reconciles, reconciles under
-- another scope, does not reconcile with this register, or cannot be tested with it.
with claims as (
  select * from {{ ref('as_of_claims') }}
),

tests as (
  select * from {{ ref('claim_tests') }}
),

summed as (
  select
    claim_id,
    max(register_value) filter (where is_stated_scope) as register_value,
    max(gap) filter (where is_stated_scope) as gap,
    bool_or(is_reconciled) filter (where is_stated_scope) as reconciles_stated,
    bool_or(is_reconciled) as reconciles_any,
    string_agg(scope_id, ' ' order by scope_id) filter (where is_reconciled and not is_stated_scope) as reconciling_scopes
  from tests
  group by claim_id
)

select
  claims.* exclude (is_covered),
  summed.register_value,
  summed.gap,
  summed.reconciling_scopes,
  case
    when summed.register_value is null then 'not_testable'
    when summed.reconciles_stated then 'reconciles'
    when summed.reconciles_any then 'reconciles_alt'
    else 'does_not_reconcile'
  end as verdict
from claims
left join summed on claims.claim_id = summed.claim_id
