"""Freezing the findings of a published round."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_checks_rules import ROOT
from test_checks_run import read

from camket.checks import freeze as step
from camket.checks.findings import FINDING_COLUMNS
from camket.files import write_csv
from camket.messages import ToolFailed

NOW = "2025-Q4"
KNOWN = [
    step.Round("2025-Q3", date(2025, 9, 30), date(2025, 10, 10)),
    step.Round(NOW, date(2025, 12, 31), date(2026, 1, 10)),
]
T, K = "2025-12-31", "2026-01-10"


@pytest.fixture
def quality(tmp_path) -> Path:
    """What a complete run leaves: two findings, and verdicts of both stages."""
    folder = tmp_path / "quality"
    folder.mkdir()
    blank = dict.fromkeys(FINDING_COLUMNS, "")
    common = blank | {"rule_id": "TIM-01", "severity": "warning", "object_type": "commitment", "agency_id": "AAA"}
    found = [
        common | {"finding_id": f"TIM-01/commitment/{name}", "object_id": name, "commitment_id": name}
        for name in ("C-002", "C-003")
    ]
    write_csv(folder / "findings.csv", FINDING_COLUMNS, [tuple(row.values()) for row in found])
    write_csv(folder / "edition.csv", ("valid_date", "knowledge_date", "round_id"), [(T, K, NOW)])
    verdicts = [("TIM-01", "data", "warn"), ("AGG-03", "figures", "pass")]
    write_csv(folder / "check_results.csv", ("rule_id", "stage", "result"), verdicts)
    return folder


@pytest.fixture
def frozen(tmp_path) -> Path:
    file = tmp_path / "findings_history.csv"
    row = "2025-Q3,TIM-01/commitment/C-002,TIM-01,warning,commitment,C-002,C-002,AAA"
    file.write_text(f"{','.join(step.HISTORY_COLUMNS)}\n{row}\n")
    return file


def test_freezing_adds_the_round_and_keeps_the_others(quality, frozen):
    said = step.freeze(quality, frozen, KNOWN, T=T, K=K)
    rows = read(frozen)
    assert {row["edition_id"] for row in rows} == {"2025-Q3", NOW} and "frozen" in said
    ids = {row["finding_id"] for row in rows if row["edition_id"] == NOW}
    assert ids == {row["finding_id"] for row in read(quality / "findings.csv")}
    before = frozen.read_bytes()
    assert "nothing to change" in step.freeze(quality, frozen, KNOWN, T=T, K=K)
    assert frozen.read_bytes() == before


def test_a_published_round_is_not_rewritten_by_accident(quality, frozen):
    other = f"{NOW},TIM-01/commitment/C-777,TIM-01,warning,commitment,C-777,C-777,AAA\n"
    frozen.write_text(frozen.read_text() + other)
    with pytest.raises(ToolFailed, match="2025-Q4 was frozen before with other findings: .* 1 are gone"):
        step.freeze(quality, frozen, KNOWN, T=T, K=K)
    assert other in frozen.read_text()
    step.freeze(quality, frozen, KNOWN, T=T, K=K, replace=True)
    assert "C-777" not in frozen.read_text()


@pytest.mark.parametrize(
    ("dates", "change", "said"),
    [
        (("2025-11-30", K), "", "no cut-off of a round"),
        (("2025-09-30", "2025-10-10"), "", "were run for T = 2025-12-31"),
        ((T, K), "figures", "rules about figures have not been run"),
        ((T, K), "error", "DAT-01 could not be run"),
        ((T, K), "nothing", "no findings to freeze"),
    ],
)
def test_what_is_not_a_whole_edition_is_not_frozen(quality, frozen, dates, change, said):
    results = quality / "check_results.csv"
    if change == "figures":
        results.write_text(results.read_text(encoding="utf-8").replace("AGG-03,figures,pass\n", ""), encoding="utf-8")
    if change == "error":
        results.write_text("rule_id,stage,result\nDAT-01,data,error\nAGG-03,figures,pass\n", encoding="utf-8")
    if change == "nothing":
        (quality / "edition.csv").unlink()
    before = frozen.read_bytes()
    with pytest.raises(ToolFailed, match=said):
        step.freeze(quality, frozen, KNOWN, T=dates[0], K=dates[1])
    assert frozen.read_bytes() == before


def test_rounds_of_the_mechanism_with_their_dates():
    known = {item.round_id: item for item in step.rounds(ROOT / "raw" / "reference" / "review_rounds.csv")}
    assert min(known) == "2024-Q2"
    assert known["2025-Q3"] == step.Round("2025-Q3", date(2025, 9, 30), date(2025, 10, 10))
