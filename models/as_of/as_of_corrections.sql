-- Reports of completion that the body which made them later took back as an error, with what stood before them and stands
-- instead (§5.7): all in a row right before its report that gives the error as the reason of its step back. Successive leads are
-- one body, each co-lead is another. Only the knowledge of the edition has them.
with reports as (
  select * from {{ ref('as_of_sequence') }} where as_of_id = 'edition'
),

-- a run begins with a report that does not say completed, and goes on with those after it that do
runs as (
  select
    *,
    count(*) filter (where status <> 'completed') over (partition by commitment_id, reporting_line order by line_position) as run_number
  from reports
),

openings as (
  select * from runs where status <> 'completed'
),

taken_back as (
  select commitment_id, reporting_line, run_number - 1 as run_number, status
  from openings
  where status in ('not_started', 'in_progress', 'suspended') and status_change_reason = 'error'
)

select
  runs.commitment_id,
  runs.source_file,
  runs.source_row,
  coalesce(openings.status, taken_back.status) as standing_status,
  openings.progress_pct as standing_progress_pct
from runs
inner join taken_back using (commitment_id, reporting_line, run_number)
left join openings using (commitment_id, reporting_line, run_number)
where runs.status = 'completed'
