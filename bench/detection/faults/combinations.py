"""Faults that no single row shows: each cell is plausible, the whole is not."""

from __future__ import annotations

import unicodedata
from random import Random

from bench.detection.base import Book, shift
from bench.detection.faults.common import (
    at,
    complete,
    fault,
    ids_of,
    plain,
    unclaimed,
    unpublish,
    victim,
    working,
)
from bench.detection.faults.consistency import _sign


@fault(
    "CON-02",
    "two agencies, each plausible alone: one has completed it with evidence, the other is at work",
    combination=True,
)
def each_plausible_alone(book: Book, random: Random):
    row, report = complete(book, random, leads=("MOIT", "MOET", "MOH", "MARD"))
    row["is_key_project"] = "false"
    book.rows("commitment_agencies").append(
        {"commitment_id": row["commitment_id"], "agency_id": "MOST", "role": "co_lead"}
    )
    book.add_report(
        report
        | {
            "agency_id": "MOST",
            "status": "in_progress",
            "progress_pct": "85",
            "completed_date": None,
            "completed_precision": None,
            "evidence_grade": None,
            "evidence_ref": None,
            "evidence_date": None,
            "narrative": "Còn phần việc cuối ở địa phương.",
        }
    )
    return {"commitment_id": row["commitment_id"]}


@fault("TIM-03", "a file whose every row is fresh and whose every narrative is copied", "TIM-04", combination=True)
def file_copied(book: Book, random: Random):
    agency = random.choice(("MOET", "MOH"))
    places = []
    for report in [
        r for r in book.rows("progress_updates") if (r["agency_id"], r["round_id"]) == (agency, book.last_round)
    ]:
        before = [r for r in book.reports(report["commitment_id"], agency) if r["round_id"] < book.last_round]
        if before:
            report["narrative"] = before[-1]["narrative"]
            if report["progress_pct"] == before[-1]["progress_pct"]:
                report["progress_pct"] = str(int(report["progress_pct"]) + 1)
            places.append({"commitment_id": report["commitment_id"]})
    return places


@fault(
    "TIM-07",
    "a deadline moved back and forth: later, back again, and later when the first had passed",
    combination=True,
)
def deadline_to_and_fro(book: Book, random: Random):
    row, reports = working(book, random, reports=4)
    first = shift(reports[-1]["as_of_date"], -random.choice((1, 30)))
    if first[5:] in ("01-01", "12-31"):
        first = shift(first, -1)
    row["due_date"] = first
    unpublish(book, row["commitment_id"])
    for report, due in zip(reports[-3:], (shift(first, 90), first, shift(first, 200)), strict=True):
        report.update(current_due_date=due, current_due_precision="day", due_change_reason="Theo đề nghị của đối tác.")
    return at(reports[-1])


@fault(
    "TIM-08",
    "an agency changes a third of its statuses three days before the meeting",
    "STA-01",
    "TIM-05",
    "TIM-01",
    combination=True,
)
def changed_before_meeting(book: Book, random: Random):
    meeting = {"2025-12-31": "2026-01-14", "2025-09-30": "2025-10-01"}[book.valid_date]
    received = shift(meeting, -3)
    book.knowledge_date = max(book.knowledge_date, received)
    agency = "MOET"
    file = [r for r in book.rows("progress_updates") if (r["agency_id"], r["round_id"]) == (agency, book.last_round)]
    changed = 0
    for report in file:
        report["as_of_date"] = min(report["as_of_date"], shift(received, -1))
        for name in ("plan_approved_date", "started_date", "completed_date"):
            if report.get(name) and report[name] > report["as_of_date"]:
                report[name] = report["as_of_date"]
        before = [r for r in book.reports(report["commitment_id"], agency) if r["round_id"] < book.last_round][-1]
        if changed < -(-len(file) // 3) and before["status"] in ("in_progress", "not_started"):
            report.update(status="suspended")
            changed += 1
    book.received[f"submissions/{book.last_round}/{agency}.csv"] = f"{received}T10:00:00"
    return {"agency_id": agency, "round_id": book.last_round}


@fault("TIM-05", "an open commitment silently left out of its agency's report of the round", "SUC-04", combination=True)
def dropped_from_round(book: Book, random: Random):
    # Of a round gone by nothing is left to find: the edition of that round has found it.
    row, reports = victim(book, random, reports=4, leads=("MOIT", "MOET", "MOH", "MARD"))
    book.rows("progress_updates").remove(reports[-1])
    return {"commitment_id": row["commitment_id"]}


@fault(
    "PER-02",
    "after a merger the successor gives a predecessor's code to a new commitment",
    "CLM-01",
    "DAT-04",
    "STR-03",
    "SUC-03",
    "TIM-01",
    "CON-03",
    "STA-01",
    "STA-02",
    "REQ-02",
    "TIM-05",
    "DAT-01",
    "DAT-02",
    "DAT-03",
    combination=True,
)
def code_reused_after_merger(book: Book, random: Random):
    row, reports = victim(book, random, leads=("MARD",), reports=5)
    signed = "2025-04-15"
    row.update(
        title_en="Plan on mangrove nurseries",
        title_vi="Kế hoạch vườn ươm rừng ngập mặn",
        lead_agency_id="MAE",
        partner_id="DEU",
        signed_date=signed,
        recorded_date="2025-05-02",
        document_id="D-900",
    )
    book.tables["lead_assignments"] = [
        r for r in book.rows("lead_assignments") if r["commitment_id"] != row["commitment_id"]
    ]
    for report in reports:
        if report["as_of_date"] < "2025-06-01":
            book.rows("progress_updates").remove(report)
        report.update(
            assigned_date="2025-04-30", plan_approved_date="2025-06-15", started_date="2025-06-20", status="in_progress"
        )
    return {"commitment_id": row["commitment_id"], "column_name": "title_vi"}


@fault("CON-04", "two equal titles that differ only in decomposed letters", "STR-01", combination=True)
def equal_but_decomposed(book: Book, random: Random):
    row, other = (book.commitment(i) for i in plain(book, random, count=2, leads=("MARD",)))
    other.update(partner_id=row["partner_id"], title_vi=unicodedata.normalize("NFD", row["title_vi"]))
    _sign(book, other, row["signed_date"])
    unpublish(book, other["commitment_id"])
    unclaimed(book)
    return {"object_id": "/".join(sorted((row["commitment_id"], other["commitment_id"]), reverse=True))}


@fault(
    "STA-01",
    "a successor's first report undoes what its predecessor had completed",
    "STA-02",
    "EVI-02",
    combination=True,
)
def successor_undoes(book: Book, random: Random):
    row, reports = victim(book, random, leads=("MARD",), reports=4)
    before = [r for r in reports if r["agency_id"] == "MARD"][-1]
    after = [r for r in reports if r["agency_id"] == "MAE"]
    before.update(
        status="completed",
        progress_pct="100",
        completed_date=before["as_of_date"],
        completed_precision="day",
        started_date=before["assigned_date"],
        evidence_grade="B",
        evidence_ref="Biên bản cũ",
        evidence_date=before["as_of_date"],
    )
    for report in after:
        report.update(status="in_progress", started_date=before["started_date"])
    return at(after[0], "status")


@fault("EVI-04", "six agencies' completions on one report, none of them wrong alone", combination=True)
def evidence_of_many(book: Book, random: Random):
    places = []
    for lead in ("MOIT", "MOET", "MOH", "MARD", "MPI", "PC-DANANG"):
        row, report = complete(book, random, leads=(lead,), reports=2)
        report["evidence_ref"] = "Báo cáo tổng kết của nhà thầu"
        places.append({"commitment_id": row["commitment_id"]})
    return places


@fault(
    "TIM-02",
    "every agency current, and most commitments without news: reports move dates alone",
    "TIM-01",
    "TIM-05",
    "TIM-04",
    "TIM-03",
    "DAT-03",
    "DAT-01",
    "SUC-04",
    "TIM-06",
    "CON-02",
    "TIM-07",
    "STA-01",
    "STA-02",
    "STA-04",
    combination=True,
)
def false_freshness(book: Book, random: Random):
    for lead in ("MOET", "MOH", "MARD"):
        for commitment_id in ids_of(book, lead):
            reports = book.reports(commitment_id)
            for report, source in zip(reports[-3:], reports[-4:-3] * 3, strict=False):
                for name in (
                    "completed_date",
                    "completed_precision",
                    "evidence_grade",
                    "evidence_ref",
                    "evidence_date",
                ):
                    report[name] = None
                report.update(
                    {
                        n: v
                        for n, v in source.items()
                        if n not in ("round_id", "as_of_date", "file", "agency_id", "narrative")
                    }
                )
    return {"object_type": "dataset"}
