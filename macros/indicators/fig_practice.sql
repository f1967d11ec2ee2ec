{# Rows of figures from definitions of the practice families. A definition names a released table, the key of what it counts
   (`key`, else the commitment) and one measure:
     share: numerator / denominator, conditions on the table; count: numerator;
     median, quantile (`at`), max, sum: of the column `of` where the condition `numerator` holds.
   `by` groups the rows, each group with its own denominator; `split` shares out one denominator over all members of a code
   list, named or taken from a model, so that an empty member is a figure too. #}
{% macro practice_rows(indicator) -%}
  {%- set key = indicator.get('key', 'commitment_id') -%}
  {%- for dimension, column in indicator.get('by', {}).items() %}
  select '{{ dimension }}' as dimension, {{ "'all'" if dimension == 'national' else 'cast(' ~ column ~ ' as varchar)' }} as member,
    {{ practice_numbers(indicator, key, 'true') }}
  from {{ ref(indicator.table) }}
  {{ 'where ' ~ column ~ ' is not null group by ' ~ column if dimension != 'national' }}
  {{ 'union all' if not loop.last or indicator.split is defined }}
  {%- endfor %}
  {%- for split in indicator.get('split', []) %}
  select '{{ split.dimension }}' as dimension, members.member,
    {{ practice_numbers(indicator, key, split.column ~ ' = members.member') }}
  from (select {{ split.member ~ ' as member from ' ~ ref(split.model)
    ~ (' where ' ~ split.where if split.where is defined else '')
    if split.model is defined else 'unnest(' ~ split.members ~ ') as member' }}) as members
  left join {{ ref(indicator.table) }} on true
  group by members.member
  {{ 'union all' if not loop.last }}
  {%- endfor %}
{%- endmacro %}

{% macro practice_numbers(indicator, key, member_condition) -%}
  {%- set conditions = [indicator.get('numerator', 'true'), member_condition] | reject('equalto', 'true') | list -%}
  {%- set condition = '(' ~ conditions | join(') and (') ~ ')' if conditions else 'true' -%}
  {%- set measure = indicator.get('measure', 'share') -%}
  {%- set denominator = indicator.denominator if measure == 'share' else condition -%}
  {%- set base = 'count(distinct ' ~ key ~ ') ' ~ of_those(denominator) -%}
  {%- set whole = '(' ~ indicator.get('numerator', 'true') ~ ')'
    ~ (' / (' ~ indicator.denominator ~ ')' if measure == 'share' else '') -%}
  '{{ indicator.id }}' as indicator,
  {%- if measure in ('share', 'count') %}
    count(distinct {{ key }}) {{ of_those(condition) }} as numerator,
    {{ base if measure == 'share' else 'cast(null as bigint)' }} as denominator,
  {%- else %}
    {%- set quantile = 'quantile_disc(' ~ indicator.of ~ ', ' ~ indicator.get('at', 0.5) ~ ')' %}
    {%- set aggregate = {'median': quantile, 'quantile': quantile, 'max': 'max(' ~ indicator.of ~ ')',
      'sum': 'sum(' ~ indicator.of ~ ')'}[measure] ~ ' ' ~ of_those(condition) %}
    cast({{ 'coalesce(' ~ aggregate ~ ', 0)' if measure == 'sum' else aggregate }} as bigint) as numerator,
    {{ base }} as denominator,
  {%- endif %}
    '{{ indicator.get('unit', measure) }}' as unit,
    {{ sql_text(indicator.table ~ ': ' ~ (indicator.of ~ ' where ' if indicator.of is defined else '') ~ whole) }} as row_filter,
    {{ row_set(denominator, key, distinct=true) }} as row_set_sha256
{%- endmacro %}

{# All rows of a family, with their values. Days are turned into months of 30.4375 days, a sixteenth at a time. #}
{% macro practice_figures(indicators) -%}
  select indicator, dimension, member, case when dimension = 'round' then member end as period,
    case unit
      when 'share' then {{ exact_share('numerator', 'denominator') }}
      when 'months' then {{ exact_share('numerator * 16', '487') }}
      else cast(numerator as decimal(28, 6))
    end as value,
    numerator, denominator, unit, row_filter, row_set_sha256
  from (
    {% for indicator in indicators if indicator.table is defined %}
    {{ practice_rows(indicator) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
  )
{%- endmacro %}
