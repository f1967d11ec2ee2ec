-- Every indicator with its words and formula (one for both languages where it has no words), collected from macros/indicators/,
-- one file for each model of figures. A figure about commitments stands on the partition of the register (AGG-01); one of
-- populations, whose model stands in the list below or whose checks say `populations`, also on possible dates and on supersessions
-- without a circle, beside the checks that it names itself.
{% set populations = ['fig_rates', 'fig_counts', 'fig_ageing', 'fig_maturity', 'fig_signing', 'fig_units', 'fig_flows', 'fig_changes'] %}
{% set families = {
  'fig_rates': fig_rates_indicators(), 'fig_counts': fig_counts_indicators(), 'fig_ageing': fig_ageing_indicators(),
  'fig_signing': fig_signing_indicators(), 'fig_units': fig_units_indicators(), 'fig_flows': fig_flows_indicators(), 'fig_changes': fig_changes_indicators(),
  'fig_maturity': fig_maturity_indicators(), 'fig_reporting': fig_reporting_indicators(), 'fig_claims': fig_claims_indicators(),
  'fig_practice_reporting': fig_practice_reporting_indicators(), 'fig_practice_changes': fig_practice_changes_indicators(),
  'fig_practice_support': fig_practice_support_indicators(), 'fig_lags': fig_lags_indicators(), 'fig_waits': fig_waits_indicators(), 'fig_quality': fig_quality_indicators(),
  'fig_findings': fig_findings_indicators()
} %}
{% set documented = [] %}
{% for model, indicators in families.items() %}
  {% for indicator in indicators %}
    {% do documented.append((model, indicator)) %}
  {% endfor %}
{% endfor %}
with documented as (
  {% for model, indicator in documented %}
  select
    {{ sql_text(indicator.id) }} as indicator,
    {{ sql_text(model) }} as model,
    {{ sql_text(indicator.name_en) }} as name_en,
    {{ sql_text(indicator.name_vi) }} as name_vi,
    {{ sql_text(indicator.formula) }} as formula,
    {{ sql_text(indicator.get('formula_vi', indicator.formula)) }} as formula_vi,
    {{ sql_text(indicator.description_en) }} as description_en,
    {{ sql_text(indicator.description_vi) }} as description_vi,
    {%- set counts_populations = model in populations or 'populations' in indicator.get('checks', []) %}
    {%- set basis = ['AGG-01'] + (['DAT-01', 'DAT-02', 'STA-05'] if counts_populations else []) %}
    {{ sql_text((basis + indicator.checks) | reject('equalto', 'populations') | unique | join(' ') if indicator.get('checks') else '') }} as checks
  {{ 'union all' if not loop.last }}
  {% endfor %}
)

select * from documented
