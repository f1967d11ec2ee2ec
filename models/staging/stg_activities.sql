with raw as (
  select * from {{ source('package', 'activities') }}
),

typed as (
  select
    activity_id,
    trim(title_en) as title_en,
    trim(title_vi) as title_vi,
    kind,
    direction,
    cast(start_date as date) as start_date,
    cast(end_date as date) as end_date,
    trim(principal) as principal,
    trim(principal_office) as principal_office,
    partner_id,
    trim(place) as place,
    cast(documents_announced as integer) as documents_announced,
    trim(source_url) as source_url
  from raw
)

select * from typed
