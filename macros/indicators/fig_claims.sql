{# Indicators of the model fig_claims: each is defined here and nowhere else. Conditions are on the released table `commitments`. #}
{% macro fig_claims_indicators() %}
{% set definitions %}
- {id: claim_register, formula: "value of the register under the stated scope", formula_vi: "giá trị của sổ đăng ký theo phạm vi đã nêu", name_en: Register under the claim's scope, name_vi: Sổ đăng ký theo phạm vi công bố, description_en: "What the register gives for a published figure under its stated scope.", description_vi: "Giá trị của sổ đăng ký theo đúng phạm vi của số liệu công bố.", checks: [CLM-01]}
- {id: claim_published, formula: "figure as published", formula_vi: "số liệu như đã công bố", name_en: Figure as published, name_vi: Số liệu công bố, description_en: "The figure as published, with the ends of its reading.", description_vi: "Số liệu như công bố, kèm cận của cách đọc.", checks: [CLM-01]}
- {id: claim_verdicts, formula: "|claims with the verdict|", formula_vi: "|số liệu công bố có kết luận đó|", name_en: Published figures by verdict, name_vi: Số liệu công bố theo kết luận, description_en: "How many published figures reconcile with the register.", description_vi: "Bao nhiêu số liệu công bố khớp với sổ đăng ký.", checks: [CLM-01]}
- {id: claim_pairs, formula: "|pairs of published figures| by whether their ranges overlap", formula_vi: "|cặp số liệu công bố| theo việc hai khoảng có giao nhau hay không", name_en: Published figures against one another, name_vi: Các số liệu công bố đối chiếu với nhau, description_en: "Comparisons of published figures with what other published figures imply for them.", description_vi: "Số lần đối chiếu số liệu công bố với giá trị suy ra từ các số liệu công bố khác.", checks: [CLM-01]}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
