-- Exits that had happened by T and were known by K. Void rows (duplicate, registered in error) leave the register whole.
with exits as (
  select * from {{ ref('stg_commitment_exits') }}
),

dates as (
  select * from {{ ref('as_of_dates') }}
),

known as (
  select
    dates.as_of_id,
    exits.*,
    exits.exit_type in ('duplicate', 'registered_in_error') as is_void
  from exits
  inner join dates
    on exits.exit_date <= dates.valid_date
    and exits.recorded_date <= dates.knowledge_date
)

select * from known
