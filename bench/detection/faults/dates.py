"""Faults of dates and deadlines."""

from __future__ import annotations

from random import Random

from bench.detection.base import ROUNDS, Book, shift
from bench.detection.faults.common import (
    at,
    complete,
    fault,
    ids_of,
    leave,
    unclaimed,
    unpublish,
    victim,
    working,
)


@fault("DAT-01", "signed before the scope begins")
def signed_before_scope(book: Book, random: Random):
    row, _ = victim(book, random)
    row.update(signed_date="2020-12-31", recorded_date="2024-06-01")
    for report in book.reports(row["commitment_id"]):
        report.update(assigned_date="2021-01-10", plan_approved_date="2021-02-10")
    unpublish(book, row["commitment_id"])
    unclaimed(book)
    return {"commitment_id": row["commitment_id"], "column_name": "signed_date"}


@fault("DAT-01", "signed after it was recorded", "DAT-03", "PER-02", "CLM-01", "DAT-02", "REQ-02", "STR-03")
def signed_after_record(book: Book, random: Random):
    row, _ = victim(book, random)
    row["signed_date"] = shift(row["recorded_date"], random.choice((1, 9)))
    return {"commitment_id": row["commitment_id"], "column_name": "signed_date"}


@fault(
    "DAT-01",
    "the year of signing mistyped into the future: the commitment leaves every figure",
    "PER-02",
    "CLM-01",
    "STR-03",
)
def signed_in_future(book: Book, random: Random):
    row, _ = victim(book, random)
    row["signed_date"] = f"20{random.choice((42, 52, 62))}{row['signed_date'][4:]}"
    unpublish(book, row["commitment_id"])
    unclaimed(book)
    return {"commitment_id": row["commitment_id"], "column_name": "signed_date"}


@fault("DAT-01", "something reported as done on a day after the cut-off", "DAT-02", "EVI-03", "CON-02")
def done_in_future(book: Book, random: Random):
    _, report = complete(book, random)
    column = random.choice(("completed_date", "evidence_date", "started_date", "assigned_date"))
    report[column] = shift(book.valid_date, random.choice((1, 30)))
    return at(report, column)


@fault("DAT-01", "something reported as done after the report arrived", "DAT-02", "DAT-07")
def done_after_receipt(book: Book, random: Random):
    _, reports = working(book, random, reports=4)
    report = reports[-2]
    received = book.received[report["file"]][:10]
    report["started_date"] = reports[-1]["started_date"] = shift(received, random.choice((1, 20)))
    return at(report, "started_date")


@fault("DAT-02", "completed before it began, was assigned or was signed", "DAT-01", "EVI-03", "DAT-03")
def completed_too_early(book: Book, random: Random):
    row, report = complete(book, random, reports=4)
    kind = random.choice(("started_date", "assigned_date", "signed_date"))
    if kind == "signed_date":
        report["completed_date"] = shift(row["signed_date"], -1)
    else:
        report[kind] = shift(report["completed_date"], 1)
    return at(report)


@fault("DAT-02", "an exit from before signing", "DAT-01", "STA-07", "AGG-08", "AGG-01")
def exit_before_signing(book: Book, random: Random):
    row, _ = victim(book, random)
    gone = leave(book, row["commitment_id"], "withdrawn")
    gone["exit_date"] = shift(row["signed_date"], -1)
    return {"commitment_id": row["commitment_id"]}


@fault("DAT-03", "assigned on the 31st day after signing")
def assigned_late(book: Book, random: Random):
    row, reports = victim(book, random)
    for report in reports:
        report["assigned_date"] = shift(row["signed_date"], 31)
        if report["as_of_date"] < report["assigned_date"]:
            book.rows("progress_updates").remove(report)
    return {"commitment_id": row["commitment_id"], "column_name": "assigned_date"}


@fault("DAT-03", "no plan on the 91st day after signing, or later")
def plan_missing(book: Book, random: Random):
    if random.random() < 0.5:
        row = book.commitment(ids_of(book, "MAE")[0])
        row["signed_date"] = shift(book.valid_date, -91)
    else:
        row, reports = victim(book, random, reports=4)
        for report in reports:
            report["plan_approved_date"] = None
    return {"commitment_id": row["commitment_id"], "column_name": "plan_approved_date"}


@fault("DAT-03", "work begun before signing")
def started_early(book: Book, random: Random):
    row, reports = working(book, random)
    for report in reports:
        if report["started_date"]:
            report["started_date"] = shift(row["signed_date"], -1)
    return {"commitment_id": row["commitment_id"], "column_name": "started_date"}


@fault("DAT-04", "the baseline deadline edited in the register")
def baseline_edited(book: Book, random: Random):
    row, _ = victim(book, random, reports=4)
    row["due_date"] = shift(row["due_date"], random.choice((-30, 1, 365)))
    if row["due_date"][5:] in ("01-01", "12-31"):
        row["due_date"] = shift(row["due_date"], 2)
    return {"commitment_id": row["commitment_id"]}


@fault("DAT-04", "the baseline deadline taken away", "REQ-04")
def baseline_removed(book: Book, random: Random):
    row, _ = victim(book, random, reports=4)
    row.update(due_date=None, due_precision=None, deadline_grade="none", no_deadline_reason="Hai bên chưa thống nhất")
    return {"commitment_id": row["commitment_id"]}


@fault("DAT-05", "completed on no day, without saying that the day is unknown", "DAT-06")
def completed_undated(book: Book, random: Random):
    _, report = complete(book, random)
    report.update(completed_date=None, completed_precision=random.choice(("day", None)))
    return at(report)


@fault("DAT-05", "a day of completion for what is not completed")
def open_with_completion(book: Book, random: Random):
    _, reports = working(book, random)
    reports[-1].update(completed_date=reports[-1]["as_of_date"], completed_precision="day")
    return at(reports[-1])


@fault("DAT-06", "a date that does not say how exactly it is known")
def precision_missing(book: Book, random: Random):
    row, _ = working(book, random)
    row["due_precision"] = None
    return {"commitment_id": row["commitment_id"], "column_name": "due_precision"}


@fault("DAT-06", "a moved deadline that does not say how exactly it is known")
def new_precision_missing(book: Book, random: Random):
    row, reports = working(book, random)
    reports[-1].update(
        current_due_date=shift(book.valid_date, 300),
        current_due_precision=None,
        due_change_reason="Hai bên thống nhất.",
    )
    return {"commitment_id": row["commitment_id"], "column_name": "current_due_precision"}


@fault("DAT-06", "half of an agency's deadlines on the first or last day of a year")
def placeholder_deadlines(book: Book, random: Random):
    commitment_id = ids_of(book, "MOH")[9]
    book.commitment(commitment_id)["due_date"] = random.choice(("2026-12-31", "2027-01-01"))
    unpublish(book, commitment_id)
    return {"agency_id": "MOH", "object_type": "agency"}


# the day after a cut-off may be one on which another agency leads already (CON-03)
@fault("DAT-07", "a report of an earlier round that tells of days after its cut-off", "TIM-04", "TIM-01", "CON-03")
def after_cutoff(book: Book, random: Random):
    _, reports = victim(book, random, reports=4)
    report = reports[-2]
    report["as_of_date"] = shift(ROUNDS[report["round_id"]][0], random.choice((1, 2)))
    return at(report, "as_of_date")


@fault(
    "DAT-07",
    "a report of the last round that tells of days after its cut-off: the models leave it out",
    "TIM-01",
    "TIM-05",
    "SUC-04",
)
def after_last_cutoff(book: Book, random: Random):
    _, reports = victim(book, random, reports=4)
    reports[-1]["as_of_date"] = shift(ROUNDS[book.last_round][0], random.choice((1, 2)))
    return at(reports[-1], "as_of_date")


@fault("DAT-07", "a report that arrived before the day it tells of", "DAT-01", "TIM-08")
def received_before_as_of(book: Book, random: Random):
    _, reports = victim(book, random, reports=4)
    report = reports[-2]
    cutoff = ROUNDS[report["round_id"]][0]
    book.received[report["file"]] = f"{shift(cutoff, -1)}T10:00:00"
    return at(report, "as_of_date")


@fault("TIM-06", "overdue, and no word of why")
def overdue_without_reason(book: Book, random: Random):
    commitment_id = random.choice([ids_of(book, "MOIT")[2], ids_of(book, "MARD")[2], ids_of(book, "MPI")[2]])
    for report in book.reports(commitment_id):
        for name in ("difficulty_code", "difficulty_note", "within_competence", "recommendation", "addressed_to"):
            report[name] = None
    return {"commitment_id": commitment_id}


@fault("TIM-07", "a deadline moved the day after it had passed, or later")
def extended_too_late(book: Book, random: Random):
    row, reports = working(book, random)
    row["due_date"] = shift(reports[-1]["as_of_date"], -random.choice((1, 40)))
    if row["due_date"][5:] in ("01-01", "12-31"):
        row["due_date"] = shift(row["due_date"], -1)
    reports[-1].update(
        current_due_date=shift(book.valid_date, 200),
        current_due_precision="day",
        due_change_reason="Hai bên thống nhất.",
    )
    unpublish(book, row["commitment_id"])
    return at(reports[-1])


@fault("PER-02", "a title with another form of the same words, in the edition before", "DAT-04")
def previous_round_title(book: Book, random: Random):
    row = random.choice([r for r in book.rows("previous_editions") if r["commitment_id"] in ids_of(book, "MARD")[3:]])
    row["title_en"] = row["title_en"].upper()
    return {"commitment_id": row["commitment_id"], "column_name": "title_en"}
