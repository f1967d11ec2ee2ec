"""A whole package: ledger, hashes, paths, references across tables, the same key in two files; and the words."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import pytest

from camket import messages
from camket.contract.compile import compile_schema
from camket.contract.validate import validate_package
from camket.contract.words import FORMS
from camket.messages import Problem, ToolFailed
from camket.package import load, refresh

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
REFERENCES = {
    "agencies": "agency_id,name_en,name_vi,kind,valid_from,valid_to,parent_id,province_id\n"
    "MOFA,Ministry of Foreign Affairs,Bộ Ngoại giao,ministry,,,,\nMOH,Ministry of Health,Bộ Y tế,ministry,,,,\n",
    "provinces": "province_id,name_en,name_vi,kind,valid_from,valid_to\n",
    "review_rounds": "round_id,period_start,period_end,data_cutoff,due_date,meeting_date,is_mechanism_round\n"
    "2025-Q3,2025-07-01,2025-09-30,2025-09-30,2025-10-05,,true\n",
    "difficulty_codes": "difficulty_code,name_en,name_vi\n01,Law,Pháp luật\n",
}
UPDATES = [item["name"] for item in json.loads((SCHEMAS / "progress_updates.json").read_text("utf-8"))["fields"]]
LEDGER = [item["name"] for item in json.loads((SCHEMAS / "submission_ledger.json").read_text("utf-8"))["fields"]]


def update(**cells) -> dict:
    base = {"commitment_id": "C-1", "round_id": "2025-Q3", "agency_id": "MOFA", "revision": "1"}
    base |= {
        "as_of_date": "2025-09-30",
        "status": "in_progress",
        "narrative": "Đang làm",
        "no_change_confirmed": "false",
    }
    return base | cells


def table(names, rows) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def build(folder: Path, files: dict[str, str], *, ledger_changes=lambda rows: rows, refreshed=True):
    """A package with the given submission files, and a ledger that agrees with them but for `ledger_changes`."""
    raw = folder / "raw"
    for file, text in files.items():
        (raw / file).parent.mkdir(parents=True, exist_ok=True)
        (raw / file).write_text(text, encoding="utf-8")
    rows = []
    for file, text in files.items():
        _, round_id, name = file.split("/")
        agency, _, revision = name.removesuffix(".csv").partition(".")
        content = text.encode("utf-8")
        rows.append(
            {
                "file": file,
                "round_id": round_id,
                "agency_id": agency,
                "revision": revision or "1",
                "received_at": "2025-10-03T09:00:00",
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "row_count": text.count("\n") - 1,
                "verdict": "accepted",
            }
        )
    raw.mkdir(exist_ok=True)
    (raw / "submission_ledger.csv").write_text(table(LEDGER, ledger_changes(rows)), encoding="utf-8")
    for name, text in REFERENCES.items():
        (raw / f"{name}.csv").write_text(text, encoding="utf-8")
    commitments = {
        "name": "commitments",
        "fieldsMatch": "equal",
        "fields": [{"name": "commitment_id", "type": "string"}],
    }
    (folder / "commitments.json").write_text(json.dumps(commitments | {"primaryKey": ["commitment_id"]}), "utf-8")
    (raw / "commitments.csv").write_text("commitment_id\nC-1\nC-2\n", encoding="utf-8")
    items = [{"name": "commitments", "path": "raw/commitments.csv", "schema": "commitments.json"}]
    for name in (*REFERENCES, "submission_ledger", "progress_updates"):
        (folder / f"{name}.json").write_bytes((SCHEMAS / f"{name}.json").read_bytes())
        path = [] if name == "progress_updates" else f"raw/{name}.csv"
        items.append({"name": name, "path": path, "schema": f"{name}.json", "encoding": "utf-8"})
    own = {"package_id": "t", "folder": "raw", "is_demonstration": True, "T": "2025-12-31", "K": "2026-01-10"}
    document = {"name": "t", "camket": own, "resources": items}
    (folder / "datapackage.json").write_text(json.dumps(document), encoding="utf-8")
    if refreshed:
        refresh(project=folder)
    return load(project=folder)


def kinds(package) -> set[tuple]:
    return {(item.kind, item.file, item.row, item.column) for item in validate_package(package).problems}


MOFA, MOH = "submissions/2025-Q3/MOFA.csv", "submissions/2025-Q3/MOH.csv"
GOOD = {
    MOFA: table(UPDATES, [update(), update(commitment_id="C-2")]),
    MOH: table(UPDATES, [update(agency_id="MOH")]),
}


def test_a_sound_package_has_no_problems(tmp_path):
    result = validate_package(build(tmp_path, GOOD))
    assert result.problems == []
    assert result.tables["progress_updates"] == 3
    assert result.tables["agencies"] == 2


def test_progress_names_each_file(tmp_path):
    seen = []
    validate_package(build(tmp_path, GOOD), seen.append)
    assert "raw/" + MOFA in seen


def test_an_edit_behind_the_ledgers_back(tmp_path):
    package = build(tmp_path, GOOD)
    (tmp_path / "raw" / MOFA).write_text(GOOD[MOFA].replace("Đang làm", "Đã xong"), encoding="utf-8")
    assert kinds(package) == {("ledger-differs", "raw/" + MOFA, None, None)}


def test_files_and_ledger_both_ways(tmp_path):
    package = build(tmp_path, GOOD, ledger_changes=lambda rows: rows[:1])
    (tmp_path / "raw" / MOFA).unlink()
    assert kinds(package) == {
        ("ledger-file-missing", "raw/submission_ledger.csv", 2, "file"),
        ("ledger-entry-missing", "raw/" + MOH, None, None),
        ("path-list", "datapackage.json", None, None),
    }


def test_rows_of_another_agency_round_or_revision(tmp_path):
    files = GOOD | {MOH: table(UPDATES, [update(agency_id="MOH"), update(commitment_id="C-2", revision="2")])}
    assert kinds(build(tmp_path, files)) == {
        ("row-differs", "raw/" + MOH, 3, "agency_id"),
        ("row-differs", "raw/" + MOH, 3, "revision"),
    }


def test_ledger_entry_against_the_name_of_its_file(tmp_path):
    package = build(tmp_path, GOOD, ledger_changes=lambda rows: [rows[0] | {"revision": "2"}, *rows[1:]])
    assert kinds(package) == {("ledger-name", "raw/submission_ledger.csv", 2, "revision")}


def test_file_names_outside_the_rule(tmp_path):
    name = "submissions/2025-Q3/MOFA.1.csv"
    assert ("file-name", "raw/" + name, None, None) in kinds(build(tmp_path, GOOD | {name: GOOD[MOFA]}))


def test_the_same_key_in_two_files_names_the_other(tmp_path):
    files = GOOD | {"submissions/2025-Q3/MOH.2.csv": GOOD[MOH]}
    found = [item for item in validate_package(build(tmp_path, files)).problems if item.kind == "primary-key"]
    assert len(found) == 1
    assert found[0].rule == "STR-02" and found[0].row == 2
    assert "row 2, raw/submissions/2025-Q3/MOH" in found[0].message_en


def test_dangling_references_and_empty_submission(tmp_path):
    files = GOOD | {MOH: table(UPDATES, [])}
    files[MOFA] = table(UPDATES, [update(commitment_id="C-9", difficulty_code="02")])
    assert kinds(build(tmp_path, files)) == {
        ("foreign-key", "raw/" + MOFA, 2, "commitment_id"),
        ("foreign-key", "raw/" + MOFA, 2, "difficulty_code"),
        ("header-only", "raw/" + MOH, 1, None),
    }


def test_order_of_columns_and_line_ends_may_differ_between_files(tmp_path):
    files = GOOD | {MOH: table(UPDATES[::-1], [update(agency_id="MOH", progress_pct="x")])}
    package = build(tmp_path, files)
    assert kinds(package) == {("type-error", "raw/" + MOH, 2, "progress_pct")}


def test_hashes_of_the_descriptor(tmp_path):
    package = build(tmp_path, GOOD)
    (tmp_path / "raw/commitments.csv").write_text("commitment_id\nC-1\nC-2\nC-3\n", encoding="utf-8")
    found = validate_package(package).problems
    assert [(item.kind, item.rule, item.file) for item in found] == [("hash", "REP-02", "raw/commitments.csv")]
    assert "make package" in found[0].remedy_en


def test_descriptor_never_refreshed(tmp_path):
    found = {item.kind for item in validate_package(build(tmp_path, GOOD, refreshed=False)).problems}
    assert found == {"hash-missing", "path-list"}


def test_an_unreadable_reference_table_has_no_echo(tmp_path):
    package = build(tmp_path, GOOD)
    (tmp_path / "raw/agencies.csv").write_bytes(REFERENCES["agencies"].encode("utf-16"))
    assert {item.kind for item in validate_package(package).problems} == {"encoding-error", "hash"}


def test_compiled_sql_reads_and_runs():
    import duckdb

    compiled = compile_schema(json.loads((SCHEMAS / "progress_updates.json").read_text(encoding="utf-8")))
    sql = compiled.sql()
    assert "-- status" in sql and "suspect" in sql
    columns = ", ".join(f"'' AS c{number}" for number in range(1, len(UPDATES) + 1))
    assert len(duckdb.sql(f"WITH records AS (SELECT {columns}) {sql}").fetchall()) == 1


@pytest.mark.parametrize(
    "field",
    [
        {"name": "a", "type": "geopoint"},
        {"name": "a", "type": "date", "format": "%d/%m/%Y"},
        {"name": "a", "type": "number", "decimalChar": ","},
        {"name": "a", "type": "string", "constraints": {"minimum": 1}},
        {"name": "a", "type": "string", "constraints": {"pattern": "("}},
        {"name": "a", "type": "integer", "constraints": {"minimum": "x"}},
    ],
)
def test_what_cannot_be_checked_exactly_is_refused(field):
    with pytest.raises(ToolFailed):
        compile_schema({"name": "t", "fieldsMatch": "equal", "fields": [field]})


def test_messages_neutralise_what_strangers_wrote(capsys):
    evil = "\x1b[31m=cmd\x07\u202e" + "x" * 100
    problem = Problem("STR-01", "a.csv", 2, "note", evil, "m", "m", "r", "r", "type-error")
    import sys

    messages.render([problem], stream=sys.stdout)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
    assert "\\x1b" in shown and "characters)" in shown and "STR-01: 1" in shown
    (row,) = csv.DictReader(io.StringIO(messages.to_csv([Problem("STR-01", "=a.csv", value="+1")])))
    assert row["file"] == "'=a.csv" and row["value"] == "'+1"
    assert json.loads(messages.to_json([problem]))[0]["value"] == evil


def test_each_form_that_a_schema_asks_for_is_told_in_words():
    """A reporter is shown an example and not a regular expression; the example has the form, and no form is idle."""
    schemas = Path(__file__).parents[2] / "schemas"
    asked = {
        field["constraints"]["pattern"]
        for path in schemas.glob("*.json")
        for field in json.loads(path.read_text(encoding="utf-8"))["fields"]
        if "pattern" in field.get("constraints", {})
    }
    assert asked == set(FORMS)
    for pattern, (_, _, example) in FORMS.items():
        assert re.fullmatch(pattern, example), pattern
