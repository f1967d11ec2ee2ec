-- One row per commitment of the edition: what it is, who answers for it, where it stands, and which populations it is in.
with populations as (
  select * from {{ ref('int_populations') }}
),

judged as (
  select
    *,
    case
      when population_class = 'completed' and current_deadline is null then 'completed_no_deadline'
      when population_class = 'completed' and is_on_time_current then 'completed_on_time'
      when population_class = 'completed' then 'completed_late'
      when population_class = 'open_in_term' then 'open_in_time'
      else case when is_open then population_class end
    end as completion_class,
    {{ ageing_band('days_overdue') }} as ageing_band,
    {{ ageing_band('days_overdue_baseline') }} as ageing_band_baseline,
    is_open and assigned_date is null and valid_date - signed_date > {{ parameter('assignment_days') }} as is_unassigned,
    case
      when not is_open then null
      when last_substantive_date is null then 'no_information'
      when valid_date - last_substantive_date <= {{ parameter('current_update_days') }} then 'current'
      when valid_date - last_substantive_date <= {{ parameter('stale_days') }} then 'ageing'
      when valid_date - last_substantive_date <= {{ parameter('dead_days') }} then 'stale'
      else 'dead'
    end as freshness,
    is_on_time_current and is_due_current and not is_on_time_baseline as is_on_time_only_extended,
    current_deadline - baseline_deadline as slip_days
  from populations
)

select
  commitment_id, document_id, title_en, title_vi, title_vi_basis, instrument_id, instrument_class,
  signed_date, signed_precision, signed_year, activity_id, partner_id, counterpart, field_id, field_group_id,
  lead_agency_id as lead_agency_id_as_was, lead_agency_id_as_now, lead_basis,
  is_key_project, is_ongoing_framework, deadline_grade, recorded_date, source_url, source_date,
  reported_status, effective_status, population_class, completion_class,
  baseline_deadline, current_deadline, slip_days,
  assigned_date, plan_approved_date, started_date, earliest_completed_date, completed_date, is_completion_interval,
  completion_evidence_grade, exit_type, exit_date, exit_decided_by, successor_id,
  progress_pct, last_as_of_date, last_substantive_date, freshness, report_count,
  difficulty_code, within_competence, has_recommendation,
  is_eligible, is_completed, is_open, is_overdue, is_overdue_baseline, is_due_baseline, is_due_current,
  is_on_time_baseline, is_on_time_current, may_be_on_time_baseline, may_be_on_time_current, is_on_time_only_extended,
  may_be_completed, is_verified, is_unassigned, has_conflict, has_unresolved_conflict,
  days_overdue, days_overdue_baseline, ageing_band, ageing_band_baseline
from judged
