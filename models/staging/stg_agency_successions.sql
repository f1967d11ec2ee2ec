with raw as (
  select * from {{ source('reference', 'agency_successions') }}
),

typed as (
  select
    predecessor_id,
    successor_id,
    cast(legal_effective_date as date) as legal_effective_date,
    cast(operational_date as date) as operational_date,
    relation,
    trim(scope) as scope,
    trim(legal_basis) as legal_basis
  from raw
)

select * from typed
