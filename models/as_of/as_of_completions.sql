-- When a completed commitment was completed: a day, or the interval [earliest, latest] that the reports leave open.
-- Where the coordinating agency decided against the lead's report, its decision is the latest possible day.
with commitments as (
  select * from {{ ref('as_of_commitments') }}
),

lead_line as (
  select * from {{ ref('as_of_lead_line') }} where reported_status = 'completed'
),

effective as (
  select * from {{ ref('as_of_effective_status') }} where effective_status = 'completed'
),

dated as (
  select
    commitments.as_of_id,
    commitments.commitment_id,
    commitments.signed_date,
    effective.decided_date,
    lead_line.* exclude (as_of_id, commitment_id)
  from commitments
  inner join effective using (as_of_id, commitment_id)
  left join lead_line using (as_of_id, commitment_id)
),

intervals as (
  select
    as_of_id,
    commitment_id,
    completion_evidence_grade,
    case
      when completed_date is not null then {{ period_start('completed_date', 'completed_precision') }}
      when last_as_of_not_completed < first_as_of_completed then last_as_of_not_completed + 1
      else signed_date
    end as earliest_date,
    case
      when completed_date is not null
        then least({{ period_end('completed_date', 'completed_precision') }}, greatest(first_as_of_completed, completed_date))
      else coalesce(first_as_of_completed, decided_date)
    end as latest_date
  from dated
)

select
  as_of_id,
  commitment_id,
  earliest_date as earliest_completed_date,
  latest_date as completed_date,
  earliest_date < latest_date as is_completion_interval,
  completion_evidence_grade
from intervals
