{# Indicators of the model fig_findings: each is defined here and nowhere else. Conditions are on findings_life.csv of the checks. #}
{% macro fig_findings_indicators() %}
{% set definitions %}
- {id: findings_opened, formula: "|findings never seen in an earlier round|", name_en: Findings opened, name_vi: Phát hiện mới, description_en: "Findings of this round that no earlier round had.", description_vi: "Phát hiện của kỳ này mà chưa kỳ nào trước đó có.", checks: []}
- {id: findings_still_open, formula: "|findings of this round and of the round before|", name_en: Findings still open, name_vi: Phát hiện còn tồn tại, description_en: "Findings that the round before had as well.", description_vi: "Phát hiện mà kỳ trước cũng đã có.", checks: []}
- {id: findings_reopened, formula: "|findings of this round and of an earlier one, not of the round before|", name_en: Findings reopened, name_vi: Phát hiện tái diễn, description_en: "Findings that were closed in an earlier round and are back.", description_vi: "Phát hiện đã khép ở kỳ trước nay lại xuất hiện.", checks: []}
- {id: findings_accepted, formula: "|findings of this round with an acceptance in force at T and K|", name_en: Findings accepted, name_vi: Phát hiện được chấp nhận, description_en: "Findings that a named role accepted, with a reason and a last day; they count here and in no other status.", description_vi: "Phát hiện được vai trò có tên chấp nhận, kèm lý do và thời hạn; chỉ tính ở mục này.", checks: []}
- {id: findings_closed, formula: "|findings of the round before, not of this round|", name_en: Findings closed, name_vi: Phát hiện đã khép, description_en: "Findings of the round before that are found no more.", description_vi: "Phát hiện của kỳ trước nay không còn.", checks: []}
- {id: findings_age, formula: "|findings by rounds in a row|", name_en: Findings by age, name_vi: Phát hiện theo số kỳ tồn tại, description_en: "Findings of this round, accepted ones included, by the number of rounds in a row that had them.", description_vi: "Phát hiện của kỳ này, gồm cả phát hiện được chấp nhận, theo số kỳ liên tiếp đã tồn tại.", checks: []}
- {id: findings_oldest, formula: "max(rounds in a row)", name_en: Rounds of the oldest finding, name_vi: Số kỳ của phát hiện lâu nhất, description_en: "The largest number of rounds in a row that a finding of this round has lasted.", description_vi: "Số kỳ liên tiếp nhiều nhất mà một phát hiện của kỳ này đã tồn tại.", checks: []}
{% endset %}
{{ return(fromyaml(definitions)) }}
{% endmacro %}
