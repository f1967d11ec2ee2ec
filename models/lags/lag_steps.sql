-- The event table: at each day on which something ends, how many were at risk and how it ended. At risk on day t are those with
-- entry < t <= time.
with spells as (
  select * from {{ ref('lag_waits') }} where exclusion is null
),

series as (
  select * from {{ ref('lag_series') }}
),

strata as (
  select * from {{ ref('lag_strata') }}
),

placed as (
  select event, series, 'all' as stratum, entry_days, time_days, outcome from spells
  union all
  select spells.event, spells.series, strata.stratum, spells.entry_days, spells.time_days, spells.outcome
  from spells
  inner join series on spells.series = series.series
  inner join strata
    on spells.event = strata.event
    and series.comparison = strata.comparison
    and spells.instrument_class = strata.instrument_class
),

changes as (
  select event, series, stratum, entry_days as time_days, 1 as change, 0 as events, 0 as competing, 0 as censored from placed
  union all
  select event, series, stratum, time_days, -1, cast(outcome = 'event' as integer), cast(outcome = 'competing' as integer),
    cast(outcome = 'censored' as integer)
  from placed
),

days as (
  select event, series, stratum, time_days, sum(change) as change, sum(events) as events, sum(competing) as competing,
    sum(censored) as censored
  from changes
  group by event, series, stratum, time_days
),

counted as (
  select
    event, series, stratum, time_days,
    cast(sum(change) over earlier_days as bigint) as at_risk,
    cast(events as bigint) as events,
    cast(competing as bigint) as competing,
    cast(censored as bigint) as censored
  from days
  window earlier_days as (
    partition by event, series, stratum order by time_days rows between unbounded preceding and 1 preceding
  )
)

select * from counted where events + competing + censored > 0
