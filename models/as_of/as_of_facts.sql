-- One row per commitment of U with every fact that the populations are drawn from. No judgement yet.
with commitments as (
  select * from {{ ref('as_of_commitments') }}
),

effective as (
  select * from {{ ref('as_of_effective_status') }}
),

completions as (
  select * from {{ ref('as_of_completions') }}
),

lead_line as (
  select * from {{ ref('as_of_lead_line') }}
),

current_leads as (
  select as_of_id, commitment_id, agency_id from {{ ref('as_of_lead_periods') }} where is_last
),

facts as (
  select
    commitments.*,
    current_leads.agency_id as lead_agency_id_as_now,
    effective.reported_status,
    effective.effective_status,
    effective.has_conflict,
    effective.has_unresolved_conflict,
    effective.earliest_claimed_date,
    completions.earliest_completed_date,
    completions.completed_date,
    coalesce(completions.is_completion_interval, false) as is_completion_interval,
    completions.completion_evidence_grade,
    {{ standing_deadline('lead_line', 'commitments') }} as current_deadline,
    lead_line.assigned_date,
    lead_line.plan_approved_date,
    lead_line.started_date,
    lead_line.progress_pct,
    lead_line.last_as_of_date,
    lead_line.last_substantive_date,
    lead_line.difficulty_code,
    lead_line.within_competence,
    coalesce(lead_line.has_recommendation, false) as has_recommendation,
    coalesce(lead_line.report_count, 0) as report_count
  from commitments
  inner join effective using (as_of_id, commitment_id)
  inner join current_leads using (as_of_id, commitment_id)
  left join completions using (as_of_id, commitment_id)
  left join lead_line using (as_of_id, commitment_id)
)

select * from facts
