"""Findings across rounds, from raw files to figures; and the tables of the unit tests held against a build."""

import csv
import re

import duckdb
import pytest

from camket import build
from camket.checks import freeze as step
from camket.checks.run import run_checks
from support import PROJECT, commitment, edition, make_package, update

NEVER = "TIM-01/commitment/C1/last_substantive_date"
BACK = "TIM-01/commitment/C2/last_substantive_date"
GONE = "TIM-01/commitment/C3/last_substantive_date"
SIGNED = "TIM-01/commitment/C4/last_substantive_date"
OLD = "REQ-05/commitment/C1/activity_id"
HISTORY = [("2025-Q1", BACK), ("2025-Q2", GONE), ("2025-Q2", OLD), ("2025-Q1", OLD), ("2025-Q4", NEVER)]
T, K = "2025-09-30", "2025-10-10"


def frozen(round_id: str, finding_id: str) -> dict[str, str]:
    rule, kind, object_id = finding_id.split("/")[:3]
    return {
        "edition_id": round_id, "finding_id": finding_id, "rule_id": rule, "severity": "warning", "object_type": kind,
        "object_id": object_id, "commitment_id": object_id, "agency_id": "MOFA",
    }  # fmt: skip


def accept(finding_id: str, until: str) -> dict[str, str]:
    return {
        "finding_id": finding_id, "accepted_by_role": "steward", "reason": "Đã đối chiếu với bản gốc.",
        "until_date": until, "recorded_date": "2025-09-01",
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Four commitments, three of which nobody reports on; figures are counted again at the end, as in a build."""
    folder = tmp_path_factory.mktemp("findings")
    names = ("C1", "C2", "C3", "C4")
    descriptor = make_package(
        folder / "package",
        [commitment(name, "2024-05-06", due_date="2026-06-30") for name in names],
        [update("C3", "2025-Q3", "2025-09-20", progress_pct="20")],
        T=T,
        K=K,
        findings_history=[frozen(*row) for row in HISTORY],
        accepted_findings=[accept(SIGNED, "2025-12-31"), accept(NEVER, "2025-09-29")],
    )
    toy = edition(descriptor, folder / "build")
    build.run(toy, "marts")
    quality = toy.build / "quality"
    run_checks(toy.database, quality, project_root=PROJECT, rebuild=False)
    build.run(toy, "figures")
    run = run_checks(toy.database, quality, stage="figures", project_root=PROJECT)
    build.run(toy, "recount")
    return toy, run


def rows(file):
    with open(file, encoding="utf-8", newline="") as stream:
        return {row["finding_id"]: row for row in csv.DictReader(stream)}


def figures(toy) -> dict[str, int]:
    with duckdb.connect(str(toy.database), read_only=True) as connection:
        found = connection.execute(
            "select figure_id, numerator from figures where indicator like 'findings%'"
        ).fetchall()
    return dict(found)


def test_statuses_from_raw_files(built):
    toy, _ = built
    life = rows(toy.build / "quality" / "findings_life.csv")
    assert {key: life[key]["status"] for key in (NEVER, BACK, GONE, SIGNED, OLD)} == {
        NEVER: "opened", BACK: "reopened", GONE: "closed", SIGNED: "accepted", OLD: "still_open",
    }  # fmt: skip
    assert life[OLD]["age_rounds"] == "3" and life[GONE]["closed_round"] == "2025-Q3"


def test_figures_count_what_the_file_holds(built):
    toy, run = built
    numbers = figures(toy)
    for status in ("opened", "still_open", "reopened", "accepted", "closed"):
        assert numbers[f"findings_{status}"] == run.totals[status]
        assert numbers[f"findings_{status}.rule.TIM-01"] == {"still_open": 0}.get(status, 1)
        parts = [n for key, n in numbers.items() if key.startswith(f"findings_{status}.rule.")]
        assert sum(parts) == numbers[f"findings_{status}"]
    alive = sum(run.totals[status] for status in ("opened", "still_open", "reopened", "accepted"))
    assert alive == sum(n for key, n in numbers.items() if key.startswith("findings_age.")) == numbers["findings"]
    assert numbers["findings_oldest"] == 3 and numbers["findings_closed.rule.DAT-04"] == 0


def test_row_filter_of_a_figure_is_a_condition_on_the_file(built):
    toy, _ = built
    file = toy.build / "quality" / "findings_life.csv"
    with duckdb.connect(str(toy.database), read_only=True) as connection:
        filters = connection.execute(
            "select row_filter, numerator, row_set_sha256 from figures where indicator in "
            "('findings_opened', 'findings_closed', 'findings_age') and dimension <> 'agency'"
        ).fetchall()
        connection.execute(f"create temporary table findings_life as from read_csv('{file}', all_varchar = true)")
        for text, numerator, digest in filters:
            condition = text.removeprefix("findings_life: ").replace("age_rounds", "cast(age_rounds as integer)")
            found = connection.execute(
                "select count(*), sha256(coalesce(string_agg(finding_id, ',' order by finding_id), ''))"
                f" from findings_life where {condition}"
            ).fetchone()
            assert found == (numerator, digest), text


def test_freezing_this_edition_makes_it_the_past_of_the_next(built, tmp_path):
    toy, _ = built
    history = tmp_path / "findings_history.csv"
    history.write_bytes(toy.package.resource("findings_history").file.read_bytes())
    known = step.rounds(toy.package.resource("review_rounds").file)
    step.freeze(toy.build / "quality", history, known, T=T, K=K)
    with open(history, encoding="utf-8", newline="") as stream:
        kept = [(row["edition_id"], row["finding_id"]) for row in csv.DictReader(stream)]
    assert set(HISTORY) <= set(kept) and kept == sorted(kept)
    assert {found for of, found in kept if of == "2025-Q3"} == set(rows(toy.build / "quality" / "findings.csv"))


def test_tables_of_the_unit_tests_are_those_of_a_build(built):
    """A rule proved on a table that no build makes would prove nothing: names and types have to agree."""
    toy, _ = built
    text = (PROJECT / "tests/fixtures/checks/tables.sql").read_text(encoding="utf-8")
    columns = "select table_name, column_name, data_type from information_schema.columns where table_schema = 'main'"
    with duckdb.connect() as connection:
        connection.execute(re.sub(r"--.*", "", text))
        made = connection.execute(columns).fetchall()
    with duckdb.connect(str(toy.database), read_only=True) as connection:
        real = {(table, column): kind for table, column, kind in connection.execute(columns).fetchall()}
    # What the checks step itself reads as files beside the database.
    files = {"rebuild", "check_results"}
    drifted = [
        f"{table}.{column}: {kind} in tables.sql, {real.get((table, column), 'absent')} in a build"
        for table, column, kind in made
        if table not in files and real.get((table, column)) != kind
    ]
    assert drifted == []
