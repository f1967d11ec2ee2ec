{# Indicators of the model fig_rates: each is defined here and nowhere else. Conditions are on the released table `commitments`. #}
{% macro fig_rates_indicators() %}
{% set definitions %}
- id: R1
  name_en: Overall implementation rate
  name_vi: Tỷ lệ thực hiện chung
  formula: "|C| / |E|"
  numerator: is_completed
  denominator: is_eligible
  numerator_low: is_completed and not has_unresolved_conflict and is_verified
  numerator_high: is_completed or may_be_completed
  description_en: Completed commitments among all eligible ones. It falls by itself when signing speeds up.
  description_vi: Số cam kết hoàn thành trên tổng số cam kết thuộc diện đánh giá. Chỉ tiêu này tự giảm khi tốc độ ký kết tăng.
  checks: [AGG-01, DAT-01, DAT-02, DAT-05, STA-01, STR-02, REQ-02]
- id: R2
  name_en: Due-based rate, baseline deadline
  name_vi: Tỷ lệ thực hiện theo thời hạn gốc
  formula: "|C ∩ D_b| / |D_b|"
  numerator: is_completed and is_due_baseline
  denominator: is_due_baseline
  denominator_low: is_due_baseline or population_class = 'open_undated'
  numerator_low: is_completed and is_due_baseline and not has_unresolved_conflict and is_verified
  numerator_high: (is_completed or may_be_completed) and is_due_baseline
  description_en: Completed commitments among those whose first recorded deadline has come. The headline of accountability, because the deadline cannot be moved.
  description_vi: Số cam kết hoàn thành trên số cam kết đã đến thời hạn ghi nhận đầu tiên. Đây là chỉ tiêu chính về trách nhiệm vì thời hạn này không thể thay đổi.
  checks: [AGG-01, DAT-01, DAT-02, DAT-04, DAT-05, STA-01, STR-02]
- id: R2c
  name_en: Due-based rate, current deadline
  name_vi: Tỷ lệ thực hiện theo thời hạn hiện hành
  formula: "|C ∩ D_c| / |D_c|"
  numerator: is_completed and is_due_current
  denominator: is_due_current
  denominator_low: is_due_current or population_class = 'open_undated'
  numerator_low: is_completed and is_due_current and not has_unresolved_conflict and is_verified
  numerator_high: (is_completed or may_be_completed) and is_due_current
  description_en: The same on the deadline that now holds. Its distance from R2 is the effect of extensions.
  description_vi: Tương tự nhưng theo thời hạn đang áp dụng. Khoảng cách với R2 là tác động của việc gia hạn.
  checks: [AGG-01, DAT-01, DAT-02, DAT-05, STA-01, STR-02]
- id: R2v
  name_en: Rate as the Government Office computes it
  name_vi: Tỷ lệ theo cách tính của Văn phòng Chính phủ
  formula: "|C| / (|C| + |O_over|)"
  numerator: is_completed
  denominator: is_completed or is_overdue
  denominator_low: is_completed or is_overdue or population_class = 'open_undated'
  denominator_high: is_completed or is_overdue or may_be_completed
  numerator_low: is_completed and not has_unresolved_conflict and is_verified
  numerator_high: is_completed or may_be_completed
  description_en: Completed commitments among completed and overdue ones. Biased upwards, since early completions count above the line and what is not yet due does not count below it.
  description_vi: Số cam kết hoàn thành trên tổng số đã hoàn thành và quá hạn. Thiên cao, vì hoàn thành sớm được tính ở tử số còn việc chưa đến hạn không tính ở mẫu số.
  checks: [AGG-01, DAT-01, DAT-02, DAT-05, STA-01, STR-02]
- id: R3
  name_en: On-time rate, baseline deadline
  name_vi: Tỷ lệ đúng hạn theo thời hạn gốc
  formula: "|{i ∈ D_b : completed ≤ baseline}| / |D_b|"
  formula_vi: "|{i ∈ D_b : ngày hoàn thành ≤ thời hạn gốc}| / |D_b|"
  numerator: is_due_baseline and is_on_time_baseline
  denominator: is_due_baseline
  numerator_high: is_due_baseline and may_be_on_time_baseline
  denominator_low: is_due_baseline or population_class = 'open_undated'
  numerator_low: is_due_baseline and is_on_time_baseline and not has_unresolved_conflict and is_verified
  description_en: Commitments completed by the first recorded deadline, among those that reached it. Where only an interval of completion is known, the latest day counts and the earliest gives the upper bound.
  description_vi: Số cam kết hoàn thành trong thời hạn gốc trên số đã đến thời hạn đó. Khi chỉ biết khoảng thời gian hoàn thành thì tính ngày muộn nhất, ngày sớm nhất cho cận trên.
  checks: [AGG-01, DAT-01, DAT-02, DAT-04, DAT-05, STA-01, STR-02]
- id: R3c
  name_en: On-time rate, current deadline
  name_vi: Tỷ lệ đúng hạn theo thời hạn hiện hành
  formula: "|{i ∈ D_c : completed ≤ current}| / |D_c|"
  formula_vi: "|{i ∈ D_c : ngày hoàn thành ≤ thời hạn hiện hành}| / |D_c|"
  numerator: is_due_current and is_on_time_current
  denominator: is_due_current
  numerator_high: is_due_current and may_be_on_time_current
  denominator_low: is_due_current or population_class = 'open_undated'
  numerator_low: is_due_current and is_on_time_current and not has_unresolved_conflict and is_verified
  description_en: The same on the deadline that now holds.
  description_vi: Tương tự nhưng theo thời hạn đang áp dụng.
  checks: [AGG-01, DAT-01, DAT-02, DAT-05, STA-01, STR-02]
- id: R3x
  name_en: On time only because extended
  name_vi: Đúng hạn chỉ do được gia hạn
  formula: "|numerator of R3c not in numerator of R3| / |C ∩ D_b|"
  formula_vi: "|tử số của R3c không thuộc tử số của R3| / |C ∩ D_b|"
  numerator: is_on_time_only_extended and is_due_baseline
  denominator: is_completed and is_due_baseline
  description_en: Completions that met the current deadline but not the first one, among completed commitments whose first deadline has come.
  description_vi: Số cam kết hoàn thành đúng thời hạn hiện hành nhưng không đúng thời hạn gốc, trên số cam kết hoàn thành đã đến thời hạn gốc.
  checks: [AGG-01, DAT-02, DAT-04, DAT-05, STR-02]
- id: R6
  name_en: Verified rate
  name_vi: Tỷ lệ đã được kiểm chứng
  formula: "|C with evidence A or B| / |E|"
  formula_vi: "|C có bằng chứng hạng A hoặc B| / |E|"
  numerator: is_verified
  denominator: is_eligible
  description_en: Commitments completed with evidence of grade A or B among all eligible ones.
  description_vi: Số cam kết hoàn thành có bằng chứng hạng A hoặc B trên tổng số thuộc diện đánh giá.
  checks: [AGG-01, DAT-05, STR-02]
- id: R6c
  name_en: Verified share of completions
  name_vi: Tỷ lệ hoàn thành đã được kiểm chứng
  formula: "|C with evidence A or B| / |C|"
  formula_vi: "|C có bằng chứng hạng A hoặc B| / |C|"
  numerator: is_verified
  denominator: is_completed
  description_en: Completions with evidence of grade A or B among all completions.
  description_vi: Số hoàn thành có bằng chứng hạng A hoặc B trên tổng số hoàn thành.
  checks: [AGG-01, DAT-05, STR-02]
- id: on_time_share
  name_en: On-time share of completions
  name_vi: Tỷ lệ đúng hạn trong số hoàn thành
  formula: "|{i ∈ C : completed ≤ current}| / |C with a deadline|"
  formula_vi: "|{i ∈ C : ngày hoàn thành ≤ thời hạn hiện hành}| / |C có thời hạn|"
  numerator: is_completed and is_on_time_current
  denominator: is_completed and current_deadline is not null
  numerator_high: is_completed and may_be_on_time_current
  description_en: Completions that met the current deadline, among completions that had one. It says nothing of what was not completed.
  description_vi: Số hoàn thành đúng thời hạn hiện hành trên số hoàn thành có thời hạn. Chỉ tiêu này không phản ánh phần chưa hoàn thành.
  checks: [AGG-01, DAT-02, DAT-05, STR-02]
- id: stale_share
  name_en: Stale share of open commitments
  name_vi: Tỷ lệ cam kết mở có thông tin cũ
  formula: "|open and no substantive update for more than 184 days| / |O|"
  formula_vi: "|đang mở, hơn 184 ngày không có cập nhật thực chất| / |O|"
  numerator: is_open and freshness in ('stale', 'dead', 'no_information')
  denominator: is_open
  description_en: Open commitments without a substantive update for more than two quarters, or never reported.
  description_vi: Cam kết đang mở không có cập nhật thực chất hơn hai quý, hoặc chưa từng được báo cáo.
  checks: [AGG-01, TIM-02]
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
