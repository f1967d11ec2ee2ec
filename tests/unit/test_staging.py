"""Staging keeps what the files say, as typed values with the place where they stand."""

from __future__ import annotations

from datetime import date

import pytest

import staging_cases as cases
from oracle.runner import Register, runner


def staged(table: str, rows: list[dict]) -> list[dict]:
    """Rows of the staged table, computed by the compiled model from these raw rows."""
    model = f"stg_{table}"
    connection = runner().run(Register("2025-12-31", "2026-01-10", {table: rows}), (model,)).connection
    cursor = connection.execute(f"select * from {model}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


@pytest.mark.parametrize("table", cases.TABLES)
def test_every_column_is_kept_as_its_type(table):
    (first,), (second,) = staged(table, cases.filled(table)), staged(table, cases.empty(table))
    wanted = {f["name"]: cases.SAMPLES[f["type"]][1] for f in cases.fields(table)}
    assert {name: first[name] for name in wanted} == wanted
    assert {second[name] for name in wanted} == {None}


@pytest.mark.parametrize("table", cases.PLACED)
def test_rows_are_counted_as_a_spreadsheet_shows_them(table):
    rows = staged(table, cases.two_files())
    if table == "progress_updates":
        one, other = cases.FILES
        places = sorted((row["source_file"], row["source_row"]) for row in rows)
        assert places == [(one, 2), (one, 3), (other, 2), (other, 3), (other, 4)]
    else:
        assert sorted(row["source_row"] for row in rows) == [2, 3, 4, 5, 6]
        assert {row["source_file"] for row in rows} == {f"register/{table}.csv"}


@pytest.mark.parametrize("precision", cases.LAST_DAYS)
def test_a_date_known_to_its_period_stands_for_the_last_day_of_it(precision):
    (commitment,) = staged("commitments", cases.dated("commitments", precision))
    assert commitment["baseline_deadline"] == commitment["signed_latest_date"] == cases.LAST_DAYS[precision]
    assert commitment["due_date"] == commitment["signed_date"] == date(2024, 2, 10)
    (report,) = staged("progress_updates", cases.dated("progress_updates", precision))
    assert (report["current_deadline"], report["is_deadline_removed"]) == (cases.LAST_DAYS[precision], False)


def test_a_deadline_is_removed_only_in_so_many_words():
    reports = staged("progress_updates", cases.removed())
    assert [report["is_deadline_removed"] for report in reports] == [removed for _, removed in cases.REMOVED]
