with raw as (
  select * from {{ source('reference', 'agencies') }}
),

typed as (
  select
    agency_id,
    trim(name_en) as name_en,
    trim(name_vi) as name_vi,
    kind,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to,
    parent_id,
    province_id
  from raw
)

select * from typed
