-- Each published figure against the register under its stated scope and under alternatives: one row per claim and scope.
-- The unit of a published count is the document.
with claims as (
  select * from {{ ref('as_of_claims') }} where is_covered
),

documents as (
  select
    commitments.*,
    coalesce(commitments.document_id, commitments.commitment_id) as document_key,
    agencies.kind as lead_kind
  from {{ ref('commitments') }} as commitments
  left join {{ ref('stg_agencies') }} as agencies on commitments.lead_agency_id_as_was = agencies.agency_id
),

scopes as (
  select * from (values
    ('stated', true), ('commitments', false), ('known_then', false), ('agencies_only', false), ('without_statements', false)
  ) as t (scope_id, is_stated_scope)
),

counted as (
  select
    claims.claim_id,
    scopes.scope_id,
    scopes.is_stated_scope,
    {% set of_fields = "list_contains(string_split(claims.field_ids, ' '), documents.field_group_id)" %}
    {% for name, start, stop, part in [('period', 'period_start', 'period_end', 'true'),
      ('base', 'base_period_start', 'base_period_end', 'true'), ('field', 'period_start', 'period_end', of_fields)] %}
    case
      when scopes.scope_id = 'commitments'
        then count(documents.commitment_id) filter (where {{ in_claim(start, stop) }} and {{ part }})
      else count(distinct documents.document_key) filter (where {{ in_claim(start, stop) }} and {{ part }}
        and (scopes.scope_id <> 'known_then' or documents.recorded_date <= claims.stated_date)
        and (scopes.scope_id <> 'agencies_only' or documents.lead_kind not in ('enterprise', 'organisation', 'not_stated'))
        and (scopes.scope_id <> 'without_statements' or documents.instrument_class <> 'leaders_statement_understanding'))
    end as {{ name }}_count{{ ',' if not loop.last }}
    {% endfor %}
  from claims
  cross join scopes
  left join documents on documents.signed_date <= coalesce(claims.period_end, documents.signed_date)
    and (claims.activity_id is null or documents.activity_id = claims.activity_id)
  where claims.test in ('count_signed', 'count_activity', 'ratio_signed', 'share_fields')
  group by claims.claim_id, scopes.scope_id, scopes.is_stated_scope
),

activities as (
  select claims.claim_id, count(activities.activity_id) as activity_count
  from claims
  left join {{ ref('stg_activities') }} as activities
    on activities.start_date between claims.period_start and claims.period_end
  where claims.test = 'count_activities'
  group by claims.claim_id
),

valued as (
  select
    counted.claim_id,
    counted.scope_id,
    counted.is_stated_scope,
    case claims.test
      when 'ratio_signed' then {{ exact_share('period_count', 'base_count') }}
      when 'share_fields' then 100 * {{ exact_share('field_count', 'period_count') }}
      else cast(period_count as decimal(28, 6))
    end as register_value
  from counted
  inner join claims on counted.claim_id = claims.claim_id
  union all
  select claim_id, 'stated', true, cast(activity_count as decimal(28, 6)) from activities
  union all
  select claim_id, scope_id, is_stated_scope, cast(outstanding_count as decimal(28, 6)) from {{ ref('claim_backlogs') }}
),

compared as (
  select valued.*, claims.value_low, claims.value_high
  from valued
  inner join claims on valued.claim_id = claims.claim_id
)

select
  claim_id,
  scope_id,
  is_stated_scope,
  register_value,
  coalesce(register_value between value_low and value_high, false) as is_reconciled,
  case
    when register_value < value_low then cast(register_value - value_low as decimal(28, 6))
    when register_value > value_high then cast(register_value - value_high as decimal(28, 6))
    when register_value is not null then cast(0 as decimal(28, 6))
  end as gap
from compared
