{% set parts = {'event': 'events', 'competing': 'competing exits', 'censored': 'censored', 'left_truncated': 'excluded by left truncation',
  'not_followed': 'not followed', 'undated': 'day unknown', 'before_signing': 'before signing', 'imprecise': 'month of signing only'} %}
with summaries as (
  select *, event || '_' || series as member from {{ ref('lag_summaries') }}
),

horizons as (
  select horizons.*, summaries.member, summaries.estimated_count, summaries.row_set_sha256
  from {{ ref('lag_horizons') }} as horizons
  inner join summaries on horizons.event = summaries.event and horizons.series = summaries.series
),

-- points of the published curves; the sensitivity series are drawn for completion only
points as (
  select curves.*, summaries.member, summaries.estimated_count, summaries.row_set_sha256,
    sum(curves.events) over (partition by summaries.member order by curves.time_days) as events_so_far,
    coalesce(bool_or(curves.is_thin_start) over (partition by summaries.member order by curves.time_days), false) as is_thin
  from {{ ref('lag_curves') }} as curves
  inner join summaries on curves.event = summaries.event and curves.series = summaries.series
  where curves.stratum = 'all'
    and (curves.series in ('main', 'earlier', 'all')
      or curves.series in ('main_shortest', 'all_shortest', 'main_silence_open', 'all_silence_open') and curves.event = 'completed')
),

tests as (
  select *, event || case comparison when 'published' then '' else '_' || comparison end as member from {{ ref('lag_tests') }}
),

long as (
  select 'lag_median_km' as indicator, 'lag' as dimension, member, cast(null as varchar) as period, km_median as value,
    event_count as numerator, estimated_count as denominator, 'days' as unit, km_median_lower as lower_bound,
    km_median_upper as upper_bound, row_set_sha256
  from summaries
  union all
  select 'lag_median_incidence', 'lag', member, null, incidence_median, event_count, estimated_count, 'days', null, null, row_set_sha256
  from summaries
  union all
  select 'lag_median_naive', 'lag', member, null, naive_median, naive_count, commitment_count, 'days', null, null, row_set_sha256
  from summaries
  union all
  select 'lag_cif', 'lag_horizon', member || '.' || days, cast(days as varchar), 100 * incidence, events, estimated_count, 'per_cent',
    100 * incidence_lower, 100 * incidence_upper, row_set_sha256
  from horizons where days >= 180
  union all
  select 'lag_at_risk', 'lag_horizon', member || '.' || days, cast(days as varchar), at_risk, at_risk, null, 'count', null, null,
    row_set_sha256
  from horizons
  union all
  select 'lag_curve', 'lag_day', member || '.' || lpad(cast(time_days as varchar), 4, '0'), cast(time_days as varchar), 100 * incidence,
    events_so_far, estimated_count, 'per_cent', 100 * incidence_lower, 100 * incidence_upper, row_set_sha256
  from points where events > 0 and not is_thin
  {% for part in parts %}
  union all
  select 'lag_count', 'lag_part', member || '.{{ part }}', null, {{ part }}_count, {{ part }}_count, commitment_count, 'count', null, null,
    row_set_sha256
  from summaries
  {% endfor %}
)

select * from long
