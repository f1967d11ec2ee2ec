-- Kaplan–Meier survival, the share still open after all ends, and Aalen–Johansen incidence, walked step by step in integers
-- of 10⁻¹⁵. All curves take their next step in the same round of the recursion.
with recursive steps as (
  select
    *,
    row_number() over (partition by event, series, stratum order by time_days) as position
  from {{ ref('lag_steps') }}
  where events + competing > 0
),

walked as (
  select
    event, series, stratum, cast(0 as bigint) as position, cast(-1 as bigint) as time_days, cast(0 as bigint) as at_risk,
    cast(0 as bigint) as events, cast(0 as bigint) as competing,
    {{ one() }} as survival, {{ one() }} as open_before, {{ one() }} as open_after, cast(0 as hugeint) as incidence
  from steps
  where position = 1
  union all
  select
    steps.event, steps.series, steps.stratum, steps.position, steps.time_days, steps.at_risk, steps.events, steps.competing,
    {{ times_share('walked.survival', 'steps.at_risk - steps.events', 'steps.at_risk') }},
    walked.open_after,
    {{ times_share('walked.open_after', 'steps.at_risk - steps.events - steps.competing', 'steps.at_risk') }},
    walked.incidence + {{ times_share('walked.open_after', 'steps.events', 'steps.at_risk') }}
  from walked
  inner join steps
    on walked.event = steps.event
    and walked.series = steps.series
    and walked.stratum = steps.stratum
    and walked.position + 1 = steps.position
)

select * from walked where position > 0
