with raw as (
  select * from {{ source('reference', 'review_rounds') }}
),

typed as (
  select
    round_id,
    cast(period_start as date) as period_start,
    cast(period_end as date) as period_end,
    cast(data_cutoff as date) as data_cutoff,
    cast(due_date as date) as due_date,
    cast(meeting_date as date) as meeting_date,
    cast(is_mechanism_round as boolean) as is_mechanism_round
  from raw
)

select * from typed
