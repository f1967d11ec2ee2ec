"""A page a partner: what was signed with it, what became of it, and each commitment; in the order of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pandas as pd

from camket.report.quality import Quality
from camket.report.scorecards import PAGE_BREAK, plain_table, rates_table, status_table, tiles
from camket.report.tabular import capital, heads, members, row_of, table
from camket.report.words import EMPTY, Voice, cell


def partners(voice: Voice, _quality: Quality) -> str:
    """A page for each partner with whom something was signed, by name."""
    found = members(voice, "partner", "signed", by="name")
    names = [voice.label("partner", member) for member in found]
    by_partner: dict[str, list[dict]] = {}
    for row in voice.figures.records("commitments"):
        by_partner.setdefault(row.get("partner_id"), []).append(row)
    pages, index = [], []
    for member, name in zip(found, names, strict=True):
        shown = f"{name} ({member})" if names.count(name) > 1 else name
        counts = [voice.part(f"{code}.partner.{member}", "value") for code in ("signed", "completed", "backlog")]
        index.append((f"[{cell(shown)}](#{_slug(member)})", *counts))
    head = table("partners", voice, heads(voice, "partner", "signed", "completed", "backlog"), index,
                 widths=(55, 15, 15, 15))  # fmt: skip
    for member, name in zip(found, names, strict=True):
        shown = f"{name} ({member})" if names.count(name) > 1 else name
        pages.append("\n\n".join(_page(voice, member, shown, by_partner.get(member, []))))
    return PAGE_BREAK.join([head.rstrip(), *pages]) + "\n"


def _slug(member: str) -> str:
    return "sec-partner-" + re.sub(r"[^a-z0-9]+", "-", member.lower()).strip("-")


def _page(voice: Voice, member: str, name: str, commitments: list[dict]) -> Iterator[str]:
    place = "partner", member
    yield f"# {cell(name)} {{#{_slug(member)}}}"
    yield tiles(
        voice,
        {
            "partner_signed": lambda: voice.part(f"signed.partner.{member}", "value"),
            "due": lambda: voice.pct(row_of(voice, "R2", *place)),
            "backlog": lambda: voice.part(f"backlog.partner.{member}", "value"),
            "no_information": lambda: voice.part(f"no_information.partner.{member}", "value"),
        },
    )
    yield rates_table(voice, name, place)
    yield status_table(voice, "partner-status", name, place)
    rows = []
    for row in sorted(commitments, key=lambda row: (row["signed_date"], row["commitment_id"])):
        days = row["days_overdue"]
        rows.append(
            (
                cell(row["commitment_id"]),
                cell(voice.of(row, "title"), 160),
                cell(voice.label("agency", row["lead_agency_id_as_now"])),
                str(row["signed_date"].year),
                cell(capital(voice.label("effective_status", row["effective_status"]))),
                voice.date(row["current_deadline"], short=True),
                EMPTY if pd.isna(days) else voice.number(int(days)),
            )
        )
    header = heads(voice, "commitment", "title", "agency", "year", "state", "deadline", "days_short")
    yield plain_table(
        "partner-commitments", voice, name, header, rows, widths=(13, 32, 18, 6, 12, 12, 7), align="lllllrr"
    )


PARTNERS: dict[str, Callable[[Voice, Quality], str]] = {"partners": partners}
