-- One row per commitment of U with every fact that the populations are drawn from. No judgement yet.
with commitments as (
  select * from {{ ref('int_commitments_known') }}
),

effective as (
  select * from {{ ref('int_effective_status') }}
),

completions as (
  select * from {{ ref('int_completions') }}
),

lead_line as (
  select * from {{ ref('int_lead_line') }}
),

current_leads as (
  select commitment_id, agency_id from {{ ref('int_lead_periods') }} where is_last
),

facts as (
  select
    commitments.*,
    current_leads.agency_id as lead_agency_id_as_now,
    effective.reported_status,
    effective.effective_status,
    effective.has_conflict,
    effective.has_unresolved_conflict,
    completions.earliest_completed_date,
    completions.completed_date,
    coalesce(completions.is_completion_interval, false) as is_completion_interval,
    completions.completion_evidence_grade,
    coalesce(lead_line.current_deadline, commitments.baseline_deadline) as current_deadline,
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
  inner join effective on commitments.commitment_id = effective.commitment_id
  inner join current_leads on commitments.commitment_id = current_leads.commitment_id
  left join completions on commitments.commitment_id = completions.commitment_id
  left join lead_line on commitments.commitment_id = lead_line.commitment_id
)

select * from facts
