-- One row per report that the edition knows, with how fresh it is and whether it says anything new.
with sequence as (
  select * from {{ ref('int_update_sequence') }}
)

select
  commitment_id, round_id, agency_id, revision, reporting_line, line_position, is_latest,
  as_of_date, received_at, received_date - as_of_date as information_lag_days,
  status, status_change_reason, progress_pct, narrative,
  assigned_date, plan_approved_date, started_date, completed_date, completed_precision,
  current_deadline, is_deadline_removed, due_change_reason, evidence_grade, evidence_ref, evidence_date,
  difficulty_code, difficulty_note, within_competence, recommendation, addressed_to, no_change_confirmed,
  previous_as_of_date, previous_status, previous_progress_pct, previous_current_deadline,
  is_substantive, is_copied_forward,
  source_file, source_row
from sequence
