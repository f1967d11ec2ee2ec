{# Indicators of the model fig_practice_support (§5.9, §5.11): each is defined here and nowhere else. One without a table is
   computed in the model. #}
{% macro fig_practice_support_indicators() %}
{% set definitions %}
- id: evidence_grades
  name_en: Completions by evidence grade
  name_vi: Hoàn thành theo hạng bằng chứng
  formula: "|C with the grade| / |C|"
  formula_vi: "|C có bằng chứng hạng đó| / |C|"
  table: commitments
  numerator: is_completed
  denominator: is_completed
  split: [{dimension: evidence_grade, column: "coalesce(completion_evidence_grade, 'none')", members: [A, B, C, D, none]}]
  description_en: Completed commitments by the grade of their evidence.
  description_vi: Số cam kết hoàn thành theo hạng bằng chứng.
  checks: [populations, DAT-05, EVI-01, EVI-02]
- id: evidence_gap
  name_en: Evidence gap rate
  name_vi: Tỷ lệ thiếu bằng chứng
  formula: "|C without evidence A or B| / |C|"
  formula_vi: "|C không có bằng chứng hạng A hoặc B| / |C|"
  table: commitments
  numerator: is_completed and not is_verified
  denominator: is_completed
  by: {national: all, agency: lead_agency_id_as_now, field: field_group_id}
  description_en: Completed commitments without evidence of grade A or B, among all completed.
  description_vi: Số cam kết hoàn thành không có bằng chứng hạng A hoặc B trên tổng số hoàn thành.
  checks: [populations, DAT-05, EVI-02]
- id: key_projects_without_a
  name_en: Key projects completed without evidence A
  name_vi: Dự án trọng điểm hoàn thành thiếu bằng chứng hạng A
  formula: "|key projects in C without evidence A| / |key projects in C|"
  formula_vi: "|dự án trọng điểm trong C không có bằng chứng hạng A| / |dự án trọng điểm trong C|"
  table: commitments
  numerator: is_completed and is_key_project and coalesce(completion_evidence_grade <> 'A', true)
  denominator: is_completed and is_key_project
  by: {national: all, agency: lead_agency_id_as_now}
  description_en: A key project needs the instrument of the result itself before it counts as proven.
  description_vi: Dự án trọng điểm phải có văn bản gốc xác nhận kết quả.
  checks: [populations, EVI-01]
- id: key_project_lights
  name_en: Key projects by light
  name_vi: Dự án trọng điểm theo mức đèn
  formula: "|key projects in O ∪ C with the light| / |key projects in O ∪ C|"
  formula_vi: "|dự án trọng điểm trong O ∪ C có mức đèn đó| / |dự án trọng điểm trong O ∪ C|"
  table: key_projects
  numerator: light is not null
  denominator: light is not null
  split: [{dimension: light, column: light, members: [green, amber, red]}]
  description_en: "Red: overdue. Amber: stale, past the first deadline, without a deadline, in conflict, with a difficulty beyond competence, or completed without evidence A. Green: none of these. The light is the best that the data allow, not a judgement."
  description_vi: "Đỏ: quá hạn. Vàng: thông tin đã cũ, đã quá thời hạn gốc, không có thời hạn, báo cáo mâu thuẫn, có khó khăn vượt thẩm quyền, hoặc hoàn thành mà thiếu bằng chứng hạng A. Xanh: không có các lý do trên. Mức đèn là mức tốt nhất mà dữ liệu cho phép, không phải là đánh giá."
  checks: [populations, CON-01, EVI-01, TIM-01]
- id: difficulty_rate
  name_en: Open difficulties per 100 open commitments
  name_vi: "Số khó khăn, vướng mắc trên 100 cam kết đang mở"
  formula: "|O with a difficulty of the kind| / |O|"
  formula_vi: "|O có khó khăn loại đó| / |O|"
  table: commitments
  numerator: is_open and difficulty_code is not null
  denominator: is_open
  by: {national: all, agency: lead_agency_id_as_now}
  split: [{dimension: difficulty_code, column: difficulty_code, model: stg_difficulty_codes, member: difficulty_code}]
  description_en: Open commitments whose last report names a difficulty, in all and by its main kind. A report names one, so the share is also the number per 100.
  description_vi: Số cam kết đang mở mà báo cáo cuối nêu khó khăn, tính chung và theo loại chính. Mỗi báo cáo nêu một khó khăn nên tỷ lệ cũng là số trên 100 cam kết.
  checks: [populations, STR-04, TIM-06]
- id: difficulty_days_median
  name_en: Median age of open difficulties
  name_vi: "Thời gian tồn tại trung vị của khó khăn, vướng mắc"
  formula: "median(T − first raised)"
  formula_vi: "trung vị(T − ngày nêu lần đầu)"
  table: difficulties
  measure: median
  of: days_open
  unit: days
  by: {national: all, agency: agency_id, difficulty_code: difficulty_code}
  description_en: Days since the lead began to name the difficulty without a break.
  description_vi: Số ngày kể từ khi cơ quan chủ trì bắt đầu nêu liên tục khó khăn đó.
  checks: [populations, TIM-06]
- id: difficulty_kinds
  name_en: Open difficulties by kind
  name_vi: "Khó khăn, vướng mắc theo loại"
  formula: "|open difficulties of the kind| / |open difficulties|"
  formula_vi: "|khó khăn còn tồn tại thuộc loại| / |khó khăn còn tồn tại|"
  table: difficulties
  numerator: "true"
  denominator: "true"
  split: [{dimension: difficulty_code, column: difficulty_code, model: stg_difficulty_codes, member: difficulty_code}]
  description_en: Open difficulties by their main kind.
  description_vi: Số khó khăn hiện có theo loại chính.
  checks: [populations, STR-04]
- id: difficulty_other
  name_en: Difficulties under "other"
  name_vi: "Khó khăn, vướng mắc xếp vào loại \"khác\""
  formula: "|open difficulties of kind 13| / |open difficulties|"
  formula_vi: "|khó khăn còn tồn tại thuộc loại 13| / |khó khăn còn tồn tại|"
  table: difficulties
  numerator: difficulty_code = '13'
  denominator: "true"
  by: {national: all, agency: agency_id}
  description_en: Open difficulties that fit none of the named kinds.
  description_vi: Số khó khăn hiện có không thuộc loại nào đã nêu tên trong danh mục.
  checks: [populations, STR-04]
- id: difficulty_review
  name_en: The list of kinds of difficulty has to be reviewed
  name_vi: Cần rà soát danh mục loại khó khăn
  formula: "1 ⇔ |open difficulties of kind 13| / |open difficulties| > 10 %"
  formula_vi: "1 ⇔ |khó khăn còn tồn tại thuộc loại 13| / |khó khăn còn tồn tại| > 10%"
  description_en: 1 where "other" has a larger share of open difficulties than the parameter other_difficulty_pct allows, else 0.
  description_vi: Bằng 1 khi tỷ trọng loại "khác" trong số khó khăn hiện có vượt tham số other_difficulty_pct, nếu không thì bằng 0.
  checks: [populations, STR-04]
- id: recurrence
  name_en: Difficulties raised again within 180 days
  name_vi: "Khó khăn, vướng mắc tái diễn trong 180 ngày"
  formula: "|resolved, raised again ≤ 180 d later| / |resolved by T − 180 d|"
  formula_vi: "|đã giải quyết, nêu lại ≤ 180 ngày sau| / |đã giải quyết đến T − 180 ngày|"
  table: difficulty_spells
  key: commitment_id || '/' || spell_number
  numerator: is_recurrence_known and is_recurrent
  denominator: is_recurrence_known
  by: {national: all, difficulty_code: difficulty_code}
  description_en: Difficulties that the same commitment named again within 180 days after they were no longer named, among those gone at least 180 days before T.
  description_vi: Số khó khăn được chính cam kết đó nêu lại trong 180 ngày sau khi không còn nêu, trên số khó khăn đã hết từ ít nhất 180 ngày trước T.
  checks: [populations, STR-04, TIM-06]
- id: beyond_competence
  name_en: Difficulties beyond competence
  name_vi: "Khó khăn, vướng mắc vượt thẩm quyền"
  formula: "|open difficulties beyond competence| / |open difficulties|"
  formula_vi: "|khó khăn vượt thẩm quyền| / |khó khăn còn tồn tại|"
  table: difficulties
  numerator: coalesce(not within_competence, false)
  denominator: "true"
  by: {national: all, agency: agency_id, difficulty_code: difficulty_code}
  description_en: Open difficulties that the agency says it cannot solve itself.
  description_vi: Số khó khăn hiện có mà cơ quan báo là không tự giải quyết được.
  checks: [populations, REQ-01]
- id: overdue_without_difficulty
  name_en: Overdue without a recorded difficulty
  name_vi: Quá hạn mà không nêu khó khăn
  formula: "|O_over without a difficulty| / |O_over|"
  formula_vi: "|O_over không nêu khó khăn| / |O_over|"
  table: commitments
  numerator: is_overdue and difficulty_code is null
  denominator: is_overdue
  by: {national: all, agency: lead_agency_id_as_now}
  description_en: Overdue commitments whose last report names no difficulty. A defect of reporting.
  description_vi: Số cam kết quá hạn mà báo cáo cuối không nêu khó khăn. Đây là khiếm khuyết của báo cáo.
  checks: [populations, TIM-06]
- id: recommendations_raised
  name_en: Recommendations raised
  name_vi: Số kiến nghị đã nêu
  formula: "|reports with a recommendation|"
  formula_vi: "|báo cáo có kiến nghị|"
  table: recommendations
  key: commitment_id || '/' || round_id || '/' || agency_id
  measure: count
  by: {national: all, round: round_id, agency: lead_agency_id_as_now}
  split: [{dimension: addressed_to, column: addressed_to, members: [agency, inter_agency, mofa, deputy_pm, pm, politburo_na]}]
  description_en: Recommendations made in reports; one made again in the next round counts again.
  description_vi: Số kiến nghị nêu trong các báo cáo; nêu lại ở kỳ sau thì tính lại.
  checks: [REQ-01]
- id: recommendations_entered
  name_en: Recommendations entered for an answer
  name_vi: Kiến nghị được ghi nhận để trả lời
  formula: "|entered| / |raised|"
  formula_vi: "|đã vào sổ| / |đã nêu|"
  table: recommendations
  key: commitment_id || '/' || round_id || '/' || agency_id
  numerator: is_entered
  denominator: "true"
  by: {national: all, agency: lead_agency_id_as_now, addressed_to: addressed_to}
  description_en: Recommendations for which a day of answer was set.
  description_vi: Số kiến nghị đã được ấn định ngày trả lời.
  checks: [STR-03]
- id: recommendations_answered
  name_en: Recommendations answered
  name_vi: Kiến nghị đã được trả lời
  formula: "|answered by T| / |entered|"
  formula_vi: "|được trả lời đến T| / |đã vào sổ|"
  table: recommendations
  key: commitment_id || '/' || round_id || '/' || agency_id
  numerator: is_answered
  denominator: is_entered
  by: {national: all, agency: lead_agency_id_as_now, addressed_to: addressed_to}
  description_en: Recommendations with an answer by T, among those entered for one.
  description_vi: Số kiến nghị đã có trả lời đến ngày T, trên số đã ghi nhận để trả lời.
  checks: [STR-03]
- id: recommendations_on_time
  name_en: Recommendations answered on time
  name_vi: Kiến nghị được trả lời đúng hạn
  formula: "|answered by the day due| / |answer due by T|"
  formula_vi: "|được trả lời đúng hạn| / |đến hạn trả lời đến T|"
  table: recommendations
  key: commitment_id || '/' || round_id || '/' || agency_id
  numerator: is_answer_due and is_answered_on_time
  denominator: is_answer_due
  by: {national: all, agency: lead_agency_id_as_now, addressed_to: addressed_to}
  description_en: Answers that came by the day they were due, among those due by T.
  description_vi: Số trả lời đến đúng hạn, trên số đã đến hạn trả lời tại ngày T.
  checks: [STR-03]
- id: recommendation_outcomes
  name_en: Answers by outcome
  name_vi: Trả lời kiến nghị theo kết quả
  formula: "|answered with the outcome| / |answered|"
  formula_vi: "|được trả lời với kết quả đó| / |được trả lời|"
  table: recommendations
  key: commitment_id || '/' || round_id || '/' || agency_id
  numerator: is_answered
  denominator: is_answered
  split: [{dimension: outcome, column: outcome, members: [resolved, partly, rejected, merged, lapsed]}]
  description_en: What came of the recommendations that were answered.
  description_vi: Kết quả của các kiến nghị đã được trả lời.
  checks: [STR-03, STR-04]
- id: recommendation_days_median
  name_en: Median days to an answer
  name_vi: Số ngày trả lời kiến nghị trung vị
  formula: "median(answered − raised | answered)"
  formula_vi: "trung vị(ngày trả lời − ngày nêu | được trả lời)"
  table: recommendations
  key: commitment_id || '/' || round_id || '/' || agency_id
  measure: median
  of: days_to_answer
  numerator: is_answered
  unit: days
  by: {national: all, addressed_to: addressed_to}
  description_en: Days from the day that the report describes to the answer, for recommendations that were answered. Those still waiting are left out, so it is biased low.
  description_vi: Số ngày từ ngày mà báo cáo phản ánh đến khi trả lời, đối với kiến nghị đã trả lời. Kiến nghị còn chờ không được tính nên con số này thiên thấp.
  checks: [STR-03]
- id: escalations
  name_en: Commitments to be escalated
  name_vi: Cam kết cần báo cáo cấp có thẩm quyền
  formula: "|O overdue > 90 days, or beyond competence, or key project overdue, or agency silent for 2 rounds|"
  formula_vi: "|O quá hạn > 90 ngày, hoặc vượt thẩm quyền, hoặc dự án trọng điểm quá hạn, hoặc cơ quan không báo cáo 2 kỳ|"
  table: escalations
  measure: count
  by: {national: all, agency: agency_id}
  split: [{dimension: addressed_to, column: escalation_level, members: [agency, inter_agency, mofa, deputy_pm, pm, politburo_na]}]
  description_en: Open commitments that a rule sends to the next level, in all and by the level they go to.
  description_vi: Số cam kết đang mở mà theo quy tắc phải báo cáo cấp trên, tính chung và theo cấp nhận báo cáo.
  checks: [populations, TIM-05, TIM-06]
- id: escalation_reasons
  name_en: Escalations by reason
  name_vi: Báo cáo cấp có thẩm quyền theo lý do
  formula: "|escalated commitments for the reason|"
  formula_vi: "|cam kết chuyển cấp trên vì lý do đó|"
  description_en: One commitment may have several reasons, so they add up to more than the list.
  description_vi: Một cam kết có thể có nhiều lý do, nên tổng các lý do lớn hơn số cam kết trong danh mục.
  checks: [populations, TIM-05, TIM-06]
- id: transfers
  name_en: Commitments handed over
  name_vi: Số lần chuyển giao cam kết
  formula: "|changes of the responsible agency|"
  formula_vi: "|lần đổi cơ quan chịu trách nhiệm|"
  table: transfers
  key: commitment_id || '/' || from_date
  measure: count
  by: {national: all, round: round_after_id, agency: successor_id}
  description_en: Times that a commitment passed to another agency; for one agency, those it took over.
  description_vi: Số lần cam kết chuyển sang cơ quan khác; với từng cơ quan là số đã tiếp nhận.
  checks: [SUC-01, SUC-02]
- id: transfers_documented
  name_en: Hand-overs documented
  name_vi: Chuyển giao có văn bản bàn giao
  formula: "|document dated within 60 days| / |transfers more than 60 days ago|"
  formula_vi: "|văn bản bàn giao trong 60 ngày| / |bàn giao đã quá 60 ngày|"
  table: transfers
  key: commitment_id || '/' || from_date
  numerator: is_document_due and is_documented
  denominator: is_document_due
  by: {national: all, agency: successor_id}
  description_en: Transfers with a hand-over document dated within 60 days, among those made more than 60 days before T.
  description_vi: Số lần chuyển giao có văn bản bàn giao ghi ngày trong vòng 60 ngày, trên số chuyển giao đã quá 60 ngày tính đến T.
  checks: [SUC-03]
- id: update_rate
  name_en: Update rate round a transfer
  name_vi: Tỷ lệ cập nhật trước và sau chuyển giao
  formula: "|open commitments reported in the round| / |open commitments in the round|"
  formula_vi: "|cam kết mở được báo cáo trong kỳ| / |cam kết mở trong kỳ|"
  description_en: Open commitments reported in the last round before a transfer and in the first after it, for those transferred and, in the same rounds, for those never transferred.
  description_vi: Tỷ lệ cam kết đang mở được báo cáo ở kỳ cuối trước và kỳ đầu sau chuyển giao, của nhóm được chuyển giao và, cùng các kỳ đó, của nhóm không chuyển giao.
  checks: [populations, SUC-04]
- id: succession_totals
  name_en: Commitments counted before and after succession
  name_vi: Số cam kết đếm trước và sau kế thừa
  formula: "Σ as was = Σ as now = |U|"
  formula_vi: "Σ theo cơ quan khi ký = Σ theo cơ quan hiện nay = |U|"
  description_en: The same commitments counted by the lead on the day of signing, by the lead at T, and nationally; and agencies whose books do not balance.
  description_vi: Cùng số cam kết đếm theo cơ quan chủ trì ngày ký, theo cơ quan hiện nay và toàn quốc; và số cơ quan có số liệu không cân đối.
  checks: [populations, SUC-02]
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
