"""The life of findings: every status by hand, acceptances and their end, the files and workbooks, and freezing."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from test_checks_rules import ROOT
from test_checks_run import read, write_world

from camket.checks.life import LIFE_COLUMNS, Acceptance, Past, lives, read_past, round_of
from camket.checks.run import run_checks
from camket.checks.scores import load_scores
from camket.checks.show import explain, print_run
from camket.messages import ToolFailed

ROUNDS = ("2025-Q1", "2025-Q2", "2025-Q3")
NOW = "2025-Q4"


def finding(object_id: str, rule_id: str = "TIM-01", severity: str = "warning") -> dict[str, str]:
    return {
        "finding_id": f"{rule_id}/commitment/{object_id}",
        "rule_id": rule_id,
        "severity": severity,
        "object_type": "commitment",
        "object_id": object_id,
        "commitment_id": object_id.split("/")[0],
        "agency_id": "AAA",
    }


def past(seen: dict[str, tuple[str, ...]], accepted: tuple[Acceptance, ...] = ()) -> Past:
    """What was frozen: rounds by commitment, all of the rule TIM-01."""
    last = {
        f"TIM-01/commitment/{key}": ("TIM-01", "warning", "commitment", key, key.split("/")[0], "AAA") for key in seen
    }
    return Past(
        NOW,
        date(2025, 12, 31),
        date(2026, 1, 10),
        rounds=ROUNDS,
        last_seen=last,
        seen_in={f"TIM-01/commitment/{key}": rounds for key, rounds in seen.items()},
        accepted={word.finding_id: word for word in accepted},
    )


def acceptance(object_id: str, **changes) -> Acceptance:
    values = {
        "finding_id": f"TIM-01/commitment/{object_id}",
        "role": "steward",
        "reason": "Đã đối chiếu với bản gốc.",
        "until_date": date(2026, 6, 30),
        "recorded_date": date(2025, 12, 1),
        "document": "",
    }
    return Acceptance(**values | changes)


def told(rows) -> dict[str, tuple]:
    """(status, first round, last round, rounds seen, age, closed in) of each object."""
    return {
        row.object_id: (row.status, row.first_round, row.last_round, row.rounds_seen, row.age_rounds, row.closed_round)
        for row in rows
    }


# Each status, by hand.


def test_opened_when_no_round_had_it():
    assert told(lives([finding("C1")], past({}))) == {"C1": ("opened", NOW, NOW, 1, 1, "")}


def test_still_open_when_the_round_before_had_it():
    rows = lives([finding("C1")], past({"C1": ("2025-Q2", "2025-Q3"), "C9": ("2025-Q1",)}))
    assert told(rows)["C1"] == ("still_open", "2025-Q2", NOW, 3, 3, "")


def test_reopened_when_an_earlier_round_had_it_but_not_the_one_before():
    rows = lives([finding("C1")], past({"C1": ("2025-Q1", "2025-Q2"), "C9": ("2025-Q3",)}))
    assert told(rows)["C1"] == ("reopened", "2025-Q1", NOW, 3, 1, "")


def test_a_gap_starts_the_age_anew():
    rows = lives([finding("C1")], past({"C1": ("2025-Q1", "2025-Q3"), "C9": ("2025-Q2",)}))
    assert told(rows)["C1"] == ("still_open", "2025-Q1", NOW, 3, 2, "")


def test_closed_now_or_in_an_earlier_round():
    rows = lives([], past({"C1": ("2025-Q2", "2025-Q3"), "C2": ("2025-Q1",)}))
    assert told(rows) == {
        "C1": ("closed", "2025-Q2", "2025-Q3", 2, 0, NOW),
        "C2": ("closed", "2025-Q1", "2025-Q1", 1, 0, "2025-Q2"),
    }


def test_accepted_says_who_why_and_until_when():
    (row,) = lives([finding("C1")], past({"C1": ("2025-Q3",)}, (acceptance("C1"),)))
    assert (row.status, row.rounds_seen, row.age_rounds) == ("accepted", 2, 2)
    assert (row.accepted_by_role, row.accepted_reason) == ("steward", "Đã đối chiếu với bản gốc.")
    assert (row.accepted_until_date, row.accepted_recorded_date) == ("2026-06-30", "2025-12-01")


def test_a_closed_finding_is_closed_even_if_accepted():
    (row,) = lives([], past({"C1": ("2025-Q3",)}, (acceptance("C1"),)))
    assert (row.status, row.accepted_by_role) == ("closed", "")


def test_what_a_silent_rule_had_found_stays_as_it_was():
    rows = lives([], past({"C1": ("2025-Q2", "2025-Q3"), "C2": ("2025-Q1",)}), silent={"TIM-01"})
    assert told(rows) == {
        "C1": ("still_open", "2025-Q2", "2025-Q3", 2, 2, ""),
        "C2": ("closed", "2025-Q1", "2025-Q1", 1, 0, "2025-Q2"),
    }


def test_earlier_findings_on_restricted_commitments_are_not_shown():
    rows = lives([], past({"C1": ("2025-Q3",), "C2/C3": ("2025-Q3",), "C4": ("2025-Q3",)}), hidden={"C1", "C3"})
    assert set(told(rows)) == {"C4"}


def test_rounds_are_quarters():
    days = {date(2025, 1, 1): "2025-Q1", date(2025, 3, 31): "2025-Q1", date(2025, 4, 1): "2025-Q2"}
    assert {day: round_of(day) for day in days} == days and round_of(date(2025, 12, 31)) == "2025-Q4"


# What an edition knows of the past, and acceptances in a run.


def history(*rows: tuple[str, str]) -> list[str]:
    """Statements that freeze findings (round, finding id), all warnings on a commitment of AAA."""
    return [
        "insert into stg_findings_history by name select "
        f"'{round_id}' as edition_id, '{finding_id}' as finding_id, '{finding_id[:6]}' as rule_id, "
        f"'warning' as severity, 'commitment' as object_type, '{finding_id.split('/')[2]}' as object_id, "
        f"'{finding_id.split('/')[2]}' as commitment_id, 'AAA' as agency_id"
        for round_id, finding_id in rows
    ]


def accept(finding_id: str, until: str, recorded: str, role: str = "coordinating_agency") -> str:
    return (
        "insert into stg_accepted_findings by name select "
        f"'{finding_id}' as finding_id, '{role}' as accepted_by_role, 'Đã xem xét hồ sơ gốc.' as reason, "
        f"date '{until}' as until_date, date '{recorded}' as recorded_date, '=cmd|x' as document"
    )


STALE = "TIM-01/commitment/{}/last_substantive_date"
FRAUD = "update commitments set completion_evidence_grade = 'C' where commitment_id = 'C-031'"  # EVI-01, an error
EVI = "EVI-01/commitment/C-031/evidence_grade"


def past_of(tmp_path: Path, *statements: str) -> Past:
    with duckdb.connect(str(write_world(tmp_path, *statements)), read_only=True) as connection:
        return read_past(connection)


def test_later_rounds_are_no_past(tmp_path):
    known = past_of(tmp_path, *history(("2025-Q3", "TIM-01/commitment/C-1"), (NOW, "TIM-01/commitment/C-2"),
                                       ("2026-Q1", "TIM-01/commitment/C-3")))  # fmt: skip
    assert known.round_id == NOW and known.rounds == ("2025-Q3",)
    assert list(known.seen_in) == ["TIM-01/commitment/C-1"]


@pytest.mark.parametrize(
    ("until", "recorded", "where"),
    [
        ("2025-12-31", "2026-01-10", "accepted"),  # the last day of both
        ("2025-12-30", "2025-12-01", "expired"),
        ("2026-12-31", "2026-01-11", None),  # not known by K
    ],
)
def test_an_acceptance_counts_while_recorded_by_k_and_t_is_not_after_its_last_day(tmp_path, until, recorded, where):
    known = past_of(tmp_path, accept(EVI, until, recorded))
    assert (EVI in known.accepted, EVI in known.expired) == (where == "accepted", where == "expired")


def test_the_last_word_counts_so_that_an_acceptance_can_be_taken_back(tmp_path):
    known = past_of(tmp_path, accept(EVI, "2026-12-31", "2025-10-01"), accept(EVI, "2025-12-15", "2025-12-15"))
    assert EVI not in known.accepted and EVI in known.expired


def test_a_database_of_an_older_version_is_told(tmp_path):
    database = write_world(tmp_path, "drop table stg_accepted_findings")
    with duckdb.connect(str(database), read_only=True) as connection, pytest.raises(ToolFailed, match="earlier rounds"):
        read_past(connection)


def test_an_accepted_error_does_not_block_but_is_printed(tmp_path):
    database = write_world(tmp_path, FRAUD, accept(EVI, "2026-06-30", "2025-12-20"))
    run = run_checks(database, tmp_path / "q", only=["EVI-01"], project_root=ROOT)
    assert (run.results[0].severity, run.results[0].result, run.results[0].accepted_count) == ("error", "warn", 1)
    assert run.blocking == []
    for language, said in (
        ("en", "accepted by Coordinating agency until 2026-06-30"),
        ("vi", "Cơ quan điều phối chấp nhận"),
    ):
        stream = io.StringIO()
        print_run(run, stream=stream, language=language)
        assert EVI in stream.getvalue() and said in stream.getvalue() and "Đã xem xét hồ sơ gốc." in stream.getvalue()


def test_an_expired_acceptance_blocks_again_and_says_so(tmp_path):
    database = write_world(tmp_path, FRAUD, accept(EVI, "2025-11-30", "2025-10-20"))
    run = run_checks(database, tmp_path / "q", only=["EVI-01"], project_root=ROOT)
    stream = io.StringIO()
    print_run(run, stream=stream)
    assert run.results[0] in run.blocking and "acceptance ended on 2025-11-30" in stream.getvalue()


def test_one_accepted_error_of_two_does_not_free_the_other(tmp_path):
    database = write_world(
        tmp_path,
        FRAUD,
        "update commitments set is_key_project = true, completion_evidence_grade = 'C' where commitment_id = 'C-032'",
        accept(EVI, "2026-06-30", "2025-12-20"),
    )
    run = run_checks(database, tmp_path / "q", only=["EVI-01"], project_root=ROOT)
    assert run.results[0] in run.blocking and run.results[0].accepted_count == 1


def test_an_error_on_a_restricted_commitment_cannot_be_accepted_away(tmp_path):
    database = write_world(
        tmp_path,
        FRAUD,
        "update stg_commitments set disclosure = 'secret' where commitment_id = 'C-031'",
        accept(EVI, "2026-06-30", "2025-12-20"),
    )
    run = run_checks(database, tmp_path / "q", only=["EVI-01"], project_root=ROOT)
    assert run.results[0] in run.blocking and run.findings == []


def test_an_acceptance_of_nothing_is_told(tmp_path):
    database = write_world(tmp_path, accept("EVI-01/commitment/C-999/evidence_grade", "2026-06-30", "2025-12-20"))
    run = run_checks(database, tmp_path / "q", only=["EVI-01"], project_root=ROOT)
    assert [word.finding_id for word in run.unmatched] == ["EVI-01/commitment/C-999/evidence_grade"]


# The files.

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(\"x\")</script> https://example.org"


@pytest.fixture(scope="module")
def full_run(tmp_path_factory):
    """A run with a finding of each status, one of them on a title that wants to be a formula."""
    folder = tmp_path_factory.mktemp("life")
    stale = [
        f"update commitments set last_substantive_date = '2025-03-31' where commitment_id = '{name}'"
        for name in ("C-002", "C-003", "C-004", "C-005")
    ]
    twin = HOSTILE.replace("'", "''")
    database = write_world(
        folder,
        *stale,
        f"update int_commitments_known set title_en = '{twin}' where commitment_id in ('C-010', 'C-011')",
        *history(
            ("2025-Q2", STALE.format("C-003")),
            ("2025-Q3", STALE.format("C-002")),
            ("2025-Q3", STALE.format("C-009")),
        ),
        accept(STALE.format("C-005"), "2026-06-30", "2025-12-20"),
    )
    titles = {"en": "Demonstration", "vi": "Minh họa"}
    return run_checks(database, folder / "quality", project_root=ROOT, titles=titles), folder / "quality", database


def test_file_of_lives_and_totals(full_run):
    run, quality, _ = full_run
    rows = {row["finding_id"]: row for row in read(quality / "findings_life.csv")}
    assert tuple(next(iter(rows.values()))) == LIFE_COLUMNS
    statuses = {row["object_id"]: row["status"] for row in rows.values() if row["rule_id"] == "TIM-01"}
    assert statuses == {
        "C-002": "still_open", "C-003": "reopened", "C-004": "opened", "C-005": "accepted", "C-009": "closed",
    }  # fmt: skip
    assert rows[STALE.format("C-005")]["accepted_document"] == "'=cmd|x"
    assert {key: run.totals[key] for key in ("still_open", "reopened", "accepted", "closed")} == {
        "still_open": 1, "reopened": 1, "accepted": 1, "closed": 1,
    }  # fmt: skip
    stream = io.StringIO()
    print_run(run, stream=stream)
    assert "still open: 1 · reopened: 1 · accepted: 1 · closed since the round before: 1" in stream.getvalue()


def test_history_of_rules(full_run):
    _, quality, _ = full_run
    rows = {row["rule_id"]: row for row in read(quality / "rules.csv")}
    assert set(rows) >= {"TIM-01", "AGG-03", "CLM-03"}, "all rules, those of other stages too"
    row = rows["TIM-01"]
    assert "commitments" in row["reads"].split() and row["parameters"] == "current_update_days"
    assert (row["first_failed_round"], row["last_failed_round"]) == ("2025-Q2", NOW)
    assert (row["failed_rounds_count"], row["rounds_count"], row["closed_count"]) == ("3", "3", "1")
    score = load_scores(ROOT)["TIM-01"]
    assert (int(row["faults_injected_count"]), int(row["faults_found_count"])) == (score.injected, score.found)
    assert 0 < score.found <= score.injected
    assert rows["DAT-04"]["last_failed_round"] == "" and rows["AGG-03"]["result"] == ""


def test_explain_tells_the_last_result(full_run):
    _, _, database = full_run
    text = explain("TIM-01", project_root=ROOT, database=database)
    assert "in 3 of 3 rounds, last in 2025-Q4" in text and "1 closed" in text and "Reads:" in text
    assert f"{load_scores(ROOT)['TIM-01'].found} of" in text


def test_workbook_says_what_the_csv_says_in_both_languages(full_run):
    _, quality, _ = full_run
    sheet = openpyxl.load_workbook(quality / "agencies" / "AAA.xlsx").worksheets[0]
    assert sheet["A1"].value == "Bộ A / Ministry A (AAA)" and "Minh họa / Demonstration" in sheet["A2"].value
    assert sheet.freeze_panes == "D4" and sheet.auto_filter.ref.startswith("A3:")
    heads = [cell.value for cell in sheet[3]]
    assert heads[0] == "Tình trạng\nStatus" and all(width.width >= 7 for width in sheet.column_dimensions.values())
    body = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=4)]
    csv_rows = read(quality / "agencies" / "AAA.csv")
    assert sorted(row["Mã phát hiện\nFinding"] for row in body) == sorted(row["finding_id"] for row in csv_rows)
    assert body[0]["Tình trạng\nStatus"] == "Tái diễn / Reopened"
    accepted = next(row for row in body if row["Mã phát hiện\nFinding"] == STALE.format("C-005"))
    assert accepted["Vai trò chấp nhận\nAccepted by"] == "Cơ quan điều phối / Coordinating agency"


def test_hostile_text_stays_text(full_run):
    _, quality, _ = full_run
    file = quality / "agencies" / "AAA.xlsx"
    cells = [cell for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in row if cell.value]
    hostile = [cell for cell in cells if "cmd|" in str(cell.value)]
    assert hostile and {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(file) as book:
        for name in book.namelist():
            text = book.read(name).decode("utf-8")
            assert "<script>" not in text and "<f>" not in text and "hyperlink" not in text
    for row in csv.DictReader((quality / "findings.csv").open(encoding="utf-8", newline="")):
        assert not any(row[name].startswith(("=", "+", "@")) for name in row)


def test_workbooks_are_the_same_bytes_each_time(full_run, tmp_path):
    _, quality, database = full_run
    again = tmp_path / "quality"
    run_checks(database, again, project_root=ROOT, titles={"en": "Demonstration", "vi": "Minh họa"})
    files = sorted(path.relative_to(quality) for path in quality.rglob("*") if path.is_file())
    assert Path("agencies/AAA.xlsx") in files
    assert [(quality / name).read_bytes() for name in files] == [(again / name).read_bytes() for name in files]
