with raw as (
  select * from {{ source('reference', 'difficulty_codes') }}
),

typed as (
  select
    trim(difficulty_code) as difficulty_code,
    trim(name_en) as name_en,
    trim(name_vi) as name_vi
  from raw
)

select * from typed
