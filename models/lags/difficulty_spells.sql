-- One row per run of reports in which the lead line names one difficulty of a commitment without a break: when it was raised,
-- escalated (the first recommendation to anyone above the agency), answered, and no longer named. Days are those that the
-- reports describe; an answer has its own day. What is reported as completed names no difficulty any more.
with reports as (
  select * replace (case when status <> 'completed' then difficulty_code end as difficulty_code)
  from {{ ref('int_update_sequence') }}
  where reporting_line = 'lead'
),

turns as (
  select
    *,
    lead(as_of_date) over line as next_as_of_date,
    difficulty_code is distinct from lag(difficulty_code) over line as is_turn
  from reports
  window line as (partition by commitment_id order by line_position)
),

numbered as (
  select *, count(*) filter (where is_turn) over (partition by commitment_id order by line_position) as run_number
  from turns
),

answers as (
  select responses.commitment_id, responses.round_id, responses.agency_id, responses.response_date, responses.outcome
  from {{ ref('stg_recommendation_responses') }} as responses
  inner join {{ ref('editions') }} as edition
    on responses.recorded_date <= edition.knowledge_date
    and responses.response_date <= edition.valid_date
),

escalated as (
  select
    numbered.*,
    recommendation is not null and coalesce(addressed_to <> 'agency', false) as is_escalated,
    answers.response_date,
    case when answers.outcome = 'resolved' then answers.response_date end as resolving_date
  from numbered
  left join answers using (commitment_id, round_id, agency_id)
  where difficulty_code is not null
),

spells as (
  select
    commitment_id,
    run_number,
    any_value(difficulty_code) as difficulty_code,
    min(as_of_date) as raised_date,
    min(as_of_date) filter (where is_escalated) as escalated_date,
    min(response_date) filter (where is_escalated) as answered_date,
    max(resolving_date) filter (where is_escalated) as resolving_date,
    max(as_of_date) as last_named_date,
    arg_max_null(next_as_of_date, line_position) as next_report_date
  from escalated
  group by commitment_id, run_number
),

followed as (
  select
    commitment_id,
    row_number() over (partition by commitment_id order by run_number) as spell_number,
    difficulty_code,
    raised_date,
    escalated_date,
    -- an answer dated before the report that asks for it counts on the day of the report
    case when answered_date is not null then greatest(answered_date, escalated_date) end as answered_date,
    -- an answer that is said to resolve it counts, unless a later report names the difficulty again
    least(next_report_date, case when resolving_date > last_named_date then resolving_date end) as resolved_date,
    lead(raised_date) over (partition by commitment_id, difficulty_code order by run_number) as raised_again_date
  from spells
)

select
  followed.*,
  coalesce(resolved_date <= edition.valid_date - {{ parameter('recurrence_days') }}, false) as is_recurrence_known,
  coalesce(raised_again_date - resolved_date <= {{ parameter('recurrence_days') }}, false) as is_recurrent
from followed
cross join {{ ref('editions') }} as edition
