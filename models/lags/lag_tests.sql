-- "Has the lag shortened?": the later cohort against the earlier one, with the 95 % band of the difference. One row per event and
-- comparison; verdict: supported, not_supported, not_testable. Few commitments, a horizon that is not reached, and an event whose
-- day nobody reports cannot be tested.
with cohorts as (
  select * from {{ ref('lag_cohorts') }}
),

asked as (
  select events.event, comparisons.comparison
  from (select unnest(['assigned', 'started', 'completed']) as event) as events
  cross join (select distinct comparison from {{ ref('lag_series') }} where comparison is not null) as comparisons
),

rows_behind as (
  select spells.event, series.comparison, {{ row_set('exclusion is null') }} as row_set_sha256
  from {{ ref('lag_spells') }} as spells
  inner join {{ ref('lag_series') }} as series on spells.series = series.series
  group by spells.event, series.comparison
),

compared as (
  select
    asked.event, asked.comparison, earlier.days,
    coalesce(earlier.commitment_count, 0) as before_count,
    coalesce(later.commitment_count, 0) as after_count,
    earlier.incidence as before_incidence,
    later.incidence as after_incidence,
    later.incidence - earlier.incidence as difference,
    1.959964 * sqrt(cast(earlier.incidence_variance + later.incidence_variance as double)) as margin,
    coalesce(rows_behind.row_set_sha256, sha256('')) as row_set_sha256,
    coalesce(
      least(earlier.commitment_count, later.commitment_count) >= {{ parameter('small_number_interval') }}
        and earlier.is_reached and later.is_reached and earlier.incidence + later.incidence > 0,
      false
    ) as is_testable
  from asked
  left join cohorts as earlier
    on asked.event = earlier.event and asked.comparison = earlier.comparison and earlier.cohort = 'before'
  left join cohorts as later
    on asked.event = later.event and asked.comparison = later.comparison and later.cohort = 'after'
  left join rows_behind on asked.event = rows_behind.event and asked.comparison = rows_behind.comparison
)

select
  event, comparison, days, before_count, after_count,
  {% for name, value in [('before_incidence', 'before_incidence'), ('after_incidence', 'after_incidence'),
    ('difference', 'difference'), ('difference_lower', 'difference - margin'), ('difference_upper', 'difference + margin')] %}
  case when is_testable then cast(round({{ value }}, 6) as decimal(28, 6)) end as {{ name }},
  {% endfor %}
  case when not is_testable then 'not_testable' when difference - margin > 0 then 'supported' else 'not_supported' end as verdict,
  row_set_sha256
from compared
