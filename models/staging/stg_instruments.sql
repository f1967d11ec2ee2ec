with raw as (
  select * from {{ source('reference', 'instruments') }}
),

typed as (
  select
    instrument_id,
    trim(name_en) as name_en,
    trim(name_vi) as name_vi,
    instrument_class
  from raw
)

select * from typed
