"""A clean register, drawn at random: every rule has something to examine in it, and none has anything to find.

It is small (about sixty commitments of eight agencies, two of them merged away) and lies on purpose at the edges of the
rules: a plan on the last day allowed, progress that falls by no more than the tolerance, a fifth and no more of an
agency's commitments undated, five completions and no sixth on one piece of evidence. Written from the words of the
rules, not from their SQL.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

EDITIONS = ("2025-12-31", "2025-09-30")
MERGERS = {  # predecessor → successor, its first day
    "MARD": ("MAE", "2025-03-01"),
    "MPI": ("MOF", "2025-03-01"),
    "PC-DANANG": ("PC-DANANG-2025", "2025-07-01"),
}
# Lead on the day of signing → number of commitments. MOET's are all open, ten of them; MOH has ten exact deadlines.
LEADS = {"MOIT": 17, "MOET": 10, "MOH": 10, "MARD": 13, "MPI": 3, "PC-DANANG": 3, "MOFA": 4, "MAE": 2}
ROUNDS = {  # cut-off and due day of the rounds of the mechanism
    "2024-Q2": ("2024-06-30", "2024-07-05"), "2024-Q3": ("2024-09-30", "2024-10-05"),
    "2024-Q4": ("2024-12-31", "2025-01-05"), "2025-Q1": ("2025-03-31", "2025-04-05"),
    "2025-Q2": ("2025-06-30", "2025-07-05"), "2025-Q3": ("2025-09-30", "2025-10-05"),
    "2025-Q4": ("2025-12-31", "2026-01-05"),
}  # fmt: skip
PARTNERS = ("LAO", "CHN", "JPN", "KOR", "FRA", "AUS")
FIELDS = ("economy", "culture", "health", "energy", "construction", "justice", "labour", "education_training")
INSTRUMENTS = ("memorandum", "agreement", "programme", "plan", "minutes", "loan_agreement")
SUBJECTS = (
    ("vocational training", "đào tạo nghề"), ("food safety", "an toàn thực phẩm"), ("rail links", "kết nối đường sắt"),
    ("disaster warning", "cảnh báo thiên tai"), ("customs data", "dữ liệu hải quan"),
    ("hospital care", "khám chữa bệnh"),
    ("solar power", "điện mặt trời"), ("heritage sites", "di sản văn hóa"), ("forest cover", "bảo vệ rừng"),
)  # fmt: skip
DONE = (
    "đã ký kế hoạch chi tiết với phía đối tác", "đã tổ chức họp tổ công tác liên ngành", "đã nghiệm thu hạng mục",
    "đã lấy ý kiến các địa phương liên quan", "đã bàn giao tài liệu kỹ thuật", "đã cử đoàn chuyên gia sang khảo sát",
    "đã trình dự thảo văn bản hướng dẫn", "bà con nông dân vùng dự án đã được tập huấn",
)  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(text)


def shift(text: str, days: int) -> str:
    """The ISO date so many days later."""
    return (day(text) + timedelta(days=days)).isoformat()


@dataclass
class Book:
    """A register in the making: raw tables as lists of rows of text cells.

    received  when each file of submissions arrived, to the second
    patches   model name → function from its SQL to the SQL of a faulty model
    root      folder whose models and macros the rules read, if not the project's
    is_sealed the ledger is as it should stay, not to be written anew
    rebuilt   also compare the tables of a second build
    """

    valid_date: str
    knowledge_date: str
    tables: dict[str, list[dict]] = field(default_factory=dict)
    received: dict[str, str] = field(default_factory=dict)
    patches: dict = field(default_factory=dict)
    root: str = ""
    is_sealed: bool = False
    rebuilt: bool = False

    @property
    def last_round(self) -> str:
        return max(r for r, (cutoff, _) in ROUNDS.items() if cutoff <= self.valid_date)

    def rows(self, table: str) -> list[dict]:
        return self.tables.setdefault(table, [])

    def commitment(self, commitment_id: str) -> dict:
        return next(row for row in self.rows("commitments") if row["commitment_id"] == commitment_id)

    def reports(self, commitment_id: str, agency: str = "") -> list[dict]:
        """Reports on a commitment (of one agency, if one is named) in order of rounds."""
        rows = (r for r in self.rows("progress_updates") if r["commitment_id"] == commitment_id)
        return sorted((r for r in rows if agency in ("", r["agency_id"])), key=lambda r: (r["round_id"], r["revision"]))

    def add_report(self, row: dict, received_at: str = "") -> dict:
        """File a report with the agency's file of its round and revision."""
        row = dict(row)
        suffix = "" if row["revision"] == "1" else f".{row['revision']}"
        row["file"] = f"submissions/{row['round_id']}/{row['agency_id']}{suffix}.csv"
        if received_at or row["file"] not in self.received:
            due = ROUNDS[row["round_id"]][1]
            self.received[row["file"]] = received_at or f"{shift(due, -1)}T09:{len(self.received) % 60:02}:00"
        self.rows("progress_updates").append(row)
        return row

    def seal(self) -> None:
        """Write the ledger that intake would have written for these reports."""
        if self.is_sealed:
            return
        files: dict[str, list[dict]] = {}
        self.rows("progress_updates").sort(key=lambda r: (r["file"], r["commitment_id"]))
        for row in self.rows("progress_updates"):
            files.setdefault(row["file"], []).append(row)
        ledger = []
        for name, rows in files.items():
            stem, _, revision = name.split("/")[2].removesuffix(".csv").partition(".")
            content = repr([sorted(row.items(), key=str) for row in rows]).encode()
            earlier = name.replace(f".{revision}.csv", ".csv")
            ledger.append({
                "file": name, "round_id": name.split("/")[1], "agency_id": stem, "revision": revision or "1",
                "received_at": self.received[name], "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": str(len(content)), "row_count": str(len(rows)), "verdict": "accepted",
                "supersedes": earlier if revision and earlier in files else None,
            })  # fmt: skip
        self.tables["submission_ledger"] = ledger
        self.is_sealed = True


def clean(seed: int) -> Book:
    """The clean register of a seed; even seeds are of the edition of December 2025, odd ones of September."""
    book = Book(EDITIONS[seed % 2], shift(EDITIONS[seed % 2], 10))
    random = Random(f"clean {seed}")
    number = 0
    for lead, count in LEADS.items():
        for place in range(count):
            number += 1
            _live(book, random, f"C-{number:03}", lead, place)
    _register(book)
    _edges(book, random)
    _publish(book)
    return book


def _live(book: Book, random: Random, commitment_id: str, lead: str, place: int) -> None:
    """One commitment and the reports on it."""
    number = int(commitment_id[2:])
    subject_en, subject_vi = SUBJECTS[number % len(SUBJECTS)]
    if lead == "MAE":
        signed = shift("2025-03-05", random.randrange(60))
    else:
        signed = shift("2024-04-10", random.randrange(200))
    due = shift(book.valid_date, random.randrange(20, 500))
    while due[5:] in ("01-01", "12-31"):
        due = shift(due, 3)
    book.rows("commitments").append({
        "commitment_id": commitment_id, "document_id": f"D-{number:03}",
        "title_en": f"Programme on {subject_en}, no. {number}", "title_vi": f"Chương trình {subject_vi} số {number}",
        "title_vi_basis": "source", "instrument_id": INSTRUMENTS[number % len(INSTRUMENTS)], "signed_date": signed,
        "signed_precision": "day", "activity_id": f"ACT-{number % 5}", "lead_agency_id": lead, "lead_basis": "assigned",
        "partner_id": PARTNERS[number % len(PARTNERS)], "field_id": FIELDS[number % len(FIELDS)], "due_date": due,
        "due_precision": "day", "deadline_grade": "definitive", "is_ongoing_framework": "false",
        "is_key_project": str(place == 1).lower(), "disclosure": "public",
        "recorded_date": shift(signed, random.randrange(3, 60)),
    })  # fmt: skip
    successor, since = MERGERS.get(lead, ("", "9999-12-31"))
    if successor and since <= book.valid_date:
        handed = shift(since, random.randrange(0, 50))
        book.rows("lead_assignments").append({
            "commitment_id": commitment_id, "agency_id": successor, "from_date": since,
            "document": f"Biên bản bàn giao số {number}", "document_date": handed, "recorded_date": shift(handed, 3),
        })  # fmt: skip
    _report(book, random, commitment_id, _story(lead, place))


def _story(lead: str, place: int) -> str:
    """What becomes of the commitment of this place in the row of its agency."""
    if lead == "MOIT":
        return {0: "completed", 1: "completed", 2: "overdue", 3: "completed", 4: "completed", 5: "completed",
                6: "completed", 7: "completed", 8: "suspended"}.get(place, "open")  # fmt: skip
    if lead == "MARD":
        return {0: "completed", 2: "overdue"}.get(place, "open")
    return "overdue" if lead == "MPI" and place == 2 else "open"


def _report(book: Book, random: Random, commitment_id: str, story: str) -> None:
    row = book.commitment(commitment_id)
    signed, number = row["signed_date"], int(commitment_id[2:])
    assigned, planned = shift(signed, random.randrange(2, 28)), shift(signed, random.randrange(35, 85))
    started = shift(signed, random.randrange(40, 110))
    rounds = [r for r, (cutoff, _) in ROUNDS.items() if shift(signed, 25) <= cutoff <= book.valid_date]
    rounds = [r for r in rounds if ROUNDS[r][0] >= row["recorded_date"]]
    finish = max(shift(started, 60), ROUNDS[rounds[-2]][0]) if story == "completed" else ""
    if story == "overdue":
        row["due_date"] = shift(book.valid_date, -random.randrange(20, 80))
    progress = random.randrange(5, 20)
    for place, round_id in enumerate(rounds):
        as_of = ROUNDS[round_id][0]
        agency = _lead_on(row["lead_agency_id"], as_of)
        status = "in_progress" if started <= as_of else "not_started"
        done = bool(finish) and finish <= as_of
        progress = 100 if done else min(90, progress + random.randrange(2, 12)) if status == "in_progress" else 0
        report = {
            "commitment_id": commitment_id, "round_id": round_id, "agency_id": agency, "revision": "1",
            "as_of_date": as_of, "status": "completed" if done else status, "progress_pct": str(progress),
            "narrative": f"Kỳ {place + 1}: {DONE[(number + place) % len(DONE)]}, mục {number}."
            f"{random.randrange(9999)}.",
            "assigned_date": assigned, "plan_approved_date": planned if planned <= as_of else None,
            "started_date": started if started <= as_of else None, "no_change_confirmed": "false",
        }  # fmt: skip
        if done:
            report |= {
                "completed_date": finish, "completed_precision": "day", "evidence_ref": f"Biên bản số {number}",
                "evidence_grade": "A" if row["is_key_project"] == "true" else "B", "evidence_date": finish,
            }  # fmt: skip
        if story == "overdue" and place >= len(rounds) - 2:
            report |= {
                "difficulty_code": "02", "difficulty_note": "Chưa bố trí đủ kinh phí đối ứng cho kỳ này.",
                "within_competence": "false", "recommendation": "Đề nghị bổ sung kinh phí.", "addressed_to": "pm",
            }  # fmt: skip
        if story == "suspended" and place == len(rounds) - 1:
            report["status"] = "suspended"
        book.add_report(report)
        if done:
            break


def _lead_on(lead: str, on: str) -> str:
    successor, since = MERGERS.get(lead, ("", "9999-12-31"))
    return successor if since <= on else lead


def _register(book: Book) -> None:
    """What the register holds beside the commitments: activities, partners, co-leads, exits, a decision."""
    for number in range(5):
        book.rows("activities").append({
            "activity_id": f"ACT-{number}", "title_en": f"Visit no. {number}", "title_vi": f"Chuyến thăm số {number}",
            "kind": "state_visit", "direction": "inbound", "start_date": "2024-04-10", "end_date": "2024-04-12",
        })  # fmt: skip
    cutoff = book.valid_date
    ids = {
        lead: [r["commitment_id"] for r in book.rows("commitments") if r["lead_agency_id"] == lead] for lead in LEADS
    }
    for commitment_id in (ids["MOIT"][0], ids["MOIT"][9], ids["MOIT"][10], ids["MARD"][1]):
        book.rows("commitment_agencies").append({"commitment_id": commitment_id, "agency_id": "MOJ", "role": "co_lead"})
        for report in list(book.reports(commitment_id)):
            book.add_report(report | {"agency_id": "MOJ", "narrative": f"Phần việc phối hợp. {report['narrative']}"})
    book.rows("commitment_agencies").append(
        {"commitment_id": ids["MOH"][2], "agency_id": "MOCST", "role": "participant"}
    )
    # A conflict that the focal agency has decided: the co-lead put far more progress than the lead.
    book.reports(ids["MOIT"][10], "MOJ")[-1]["progress_pct"] = "100"
    status = book.reports(ids["MOIT"][10], "MOIT")[-1]["status"]
    book.rows("adjudications").append({
        "commitment_id": ids["MOIT"][10], "decided_date": cutoff, "decided_status": status, "decided_by": "MOFA",
        "basis": "Kết luận cuộc họp liên ngành", "recorded_date": cutoff,
    })  # fmt: skip
    treaty = book.commitment(ids["MOFA"][0])
    treaty["instrument_id"] = "treaty"
    for partner in ("ORG-ADB", "THA", "IDN"):
        book.rows("commitment_partners").append({"commitment_id": treaty["commitment_id"], "partner_id": partner})
    book.rows("commitment_fields").append({"commitment_id": treaty["commitment_id"], "field_id": "politics_diplomacy"})
    book.commitment(ids["MOFA"][1])["instrument_id"] = "treaty"
    book.rows("commitment_partners").append({"commitment_id": ids["MOFA"][1], "partner_id": "THA"})  # two, not three
    leave = shift(cutoff, -100)
    for commitment_id, kind, successor in (
        (ids["MOH"][0], "withdrawn", None), (ids["MOH"][1], "superseded", ids["MAE"][0]),
    ):  # fmt: skip
        book.rows("commitment_exits").append({
            "commitment_id": commitment_id, "exit_date": leave, "exit_type": kind,
            "decided_by": "mutual" if kind == "withdrawn" else None, "successor_id": successor,
            "document": f"Công văn số {len(leave)}", "recorded_date": shift(leave, 5),
        })  # fmt: skip
        rows = book.rows("progress_updates")
        rows[:] = [r for r in rows if r["commitment_id"] != commitment_id or r["as_of_date"] <= leave]
    book.commitment(ids["MOFA"][2]).update(
        is_ongoing_framework="true",
        due_date=None,
        due_precision=None,
        deadline_grade="none",
        no_deadline_reason="Thường xuyên",
    )


def _edges(book: Book, random: Random) -> None:
    """Rows that only just keep a rule."""
    ids = {
        lead: [r["commitment_id"] for r in book.rows("commitments") if r["lead_agency_id"] == lead] for lead in LEADS
    }
    last = book.last_round
    cutoff = ROUNDS[last][0]
    for commitment_id in ids["MOET"][:2]:  # a fifth of ten without a deadline
        book.commitment(commitment_id).update(
            due_date=None, due_precision=None, deadline_grade="none", no_deadline_reason="Hai bên chưa thống nhất"
        )
    for commitment_id in ids["MOH"][2:6]:  # two fifths of ten on the last day of a year
        book.commitment(commitment_id)["due_date"] = random.choice(("2026-12-31", "2027-12-31", "2027-01-01"))
    late = book.commitment(ids["MOH"][6])
    late["recorded_date"] = shift(late["signed_date"], 90)
    _keep(book, ids["MOH"][6], lambda r: r["as_of_date"] >= late["recorded_date"])
    exact = book.commitment(ids["MOH"][7])["signed_date"]
    for report in book.reports(ids["MOH"][7]):
        planned = shift(exact, 90)
        report["assigned_date"] = shift(exact, 30)
        report["plan_approved_date"] = planned if planned <= report["as_of_date"] else None
        if report["started_date"]:
            report["started_date"] = max(report["started_date"], exact)
    _keep(book, ids["MOH"][7], lambda r: r["as_of_date"] >= shift(exact, 30))
    old = book.commitment(ids["MOH"][8])
    old.update(signed_date="2021-01-01", recorded_date="2024-06-10")
    for report in book.reports(ids["MOH"][8]):
        report.update(assigned_date="2021-01-20", plan_approved_date="2021-03-01", started_date="2021-01-01")
        if report["status"] == "not_started":
            report.update(status="in_progress", progress_pct="1")
    falls = book.reports(ids["MOET"][3])
    falls[-2].update(progress_pct="60", status="in_progress")
    falls[-1].update(progress_pct="55", status="in_progress")
    falls[-1]["narrative"] = "Đã họp kỹ thuật"  # fifteen characters
    book.reports(ids["MOET"][4])[-1]["narrative"] = "Đã rà soát từng điều khoản. ".ljust(1999, "k") + "."
    near = book.reports(ids["MOET"][5])
    near[-2].update(progress_pct="95", status="in_progress")
    near[-1].update(progress_pct="96", status="in_progress")
    twice = book.reports(ids["MOET"][6])  # the same words again, but not in two rounds in a row
    twice[-1]["narrative"] = twice[-3]["narrative"]
    extended = book.reports(ids["MOET"][7])
    before = extended[-1]["as_of_date"]
    book.commitment(ids["MOET"][7])["due_date"] = before  # moved on the very day
    extended[-1].update(
        current_due_date=shift(before, 200),
        current_due_precision="day",
        due_change_reason="Hai bên thống nhất gia hạn.",
    )
    confirmed = book.reports(ids["MOET"][8])
    kept = ("status", "progress_pct", "plan_approved_date", "started_date")
    confirmed[-1].update({name: confirmed[-2][name] for name in kept})
    confirmed[-1].update(no_change_confirmed="true", narrative="Không thay đổi so với kỳ trước, đã rà soát lại.")
    if confirmed[-1]["status"] == "not_started":
        confirmed[-1]["started_date"] = None
    # The last report is of the last day that is recent enough; there is none of the round before.
    recent = book.reports(ids["MOIT"][11])
    book.rows("progress_updates").remove(recent[-2])
    recent[-1]["as_of_date"] = shift(cutoff, -107)
    recent[-1]["started_date"] = min(recent[-1]["started_date"] or "9", recent[-1]["as_of_date"])
    # Ninety days after signing it has no plan yet
    unplanned = book.commitment(ids["MAE"][0])
    unplanned.update(signed_date=shift(cutoff, -90), recorded_date=shift(cutoff, -70))
    _keep(book, ids["MAE"][0], lambda r: r["round_id"] == last)
    book.reports(ids["MAE"][0])[-1].update(
        assigned_date=shift(cutoff, -85),
        plan_approved_date=None,
        started_date=None,
        status="not_started",
        progress_pct="0",
    )
    shared = ids["MOIT"][3:8]  # five completions of one piece of evidence
    for commitment_id in shared:
        book.reports(commitment_id)[-1]["evidence_ref"] = "Biên bản nghiệm thu chung"
    one, other = book.commitment(ids["MOIT"][12]), book.commitment(ids["MOIT"][13])
    other.update(title_en=one["title_en"], title_vi=one["title_vi"], partner_id=one["partner_id"])
    other["signed_date"] = shift(one["signed_date"], 4)  # the duplicates of three days are not
    other["recorded_date"] = shift(other["signed_date"], 20)
    for report in book.reports(other["commitment_id"]):
        report["assigned_date"] = shift(other["signed_date"], 10)
        report["plan_approved_date"] = shift(other["signed_date"], 40)
        if report["started_date"]:
            report["started_date"] = shift(other["signed_date"], 40)
    _keep(book, other["commitment_id"], lambda r: r["as_of_date"] >= shift(other["signed_date"], 45))
    lead, helper = (book.reports(ids["MOIT"][9], agency) for agency in ("MOIT", "MOJ"))
    for line in (lead, helper):  # what they had reported before was less, round by round
        for back, report in enumerate(reversed(line[:-1]), start=1):
            report["progress_pct"] = str(min(int(report["progress_pct"]), 50 - back))
    lead, helper = lead[-1], helper[-1]
    lead.update(status="in_progress", progress_pct="50", started_date=lead["started_date"] or lead["as_of_date"])
    helper.update(status="in_progress", progress_pct="70", started_date=lead["started_date"])
    named = book.commitment(ids["MOIT"][14])
    named.update(title_en="Action plan 2024-2026 on tea", title_vi="Kế hoạch hành động 2024-2026 về chè")
    due = ROUNDS[last][1]
    book.received[f"submissions/{last}/MOH.csv"] = f"{due}T23:59:59"  # the last second of the day it is due
    corrected = dict(book.reports(ids["MOFA"][3])[-1])  # a file sent again replaces the one before
    for report in [r for r in book.rows("progress_updates") if (r["round_id"], r["agency_id"]) == (last, "MOFA")]:
        if report["commitment_id"] == corrected["commitment_id"]:
            report = report | {"narrative": "Bản thay thế: đã rà soát và bổ sung số liệu."}
        book.add_report(report | {"revision": "2"}, f"{due}T10:00:00")


def _keep(book: Book, commitment_id: str, wanted) -> None:
    rows = book.rows("progress_updates")
    rows[:] = [r for r in rows if r["commitment_id"] != commitment_id or wanted(r)]


def _publish(book: Book) -> None:
    """The edition before, and two published figures that the register bears out."""
    before = "2025-09-30" if book.valid_date > "2025-09-30" else "2025-06-30"
    for row in book.rows("commitments"):
        if row["recorded_date"] <= before:
            names = ("commitment_id", "title_en", "title_vi", "instrument_id", "partner_id", "signed_date", "due_date")
            book.rows("previous_editions").append({"edition_id": before} | {name: row.get(name) for name in names})
    for claim_id, start, end in (("CL-1", "2024-04-01", "2024-09-30"), ("CL-2", "2025-01-01", "2025-06-30")):
        count = str(sum(start <= row["signed_date"] <= end for row in book.rows("commitments")))
        book.rows("published_figures").append({
            "claim_id": claim_id, "metric": "documents_signed", "quantity": count, "operator": "=", "value_low": count,
            "value_high": count, "scope_en": "Documents signed", "scope_vi": "Văn bản đã ký", "period_start": start,
            "period_end": end, "stated_date": book.valid_date, "speaker": "Report", "speaker_vi": "Báo cáo",
            "source_url": "https://example.org/1", "test": "count_signed",
        })  # fmt: skip
