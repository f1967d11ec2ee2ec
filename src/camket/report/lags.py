"""The curves of the time from signing, and the numbers that stand behind them.

The register's own editions show start and completion of what was signed under the mechanism. In the public record only
completion has days, and its two readings of silence are drawn side by side, because neither may stand alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from camket.report.quality import Quality
from camket.report.sentences import say
from camket.report.tabular import Withheld, table
from camket.report.words import EMPTY, Voice, rounded

if TYPE_CHECKING:
    from camket.report.drawing import Chart, Colours

# event, series, colour of the line, from the upper curve to the lower one
UNDER_MECHANISM = (("started", "main", "late"), ("completed", "main", "navy"))
PUBLIC_RECORD = (("completed", "all", "late"), ("completed", "all_silence_open", "navy"))
HORIZONS = (180, 365, 730, 1095)
TITLE_AT = 365
TALL = 2.7  # inches from 0 to 100 %


def shown(voice: Voice) -> tuple[tuple[str, str, str], ...]:
    """The series that this edition draws."""
    return UNDER_MECHANISM if voice.meta.get("is_demonstration") else PUBLIC_RECORD


def _incidence(voice: Voice, name: str, day: int) -> tuple[str, str]:
    """Estimate and band at a day, as printed; – where nobody was followed so long."""
    figure_id = f"lag_cif.lag_horizon.{name}.{day}"
    row = voice.figures.row(figure_id) if figure_id in voice.figures.ids() else {"value": None}
    if pd.isna(row["value"]):
        return voice.printed(row, voice.nothing(row)), ""
    ends = row["lower_bound"], row["upper_bound"]
    band = "" if any(map(pd.isna, ends)) else voice.span(*(rounded(end, 1) for end in ends))
    return voice.printed(row, voice.percent(rounded(row["value"], 1))), band


def title(voice: Voice) -> str:
    """What the curves say a year after signing."""
    names = {
        f"{event}_{series}": _incidence(voice, f"{event}_{series}", TITLE_AT)[0] for event, series, _ in shown(voice)
    }
    key = "title_lags" if shown(voice) is UNDER_MECHANISM else "title_lags_readings"
    if set(names.values()) == {EMPTY}:
        return say(voice, f"{key}_none", markup=False)
    return say(voice, key, markup=False, days=voice.number(TITLE_AT), **names)


def _steps(voice: Voice, name: str) -> list[tuple[int, float, float, float]]:
    """Day, estimate and band of each step, in order. Raises Withheld."""
    rows = voice.figures.by("lag_curve", "lag_day")
    steps = []
    for row in rows[rows.member.str.startswith(f"{name}.")].to_dict("records"):
        if voice.is_withheld(row):
            raise Withheld(row)
        numbers = [row[key] for key in ("value", "lower_bound", "upper_bound")]
        if not any(map(pd.isna, numbers)):
            steps.append((int(row["member"].rpartition(".")[2]), *map(float, numbers)))
    return sorted(steps)


def curves(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Cumulative incidence with 95 % bands, each curve named at its end."""
    from camket.report.canvas import LEAD, SMALL, WIDTH, Canvas, wrapped
    from camket.report.drawing import Chart

    canvas, items = Canvas(voice, colours, title(voice)), []
    found = [(f"{e}_{s}", colour, _steps(voice, f"{e}_{s}")) for e, s, colour in shown(voice)]
    found = [(name, colour, steps) for name, colour, steps in found if steps]
    alt = voice.word("charts.lags.alt")
    if not found:
        return Chart(canvas.svg(), title(voice) + ".")
    last = max(steps[-1][0] for *_, steps in found)
    base, left, right = canvas.y + TALL + 0.1, 0.5, WIDTH - 1.3

    def across(day: float) -> float:
        return left + (right - left) * day / last

    def up(percent: float) -> float:
        return base - TALL * percent / 100

    for _, _, steps in found:
        ends = [step[0] for step in steps[1:]] + [steps[-1][0]]
        for (day, _, low, high), end in zip(steps, ends, strict=True):
            # A little wider than the step, so that no seam shows between two boxes.
            canvas.bar(across(day), across(end) + 0.008, (up(low) + up(high)) / 2, up(low) - up(high), "aside")
    for percent in (0, 25, 50, 75, 100):
        canvas.line(left, up(percent), right, up(percent), width=0.9 if percent == 0 else 0.5)
        mark = voice.percent_pattern.format(percent)
        canvas.text(left - 0.08, up(percent), mark, size=SMALL, colour="quiet", align="right")
    for day in (0, *(day for day in HORIZONS if day <= last)):
        canvas.line(across(day), base, across(day), base + 0.05, colour="quiet")
        canvas.text(across(day), base + 0.15, voice.number(day), size=SMALL, colour="quiet", align="center")
    said = voice.word("charts.lags.axis")
    # Beside the last number where that stands at the end of the axis.
    is_beside = any(day <= last and across(day) > right - 0.8 for day in HORIZONS)
    place, align = (right + 0.28, "left") if is_beside else (right, "right")
    canvas.text(place, base + 0.15, said, size=SMALL, colour="quiet", align=align)
    floor = -1.0
    for name, colour, steps in found:
        x, y = left, base
        for day, value, *_ in steps:
            canvas.line(x, y, across(day), y, colour=colour, width=2.2)
            canvas.line(across(day), y, across(day), up(value), colour=colour, width=2.2)
            x, y = across(day), up(value)
        words = voice.word(f"charts.lags.{name}")
        lines = wrapped(words, WIDTH - x - 0.1, SMALL, "semibold") if x < right - 0.6 else None
        lines = lines or wrapped(words, WIDTH - right - 0.1, SMALL, "semibold")
        value = voice.percent(rounded(voice.figures.row(f"lag_curve.lag_day.{name}.{steps[-1][0]:04d}")["value"], 1))
        at = max(min(y, base - len(lines) * (LEAD - 0.02) + 0.08), floor)  # above the axis, below the last name
        for number, line in enumerate(lines):
            canvas.text(x + 0.08, at + number * (LEAD - 0.02), line, size=SMALL, weight="semibold", colour="ink")
        floor = at + len(lines) * (LEAD - 0.02) + 0.06
        texts = [(day, *_incidence(voice, name, day)) for day in HORIZONS]
        said = [voice.word("charts.lags.at").format(day=voice.number(d), value=v) for d, v, _ in texts if v != EMPTY]
        items.append(f"{words}: {', '.join([*said, voice.word('charts.lags.end').format(value=value)])}")
    canvas.y = base + 0.28
    return Chart(canvas.svg(), alt.format(title=title(voice), items="; ".join(items)))


def risk(voice: Voice, _quality: Quality) -> str:
    """Numbers at risk and estimates with their bands at fixed days, for the curves that are drawn."""
    known, names = voice.figures.ids(), [f"{event}_{series}" for event, series, _ in shown(voice)]

    def at_risk(name: str, day: int) -> str:
        figure_id = f"lag_at_risk.lag_horizon.{name}.{day}"
        return voice.count(figure_id) if figure_id in known else EMPTY

    rows = []
    for day in (0, *HORIZONS):
        cells = []
        for name in names:
            value, band = _incidence(voice, name, day)
            cells += [at_risk(name, day), value + f" ({band})" if band else value]
        if any(cell not in (EMPTY, voice.number(0)) for cell in cells):
            rows.append((voice.number(day), *cells))
    header = [voice.word("heads.day")]
    for name in names:
        said = voice.word(f"charts.lags.{name}")
        header += [voice.word(f"heads.{head}").format(said) for head in ("lag_at_risk", "lag_so_far")]
    rows = rows or [(EMPTY,) * len(header)]
    return table("lag-risk", voice, header, rows, widths=(14, 18, 25, 18, 25), align="rrrrr")


LAG_CHARTS: dict[str, Callable] = {"lags": curves}
LAG_TABLES: dict[str, Callable[[Voice, Quality], str]] = {"lag-risk": risk}
