with raw as (
  select * from ({{ raw_rows(source('register', 'commitment_exits')) }})
),

typed as (
  select
    commitment_id,
    cast(exit_date as date) as exit_date,
    exit_type,
    decided_by,
    successor_id,
    trim(document) as document,
    cast(recorded_date as date) as recorded_date,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
