"""The four-page brief's own pieces and a card for each lead agency, drawn from the same figures as the review.

Cards stand in the order of names; nothing compares one agency with another.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator

import pandas as pd

from camket.report.basis import small_mark
from camket.report.obstacles import decision_levels, decisions
from camket.report.practice import amount
from camket.report.quality import Quality
from camket.report.tables import FAMILY, STATUSES, ageing, family, key_projects, status_years, sum_of
from camket.report.tabular import heads, members, row_of, table
from camket.report.words import EMPTY, Voice, cell

PAGE_BREAK = "\n\n```{=typst}\n#pagebreak(weak: true)\n```\n\n"
BRIEF = ("rates", "status", "ageing")
REPORTING = (
    "RT1", "RT2", "RT4", "RT5", "RT3_median", "missed_rounds", "stale_share", "copy_forward", "difficulty_rate",
    "beyond_competence", "overdue_without_difficulty", "escalations", "recommendations_raised",
    "recommendations_answered",
)  # fmt: skip


# --------------------------------------------------------------------------------------------------------- brief


def brief_charts(charts: dict[str, Callable]) -> dict[str, Callable]:
    """The review's charts that the brief shows too, under labels and captions of its own."""
    return {f"brief-{name}": charts[name] for name in BRIEF} | {"summary-status": charts["status"]}


def relabelled(name: str, make: Callable[[Voice, Quality], str]) -> Callable[[Voice, Quality], str]:
    """A table of the review under another label, for a second document."""

    def made(voice: Voice, quality: Quality) -> str:
        return re.sub(r"\{#tbl-[\w-]+ (?=tbl-colwidths=)", f"{{#tbl-{name} ", make(voice, quality))

    return made


# ---------------------------------------------------------------------------------------------------------- cards


def scorecards(voice: Voice, quality: Quality) -> str:
    """A card for each lead agency as it is now, by name, each on a page of its own."""
    found = members(voice, "agency", "signed", by="name")
    overdue = voice.figures.table("commitments")
    overdue = overdue[overdue.is_overdue.astype(bool)].to_dict("records")
    names = [voice.label("agency", member) for member in found]
    cards, index = [], []
    # Two agencies of one name are told apart by their id.
    shown_names = [
        f"{name} ({member})" if names.count(name) > 1 else name for member, name in zip(found, names, strict=True)
    ]
    for member, shown in zip(found, shown_names, strict=True):
        index.append(
            (
                f"[{cell(shown)}](#{_slug(member)})",
                *(voice.part(f"{code}.agency.{member}", "value") for code in ("signed", "backlog")),
                f"[PDF]({_file(voice, member)}.pdf)",
            )
        )
    header = [*heads(voice, "agency", "signed", "backlog"), "PDF"]
    head = table("scorecards", voice, header, index, widths=(58, 16, 16, 10))
    for member, shown in zip(found, shown_names, strict=True):
        cards.append("\n\n".join(_card(voice, quality, member, shown, overdue)))
    return PAGE_BREAK.join([head.rstrip(), *cards]) + "\n"


def _slug(member: str) -> str:
    return "sec-card-" + re.sub(r"[^a-z0-9]+", "-", member.lower()).strip("-")


def _file(voice: Voice, member: str) -> str:
    """Where the card of an agency is a PDF of its own, without suffix; ids are letters, digits and hyphens."""
    return f"scorecards/{re.sub(r'[^A-Za-z0-9]+', '-', member)}-{voice.language}"


def _card(voice: Voice, quality: Quality, member: str, name: str, backlog: list[dict]) -> Iterator[str]:
    yield f'# {cell(name)} {{#{_slug(member)} file="{_file(voice, member)}"}}'
    place = "agency", member
    yield tiles(
        voice,
        {
            "signed": lambda: voice.part(f"signed.agency.{member}", "value"),
            "due": lambda: voice.pct(row_of(voice, "R2", *place)),
            "backlog": lambda: voice.part(f"backlog.agency.{member}", "value"),
            "stale": lambda: voice.fraction(row_of(voice, "stale_share", *place)),
        },
    )
    yield rates_table(voice, name, place)
    yield status_table(voice, "card-status", name, place)
    yield reporting_table(voice, member, name)
    header = heads(voice, "commitment", "title", "deadline", "days", "difficulty")
    overdue = list(_overdue(voice, member, backlog))
    yield (
        plain_table("card-overdue", voice, name, header, overdue, widths=(14, 43, 14, 10, 19), align="llrrl")
        if overdue
        else voice.word("cards.no_overdue")
    )
    header = heads(voice, "rule", "title_rule", "severity", "findings")
    findings = list(_findings(voice, quality, member))
    yield (
        plain_table("card-findings", voice, name, header, findings, widths=(12, 58, 16, 14), align="lllr")
        if findings
        else voice.word("cards.no_findings")
    )


def rates_table(voice: Voice, whose: str, place: tuple[str, str]) -> str:
    """The rate family of one member of a dimension; rates that have nothing to divide by are named in a line below."""
    rows, without = [], []
    for code in FAMILY:
        said = f"**{code}** {voice.word('short.' + code)}"
        rate = voice.rate(row_of(voice, code, *place))
        if rate == EMPTY:
            without.append(code)
        else:
            rows.append((said, cell(voice.word(f"denominators.{code}")), rate))
    header = heads(voice, "rate", "denominator", "fraction")
    parts = []
    if rows:
        parts.append(plain_table("card-rates", voice, whose, header, rows, widths=(32, 39, 29), align="llr"))
    if without:
        parts.append(voice.word("cards.no_denominator").format(", ".join(without)))
    return "\n\n".join(parts)


def reporting_table(voice: Voice, member: str, name: str) -> str:
    """Reports, difficulties and recommendations of one agency; what had no case to count is named in a line below."""
    rows, without = [], []
    for what, said in _reporting(voice, member):
        if said == EMPTY:
            without.append(what)
        else:
            rows.append((what, said))
    parts = []
    if rows:
        header = heads(voice, "what", "value")
        parts.append(plain_table("card-reporting", voice, name, header, rows, widths=(62, 38), align="lr"))
    if without:
        parts.append(voice.word("cards.no_case").format("; ".join(without)))
    return "\n\n".join(parts)


def status_table(voice: Voice, name: str, whose: str, place: tuple[str, str]) -> str:
    """What became of its commitments, in one row."""
    rows = [[sum_of(voice, codes, place) for codes in (("signed",), *(codes for *_, codes in STATUSES))]]
    header = [*heads(voice, "signed"), *(voice.word(f"status.{status}") for status, *_ in STATUSES)]
    return plain_table(name, voice, whose, header, rows, widths=(10, 14, 18, 13, 14, 16, 15), align="r" * 7)


def plain_table(name: str, voice: Voice, whose: str, header, rows, *, widths, align) -> str:
    """A table whose caption bears no number but the name of the card's owner: a card is read by itself."""
    caption = f"{voice.word('tables.' + name.replace('-', '_') + '.caption')}: {cell(whose)}"
    text = table(name, voice, header, rows, widths=widths, align=align, caption=caption)
    return text.replace(f"{{#tbl-{name} ", "{").rstrip()


def tiles(voice: Voice, numbers: dict[str, Callable[[], str]]) -> str:
    """The numbers at the head of a card, by the name of their words under `cards:`, with the marks of their basis."""
    voice.figures.take_read()
    found = []
    for name, read in numbers.items():
        said = f"**{read()}**\n\n{voice.word('cards.' + name)}{small_mark(voice)}"
        found.append(f"::: {{.key-figure}}\n{said}\n:::")
    return "\n\n".join([f":::: {{layout-ncol={len(numbers)}}}", *found, "::::"])


def _reporting(voice: Voice, member: str) -> Iterator[tuple[str, str]]:
    """What the figures say of its reports, with the last round and how often it reports."""
    known = voice.figures.ids()
    for code in REPORTING:
        figure_id = f"{code}.agency.{member}"
        if figure_id in known:
            row = voice.figures.row(figure_id)
            is_measured = row["unit"] in ("days", "rounds") and not pd.isna(row["value"])
            unit = f" {voice.word('units.' + row['unit'])}" if is_measured else ""
            yield cell(voice.indicator(code)), amount(voice, row) + unit
    if not voice.meta.get("is_demonstration") or not (voice.figures.folder / "agency_reporting.parquet").exists():
        return
    for row in voice.figures.records("agency_reporting"):
        if row["agency_id"] != member:
            continue
        last, often = row["last_round_id"], row["frequency_class"]
        yield voice.word("cards.last_round"), voice.word("cards.no_round") if pd.isna(last) else voice.quarter(last)
        often = EMPTY if pd.isna(often) else cell(voice.label("frequency_class", often))
        yield voice.word("cards.frequency"), often


def _overdue(voice: Voice, member: str, backlog: list[dict]) -> Iterator[tuple[str, ...]]:
    """Its overdue commitments with their ages, longest first."""
    rows = [row for row in backlog if row["lead_agency_id_as_now"] == member]
    for row in sorted(rows, key=lambda row: (-row["days_overdue"], row["commitment_id"])):
        code = row.get("difficulty_code")
        yield (
            cell(row["commitment_id"]),
            cell(voice.of(row, "title"), 160),
            voice.date(row["current_deadline"], short=True),
            voice.number(int(row["days_overdue"])),
            EMPTY if pd.isna(code) or not code else cell(voice.label("difficulty_code", code)),
        )


def _findings(voice: Voice, quality: Quality, member: str) -> Iterator[tuple[str, ...]]:
    """What the rules found in its rows, as the checks step counted it."""
    path = voice.figures.folder.parent / "quality" / "by_agency.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["agency_id"] == member]
    for row in sorted(rows, key=lambda row: row["rule_id"]):
        title, severity = quality.title(row["rule_id"], voice), voice.label("severity", row["severity"])
        yield cell(row["rule_id"]), cell(title), cell(severity), voice.number(int(row["failing_count"]))


CARDS: dict[str, Callable[[Voice, Quality], str]] = {
    "brief-family": relabelled("brief-family", family),
    "brief-status-years": relabelled("brief-status-years", status_years),
    "brief-ageing": relabelled("brief-ageing", ageing),
    "brief-key-projects": relabelled("brief-key-projects", key_projects),
    "brief-decisions": relabelled("brief-decisions", decisions),
    "brief-decision-levels": relabelled("brief-decision-levels", decision_levels),
    "scorecards": scorecards,
}
