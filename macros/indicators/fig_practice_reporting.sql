{# Indicators of the model fig_practice_reporting (§5.4, §5.5): each is defined here and nowhere else. #}
{% macro fig_practice_reporting_indicators() %}
{% set definitions %}
- id: RT3_median
  name_en: Median days late
  name_vi: Số ngày chậm trung vị
  formula: "median(received − due | received late)"
  formula_vi: "trung vị(ngày nhận − hạn nộp | nhận muộn)"
  table: agency_rounds
  key: round_id || '/' || agency_id
  measure: median
  of: days_late
  numerator: is_received and not is_on_time
  unit: days
  by: {national: all, round: round_id, agency: agency_id}
  description_en: Half of the reports that came late were late by no more than this. Reports that never came have no days.
  description_vi: Một nửa số báo cáo gửi chậm đến chậm không quá số ngày này. Báo cáo chưa từng gửi không có số ngày.
  checks: [populations, TIM-05]
- id: RT3_max
  name_en: Most days late
  name_vi: Số ngày chậm nhiều nhất
  formula: "max(received − due | received late)"
  formula_vi: "max(ngày nhận − hạn nộp | nhận muộn)"
  table: agency_rounds
  key: round_id || '/' || agency_id
  measure: max
  of: days_late
  numerator: is_received and not is_on_time
  unit: days
  by: {national: all, round: round_id, agency: agency_id}
  description_en: The report that came latest, in days after it was due.
  description_vi: Số ngày sau hạn gửi của báo cáo đến muộn nhất.
  checks: [populations, TIM-05]
- id: RT6
  name_en: Serious failures to report
  name_vi: Vi phạm nghiêm trọng nghĩa vụ báo cáo
  formula: "|agencies that have to report and missed ≥ 2 rounds in a row|"
  formula_vi: "|cơ quan phải báo cáo và bỏ ≥ 2 kỳ liên tiếp|"
  table: agency_reporting
  key: agency_id
  measure: count
  numerator: is_serious_failure
  by: {national: all, agency: agency_id}
  description_en: Agencies with an obligation in the last round that have sent no report for two rounds in a row. For one agency 1 or 0.
  description_vi: Số cơ quan có nghĩa vụ ở kỳ gần nhất mà không gửi báo cáo hai kỳ liên tiếp. Với từng cơ quan là 1 hoặc 0.
  checks: [populations, TIM-05]
- id: missed_rounds
  name_en: Rounds missed in a row
  name_vi: Số kỳ liên tiếp không báo cáo
  formula: "obligations without a report since the last report"
  formula_vi: "số kỳ phải báo cáo mà không có báo cáo, kể từ báo cáo cuối"
  table: agency_reporting
  key: agency_id
  measure: max
  of: missed_in_a_row
  numerator: is_reporting_now
  unit: rounds
  by: {national: all, agency: agency_id}
  description_en: Obligations missed in a row up to the last round, by agencies that have to report now; nationally the longest run.
  description_vi: Số nghĩa vụ liên tiếp không thực hiện đến kỳ gần nhất của cơ quan đang phải báo cáo; toàn quốc lấy chuỗi dài nhất.
  checks: [populations, TIM-05]
- id: RT7
  name_en: Completeness of the seven contents, valid
  name_vi: Mức đầy đủ của bảy nội dung, hợp lệ
  formula: "|contents that can be used| / (7 × |O|)"
  formula_vi: "|nội dung dùng được| / (7 × |O|)"
  table: required_contents
  key: commitment_id || '/' || content
  numerator: is_valid
  denominator: "true"
  by: {national: all, content: content, agency: agency_id}
  description_en: Lead agency, partners, content, progress, deadline, difficulties and recommendations of each open commitment that are there and can be used.
  description_vi: Cơ quan chủ trì, đối tác, nội dung, tiến độ, thời hạn, khó khăn và kiến nghị của mỗi cam kết đang mở có ghi và dùng được.
  checks: [populations, REQ-01, STR-05, TIM-06]
- id: RT7_populated
  name_en: Completeness of the seven contents, populated
  name_vi: Mức đầy đủ của bảy nội dung, có ghi
  formula: "|contents that are there| / (7 × |O|)"
  formula_vi: "|nội dung có điền| / (7 × |O|)"
  table: required_contents
  key: commitment_id || '/' || content
  numerator: is_populated
  denominator: "true"
  by: {national: all, content: content, agency: agency_id}
  description_en: The same contents where anything is written. A report that names no difficulty or recommendation says that there is none.
  description_vi: Cũng các nội dung đó nhưng chỉ cần có ghi. Báo cáo không nêu khó khăn hoặc kiến nghị được hiểu là không có.
  checks: [populations, REQ-01]
- id: information_lag
  name_en: Median lag of information
  name_vi: Độ trễ thông tin trung vị
  formula: "median(received − as of)"
  formula_vi: "trung vị(ngày nhận − ngày số liệu)"
  table: updates
  key: commitment_id || '/' || round_id || '/' || agency_id || '/' || revision
  measure: median
  of: information_lag_days
  numerator: reporting_line = 'lead'
  unit: days
  by: {national: all, round: round_id, agency: agency_id}
  description_en: Days from the day that a report of the lead describes to its receipt; half of the reports are no older.
  description_vi: Số ngày từ ngày mà báo cáo của cơ quan chủ trì phản ánh đến khi nhận; một nửa số báo cáo không trễ hơn.
  checks: [DAT-07, TIM-05]
- id: freshness
  name_en: Open commitments by age of the last substantive update
  name_vi: Cam kết đang mở theo độ mới của cập nhật thực chất cuối
  formula: "|open in the class| / |O|"
  formula_vi: "|đang mở thuộc nhóm| / |O|"
  table: commitments
  numerator: is_open
  denominator: is_open
  split: [{dimension: freshness, column: freshness, members: [current, ageing, stale, dead, no_information]}]
  description_en: Current up to 107 days, ageing up to 184, stale above, no longer updated above 365, or never reported.
  description_vi: Mới đến 107 ngày, đang cũ đi đến 184 ngày, cũ khi vượt mức đó, ngừng cập nhật khi vượt 365 ngày, hoặc chưa từng báo cáo.
  checks: [populations, TIM-01, TIM-02]
- id: freshness_overdue
  name_en: Overdue commitments by age of the last substantive update
  name_vi: Cam kết quá hạn theo độ mới của cập nhật thực chất cuối
  formula: "|overdue in the class| / |O_over|"
  formula_vi: "|quá hạn thuộc nhóm| / |O_over|"
  table: commitments
  numerator: is_overdue
  denominator: is_overdue
  split: [{dimension: freshness, column: freshness, members: [current, ageing, stale, dead, no_information]}]
  description_en: The same classes for overdue commitments alone.
  description_vi: Cũng các nhóm đó nhưng chỉ tính cam kết quá hạn.
  checks: [populations, TIM-01, TIM-02]
- id: copy_forward
  name_en: Copied-forward narratives
  name_vi: Nội dung chép lại từ kỳ trước
  formula: "|same narrative for ≥ 2 rounds, progress < 100| / |O with a report|"
  formula_vi: "|lời thuyết minh giữ nguyên ≥ 2 kỳ, tiến độ < 100| / |O có báo cáo|"
  table: narrative_runs
  numerator: is_copied_forward
  denominator: "true"
  by: {national: all, agency: agency_id}
  description_en: Open commitments told in the same words for two rounds in a row or more, among open commitments with a report.
  description_vi: Cam kết đang mở được báo cáo bằng cùng một nội dung từ hai kỳ liên tiếp trở lên, trên số cam kết đang mở có báo cáo.
  checks: [populations, TIM-03]
- id: frequency
  name_en: Agencies by how often they report
  name_vi: Cơ quan theo tần suất báo cáo
  formula: "|agencies in the class| / |agencies that have to report now|"
  formula_vi: "|cơ quan thuộc nhóm| / |cơ quan hiện phải báo cáo|"
  table: agency_reporting
  key: agency_id
  numerator: is_reporting_now
  denominator: is_reporting_now
  split: [{dimension: frequency_class, column: frequency_class, members: [quarterly, half_yearly, yearly, less_often, never, too_few_rounds]}]
  description_en: "Quarterly: received in at least three of the last four rounds, the last included; half-yearly: in both half-years; yearly: in any of the four. Fewer than three obligations are too few to tell."
  description_vi: "Hằng quý: nhận được ở ít nhất ba trong bốn kỳ gần nhất, gồm kỳ cuối; nửa năm: có ở cả hai nửa năm; hằng năm: có ở một trong bốn kỳ. Dưới ba nghĩa vụ thì chưa đủ để xếp."
  checks: [populations, TIM-05]
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
