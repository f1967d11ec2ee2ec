-- One row per event, comparison and cohort: incidence at a horizon that both cohorts have fully reached, each stratum weighed by
-- its share of both cohorts together (direct standardisation): a change in the mix of instruments is no change of the lag.
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
    coalesce(bool_or(steps.time_days >= horizons.days), false) as is_followed,
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
)

select
  event, comparison, cohort, days,
  cast(sum(n) as bigint) as commitment_count,
  bool_and(is_followed or still_open = 0) as is_reached,
  cast(round(cast(sum(weight * incidence) as double) / cast(sum(weight) as double), 9) as decimal(12, 9)) as incidence,
  cast(round(
    cast(sum(weight * weight * cast(variance as decimal(15, 12))) as double) / pow(cast(sum(weight) as double), 2), 12
  ) as decimal(18, 12)) as incidence_variance
from estimates
group by event, comparison, cohort, days
