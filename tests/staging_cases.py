"""Raw rows for every staged table of a package: full and empty, of two files, with dates known to their period."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from oracle.runner import PACKAGE
from structure_cases import SCHEMAS

TABLES = [name for name in PACKAGE.values() if name != "parameters"]
PLACED = [name for path, name in PACKAGE.items() if "/register/" in path or "/submissions/" in path]
SAMPLES = {
    "string": ("a word", "a word"), "integer": ("7", 7), "number": ("7.25", Decimal("7.25")),
    "boolean": ("true", True), "date": ("2024-02-29", date(2024, 2, 29)),
    "datetime": ("2024-02-29T08:00:00", datetime(2024, 2, 29, 8)),
}  # fmt: skip
LAST_DAYS = {
    "day": date(2024, 2, 10), "month": date(2024, 2, 29), "quarter": date(2024, 3, 31), "year": date(2024, 12, 31),
}  # fmt: skip
FILES = ("submissions/2025-Q3/MOFA.csv", "submissions/2025-Q4/MOFA.csv")
# Due date and precision of a report; the second takes the deadline away.
REMOVED = ((("2024-02-10", "none"), False), ((None, "none"), True), ((None, "day"), False), ((None, None), False))


def fields(table: str) -> list[dict]:
    """Columns of the table's schema, but for the file that the reader itself adds."""
    return [field for field in SCHEMAS[table]["fields"] if field["name"] != "file"]


def filled(table: str) -> list[dict]:
    """One row with a value in every cell."""
    return [{f["name"]: SAMPLES[f["type"]][0] for f in fields(table)} | {"file": FILES[0]}]


def empty(table: str) -> list[dict]:
    """One row with nothing in it."""
    return [{f["name"]: None for f in fields(table)} | {"file": FILES[0]}]


def two_files() -> list[dict]:
    """Two rows of one file and three of another."""
    return [{"file": file} for file in (FILES[0], FILES[0], FILES[1], FILES[1], FILES[1])]


def dated(table: str, precision: str) -> list[dict]:
    """One row with its dates known to a period."""
    if table == "commitments":
        said = {"due_date": "2024-02-10", "due_precision": precision}
        return [said | {"signed_date": "2024-02-10", "signed_precision": precision}]
    return [{"file": FILES[0], "current_due_date": "2024-02-10", "current_due_precision": precision}]


def removed() -> list[dict]:
    """Reports with and without a deadline, one of which takes it away."""
    names = ("current_due_date", "current_due_precision")
    return [{"file": FILES[0]} | dict(zip(names, said, strict=True)) for said, _ in REMOVED]


def inputs(table: str) -> list[list[dict]]:
    """All of these that concern a table."""
    found = [filled(table), empty(table)]
    if table in PLACED:
        found.append(two_files())
    if table in ("commitments", "progress_updates"):
        found += [dated(table, precision) for precision in LAST_DAYS]
    return found + ([removed()] if table == "progress_updates" else [])
