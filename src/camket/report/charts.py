"""The charts of the review. Each says its point in its title, its numbers in labels, and all of them in its alt text.

A chart is a function of a `Voice` and the palette; CHARTS names them as the documents include them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from camket.report.canvas import LEAD, SIZE, SMALL, WIDTH, Canvas, width_of, wrapped
from camket.report.continuity import CONTINUITY_CHARTS
from camket.report.drawing import PERCENT, Chart, Colours, begin, end, named_bars, percent_axis, scale_of
from camket.report.lags import LAG_CHARTS
from camket.report.obstacles import OBSTACLE_CHARTS
from camket.report.quality import Quality
from camket.report.scorecards import brief_charts
from camket.report.sentences import say
from camket.report.tables import AGEING, CLASSES, FAMILY, STATUSES
from camket.report.tabular import Withheld, members, number_of, row_of
from camket.report.words import EMPTY, Voice

SHOWN = 12  # rows of a chart that could have many


def withheld(voice: Voice, colours: Colours, error: Withheld) -> Chart:
    """What stands in place of a chart whose figures a failed rule withholds."""
    note = say(voice, "withheld", markup=False, names=voice.indicator(error.indicator), rules=error.rules)
    return Chart(Canvas(voice, colours, note).svg(), note)


def rates(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """The rate family on one scale, with sensitivity bands."""
    canvas, items = begin(voice, colours, "rates"), []
    word = voice.word
    canvas.key(
        [
            ("dot", "navy", word("charts.rates.headline")),
            ("dot", "late", word("charts.rates.other")),
            ("line", "unknown", voice.term("sensitivity_band")),
        ]
    )
    scale = scale_of(0.05, WIDTH - 0.05, 100)
    for code in FAMILY:
        row = voice.figures.row(code)
        percentage = voice.percentage(row)
        headline = code == "R2"
        name = f"{code} · {voice.indicator(code)}"
        canvas.label(name, voice.rate_short(row), strong=headline)
        at = canvas.y + 0.09
        canvas.track(at, PERCENT, scale)
        if percentage is not None:
            if not pd.isna(row["lower_bound"]):
                ends = [float(row[key]) * 100 for key in ("lower_bound", "upper_bound")]
                canvas.line(scale(ends[0]), at, scale(ends[1]), at, colour="unknown", width=5)
            canvas.dot(scale(percentage), at, colour="navy" if headline else "late")
        band = voice.band(row)
        items.append(f"{name}: {voice.rate_short(row)}" + (f", {band}" if band != EMPTY else ""))
        canvas.y += 0.23
    percent_axis(canvas, scale)
    return end(canvas, "rates", items)


def signing(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Commitments signed, a column a quarter, years named below with their sum."""
    canvas = begin(voice, colours, "signing")
    rows = voice.figures.by("signed_in_period", "quarter").sort_values("member")
    numbers = {member: number_of(voice, "signed_in_period", "quarter", member) for member in rows.member}
    years = sorted({member[:4] for member in numbers})
    most, tall = max(numbers.values(), default=1), 1.9
    step = WIDTH / (4 * len(years))
    base = canvas.y + 0.2 + tall
    for place, year in enumerate(years):
        left = place * 4 * step
        for quarter in range(4):
            number = numbers.get(f"{year}-Q{quarter + 1}", 0)
            middle, high = left + (quarter + 0.5) * step, tall * number / most
            canvas.line(middle, base, middle, base - high, colour="navy" if number == most else "late", width=step * 52)
            canvas.text(middle, base - high - 0.1, voice.number(number), size=SMALL, align="center")
            canvas.text(
                middle,
                base + 0.11,
                voice.word(f"charts.signing.quarter_{quarter + 1}"),
                size=8,
                colour="quiet",
                align="center",
            )
        canvas.line(left + 0.04, base + 0.22, left + 4 * step - 0.04, base + 0.22, width=0.8, colour="quiet")
        total = voice.count(f"signed_in_period.year.{year}")
        canvas.text(left + 2 * step, base + 0.35, f"{year}: {total}", weight="semibold", align="center")
    canvas.line(0, base, WIDTH, base, width=0.8)
    canvas.y = base + 0.47
    return end(canvas, "signing", [f"{voice.quarter(m)}: {voice.number(n)}" for m, n in sorted(numbers.items())])


def _stack(
    canvas: Canvas, name: str, value: str, parts: list[tuple[str, int]], top: float, left: float, right: float
) -> None:
    """A row: short name, one bar of coloured parts with their numbers where there is room, and a value."""
    scale, done, at = scale_of(left, WIDTH - right, top), 0, canvas.y + 0.13
    canvas.text(0, at, name, weight="semibold")
    canvas.text(WIDTH, at, value, weight="semibold", align="right")
    for colour, number in parts:
        x0, x1 = scale(done), scale(done + number)
        canvas.bar(x0, max(x0, x1 - 0.015), at, 0.22, colour)
        text = canvas.voice.number(number)
        if number and x1 - x0 > width_of(text, SMALL) + 0.06:
            light = colour in ("open", "unknown", "aside", "late")
            canvas.text((x0 + x1) / 2, at, text, size=SMALL, align="center", colour="ink" if light else "paper")
        done += number
    canvas.y += 0.34


def status(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """What became of what was signed in each year."""
    canvas, items = begin(voice, colours, "status"), []
    canvas.key([("bar", colour, voice.word(f"status.{name}")) for name, colour, _ in STATUSES])
    years = members(voice, "signed_year", "signed", by="name")
    most = max(number_of(voice, "signed", "signed_year", year) for year in years)
    for year in years:
        parts = [
            (colour, sum(number_of(voice, code, "signed_year", year) for code in codes))
            for _, colour, codes in STATUSES
        ]
        total = voice.number(number_of(voice, "signed", "signed_year", year))
        _stack(canvas, year, total, parts, most, 0.5, 0.45)
        named = ", ".join(
            f"{voice.word('status.' + name)} {voice.number(number)}"
            for (name, _, _), (_, number) in zip(STATUSES, parts, strict=True)
        )
        items.append(f"{year}: {named}")
    return end(canvas, "status", items)


def classes(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """The six classes of completion, undated ones apart."""
    canvas = begin(voice, colours, "classes")
    rows = [(voice.label("completion_class", name), colour, number_of(voice, code)) for name, code, colour in CLASSES]
    named_bars(canvas, [(name, [(colour, number)]) for name, colour, number in rows])
    return end(canvas, "classes", [f"{name}: {voice.number(number)}" for name, _, number in rows])


def by_member(voice: Voice, colours: Colours, _quality: Quality, *, dimension: str, code: str, name: str) -> Chart:
    """One rate for each member, as a dot; small numbers with Wilson's interval, very small ones as a fraction only.

    Members that have nothing to divide by are named in a line below.
    """
    canvas, items, without = begin(voice, colours, name), [], []
    national = voice.percentage(voice.figures.row(code))
    canvas.key(
        [
            ("dot", "navy", voice.word("charts.fields.rate")),
            ("line", "unknown", voice.word("charts.fields.interval")),
            ("tick", "overdue", voice.word("charts.fields.nation")),
        ]
    )
    left, right = 2.05, 1.25
    scale = scale_of(left, WIDTH - right, 100)
    for member in members(voice, dimension, "signed"):
        row = row_of(voice, code, dimension, member)
        label, value, interval = voice.label(dimension, member), voice.rate_short(row), voice.interval(row)
        items.append(f"{label}: {value}" + (f" ({interval})" if interval else ""))
        if value == EMPTY:
            without.append(label)
            continue
        lines = wrapped(label, left - 0.2, SIZE)
        at = canvas.y + 0.1 + (len(lines) - 1) * LEAD / 2
        for number, line in enumerate(lines):
            canvas.text(0, canvas.y + 0.1 + number * LEAD, line)
        canvas.text(WIDTH, at, value, weight="semibold", align="right")
        canvas.track(at, PERCENT, scale)
        if national is not None:
            canvas.line(scale(national), at - 0.085, scale(national), at + 0.085, colour="overdue", width=1.6)
        if interval:
            canvas.line(
                scale(row["interval_low"] * 100), at, scale(row["interval_high"] * 100), at, colour="unknown", width=4
            )
        if voice.percentage(row) is not None:
            canvas.dot(scale(voice.percentage(row)), at, hollow=bool(interval))
        canvas.y += 0.07 + len(lines) * LEAD
    if len(without) < len(items):
        percent_axis(canvas, scale)
    if without:
        for line in wrapped(voice.word("charts.fields.without").format("; ".join(without)), WIDTH, SMALL):
            canvas.text(0, canvas.y + 0.1, line, size=SMALL, colour="quiet")
            canvas.y += LEAD
    return end(canvas, name, items)


def ageing(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Backlog by days overdue, on the current and on the first deadline."""
    canvas = begin(voice, colours, "ageing")
    names = [("overdue", voice.term("current_deadline")), ("unknown", voice.term("baseline_deadline"))]
    canvas.key([("bar", colour, name) for colour, name in names])
    rows = []
    for band in AGEING:
        pair = [number_of(voice, code, "ageing_band", band) for code in ("ageing", "ageing_baseline")]
        rows.append(
            (voice.label("ageing_band", band), [(colour, n) for (colour, _), n in zip(names, pair, strict=True)])
        )
    named_bars(canvas, rows)
    return end(canvas, "ageing", [f"{label}: {voice.number(a[1])} / {voice.number(b[1])}" for label, (a, b) in rows])


def backlog_agencies(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Where the overdue commitments are, by lead agency; a count, not a ranking of performance."""
    canvas = begin(voice, colours, "backlog_agencies")
    rows = []
    for member in members(voice, "agency", "backlog")[:SHOWN]:
        number = number_of(voice, "backlog", "agency", member)
        if number:
            rows.append((voice.label("agency", member), [("overdue", number)]))
    named_bars(canvas, rows)
    return end(canvas, "backlog_agencies", [f"{name}: {voice.number(bars[0][1])}" for name, bars in rows] or [EMPTY])


def backlog_rounds(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Backlog at the end of each round, on both deadlines."""
    canvas = begin(voice, colours, "backlog_rounds")
    names = [("overdue", voice.term("current_deadline")), ("unknown", voice.term("baseline_deadline"))]
    canvas.key([("bar", colour, name) for colour, name in names])
    found = members(voice, "round", "stock_backlog", by="name")
    numbers = {
        m: [number_of(voice, code, "round", m) for code in ("stock_backlog", "stock_backlog_baseline")] for m in found
    }
    named_bars(
        canvas,
        [(voice.quarter(m), [(c, n) for (c, _), n in zip(names, pair, strict=True)]) for m, pair in numbers.items()],
    )
    return end(
        canvas,
        "backlog_rounds",
        [f"{voice.quarter(m)}: {voice.number(a)} / {voice.number(b)}" for m, (a, b) in numbers.items()],
    )


def receipt(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Reports on time, late and missing in each round."""
    canvas, items = begin(voice, colours, "receipt"), []
    names = [("done", "on_time"), ("open", "late"), ("aside", "missing")]
    canvas.key([("bar", colour, voice.word(f"charts.receipt.{name}")) for colour, name in names])
    for member in members(voice, "round", "RT1", by="name"):
        on_time, due = voice.counts(row_of(voice, "RT1", "round", member)) or (0, 0)
        received, _ = voice.counts(row_of(voice, "RT2", "round", member)) or (0, 0)
        numbers = [on_time, received - on_time, due - received]
        parts = [(colour, n) for (colour, _), n in zip(names, numbers, strict=True)]
        _stack(canvas, voice.quarter(member), voice.pct(row_of(voice, "RT1", "round", member)), parts, due, 1.05, 0.6)
        items.append(
            f"{voice.quarter(member)}: "
            + ", ".join(
                f"{voice.word('charts.receipt.' + name)} {voice.number(n)}"
                for (_, name), n in zip(names, numbers, strict=True)
            )
        )
    return end(canvas, "receipt", items)


def findings(voice: Voice, colours: Colours, quality: Quality) -> Chart:
    """Rules with findings, most first."""
    canvas = begin(voice, colours, "findings")
    tones = {"error": "overdue", "warning": "open"}
    canvas.key([("bar", colour, voice.label("severity", name)) for name, colour in tones.items()])
    counted = [
        (row["rule_id"], row["severity"], number_of(voice, "findings", "rule", row["rule_id"]))
        for row in quality.results
    ]
    failing = sorted((item for item in counted if item[2]), key=lambda item: (-item[2], item[0]))
    shown = [
        (f"{rule} · {quality.title(rule, voice)}", [(tones.get(severity, "open"), number)])
        for rule, severity, number in failing[:SHOWN]
    ]
    named_bars(canvas, shown)
    items = [f"{rule}: {voice.number(number)}" for rule, _, number in failing[:SHOWN]] or [EMPTY]
    return end(canvas, "findings", items)


def claims(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Published counts of signing beside what the register gives under the same scope."""
    canvas, items = begin(voice, colours, "claims"), []
    canvas.key(
        [
            ("line", "unknown", voice.word("charts.claims.published")),
            ("dot", "navy", voice.word("charts.claims.inside")),
            ("ring", "overdue", voice.word("charts.claims.outside")),
        ]
    )
    table = voice.figures.table("claims")
    table = (
        table[table.test == "count_signed"].sort_values(["quantity", "claim_id"], ascending=[False, True]).head(SHOWN)
    )
    most = max([0, *table.value_high, *table.register_value.dropna()])
    scale = scale_of(0.05, WIDTH - 0.1, most)
    step = next(s for s in (50, 100, 200, 250, 500, 1000, 10**9) if most / s <= 5)
    ticks = list(range(0, int(most) + 1, step))
    for row in table.to_dict("records"):
        name = f"{row['claim_id']} · {voice.of(row, 'scope')}"
        low, high, value = (float(row[key]) for key in ("value_low", "value_high", "register_value"))
        published = voice.number(row["quantity"].normalize(), 0)
        text = f"{published} / {voice.number(row['register_value'], 0)}"
        canvas.label(name, text)
        at = canvas.y + 0.09
        canvas.track(at, [*ticks, most], scale)
        canvas.line(scale(low) - 0.03, at, scale(high) + 0.03, at, colour="unknown", width=7)
        inside = row["verdict"] == "reconciles"
        canvas.dot(scale(value), at, colour="navy" if inside else "overdue", hollow=not inside, size=6.5)
        items.append(f"{row['claim_id']} {text} ({voice.label('verdict', row['verdict'])})")
        canvas.y += 0.22
    canvas.axis([(value, voice.number(value)) for value in ticks], scale)
    return end(canvas, "claims", items or [EMPTY])


CHARTS: dict[str, Callable[[Voice, Colours, Quality], Chart]] = {
    "rates": rates,
    "signing": signing,
    "status": status,
    "classes": classes,
    "fields": partial(by_member, dimension="field", code="R2", name="fields"),
    "ageing": ageing,
    "backlog-agencies": backlog_agencies,
    "backlog-rounds": backlog_rounds,
    "receipt": receipt,
    "findings": findings,
    "claims": claims,
}
CHARTS |= LAG_CHARTS | OBSTACLE_CHARTS | CONTINUITY_CHARTS | brief_charts(CHARTS)
