"""Faults of hand-over between agencies."""

from __future__ import annotations

from random import Random

from bench.detection.base import Book, shift
from bench.detection.faults.common import fault, victim


def _assignment(book: Book, commitment_id: str) -> dict:
    return next(row for row in book.rows("lead_assignments") if row["commitment_id"] == commitment_id)


@fault("SUC-01", "an open commitment left with an agency that has ended", "CON-03", "TIM-01", "TIM-05", "SUC-04")
def not_handed_over(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MARD", "MPI"))
    book.rows("lead_assignments").remove(_assignment(book, row["commitment_id"]))
    return {"commitment_id": row["commitment_id"]}


@fault(
    "SUC-02",
    "a commitment handed over to an agency that is not in the register of agencies",
    "STR-03",
    "CON-03",
    "TIM-05",
    "TIM-01",
    "SUC-01",
    "SUC-04",
    "REQ-02",
    "CLM-01",
)
def handed_to_nobody(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MARD", "MPI"))
    _assignment(book, row["commitment_id"])["agency_id"] = "MINISTRY-X"
    return {"object_id": "as_now"}


@fault("SUC-03", "handed over without a document, or with one of the 61st day")
def handed_over_unpapered(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MARD", "MPI"))
    given = _assignment(book, row["commitment_id"])
    kind = random.choice(("none", "undated", "late"))
    if kind == "none":
        given.update(document=None, document_date=None)
    else:
        given["document_date"] = None if kind == "undated" else shift(given["from_date"], 61)
        given["recorded_date"] = shift(given["from_date"], 70)
    return {"commitment_id": row["commitment_id"]}
