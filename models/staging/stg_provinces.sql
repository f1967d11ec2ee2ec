with raw as (
  select * from {{ source('reference', 'provinces') }}
),

typed as (
  select
    province_id,
    trim(name_en) as name_en,
    trim(name_vi) as name_vi,
    kind,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to
  from raw
)

select * from typed
