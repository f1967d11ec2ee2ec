{# Figures are rows of one long table. These macros hold its columns and the ways in which a share or a count becomes rows. #}

{# Hash of the sorted keys of the rows behind a figure. Lists are sorted all at once, an ordered aggregate group by group, which
   takes several times as long. #}
{% macro row_set(condition, key='commitment_id', distinct=false) -%}
  sha256(coalesce(array_to_string(list_sort(
    list({{ 'distinct ' if distinct }}{{ key }}) {{ of_those(condition) }}
  ), ','), ''))
{%- endmacro %}

{# Filter of an aggregate, none where all rows count. #}
{% macro of_those(condition) -%}
  {{ 'filter (where ' ~ condition ~ ')' if condition != 'true' }}
{%- endmacro %}

{# A literal of SQL. #}
{% macro sql_text(value) %}'{{ (value or '') | string | replace("'", "''") }}'{% endmacro %}

{# Shares of commitments, from `facts`, by dimension and member: counts are exact, the division is done once, in decimals. low
   and high are bounds of the numerator. Everything is counted in one pass over the facts (`tallied`), then laid out in rows. #}
{% macro share_tallies(indicators) -%}
  select
    dimension,
    member,
    {%- for indicator in indicators %}
    {%- for part in ['numerator', 'denominator'] %}
    count(*) {{ of_those(indicator[part]) }} as {{ indicator.id }}_{{ part }},
    count(*) {{ of_those(indicator.get(part ~ '_low', indicator[part])) }} as {{ indicator.id }}_{{ part }}_low,
    count(*) {{ of_those(indicator.get(part ~ '_high', indicator[part])) }} as {{ indicator.id }}_{{ part }}_high,
    {%- endfor %}
    {{ row_set(indicator.denominator) }} as {{ indicator.id }}_rows{{ ',' if not loop.last }}
    {%- endfor %}
  from facts
  group by dimension, member
{%- endmacro %}

{% macro share_rows(indicators) -%}
  {%- for indicator in indicators %}
  select
    '{{ indicator.id }}' as indicator,
    dimension,
    member,
    cast(null as varchar) as period,
    {%- for part in ['numerator', 'denominator'] %}{% for bound in ['', '_low', '_high'] %}
    {{ indicator.id }}_{{ part }}{{ bound }} as {{ part }}{{ bound }},
    {%- endfor %}{% endfor %}
    'share' as unit,
    {{ sql_text('(' ~ indicator.numerator ~ ') / (' ~ indicator.denominator ~ ')') }} as row_filter,
    {{ indicator.id }}_rows as row_set_sha256
  from tallied
  {{ 'union all' if not loop.last }}
  {%- endfor %}
{%- endmacro %}

{# Counts of commitments, in the same way. #}
{% macro count_tallies(indicators) -%}
  select
    dimension,
    member,
    {%- for indicator in indicators %}
    count(*) {{ of_those(indicator.condition) }} as {{ indicator.id }}_count,
    {{ row_set(indicator.condition) }} as {{ indicator.id }}_rows{{ ',' if not loop.last }}
    {%- endfor %}
  from facts
  group by dimension, member
{%- endmacro %}

{% macro count_rows(indicators) -%}
  {%- for indicator in indicators %}
  select
    '{{ indicator.id }}' as indicator,
    dimension,
    member,
    cast(null as varchar) as period,
    {{ indicator.id }}_count as numerator,
    'count' as unit,
    {{ sql_text(indicator.condition) }} as row_filter,
    {{ indicator.id }}_rows as row_set_sha256
  from tallied
  {{ 'union all' if not loop.last }}
  {%- endfor %}
{%- endmacro %}

{# Exact share of two integers as a decimal of six places, rounded half up (away from zero), or null where there is nothing to
   divide by. In whole millionths: a decimal divided in DuckDB is a double, which has 41 / 640 end in 2 instead of 3. #}
{% macro exact_share(numerator, denominator) -%}
  case when {{ denominator }} > 0 then cast(
    cast(sign({{ numerator }}) * ((2000000 * cast(abs({{ numerator }}) as hugeint) + {{ denominator }}) // (2 * {{ denominator }})) as decimal(28, 0))
    * 0.000001 as decimal(28, 6)
  ) end
{%- endmacro %}
