with raw as (
  select * from {{ source('reference', 'terms') }}
),

typed as (
  select
    term_id,
    trim(en) as en,
    trim(vi) as vi,
    trim(note) as note
  from raw
)

select * from typed
