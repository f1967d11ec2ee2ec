-- The difficulty that stands on each open commitment, and since when the lead line has named it without a break.
with commitments as (
  select * from {{ ref('commitments') }} where is_open and difficulty_code is not null
),

edition as (
  select * from {{ ref('editions') }}
),

reports as (
  select * from {{ ref('int_update_sequence') }} where reporting_line = 'lead'
),

openings as (
  select commitment_id, max(line_position) as line_position
  from reports
  where difficulty_code is distinct from previous_difficulty_code or line_position = 1
  group by commitment_id
),

first_raised as (
  select reports.commitment_id, reports.round_id, reports.as_of_date
  from reports
  inner join openings
    on reports.commitment_id = openings.commitment_id
    and reports.line_position = openings.line_position
)

select
  commitments.commitment_id,
  commitments.lead_agency_id_as_now as agency_id,
  commitments.difficulty_code,
  commitments.within_competence,
  first_raised.round_id as first_round_id,
  first_raised.as_of_date as first_raised_date,
  edition.valid_date - first_raised.as_of_date as days_open,
  commitments.has_recommendation,
  commitments.is_overdue,
  commitments.is_key_project
from commitments
inner join first_raised on commitments.commitment_id = first_raised.commitment_id
cross join edition
