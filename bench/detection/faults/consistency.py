"""Faults between rows: lead and co-lead, two languages, two registrations of one thing."""

from __future__ import annotations

from random import Random

from bench.detection.base import Book, shift
from bench.detection.faults.common import at, complete, fault, plain, unclaimed, unpublish, victim, working

CO_LEAD = "MOST"


def _join(book: Book, row: dict, report: dict, **cells) -> dict:
    """A co-lead that reports on the same day as the lead, the same but for these cells."""
    book.rows("commitment_agencies").append(
        {"commitment_id": row["commitment_id"], "agency_id": CO_LEAD, "role": "co_lead"}
    )
    return book.add_report(report | {"agency_id": CO_LEAD, "narrative": "Phần việc của cơ quan đồng chủ trì."} | cells)


def _disagree(book: Book, random: Random, is_key: str) -> dict:
    row, reports = working(book, random, leads=("MOIT", "MOET", "MOH", "MARD"))
    row["is_key_project"] = is_key
    last = reports[-1]
    last["progress_pct"] = "40"
    different = random.choice((
        {"status": "suspended"}, {"progress_pct": "61"}, {"progress_pct": "19"},
        {"current_due_date": shift(row["due_date"], 132), "current_due_precision": "day", "due_change_reason": "Gia"},
    ))  # fmt: skip
    if "current_due_date" in different:
        last.update(different | {"current_due_date": shift(row["due_date"], 100)})
    reports[-2]["progress_pct"] = "39"
    _join(book, row, last, **different)
    return {"commitment_id": row["commitment_id"]}


@fault("CON-01", "lead and co-lead of a key project tell two stories")
def key_project_conflict(book: Book, random: Random):
    return _disagree(book, random, "true")


@fault("CON-02", "lead and co-lead tell two stories")
def conflict(book: Book, random: Random):
    return _disagree(book, random, "false")


@fault("CON-02", "a co-lead gives a deadline 32 days after the baseline, of which the lead says nothing")
def conflict_with_baseline(book: Book, random: Random):
    row, reports = working(book, random, leads=("MOIT", "MOET", "MOH", "MARD"))
    row["is_key_project"] = "false"
    due = shift(row["due_date"], 32)
    _join(book, row, reports[-1], current_due_date=due, current_due_precision="day", due_change_reason="Gia hạn.")
    return {"commitment_id": row["commitment_id"]}


@fault("CON-02", "lead and co-lead give days of completion 32 days apart")
def conflict_of_completion(book: Book, random: Random):
    row, report = complete(book, random, leads=("MOIT", "MOET", "MOH", "MARD"), reports=4)
    row["is_key_project"] = "false"
    report["started_date"] = report["assigned_date"]
    _join(book, row, report, completed_date=shift(report["completed_date"], -32))
    return {"commitment_id": row["commitment_id"]}


@fault("CON-03", "an agency reports that has no part in the commitment")
def stranger_reports(book: Book, random: Random):
    _, reports = victim(book, random)
    row = book.add_report(reports[-1] | {"agency_id": CO_LEAD, "narrative": "Báo cáo của cơ quan không được giao."})
    return at(row)


@fault("CON-03", "a predecessor still reports after it has handed over", "TIM-03", "TIM-04", "STA-02")
def predecessor_reports(book: Book, random: Random):
    _, reports = victim(book, random, leads=("MARD",))
    row = book.add_report(reports[-1] | {"agency_id": "MARD", "narrative": "Báo cáo của cơ quan trước sắp xếp."})
    return at(row)


@fault(
    "CON-04",
    "one document registered twice, in other capitals, accents or punctuation, up to three days apart",
    "REQ-05",
)
def registered_twice(book: Book, random: Random):
    row, other = (book.commitment(i) for i in plain(book, random, count=2, leads=("MARD",)))
    spelt = random.choice((
        {"title_en": row["title_en"].upper()}, {"title_vi": row["title_vi"].replace("ươ", "uo").replace("đ", "d")},
        {"title_en": row["title_en"].replace(",", " -")},
    ))  # fmt: skip
    return _register_again(book, row, other, spelt, shift(row["signed_date"], random.choice((-3, 0, 1, 3))))


@fault("CON-04", "one document registered twice, once in quotation marks or with a full stop")
def registered_twice_in_quotes(book: Book, random: Random):
    row, other = (book.commitment(i) for i in plain(book, random, count=2, leads=("MARD",)))
    title = random.choice((f"“{row['title_vi']}”", f"{row['title_vi']}."))
    return _register_again(book, row, other, {"title_vi": title}, row["signed_date"])


def _register_again(book: Book, row: dict, other: dict, spelt: dict, signed: str) -> dict:
    other.update(partner_id=row["partner_id"], **spelt)
    _sign(book, other, signed)
    unpublish(book, other["commitment_id"])
    unclaimed(book)
    place = sorted((row["commitment_id"], other["commitment_id"]), reverse=True)
    return {"object_id": "/".join(place)}


def _sign(book: Book, row: dict, day: str) -> None:
    """Move the day of signing, and what follows from it."""
    row.update(signed_date=day, recorded_date=shift(day, 30))
    for report in book.reports(row["commitment_id"]):
        if report["as_of_date"] < shift(day, 60):
            book.rows("progress_updates").remove(report)
        report.update(assigned_date=shift(day, 10), plan_approved_date=shift(day, 50))
        if report["started_date"]:
            report["started_date"] = shift(day, 55)


@fault("CON-05", "the two titles name different years", "PER-02")
def years_differ(book: Book, random: Random):
    row, _ = victim(book, random)
    row["title_en"] += " 2024-2026"
    row["title_vi"] += random.choice((" 2024-2027", " 2025", ""))
    unpublish(book, row["commitment_id"])
    return {"commitment_id": row["commitment_id"]}


@fault("CON-06", "a treaty of three partners that names neither organisation nor depositary")
def treaty_without_depositary(book: Book, random: Random):
    row, _ = victim(book, random)
    row["instrument_id"] = random.choice(("treaty", "protocol"))
    for partner in ("THA", "IDN"):
        book.rows("commitment_partners").append({"commitment_id": row["commitment_id"], "partner_id": partner})
    unpublish(book, row["commitment_id"])
    return {"commitment_id": row["commitment_id"]}
