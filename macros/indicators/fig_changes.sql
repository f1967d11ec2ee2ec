{# Indicators of the model fig_changes: each is defined here and nowhere else. #}
{% macro fig_changes_indicators() %}
{% set definitions %}
- {id: change, formula: "rate(T1, K1) − rate(T0, K0) = Σ effects", formula_vi: "tỷ lệ(T1, K1) − tỷ lệ(T0, K0) = Σ tác động", name_en: Change of a headline since the round before, name_vi: Thay đổi của chỉ tiêu chính từ kỳ trước, description_en: "Change of a headline rate since the round before as it was published then. The effects of the causes, applied one after another in a fixed order, add up to it exactly.", description_vi: "Thay đổi của chỉ tiêu chính so với kỳ trước như đã công bố khi đó. Tác động của các nguyên nhân, tính lần lượt theo thứ tự cố định, cộng lại đúng bằng thay đổi.", checks: [AGG-01, AGG-05]}
- {id: change_effect, formula: "rate after the cause − rate before it", formula_vi: "tỷ lệ sau khi tính nguyên nhân − tỷ lệ trước đó", name_en: Effect of a cause, name_vi: Tác động của một nguyên nhân, description_en: "Effect of one cause on a headline rate, in the order corrected, new, newly due, completed, extended, exited, reversed, definition.", description_vi: "Tác động của một nguyên nhân lên chỉ tiêu chính, theo thứ tự đính chính, mới, mới đến hạn, hoàn thành, gia hạn, kết thúc, đảo ngược, định nghĩa.", checks: [AGG-01, AGG-05]}
- {id: change_before, formula: "rate(T0, K0)", formula_vi: "tỷ lệ(T0, K0)", name_en: Rate of the round before as published, name_vi: Tỷ lệ kỳ trước như đã công bố, description_en: "The rate at the round before with the knowledge of its own time.", description_vi: "Tỷ lệ của kỳ trước theo hiểu biết vào lúc đó.", checks: [AGG-01]}
- {id: panel_before, formula: "rate(T0, K1) on commitments eligible at both dates", formula_vi: "tỷ lệ(T0, K1) trên các cam kết thuộc diện đánh giá ở cả hai thời điểm", name_en: Constant panel before, name_vi: Tập cố định, kỳ trước, description_en: "The rate at the round before over the commitments eligible at both dates.", description_vi: "Tỷ lệ kỳ trước trên các cam kết thuộc diện đánh giá ở cả hai thời điểm.", checks: [AGG-01, AGG-07]}
- {id: panel_after, formula: "rate(T1, K1) on commitments eligible at both dates", formula_vi: "tỷ lệ(T1, K1) trên các cam kết thuộc diện đánh giá ở cả hai thời điểm", name_en: Constant panel now, name_vi: Tập cố định, hiện tại, description_en: "The rate of this edition over the commitments eligible at both dates.", description_vi: "Tỷ lệ lần này trên các cam kết thuộc diện đánh giá ở cả hai thời điểm.", checks: [AGG-01, AGG-07]}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
{# Headline rates whose change is explained: conditions on the populations. #}
{% macro explained_rates() %}
{{ return({
  'R1': ('is_completed', 'is_eligible'),
  'R2': ('is_completed and is_due_baseline', 'is_due_baseline'),
  'R2c': ('is_completed and is_due_current', 'is_due_current')
}) }}
{% endmacro %}
{# Figures whose restatement is told: those of fig_rates and fig_counts with conditions that the populations of any date carry. #}
{% macro restated_figures() %}
{% set ids = ['R1', 'R2', 'R2c', 'R2v', 'R3', 'R3c', 'R6', 'signed', 'eligible', 'completed', 'open', 'superseded', 'attrition_before_due',
  'exited_after_due', 'due_baseline', 'due_current', 'backlog', 'backlog_baseline', 'open_in_term', 'open_undated'] %}
{% set found = [] %}
{% for indicator in fig_rates_indicators() + fig_counts_indicators() if indicator.id in ids %}
  {% do found.append({'id': indicator.id, 'numerator': indicator.get('numerator', indicator.condition), 'denominator': indicator.denominator}) %}
{% endfor %}
{{ return(found) }}
{% endmacro %}
