"""Each rule against a small world without a defect, and against the same world with one."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections import Counter
from dataclasses import astuple
from pathlib import Path

import duckdb
import pytest
import yaml

import structure_cases
from camket.checks.engine import Outcome
from camket.checks.findings import FINDING_COLUMNS, Words, findings_of
from camket.checks.register import load_register
from camket.checks.session import PARAMETER_MACROS
from camket.checks.structure import PLAIN
from camket.checks.suites import load_suites

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "checks"
GOLDEN = ROOT / "tests" / "golden" / "checks" / "findings.csv"
DEFECTS = yaml.safe_load((FIXTURES / "defects.yml").read_text(encoding="utf-8"))
EDGES = yaml.safe_load((FIXTURES / "edges.yml").read_text(encoding="utf-8"))
RULES = load_register(ROOT)
EXPECTATIONS = load_suites(ROOT, RULES)
# Its defect is a file with a mistake, not a row: see test_a_model_that_reads_the_clock.
WITHOUT_TABLE = {"REP-04"}


def build_world(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill an empty database with the clean world of the fixtures and the real default parameters."""
    connection.execute((FIXTURES / "tables.sql").read_text(encoding="utf-8"))
    with (ROOT / "raw" / "reference" / "parameters.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            values = [row["parameter_id"], row["value"], row["value"], row["value_type"], "", "", ""]
            connection.execute("insert into parameters values (?, ?, ?, ?, ?, ?, ?)", values)
    connection.execute((FIXTURES / "clean.sql").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def clean():
    connection = duckdb.connect(":memory:", config={"file_search_path": str(ROOT)})
    build_world(connection)
    connection.execute(PARAMETER_MACROS.replace("temporary ", ""))
    yield connection
    connection.close()


def failing(connection: duckdb.DuckDBPyConnection, rule_id: str) -> list:
    """Findings of one rule, from its query alone."""
    cursor = connection.execute(EXPECTATIONS[rule_id].query)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    outcome = Outcome(RULES[rule_id], RULES[rule_id].severity, "fail", 1, rows)
    return findings_of(outcome, Words(connection, ROOT))


@pytest.mark.parametrize("rule_id", EXPECTATIONS)
def test_clean_world_has_no_finding(clean, rule_id):
    assert failing(clean, rule_id) == []


@pytest.mark.parametrize("rule_id", EXPECTATIONS)
def test_clean_world_gives_each_rule_something_to_examine(clean, rule_id):
    examined = clean.execute(EXPECTATIONS[rule_id].checked_query).fetchone()[0]
    # Of these a world without a defect has nothing: no overdue item, no moved deadline, no reported difficulty …
    nothing = {"CON-01", "CON-06", "REQ-07", "TIM-06", "TIM-07"}
    assert (examined == 0) == (rule_id in nothing)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: f"{d['rule']}-{d['finds'][0]}")
def test_defect_is_found_by_its_rule(clean, defect):
    clean.begin()
    try:
        for statement in defect["sql"].split(";"):
            clean.execute(statement)
        found = failing(clean, defect["rule"]) if defect["rule"] != "DIS-01" else failing_restricted(clean)
        assert clean.execute(EXPECTATIONS[defect["rule"]].checked_query).fetchone()[0] > 0
    finally:
        clean.rollback()
    assert [finding.finding_id for finding in found] == [
        f"{defect['rule']}/{object_id}" for object_id in defect["finds"]
    ]
    for finding in found:
        assert finding.explanation_en and finding.explanation_vi
        assert "{" not in finding.explanation_en + finding.explanation_vi


@pytest.mark.parametrize("edge", EDGES, ids=lambda e: f"{e['rule']}-{e['about'].replace(' ', '_')}")
def test_edge_of_a_rule(clean, edge):
    clean.begin()
    try:
        for statement in edge["sql"].split(";"):
            clean.execute(statement)
        found = failing(clean, edge["rule"])
    finally:
        clean.rollback()
    assert [finding.finding_id for finding in found] == [f"{edge['rule']}/{object_id}" for object_id in edge["finds"]]


@pytest.mark.parametrize("rule_id", structure_cases.ALL)
def test_structure_at_the_bounds_of_every_schema(clean, rule_id):
    cases = structure_cases.ALL[rule_id]()
    last = "row_count" if rule_id == "STR-02" else "fault_en"
    clean.begin()
    try:
        cases.insert(clean)
        asked = f"select object_type, column_name, value, {last} from ({EXPECTATIONS[rule_id].query})"
        found = Counter(clean.execute(asked).fetchall())
    finally:
        clean.rollback()
    assert found == cases.wanted


def test_plain_letters_are_nfc_in_whatever_order():
    letters = [chr(code) for first, last in PLAIN for code in range(first, last + 1)]
    assert all(unicodedata.is_normalized("NFC", letter) and not unicodedata.combining(letter) for letter in letters)
    # A letter that joins the one before it would be a part of another letter's decomposition.
    parts = {part for code in range(0x110000) for part in unicodedata.normalize("NFD", chr(code))[1:]}
    assert not parts & set(letters)


def test_findings_say_what_they_said(clean):
    """Everything that a finding of a defect or an edge says, place, value, context and words: tests/golden/checks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FINDING_COLUMNS)
    for case in [*DEFECTS, *EDGES]:
        clean.begin()
        try:
            for statement in case["sql"].split(";"):
                clean.execute(statement)
            if case["rule"] != "DIS-01":
                writer.writerows(astuple(finding) for finding in failing(clean, case["rule"]))
        finally:
            clean.rollback()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(out.getvalue(), encoding="utf-8")
    assert out.getvalue() == GOLDEN.read_text(encoding="utf-8")


def failing_restricted(connection) -> list:
    # The finding names no commitment, so that it can be told although the commitment cannot.
    found = failing(connection, "DIS-01")
    assert all(finding.commitment_id == "" for finding in found)
    return found


def test_every_rule_has_a_defect():
    assert {defect["rule"] for defect in DEFECTS} | WITHOUT_TABLE == set(EXPECTATIONS)


def test_findings_on_restricted_commitments_are_not_shown(clean):
    clean.begin()
    try:
        clean.execute("update stg_commitments set partner_id = 'XXX' where commitment_id in ('C-001', 'C-002')")
        clean.execute("update stg_commitments set disclosure = 'secret' where commitment_id = 'C-001'")
        found = failing(clean, "STR-03")
    finally:
        clean.rollback()
    assert [finding.commitment_id for finding in found] == ["C-002"]


def test_stale_share_above_a_half_is_graded_error(clean):
    query = EXPECTATIONS["TIM-02"].query
    clean.begin()
    try:
        clean.execute("update commitments set freshness = 'no_information' where commitment_id <= 'C-016'")
        grades = [row[0] for row in clean.execute(f"select grade from ({query})").fetchall()]
    finally:
        clean.rollback()
    assert grades == ["error"]


def test_a_model_that_reads_the_clock(tmp_path):
    (tmp_path / "models" / "marts").mkdir(parents=True)
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "kept.sql").write_text("-- current_date in a comment is no call\nselect known_now from t\n")
    (tmp_path / "models" / "marts" / "late.sql").write_text("select 1\nwhere due_date < current_date\n")
    with duckdb.connect(":memory:", config={"file_search_path": str(tmp_path)}) as connection:
        rows = connection.execute(f"select file, value from ({EXPECTATIONS['REP-04'].query})").fetchall()
    assert rows == [("models/marts/late.sql", "current_date")]


def test_explanations_use_words_of_their_language(clean):
    clean.begin()
    try:
        clean.execute("update updates set previous_status = 'completed' where commitment_id = 'C-009' and is_latest")
        finding = failing(clean, "STA-01")[0]
    finally:
        clean.rollback()
    assert finding.explanation_en.startswith("Ministry A reports in progress, but the report before said completed")
    assert finding.explanation_vi.startswith("Bộ A báo cáo đang triển khai, nhưng báo cáo trước ghi đã hoàn thành")
