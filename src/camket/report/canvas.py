"""A drawing surface for charts: inches from the top left, one typeface, the colours of reports/_brand.yml, SVG out.

Labels stand above their bars, so a chart can be narrow and its words still readable on a telephone. Letters become
outlines: an SVG inside a page has no fonts of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import yaml
from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgb
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from camket.messages import ToolFailed
from camket.report.words import Voice

WIDTH = 5.2  # inches: 499 px on a screen, so that 382 px of a telephone shrink letters by a quarter only
SIZE, SMALL = 10.0, 9.8  # points; at the 382 px that page.css leaves a chart at least, the smaller have 10 px
LEAD = 0.19
MARGIN = 0.03  # inches left and right, so that a mark on the edge is whole
STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "camket",
    "path.simplify": False,
}


@cache
def _face(weight: str) -> font_manager.FontProperties:
    with as_file(files("fontpkg_be_vietnam_pro") / "files") as folder:
        name = "SemiBold" if weight == "semibold" else "Regular"
        return font_manager.FontProperties(fname=str(folder / f"BeVietnamPro-{name}.ttf"))


@cache
def _sized(size: float, weight: str) -> font_manager.FontProperties:
    face = _face(weight).copy()
    face.set_size(size)
    return face


@cache
def width_of(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of a line of text in inches."""
    if not text.strip():
        return 0.0
    return text_to_path.get_text_width_height_descent(text, _sized(size, weight), ismath=False)[0] / 72


def wrapped(text: str, width: float, size: float = SIZE, weight: str = "normal", most: int = 9) -> list[str]:
    """Lines no wider than `width` inches; cut with … after `most` lines."""
    if width_of(text, size, weight) <= width:  # most are, and measuring word by word takes long
        return [text]
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width_of(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = lines[:most]
        while width_of(lines[-1] + "…", size, weight) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] = lines[-1].rstrip(" ,;") + "…"
    return lines


@cache
def _palette(path: Path, _stamp: bytes) -> dict[str, str]:
    brand = yaml.safe_load(path.read_text("utf-8"))
    return {name: str(colour) for name, colour in brand["color"]["palette"].items()}


def palette(path: Path) -> dict[str, str]:
    """The named colours of a _brand.yml. Raises ToolFailed if there are none."""
    try:
        return _palette(path, path.read_bytes())
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ToolFailed(f"{path.name} gives no color.palette: {error}", "Restore reports/_brand.yml.") from error


class Canvas:
    """One chart under way. Draw downwards from `y`; `svg()` closes it with the source line and the edition's mark.

    Marks go straight to matplotlib's SVG writer: axes, artists and layout would take four times as long and are not
    needed where every place is known.
    """

    def __init__(self, voice: Voice, colours: dict[str, str], title: str):
        self.voice, self.colours, self.y = voice, colours, 0.0
        self._marks: list[Callable[[_Paper], None]] = []
        for line in wrapped(title, WIDTH - 0.1, 11.5, "semibold"):
            self.text(0, self.y + 0.12, line, size=11.5, weight="semibold", colour="navy")
            self.y += 0.225
        self.y += 0.14

    # primitives, all in inches; colours by their name in the palette ----------------------------------------------

    def text(self, x, y, words, *, size=SIZE, weight="normal", colour="ink", align="left"):
        """One line of text, its letters centred on y."""
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width_of(words, size, weight)
        if words.strip():
            self._marks.append(lambda p: p.text(x, y, shift, words, _sized(size, weight), self.colours[colour]))

    def bar(self, x0, x1, y, height, colour):
        """A filled box from x0 to x1, centred on y."""
        if x1 > x0:
            self._marks.append(lambda p: p.bar(x0, x1, y - height / 2, y + height / 2, self.colours[colour]))

    def line(self, x0, y0, x1, y1, *, colour="rule", width=0.8):
        """A straight line; `width` in points."""
        self._marks.append(lambda p: p.line(x0, y0, x1, y1, self.colours[colour], width))

    def dot(self, x, y, *, colour="navy", size=7.5, hollow=False):
        """A round mark of `size` points; hollow ones are white inside."""
        face = self.colours["paper" if hollow else colour]
        self._marks.append(lambda p: p.dot(x, y, size, face, self.colours[colour]))

    # what charts share ---------------------------------------------------------------------------------------------

    def label(self, words: str, value: str = "", *, strong: bool = False, most: int = 2) -> None:
        """A row's name on the left and its value on the right; moves down by its lines."""
        room = WIDTH - width_of(value, SIZE, "semibold") - 0.25
        weight = "semibold" if strong else "normal"
        for number, line in enumerate(wrapped(words, room, SIZE, weight, most)):
            self.text(0, self.y + 0.09, line, weight=weight)
            if number == 0 and value:
                self.text(WIDTH, self.y + 0.09, value, weight="semibold", align="right")
            self.y += LEAD

    def key(self, entries: list[tuple[str, str, str]]) -> None:
        """A line of marks with their names: (kind, colour, name) with kind bar, dot, ring, tick or line."""
        x = 0.0
        for kind, colour, name in entries:
            need = 0.22 + width_of(name, SMALL)
            if x and x + need > WIDTH:
                x, self.y = 0.0, self.y + LEAD
            at = self.y + 0.08
            if kind == "bar":
                self.bar(x, x + 0.15, at, 0.12, colour)
            elif kind in ("dot", "ring"):
                self.dot(x + 0.075, at, colour=colour, hollow=kind == "ring")
            elif kind == "tick":
                self.line(x + 0.075, at - 0.085, x + 0.075, at + 0.085, colour=colour, width=1.6)
            else:
                self.line(x, at, x + 0.17, at, colour=colour, width=4)
            self.text(x + 0.22, at, name, size=SMALL, colour="quiet")
            x += need + 0.15
        self.y += LEAD + 0.1

    def track(self, at: float, ticks: list[float], scale) -> None:
        """The scale of one row: a thin line with a small stroke at each tick, which crosses no words."""
        self.line(scale(ticks[0]), at, scale(ticks[-1]), at)
        for value in ticks:
            self.line(scale(value), at - 0.045, scale(value), at + 0.045)

    def axis(self, ticks: list[tuple[float, str]], scale) -> None:
        """Names of the ticks, under the last row."""
        for value, name in ticks:
            x = scale(value)
            align = "left" if x < 0.2 else "right" if x > WIDTH - 0.25 else "center"
            self.text(x, self.y + 0.12, name, size=SMALL, colour="quiet", align=align)
        self.y += 0.26

    def svg(self) -> bytes:
        """The chart as SVG, the same bytes for the same figures."""
        self.y += 0.12
        footer = self.voice.word("charts.source").format(
            T=self.voice.date(self.voice.figures.edition["valid_date"], short=True),
            K=self.voice.date(self.voice.figures.edition["knowledge_date"], short=True),
        )
        self.line(0, self.y, WIDTH, self.y, width=0.6)
        self.y += 0.05
        for line in wrapped(footer, WIDTH, SMALL):
            self.text(0, self.y + 0.1, line, size=SMALL, colour="quiet")
            self.y += 0.175
        self.text(0, self.y + 0.1, self.voice.word("edition.mark"), size=SMALL, weight="semibold", colour="mark")
        self.y += 0.18
        with rc_context(STYLE):
            paper = _Paper(self.y + 0.04)
            for draw in self._marks:
                draw(paper)
            return paper.close()


class _Paper:
    """Matplotlib's SVG writer, in inches from the top left."""

    def __init__(self, height: float):
        self.height, self.out = height, io.StringIO()
        self.writer = RendererSVG(WIDTH * 72, height * 72, self.out, metadata={"Date": None, "Creator": None})

    def _x(self, x: float) -> float:
        return (x + MARGIN) * 72 * WIDTH / (WIDTH + 2 * MARGIN)

    def _y(self, y: float) -> float:
        return (self.height - y) * 72  # paths are given from the bottom

    def _pen(self, colour: str, width: float):
        pen = self.writer.new_gc()
        pen.set_foreground(colour)
        pen.set_linewidth(width)
        pen.set_capstyle("butt")
        return pen

    def text(self, x, y, shift, words, face, colour):
        # Half of a capital's height below the middle, whatever the letters: neighbours stand on one line.
        baseline = y * 72 + 0.51 * face.get_size_in_points()
        self.writer.draw_text(self._pen(colour, 0), self._x(x) - shift * 72, baseline, words, face, 0)

    def bar(self, x0, x1, top, bottom, colour):
        corners = [(x0, top), (x1, top), (x1, bottom), (x0, bottom), (x0, top)]
        box = Outline([(self._x(x), self._y(y)) for x, y in corners], closed=True)
        self.writer.draw_path(self._pen(colour, 0), box, Affine2D(), to_rgb(colour))

    def line(self, x0, y0, x1, y1, colour, width):
        stroke = Outline([(self._x(x0), self._y(y0)), (self._x(x1), self._y(y1))])
        self.writer.draw_path(self._pen(colour, width), stroke, Affine2D())

    def dot(self, x, y, size, face, edge):
        place = Affine2D().scale(size / 2).translate(self._x(x), self._y(y))
        self.writer.draw_path(self._pen(edge, 1.6), Outline.unit_circle(), place, to_rgb(face))

    def close(self) -> bytes:
        self.writer.finalize()
        return self.out.getvalue().encode()
