with raw as (
  select * from ({{ raw_rows(source('register', 'lead_assignments')) }})
),

typed as (
  select
    commitment_id,
    agency_id,
    cast(from_date as date) as from_date,
    trim(document) as document,
    cast(document_date as date) as document_date,
    cast(recorded_date as date) as recorded_date,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
