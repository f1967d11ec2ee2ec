"""Tables of change: backlog by round, why rates moved, cohorts that have had their time, figures against figures.

As in `tables`, nothing is computed here; every number is a figure or a cell of an exported table.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from camket.report.quality import Quality
from camket.report.tabular import bold, capital, heads, measured, members, row_of, strong, table
from camket.report.words import EMPTY, Voice, cell

IN = ("flow_became_overdue", "flow_reopened_in", "flow_late_registered")
OUT = ("flow_completed_late", "flow_extended_out", "flow_exited")
HEADLINES = ("R1", "R2", "R2c")
CAUSES = ("corrected", "new", "newly_due", "completed", "extended", "exited", "reversed", "definition")
READINGS = ("overdue_current", "overdue_baseline", "difficulty_no_progress")
HORIZONS = ("6m", "12m", "24m", "36m")


def _figure(voice: Voice, figure_id: str) -> dict | None:
    return voice.figures.row(figure_id) if figure_id in voice.figures.ids() else None


def _signed(voice: Voice, figure_id: str, sign: str) -> str:
    """A movement with its sign; 0 without one."""
    text = voice.count(figure_id)
    return text if text in (voice.number(0), voice.word("format.withheld")) else sign + text  # keeps its figure


def flows(voice: Voice, _quality: Quality) -> str:
    """Backlog at the end of each round and what moved it."""
    rows = []
    for member in members(voice, "round", "stock_backlog", by="name"):
        place = f".round.{member}"
        moved = f"flow_became_overdue{place}" in voice.figures.ids()
        cells = [_signed(voice, code + place, "+") for code in IN] + [_signed(voice, code + place, "−") for code in OUT]
        corrected = _figure(voice, "flow_corrected" + place)
        cells.append(EMPTY if corrected is None else voice.printed(corrected, measured(voice, corrected["value"])))
        rows.append(
            (voice.quarter(member), *(cells if moved else [EMPTY] * 7), bold(voice.count("stock_backlog" + place)))
        )
    header = heads(
        voice,
        "round",
        "became_overdue",
        "reopened_in",
        "late_registered",
        "completed_late",
        "extended_out",
        "exited",
        "corrected",
        "stock",
    )
    return table("flows", voice, header, rows, widths=(14, 10, 11, 12, 12, 11, 9, 12, 9))


def outstanding(voice: Voice, _quality: Quality) -> str:
    """ "Nothing outstanding" under its three readings."""
    rows = []
    for reading in READINGS:
        counts = [voice.count(f"{code}.reading.{reading}") for code in ("outstanding", "outstanding_projects")]
        rows.append((cell(capital(voice.label("reading", reading))), *counts))
    return table(
        "outstanding", voice, heads(voice, "reading", "commitments", "key_projects"), rows, widths=(56, 22, 22)
    )


def points(voice: Voice, row: dict | None) -> str:
    """A difference of two percentages, in points with its sign."""
    if row is None or pd.isna(row["value"]):
        return EMPTY if row is None else voice.printed(row, voice.nothing(row))
    text = voice.number(row["value"] * 100, 1)
    return voice.printed(row, "+" + text if row["value"] > 0 and text != voice.number(0, 1) else text)


def changes(voice: Voice, _quality: Quality) -> str:
    """Why each headline rate is not what it was a round ago: the effects add up to the change."""
    before = [_figure(voice, f"change_before.rate.{code}") for code in HEADLINES]
    if not any(before):
        return table("changes", voice, [*heads(voice, "cause"), *HEADLINES], [], widths=(46, 18, 18, 18))
    rows = [[voice.word("tables.changes.before"), *(voice.rate(row) if row else EMPTY for row in before)]]
    for cause in CAUSES:
        effects = [_figure(voice, f"change_effect.rate_cause.{code}.{cause}") for code in HEADLINES]
        if any(row is not None and (pd.isna(row["value"]) or row["value"]) for row in effects):
            rows.append([cell(capital(voice.label("cause", cause))), *(points(voice, row) for row in effects)])
    rows.append(
        strong([voice.word("tables.changes.now"), *(voice.rate(voice.figures.row(code)) for code in HEADLINES)])
    )
    for name in ("panel_before", "panel_after"):
        panel = [_figure(voice, f"{name}.rate.{code}") for code in HEADLINES]
        rows.append([voice.word(f"tables.changes.{name}"), *(voice.rate(row) if row else EMPTY for row in panel)])
    return table("changes", voice, [*heads(voice, "cause"), *HEADLINES], rows, widths=(40, 20, 20, 20))


def maturity(voice: Voice, _quality: Quality) -> str:
    """Share completed within a number of months of signing, among those signed long enough ago."""
    rows = []
    for year in [*members(voice, "signed_year", "signed", by="name"), ""]:
        place = f"signed_year_horizon.{year}" if year else "national_horizon.all"
        found = [_figure(voice, f"R4.{place}.{months}") for months in HORIZONS]
        texts = [EMPTY if row is None else voice.rate(row) for row in found]
        rows.append([year, *texts] if year else strong([voice.term("chart_total"), *texts]))
    names = [voice.word("heads.months").format(voice.number(int(months[:-1]))) for months in HORIZONS]
    return table("maturity", voice, [*heads(voice, "year"), *names], rows, widths=(16, 21, 21, 21, 21))


def starts(voice: Voice, _quality: Quality) -> str:
    """Share started, at all and soon after signing, by year of signing."""
    rows = []
    for year in [*members(voice, "signed_year", "signed", by="name"), ""]:
        pick = [row_of(voice, code, "signed_year", year) if year else voice.figures.row(code) for code in ("R5", "R5q")]
        texts = [voice.rate(row) for row in pick]
        rows.append([year, *texts] if year else strong([voice.term("chart_total"), *texts]))
    header = [*heads(voice, "year"), *(cell(voice.indicator(code)) for code in ("R5", "R5q"))]
    return table("starts", voice, header, rows, widths=(20, 40, 40))


def pairs(voice: Voice, _quality: Quality) -> str:
    """Published figures that contradict one another, whatever the register says."""
    found = voice.figures.table("claim_pairs")
    rows = []
    for row in found[~found.is_consistent.astype(bool)].to_dict("records"):
        claims = [
            row[key]
            for key in ("claim_id", "other_claim_id", "third_claim_id")
            if not pd.isna(row[key]) and row[key] not in ("", "none")
        ]
        reads, implied = (_between(voice, row[f"{name}_low"], row[f"{name}_high"]) for name in ("value", "implied"))
        rows.append((cell(", ".join(claims)), cell(voice.label("relation", row["relation"])), reads, implied))
    return table(
        "pairs",
        voice,
        heads(voice, "claims", "relation", "published", "implied"),
        rows,
        widths=(28, 38, 17, 17),
        align="llrr",
    )


def _between(voice: Voice, low, high) -> str:
    """A value, or the two ends of a range."""
    return measured(voice, low) if low == high else f"{measured(voice, low)}–{measured(voice, high)}"


MOVEMENTS: dict[str, Callable[[Voice, Quality], str]] = {
    "flows": flows,
    "outstanding": outstanding,
    "changes": changes,
    "maturity": maturity,
    "starts": starts,
    "pairs": pairs,
}
