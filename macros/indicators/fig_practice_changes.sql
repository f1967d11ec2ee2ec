{# Indicators of the model fig_practice_changes (§5.6–5.8): each is defined here and nowhere else. One without a table is
   computed in the model. #}
{% macro fig_practice_changes_indicators() %}
{% set definitions %}
{% for number, en, vi in [(1, 'once', 'một'), (2, 'twice', 'hai'), (3, 'three times', 'ba')] %}
- id: extended_{{ number }}
  name_en: Extended {{ en }} or more
  name_vi: Được gia hạn từ {{ vi }} lần trở lên
  formula: "|≥ {{ number }} extensions| / |E with a baseline deadline|"
  formula_vi: "|gia hạn ≥ {{ number }} lần| / |E có thời hạn gốc|"
  table: slippage
  numerator: extension_count >= {{ number }}
  denominator: "true"
  by: {national: all, agency: agency_id}
  description_en: Eligible commitments whose deadline was moved back or taken away {{ en }} or more, among those with a baseline deadline.
  description_vi: Số cam kết thuộc diện đánh giá được lùi hoặc bỏ thời hạn từ {{ vi }} lần trở lên, trên số có thời hạn gốc.
  checks: [populations, DAT-04, TIM-07]
{% endfor %}
- id: slip_months
  name_en: Months slipped in all
  name_vi: Tổng số tháng lùi thời hạn
  formula: "Σ max(current − baseline, 0) / 30.4375"
  formula_vi: "Σ max(thời hạn hiện hành − thời hạn gốc, 0) / 30,4375"
  table: slippage
  measure: sum
  of: slip_days
  numerator: slip_days > 0
  unit: months
  by: {national: all, agency: agency_id}
  description_en: Months from the baseline to the current deadline, added up over commitments that slipped. The numerator is in days, the denominator counts the commitments. Where the deadline was taken away there is no number of months; such commitments are counted apart.
  description_vi: Số tháng từ thời hạn gốc đến thời hạn hiện hành, cộng trên các cam kết bị lùi. Tử số tính bằng ngày, mẫu số là số cam kết. Cam kết đã bỏ thời hạn không có số tháng nên được đếm riêng.
  checks: [populations, DAT-04, TIM-07]
- id: slip_median
  name_en: Median slip
  name_vi: Mức lùi thời hạn trung vị
  formula: "median(current − baseline | > 0)"
  formula_vi: "trung vị(thời hạn hiện hành − thời hạn gốc | > 0)"
  table: slippage
  measure: median
  of: slip_days
  numerator: slip_days > 0
  unit: days
  by: {national: all, agency: agency_id}
  description_en: Half of the commitments that slipped did so by no more than this.
  description_vi: Một nửa số cam kết bị lùi thời hạn lùi không quá số ngày này.
  checks: [populations, DAT-04, TIM-07]
{% for id, at, name_en, name_vi, share_en, share_vi in [
  ('slip_lower_quartile', '0.25', 'Lower quartile of slip', 'Tứ phân vị dưới của mức lùi thời hạn', 'A quarter', 'Một phần tư'),
  ('slip_upper_quartile', '0.75', 'Upper quartile of slip', 'Tứ phân vị trên của mức lùi thời hạn', 'Three quarters', 'Ba phần tư'),
  ('slip_p90', '0.9', '90th percentile of slip', 'Phân vị 90% của mức lùi thời hạn', 'Nine in ten', 'Chín phần mười')] %}
- id: {{ id }}
  name_en: {{ name_en }}
  name_vi: {{ name_vi }}
  formula: "quantile {{ at }} of (current − baseline | > 0)"
  formula_vi: "phân vị {{ at | replace('.', ',') }} của (thời hạn hiện hành − thời hạn gốc | > 0)"
  table: slippage
  measure: quantile
  at: {{ at }}
  of: slip_days
  numerator: slip_days > 0
  unit: days
  by: {national: all}
  description_en: {{ share_en }} of the commitments that slipped did so by no more than this.
  description_vi: {{ share_vi }} số cam kết bị lùi thời hạn lùi không quá số ngày này.
  checks: [populations, DAT-04, TIM-07]
{% endfor %}
- id: slip_max
  name_en: Longest slip
  name_vi: Mức lùi thời hạn dài nhất
  formula: "max(current − baseline | > 0)"
  formula_vi: "max(thời hạn hiện hành − thời hạn gốc | > 0)"
  table: slippage
  measure: max
  of: slip_days
  numerator: slip_days > 0
  unit: days
  by: {national: all}
  description_en: The commitment whose deadline moved furthest, in days. Deadlines that were taken away have no number of days.
  description_vi: Số ngày của cam kết bị lùi thời hạn xa nhất. Thời hạn đã bỏ thì không có số ngày.
  checks: [populations, DAT-04, TIM-07]
- id: slip_distribution
  name_en: Commitments by how far their deadline moved
  name_vi: Cam kết theo mức dịch chuyển thời hạn
  formula: "|E with a baseline deadline, current − baseline in band| / |E with a baseline deadline|"
  formula_vi: "|E có thời hạn gốc, (thời hạn hiện hành − thời hạn gốc) trong khoảng| / |E có thời hạn gốc|"
  table: slippage
  numerator: "true"
  denominator: "true"
  split: [{dimension: slip_band, column: slip_band, members: {{ slip_bands() }}}]
  description_en: Eligible commitments with a baseline deadline, by the days from that to the deadline in force. Each is in one band; extended and pulled in by as much, it has not moved.
  description_vi: Số cam kết thuộc diện đánh giá có thời hạn gốc, chia theo số ngày từ thời hạn đó đến thời hạn đang áp dụng. Mỗi cam kết thuộc một khoảng; lùi rồi rút lại đúng bằng nhau thì coi là không đổi.
  checks: [populations, DAT-04, TIM-07]
- id: slip_ratio_median
  name_en: Median slip as a multiple of the first term
  name_vi: Trung vị mức lùi thời hạn so với thời gian thực hiện ban đầu
  formula: "median((current − baseline) / (baseline − signed) | > 0)"
  formula_vi: "trung vị((thời hạn hiện hành − thời hạn gốc) / (thời hạn gốc − ngày ký) | > 0)"
  description_en: Half of the commitments that slipped did so by no more than this multiple of the time that they had been given first. What was due on the day of signing has no first term and is left out.
  description_vi: Một nửa số cam kết bị lùi thời hạn lùi không quá số lần này của thời gian thực hiện đặt ra ban đầu. Cam kết đến hạn ngay ngày ký không có thời gian ban đầu nên không tính.
  checks: [populations, DAT-04, TIM-07]
- id: extensions
  name_en: Extensions
  name_vi: Số lần gia hạn
  formula: "|deadline events, new > old or none|"
  formula_vi: "|lần đổi thời hạn, mới > cũ hoặc bỏ|"
  table: deadline_changes
  key: commitment_id || '/' || change_number
  measure: count
  numerator: extension_number is not null
  by: {national: all, round: round_id, agency: lead_agency_id_as_now}
  description_en: Times that a report moved a deadline back or took it away.
  description_vi: Số lần báo cáo lùi hoặc bỏ thời hạn.
  checks: [TIM-07]
- id: retroactive_extensions
  name_en: Retroactive extensions
  name_vi: Gia hạn sau khi đã quá hạn
  formula: "|extensions after the old deadline had passed| / |extensions|"
  formula_vi: "|gia hạn sau khi thời hạn cũ đã qua| / |gia hạn|"
  table: deadline_changes
  key: commitment_id || '/' || change_number
  numerator: is_retroactive
  denominator: extension_number is not null
  by: {national: all, round: round_id, agency: lead_agency_id_as_now}
  description_en: Extensions reported only after the old deadline had passed. The days overdue in between stay on record.
  description_vi: Số lần gia hạn chỉ được báo cáo sau khi thời hạn cũ đã qua. Những ngày quá hạn ở giữa vẫn được ghi nhận.
  checks: [TIM-07]
- id: extensions_without_reason
  name_en: Extensions without a reason
  name_vi: Gia hạn không nêu lý do
  formula: "|extensions without a reason| / |extensions|"
  formula_vi: "|gia hạn không nêu lý do| / |gia hạn|"
  table: deadline_changes
  key: commitment_id || '/' || change_number
  numerator: extension_number is not null and not has_reason
  denominator: extension_number is not null
  by: {national: all, agency: lead_agency_id_as_now}
  description_en: Extensions for which the report gives no reason.
  description_vi: Số lần gia hạn mà báo cáo không nêu lý do.
  checks: [TIM-07]
- id: deadlines_removed
  name_en: Deadlines taken away
  name_vi: Số lần bỏ thời hạn
  formula: "|deadline events, date → none|"
  formula_vi: "|lần đổi thời hạn, có ngày → không còn|"
  table: deadline_changes
  key: commitment_id || '/' || change_number
  measure: count
  numerator: change_kind = 'removed'
  by: {national: all, agency: lead_agency_id_as_now}
  description_en: Times that a report took the deadline away. The commitment stays open and counts as extended, not as an exit; on the baseline deadline it still falls due.
  description_vi: Số lần báo cáo bỏ thời hạn. Cam kết vẫn đang mở và được tính là gia hạn chứ không phải kết thúc; theo thời hạn gốc thì vẫn đến hạn.
  checks: [DAT-04, TIM-07]
- id: deadlines_pulled_in
  name_en: Deadlines pulled in
  name_vi: Số lần rút ngắn thời hạn
  formula: "|deadline events, new < old|"
  formula_vi: "|lần đổi thời hạn, mới < cũ|"
  table: deadline_changes
  key: commitment_id || '/' || change_number
  measure: count
  numerator: change_kind = 'pulled_in'
  by: {national: all, agency: lead_agency_id_as_now}
  description_en: Times that a report moved a deadline forward.
  description_vi: Số lần báo cáo đưa thời hạn lên sớm hơn.
  checks: [TIM-07]
- id: gap_R2
  name_en: Gap of R2 by extensions
  name_vi: Khoảng cách R2 do gia hạn
  formula: "R2 − R2c"
  description_en: Due-based rate on the baseline less that on the current deadline. Below zero, extensions make the record look better.
  description_vi: Tỷ lệ thực hiện theo thời hạn gốc trừ tỷ lệ theo thời hạn hiện hành. Khi âm, việc gia hạn làm kết quả trông tốt hơn.
  checks: [populations, DAT-04, DAT-05, STA-01, STR-02, TIM-07]
- id: gap_R3
  name_en: Gap of R3 by extensions
  name_vi: Khoảng cách R3 do gia hạn
  formula: "R3 − R3c"
  description_en: On-time rate on the baseline less that on the current deadline. Below zero, extensions make the record look better.
  description_vi: Tỷ lệ đúng hạn theo thời hạn gốc trừ tỷ lệ theo thời hạn hiện hành. Khi âm, việc gia hạn làm kết quả trông tốt hơn.
  checks: [populations, DAT-04, DAT-05, STA-01, STR-02, TIM-07]
- id: reversals
  name_en: Reversals
  name_vi: Số lần đảo ngược
  formula: "|steps back of the effective status or of progress by more than 5 points|"
  formula_vi: "|lần trạng thái có hiệu lực lùi lại hoặc tiến độ giảm hơn 5 điểm|"
  table: reversals
  key: commitment_id || '/' || round_id
  measure: count
  by: {national: all, agency: agency_id}
  split:
    - {dimension: reversal_kind, column: reversal_kind, members: [completed_reopened, start_undone, progress_fell]}
    - {dimension: reversal_reason, column: reversal_reason, members: [error, partner_dispute, evidence_rejected, reversed_in_fact, decision, conflict, not_stated]}
    - {dimension: round, column: round_id, model: backlog_stocks, where: previous_backlog is not null, member: "case as_of_id when 'edition' then year(valid_date) || '-Q' || quarter(valid_date) else as_of_id end"}
  description_en: Steps from one round to the next in which a completion or a start was given up, or progress fell without a new deadline.
  description_vi: Số lần từ kỳ này sang kỳ sau mà việc hoàn thành hoặc bắt đầu bị rút lại, hoặc tiến độ giảm mà không đổi thời hạn.
  checks: [STA-01, STA-02]
- id: reversals_restating
  name_en: Reversals that restate the past
  name_vi: Đảo ngược dẫn đến điều chỉnh số liệu đã công bố
  formula: "|completions taken back as an error| / |reversals|"
  formula_vi: "|báo hoàn thành bị rút lại do sai sót| / |đảo ngược|"
  table: reversals
  key: commitment_id || '/' || round_id
  numerator: is_restatement
  denominator: "true"
  by: {national: all}
  description_en: Reversals in which the lead took a completion back as an error. Such a completion counts in no earlier round any more; one reversed in fact leaves the past as it was.
  description_vi: Số lần cơ quan chủ trì rút lại việc báo hoàn thành do sai sót. Việc hoàn thành đó không còn được tính ở các kỳ trước; đảo ngược trên thực tế thì số liệu kỳ trước giữ nguyên.
  checks: [STA-01]
- id: reversal_rate
  name_en: Reversal rate
  name_vi: Tỷ lệ đảo ngược
  formula: "reversals in the period / completions ever reported"
  formula_vi: "số lần đảo ngược trong kỳ / số từng báo hoàn thành"
  description_en: Reversals over the commitments that the lead has ever reported as completed, up to the end of the round. A ratio, since a reversal need not be of a completion.
  description_vi: Số lần đảo ngược trên số cam kết từng được cơ quan chủ trì báo hoàn thành đến cuối kỳ. Đây là tỷ số, vì đảo ngược không nhất thiết là của việc đã hoàn thành.
  checks: [STA-01, STA-02]
- id: reopened_share
  name_en: Completions reopened
  name_vi: Hoàn thành rồi mở lại
  formula: "|commitments whose completion was given up| / |commitments ever reported completed|"
  formula_vi: "|cam kết bị rút lại việc hoàn thành| / |cam kết từng báo hoàn thành|"
  description_en: Commitments ever reported as completed that were open again in a later round.
  description_vi: Số cam kết từng báo hoàn thành mà ở kỳ sau lại đang mở.
  checks: [STA-01]
- id: conflict_rate
  name_en: Conflict rate
  name_vi: Tỷ lệ báo cáo mâu thuẫn
  formula: "|commitments in conflict| / |commitments with ≥ 2 comparable reporters|"
  formula_vi: "|cam kết có mâu thuẫn| / |cam kết có ≥ 2 cơ quan báo cáo so sánh được|"
  table: conflict_pairs
  numerator: is_conflict
  denominator: "true"
  by: {national: all, agency: lead_agency_id_as_now}
  description_en: Commitments on which two bodies that lead or co-lead contradict each other, among those on which two of them reported within 45 days of each other.
  description_vi: Số cam kết mà hai cơ quan chủ trì hoặc đồng chủ trì báo cáo mâu thuẫn, trên số cam kết có ít nhất hai cơ quan như vậy báo cáo cách nhau không quá 45 ngày.
  checks: [CON-01, CON-02]
- id: conflict_kinds
  name_en: Conflicts by kind
  name_vi: Mâu thuẫn theo loại
  formula: "|pairs in conflict by first difference|"
  formula_vi: "|cặp báo cáo mâu thuẫn theo khác biệt đầu tiên|"
  table: conflict_pairs
  key: commitment_id || '/' || reporting_line || '/' || other_reporter_id
  measure: count
  numerator: is_conflict
  by: {national: all}
  split: [{dimension: conflict_kind, column: conflict_kind, members: [status, completion, deadline, progress]}]
  description_en: Pairs of reports in conflict by their first difference in the order status, completion, deadline, progress.
  description_vi: Số cặp báo cáo mâu thuẫn theo khác biệt đầu tiên, lần lượt tình trạng, ngày hoàn thành, thời hạn, tiến độ.
  checks: [CON-01, CON-02]
- id: conflicts_adjudicated
  name_en: Conflicts adjudicated
  name_vi: Mâu thuẫn đã có quyết định xử lý
  formula: "|conflicts settled by a decision| / |conflicts|"
  formula_vi: "|mâu thuẫn đã có quyết định| / |mâu thuẫn|"
  table: conflict_pairs
  key: commitment_id || '/' || reporting_line || '/' || other_reporter_id
  numerator: is_adjudicated
  denominator: is_conflict
  by: {national: all}
  description_en: Pairs in conflict that the Ministry of Foreign Affairs has decided since the reports were made.
  description_vi: Số cặp báo cáo mâu thuẫn mà Bộ Ngoại giao đã có quyết định xử lý sau khi báo cáo.
  checks: [CON-01, CON-02]
- id: conflict_days_median
  name_en: Median days of open conflicts
  name_vi: Số ngày mâu thuẫn trung vị
  formula: "median(T − first day of conflict | not adjudicated)"
  formula_vi: "trung vị(T − ngày đầu mâu thuẫn | chưa có quyết định)"
  table: conflict_pairs
  key: commitment_id || '/' || reporting_line || '/' || other_reporter_id
  measure: median
  of: days_open
  numerator: is_conflict and not is_adjudicated
  unit: days
  by: {national: all}
  description_en: Days since the two reports began to contradict each other, for conflicts without a decision.
  description_vi: Số ngày kể từ khi hai báo cáo bắt đầu mâu thuẫn, đối với mâu thuẫn chưa có quyết định xử lý.
  checks: [CON-01, CON-02]
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
