with raw as (
  select * from ({{ raw_rows(source('checked', 'findings_history')) }})
),

typed as (
  select
    edition_id,
    finding_id,
    rule_id,
    severity,
    object_type,
    object_id,
    commitment_id,
    agency_id,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
