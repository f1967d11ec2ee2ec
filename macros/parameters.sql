{# The value of a threshold in force, as a scalar subquery: one home for every threshold (raw/reference/parameters.csv). #}
{% macro parameter(parameter_id, type='integer') -%}
  (select cast(value as {{ type }}) from {{ ref('parameters') }} where parameter_id = '{{ parameter_id }}')
{%- endmacro %}
