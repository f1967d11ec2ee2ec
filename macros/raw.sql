{# Rows of a raw table with the file they stand in and the row that a spreadsheet shows (the header is row 1). #}
{% macro raw_rows(relation) -%}
  select
    *,
    n - min(n) over (partition by filename) + 2 as row_number
  from (select *, row_number() over () as n from {{ relation }})
{%- endmacro %}

{# Path of a raw file as its owner knows it: without the folders above the project. #}
{% macro project_path(column) %}replace({{ column }}, '{{ var("project_dir", "") }}', ''){% endmacro %}
{% macro package_path(column) %}replace({{ column }}, '{{ var("package_dir") }}/', ''){% endmacro %}
