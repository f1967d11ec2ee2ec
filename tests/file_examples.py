"""Worked examples, computed by hand, for models that read files: the unit tests of dbt want tables in their place.

The mutants bench runs them too (bench/mutants).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_DEFAULTS = "CAMKET_REFERENCE_DIR/parameters.csv"
_SET = "CAMKET_PACKAGE_DIR/parameters.csv"
_LIFE = "CAMKET_QUALITY_DIR/findings_life.csv"
_RESULTS = "CAMKET_QUALITY_DIR/check_results.csv"
_FINDINGS = "CAMKET_QUALITY_DIR/findings.csv"
_STATUSES = ("opened", "still_open", "reopened", "accepted", "closed")
_EDITION = {"editions": [{"valid_date": "2025-12-31", "knowledge_date": "2026-01-10"}]}


@dataclass(frozen=True)
class Example:
    """given: rows by model, or by the path of a file; expect: rows, of the columns that stand in `columns`."""

    model: str
    about: str
    given: dict[str, list[dict[str, Any]]]
    columns: tuple[str, ...]
    expect: list[tuple]
    where: str = field(default="true")


def _parameter(name: str, value: str, **more: Any) -> dict[str, Any]:
    return {"parameter_id": name, "value": value, **more}


def _finding(number: int, status: str, age: int | None, **more: Any) -> dict[str, Any]:
    row = {"finding_id": f"F{number}", "rule_id": "TIM-01", "agency_id": "MOIT", "status": status}
    return row | {"age_rounds": None if age is None else str(age)} | more


_OLD = {"value_type": "integer", "unit": "days", "description_en": "Old", "description_vi": "Cũ"}
_LIVES = [
    _finding(1, "opened", 1),
    _finding(2, "still_open", 6),
    _finding(3, "still_open", 5, rule_id="TIM-03", agency_id=None),
    _finding(4, "reopened", 1, agency_id="MOH"),
    _finding(5, "accepted", 7),
    _finding(6, "closed", 9, closed_round="2025-Q4"),
    _finding(7, "closed", 9, closed_round="2025-Q3"),
]
# Dimensions whose members are named by terms, and how the ids of those begin.
_FAMILIES = {
    "completion_class": "class", "population_class": "population", "freshness": "freshness", "verdict": "verdict",
    "effective_status": "status", "severity": "severity", "result": "result", "scope": "scope", "level": "level",
    "key_project": "key_project", "rule_dimension": "dq", "renderer": "renderer", "agreement": "agreement",
    "age_rounds": "age_rounds", "relation": "relation", "reading": "reading", "cause": "cause",
    "movement": "movement", "content": "content", "frequency_class": "frequency",
    "reversal_kind": "reversal_kind", "reversal_reason": "reversal_reason", "conflict_kind": "conflict_kind",
    "escalation_reason": "escalation_reason", "transfer_group": "transfer_group",
    "succession_view": "succession_view", "evidence_grade": "evidence_grade",
}  # fmt: skip
_SHARES = ((0, 0), (0, 1), (1, 1), (4, 6), (15, 29), (15, 30))
_CHECKED = [{"rule_id": "TIM-01"}, {"rule_id": "TIM-03"}, {"rule_id": "DAT-01"}]

EXAMPLES = (
    Example(
        "parameters",
        "what the package sets, with its words if it has some; else the default; what no default knows is none",
        {
            _DEFAULTS: [
                _parameter("stale_days", "184", **_OLD),
                _parameter("dead_days", "365", **_OLD),
                _parameter("plan_days", "90", **_OLD),
            ],
            _SET: [
                _parameter("stale_days", "200", description_en="Older", description_vi="Cũ hơn"),
                _parameter("dead_days", "400"),
                _parameter("nobody_reads_this", "1"),
            ],
        },
        ("parameter_id", "value", "default_value", "value_type", "unit", "description_en", "description_vi"),
        [
            ("stale_days", "200", "184", "integer", "days", "Older", "Cũ hơn"),
            ("dead_days", "400", "365", "integer", "days", "Old", "Cũ"),
            ("plan_days", "90", "90", "integer", "days", "Old", "Cũ"),
        ],
    ),
    Example(
        "figures",
        "Wilson's interval from one to 29, none for nothing, for thirty or for a count; ends by hand, z = 1.959964",
        {
            "fig_rates": [
                {"indicator": "R1", "member": f"{n} of {of}", "numerator": n, "denominator": of, "unit": "share"}
                for n, of in _SHARES
            ],
            "fig_counts": [{"indicator": "open", "member": "4", "numerator": 4, "denominator": 6, "unit": "count"}],
            "parameters": [{"parameter_id": "small_number_interval", "value": "30"}],
        } | _EDITION,
        ("member", "interval_low", "interval_high"),
        [
            ("0 of 0", None, None), ("0 of 1", Decimal("0"), Decimal("0.793451")),
            ("1 of 1", Decimal("0.206549"), Decimal("1")), ("4 of 6", Decimal("0.299993"), Decimal("0.903229")),
            ("15 of 29", Decimal("0.344310"), Decimal("0.686139")), ("15 of 30", None, None), ("4", None, None),
        ],
    ),
    Example(
        "fig_findings",
        "every status of every rule, zeros included; what an earlier round closed is counted no more",
        {_LIFE: _LIVES, _RESULTS: _CHECKED} | _EDITION,
        ("indicator", "member", "numerator"),
        [
            (f"findings_{status}", rule, count)
            for rule, counts in {"TIM-01": "11111", "TIM-03": "01000", "DAT-01": "00000"}.items()
            for status, count in zip(_STATUSES, map(int, counts), strict=True)
        ],
        "dimension = 'rule' and indicator not in ('findings_oldest')",
    ),
    Example(
        "fig_findings",
        "five findings of this round and one closed: of the nation, and of the two agencies that have some",
        {_LIFE: _LIVES, _RESULTS: _CHECKED} | _EDITION,
        ("indicator", "member", "numerator"),
        [
            ("findings_opened", "all", 1), ("findings_still_open", "all", 2), ("findings_reopened", "all", 1),
            ("findings_accepted", "all", 1), ("findings_closed", "all", 1), ("findings_oldest", "all", 7),
            ("findings_opened", "MOIT", 1), ("findings_still_open", "MOIT", 1), ("findings_reopened", "MOIT", 0),
            ("findings_accepted", "MOIT", 1), ("findings_closed", "MOIT", 1), ("findings_oldest", "MOIT", 7),
            ("findings_opened", "MOH", 0), ("findings_still_open", "MOH", 0), ("findings_reopened", "MOH", 1),
            ("findings_accepted", "MOH", 0), ("findings_closed", "MOH", 0), ("findings_oldest", "MOH", 1),
        ],
        "dimension in ('national', 'agency')",
    ),
    Example(
        "fig_findings",
        "five rounds are five, six and seven are six or more; the closed are of no age; the oldest of each rule",
        {_LIFE: _LIVES, _RESULTS: _CHECKED} | _EDITION,
        ("indicator", "dimension", "member", "numerator", "unit"),
        [
            *(("findings_age", "age_rounds", age, count, "count")
              for age, count in {"1": 2, "2": 0, "3": 0, "4": 0, "5": 1, "6_or_more": 2}.items()),
            ("findings_oldest", "rule", "TIM-01", 7, "number"), ("findings_oldest", "rule", "TIM-03", 5, "number"),
            ("findings_oldest", "rule", "DAT-01", 0, "number"),
        ],
        "indicator = 'findings_age' or indicator = 'findings_oldest' and dimension = 'rule'",
    ),
    Example(
        "fig_findings",
        "no finding at all: zeros, and the round that closes is the one of T",
        {_LIFE: [_finding(1, "closed", 2, closed_round="2026-Q1")], _RESULTS: []} | _EDITION,
        ("indicator", "dimension", "member", "numerator"),
        [
            *((f"findings_{status}", "national", "all", 0)
              for status in (*_STATUSES, "oldest")),
            *(("findings_age", "age_rounds", age, 0) for age in ("1", "2", "3", "4", "5", "6_or_more")),
        ],
    ),
    Example(
        "fig_quality",
        "failing rows by rule, severity and agency; rules by result; a finding of no agency counts for none",
        {
            _RESULTS: [
                {"rule_id": "A", "severity": "error", "result": "fail", "checked_count": "9", "failing_count": "2"},
                {"rule_id": "B", "severity": "warning", "result": "warn", "checked_count": "8", "failing_count": "3"},
                {"rule_id": "C", "severity": "warning", "result": "pass", "checked_count": "7", "failing_count": "0"},
            ],
            _FINDINGS: [
                {"finding_id": "1", "agency_id": "MOIT"}, {"finding_id": "2", "agency_id": "MOIT"},
                {"finding_id": "3", "agency_id": "MOH"}, {"finding_id": "4", "agency_id": None},
            ],
        },
        ("indicator", "dimension", "member", "numerator"),
        [
            ("findings", "rule", "A", 2), ("findings", "rule", "B", 3), ("findings", "rule", "C", 0),
            ("checked", "rule", "A", 9), ("checked", "rule", "B", 8), ("checked", "rule", "C", 7),
            ("findings", "severity", "error", 2), ("findings", "severity", "warning", 3),
            ("findings", "national", "all", 5), ("findings", "agency", "MOIT", 2), ("findings", "agency", "MOH", 1),
            ("rules", "result", "fail", 1),
            ("rules", "result", "warn", 1), ("rules", "result", "pass", 1), ("rules", "national", "all", 3),
        ],
    ),
    Example(
        "fig_quality",
        "no rule was run",
        {_RESULTS: [], _FINDINGS: []},
        ("indicator", "dimension", "member", "numerator"),
        [("findings", "national", "all", 0), ("rules", "national", "all", 0)],
    ),
    Example(
        "labels",
        "members of code lists by the name of their dimension",
        {
            "stg_agencies": [{"agency_id": "MOH", "name_en": "Health", "name_vi": "Y tế"}],
            "CAMKET_BUILD_DIR/categories.csv": [
                {"field_name": "agencies.kind", "code": "ministry", "label_en": "Ministry", "label_vi": "Bộ"},
                {"field_name": "severity", "code": "error", "label_en": "Error", "label_vi": "Lỗi"},
            ],
        },
        ("dimension", "member", "name_en", "name_vi"),
        [
            ("agency", "MOH", "Health", "Y tế"), ("agency_as_was", "MOH", "Health", "Y tế"),
            ("agency_kind", "ministry", "Ministry", "Bộ"), ("severity", "error", "Error", "Lỗi"),
        ],
    ),
    Example(
        "labels",
        "terms by the family that their id begins with, and without it",
        {
            "stg_terms": [
                {"term_id": f"{prefix}_{prefix}_0", "en": prefix, "vi": f"vi {prefix}"} for prefix in _FAMILIES.values()
            ] + [{"term_id": "ageing_0_30", "en": "To 30 days", "vi": "Đến 30 ngày"}],
        },
        ("dimension", "member", "name_en", "name_vi"),
        [
            *((name, f"{prefix}_0", prefix, f"vi {prefix}") for name, prefix in _FAMILIES.items()),
            ("ageing_band", "ageing_0_30", "To 30 days", "Đến 30 ngày"),
        ],
        "dimension <> 'term'",
    ),
    Example(
        "labels",
        "every term is a member of the dimension of terms",
        {"stg_terms": [{"term_id": "overdue", "en": "overdue", "vi": "quá hạn"}]},
        ("dimension", "member", "name_en", "name_vi"),
        [("term", "overdue", "overdue", "quá hạn")],
    ),
)  # fmt: skip
