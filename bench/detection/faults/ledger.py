"""Faults of the ledger of received files."""

from __future__ import annotations

from random import Random

from bench.detection.base import Book
from bench.detection.faults.common import fault


@fault("REP-02", "rows taken out of a file after it was received", "SUC-04", "TIM-01", "TIM-02", "TIM-05", "AGG-02")
def file_shortened(book: Book, random: Random):
    book.seal()
    entry = random.choice([row for row in book.rows("submission_ledger") if int(row["row_count"]) > 3])
    gone = random.choice([row for row in book.rows("progress_updates") if row["file"] == entry["file"]])
    book.rows("progress_updates").remove(gone)
    return {"file": entry["file"]}


@fault(
    "REP-02",
    "a file that is not in the ledger",
    "TIM-01",
    "TIM-05",
    "SUC-04",
    "TIM-02",
    "CON-02",
    "REQ-06",
    "EVI-02",
    "TIM-06",
    "CLM-01",
    "STA-01",
    "STA-02",
    "DAT-03",
    "TIM-03",
)
def file_not_in_ledger(book: Book, random: Random):
    book.seal()
    entry = random.choice(book.rows("submission_ledger"))
    book.rows("submission_ledger").remove(entry)
    return {"file": entry["file"]}


@fault("REP-02", "a ledger entry without a hash", "STR-01")
def file_without_hash(book: Book, random: Random):
    book.seal()
    entry = random.choice(book.rows("submission_ledger"))
    entry["sha256"] = None
    return {"file": entry["file"]}
