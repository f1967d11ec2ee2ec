-- Each report as it counts: one that its author took back as an error says what stood before it. An error restates the past, with
-- the knowledge of the edition at every date; what was published at the time, with the knowledge of its own time, stays as it was.
{{ config(materialized='view') }}
with sequence as (
  select * from {{ ref('as_of_sequence') }}
),

corrections as (
  select * from {{ ref('as_of_corrections') }}
)

select
  sequence.* replace (
    case when corrections.commitment_id is null then sequence.status else corrections.standing_status end as status,
    case when corrections.commitment_id is null then sequence.progress_pct else corrections.standing_progress_pct end as progress_pct,
    case when corrections.commitment_id is null then sequence.completed_date end as completed_date,
    case when corrections.commitment_id is null then sequence.completed_precision end as completed_precision,
    case when corrections.commitment_id is null then sequence.evidence_grade end as evidence_grade
  ),
  sequence.progress_pct as told_progress_pct,
  corrections.commitment_id is not null as is_taken_back
from sequence
left join corrections
  on sequence.commitment_id = corrections.commitment_id
  and sequence.source_file = corrections.source_file
  and sequence.source_row = corrections.source_row
  and sequence.as_of_id <> 'previous'
