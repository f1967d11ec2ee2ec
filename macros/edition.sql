{# What a model of the folder as_of says at the dates of the edition. #}
{% macro at_edition(model) -%}
  select * exclude (as_of_id) from {{ model }} where as_of_id = 'edition'
{%- endmacro %}
