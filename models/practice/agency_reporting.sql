-- How each agency has met its obligations that fell due by K, and how often it reports by a rule over the last four rounds.
with edition as (
  select * from {{ ref('editions') }}
),

due as (
  select agency_rounds.*
  from {{ ref('agency_rounds') }} as agency_rounds
  inner join edition on agency_rounds.due_date <= edition.knowledge_date
),

rounds as (
  select round_id, row_number() over (order by round_id desc) as rounds_back
  from (select distinct round_id from due)
),

placed as (
  select
    due.*,
    rounds.rounds_back,
    count(*) filter (where due.is_received) over (
      partition by due.agency_id order by due.round_id desc rows between unbounded preceding and current row
    ) as received_since
  from due
  inner join rounds on due.round_id = rounds.round_id
),

counted as (
  select
    agency_id,
    count(*) as obligation_count,
    count(*) filter (where is_received) as received_count,
    count(*) filter (where is_on_time) as on_time_count,
    count(*) filter (where received_since = 0) as missed_in_a_row,
    max(round_id) as last_round_id,
    min(rounds_back) = 1 as is_reporting_now,
    count(*) filter (where rounds_back <= 4) as recent_obligation_count,
    count(*) filter (where rounds_back <= 4 and is_received) as recent_received_count,
    count(*) filter (where rounds_back <= 2 and is_received) as last_half_year_count,
    count(*) filter (where rounds_back between 3 and 4 and is_received) as half_year_before_count,
    coalesce(bool_or(is_received) filter (where rounds_back = 1), false) as is_latest_received
  from placed
  group by agency_id
)

select
  agency_id,
  obligation_count,
  received_count,
  on_time_count,
  last_round_id,
  is_reporting_now,
  missed_in_a_row,
  is_reporting_now and missed_in_a_row >= {{ parameter('missed_rounds') }} as is_serious_failure,
  recent_obligation_count,
  recent_received_count,
  case
    when not is_reporting_now then null
    when recent_obligation_count < 3 then 'too_few_rounds'
    when is_latest_received and recent_received_count >= 3 then 'quarterly'
    when last_half_year_count > 0 and half_year_before_count > 0 then 'half_yearly'
    when recent_received_count > 0 then 'yearly'
    when received_count > 0 then 'less_often'
    else 'never'
  end as frequency_class
from counted
