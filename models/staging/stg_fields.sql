with raw as (
  select * from {{ source('reference', 'fields') }}
),

typed as (
  select
    field_id,
    trim(name_en) as name_en,
    trim(name_vi) as name_vi,
    level,
    parent_field_id
  from raw
)

select * from typed
