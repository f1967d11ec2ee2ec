{# Indicators of the model fig_reporting: each is defined here and nowhere else. Conditions are on the released table `commitments`. #}
{% macro fig_reporting_indicators() %}
{% set definitions %}
- {id: RT1, formula: "|received by the due date| / |obligations|", formula_vi: "|nhận đúng hạn| / |nghĩa vụ báo cáo|", name_en: Reports received on time, name_vi: Báo cáo nộp đúng hạn, description_en: "Obligations whose first report came by the due date.", description_vi: "Nghĩa vụ có báo cáo đầu tiên nộp đúng hạn.", checks: [populations, TIM-05]}
- {id: RT2, formula: "|received by K| / |obligations|", formula_vi: "|nhận đến K| / |nghĩa vụ báo cáo|", name_en: Reports received, name_vi: Báo cáo đã nhận, description_en: "Obligations with any report received by K.", description_vi: "Nghĩa vụ có báo cáo nhận được đến K.", checks: [populations, TIM-05]}
- {id: RT4, formula: "|accepted at first| / |received|", formula_vi: "|được chấp nhận ngay lần đầu| / |đã nhận|", name_en: Accepted at first, name_vi: Chấp nhận ngay lần đầu, description_en: "Received obligations whose first file passed the door at once.", description_vi: "Nghĩa vụ có tệp đầu tiên được chấp nhận ngay.", checks: [populations, STR-01]}
- {id: RT5, formula: "|reported items| / |open led commitments|", formula_vi: "|cam kết được báo cáo| / |cam kết mở đang chủ trì|", name_en: Item coverage, name_vi: Mức bao phủ cam kết, description_en: "Open commitments reported, among those that the agencies led.", description_vi: "Số cam kết mở được báo cáo trên số cơ quan chủ trì.", checks: [populations, TIM-05, STR-03]}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
