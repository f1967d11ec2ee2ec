-- The curves with their 95 % bands, one row per day on which a curve moves. Greenwood's variance for survival, the delta-method
-- variance for incidence (Marubini and Valsecchi), both through sums of integers.
-- Late entry can leave so few at risk at first that one event among two throws the curve down for good: such steps are marked.
with walks as (
  select
    *,
    {{ to_double('incidence') }} as f,
    {{ to_double('open_before') }} as s,
    cast(at_risk as double) as n,
    cast(events as double) as d,
    cast(at_risk - events - competing as double) as left_open
  from {{ ref('lag_walks') }}
),

-- Once nobody is left the curve stays where it is, and the term that would be infinite is multiplied by zero.
terms as (
  select
    *,
    case when at_risk > events then {{ to_fixed('d / (n * (n - d))') }} end as greenwood,
    case when left_open > 0 then (n - left_open) / (n * left_open) else 0 end as hazard,
    s * d / (n * n) as jump,
    at_risk < {{ parameter('small_number_fraction') }} and at_risk < max(at_risk) over still_to_come as is_thin_start
  from walks
  window still_to_come as (
    partition by event, series, stratum order by time_days rows between current row and unbounded following
  )
),

sums as (
  select
    *,
    {{ to_double('sum(greenwood) over walk') }} as greenwood_sum,
    {{ to_double('sum(' ~ to_fixed('hazard') ~ ') over walk') }} as hazard_sum,
    {{ to_double('sum(' ~ to_fixed('f * hazard') ~ ') over walk') }} as f_hazard_sum,
    {{ to_double('sum(' ~ to_fixed('f * f * hazard') ~ ') over walk') }} as ff_hazard_sum,
    {{ to_double('sum(' ~ to_fixed('s * jump * (n - d) / n') ~ ') over walk') }} as own_sum,
    {{ to_double('sum(' ~ to_fixed('jump') ~ ') over walk') }} as jump_sum,
    {{ to_double('sum(' ~ to_fixed('f * jump') ~ ') over walk') }} as f_jump_sum
  from terms
  window walk as (partition by event, series, stratum order by time_days rows unbounded preceding)
),

errors as (
  select
    *,
    greatest(0, f * f * hazard_sum - 2 * f * f_hazard_sum + ff_hazard_sum + own_sum - 2 * (f * jump_sum - f_jump_sum)) as variance
  from sums
)

select
  event, series, stratum, time_days, at_risk, events, competing,
  {{ from_fixed('survival') }} as survival,
  {{ log_log_bound(to_double('survival'), 'sqrt(greenwood_sum)', '-') }} as survival_lower,
  {{ log_log_bound(to_double('survival'), 'sqrt(greenwood_sum)', '+') }} as survival_upper,
  {{ from_fixed('open_after') }} as still_open,
  {{ from_fixed('incidence') }} as incidence,
  {{ log_log_bound('f', 'sqrt(variance) / f', '-') }} as incidence_lower,
  {{ log_log_bound('f', 'sqrt(variance) / f', '+') }} as incidence_upper,
  cast(round(variance, 12) as decimal(18, 12)) as incidence_variance,
  is_thin_start
from errors
