"""The worked example of the indicator definitions, through the whole build: every number exactly, for both K."""

import dataclasses
import shutil
from decimal import Decimal

import duckdb
import pytest

from camket import build
from support import build_whole, edition, toy_package

# figure, numerator, denominator: by hand from the definitions
AT_FIRST_K = {
    "R1": (5, 10),
    "R2": (4, 7),
    "R2c": (4, 6),
    "R2v": (5, 6),
    "R3": (2, 7),
    "R3c": (3, 6),
    "on_time_share": (4, 5),
    "R6": (5, 10),
    "R6c": (5, 5),
    "R3x": (1, 4),
}
COUNTS = {
    "signed": 13,
    "eligible": 10,
    "completed": 5,
    "open": 4,
    "due_baseline": 7,
    "due_current": 6,
    "superseded": 1,
    "ongoing_framework": 1,
    "attrition_before_due": 1,
    "exited_after_due": 1,
    "backlog": 1,
    "backlog_baseline": 2,
    "open_in_term": 2,
    "open_undated": 1,
    "unassigned": 1,
}


@pytest.fixture(scope="module")
def first(toy_edition):
    return duckdb.connect(str(toy_edition.database), read_only=True)


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    """With ten days more of knowledge."""
    folder = tmp_path_factory.mktemp("later")
    toy = edition(toy_package(folder / "package", "2025-10-20"), folder / "build")
    build_whole(toy)
    return duckdb.connect(str(toy.database), read_only=True)


def test_the_worked_examples_beside_the_models(toy_edition, tmp_path):
    """A build does not run them, for they say nothing of its data; here all of them run, once."""
    copy = shutil.copytree(toy_edition.build, tmp_path / "build")
    build.run_examples(dataclasses.replace(toy_edition, build=copy))


def row(connection, figure_id):
    return connection.execute(
        "select numerator, denominator, value from figures where figure_id = ?", [figure_id]
    ).fetchone()


@pytest.mark.parametrize("figure_id", AT_FIRST_K)
def test_rates_of_the_worked_example(first, figure_id):
    numerator, denominator = AT_FIRST_K[figure_id]
    value = (Decimal(numerator) / denominator).quantize(Decimal("0.000001"))
    assert row(first, figure_id) == (numerator, denominator, value)


@pytest.mark.parametrize("figure_id", COUNTS)
def test_populations_of_the_worked_example(first, figure_id):
    assert row(first, figure_id)[0] == COUNTS[figure_id]


def test_percentages_as_printed_in_the_worked_example(first):
    printed = {"R1": 50.0, "R2": 57.1, "R2c": 66.7, "R2v": 83.3, "R3": 28.6, "R3c": 50.0, "on_time_share": 80.0}
    assert {i: round(float(row(first, i)[2]) * 100, 1) for i in printed} == printed


def test_days_overdue_of_the_worked_example(first):
    overdue = first.execute(
        "select commitment_id, days_overdue, days_overdue_baseline from commitments "
        "where is_overdue_baseline order by commitment_id"
    ).fetchall()
    assert overdue == [("C04", 92, 92), ("C05", None, 183)]


def test_classes_of_the_worked_example(first):
    classes = dict(first.execute("select commitment_id, population_class from commitments").fetchall())
    assert [c for c, k in classes.items() if k.startswith("open")] == ["C04", "C05", "C06", "C08"]
    assert classes["C08"] == "open_undated" and classes["C10"] == "attrition_before_due" and "C13" not in classes


def test_a_later_knowledge_date_adds_the_late_registration(later):
    assert row(later, "signed")[0] == 14 and row(later, "eligible")[0] == 11
    assert row(later, "R1") == (5, 11, Decimal("0.454545"))


def test_populations_make_up_the_register(first, later):
    for connection in (first, later):
        parts = [
            "superseded",
            "ongoing_framework",
            "attrition_before_due",
            "completed",
            "exited_after_due",
            "backlog",
            "open_in_term",
            "open_undated",
        ]
        assert sum(row(connection, part)[0] for part in parts) == row(connection, "signed")[0]
