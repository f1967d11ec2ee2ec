"""A report against what the register knows: can this row be right? What cannot is asked back at the door."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from camket.intake.model import Guess, Reading
from camket.intake.register import Record, Register
from camket.intake.titles import Titles, plain
from camket.intake.words import guess, problem
from camket.messages import Problem

# Reports of a round are taken from so many days before its cut-off on; there is no last day, a late report is a report.
OPENS_BEFORE_CUTOFF = 30
_DONE = ("assigned_date", "plan_approved_date", "started_date", "completed_date", "evidence_date")
Ask = Callable[..., Problem]


def identify(reading: Reading, file: str) -> tuple[str | None, str | None, list[Problem]]:
    """Round and agency of a report, from its rows; None where they do not say, or not the same."""
    problems: list[Problem] = []
    out: dict[str, str | None] = {}
    for name in ("round_id", "agency_id"):
        filled = [
            (at, row[name]) for at, row in enumerate(reading.rows) if row.get(name) and not _asked(reading, at, name)
        ]
        out[name] = filled[0][1] if filled else None
        for at, value in filled:
            if value != out[name]:
                ask = _asker(reading, file, at)
                problems.append(ask("mixed-file", name, found=value, expected=out[name]))
    return out["round_id"], out["agency_id"], problems


def judge(
    reading: Reading,
    file: str,
    round_id: str,
    agency_id: str,
    register: Register,
    titles: Titles,
    received_at: datetime,
    sender: str | None,
) -> list[Problem]:
    """All that the register has against a report. Round and agency are in the register, or nothing is said."""
    problems: list[Problem] = []
    received = received_at.date().isoformat()
    first = _asker(reading, file, 0)
    if sender and sender != agency_id:
        names = {
            f"{who}_{language}": register.agency_name(code, language)
            for who, code in (("agency", agency_id), ("sender", sender))
            for language in ("en", "vi")
        }
        problems.append(first("wrong-sender", "agency_id", **names))
    review = register.rounds.get(round_id)
    if review is None or agency_id not in register.agencies:
        return problems  # the contract names the unknown code
    problems += _round(review, received, first)
    problems += _agency(register, agency_id, review["data_cutoff"], first)
    for at, row in enumerate(reading.rows):
        if _asked(reading, at, None):
            continue
        clean = {name: _sound(text, titles.fields[name], _asked(reading, at, name)) for name, text in row.items()}
        ask = _asker(reading, file, at)
        problems += _dates(clean, review, received, titles, ask)
        problems += _completion(clean, ask)
        problems += _wanting(clean, ask)
        commitment = register.commitments.get(clean.get("commitment_id", ""))
        if commitment:
            lead = list(_lead(clean, commitment, agency_id, review, register, ask))
            problems += lead
            problems += _signing(clean, commitment, ask)
            problems += _sequence(clean, commitment, agency_id, round_id, register, ask, titles)
            if not lead:  # else the code is the mistake, and every column of information differs
                problems += _context(reading, at, commitment, register, file)
    return problems


def remarks(reading: Reading, round_id: str, agency_id: str, register: Register, received_at: datetime) -> list[Guess]:
    """What is worth saying of a report that is accepted all the same."""
    out = []
    due = register.rounds[round_id]["due_date"]
    days = (received_at.date() - date.fromisoformat(due)).days
    if days > 0:
        out.append(guess("late", days=days, due=due))
    told = {row["commitment_id"] for row in reading.rows}
    owed = [row["commitment_id"] for row, role in register.open_commitments(agency_id, round_id) if role == "lead"]
    if missing := [code for code in owed if code not in told]:
        ids = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
        out.append(guess("rows-missing", n=len(missing), ids=ids))
    return out


def _round(review: Record, received: str, ask: Ask) -> Iterator[Problem]:
    if review["is_mechanism_round"] != "true":
        yield ask("round-no-mechanism", "round_id", round=review["round_id"])
        return
    opens = (date.fromisoformat(review["data_cutoff"]) - timedelta(days=OPENS_BEFORE_CUTOFF)).isoformat()
    if received < opens:
        yield ask("round-not-open", "round_id", round=review["round_id"], open_date=opens, received=received)


def _agency(register: Register, agency_id: str, cutoff: str, ask: Ask) -> Iterator[Problem]:
    row = register.agencies[agency_id]
    names = {f"agency_{language}": register.agency_name(agency_id, language) for language in ("en", "vi")}
    if row["valid_to"] and row["valid_to"] < cutoff:
        after = register.successors(agency_id)
        en = ", ".join(register.agency_name(code, "en") for code in after)
        vi = ", ".join(register.agency_name(code, "vi") for code in after)
        yield ask(
            "agency-ended",
            "agency_id",
            date=row["valid_to"],
            **names,
            successor_en=f" Its tasks went to {en}." if after else "",
            successor_vi=f" Nhiệm vụ đã chuyển cho {vi}." if after else "",
        )
    elif row["valid_from"] and row["valid_from"] > cutoff:
        yield ask("agency-not-yet", "agency_id", date=row["valid_from"], **names)


def _dates(row: Record, review: Record, received: str, titles: Titles, ask: Ask) -> Iterator[Problem]:
    as_of = row.get("as_of_date", "")
    if as_of > received:
        yield ask(
            "as-of-late", "as_of_date", limit=received, why_en="the day it was received", why_vi="ngày nhận báo cáo"
        )
    elif as_of > review["data_cutoff"]:
        yield ask(
            "as-of-late",
            "as_of_date",
            limit=review["data_cutoff"],
            why_en="the cut-off of the round",
            why_vi="ngày chốt số liệu của kỳ",
        )
    for name in _DONE:
        if row.get(name, "") > received:
            yield ask("future-date", name, received=received)
    completed = _latest(row)
    for name in ("started_date", "assigned_date"):
        if completed and row.get(name, "") > completed:
            yield ask(
                "wrong-order",
                "completed_date",
                other=row[name],
                column_en=titles.title(name, "en"),
                column_vi=titles.title(name, "vi"),
            )
            break


def _latest(row: Record) -> str:
    """The last day that the stated completion can mean; empty if there is none."""
    text = row.get("completed_date", "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    precision = row.get("completed_precision")
    month = {"month": day.month, "quarter": (day.month + 2) // 3 * 3, "year": 12}.get(precision)
    return date(day.year, month, monthrange(day.year, month)[1]).isoformat() if month else text


def _completion(row: Record, ask: Ask) -> Iterator[Problem]:
    status, day = row.get("status"), row.get("completed_date")
    if status == "completed":
        if not day and row.get("completed_precision") != "unknown":
            yield ask("completed-no-date", "completed_date")
        if row.get("progress_pct") != "100":
            yield ask("completed-not-100", "progress_pct")
    elif status and day:
        yield ask("date-not-completed", "completed_date")
    if day and not row.get("completed_precision"):
        yield ask("precision-missing", "completed_precision")


def _wanting(row: Record, ask: Ask) -> Iterator[Problem]:
    if row.get("current_due_date") and not row.get("current_due_precision"):
        yield ask("precision-missing", "current_due_precision")
    if row.get("difficulty_code") and not row.get("within_competence"):
        yield ask("competence-missing", "within_competence")


def _lead(
    row: Record, commitment: Record, agency_id: str, review: Record, register: Register, ask: Ask
) -> Iterator[Problem]:
    code, day = commitment["commitment_id"], review["data_cutoff"]
    lead = register.lead(code, day)
    if agency_id == lead or (code, agency_id) in register.co_leads:
        return
    slots = {
        f"{who}_{language}": register.agency_name(one, language)
        for who, one in (("agency", agency_id), ("lead", lead))
        for language in ("en", "vi")
    }
    en = vi = ""
    if moved := register.handed_over(code, agency_id, day):
        document = f" ({moved['document']})" if moved["document"] else ""
        en = f" It was handed over on {moved['from_date']}{document}."
        vi = f" Cam kết đã được bàn giao từ ngày {moved['from_date']}{document}."
    elif after := register.successors(agency_id):
        en = f" The successor of {agency_id} is {', '.join(register.agency_name(one, 'en') for one in after)}."
        vi = f" Cơ quan kế thừa của {agency_id} là {', '.join(register.agency_name(one, 'vi') for one in after)}."
    yield ask("not-led", "commitment_id", date=day, succession_en=en, succession_vi=vi, **slots)


def _signing(row: Record, commitment: Record, ask: Ask) -> Iterator[Problem]:
    signed = commitment["signed_date"]
    for name, text in (("completed_date", _latest(row)), ("as_of_date", row.get("as_of_date", ""))):
        if text and text < signed:
            yield ask("before-signing", name, signed=signed)
    for name in ("assigned_date", "plan_approved_date", "started_date"):
        if row.get(name) and row[name] < signed:
            yield ask("step-before-signing", name, signed=signed)


def _sequence(
    row: Record, commitment: Record, agency_id: str, round_id: str, register: Register, ask: Ask, titles: Titles
) -> Iterator[Problem]:
    code, reason = commitment["commitment_id"], row.get("status_change_reason")
    if not row.get("as_of_date"):
        return
    last = register.previous(code, agency_id, round_id, row["as_of_date"])
    if last is None:
        return
    was, now, day = last.values["status"], row.get("status"), last.values["as_of_date"]
    if now and now != was:
        if was == "withdrawn":
            yield ask("status-withdrawn", "status", date=day)
        elif not reason and (was == "completed" or (now == "not_started" and was != "not_started")):
            label = partial(_label, titles.fields["status"])
            yield ask(
                "status-back", "status", date=day, before=was, after=now, before_vi=label(was), after_vi=label(now)
            )
    try:
        fell = int(last.values["progress_pct"]) - int(row.get("progress_pct", ""))
    except ValueError:
        return
    if fell > register.progress_tolerance and not reason:
        yield ask(
            "progress-fell",
            "progress_pct",
            date=day,
            before=last.values["progress_pct"],
            tolerance=register.progress_tolerance,
        )


def _label(field: dict, code: str) -> str:
    return next((item["label_vi"] for item in field.get("categories", ()) if item["value"] == code), code)


def _context(reading: Reading, at: int, commitment: Record, register: Register, file: str) -> Iterator[Problem]:
    """Columns of information have to say what the register says, or a correction made there would be lost."""
    expected = register.context(commitment["commitment_id"])
    for name, cell in reading.context[at].items():
        if name not in expected or cell.is_empty:
            continue
        day = expected[name].split("-")
        fitting = {
            plain(expected[name]),
            plain("/".join(reversed(day))),
            plain(commitment["title_en"]) if name == "title" else "",
        }
        if plain(cell.text) not in fitting:
            yield problem(
                "context-changed",
                file,
                reading.numbers[at],
                name,
                cell.text,
                cell=reading.sheet.place(reading.numbers[at], reading.context_columns[name]),
                expected=expected[name] or "–",
            )


def _sound(text: str, field: dict, is_asked: bool) -> str:
    """A text that may be judged; empty for one that was asked back, or is not of its type."""
    if is_asked:
        return ""
    if field["type"] == "date":
        try:
            return text if date.fromisoformat(text) and len(text) == 10 else ""
        except ValueError:
            return ""
    return text


def _asked(reading: Reading, at: int, name: str | None) -> bool:
    number = reading.numbers[at]
    return (number, name) in reading.asked or (number, None) in reading.asked


def _asker(reading: Reading, file: str, at: int) -> Ask:
    """`problem` with file, row, value and cell of one record filled in."""

    def ask(kind: str, column: str, **slots: object) -> Problem:
        place = reading.sheet.place(reading.numbers[at], reading.columns.get(column))
        return problem(kind, file, reading.numbers[at], column, reading.rows[at].get(column), cell=place, **slots)

    return ask
