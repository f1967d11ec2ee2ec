with raw as (
  select * from ({{ raw_rows(source('register', 'commitment_fields')) }})
),

typed as (
  select
    commitment_id,
    field_id,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
