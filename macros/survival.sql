{# Survival curves without sums of floating-point numbers: a build on two threads gives the same digits as one on one thread.
   A probability is an integer count of 10⁻¹⁵; each step of a curve is one integer multiplication and one integer division,
   rounded half up. Doubles occur only in the bands, one value at a time, rounded to six places. #}

{% macro one() %}cast(1000000000000000 as hugeint){% endmacro %}

{# probability × part / whole #}
{% macro times_share(probability, part, whole) -%}
  ({{ probability }} * cast({{ part }} as hugeint) + {{ whole }} // 2) // {{ whole }}
{%- endmacro %}

{# A double as a count of 10⁻¹⁵, so that it can be summed in any order. #}
{% macro to_fixed(value) %}cast(round(1e15 * ({{ value }})) as hugeint){% endmacro %}
{% macro to_double(fixed) %}(cast({{ fixed }} as double) / 1e15){% endmacro %}

{# A count of 10⁻¹⁵ as a decimal of nine places, exact but for the last rounding. #}
{% macro from_fixed(fixed) -%}
  cast(cast(({{ fixed }} + 500000) // 1000000 as decimal(10, 0)) * cast(0.000000001 as decimal(10, 9)) as decimal(12, 9))
{%- endmacro %}

{# An end of the 95 % band on the log-log scale, which stays between 0 and 1: the lower one for '-', the upper one for '+'. #}
{% macro log_log_bound(value, relative_error, sign) -%}
  case
    when {{ value }} > 0 and {{ value }} < 1
      then cast(round(pow({{ value }}, exp({{ sign }} 1.959964 * {{ relative_error }} / ln({{ value }}))), 6) as decimal(12, 9))
  end
{%- endmacro %}

{# The series of lags. signed: which signing dates; entry: delayed for rows recorded late, or none; censoring: until when an
   open commitment counts as followed; reading: the longest or the shortest lag that uncertain dates allow; cohort and reading
   of the comparison that it belongs to. #}
{% macro lag_series_list() %}
{% set series %}
- {id: main, signed: mechanism, entry: delayed, censoring: credible, reading: longest}
- {id: earlier, signed: earlier, entry: delayed, censoring: credible, reading: longest}
- {id: all, signed: all, entry: delayed, censoring: credible, reading: longest}
- {id: all_naive_entry, signed: all, entry: none, censoring: credible, reading: longest}
- {id: main_last_report, signed: mechanism, entry: delayed, censoring: last_report, reading: longest}
- {id: all_last_report, signed: all, entry: delayed, censoring: last_report, reading: longest}
- {id: main_silence_open, signed: mechanism, entry: delayed, censoring: valid_date, reading: longest}
- {id: all_silence_open, signed: all, entry: delayed, censoring: valid_date, reading: longest}
- {id: main_shortest, signed: mechanism, entry: delayed, censoring: credible, reading: shortest}
- {id: all_shortest, signed: all, entry: delayed, censoring: credible, reading: shortest}
- {id: cohort_before, signed: before, entry: delayed, censoring: credible, reading: longest, comparison: published,
   cohort: before}
- {id: cohort_after, signed: after, entry: delayed, censoring: credible, reading: longest, comparison: published,
   cohort: after}
- {id: cohort_before_last_report, signed: before, entry: delayed, censoring: last_report, reading: longest,
   comparison: last_report, cohort: before}
- {id: cohort_after_last_report, signed: after, entry: delayed, censoring: last_report, reading: longest,
   comparison: last_report, cohort: after}
{% endset %}
{{ return(fromyaml(series)) }}
{% endmacro %}

