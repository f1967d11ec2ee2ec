{# An end of the Wilson 95 % score interval of a share (E. B. Wilson, 1927). It describes how little a small number says; the
   commitments are all there is, not a sample. One expression on one row, rounded: no sum of floating-point numbers. #}
{% macro wilson(numerator, denominator, sign) -%}
  cast(round((
    {{ numerator }} + 1.920729 {{ sign }} 1.959964
      * sqrt(cast({{ numerator }} as double) * ({{ denominator }} - {{ numerator }}) / {{ denominator }} + 0.960365)
  ) / ({{ denominator }} + 3.841459), 6) as decimal(28, 6))
{%- endmacro %}
