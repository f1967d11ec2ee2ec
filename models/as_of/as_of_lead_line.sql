-- What the lead line has said of each commitment by T and K: the last value given for each date, and the last report.
with sequence as (
  select
    *,
    coalesce(max(case when status <> 'completed' then line_position end) over commitment, 0) as last_open_position
  from {{ ref('as_of_reports') }}
  where reporting_line = 'lead'
  window commitment as (partition by as_of_id, commitment_id)
),

last_given as (
  select
    as_of_id,
    commitment_id,
    arg_max(assigned_date, line_position) filter (where assigned_date is not null) as assigned_date,
    arg_max(plan_approved_date, line_position) filter (where plan_approved_date is not null) as plan_approved_date,
    arg_max(started_date, line_position) filter (where started_date is not null) as started_date,
    arg_max(current_deadline, line_position) filter (where current_deadline is not null) as current_deadline,
    coalesce(arg_max(is_deadline_removed, line_position) filter (where current_deadline is not null or is_deadline_removed), false)
      as is_deadline_removed,
    max(as_of_date) as last_as_of_date,
    max(as_of_date) filter (where is_substantive) as last_substantive_date,
    max(as_of_date) filter (where status <> 'completed') as last_as_of_not_completed,
    min(as_of_date) filter (where line_position > last_open_position) as first_as_of_completed,
    arg_max(evidence_grade, line_position)
      filter (where status = 'completed' and evidence_grade is not null) as completion_evidence_grade,
    count(*) as report_count
  from sequence
  group by as_of_id, commitment_id
),

latest as (
  select
    last_given.*,
    sequence.agency_id as reporting_agency_id,
    sequence.status as reported_status,
    sequence.progress_pct,
    sequence.told_progress_pct,
    sequence.is_taken_back,
    sequence.completed_date,
    sequence.completed_precision,
    sequence.difficulty_code,
    sequence.within_competence,
    sequence.recommendation is not null as has_recommendation,
    sequence.source_file,
    sequence.source_row
  from last_given
  inner join sequence
    on last_given.commitment_id = sequence.commitment_id
    and last_given.as_of_id = sequence.as_of_id
  where sequence.is_latest
)

select * from latest
