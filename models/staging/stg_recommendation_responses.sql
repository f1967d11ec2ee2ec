with raw as (
  select * from ({{ raw_rows(source('register', 'recommendation_responses')) }})
),

typed as (
  select
    commitment_id,
    round_id,
    agency_id,
    cast(response_due_date as date) as response_due_date,
    cast(response_date as date) as response_date,
    outcome,
    cast(recorded_date as date) as recorded_date,
    {{ package_path('filename') }} as source_file,
    row_number as source_row
  from raw
)

select * from typed
