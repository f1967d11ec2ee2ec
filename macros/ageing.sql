{# Bands of days overdue, in order. Their names are terms of the term base. #}
{% macro ageing_bands() %}
{{ return(['ageing_0_30', 'ageing_31_90', 'ageing_91_180', 'ageing_181_365', 'ageing_366_730', 'ageing_over_730']) }}
{% endmacro %}

{% macro ageing_band(days) -%}
  case
    when {{ days }} is null then null
    when {{ days }} <= 30 then 'ageing_0_30'
    when {{ days }} <= 90 then 'ageing_31_90'
    when {{ days }} <= 180 then 'ageing_91_180'
    when {{ days }} <= 365 then 'ageing_181_365'
    when {{ days }} <= 730 then 'ageing_366_730'
    else 'ageing_over_730'
  end
{%- endmacro %}

{# Bands of the days by which a deadline moved from the first one: as those of days overdue, with the ways in which it did not slip
   by any number of days. #}
{% macro slip_bands() %}
{{ return(['pulled_in', 'unmoved', 'days_1_30', 'days_31_90', 'days_91_180', 'days_181_365', 'days_366_730', 'over_730', 'removed']) }}
{% endmacro %}

{% macro slip_band(days) -%}
  case
    when {{ days }} is null then 'removed'
    when {{ days }} < 0 then 'pulled_in'
    when {{ days }} = 0 then 'unmoved'
    when {{ days }} <= 30 then 'days_1_30'
    when {{ days }} <= 90 then 'days_31_90'
    when {{ days }} <= 180 then 'days_91_180'
    when {{ days }} <= 365 then 'days_181_365'
    when {{ days }} <= 730 then 'days_366_730'
    else 'over_730'
  end
{%- endmacro %}
