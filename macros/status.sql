{# Order of advance: what is least advanced counts while reports conflict. #}
{% macro status_rank(status) -%}
  case {{ status }} when 'withdrawn' then 0 when 'not_started' then 1 when 'suspended' then 2 when 'in_progress' then 3
    when 'completed' then 4 end
{%- endmacro %}

{% macro status_of_rank(rank) -%}
  case {{ rank }} when 0 then 'withdrawn' when 1 then 'not_started' when 2 then 'suspended' when 3 then 'in_progress'
    when 4 then 'completed' end
{%- endmacro %}

{# A last report that names a difficulty and no more progress than two rounds before (§5.2, a reading of "outstanding"). #}
{% macro is_stuck() -%}
  (difficulty_code is not null and coalesce(progress_pct <= progress_pct_two_rounds_before, false))
{%- endmacro %}
