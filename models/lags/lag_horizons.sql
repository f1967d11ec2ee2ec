-- One row per event, series and horizon: numbers at risk, and the curves as they stand on that day. A horizon to which nobody was
-- followed has no estimate, unless everyone had left before it; nor has one that the curve comes to through steps from too few at
-- risk, nor an event of which no report gives the day: a curve at zero would read silence as "not yet".
with summaries as (
  select * from {{ ref('lag_summaries') }}
),

horizons as (
  select unnest([0, 90, 180, 365, 730, 1095]) as days
),

spells as (
  select * from {{ ref('lag_waits') }} where exclusion is null
),

followed as (
  select
    summaries.event,
    summaries.series,
    horizons.days,
    count(spells.commitment_id) filter (where spells.entry_days < horizons.days and spells.time_days >= horizons.days) as at_risk,
    coalesce(max(spells.time_days), -1) >= horizons.days as is_followed,
    count(*) filter (where spells.outcome = 'event') > 0 as has_events
  from summaries
  cross join horizons
  left join spells on summaries.event = spells.event and summaries.series = spells.series
  group by summaries.event, summaries.series, horizons.days
),

latest as (
  select followed.event, followed.series, followed.days, max(curves.time_days) as time_days, sum(curves.events) as events,
    bool_or(curves.is_thin_start) as has_thin_start
  from followed
  inner join {{ ref('lag_curves') }} as curves
    on followed.event = curves.event
    and followed.series = curves.series
    and curves.stratum = 'all'
    and curves.time_days <= followed.days
  group by followed.event, followed.series, followed.days
),

standing as (
  select
    followed.* exclude (has_events, is_followed),
    coalesce(cast(latest.events as bigint), 0) as events,
    curves.survival, curves.incidence, curves.incidence_lower, curves.incidence_upper,
    followed.has_events
      and (followed.is_followed or coalesce(curves.still_open = 0, false))
      and not coalesce(latest.has_thin_start, false) as is_estimable
  from followed
  left join latest on followed.event = latest.event and followed.series = latest.series and followed.days = latest.days
  left join {{ ref('lag_curves') }} as curves
    on latest.event = curves.event and latest.series = curves.series and latest.time_days = curves.time_days
    and curves.stratum = 'all'
)

select
  event, series, cast(days as bigint) as days, at_risk, events, is_estimable,
  case when is_estimable then coalesce(survival, 1) end as survival,
  case when is_estimable then coalesce(incidence, 0) end as incidence,
  case when is_estimable then incidence_lower end as incidence_lower,
  case when is_estimable then incidence_upper end as incidence_upper
from standing
