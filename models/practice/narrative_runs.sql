-- In how many rounds in a row the lead line has told the same story of an open commitment, but for spaces and capitals.
with commitments as (
  select * from {{ ref('commitments') }} where is_open
),

reports as (
  select * from {{ ref('int_update_sequence') }} where reporting_line = 'lead'
),

run_starts as (
  select commitment_id, max(line_position) as line_position
  from reports
  where not is_copied_forward
  group by commitment_id
),

runs as (
  select
    reports.commitment_id,
    count(distinct reports.round_id) as same_rounds,
    min(reports.as_of_date) as since_date
  from reports
  inner join run_starts
    on reports.commitment_id = run_starts.commitment_id
    and reports.line_position >= run_starts.line_position
  group by reports.commitment_id
)

select
  commitments.commitment_id,
  commitments.lead_agency_id_as_now as agency_id,
  commitments.progress_pct,
  runs.same_rounds,
  runs.since_date,
  runs.same_rounds >= {{ parameter('copy_forward_rounds') }} and coalesce(commitments.progress_pct < 100, true)
    as is_copied_forward
from commitments
inner join runs on commitments.commitment_id = runs.commitment_id
