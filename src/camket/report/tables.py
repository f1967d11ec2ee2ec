"""The tables of the review, as Markdown. A table is a function of a `Voice` and the quality results; TABLES names them.

Numbers are printed as the figures give them. Two sums are made here, both of counts that exclude one another: a status
joined of several (STATUSES), and the row "others" under the largest members. Members of a dimension add up to the
nation, so that row is what the nation has and the rows above have not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from camket.report.basis import small_mark
from camket.report.quality import Quality
from camket.report.tabular import Withheld, bold, capital, heads, members, number_of, row_of, stands_on, strong, table
from camket.report.words import EMPTY, Printed, Voice, cell

FAMILY = ("R1", "R2", "R2c", "R2v", "R3", "R3c", "R3x", "R6")
AGEING = ("ageing_0_30", "ageing_31_90", "ageing_91_180", "ageing_181_365", "ageing_366_730", "ageing_over_730")
# name in words.yml, colour, indicators that add up to it; together they are all that was signed
STATUSES = (
    ("completed", "done", ("completed",)),
    ("in_progress", "late", ("in_progress", "suspended")),
    ("not_started", "open", ("not_started",)),
    ("no_information", "unknown", ("no_information",)),
    ("ended", "quiet", ("superseded", "attrition_before_due", "exited_after_due")),
    ("framework", "aside", ("ongoing_framework",)),
)
# member of completion_class, indicator, colour
CLASSES = (
    ("completed_on_time", "completed_on_time", "done"),
    ("completed_late", "completed_late", "late"),
    ("completed_no_deadline", "completed_no_deadline", "late"),
    ("open_in_time", "open_in_term", "open"),
    ("open_overdue", "backlog", "overdue"),
    ("open_undated", "open_undated", "unknown"),
)
POPULATIONS = (
    "signed",
    "superseded",
    "ongoing_framework",
    "attrition_before_due",
    "eligible",
    "completed",
    "exited_after_due",
    "open",
    "open_in_term",
    "backlog",
    "open_undated",
)
STOCKS = (
    "backlog",
    "backlog_baseline",
    "long_overdue",
    "backlog_key_project",
    "open_undated",
    "unassigned",
    "no_information",
    "in_conflict",
    "timing_unknown",
    "unverified_completions",
)
LARGEST = 15


def family(voice: Voice, _quality: Quality) -> str:
    """All rates of the nation, with fraction, percentage and sensitivity band."""
    rows = []
    for code in FAMILY:
        row = voice.figures.row(code)
        name = f"**{code}** {cell(voice.indicator(code))}"
        cells = voice.fraction(row), _pct_cell(voice, row), voice.band(row)
        rows.append((name, voice.word(f"denominators.{code}"), *cells))
    return table(
        "family",
        voice,
        heads(voice, "rate", "denominator", "fraction", "percentage", "band"),
        rows,
        widths=(30, 29, 12, 14, 15),
        align="llrrr",
    )


def _pct_cell(voice: Voice, row: dict) -> str:
    """Percentage, with the interval of small numbers; why there is none where only the fraction may stand."""
    if voice.size(row) == "fraction":
        return voice.printed(row, voice.word("format.too_few"))
    interval = voice.interval(row)
    return voice.pct(row) + f" ({interval})" if interval else voice.pct(row)


def counts_of(voice: Voice, _quality: Quality, *, name: str, codes: Sequence[str]) -> str:
    """Counts one under another, each with what it means."""
    described = voice.figures.table("indicators").set_index("indicator").to_dict("index")
    rows = []
    for code in codes:
        label, number = cell(voice.indicator(code)), voice.part(code, "value")
        rows.append((label, number, cell(voice.of(described[code], "description"))))
    return table(name, voice, heads(voice, "what", "number", "meaning"), rows, widths=(30, 11, 59), align="lrl")


def signing_years(voice: Voice, _quality: Quality) -> str:
    """Documents and commitments by year of signing."""
    rows = []
    for year in members(voice, "year", "documents_signed", by="name"):
        rows.append(
            (year, *(voice.part(f"{code}.year.{year}", "value") for code in ("documents_signed", "signed_in_period")))
        )
    rows.append(
        strong([voice.term("chart_total"), voice.part("documents_signed", "value"), voice.part("signed", "value")])
    )
    return table("signing-years", voice, heads(voice, "year", "documents", "commitments"), rows, widths=(34, 33, 33))


def signing_quarters(voice: Voice, _quality: Quality) -> str:
    """Commitments by quarter, a row a year."""
    rows = []
    for year in members(voice, "year", "signed_in_period", by="name"):
        ids = [f"signed_in_period.quarter.{year}-Q{q}" for q in (1, 2, 3, 4)]
        quarters = [voice.count(figure_id) for figure_id in ids]
        rows.append((year, *quarters, bold(voice.part(f"signed_in_period.year.{year}", "value"))))
    return table(
        "signing-quarters",
        voice,
        heads(voice, "year", "q1", "q2", "q3", "q4", "total"),
        rows,
        widths=(20, 16, 16, 16, 16, 16),
    )


def status_years(voice: Voice, _quality: Quality) -> str:
    """What became of what was signed, by year."""
    rows = []
    for year in [*members(voice, "signed_year", "signed", by="name"), ""]:
        place = ("signed_year", year) if year else ()
        texts = [sum_of(voice, codes, place) for codes in (("signed",), *(codes for *_, codes in STATUSES))]
        rows.append([year, *texts] if year else strong([voice.term("chart_total"), *texts]))
    names = [voice.word(f"status.{name}") for name, *_ in STATUSES]
    return table(
        "status-years", voice, [*heads(voice, "year", "signed"), *names], rows, widths=(10, 10, 13, 14, 11, 15, 14, 13)
    )


def sum_of(voice: Voice, codes: Sequence[str], place: tuple) -> str:
    """Counts that make up one class."""
    try:
        text = voice.number(sum(number_of(voice, code, *place) for code in codes))
    except Withheld:
        text = voice.word("format.withheld")
    ids = [".".join((code, *place)) for code in codes]
    return Printed(text, *(figure_id for figure_id in ids if figure_id in voice.figures.ids()))


# --------------------------------------------------------------------------------------------- rates by dimension


def year_rates(voice: Voice, _quality: Quality) -> str:
    """The whole rate family by year of signing: rates down, years across."""
    years = members(voice, "signed_year", "signed", by="name")
    rows = []
    for code in FAMILY:
        cells = [voice.rate(row_of(voice, code, "signed_year", year)) for year in years]
        rows.append((f"**{code}** {voice.word('short.' + code)}", *cells))
    return table("year-rates", voice, [*heads(voice, "rate"), *years], rows, widths=(25, *[15] * 5)[: len(years) + 1])


def _rest(voice: Voice, code: str, dimension: str, shown: Sequence[str]) -> dict:
    """What the nation has and the members shown have not; see the note at the head of the module."""
    nation, rows = voice.figures.row(code), [row_of(voice, code, dimension, member) for member in shown]

    def left(key: str):
        return None if pd.isna(nation[key]) else int(nation[key]) - sum(int(row[key]) for row in rows)

    keys = ("numerator", "denominator") if nation["unit"] == "share" else ("value",)
    return {"withheld_by": nation["withheld_by"], **{key: left(key) for key in keys}}


def by_dimension(
    voice: Voice,
    _quality: Quality,
    *,
    name: str,
    dimension: str,
    rates: Sequence[str] = ("R1", "R2", "R3"),
    counts: Sequence[str] = ("signed", "completed", "backlog"),
    widths: Sequence[int] = (20, 8, 8, 10, 18, 18, 18),
    most: int = 10**6,
    order: str = "count",
    is_short: bool = False,
    charted: Sequence[str] = (),
) -> str:
    """Counts and rates of each member; beyond `most` members the others stand in one row; the nation below.

    In a short table a small share is its fraction alone, so that no interval has to fit into a narrow column. A rate
    that has nothing to divide by in most rows is left out, and a line below says what it is for all together; a chart
    may have its numbers here, whose rates (`charted`) stay.
    """
    found = members(voice, dimension, "signed", by=order)
    kept = [code for code in rates if code in charted or not _is_mostly_empty(voice, code, dimension, found)]
    voice.figures.take_read()  # what is left out is no basis of this table
    left_out = [code for code in rates if code not in kept]
    rates, widths = kept, _without(widths, 1 + len(counts), [rates.index(code) for code in left_out])
    shown = found if len(found) <= most + 1 else found[:most]

    def line(label: str, pick: Callable[[str], dict]) -> list[str]:
        texts = [voice.whole(pick(code)) for code in counts]
        shown = (pick(code) for code in rates)
        small = is_short and {"fraction", "interval", "none"}
        return [
            label,
            *texts,
            *(voice.fraction(row) if small and voice.size(row) in small else voice.rate(row) for row in shown),
        ]

    named = capital if dimension == "key_project" else str  # a word of ours; the others are names
    rows = [
        line(cell(named(voice.label(dimension, m))), lambda code, m=m: row_of(voice, code, dimension, m)) for m in shown
    ]
    if len(shown) < len(found):
        others = voice.word("tables.others").format(voice.number(len(found) - len(shown)))
        rows.append(line(others, lambda code: _rest(voice, code, dimension, shown)))
    rows.append(strong(line(voice.term("chart_total"), voice.figures.row)))
    text = table(name, voice, [*heads(voice, dimension, *counts), *rates], rows, widths=widths)
    if not left_out:
        return text
    said = ", ".join(f"{code} {voice.fraction(voice.figures.row(code))}" for code in left_out)
    return f"{text}\n{voice.word('tables.left_out').format(said)}{small_mark(voice)}\n"


def _is_mostly_empty(voice: Voice, code: str, dimension: str, found: Sequence[str]) -> bool:
    """Whether more than half of the members have nothing to divide by; what is withheld is not empty."""
    rows = [row_of(voice, code, dimension, member) for member in found]
    empty = [row for row in rows if voice.size(row) == "none" and not voice.is_withheld(row)]
    return 2 * len(empty) > len(rows)


def _without(widths: Sequence[int], first_rate: int, places: Sequence[int]) -> list[int]:
    """Column widths after some rates are gone: the names and the other rates share their room."""
    name, counts, rates = widths[0], widths[1:first_rate], widths[first_rate:]
    left = [width for place, width in enumerate(rates) if place not in places]
    more, rest = divmod(sum(rates) - sum(left), 1 + len(left))
    return [name + more + rest, *counts, *(width + more for width in left)]


# ------------------------------------------------------------------------------------------- backlog, reporting


def ageing(voice: Voice, _quality: Quality) -> str:
    """Backlog by days overdue on both deadlines."""
    rows = [
        (
            cell(capital(voice.label("ageing_band", band))),
            *(voice.count(f"{code}.ageing_band.{band}") for code in ("ageing", "ageing_baseline")),
        )
        for band in AGEING
    ]
    rows.append(
        strong([voice.term("chart_total"), *(voice.part(code, "value") for code in ("backlog", "backlog_baseline"))])
    )
    return table("ageing", voice, heads(voice, "ageing_band", "current", "baseline"), rows, widths=(50, 25, 25))


def ageing_years(voice: Voice, _quality: Quality) -> str:
    """Backlog by days overdue on the current deadline, for each year of signing."""
    years, known = members(voice, "signed_year", "signed", by="name"), voice.figures.ids()
    rows = []
    for band in (*AGEING, ""):
        place = "ageing.signed_year_ageing_band.{year}." + band if band else "backlog.signed_year.{year}"
        ids = [*(place.format(year=year) for year in years), f"ageing.ageing_band.{band}" if band else "backlog"]
        texts = [voice.count(figure_id) if figure_id in known else EMPTY for figure_id in ids]
        name = capital(voice.label("ageing_band", band)) if band else voice.term("chart_total")
        rows.append([cell(name), *texts] if band else strong([name, *texts]))
    header = [*heads(voice, "ageing_band"), *years, voice.term("chart_total")]
    widths = [60 // (len(years) + 1)] * (len(years) + 1)
    return table("ageing-years", voice, header, rows, widths=(100 - sum(widths), *widths))


def overdue_days(voice: Voice, _quality: Quality) -> str:
    """Total, mean, median and longest delay, for the nation and by year of signing."""
    codes = ("overdue_days_total", "overdue_days_mean", "overdue_days_median", "overdue_days_max")
    known, rows = voice.figures.ids(), []
    for year in [*members(voice, "signed_year", "signed", by="name"), ""]:
        ids = [f"{code}.signed_year.{year}" if year else code for code in ("backlog", *codes)]
        texts = [voice.part(figure_id, "value") if figure_id in known else EMPTY for figure_id in ids]
        rows.append([year, *texts] if year else strong([voice.term("chart_total"), *texts]))
    return table(
        "overdue-days",
        voice,
        heads(voice, "year", "backlog", "days_total", "days_mean", "days_median", "days_max"),
        rows,
        widths=(20, 16, 16, 16, 16, 16),
    )


def key_projects(voice: Voice, _quality: Quality) -> str:
    """Each overdue key project."""
    stands_on(voice, "backlog_key_project")
    commitments = voice.figures.table("commitments")
    chosen = commitments[commitments.is_key_project & commitments.is_overdue].sort_values("commitment_id")
    rows = []
    for row in chosen.to_dict("records"):
        progress = EMPTY if pd.isna(row["progress_pct"]) else voice.percent_pattern.format(int(row["progress_pct"]))
        rows.append(
            (
                cell(row["commitment_id"]),
                cell(voice.of(row, "title"), 160),
                cell(voice.label("agency", row["lead_agency_id_as_now"])),
                voice.date(row["current_deadline"], short=True),
                voice.number(int(row["days_overdue"])),
                progress,
            )
        )
    return table(
        "key-projects",
        voice,
        heads(voice, "commitment", "title", "agency", "deadline", "days", "progress"),
        rows,
        widths=(14, 32, 17, 14, 11, 12),
        align="lllrrr",
    )


def rounds(voice: Voice, _quality: Quality) -> str:
    """Reporting by round."""
    codes = ("RT1", "RT2", "RT4", "RT5")
    found = members(voice, "round", "RT1", by="name")
    rows = [[voice.quarter(m), *(voice.rate(row_of(voice, code, "round", m)) for code in codes)] for m in found]
    rows.append(strong([voice.term("chart_total"), *(voice.rate(voice.figures.row(code)) for code in codes)]))
    header = [*heads(voice, "round"), *(f"{code} {cell(voice.indicator(code))}" for code in codes)]
    return table("rounds", voice, header, rows, widths=(20, 20, 20, 20, 20))


WHOLE_FAMILY = {
    "rates": FAMILY,
    "counts": ("signed",),
    "widths": (18, 6, 10, 10, 10, 9, 9, 10, 8, 10),
    "is_short": True,
}
TABLES: dict[str, Callable[[Voice, Quality], str]] = {
    "family": family,
    "populations": partial(counts_of, name="populations", codes=POPULATIONS),
    "signing-years": signing_years,
    "signing-quarters": signing_quarters,
    "status-years": status_years,
    "year-rates": year_rates,
    "field-rates": partial(by_dimension, name="field-rates", dimension="field", charted=("R2",)),
    "agency-rates": partial(by_dimension, name="agency-rates", dimension="agency", most=LARGEST),
    "agency-kinds": partial(by_dimension, name="agency-kinds", dimension="agency_kind"),
    "partner-rates": partial(by_dimension, name="partner-rates", dimension="partner", most=LARGEST),
    "instrument-rates": partial(by_dimension, name="instrument-rates", dimension="instrument"),
    "field-family": partial(by_dimension, name="field-family", dimension="field", **WHOLE_FAMILY),
    "agency-family": partial(
        # Names of agencies are long, their fractions short.
        by_dimension,
        name="agency-family",
        dimension="agency",
        order="name",
        **WHOLE_FAMILY | {"widths": (23, 6, 9, 9, 9, 9, 9, 9, 8, 9)},
    ),
    "partner-family": partial(by_dimension, name="partner-family", dimension="partner", order="name", **WHOLE_FAMILY),
    "instrument-family": partial(by_dimension, name="instrument-family", dimension="instrument", **WHOLE_FAMILY),
    "stocks": partial(counts_of, name="stocks", codes=STOCKS),
    "ageing": ageing,
    "ageing-years": ageing_years,
    "overdue-days": overdue_days,
    "key-projects": key_projects,
    "rounds": rounds,
}
