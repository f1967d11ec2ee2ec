"""Faults in the sequence of statuses and progress."""

from __future__ import annotations

from random import Random

from bench.detection.base import Book
from bench.detection.faults.common import at, complete, fault, victim, working


@fault("STA-01", "completed in one round, in progress in the next, for no reason", "STA-02", "TIM-06", "EVI-02")
def completion_undone(book: Book, random: Random):
    _, reports = working(book, random, reports=4)
    before = reports[-2]
    before.update(
        status="completed", progress_pct="100", completed_date=before["as_of_date"], completed_precision="day",
        evidence_grade="B", evidence_ref="Biên bản tạm", evidence_date=before["as_of_date"],
    )  # fmt: skip
    return at(reports[-1], "status")


@fault("STA-01", "in progress in one round, not started in the next, for no reason", "STA-02", "DAT-03")
def start_undone(book: Book, random: Random):
    _, reports = working(book, random)
    reports[-1].update(status="not_started", progress_pct=reports[-2]["progress_pct"], started_date=None)
    return at(reports[-1], "status")


@fault("STA-01", "withdrawn, and back in progress, with a reason that is none", "STA-02")
def withdrawal_undone(book: Book, random: Random):
    _, reports = working(book, random, reports=4)
    reports[-2]["status"] = "withdrawn"
    reports[-1]["status_change_reason"] = random.choice((None, "error", "evidence_rejected"))
    return at(reports[-1], "status")


@fault("STA-02", "progress falls by six percentage points or more")
def progress_falls(book: Book, random: Random):
    _, reports = working(book, random)
    reports[-2].update(progress_pct="70", status="in_progress")
    reports[-1]["progress_pct"] = str(70 - random.choice((6, 7, 40)))
    return at(reports[-1], "progress_pct")


@fault("STA-03", "completed at less than a hundred per cent, or at no per cent", "REQ-01", "STA-02")
def completed_at_less(book: Book, random: Random):
    _, report = complete(book, random)
    report["progress_pct"] = random.choice(("99", "0", "80", None))
    return at(report, "progress_pct")


@fault("STA-04", "95 per cent and more, three rounds in a row")
def nearly_complete_for_ever(book: Book, random: Random):
    row, reports = working(book, random, reports=4)
    for report, progress in zip(reports[-3:], ("95", "96", "97"), strict=True):
        report.update(
            status="in_progress", progress_pct=progress, started_date=report["started_date"] or report["as_of_date"]
        )
    for report in reports[-2:]:
        report["started_date"] = reports[-3]["started_date"]
    return {"commitment_id": row["commitment_id"]}


@fault("TIM-03", "last round's narrative again", "TIM-04")
def narrative_copied(book: Book, random: Random):
    row, reports = victim(book, random)
    reports[-1]["narrative"] = reports[-2]["narrative"]
    return {"commitment_id": row["commitment_id"]}


@fault("TIM-03", "last round's narrative again, with other spaces and capitals", "TIM-04")
def narrative_copied_in_disguise(book: Book, random: Random):
    row, reports = victim(book, random)
    text = reports[-2]["narrative"]
    reports[-1]["narrative"] = random.choice((text.upper(), text.replace(" ", "  "), f"  {text} "))
    return {"commitment_id": row["commitment_id"]}


@fault("TIM-03", "last round's narrative again, with the hard spaces of a word processor", "TIM-04")
def narrative_copied_hard_spaces(book: Book, random: Random):
    row, reports = victim(book, random)
    reports[-1]["narrative"] = reports[-2]["narrative"].replace(" ", "\u00a0", random.choice((1, 3, -1)))
    return {"commitment_id": row["commitment_id"]}


@fault("TIM-04", "a new as-of date, and nothing else is new", "TIM-03", "TIM-01", "DAT-03")
def date_moved_alone(book: Book, random: Random):
    _, reports = working(book, random)
    kept = {
        n: v for n, v in reports[-2].items() if n not in ("round_id", "as_of_date", "file", "agency_id", "narrative")
    }
    reports[-1].update(kept)
    return at(reports[-1])
