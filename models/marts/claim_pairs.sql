-- Published figures against one another: what some of them imply for another, and whether that one agrees. No register needed.
with claims as (
  select * from {{ ref('as_of_claims') }}
),

counts as (
  select * from claims where test = 'count_signed'
),

ratios as (
  select * from claims where test = 'ratio_signed'
),

-- two figures for one occasion
same_activity as (
  select 'same_activity' as relation, a.claim_id, b.claim_id as other_claim_id, cast(null as varchar) as third_claim_id,
    b.value_low as implied_low, b.value_high as implied_high, a.value_low, a.value_high
  from claims as a
  inner join claims as b on a.activity_id = b.activity_id and a.claim_id < b.claim_id
  where a.test = 'count_activity' and b.test = 'count_activity'
),

-- a whole less one part is the other part
differences as (
  select 'difference', part.claim_id, whole.claim_id, rest.claim_id,
    whole.value_low - rest.value_high, whole.value_high - rest.value_low, part.value_low, part.value_high
  from counts as whole
  inner join counts as part on part.period_start = whole.period_start and part.period_end < whole.period_end
  inner join counts as rest on rest.period_start = part.period_end + 1 and rest.period_end = whole.period_end
),

-- a part cannot exceed the whole that holds it
subsets as (
  select 'part_of', part.claim_id, whole.claim_id, null, 0, whole.value_high, part.value_low, part.value_high
  from counts as part
  inner join counts as whole
    on part.period_start >= whole.period_start and part.period_end <= whole.period_end and part.claim_id <> whole.claim_id
),

-- a ratio of two counts that were both published
quotients as (
  select 'ratio', ratio.claim_id, above.claim_id, below.claim_id,
    round(above.value_low / below.value_high, 6), round(above.value_high / below.value_low, 6), ratio.value_low, ratio.value_high
  from ratios as ratio
  inner join counts as above on above.period_start = ratio.period_start and above.period_end = ratio.period_end
  inner join counts as below on below.period_start = ratio.base_period_start and below.period_end = ratio.base_period_end
),

-- what a ratio and a count imply for the base period, against a published whole of that period or another ratio's base
bases as (
  select ratio.claim_id, above.claim_id as count_id, ratio.base_period_start, ratio.base_period_end,
    round(above.value_low / ratio.value_high, 6) as implied_low, round(above.value_high / ratio.value_low, 6) as implied_high
  from ratios as ratio
  inner join counts as above on above.period_start = ratio.period_start and above.period_end = ratio.period_end
),

implied_bases as (
  select 'implied_base', part.claim_id, whole.claim_id, part.count_id, 0, whole.implied_high, part.implied_low, part.implied_high
  from bases as part
  inner join bases as whole
    on part.base_period_start >= whole.base_period_start and part.base_period_end <= whole.base_period_end
    and part.claim_id <> whole.claim_id
  union all
  select 'implied_base', bases.claim_id, whole.claim_id, bases.count_id, 0, whole.value_high, bases.implied_low, bases.implied_high
  from bases
  inner join counts as whole
    on bases.base_period_start >= whole.period_start and bases.base_period_end <= whole.period_end
),

pairs as (
  select * from same_activity
  union all select * from differences
  union all select * from subsets
  union all select * from quotients
  union all select * from implied_bases
)

select
  relation, claim_id, other_claim_id, coalesce(third_claim_id, 'none') as third_claim_id,
  cast(implied_low as decimal(28, 6)) as implied_low, cast(implied_high as decimal(28, 6)) as implied_high,
  cast(value_low as decimal(28, 6)) as value_low, cast(value_high as decimal(28, 6)) as value_high,
  implied_low <= value_high and value_low <= implied_high as is_consistent
from pairs
