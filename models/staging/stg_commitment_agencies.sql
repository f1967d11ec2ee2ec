with raw as (
  select * from ({{ raw_rows(source('register', 'commitment_agencies')) }})
),

typed as (
  select
    commitment_id,
    agency_id,
    role,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
