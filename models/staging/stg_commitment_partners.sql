with raw as (
  select * from ({{ raw_rows(source('register', 'commitment_partners')) }})
),

typed as (
  select
    commitment_id,
    partner_id,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
