{# A document falls in the scope of a claim: signed in its period, or signed at its activity. #}
{% macro in_claim(start, stop) -%}
  case
    when claims.activity_id is not null then documents.activity_id = claims.activity_id
    else documents.signed_date between claims.{{ start }} and claims.{{ stop }}
  end
{%- endmacro %}
