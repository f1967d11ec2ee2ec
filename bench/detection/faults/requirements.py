"""Faults of required contents, of evidence, of exits, and of what is published."""

from __future__ import annotations

from random import Random

from bench.detection.base import Book, shift
from bench.detection.faults.common import at, complete, fault, ids_of, leave, plain, unpublish, victim


@fault("REQ-01", "a register row without partner or field", "STR-01", "PER-02", "CLM-01")
def partner_missing(book: Book, random: Random):
    row, _ = victim(book, random)
    row["partner_id"] = None
    return {"commitment_id": row["commitment_id"], "column_name": "partner_id"}


@fault("REQ-01", "no deadline and no reason for that", "DAT-04", "REQ-04")
def deadline_without_reason(book: Book, random: Random):
    row, _ = victim(book, random)
    row.update(due_date=None, due_precision=None, deadline_grade="none", no_deadline_reason=None)
    unpublish(book, row["commitment_id"])
    return {"commitment_id": row["commitment_id"], "column_name": "no_deadline_reason"}


@fault("REQ-01", "a difficulty described but not classified")
def difficulty_without_code(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["difficulty_note"] = "Hai bên còn khác quan điểm về kinh phí."
    return at(reports[-1], "difficulty_code")


@fault("REQ-01", "somebody addressed, and nothing recommended")
def address_without_recommendation(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["addressed_to"] = random.choice(("pm", "mofa"))
    return at(reports[-1], "recommendation")


@fault("REQ-01", "a recommendation addressed to nobody")
def recommendation_to_nobody(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["recommendation"] = "Đề nghị xem xét bổ sung kinh phí."
    return at(reports[-1], "addressed_to")


@fault("REQ-01", "a report without progress: no status", "STR-01", "STA-01", "TIM-04", "CON-02", "DAT-03")
def progress_missing(book: Book, random: Random):
    _, reports = victim(book, random, status="in_progress")
    reports[-1]["status"] = None
    return at(reports[-1], "status")


@fault("REQ-02", "the lead named as its own co-lead", "CON-01", "CON-02")
def lead_is_co_lead(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MOIT", "MOET", "MOH"))
    book.rows("commitment_agencies").append(
        {"commitment_id": row["commitment_id"], "agency_id": row["lead_agency_id"], "role": "co_lead"}
    )
    return {"commitment_id": row["commitment_id"]}


@fault(
    "REQ-02",
    "two agencies assigned on the same day",
    "SUC-02",
    "SUC-03",
    "TIM-05",
    "SUC-01",
    "CON-03",
    "SUC-04",
    "AGG-01",
)
def two_leads_of_one_day(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MARD",))
    given = next(r for r in book.rows("lead_assignments") if r["commitment_id"] == row["commitment_id"])
    book.rows("lead_assignments").append(given | {"agency_id": "MOST"})
    return {"commitment_id": row["commitment_id"]}


@fault("REQ-03", "a memorandum without the code of its document")
def document_missing(book: Book, random: Random):
    row, _ = victim(book, random)
    row["document_id"] = None
    return {"commitment_id": row["commitment_id"], "column_name": "document_id"}


@fault("REQ-04", "more than a fifth of an agency's open commitments without a deadline")
def too_many_undated(book: Book, random: Random):
    commitment_id = random.choice([i for n, i in enumerate(ids_of(book, "MOET")) if n in (3, 4, 5, 6, 8, 9)])
    book.commitment(commitment_id).update(
        due_date=None, due_precision=None, deadline_grade="none", no_deadline_reason="Hai bên chưa thống nhất"
    )
    unpublish(book, commitment_id)
    return {"agency_id": "MOET"}


@fault("REQ-05", "a signature without its occasion")
def activity_missing(book: Book, random: Random):
    row, _ = victim(book, random)
    row["activity_id"] = None
    return {"commitment_id": row["commitment_id"]}


@fault("REQ-06", "nobody named as the lead", "TIM-05")
def lead_not_stated(book: Book, random: Random):
    row, reports = victim(book, random, leads=("MOIT", "MOET", "MOH"))
    row.update(lead_agency_id="NOT-STATED", lead_basis="none")
    for report in reports:
        book.rows("progress_updates").remove(report)
        book.add_report(report | {"agency_id": "NOT-STATED"})
    return {"commitment_id": row["commitment_id"]}


@fault("REQ-07", "a difficulty, and not whether it is within competence")
def competence_missing(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1].update(difficulty_code="05", difficulty_note="Chưa thống nhất phương án.", within_competence=None)
    return at(reports[-1])


@fault("EVI-01", "a completed key project without the instrument of its result")
def key_project_weak_evidence(book: Book, random: Random):
    row, report = complete(book, random)
    row["is_key_project"] = "true"
    report["evidence_grade"] = random.choice(("B", "C", "D", None))
    return {"commitment_id": row["commitment_id"]}


@fault("EVI-02", "completion without evidence of grade A or B")
def completion_weak_evidence(book: Book, random: Random):
    row, report = complete(book, random)
    row["is_key_project"] = "false"
    report["evidence_grade"] = random.choice(("C", "D", None))
    return {"commitment_id": row["commitment_id"]}


@fault("EVI-03", "evidence from before signing, or from half a year and a day after completion")
def evidence_implausible(book: Book, random: Random):
    row, report = complete(book, random, reports=4)
    if random.random() < 0.5:
        report["evidence_date"] = shift(row["signed_date"], -random.choice((1, 400)))
    else:
        report["completed_date"] = shift(report["evidence_date"], -181)
        for earlier in book.reports(row["commitment_id"]):
            earlier["started_date"] = earlier["started_date"] and row["signed_date"]
        report.update(assigned_date=row["signed_date"], evidence_date=shift(report["completed_date"], 181))
        row["signed_date"] = min(row["signed_date"], shift(report["completed_date"], -30))
        report["assigned_date"] = report["started_date"] = row["signed_date"]
        report["plan_approved_date"] = None
        unpublish(book, row["commitment_id"])
        book.tables["published_figures"] = []
    return at(report)


@fault("EVI-04", "a sixth completion on one piece of evidence")
def evidence_shared(book: Book, random: Random):
    _, report = complete(book, random)
    report["evidence_ref"] = "Biên bản nghiệm thu chung"
    return at(report)


@fault(
    "STA-05",
    "superseded by what is not there, by nothing, by something older, or by one another",
    "STR-03",
    "DAT-02",
    "AGG-08",
    "CLM-01",
)
def successor_wrong(book: Book, random: Random):
    row, other = (book.commitment(i) for i in plain(book, random, count=2, reports=5))
    kind = random.choice(("absent", "none", "older", "circle"))
    old = "C-999" if kind == "absent" else None if kind == "none" else other["commitment_id"]
    leave(book, row["commitment_id"], "superseded", successor_id=old)
    if kind == "older":
        # never later than it was: it was recorded soon after (DAT-01)
        other["signed_date"] = min(other["signed_date"], shift(row["signed_date"], -1))
        unpublish(book, other["commitment_id"])
        book.tables["published_figures"] = []
    if kind == "circle":
        leave(book, other["commitment_id"], "superseded", successor_id=row["commitment_id"])
    return {"commitment_id": row["commitment_id"]}


@fault("STA-06", "an ongoing framework with a deadline", "AGG-08")
def framework_with_deadline(book: Book, random: Random):
    row, _ = victim(book, random)
    row["is_ongoing_framework"] = "true"
    return {"commitment_id": row["commitment_id"]}


@fault("STA-07", "withdrawn by nobody, or without a document", "AGG-08")
def exit_unexplained(book: Book, random: Random):
    row, _ = victim(book, random)
    name = random.choice(("decided_by", "document"))
    leave(book, row["commitment_id"], random.choice(("withdrawn", "overtaken_by_events")), **{name: None})
    return {"commitment_id": row["commitment_id"], "column_name": name}


@fault("AGG-08", "more than a tenth left out of rates")
def too_many_left_out(book: Book, random: Random):
    for commitment_id in plain(book, random, count=5):
        leave(book, commitment_id, "withdrawn")
    return {"object_type": "dataset"}


@fault("CLM-01", "a published figure that the register does not bear out")
def claim_off(book: Book, random: Random):
    claim = random.choice(book.rows("published_figures"))
    wrong = str(int(claim["quantity"]) + random.choice((-2, -1, 1, 20)))
    claim.update(quantity=wrong, value_low=wrong, value_high=wrong)
    return {"object_id": claim["claim_id"]}


@fault("CLM-02", "a published figure without a source, a day or a scope", "STR-01", "CLM-01")
def claim_unsourced(book: Book, random: Random):
    claim = random.choice(book.rows("published_figures"))
    kind = random.choice(("source_url", "stated_date", "scope_en"))
    if kind == "source_url":
        claim.update(source_url=None, speaker=None)
    elif kind == "stated_date":
        claim.update(stated_date=None, period_start=None, period_end=None, test="none")
    else:
        claim[random.choice(("scope_en", "scope_vi"))] = None
    return {"object_id": claim["claim_id"], "column_name": kind}


@fault("DIS-03", "a person named by title and full name")
def person_named(book: Book, random: Random):
    _, reports = victim(book, random)
    column = random.choice(("narrative", "difficulty_note", "recommendation"))
    name = random.choice(("Ông Nguyễn Văn An", "bà Trần Thị Bích Hà", "Mr. John Smith", "Bà Lê Thu"))
    if column == "difficulty_note":
        reports[-1].update(difficulty_code="02", within_competence="true")
    if column == "recommendation":
        reports[-1]["addressed_to"] = "mofa"
    reports[-1][column] = f"Theo trao đổi với {name}, cần thêm thời gian để hoàn thiện hồ sơ."
    return at(reports[-1], column)
