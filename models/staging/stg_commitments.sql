with raw as (
  select * from ({{ raw_rows(source('register', 'commitments')) }})
),

typed as (
  select
    commitment_id,
    document_id,
    trim(title_en) as title_en,
    trim(title_vi) as title_vi,
    title_vi_basis,
    instrument_id,
    cast(signed_date as date) as signed_date,
    signed_precision,
    activity_id,
    lead_agency_id,
    lead_basis,
    partner_id,
    trim(counterpart) as counterpart,
    field_id,
    cast(due_date as date) as due_date,
    due_precision,
    deadline_grade,
    trim(no_deadline_reason) as no_deadline_reason,
    cast(is_ongoing_framework as boolean) as is_ongoing_framework,
    cast(is_key_project as boolean) as is_key_project,
    disclosure,
    cast(recorded_date as date) as recorded_date,
    trim(source_url) as source_url,
    cast(source_date as date) as source_date,
    {{ period_end('cast(signed_date as date)', 'signed_precision') }} as signed_latest_date,
    {{ period_end('cast(due_date as date)', 'due_precision') }} as baseline_deadline,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
