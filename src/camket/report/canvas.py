"""A drawing surface for charts: inches from the top left, one typeface, the colours of reports/_brand.yml, SVG out.

Labels stand above their bars, so a chart can be narrow and its words still readable on a telephone. Letters become
outlines: an SVG inside a page has no fonts of its own.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import yaml
from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from camket.messages import ToolFailed
from camket.report.words import Voice

WIDTH = 5.2  # inches: 499 px on a screen, so that 330 px of a telephone shrink letters by a third only
SIZE, SMALL = 10.0, 9.3
LEAD = 0.19
STYLE = {
    "font.family": "Be Vietnam Pro",
    "svg.fonttype": "path",
    "svg.hashsalt": "camket",
    "path.simplify": False,
}


@cache
def _typeface() -> str:
    with as_file(files("fontpkg_be_vietnam_pro") / "files") as folder:
        for weight in ("Regular", "SemiBold"):
            font_manager.fontManager.addfont(str(folder / f"BeVietnamPro-{weight}.ttf"))
    return "Be Vietnam Pro"


@cache
def _face(weight: str) -> font_manager.FontProperties:
    with as_file(files("fontpkg_be_vietnam_pro") / "files") as folder:
        name = "SemiBold" if weight == "semibold" else "Regular"
        return font_manager.FontProperties(fname=str(folder / f"BeVietnamPro-{name}.ttf"))


@cache
def width_of(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of a line of text in inches."""
    face = _face(weight).copy()
    face.set_size(size)
    return text_to_path.get_text_width_height_descent(text, face, ismath=False)[0] / 72 if text.strip() else 0.0


def wrapped(text: str, width: float, size: float = SIZE, weight: str = "normal", most: int = 9) -> list[str]:
    """Lines no wider than `width` inches; cut with … after `most` lines."""
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
    """One chart under way. Draw downwards from `y`; `svg()` closes it with the source line and the edition's mark."""

    def __init__(self, voice: Voice, colours: dict[str, str], title: str):
        self.voice, self.colours, self.y = voice, colours, 0.0
        self._marks: list[tuple[str, tuple, dict]] = []
        _typeface()
        for line in wrapped(title, WIDTH - 0.1, 11.5, "semibold"):
            self.text(0, self.y + 0.12, line, size=11.5, weight="semibold", colour="navy")
            self.y += 0.225
        self.y += 0.14

    # primitives, all in inches; colours by their name in the palette ----------------------------------------------

    def text(self, x, y, words, *, size=SIZE, weight="normal", colour="ink", align="left"):
        """One line of text, centred on y."""
        face = {"fontproperties": _face(weight), "fontsize": size, "color": self.colours[colour], "ha": align}
        # Escaped: a name with two $ in it is not mathematics.
        self._marks.append(("text", (x, y, words.replace("$", r"\$")), face | {"va": "center_baseline"}))

    def bar(self, x0, x1, y, height, colour):
        """A filled box from x0 to x1, centred on y."""
        if x1 > x0:
            self._marks.append(("bar", ((x0, y - height / 2), x1 - x0, height), {"fc": self.colours[colour], "lw": 0}))

    def line(self, x0, y0, x1, y1, *, colour="rule", width=0.8):
        """A straight line; `width` in points."""
        style = {"color": self.colours[colour], "lw": width, "solid_capstyle": "butt"}
        self._marks.append(("line", ([x0, x1], [y0, y1]), style))

    def dot(self, x, y, *, colour="navy", size=7.5, hollow=False):
        """A round mark of `size` points; hollow ones are white inside."""
        face = self.colours["paper"] if hollow else self.colours[colour]
        style = {"marker": "o", "ms": size, "mfc": face, "mec": self.colours[colour], "mew": 1.6, "ls": "none"}
        self._marks.append(("line", ([x], [y]), style))

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
            need = 0.24 + width_of(name, SMALL) + 0.2
            if x and x + need > WIDTH + 0.15:
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
            self.text(x + 0.24, at, name, size=SMALL, colour="quiet")
            x += need
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
            T=self.voice.date(self.voice.figures.edition["valid_date"]),
            K=self.voice.date(self.voice.figures.edition["knowledge_date"]),
        )
        self.line(0, self.y, WIDTH, self.y, width=0.6)
        self.y += 0.05
        for line in wrapped(footer, WIDTH, SMALL):
            self.text(0, self.y + 0.1, line, size=SMALL, colour="quiet")
            self.y += 0.175
        self.text(0, self.y + 0.1, self.voice.word("edition.mark"), size=SMALL, weight="semibold", colour="mark")
        self.y += 0.18
        height = self.y + 0.04
        with rc_context(STYLE):
            figure = Figure(figsize=(WIDTH, height))
            FigureCanvasSVG(figure)
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set(xlim=(-0.03, WIDTH + 0.03), ylim=(height, 0))
            axes.set_axis_off()
            for kind, place, style in self._marks:
                if kind == "text":
                    axes.text(*place, **style)
                elif kind == "bar":
                    axes.add_patch(Rectangle(*place, **style))
                else:
                    axes.plot(*place, clip_on=False, **style)
            out = io.BytesIO()
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()
