"""What goes back to the agency: a return slip with every problem at once, or a receipt; what it says, not how it looks.

The page (slip_page) and the workbook (slip_book) say the same, Vietnamese first and English beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from camket.intake import words
from camket.intake.door import Door
from camket.intake.model import Guess, Outcome, Sheet
from camket.intake.titles import CONTEXT
from camket.messages import Problem, count_by_rule

PLACES_SHOWN = 40
GROUPS_SHOWN = 400
LANGUAGES = ("vi", "en")
_FIELD_EXAMPLES = {"date": "30/09/2025", "integer": "45", "boolean": {"vi": "Có / Không", "en": "true / false"}}


@dataclass(slots=True)
class Group:
    """Problems of one kind in one column that say the same: told once, with all their places."""

    rule: str
    column: Mapping[str, str]
    message: Mapping[str, str]
    remedy: Mapping[str, str]
    example: Mapping[str, str]
    members: list[Problem] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Slip:
    """Everything that a slip or receipt shows. Texts by language; nothing in it is escaped yet."""

    verdict: str
    file: str
    received_at: str
    sha256: str
    agency: Mapping[str, str]
    round_id: str
    groups: list[Group]
    counts: list[tuple[str, int]]
    guesses: list[Guess]
    remarks: list[Guess]
    rows: int
    sheet: Sheet | None
    header_row: int | None
    entry: Mapping[str, str] | None
    subjects: Mapping[int, str]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.counts)


def compose(outcome: Outcome, door: Door) -> Slip:
    """Put together what the slip of an outcome says."""
    item, reading = outcome.received, outcome.reading
    first = reading.rows[0] if reading and reading.rows else {}
    agency_id = (outcome.entry or {}).get("agency_id") or first.get("agency_id") or item.sender or ""
    if agency_id not in door.register.agencies:
        agency_id = item.sender or ""
    return Slip(
        verdict=outcome.verdict,
        file=item.name,
        received_at=item.received_at.isoformat(sep=" ", timespec="minutes"),
        sha256=item.sha256,
        agency={language: door.register.agency_name(agency_id, language) for language in LANGUAGES}
        if agency_id
        else {},
        round_id=first.get("round_id", ""),
        groups=_groups(outcome, door),
        counts=list(count_by_rule(outcome.problems).items()),
        guesses=outcome.guesses,
        remarks=outcome.remarks,
        rows=len(reading.rows) if reading else 0,
        sheet=reading.sheet if reading and reading.sheet else (item.sheets[0] if item.sheets else None),
        header_row=reading.header_row if reading else None,
        entry=outcome.entry,
        subjects=_subjects(outcome),
    )


def _subjects(outcome: Outcome) -> dict[int, str]:
    """The commitment that each row of the sender's sheet is about."""
    reading = outcome.reading
    if not reading or not reading.rows:
        return {}
    return {number: row.get("commitment_id", "") for number, row in zip(reading.numbers, reading.rows, strict=True)}


def _groups(outcome: Outcome, door: Door) -> list[Group]:
    """Problems of the whole file first, then by the first place where each kind shows."""
    subjects = _subjects(outcome)
    groups: dict[tuple, Group] = {}
    for found in outcome.problems:
        key = (found.rule, found.kind, found.column, found.message_en)
        if key not in groups:
            groups[key] = Group(
                found.rule,
                {language: _column(found.column, door, language) for language in LANGUAGES},
                {"vi": found.message_vi, "en": found.message_en},
                {"vi": found.remedy_vi, "en": found.remedy_en},
                {language: example(found, door, language) for language in LANGUAGES},
            )
        groups[key].members.append(found)
        subject = subjects.get(found.row, "")
        if subject and subject not in groups[key].subjects and found.column != "commitment_id":
            groups[key].subjects.append(subject)
    return list(groups.values())


def _column(names: str | None, door: Door, language: str) -> str:
    if not names:
        return ""
    shown = []
    for name in names.split(", "):
        if name in CONTEXT and name not in door.titles.fields:
            shown.append(CONTEXT[name][language == "vi"])
        else:
            shown.append(door.titles.title(name, language))
    return ", ".join(shown)


def example(found: Problem, door: Door, language: str) -> str:
    """An example of what would be right: of the column where it has one, else of the rule."""
    item = door.titles.fields.get(found.column or "")
    if item and found.rule.startswith("STR"):
        categories = item.get("categories")
        if categories:
            one = categories[min(1, len(categories) - 1)]
            return one["label_vi"] if language == "vi" else str(one["value"])
        by_type = _FIELD_EXAMPLES.get(item["type"])
        if by_type:
            return by_type[language] if isinstance(by_type, dict) else by_type
        examples = words.book()["field_examples"]
        if found.column in examples:
            return examples[found.column][language]
    return words.example(found.rule, language) or words.book()["field_examples"]["*"][language]
