-- The backlog at each round with the edition's knowledge, beside the sum of the movements that led to it. AGG-02 compares them.
with dates as (
  select as_of_id, valid_date from {{ ref('as_of_dates') }} where as_of_id <> 'previous'
),

populations as (
  select * from {{ ref('as_of_populations') }}
),

stocks as (
  select
    dates.as_of_id,
    dates.valid_date,
    count(*) filter (where is_open) as open_count,
    count(*) filter (where is_overdue) as backlog,
    count(*) filter (where is_overdue_baseline) as backlog_baseline,
    count(*) filter (where population_class = 'open_undated') as open_undated,
    count(*) filter (where is_completed) as completed_count,
    count(*) filter (where is_eligible) as eligible_count,
    count(populations.commitment_id) as registered_count
  from dates
  left join populations on dates.as_of_id = populations.as_of_id
  group by dates.as_of_id, dates.valid_date
),

movements as (
  select to_id as as_of_id, cast(sum(sign) as bigint) as net_movement
  from {{ ref('backlog_flows') }}
  group by to_id
),

chained as (
  select
    stocks.*,
    lag(stocks.backlog) over (order by stocks.valid_date) as previous_backlog,
    coalesce(movements.net_movement, 0) as net_movement
  from stocks
  left join movements on stocks.as_of_id = movements.as_of_id
)

select
  *,
  previous_backlog is null or backlog = previous_backlog + net_movement as is_closed
from chained
