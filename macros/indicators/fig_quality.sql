{# Indicators of the model fig_quality: each is defined here and nowhere else. Conditions are on the released table `commitments`. #}
{% macro fig_quality_indicators() %}
{% set definitions %}
- {id: findings, formula: "|findings|", formula_vi: "|phát hiện|", name_en: Findings, name_vi: Phát hiện, description_en: "Failing rows found by the checks.", description_vi: "Số dòng vi phạm mà kiểm tra phát hiện.", checks: []}
- {id: checked, formula: "|objects examined|", formula_vi: "|đối tượng đã kiểm tra|", name_en: Objects examined, name_vi: Đối tượng đã kiểm tra, description_en: "Objects that a rule examined.", description_vi: "Số đối tượng mà quy tắc đã xem xét.", checks: []}
- {id: rules, formula: "|rules with the result|", formula_vi: "|quy tắc có kết quả đó|", name_en: Rules by result, name_vi: Quy tắc theo kết quả, description_en: "Rules that passed, warned, failed, did not apply or could not run.", description_vi: "Số quy tắc đạt, cảnh báo, không đạt, không áp dụng hoặc không chạy được.", checks: []}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
