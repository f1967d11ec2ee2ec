"""The long lists of the annexes: every overdue commitment and every finding."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pandas as pd

from camket.report.quality import Quality
from camket.report.tabular import collation, heads, stands_on, table
from camket.report.words import EMPTY, Voice, cell


def overdue_list(voice: Voice, _quality: Quality) -> str:
    """Every commitment past its current deadline, by name of the lead agency, longest overdue first."""
    stands_on(voice, "backlog")
    commitments = voice.figures.table("commitments")
    found = commitments[commitments.is_overdue.astype(bool)].to_dict("records")
    named = [(voice.label("agency", row["lead_agency_id_as_now"]), row) for row in found]
    rows = []
    order = sorted(named, key=lambda pair: (collation(pair[0]), -pair[1]["days_overdue"], pair[1]["commitment_id"]))
    for agency, row in order:
        code = row.get("difficulty_code")
        rows.append(
            (
                cell(row["commitment_id"]),
                cell(voice.of(row, "title"), 160),
                cell(agency),
                voice.date(row["baseline_deadline"], short=True),
                voice.date(row["current_deadline"], short=True),
                voice.number(int(row["days_overdue"])),
                EMPTY if pd.isna(code) or not code else cell(voice.label("difficulty_code", code)),
            )
        )
    header = heads(voice, "commitment", "title", "agency", "baseline", "current", "days_short", "difficulty")
    return table("overdue-list", voice, header, rows, widths=(13, 26, 14, 12, 12, 7, 16), align="lllrrrl")


def findings_list(voice: Voice, quality: Quality) -> str:
    """Every finding of the checks, by rule, with what was found; free text of submissions is not in it."""
    stands_on(voice, "findings")
    path = voice.figures.folder.parent / "quality" / "findings.csv"
    rows = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as stream:
            found = list(csv.DictReader(stream))
        known = {member for dimension, member in voice.figures.names if dimension == "agency"}
        for row in sorted(found, key=lambda row: (row["rule_id"], row["object_id"], row["finding_id"])):
            agency = row["agency_id"]
            rows.append(
                (
                    cell(row["rule_id"]),
                    cell(row["commitment_id"]) or EMPTY,
                    cell(voice.label("agency", agency)) if agency in known else cell(agency) or EMPTY,
                    cell(voice.of(row, "explanation")),
                )
            )
    header = heads(voice, "rule", "commitment", "agency", "finding")
    return table("findings-list", voice, header, rows, widths=(10, 13, 25, 52), align="llll")


LISTS: dict[str, Callable[[Voice, Quality], str]] = {"overdue-list": overdue_list, "findings-list": findings_list}
