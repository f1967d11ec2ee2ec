"""One defect a file: rule, row and column asserted, beside Frictionless' own opinion (tests/fixtures/contract)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from camket.contract.validate import References, validate_table
from camket.package import load

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "contract"
with open(FIXTURES / "cases.csv", encoding="utf-8", newline="") as stream:
    CASES = list(csv.DictReader(stream))
SCHEMA = json.loads((FIXTURES / "visits.json").read_text(encoding="utf-8"))
# Defects that bring a second problem with them, by their nature.
ECHOES = {
    "misspelt-label.csv": {("missing-label", "status")},
    "unclosed-quote-early.csv": {("extra-cell", "")},
    "empty-cells-row.csv": {("primary-key", "visit_id")},
    "blank-row.csv": {("primary-key", "visit_id")},
}
# Kinds that Frictionless tells otherwise: by an exception, or cell by cell.
ALIASES = {"duplicate-label": "error", "empty-file": "source-error", "blank-label": "extra-label"}


@pytest.fixture(scope="module")
def references(tmp_path_factory):
    folder = tmp_path_factory.mktemp("references")
    for name in ("agencies.csv", "agencies.json"):
        (folder / name).write_bytes((FIXTURES / name).read_bytes())
    package = {
        "name": "fixtures",
        "camket": {"package_id": "f", "folder": "raw", "is_demonstration": True, "T": "2025-12-31", "K": "2026-01-10"},
        "resources": [{"name": "agencies", "path": "agencies.csv", "schema": "agencies.json"}],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    with References(load(project=folder)) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_the_defect_is_told_with_rule_row_and_column(references, case):
    found = validate_table(FIXTURES / case["file"], SCHEMA, references, require_rows=True).problems
    if not case["kind"]:
        assert not found
        return
    expected = (case["kind"], case["rule"], int(case["row"] or 0), case["column"])
    told = {(item.kind, item.rule, item.row or 0, item.column or "") for item in found}
    assert expected in told
    rest = {(kind, column) for kind, _, _, column in told - {expected}}
    assert rest == ECHOES.get(case["file"], set())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_frictionless_agrees_or_is_more_lenient(case, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    frictionless.system.trusted = True
    dialect = {
        "header": True,
        "headerRows": [1],
        "csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False},
    }
    common = {"format": "csv", "encoding": "utf-8", "dialect": dialect}
    items = [
        {"name": "visits", "path": str(FIXTURES / case["file"]), "schema": str(FIXTURES / "visits.json"), **common},
        {
            "name": "agencies",
            "path": str(FIXTURES / "agencies.csv"),
            "schema": str(FIXTURES / "agencies.json"),
            **common,
        },
    ]
    descriptor = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "p", "resources": items}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    errors = package.get_resource("visits").validate(limit_errors=10**9).task.errors
    if not case["kind"]:
        assert not errors
    elif case["frictionless"] == "yes":
        assert ALIASES.get(case["kind"], case["kind"]) in {error.type for error in errors}


def test_there_are_enough_kinds():
    assert len({(case["kind"], case["rule"], case["file"]) for case in CASES if case["kind"]}) >= 30


def test_all_problems_of_a_file_come_at_once(references, tmp_path):
    """Three faults in three rows, one of them behind a ragged row and a newline in a cell: none hides another."""
    header = (FIXTURES / "good.csv").read_text(encoding="utf-8").splitlines()[0]
    rows = ['V-001,NOWHERE,completed,,,,,,,"a\nb"', "V-002,MOFA", "V-003,MOFA,finished,200,,,2025-02-30,,,"]
    path = tmp_path / "t.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    told = {(item.rule, item.row, item.column) for item in validate_table(path, SCHEMA, references).problems}
    assert told >= {
        ("STR-03", 2, "agency_id"),
        ("STR-01", 3, "note"),
        ("STR-04", 4, "status"),
        ("STR-01", 4, "progress_pct"),
        ("STR-01", 4, "visit_date"),
    }


def test_suggestions_and_limits(references, tmp_path):
    header = (FIXTURES / "good.csv").read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "t.csv"
    rows = [f"V-{n:03d},MOI,complete,,,,,,," for n in range(30)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    result = validate_table(path, SCHEMA, references, limit=10)
    assert any("Did you mean completed?" in item.message_en for item in result.problems)
    assert any("Did you mean MOIT?" in item.message_en for item in result.problems)
    assert result.omitted == 40
    assert sum(item.kind == "omitted" and "20 more" in item.message_en for item in result.problems) == 2
