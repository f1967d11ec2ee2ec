"""What a fault is, and how faults pick their victims.

A fault changes the raw tables of a clean register as a sender, a clerk or a mistaken program would, and returns the
place that a
reader would point at: some of the fixed columns of a finding (commitment_id, agency_id, round_id, column_name, file,
object_id). It is found if a row of the rule stands at that place. `also` names rules that rightly fire with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.detection.base import LEADS, ROUNDS, Book, shift

Place = dict[str, str]


@dataclass(frozen=True)
class Fault:
    """One kind of fault. inject: changes the book and returns the places at which the rule should find it."""

    name: str
    rule: str
    words: str
    also: frozenset[str]
    is_combination: bool
    inject: Callable[[Book, Random], Place | list[Place]]

    def __reduce__(self):
        # Between processes it travels by its name: the decorated function is found again in FAULTS
        return find, (self.name,)


FAULTS: dict[str, Fault] = {}


def find(name: str) -> Fault:
    return FAULTS[name]


# Commitments without a special story, by lead on the day of signing and place among its commitments (see base.py).
PLAIN = {
    "MOIT": (15, 16),
    "MOET": (9,),
    "MOH": (9,),
    "MARD": range(3, 13),
    "MPI": (0, 1),
    "PC-DANANG": (0, 1, 2),
    "MAE": (1,),
}


def fault(rule: str, words: str, *also: str, combination: bool = False):
    """Register a function as a kind of fault, to be found by `rule`."""

    def register(function):
        name = function.__name__
        assert name not in FAULTS, name
        FAULTS[name] = Fault(name, rule, words, frozenset(also), combination, function)
        return function

    return register


def ids_of(book: Book, lead: str) -> list[str]:
    """Commitments by their lead on the day of signing, in the order of the register."""
    first = 1 + sum(count for name, count in LEADS.items() if list(LEADS).index(name) < list(LEADS).index(lead))
    return [f"C-{number:03}" for number in range(first, first + LEADS[lead])]


def plain(
    book: Book, random: Random, *, count: int = 1, reports: int = 3, leads=tuple(PLAIN), status: str = ""
) -> list[str]:
    """Ids of so many open commitments, with that many reports or more and one in the last round, of any of the
    leads."""
    found = []
    for lead in leads:
        for place in PLAIN[lead]:
            commitment_id = ids_of(book, lead)[place]
            rows = book.reports(commitment_id)
            if len(rows) >= reports and rows[-1]["round_id"] == book.last_round and status in ("", rows[-1]["status"]):
                found.append(commitment_id)
    return random.sample(found, count)


def victim(book: Book, random: Random, **wanted) -> tuple[dict, list[dict]]:
    """One such commitment: its row in the register, and the reports on it."""
    commitment_id = plain(book, random, **wanted)[0]
    return book.commitment(commitment_id), book.reports(commitment_id)


def working(book: Book, random: Random, **wanted) -> tuple[dict, list[dict]]:
    """One that is in progress since the second last round or before."""
    row, reports = victim(book, random, status="in_progress", **wanted)
    for report in reports[-2:]:
        if report["status"] == "not_started":
            report.update(status="in_progress", progress_pct="3", started_date=report["as_of_date"])
            reports[-1]["started_date"] = report["as_of_date"]
    return row, reports


def complete(book: Book, random: Random, **wanted) -> tuple[dict, dict]:
    """Let one be completed, properly and with evidence, in the last round; its row and its last report."""
    row, reports = working(book, random, **wanted)
    finish = shift(reports[-1]["as_of_date"], -random.randrange(1, 20))
    reports[-1]["started_date"] = min(reports[-1]["started_date"], finish)
    reports[-1].update(
        status="completed",
        progress_pct="100",
        completed_date=finish,
        completed_precision="day",
        evidence_date=finish,
        evidence_grade="A" if row["is_key_project"] == "true" else "B",
        evidence_ref=f"Biên bản riêng {row['commitment_id']}",
    )
    return row, reports[-1]


def leave(book: Book, commitment_id: str, kind: str, **cells) -> dict:
    """Record an exit a hundred days before the cut-off; reports of later days are taken back."""
    day = shift(book.valid_date, -100)
    rows = book.rows("progress_updates")
    rows[:] = [r for r in rows if r["commitment_id"] != commitment_id or r["as_of_date"] <= day]
    row = {"commitment_id": commitment_id, "exit_date": day, "exit_type": kind, "recorded_date": shift(day, 4)}
    if kind in ("withdrawn", "overtaken_by_events"):
        row |= {"decided_by": "VN", "document": "Quyết định số 12"}
    book.rows("commitment_exits").append(row | cells)
    return book.rows("commitment_exits")[-1]


def at(row: dict, column: str = "") -> Place:
    """The place of a row of the register or of a report."""
    place = {name: row[name] for name in ("commitment_id", "round_id") if row.get(name)}
    if row.get("round_id"):
        place["agency_id"] = row["agency_id"]
    return place | ({"column_name": column} if column else {})


def unpublish(book: Book, commitment_id: str) -> None:
    """Take a commitment out of the edition before, where the fault is not that it has changed since."""
    rows = book.rows("previous_editions")
    rows[:] = [row for row in rows if row["commitment_id"] != commitment_id]


def unclaimed(book: Book) -> None:
    """Take the published figures away, where a fault changes what they count."""
    book.tables["published_figures"] = []


def previous_round(book: Book) -> str:
    return list(ROUNDS)[list(ROUNDS).index(book.last_round) - 1]
