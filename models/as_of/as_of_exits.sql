-- Exits that had happened by T and were known by K. Void rows (duplicate, registered in error) never belonged to the
-- register, so they leave it as soon as they are known.
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
    on exits.recorded_date <= dates.knowledge_date
    and (exits.exit_date <= dates.valid_date or exits.exit_type in ('duplicate', 'registered_in_error'))
)

select * from known
