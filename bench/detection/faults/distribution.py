"""Faults of distribution: an agency says the same of all, or a code is hardly ever used; no row of them is wrong."""

from __future__ import annotations

from random import Random

from bench.detection.base import Book
from bench.detection.faults.common import fault, ids_of, plain, unclaimed

ALSO = ("SUC-04", "REQ-04", "DAT-06", "TIM-08")


def _copies(book: Book, commitment_id: str, count: int, **cells) -> list[str]:
    """So many new commitments like this one, each with a document, a title and reports of its own."""
    row, reports = book.commitment(commitment_id), book.reports(commitment_id)
    made = []
    for number in range(300, 300 + count):
        new = f"C-{number}"
        book.rows("commitments").append(
            row
            | {
                "commitment_id": new, "document_id": f"D-{number}", "title_en": f"{row['title_en']}, part {number}",
                "title_vi": f"{row['title_vi']}, phần {number}", "is_key_project": "false",
            }
            | cells
        )  # fmt: skip
        for report in reports:
            book.add_report(report | {"commitment_id": new, "narrative": f"{report['narrative']} Phần {number}."})
        made.append(new)
    unclaimed(book)
    return made


@fault("AGG-06", "all of an agency's commitments in one field, where it has twenty or more", *ALSO, combination=True)
def one_field_for_all(book: Book, random: Random):
    for commitment_id in ids_of(book, "MOIT"):
        book.commitment(commitment_id)["field_id"] = "energy"
    _copies(book, plain(book, random, leads=("MOIT",))[0], 4, field_id="energy")
    return {"agency_id": "MOIT", "column_name": "field_id"}


@fault("AGG-06", "a field that one commitment of two hundred and more has: a slip of the hand", *ALSO)
def field_hardly_used(book: Book, random: Random):
    made = _copies(book, plain(book, random, leads=("MOIT",))[0], 150)
    wanted = random.choice(made)
    for row in book.rows("commitments"):
        if row["field_id"] == "security_defence" or row["commitment_id"] == wanted:
            row["field_id"] = "security_defence" if row["commitment_id"] == wanted else "energy"
    return {"object_type": "dataset", "object_id": "security_defence"}
