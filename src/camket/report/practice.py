"""Tables of practice: how long things take, how deadlines move, what stands in the way, how far to rely on reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from camket.report.movements import points
from camket.report.quality import Quality
from camket.report.tabular import capital, heads, table
from camket.report.words import EMPTY, Voice, cell, rounded

EVENTS = ("assigned", "started", "completed")
VERDICTS = ("supported", "not_supported", "not_testable")
DISCIPLINE = (
    "RT3_median", "RT3_max", "RT6", "missed_rounds", "RT7", "information_lag", "copy_forward", "stale_share",
)  # fmt: skip
DEADLINES = (
    "extensions", "extended_1", "extended_2", "extended_3", "slip_median", "slip_p90", "slip_max", "slip_ratio_median",
    "slip_months", "retroactive_extensions",
    "extensions_without_reason", "deadlines_removed", "deadlines_pulled_in", "gap_R2", "gap_R3",
)  # fmt: skip
OBSTACLES = (
    "difficulty_rate", "beyond_competence", "overdue_without_difficulty", "escalations", "recommendations_raised",
    "recommendations_entered", "recommendations_answered", "recommendations_on_time", "recommendation_days_median",
)  # fmt: skip
SLIP_BANDS = (
    "pulled_in", "unmoved", "days_1_30", "days_31_90", "days_91_180", "days_181_365", "days_366_730", "over_730",
    "removed",
)  # fmt: skip
RELIABILITY = (
    "evidence_gap", "key_projects_without_a", "conflict_rate", "conflicts_adjudicated", "reversals", "reopened_share",
    "transfers", "transfers_documented",
)  # fmt: skip


def amount(voice: Voice, row: dict) -> str:
    """A figure of any unit, as the unit is printed."""
    if row["unit"] == "share":
        return voice.rate(row)
    if row["unit"] == "points":
        return points(voice, row)
    if pd.isna(row["value"]):
        return voice.printed(row, voice.nothing(row))
    if row["unit"] == "ratio":
        return voice.printed(row, voice.number(row["value"], 2))
    whole = row["value"] == row["value"].to_integral_value()
    return voice.printed(row, voice.number(row["value"], 0 if whole else 1))


def described(voice: Voice, _quality: Quality, *, name: str, codes: Sequence[str]) -> str:
    """Figures of the nation one under another, each with its unit and what it means."""
    known, words = voice.figures.ids(), voice.figures.table("indicators").set_index("indicator").to_dict("index")
    rows = []
    for code in [code for code in codes if code in known]:
        row = voice.figures.row(code)
        meaning = cell(voice.of(words[code], "description"))
        rows.append((cell(voice.indicator(code)), amount(voice, row), voice.word(f"units.{row['unit']}"), meaning))
    header = heads(voice, "what", "number", "unit", "meaning")
    return table(name, voice, header, rows, widths=(23, 15, 10, 52), align="lrll")


def slip(voice: Voice, _quality: Quality) -> str:
    """Commitments by how far their deadline moved from the first one."""
    ids = {band: f"slip_distribution.slip_band.{band}" for band in SLIP_BANDS}
    rows = [
        (cell(capital(voice.label("slip_band", band))), voice.rate(voice.figures.row(figure_id)))
        for band, figure_id in ids.items()
        if figure_id in voice.figures.ids()
    ]
    return table("slip", voice, heads(voice, "deadline", "commitments"), rows, widths=(60, 40))


def lags(voice: Voice, _quality: Quality) -> str:
    """From signing to assignment, start and completion, for commitments signed under the mechanism."""
    known = voice.figures.ids()

    def percent(figure_id: str) -> str:
        row = voice.figures.row(figure_id) if figure_id in known else None
        if row is None or pd.isna(row["value"]):
            return EMPTY if row is None else voice.printed(row, voice.nothing(row))
        text = voice.printed(row, voice.percent(rounded(row["value"], 1)))
        ends = row["lower_bound"], row["upper_bound"]
        return text if any(map(pd.isna, ends)) else text + f" ({voice.span(*(rounded(end, 1) for end in ends))})"

    rows = []
    for event in EVENTS:
        median = f"lag_median_incidence.lag.{event}_main"
        waited = voice.figures.row(median) if median in known else None
        change = f"lag_shortened.lag.{event}"
        moved = voice.figures.row(change) if change in known else None
        found = [v for v in VERDICTS if f"lag_shortened_verdict.lag_verdict.{event}.{v}" in known]
        rows.append(
            (
                voice.word(f"events.{event}"),
                percent(f"lag_cif.lag_horizon.{event}_main.180"),
                percent(f"lag_cif.lag_horizon.{event}_main.365"),
                voice.term("not_reached") if waited is None else _days(voice, waited),
                EMPTY if moved is None else _difference(voice, moved),
                _verdict(voice, event, found[0]) if found else EMPTY,
            )
        )
    days = [voice.word("heads.within_days").format(voice.number(number)) for number in (180, 365)]
    header = [*heads(voice, "event"), *days, *heads(voice, "lag_median", "lag_change", "lag_verdict")]
    return table("lags", voice, header, rows, widths=(15, 18, 18, 14, 20, 15), align="lrrrrl")


def _days(voice: Voice, row: dict) -> str:
    """A median in days; that it is not reached where there is none."""
    return voice.printed(row, voice.term("not_reached") if pd.isna(row["value"]) else voice.number(row["value"], 0))


def _verdict(voice: Voice, event: str, verdict: str) -> str:
    row = voice.figures.row(f"lag_shortened_verdict.lag_verdict.{event}.{verdict}")
    return voice.printed(row, voice.word(f"shortened.{verdict}"))


def _difference(voice: Voice, row: dict) -> str:
    """A difference in percentage points with its band."""
    if pd.isna(row["value"]):
        return voice.printed(row, voice.nothing(row))
    numbers = [voice.number(row[key], 1) for key in ("value", "lower_bound", "upper_bound")]
    return voice.printed(row, voice.word("format.difference").format(*numbers))


PRACTICE: dict[str, Callable[[Voice, Quality], str]] = {
    "lags": lags,
    "discipline": partial(described, name="discipline", codes=DISCIPLINE),
    "deadlines": partial(described, name="deadlines", codes=DEADLINES),
    "slip": slip,
    "obstacles": partial(described, name="obstacles", codes=OBSTACLES),
    "reliability": partial(described, name="reliability", codes=RELIABILITY),
}
