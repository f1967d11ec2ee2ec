-- "Nothing outstanding" on the day that the claim speaks of, under the three readings of §5.2 for key projects, and for all
-- commitments: the backlog of that day with the deadlines in force then, as known by K. What was extended later was outstanding.
-- The register is looked at on the cut-offs of rounds and at T; a claim about another day has no count.
with claims as (
  select * from {{ ref('as_of_claims') }} where is_covered and test = 'zero_backlog'
),

looks as (
  select as_of_id, valid_date from {{ ref('as_of_dates') }} where as_of_id <> 'previous'
),

stuck as (
  select as_of_id, commitment_id, {{ is_stuck() }} as is_stuck
  from {{ ref('as_of_sequence') }}
  where reporting_line = 'lead' and is_latest
),

populations as (
  select populations.*, coalesce(stuck.is_stuck, false) as is_stuck
  from {{ ref('as_of_populations') }} as populations
  left join stuck using (as_of_id, commitment_id)
),

counted as (
  select
    claims.claim_id,
    looks.as_of_id,
    count(*) filter (where populations.is_overdue and populations.is_key_project) as stated,
    count(*) filter (where populations.is_overdue_baseline and populations.is_key_project) as overdue_baseline,
    count(*) filter (where populations.is_open and populations.is_stuck and populations.is_key_project) as difficulty_no_progress,
    count(*) filter (where populations.is_overdue) as all_commitments
  from claims
  left join looks on claims.period_end = looks.valid_date
  left join populations on looks.as_of_id = populations.as_of_id
  group by claims.claim_id, looks.as_of_id
),

long as (
  {% for scope in ['stated', 'overdue_baseline', 'difficulty_no_progress', 'all_commitments'] %}
  select claim_id, '{{ scope }}' as scope_id, as_of_id, {{ scope }} as outstanding_count from counted
  {{ 'union all' if not loop.last }}
  {% endfor %}
)

select
  claim_id,
  scope_id,
  scope_id = 'stated' as is_stated_scope,
  case when as_of_id is not null then outstanding_count end as outstanding_count
from long
