-- Lags as figures. A member is <event>_<series>, with .<days> or .<part> behind it where there are several.
{% set parts = {'lag_outcomes': ['event', 'competing', 'censored'], 'lag_excluded': ['left_truncated', 'not_followed', 'undated'],
  'lag_noted': ['before_signing', 'imprecise']} %}
with summaries as (
  select
    *,
    event || '_' || series as member,
    'lag_spells: event = ''' || event || ''' and series = ''' || series || '''' as series_filter,
    series_filter || ' and exclusion is null' as estimated_filter
  from {{ ref('lag_summaries') }}
  where not starts_with(series, 'cohort_') and series <> 'difficulties'
),

horizons as (
  select horizons.*, summaries.member, summaries.estimated_count, summaries.estimated_filter, summaries.estimated_sha256
  from {{ ref('lag_horizons') }} as horizons
  inner join summaries on horizons.event = summaries.event and horizons.series = summaries.series
),

-- Curves are drawn for the main readings; for completion, the headline, also as far as they can be off.
points as (
  select curves.*, summaries.member, summaries.estimated_count, summaries.estimated_filter, summaries.estimated_sha256,
    sum(curves.events) over walk as events_so_far, bool_or(curves.is_thin_start) over walk as is_thin
  from {{ ref('lag_curves') }} as curves
  inner join summaries on curves.event = summaries.event and curves.series = summaries.series
  where curves.stratum = 'all'
    and (curves.series in ('main', 'earlier', 'all') or curves.event = 'completed' and curves.series <> 'all_naive_entry')
  window walk as (partition by curves.event, curves.series order by curves.time_days)
),

tests as (
  select
    *,
    event || case comparison when 'published' then '' else '_' || comparison end as member,
    'lag_tests: event = ''' || event || ''' and comparison = ''' || comparison || '''' as row_filter
  from {{ ref('lag_tests') }}
),

long as (
  {% for indicator, value in [('lag_median_km', 'km_median'), ('lag_median_incidence', 'incidence_median')] %}
  select '{{ indicator }}' as indicator, 'lag' as dimension, member, cast(null as varchar) as period,
    cast({{ value }} as decimal(28, 6)) as value, event_count as numerator, estimated_count as denominator, 'days' as unit,
    {{ value ~ '_lower' if value == 'km_median' else 'null' }} as lower_bound,
    {{ value ~ '_upper' if value == 'km_median' else 'null' }} as upper_bound,
    estimated_filter as row_filter, estimated_sha256 as row_set_sha256
  from summaries
  union all
  {% endfor %}
  select 'lag_median_naive', 'lag', member, null, naive_median, naive_count, commitment_count, 'days', null, null,
    series_filter || ' and outcome = ''event''', row_set_sha256
  from summaries
  {% for indicator, counted in parts.items() %}{% for part in counted %}
  union all
  select '{{ indicator }}', 'lag_part', member || '.{{ part }}', null, {{ part }}_count, {{ part }}_count, commitment_count, 'count',
    null, null, series_filter, row_set_sha256
  from summaries where series in ('main', 'earlier', 'all', 'all_naive_entry')
  {% endfor %}{% endfor %}
  union all
  select 'lag_at_risk', 'lag_horizon', member || '.' || days, cast(days as varchar), at_risk, at_risk, null, 'count', null, null,
    estimated_filter, estimated_sha256
  from horizons
  union all
  select 'lag_cif', 'lag_horizon', member || '.' || days, cast(days as varchar), 100 * incidence, events, estimated_count,
    'per_cent', 100 * incidence_lower, 100 * incidence_upper, estimated_filter, estimated_sha256
  from horizons where days >= 180
  union all
  select 'lag_curve', 'lag_day', member || '.' || lpad(cast(time_days as varchar), 4, '0'), cast(time_days as varchar),
    100 * incidence, events_so_far, estimated_count, 'per_cent', 100 * incidence_lower, 100 * incidence_upper, estimated_filter,
    estimated_sha256
  from points where events > 0 and not is_thin
  {% for cohort in ['before', 'after'] %}
  union all
  select 'lag_cohort', 'lag_cohort', member || '.{{ cohort }}', cast(days as varchar), 100 * {{ cohort }}_incidence, null,
    {{ cohort }}_count, 'per_cent', null, null, row_filter, row_set_sha256
  from tests
  {% endfor %}
  union all
  select 'lag_shortened', 'lag', member, cast(days as varchar), 100 * difference, null, before_count + after_count,
    'percentage_points', 100 * difference_lower, 100 * difference_upper, row_filter, row_set_sha256
  from tests
  union all
  select 'lag_shortened_verdict', 'lag_verdict', event || '.' || verdict, cast(days as varchar), 1, null, before_count + after_count,
    'number', null, null, row_filter, row_set_sha256
  from tests where comparison = 'published'
)

select
  indicator, dimension, member, period, cast(value as decimal(28, 6)) as value, cast(numerator as bigint) as numerator,
  cast(denominator as bigint) as denominator, unit, cast(lower_bound as decimal(28, 6)) as lower_bound,
  cast(upper_bound as decimal(28, 6)) as upper_bound, row_filter, row_set_sha256
from long
