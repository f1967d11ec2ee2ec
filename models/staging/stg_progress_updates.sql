with raw as (
  select * from ({{ raw_rows(source('package', 'progress_updates')) }})
),

typed as (
  select
    commitment_id,
    round_id,
    agency_id,
    cast(revision as integer) as revision,
    cast(as_of_date as date) as as_of_date,
    status,
    status_change_reason,
    cast(progress_pct as integer) as progress_pct,
    trim(narrative) as narrative,
    cast(assigned_date as date) as assigned_date,
    cast(plan_approved_date as date) as plan_approved_date,
    cast(started_date as date) as started_date,
    cast(completed_date as date) as completed_date,
    completed_precision,
    cast(current_due_date as date) as current_due_date,
    current_due_precision,
    trim(due_change_reason) as due_change_reason,
    evidence_grade,
    trim(evidence_ref) as evidence_ref,
    cast(evidence_date as date) as evidence_date,
    trim(difficulty_code) as difficulty_code,
    trim(difficulty_note) as difficulty_note,
    cast(within_competence as boolean) as within_competence,
    trim(recommendation) as recommendation,
    addressed_to,
    cast(no_change_confirmed as boolean) as no_change_confirmed,
    {{ period_end('cast(current_due_date as date)', 'current_due_precision') }} as current_deadline,
    -- an empty deadline means that the one before still holds, unless the report says that there is none any more
    coalesce(current_due_date is null and current_due_precision = 'none', false) as is_deadline_removed,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
