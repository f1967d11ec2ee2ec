{# Indicators of the model fig_maturity: matured cohorts, start, attrition. Each is defined here and nowhere else. #}
{% macro fig_maturity_indicators() %}
{% set definitions %}
- {id: R4, formula: "|{i ∈ E : signed ≤ T − m, completed within m months of signing}| / |{i ∈ E : signed ≤ T − m}|", name_en: Completed within m months of signing, name_vi: Hoàn thành trong m tháng sau khi ký, description_en: "Share completed within 6, 12, 24 or 36 months of signing, among commitments old enough to have had the time. Comparable across years of signing.", description_vi: "Tỷ lệ hoàn thành trong 6, 12, 24 hoặc 36 tháng sau khi ký, trong số cam kết đã đủ thời gian đó. So sánh được giữa các năm ký.", checks: [AGG-01, DAT-02, DAT-05]}
- {id: R5, formula: "|{i ∈ E : started ≤ T}| / |E|", name_en: Start rate, name_vi: Tỷ lệ đã khởi động, description_en: "Eligible commitments whose implementation has started.", description_vi: "Cam kết thuộc diện đánh giá đã bắt đầu thực hiện.", checks: [AGG-01, DAT-02]}
- {id: R5q, formula: "|started within 90 days of signing| / |{i ∈ E : signed ≤ T − 90 d}|", name_en: Started within 90 days of signing, name_vi: Khởi động trong 90 ngày sau khi ký, description_en: "Commitments started within 90 days of signing, among those signed at least 90 days before T.", description_vi: "Cam kết bắt đầu trong 90 ngày sau khi ký, trong số ký trước T ít nhất 90 ngày.", checks: [AGG-01, DAT-02]}
- {id: R7, formula: "|exits of the kind| by type and decision", name_en: Attrition, name_vi: Số kết thúc không thực hiện, description_en: "Commitments that ended without being implemented, by kind of exit and by who decided.", description_vi: "Cam kết kết thúc mà không thực hiện, theo loại và bên quyết định.", checks: [AGG-01, STA-07]}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
