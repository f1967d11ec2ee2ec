with raw as (
  select * from ({{ raw_rows(source('register', 'previous_editions')) }})
),

typed as (
  select
    edition_id,
    commitment_id,
    trim(title_en) as title_en,
    trim(title_vi) as title_vi,
    instrument_id,
    partner_id,
    cast(signed_date as date) as signed_date,
    cast(due_date as date) as due_date,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
