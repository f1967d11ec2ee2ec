-- The books of each agency: commitments it led on the day of signing, less those handed over, plus those taken over, are
-- those it leads today. The two ends are counted from the breakdowns and the moves from the assignments.
with counted as (
  select
    member as agency_id,
    count(*) filter (where dimension = 'agency_as_was') as as_was_count,
    count(*) filter (where dimension = 'agency') as as_now_count
  from {{ ref('commitment_dimensions') }}
  where dimension in ('agency', 'agency_as_was')
  group by member
),

handed_over as (
  select predecessor_id as agency_id, count(*) as handed_over_count from {{ ref('transfers') }} group by predecessor_id
),

taken_over as (
  select successor_id as agency_id, count(*) as taken_over_count from {{ ref('transfers') }} group by successor_id
),

booked as (
  select
    agency_id,
    coalesce(as_was_count, 0) as as_was_count,
    coalesce(handed_over_count, 0) as handed_over_count,
    coalesce(taken_over_count, 0) as taken_over_count,
    coalesce(as_now_count, 0) as as_now_count
  from counted
  full join handed_over using (agency_id)
  full join taken_over using (agency_id)
)

select *, as_was_count - handed_over_count + taken_over_count = as_now_count as is_balanced
from booked
