with raw as (
  select * from ({{ raw_rows(source('checked', 'accepted_findings')) }})
),

typed as (
  select
    finding_id,
    accepted_by_role,
    trim(reason) as reason,
    cast(until_date as date) as until_date,
    cast(recorded_date as date) as recorded_date,
    trim(document) as document,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
