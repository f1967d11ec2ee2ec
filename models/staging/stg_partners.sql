with raw as (
  select * from {{ source('reference', 'partners') }}
),

typed as (
  select
    partner_id,
    kind,
    trim(iso_alpha3) as iso_alpha3,
    trim(name_en) as name_en,
    trim(name_vi) as name_vi,
    trim(region) as region,
    partnership_level,
    trim(level_since) as level_since
  from raw
)

select * from typed
