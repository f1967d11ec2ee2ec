-- How far and how often the deadline of each eligible commitment moved from the one first recorded.
with commitments as (
  select * from {{ ref('commitments') }} where is_eligible and baseline_deadline is not null
),

moved as (
  select
    commitment_id,
    count(*) filter (where extension_number is not null) as extension_count,
    count(*) filter (where change_kind = 'removed') as removed_count,
    count(*) filter (where is_retroactive) as retroactive_count,
    count(*) filter (where change_kind = 'pulled_in') as pulled_in_count,
    count(*) filter (where extension_number is not null and not has_reason) as without_reason_count
  from {{ ref('deadline_changes') }}
  group by commitment_id
)

select
  commitments.commitment_id,
  commitments.lead_agency_id_as_now as agency_id,
  commitments.signed_date,
  commitments.baseline_deadline,
  commitments.current_deadline,
  commitments.slip_days,
  commitments.baseline_deadline - commitments.signed_date as first_term_days,
  -- by how much of its first term a commitment slipped; nothing to compare with where it was due when it was signed
  {{ exact_share('commitments.slip_days', '(commitments.baseline_deadline - commitments.signed_date)') }} as slip_ratio,
  {{ slip_band('commitments.slip_days') }} as slip_band,
  coalesce(moved.extension_count, 0) as extension_count,
  coalesce(moved.removed_count, 0) as removed_count,
  coalesce(moved.retroactive_count, 0) as retroactive_count,
  coalesce(moved.pulled_in_count, 0) as pulled_in_count,
  coalesce(moved.without_reason_count, 0) as without_reason_count
from commitments
left join moved on commitments.commitment_id = moved.commitment_id
