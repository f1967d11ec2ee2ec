-- Every recommendation that a report made, with the answer as it stood at T and was known by K. Answers are kept by report:
-- what is asked again in the next round is a recommendation of its own, marked as repeated.
with edition as (
  select * from {{ ref('editions') }}
),

commitments as (
  select commitment_id, lead_agency_id_as_now from {{ ref('commitments') }}
),

reports as (
  select
    *,
    coalesce(recommendation = lag(recommendation) over (
      partition by commitment_id, reporting_line order by line_position
    ), false) as is_repeated
  from {{ ref('int_update_sequence') }}
),

asked as (
  select *
  from reports
  where recommendation is not null
  qualify row_number() over (partition by commitment_id, round_id, agency_id order by line_position desc) = 1
),

responses as (
  select
    responses.commitment_id,
    responses.round_id,
    responses.agency_id,
    responses.response_due_date,
    case when responses.response_date <= edition.valid_date then responses.response_date end as response_date,
    case when responses.response_date <= edition.valid_date then responses.outcome end as outcome
  from {{ ref('stg_recommendation_responses') }} as responses
  inner join edition on responses.recorded_date <= edition.knowledge_date
)

select
  asked.commitment_id,
  asked.round_id,
  asked.agency_id,
  commitments.lead_agency_id_as_now,
  asked.reporting_line,
  asked.as_of_date as raised_date,
  asked.addressed_to,
  asked.is_repeated,
  responses.commitment_id is not null as is_entered,
  responses.response_due_date,
  responses.response_date,
  responses.outcome,
  responses.response_date - asked.as_of_date as days_to_answer,
  responses.response_date is not null as is_answered,
  coalesce(responses.response_due_date <= edition.valid_date, false) as is_answer_due,
  coalesce(responses.response_date <= responses.response_due_date, false) as is_answered_on_time
from asked
inner join commitments on asked.commitment_id = commitments.commitment_id
cross join edition
left join responses
  on asked.commitment_id = responses.commitment_id
  and asked.round_id = responses.round_id
  and asked.agency_id = responses.agency_id
