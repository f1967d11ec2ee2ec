{# Indicators of the model fig_signing: each is defined here and nowhere else. Conditions are on the released table `commitments`. #}
{% macro fig_signing_indicators() %}
{% set definitions %}
- {id: signed_in_period, formula: "|{i ∈ U : signed in period}|", formula_vi: "|{i ∈ U : ký trong kỳ}|", name_en: Commitments signed, name_vi: Cam kết đã ký, description_en: "Commitments by quarter or year of signing.", description_vi: "Số cam kết theo quý hoặc năm ký.", checks: [AGG-01, AGG-03, DAT-01, STR-02]}
- {id: documents_signed, formula: "|{documents of U : signed in period}|", formula_vi: "|{văn bản của U : ký trong kỳ}|", name_en: Documents signed, name_vi: Văn bản đã ký, description_en: "Documents by quarter or year of signing; the unit of published counts.", description_vi: "Số văn bản theo quý hoặc năm ký; đơn vị của các con số đã công bố.", checks: [AGG-01, AGG-03, DAT-01, STR-02]}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
