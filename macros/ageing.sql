{# Bands of days overdue. Their names are terms of the term base. #}
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
