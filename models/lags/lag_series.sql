-- The series of lags with their first and last day of signing. The cohorts that are compared follow from T: the later one is the
-- last two whole quarters whose commitments have all reached the longest horizon; the earlier one is the mechanism before that.
with edition as (
  select
    valid_date,
    {{ parameter('scope_start_date', 'date') }} as scope_start,
    {{ parameter('lag_series_start', 'date') }} as mechanism_start,
    cast(date_trunc('quarter', valid_date - {{ parameter('lag_horizon_days') }} + 1) as date) - 1 as reached_date
  from {{ ref('editions') }}
),

cut as (
  select *, cast(date_trunc('quarter', reached_date) - interval 3 month as date) as after_start from edition
),

windows as (
  select 'mechanism' as signed, mechanism_start as signed_from, valid_date as signed_to from cut
  union all
  select 'earlier', scope_start, mechanism_start - 1 from cut
  union all
  select 'all', scope_start, valid_date from cut
  union all
  select 'before', mechanism_start, after_start - 1 from cut
  union all
  select 'after', after_start, reached_date from cut
),

series as (
  select * from (values
    {% for series in lag_series_list() %}
    ({{ sql_text(series.id) }}, {{ sql_text(series.signed) }}, {{ series.entry == 'delayed' }}, {{ sql_text(series.censoring) }},
      {{ sql_text(series.reading) }}, nullif({{ sql_text(series.comparison) }}, ''), nullif({{ sql_text(series.cohort) }}, ''))
    {{ ',' if not loop.last }}
    {% endfor %}
  ) as t (series, signed, has_delayed_entry, censoring, reading, comparison, cohort)
)

select
  series.series, windows.signed_from, windows.signed_to, series.has_delayed_entry, series.censoring, series.reading,
  series.comparison, series.cohort
from series
inner join windows on series.signed = windows.signed
