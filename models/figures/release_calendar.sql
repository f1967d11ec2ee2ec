-- This edition and those that follow, from the calendar of rounds: the day of the situation, the day by which agencies report,
-- and the day up to which an edition waits for reports.
with edition as (
  select * from {{ ref('editions') }}
),

rounds as (
  select rounds.round_id, rounds.data_cutoff as valid_date, rounds.due_date
  from {{ ref('stg_review_rounds') }} as rounds
  inner join edition on rounds.data_cutoff >= edition.valid_date
  where rounds.is_mechanism_round
)

select
  rounds.*,
  case
    when rounds.valid_date = edition.valid_date then edition.knowledge_date
    else cast(rounds.valid_date + {{ parameter('knowledge_lag_days') }} * interval 1 day as date)
  end as knowledge_date,
  rounds.valid_date = edition.valid_date as is_this_edition
from rounds
cross join edition
