{# Indicators of the model fig_ageing: each is defined here and nowhere else. Conditions are on the released table `commitments`. #}
{% macro fig_ageing_indicators() %}
{% set definitions %}
- {id: ageing, formula: "|O_over in band|", formula_vi: "|O_over trong khoảng|", name_en: Backlog by days overdue, name_vi: Tồn đọng theo số ngày quá hạn, description_en: "Overdue commitments by days since the current deadline, in all and by year of signing.", description_vi: "Cam kết quá hạn theo số ngày kể từ thời hạn hiện hành, tính chung và theo năm ký.", checks: [AGG-01]}
- {id: ageing_baseline, formula: "|O ∩ D_b in band|", formula_vi: "|O ∩ D_b trong khoảng|", name_en: Backlog by days since the baseline deadline, name_vi: Tồn đọng theo số ngày từ thời hạn gốc, description_en: "Open commitments past the first deadline by days since then, in all and by year of signing.", description_vi: "Cam kết mở quá thời hạn gốc theo số ngày từ thời hạn đó, tính chung và theo năm ký.", checks: [AGG-01, DAT-04]}
- {id: overdue_days_total, formula: "Σ (T − deadline)", formula_vi: "Σ (T − thời hạn)", name_en: Total days overdue, name_vi: Tổng số ngày quá hạn, description_en: "Sum of the days overdue of the backlog.", description_vi: "Tổng số ngày quá hạn của tồn đọng.", checks: [AGG-01]}
- {id: overdue_days_mean, formula: "Σ (T − deadline) / |O_over|", formula_vi: "Σ (T − thời hạn) / |O_over|", name_en: Mean days overdue, name_vi: Số ngày quá hạn trung bình, description_en: "Mean of the days overdue of the backlog.", description_vi: "Trung bình số ngày quá hạn của tồn đọng.", checks: [AGG-01]}
- {id: overdue_days_median, formula: "median (T − deadline)", formula_vi: "trung vị (T − thời hạn)", name_en: Median days overdue, name_vi: Trung vị số ngày quá hạn, description_en: "Median of the days overdue of the backlog; the lower one where two stand in the middle.", description_vi: "Trung vị số ngày quá hạn; lấy giá trị thấp hơn nếu có hai giá trị giữa.", checks: [AGG-01]}
- {id: overdue_days_max, formula: "max (T − deadline)", formula_vi: "max (T − thời hạn)", name_en: Longest days overdue, name_vi: Số ngày quá hạn dài nhất, description_en: "Longest delay in the backlog.", description_vi: "Thời gian quá hạn dài nhất trong tồn đọng.", checks: [AGG-01]}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
