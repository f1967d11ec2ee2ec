{# A date known only to its month, quarter or year stands for the whole period. #}
{% macro period_start(date, precision) -%}
  case {{ precision }}
    when 'month' then cast(date_trunc('month', {{ date }}) as date)
    when 'quarter' then cast(date_trunc('quarter', {{ date }}) as date)
    when 'year' then cast(date_trunc('year', {{ date }}) as date)
    else {{ date }}
  end
{%- endmacro %}

{% macro period_end(date, precision) -%}
  case {{ precision }}
    when 'month' then cast(date_trunc('month', {{ date }}) + interval 1 month - interval 1 day as date)
    when 'quarter' then cast(date_trunc('quarter', {{ date }}) + interval 3 month - interval 1 day as date)
    when 'year' then cast(date_trunc('year', {{ date }}) + interval 1 year - interval 1 day as date)
    else {{ date }}
  end
{%- endmacro %}

{# The deadline in force by the lead line: the last it gave, none where it took it away, else the baseline. #}
{% macro standing_deadline(lead_line, commitments) -%}
  case when not coalesce({{ lead_line }}.is_deadline_removed, false)
    then coalesce({{ lead_line }}.current_deadline, {{ commitments }}.baseline_deadline)
  end
{%- endmacro %}

{% macro valid_date() %}cast('{{ var("valid_date") }}' as date){% endmacro %}
{% macro knowledge_date() %}cast('{{ var("knowledge_date") }}' as date){% endmacro %}

{# Name of the review round whose period ends on a date, as 2025-Q3. #}
{% macro round_of(date) %}(year({{ date }}) || '-Q' || quarter({{ date }})){% endmacro %}
