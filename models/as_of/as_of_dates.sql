-- The pairs of dates at which the register is looked at: the edition itself; each round of the mechanism with the edition's
-- knowledge, for stocks and flows; and the round before the edition with the knowledge of its own time, for restatements.
with edition as (
  select * from {{ ref('editions') }}
),

rounds as (
  select rounds.round_id, rounds.data_cutoff
  from {{ ref('stg_review_rounds') }} as rounds
  cross join edition
  where rounds.is_mechanism_round
    and rounds.data_cutoff < edition.valid_date
),

pairs as (
  select 'edition' as as_of_id, valid_date, knowledge_date from edition
  union all
  select rounds.round_id, rounds.data_cutoff, edition.knowledge_date from rounds cross join edition
  union all
  select
    'previous', max(rounds.data_cutoff),
    least(max(rounds.data_cutoff) + {{ parameter('knowledge_lag_days') }}, max(edition.knowledge_date))
  from rounds cross join edition
  having count(*) > 0
)

select * from pairs
