{% set indicators = fig_rates_indicators() %}
with facts as (
  select dimensions.dimension, dimensions.member, commitments.*
  from {{ ref('commitment_dimensions') }} as dimensions
  inner join {{ ref('commitments') }} as commitments using (commitment_id)
),

tallied as (
  {{ share_tallies(indicators) }}
),

counted as (
  {{ share_rows(indicators) }}
),

divided as (
  select
    *,
    {{ exact_share('numerator', 'denominator') }} as value,
    case when denominator > 0 then least(
      {{ exact_share('numerator_low', 'denominator_low') }},
      {{ exact_share('numerator', 'denominator') }}
    ) end as lower_bound,
    case when denominator > 0 then greatest(
      {{ exact_share('numerator_high', 'denominator_high') }},
      {{ exact_share('numerator', 'denominator') }}
    ) end as upper_bound
  from counted
)

select
  indicator, dimension, member, period, value, numerator, denominator, unit, lower_bound, upper_bound,
  row_filter, row_set_sha256
from divided
