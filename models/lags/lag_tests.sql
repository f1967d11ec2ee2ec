-- "Has the lag shortened?": incidence at a horizon that both cohorts have fully reached, each stratum weighed by its share of both
-- cohorts together, and the difference with its 95 % band. Verdict: supported, not_supported, not_testable.
with horizons as (
  select 'assigned' as event, cast({{ parameter('assignment_days') }} as bigint) as days
  union all
  select 'started', {{ parameter('start_days') }}
  union all
  select 'completed', {{ parameter('lag_horizon_days') }}
),

sides as (
  select event, comparison, 'before' as cohort, stratum, sum(before_count) as n from {{ ref('lag_strata') }} group by all
  union all
  select event, comparison, 'after', stratum, sum(after_count) from {{ ref('lag_strata') }} group by all
),

-- a stratum that one of the cohorts does not hold cannot be compared
weights as (
  select event, comparison, stratum, cast(sum(n) as decimal(9, 0)) as weight
  from sides
  group by event, comparison, stratum
  having min(n) > 0
),

estimates as (
  select
    sides.event, sides.comparison, sides.cohort, sides.stratum, horizons.days, sides.n, weights.weight,
    coalesce(bool_or(steps.time_days >= horizons.days), false) as is_reached,
    coalesce(arg_max(curves.incidence, curves.time_days), 0) as incidence,
    coalesce(arg_max(curves.incidence_variance, curves.time_days), 0) as variance,
    coalesce(min(curves.still_open), 1) as still_open
  from sides
  inner join weights on sides.event = weights.event and sides.comparison = weights.comparison and sides.stratum = weights.stratum
  inner join horizons on sides.event = horizons.event
  inner join {{ ref('lag_series') }} as series on sides.comparison = series.comparison and sides.cohort = series.cohort
  inner join {{ ref('lag_steps') }} as steps
    on sides.event = steps.event and series.series = steps.series and sides.stratum = steps.stratum
  left join {{ ref('lag_curves') }} as curves
    on steps.event = curves.event and steps.series = curves.series and steps.stratum = curves.stratum
    and steps.time_days = curves.time_days and curves.time_days <= horizons.days
  group by all
),

standardised as (
  select
    event, comparison, cohort, days,
    cast(sum(n) as bigint) as n,
    bool_and(is_reached or still_open = 0) as is_reached,
    cast(sum(weight * incidence) as double) / cast(sum(weight) as double) as incidence,
    cast(sum(weight * weight * cast(variance as decimal(15, 12))) as double) / pow(cast(sum(weight) as double), 2) as variance
  from estimates
  group by event, comparison, cohort, days
),

compared as (
  select
    horizons.event, comparisons.comparison, horizons.days,
    before.n as before_count, after.n as after_count, before.incidence as before_incidence, after.incidence as after_incidence,
    after.incidence - before.incidence as difference, 1.959964 * sqrt(before.variance + after.variance) as margin,
    coalesce(
      least(before.n, after.n) >= {{ parameter('small_number_interval') }} and before.is_reached and after.is_reached, false
    ) as is_testable
  from horizons
  cross join (select distinct comparison from {{ ref('lag_series') }} where comparison is not null) as comparisons
  left join standardised as before
    on horizons.event = before.event and comparisons.comparison = before.comparison and before.cohort = 'before'
  left join standardised as after
    on horizons.event = after.event and comparisons.comparison = after.comparison and after.cohort = 'after'
)

select
  event, comparison, days, coalesce(before_count, 0) as before_count, coalesce(after_count, 0) as after_count,
  {% for name, value in [('before_incidence', 'before_incidence'), ('after_incidence', 'after_incidence'),
    ('difference', 'difference'), ('difference_lower', 'difference - margin'), ('difference_upper', 'difference + margin')] %}
  case when is_testable then cast(round({{ value }}, 6) as decimal(28, 6)) end as {{ name }},
  {% endfor %}
  case when not is_testable then 'not_testable' when difference - margin > 0 then 'supported' else 'not_supported' end as verdict
from compared
