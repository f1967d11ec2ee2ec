-- The one table that reports read. Every row says what it is, of which rows, at which two dates, and which checks it stands on.
-- depends_on: {{ ref('indicators') }}
{% set parts = ['fig_rates', 'fig_counts', 'fig_ageing', 'fig_maturity', 'fig_signing', 'fig_units', 'fig_flows', 'fig_changes',
  'fig_lags', 'fig_waits', 'fig_reporting', 'fig_practice_reporting', 'fig_practice_changes', 'fig_practice_support', 'fig_claims', 'fig_quality', 'fig_findings'] %}
with parts as (
  {% for part in parts %}
  select * from {{ ref(part) }}
  {{ 'union all' if not loop.last }}
  {% endfor %}
),

edition as (
  select * from {{ ref('editions') }}
),

-- a rule that failed as an error, or could not run, withholds the figures that stand on it
failed as (
  select rule_id from {{ source('quality', 'check_results') }}
  where severity = 'error' and result in ('fail', 'error')
),

withheld as (
  select indicators.indicator, string_agg(failed.rule_id, ' ' order by failed.rule_id) as withheld_by
  from {{ ref('indicators') }} as indicators
  inner join failed on list_contains(string_split(indicators.checks, ' '), failed.rule_id)
  group by indicators.indicator
),

named as (
  select
    parts.indicator || case when parts.dimension = 'national' then '' else '.' || parts.dimension || '.' || parts.member end
      as figure_id,
    parts.* replace (cast(parts.numerator as bigint) as numerator, cast(parts.denominator as bigint) as denominator),
    edition.valid_date,
    edition.knowledge_date,
    edition.definition_version,
    indicators.checks,
    coalesce(withheld.withheld_by, '') as withheld_by,
    parts.unit = 'share' and parts.denominator between 1 and {{ parameter('small_number_interval') }} - 1 as is_small
  from parts
  cross join edition
  left join {{ ref('indicators') }} as indicators on parts.indicator = indicators.indicator
  left join withheld on parts.indicator = withheld.indicator
),

published as (
  select * replace (
    {% for column in ['value', 'numerator', 'denominator', 'lower_bound', 'upper_bound'] -%}
    case when withheld_by = '' then {{ column }} end as {{ column }}{{ ', ' if not loop.last }}
    {%- endfor %}
  )
  from named
)

select
  figure_id, indicator, dimension, member, period, value, numerator, denominator, unit, lower_bound, upper_bound,
  case when is_small then {{ wilson('numerator', 'denominator', '-') }} end as interval_low,
  case when is_small then {{ wilson('numerator', 'denominator', '+') }} end as interval_high,
  valid_date, knowledge_date, definition_version, row_filter, row_set_sha256, checks,
  withheld_by
from published
