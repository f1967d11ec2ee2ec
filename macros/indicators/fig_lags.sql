{# Indicators of the model fig_lags: each is defined here and nowhere else. Rows are in the released tables `lag_spells` and `lag_tests`. #}
{% macro fig_lags_indicators() %}
{% set definitions %}
- id: lag_median_km
  name_en: Median lag from signing (Kaplan–Meier)
  name_vi: Trung vị thời gian tính từ ngày ký (Kaplan–Meier)
  formula: "min {t : S(t) ≤ 0.5}, S(t) = Π (1 − events / at risk)"
  formula_vi: "min {t : S(t) ≤ 0,5}, S(t) = Π (1 − số sự kiện / số còn theo dõi)"
  description_en: Day after signing by which half would have been assigned, started or completed if no commitment left by another exit. Open commitments count for as long as they were followed. Empty means that half is not reached yet. The bounds are those of the 95 % band.
  description_vi: Số ngày sau khi ký mà một nửa số cam kết được phân công, bắt đầu thực hiện hoặc hoàn thành, nếu không có cam kết nào kết thúc theo cách khác. Cam kết còn mở được tính trong thời gian còn theo dõi được. Để trống nghĩa là chưa đạt một nửa. Hai cận lấy từ dải tin cậy 95%.
  checks: [populations, DAT-03, TIM-01, TIM-02]
- id: lag_median_incidence
  name_en: Median lag from signing, with competing exits
  name_vi: Trung vị thời gian tính từ ngày ký, có tính các kết thúc khác
  formula: "min {t : F(t) ≥ 0.5}"
  formula_vi: "min {t : F(t) ≥ 0,5}"
  description_en: Day after signing by which half of all commitments have been assigned, started or completed, those that were withdrawn, superseded, overtaken or expired counted among the rest. Empty means not reached.
  description_vi: Số ngày sau khi ký mà một nửa tổng số cam kết đã được phân công, bắt đầu hoặc hoàn thành; cam kết bị rút, được thay thế, không còn phù hợp hoặc hết hiệu lực mà chưa thực hiện vẫn nằm trong tổng số. Để trống nghĩa là chưa đạt.
  checks: [populations, DAT-03, TIM-01, TIM-02]
- id: lag_median_naive
  name_en: Median lag of those that have got there so far, biased low
  name_vi: Trung vị thời gian của các cam kết đã đạt đến nay (thấp hơn thực tế)
  formula: "median (event − signed) over events by T"
  formula_vi: "trung vị (ngày đạt − ngày ký) của các sự kiện đến T"
  description_en: Median over commitments that have already been assigned, started or completed. It leaves out all that still wait and is too low; never to be printed alone.
  description_vi: Trung vị của riêng các cam kết đã được phân công, bắt đầu hoặc hoàn thành. Cách tính này bỏ qua các cam kết còn chờ nên cho kết quả thấp hơn thực tế; không được nêu riêng một mình.
  checks: [populations, DAT-03]
- id: lag_cif
  name_en: Share reached by a day after signing (Aalen–Johansen)
  name_vi: Tỷ lệ đã đạt sau số ngày nhất định kể từ khi ký (Aalen–Johansen)
  formula: "F(t) = Σ S_all(t−) · events / at risk"
  formula_vi: "F(t) = Σ S_all(t−) · số sự kiện / số còn theo dõi"
  description_en: Cumulative incidence, in per cent, with other exits as competing outcomes and late-registered commitments at risk only from registration. Numerator and denominator count events and commitments in the estimate; the value is not their ratio. Empty where nobody was followed so long or too few were at risk on the way.
  description_vi: Tỷ lệ tích lũy (%), coi các kết thúc khác là kết quả cạnh tranh; cam kết ghi sổ muộn chỉ được tính từ ngày ghi sổ. Tử số và mẫu số là số lần đạt và số cam kết dùng để ước lượng; giá trị không phải là thương của chúng. Để trống khi không có cam kết nào được theo dõi đủ lâu hoặc số còn theo dõi quá ít.
  checks: [populations, DAT-03, STA-01, TIM-01, TIM-02]
- id: lag_curve
  name_en: Share reached, day by day
  name_vi: Tỷ lệ đã đạt theo từng ngày
  formula: "F(t) at each day with an event"
  formula_vi: "F(t) tại mỗi ngày có sự kiện"
  description_en: The points of the cumulative incidence curve, in per cent, with its 95 % band.
  description_vi: Các điểm của đường tỷ lệ tích lũy (%), kèm dải tin cậy 95%.
  checks: [populations, DAT-03, STA-01, TIM-01, TIM-02]
- id: lag_at_risk
  name_en: Commitments at risk
  name_vi: Số cam kết còn được theo dõi
  formula: "|{i : entry < t ≤ time}|"
  formula_vi: "|{i : ngày vào < t ≤ thời gian theo dõi}|"
  description_en: Commitments that on that day after signing are still waiting and followed. Estimates that stand on few say little.
  description_vi: Số cam kết còn chờ và còn được theo dõi vào ngày đó sau khi ký. Ước lượng dựa trên ít cam kết thì ít giá trị.
  checks: [populations]
- id: lag_outcomes
  name_en: How the waiting ended
  name_vi: Kết quả của thời gian chờ
  formula: "|event|, |competing exit|, |censored|"
  formula_vi: "|đã đạt|, |kết thúc theo cách khác|, |chưa kết thúc khi thông tin dừng|"
  description_en: Commitments in the estimate by how their waiting ended, by the event, by another exit, or not before the end of what is known.
  description_vi: Số cam kết dùng để ước lượng, chia theo kết quả gồm đã đạt, kết thúc theo cách khác, hoặc chưa kết thúc khi thông tin dừng lại.
  checks: [populations, STA-01]
- id: lag_excluded
  name_en: Left out of the estimate
  name_vi: Không đưa vào ước lượng
  formula: "|left truncated|, |not followed|, |day unknown|"
  formula_vi: "|đã kết thúc trước khi ghi sổ|, |không theo dõi được|, |không rõ ngày|"
  description_en: "Commitments that the estimate cannot use: over before they were registered, without information after registration, or known to have got there on a day that nobody reported."
  description_vi: "Các cam kết không dùng được để ước lượng: đã kết thúc trước khi ghi sổ, không có thông tin sau khi ghi sổ, hoặc biết là đã đạt nhưng không ai báo cáo ngày."
  checks: [populations, DAT-05]
- id: lag_noted
  name_en: Dates to keep in mind
  name_vi: Lưu ý về ngày tháng
  formula: "|event before signing|, |month of signing only|"
  formula_vi: "|sự kiện trước ngày ký|, |chỉ biết tháng ký|"
  description_en: Events before signing, which count as a lag of no days (assignment in advance is allowed), and commitments of which only the month of signing is known.
  description_vi: Sự kiện diễn ra trước ngày ký được tính là 0 ngày (được phép phân công trước), và cam kết chỉ biết tháng ký.
  checks: [populations, DAT-03, DAT-06]
- id: lag_cohort
  name_en: Share reached by the horizon, by cohort of signing
  name_vi: Tỷ lệ đã đạt tại mốc so sánh, theo nhóm thời gian ký
  formula: "Σ w_class · F_class(h), w = share of the class in both cohorts"
  formula_vi: "Σ w_loại · F_loại(h), w = tỷ trọng của loại trong cả hai nhóm"
  description_en: Cumulative incidence at the horizon, in per cent, of the last two quarters that have reached it and of those signed before, both with the same mix of instruments.
  description_vi: Tỷ lệ tích lũy (%) tại mốc so sánh của hai quý gần nhất đã đạt mốc và của các cam kết ký trước đó, quy về cùng một cơ cấu loại văn bản.
  checks: [populations, DAT-03, TIM-01, TIM-02]
- id: lag_shortened
  name_en: Change of the share reached by the horizon
  name_vi: Mức thay đổi của tỷ lệ đã đạt tại mốc so sánh
  formula: "F_after(h) − F_before(h)"
  formula_vi: "F_sau(h) − F_trước(h)"
  description_en: Difference between the cohorts in percentage points, with its 95 % band. Above zero the lag has become shorter. The band tells how little small numbers say; the commitments are no sample.
  description_vi: Chênh lệch giữa hai nhóm, tính bằng điểm phần trăm, kèm dải tin cậy 95%. Lớn hơn 0 nghĩa là thời gian đã rút ngắn. Dải này cho biết số nhỏ nói được ít đến đâu; các cam kết không phải là mẫu.
  checks: [populations, DAT-03, TIM-01, TIM-02]
- id: lag_shortened_verdict
  name_en: Has the lag shortened?
  name_vi: Thời gian đã rút ngắn chưa?
  formula: "supported ⇔ lower bound of the change > 0"
  formula_vi: "có cơ sở ⇔ cận dưới của mức thay đổi > 0"
  description_en: Supported, not supported, or not testable yet; the row that exists is the verdict. Not supported does not say that the lag has grown.
  description_vi: Có cơ sở, chưa có cơ sở, hoặc chưa kiểm chứng được; dòng có trong bảng chính là kết luận. Chưa có cơ sở không có nghĩa là thời gian đã dài ra.
  checks: [populations, DAT-03, TIM-01, TIM-02]
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
