{# Indicators of the model fig_waits (§5.9): each is defined here and nowhere else. Rows are in the released table `difficulty_waits`. #}
{% macro fig_waits_indicators() %}
{% set definitions %}
- id: wait_median_km
  name_en: Median wait after a difficulty (Kaplan–Meier)
  name_vi: Trung vị thời gian chờ xử lý khó khăn (Kaplan–Meier)
  formula: "min {t : S(t) ≤ 0.5}, S(t) = Π (1 − events / at risk)"
  formula_vi: "min {t : S(t) ≤ 0,5}, S(t) = Π (1 − số sự kiện / số còn theo dõi)"
  description_en: "Days by which half of the difficulties would have been escalated or resolved since they were raised, or answered since they were escalated, if nothing else ended the wait. Difficulties that still wait count for as long as they were followed. Empty means that half is not reached. The bounds are those of the 95 % band."
  description_vi: "Số ngày mà một nửa số khó khăn được kiến nghị lên cấp trên hoặc được giải quyết kể từ khi nêu, hoặc được trả lời kể từ khi kiến nghị, nếu không có lý do khác làm khoảng chờ kết thúc. Khó khăn còn chờ được tính trong thời gian còn theo dõi được. Để trống nghĩa là chưa đạt một nửa. Hai cận lấy từ dải tin cậy 95%."
  checks: [populations, DAT-07, STR-03, TIM-01, TIM-02, TIM-06]
- id: wait_cif
  name_en: Share that got there by a day after the difficulty (Aalen–Johansen)
  name_vi: Tỷ lệ đã đạt sau số ngày nhất định kể từ khi nêu khó khăn hoặc kiến nghị (Aalen–Johansen)
  formula: "F(t) = Σ S_all(t−) · events / at risk"
  formula_vi: "F(t) = Σ S_all(t−) · số sự kiện / số còn theo dõi"
  description_en: Cumulative incidence, in per cent, with a commitment's exit, and for escalation and answer the end of the difficulty, as competing outcomes. Numerator and denominator count events and difficulties in the estimate; the value is not their ratio.
  description_vi: Tỷ lệ tích lũy (%), coi việc cam kết kết thúc là kết quả cạnh tranh; đối với kiến nghị và trả lời thì việc khó khăn không còn cũng là kết quả cạnh tranh. Tử số và mẫu số là số lần đạt và số khó khăn dùng để ước lượng; giá trị không phải là thương của chúng.
  checks: [populations, DAT-07, STR-03, TIM-01, TIM-02, TIM-06]
- id: wait_at_risk
  name_en: Difficulties still waiting
  name_vi: Số khó khăn còn chờ
  formula: "|{difficulties : t ≤ time}|"
  formula_vi: "|{khó khăn : t ≤ thời gian theo dõi}|"
  description_en: Difficulties that on that day still wait and are followed. Estimates that stand on few say little.
  description_vi: Số khó khăn còn chờ và còn được theo dõi vào ngày đó. Ước lượng dựa trên ít trường hợp thì ít giá trị.
  checks: [populations, DAT-07]
- id: wait_outcomes
  name_en: How the waits after a difficulty ended
  name_vi: Kết quả của khoảng chờ sau khi nêu khó khăn
  formula: "|event|, |competing|, |censored|"
  formula_vi: "|đã đạt|, |kết thúc theo cách khác|, |chưa kết thúc khi thông tin dừng|"
  description_en: Difficulties by how the wait ended, by the event, because it became moot, or not before the end of what is known.
  description_vi: Số khó khăn chia theo cách khoảng chờ kết thúc, gồm đã đạt, không còn cần thiết, hoặc chưa kết thúc khi thông tin dừng lại.
  checks: [populations, DAT-07, STR-03]
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
