-- One row per event and series: who is in the estimate, who is not and why, and the medians. A median that the curve does not
-- reach is empty: "not reached". It is empty, too, where the curve comes to it through steps from too few at risk.
with series as (
  select events.event, series.series
  from {{ ref('lag_series') }} as series
  cross join (select unnest(['assigned', 'started', 'completed']) as event) as events
  union all
  select unnest(['raised_escalated', 'escalated_answered', 'raised_resolved']), 'difficulties'
),

spells as (
  select * from {{ ref('lag_waits') }}
),

counted as (
  select
    event,
    series,
    count(*) as commitment_count,
    count(*) filter (where exclusion is null) as estimated_count,
    count(*) filter (where exclusion is null and outcome = 'event') as event_count,
    count(*) filter (where exclusion is null and outcome = 'competing') as competing_count,
    count(*) filter (where exclusion is null and outcome = 'censored') as censored_count,
    count(*) filter (where exclusion = 'left_truncated') as left_truncated_count,
    count(*) filter (where exclusion = 'not_followed') as not_followed_count,
    count(*) filter (where exclusion = 'undated') as undated_count,
    count(*) filter (where is_before_signing) as before_signing_count,
    count(*) filter (where is_origin_imprecise) as imprecise_count,
    count(*) filter (where outcome = 'event') as naive_count,
    cast(median(time_days) filter (where outcome = 'event') as decimal(28, 6)) as naive_median,
    {{ row_set('exclusion is null') }} as estimated_sha256,
    {{ row_set('true') }} as row_set_sha256
  from spells
  group by event, series
),

medians as (
  select
    event,
    series,
    coalesce(min(time_days) filter (where is_thin_start), max(time_days) + 1) as thin_from,
    min(time_days) filter (where survival <= 0.5) as km_median,
    min(time_days) filter (where coalesce(survival_lower, survival) <= 0.5) as km_median_lower,
    min(time_days) filter (where coalesce(survival_upper, survival) <= 0.5) as km_median_upper,
    min(time_days) filter (where incidence >= 0.5) as incidence_median
  from {{ ref('lag_curves') }}
  where stratum = 'all'
  group by event, series
)

select
  series.event, series.series,
  {% for name in ['commitment', 'estimated', 'event', 'competing', 'censored', 'left_truncated', 'not_followed', 'undated',
    'before_signing', 'imprecise', 'naive'] %}
  coalesce(counted.{{ name }}_count, 0) as {{ name }}_count,
  {% endfor %}
  counted.naive_median,
  {% for name in ['km_median', 'km_median_lower', 'km_median_upper', 'incidence_median'] %}
  case when medians.{{ name }} < medians.thin_from then medians.{{ name }} end as {{ name }},
  {% endfor %}
  coalesce(counted.estimated_sha256, sha256('')) as estimated_sha256,
  coalesce(counted.row_set_sha256, sha256('')) as row_set_sha256
from series
left join counted on series.event = counted.event and series.series = counted.series
left join medians on series.event = medians.event and series.series = medians.series
