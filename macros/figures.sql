{# Figures are rows of one long table. These macros hold its columns and the ways in which a share or a count becomes rows. #}

{% macro row_set(condition) -%}
  sha256(coalesce(string_agg(commitment_id, ',' order by commitment_id) filter (where {{ condition }}), ''))
{%- endmacro %}

{# A literal of SQL. #}
{% macro sql_text(value) %}'{{ (value or '') | string | replace("'", "''") }}'{% endmacro %}

{# A share of commitments: counts are exact, the division is done once, in decimals. low and high are bounds of the numerator. #}
{% macro share_rows(indicator) -%}
  {%- set numerator = indicator.numerator -%}
  {%- set denominator = indicator.denominator -%}
  select
    '{{ indicator.id }}' as indicator,
    dimension,
    member,
    cast(null as varchar) as period,
    count(*) filter (where {{ numerator }}) as numerator,
    count(*) filter (where {{ denominator }}) as denominator,
    count(*) filter (where {{ indicator.get('numerator_low', numerator) }}) as numerator_low,
    count(*) filter (where {{ indicator.get('numerator_high', numerator) }}) as numerator_high,
    count(*) filter (where {{ indicator.get('denominator_low', denominator) }}) as denominator_low,
    count(*) filter (where {{ indicator.get('denominator_high', denominator) }}) as denominator_high,
    'share' as unit,
    {{ sql_text('(' ~ numerator ~ ') / (' ~ denominator ~ ')') }} as row_filter,
    {{ row_set(denominator) }} as row_set_sha256
  from facts
  group by dimension, member
{%- endmacro %}

{% macro count_rows(indicator) -%}
  select
    '{{ indicator.id }}' as indicator,
    dimension,
    member,
    cast(null as varchar) as period,
    count(*) filter (where {{ indicator.condition }}) as numerator,
    'count' as unit,
    {{ sql_text(indicator.condition) }} as row_filter,
    {{ row_set(indicator.condition) }} as row_set_sha256
  from facts
  group by dimension, member
{%- endmacro %}

{# Exact share as a decimal of six places, or null where there is nothing to divide by. #}
{% macro exact_share(numerator, denominator) -%}
  case when {{ denominator }} > 0 then cast(round(cast({{ numerator }} as decimal(28, 10)) / {{ denominator }}, 6) as decimal(28, 6)) end
{%- endmacro %}
