"""What every chart is made with: its two ends, scales, and rows of named bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from camket.report.canvas import LEAD, SMALL, WIDTH, Canvas, width_of, wrapped
from camket.report.sentences import say
from camket.report.words import Voice

Colours = dict[str, str]
PERCENT = [0, 25, 50, 75, 100]
NAMES = 2.1  # inches for names in two lines beside their bars


@dataclass(frozen=True)
class Chart:
    """SVG and what it says to somebody who cannot see it."""

    svg: bytes
    alt: str


def begin(voice: Voice, colours: Colours, name: str) -> Canvas:
    """A canvas under the title that the sentence title_<name> gives."""
    return Canvas(voice, colours, say(voice, f"title_{name}", markup=False))


def end(canvas: Canvas, name: str, items: list[str]) -> Chart:
    """The finished chart, whose alt text says all its numbers."""
    voice = canvas.voice
    return Chart(canvas.svg(), voice.word(f"charts.{name}.alt").format(items="; ".join(items)))


def scale_of(left: float, right: float, top: float) -> Callable[[float], float]:
    """Inches from the left for a value between 0 and `top`."""
    return lambda value: left + (right - left) * float(value) / float(top or 1)


def percent_axis(canvas: Canvas, scale) -> None:
    """Names of the ticks of a scale in per cent."""
    canvas.axis([(v, canvas.voice.percent_pattern.format(v)) for v in PERCENT], scale)


def named_bars(canvas: Canvas, rows: list[tuple[str, list[tuple[str, int]]]]) -> None:
    """Named rows of one or more bars from a common zero, each with its number at its end.

    Names stand at the left, in two lines where they are long; where one of them needs more, all stand above their bars.
    """
    most = max((number for _, bars in rows for _, number in bars), default=1)
    widest = max((width_of(name) for name, _ in rows), default=0)
    if widest < 2.5:
        left, lines = widest + 0.2, {name: [name] for name, _ in rows}
    else:
        lines = {name: wrapped(name, NAMES) for name, _ in rows}
        left = NAMES + 0.2 if max(map(len, lines.values())) < 3 else 0.0
    scale = scale_of(left, WIDTH - 0.55, most)
    for name, bars in rows:
        high = 0.165 * len(bars)
        if left:
            # Two lines beside one bar are higher than it, and push it down.
            spare = max(0.0, LEAD * len(lines[name]) - 0.05 - high)
            canvas.y += spare / 2
            middle = canvas.y + 0.02 + high / 2
            for number, line in enumerate(lines[name]):
                canvas.text(0, middle + LEAD * (number - (len(lines[name]) - 1) / 2), line)
        else:
            canvas.label(name)
        for colour, number in bars:
            at = canvas.y + (0.1 if left else 0.075)
            canvas.bar(left, max(scale(number), left + 0.012), at, 0.13, colour)
            canvas.text(scale(number) + 0.07, at, canvas.voice.number(number), size=SMALL, weight="semibold")
            canvas.y += 0.165
        canvas.y += 0.11 + (spare / 2 if left else 0)
