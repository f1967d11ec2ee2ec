with raw as (
  select * from ({{ raw_rows(source('register', 'adjudications')) }})
),

typed as (
  select
    commitment_id,
    cast(decided_date as date) as decided_date,
    decided_status,
    trim(decided_by) as decided_by,
    trim(basis) as basis,
    cast(recorded_date as date) as recorded_date,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
