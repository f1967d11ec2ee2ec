"""Faults of age and of obligations."""

from __future__ import annotations

from random import Random

from bench.detection.base import ROUNDS, Book, shift
from bench.detection.faults.common import fault, ids_of, plain, previous_round, victim


@fault("TIM-01", "the last news of an open commitment is 108 days old", "SUC-04", "TIM-05")
def old_news(book: Book, random: Random):
    row, reports = victim(book, random, reports=4)
    book.rows("progress_updates").remove(reports[-1])
    last = reports[-2]
    last["as_of_date"] = shift(book.valid_date, -random.choice((108, 110, 150)))
    for name in ("plan_approved_date", "started_date"):
        if last[name] and last[name] > last["as_of_date"]:
            last[name] = last["as_of_date"]
    return {"commitment_id": row["commitment_id"]}


@fault("TIM-02", "more than a quarter of what is open is stale", "TIM-01", "TIM-05", "TIM-06", "SUC-04", "DAT-03")
def a_quarter_stale(book: Book, random: Random):
    return _stale(book, ("MOET", "MOH", "MPI"))


@fault("TIM-02", "more than half of what is open is stale", "TIM-01", "TIM-05", "TIM-06", "SUC-04", "DAT-03")
def half_stale(book: Book, random: Random):
    return _stale(book, ("MOET", "MOH", "MARD", "MOFA", "MPI"))


def _stale(book: Book, leads: tuple[str, ...]):
    """Take away what was reported on commitments of these leads in the last half year."""
    gone = {i for lead in leads for i in ids_of(book, lead)}
    since = shift(book.valid_date, -184)
    rows = book.rows("progress_updates")
    rows[:] = [r for r in rows if r["commitment_id"] not in gone or r["as_of_date"] < since]
    return {"object_type": "dataset"}


@fault("TIM-05", "an agency's file arrives the day after it was due, or later")
def file_late(book: Book, random: Random):
    agency = random.choice(("MOIT", "MOET", "MOH"))
    due = ROUNDS[book.last_round][1]
    book.received[f"submissions/{book.last_round}/{agency}.csv"] = f"{shift(due, random.choice((1, 4)))}T08:00:00"
    return {"agency_id": agency, "round_id": book.last_round}


@fault(
    "TIM-05", "an agency does not report in the last round, or in the last two", "TIM-01", "TIM-06", "SUC-04", "TIM-02"
)
def file_missing(book: Book, random: Random):
    agency = random.choice(("MOET", "MOH"))
    rounds = random.choice(((book.last_round,), (book.last_round, previous_round(book))))
    rows = book.rows("progress_updates")
    rows[:] = [r for r in rows if r["agency_id"] != agency or r["round_id"] not in rounds]
    return {"agency_id": agency}


@fault("SUC-04", "what was transferred is no longer reported on", "TIM-01", "TIM-05")
def transferred_fall_silent(book: Book, random: Random):
    for commitment_id in plain(book, random, count=5, leads=("MARD",)):
        book.rows("progress_updates").remove(book.reports(commitment_id)[-1])
    return {"object_type": "dataset"}
