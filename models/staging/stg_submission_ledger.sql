with raw as (
  select * from {{ source('package', 'submission_ledger') }}
),

typed as (
  select
    file,
    round_id,
    agency_id,
    cast(revision as integer) as revision,
    cast(received_at as timestamp) as received_at,
    sha256,
    cast(bytes as integer) as bytes,
    cast(row_count as integer) as row_count,
    verdict,
    trim(supersedes) as supersedes,
    trim(original_name) as original_name,
    original_sha256
  from raw
)

select * from typed
