{% set indicators = fig_counts_indicators() %}
with facts as (
  select dimensions.dimension, dimensions.member, commitments.*
  from {{ ref('commitment_dimensions') }} as dimensions
  inner join {{ ref('commitments') }} as commitments using (commitment_id)
),

tallied as (
  {{ count_tallies(indicators) }}
),

counted as (
  {{ count_rows(indicators) }}
)

select
  indicator, dimension, member, period, cast(numerator as decimal(28, 6)) as value, numerator, cast(null as bigint) as denominator,
  unit, cast(null as decimal(28, 6)) as lower_bound, cast(null as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from counted
