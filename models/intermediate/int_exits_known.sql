-- Exits that had happened by T and were known by K. Void rows (duplicate, registered in error) leave the register whole.
with exits as (
  select * from {{ ref('stg_commitment_exits') }}
),

edition as (
  select * from {{ ref('editions') }}
),

known as (
  select
    exits.*,
    exits.exit_type in ('duplicate', 'registered_in_error') as is_void
  from exits
  cross join edition
  where exits.exit_date <= edition.valid_date
    and exits.recorded_date <= edition.knowledge_date
)

select * from known
