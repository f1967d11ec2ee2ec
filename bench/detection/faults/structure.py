"""Faults of single cells and keys, as they stand in the raw tables."""

from __future__ import annotations

import unicodedata
from random import Random

from bench.detection.base import Book, shift
from bench.detection.faults.common import at, complete, fault, ids_of, leave, plain, unpublish, victim, working

EDGE_TEXT = "Nội dung dài. "


@fault("STR-01", "a Vietnamese title in decomposed letters", "PER-02")
def title_decomposed(book: Book, random: Random):
    row, _ = victim(book, random)
    row["title_vi"] = unicodedata.normalize("NFD", row["title_vi"])
    return {"object_id": row["commitment_id"], "column_name": "title_vi"}


@fault("STR-01", "a report without its narrative", "REQ-01", "STR-05")
def narrative_missing(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["narrative"] = None
    return at(reports[-1], "narrative")


@fault("STR-01", "progress of more than 100 per cent", "STA-02", "STA-04", "TIM-04")
def progress_beyond_hundred(book: Book, random: Random):
    _, reports = working(book, random)
    reports[-1]["progress_pct"] = str(random.choice((101, 110, 250)))
    return at(reports[-1], "progress_pct")


@fault("STR-01", "a difficulty code without its leading zero", "STR-03")
def code_without_zero(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1].update(difficulty_code="2", difficulty_note="Thiếu kinh phí cho kỳ này.", within_competence="true")
    return at(reports[-1], "difficulty_code")


@fault("STR-01", "a title of more than 500 characters", "PER-02")
def title_too_long(book: Book, random: Random):
    row, _ = victim(book, random)
    row["title_en"] = row["title_en"].ljust(501, "x")
    return {"object_id": row["commitment_id"], "column_name": "title_en"}


@fault("STR-02", "the same row of the register twice", "CON-04", "AGG-01", "SUC-02", "REQ-02", "STR-03", "AGG-02")
def commitment_twice(book: Book, random: Random):
    row, _ = victim(book, random)
    book.rows("commitments").append(dict(row))
    return {"object_type": "commitments", "object_id": row["commitment_id"]}


@fault(
    "STR-02",
    "one code given to two commitments",
    "AGG-01",
    "SUC-02",
    "AGG-02",
    "PER-02",
    "DAT-04",
    "CLM-01",
    "REQ-02",
    "STR-03",
    "DAT-01",
    "DAT-02",
    "DAT-03",
    "CON-03",
    "TIM-01",
    "TIM-05",
)
def code_given_twice(book: Book, random: Random):
    row, other = (book.commitment(i) for i in plain(book, random, count=2, leads=("MARD",)))
    book.rows("commitments").append(
        other | {"commitment_id": row["commitment_id"], "title_en": "A new one", "title_vi": "Mới"}
    )
    return {"object_type": "commitments", "object_id": row["commitment_id"]}


@fault(
    "STR-02", "the same report twice in one file", "AGG-01", "TIM-03", "TIM-04", "TIM-01", "TIM-02", "SUC-04", "TIM-05"
)
def report_twice(book: Book, random: Random):
    _, reports = victim(book, random)
    book.rows("progress_updates").append(dict(reports[-1]))
    return {"object_type": "progress_updates", "commitment_id": reports[-1]["commitment_id"]}


@fault("STR-03", "a partner that no list has", "PER-02")
def partner_unknown(book: Book, random: Random):
    row, _ = victim(book, random)
    row["partner_id"] = random.choice(("XXX", "Lao", "LA"))
    return {"object_id": row["commitment_id"], "column_name": "partner_id"}


@fault("STR-03", "a report on a commitment that the register does not have")
def report_on_nothing(book: Book, random: Random):
    _, reports = victim(book, random)
    row = book.add_report(reports[-1] | {"commitment_id": f"C-{random.randrange(800, 999)}"})
    return at(row, "commitment_id")


@fault(
    "STR-03", "a lead that did not exist yet on the day of signing", "DAT-03", "PER-03", "PER-02", "SUC-02", "CON-03"
)
def lead_before_its_time(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MARD",))
    row["lead_agency_id"] = "MAE"
    book.tables["lead_assignments"] = [
        r for r in book.rows("lead_assignments") if r["commitment_id"] != row["commitment_id"]
    ]
    return {"object_id": row["commitment_id"], "column_name": "lead_agency_id"}


@fault("STR-03", "an activity that the list does not have")
def activity_unknown(book: Book, random: Random):
    row, _ = victim(book, random)
    row["activity_id"] = "ACT-77"
    return {"object_id": row["commitment_id"], "column_name": "activity_id"}


@fault("STR-03", "a field that the list does not have: the models would drop the commitment", "CLM-01", "AGG-01")
def field_unknown(book: Book, random: Random):
    row, _ = victim(book, random)
    row["field_id"] = "economics"
    return {"object_id": row["commitment_id"], "column_name": "field_id"}


@fault("STR-04", "a status in words of the agency's own", "STA-01", "TIM-04", "CON-02")
def status_in_own_words(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["status"] = random.choice(("finished", "done", "đang triển khai", "In_progress"))
    return at(reports[-1], "status")


@fault("STR-04", "a grade of evidence that does not exist", "EVI-02", "EVI-01")
def grade_unknown(book: Book, random: Random):
    _, report = complete(book, random)
    report["evidence_grade"] = random.choice(("E", "b", "AB"))
    return at(report, "evidence_grade")


@fault("STR-04", "an exit of a kind that does not exist", "AGG-01", "AGG-08", "AGG-02", "AGG-03")
def exit_unknown(book: Book, random: Random):
    row, _ = victim(book, random)
    leave(book, row["commitment_id"], "cancelled")
    return {"object_id": row["commitment_id"], "column_name": "exit_type"}


@fault("STR-05", "a narrative that says nothing", "TIM-03")
def narrative_empty_of_meaning(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["narrative"] = random.choice(
        ("Đang triển khai.", "N/A", "đang triển khai", "Không gì mới", "Đã họp tổng kết"[:14])
    )
    return at(reports[-1])


@fault("STR-05", "the title in place of a narrative")
def narrative_is_title(book: Book, random: Random):
    row, reports = victim(book, random)
    reports[-1]["narrative"] = row[random.choice(("title_vi", "title_en"))]
    return at(reports[-1])


@fault("STR-05", "a narrative of more than 2,000 characters")
def narrative_too_long(book: Book, random: Random):
    _, reports = victim(book, random)
    reports[-1]["narrative"] = (EDGE_TEXT * 200)[:2000] + "."
    return at(reports[-1])


@fault("PER-03", "a commitment registered 91 days after signing or later", "TIM-01")
def registered_late(book: Book, random: Random):
    row, reports = victim(book, random, reports=4)
    row["recorded_date"] = shift(row["signed_date"], random.choice((91, 95, 120)))
    for report in reports:
        if report["as_of_date"] < row["recorded_date"]:
            book.rows("progress_updates").remove(report)
    unpublish(book, row["commitment_id"])
    return {"object_id": row["commitment_id"]}


@fault("PER-01", "a published commitment that is no longer in the register", "CLM-01")
def dropped_from_register(book: Book, random: Random):
    published = {r["commitment_id"] for r in book.rows("previous_editions")}
    row = book.commitment(random.choice(sorted(published & set(ids_of(book, "MARD")[3:]))))
    book.rows("commitments").remove(row)
    for table in ("progress_updates", "lead_assignments"):
        rows = book.rows(table)
        rows[:] = [r for r in rows if r["commitment_id"] != row["commitment_id"]]
    return {"commitment_id": row["commitment_id"]}


@fault("PER-02", "a published commitment under another title, partner, form or day of signing", "CLM-01")
def changed_since_published(book: Book, random: Random):
    row, _ = victim(book, random, reports=4)
    column, value = random.choice(
        (
            ("title_en", "Another title altogether"),
            ("title_vi", "Tên khác hẳn"),
            ("partner_id", "DEU"),
            ("instrument_id", "protocol"),
            ("signed_date", shift(row["signed_date"], -1)),
        )
    )
    row[column] = value
    return {"commitment_id": row["commitment_id"], "column_name": column}
