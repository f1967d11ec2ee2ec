"""How a number, a date, a name or a stranger's text is written in the report, in Vietnamese and English.

Nothing is computed here but what printing needs: rounding, half-up, from exact counts. Words themselves live in data:
`reports/words.yml`, and the names that came with the figures.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from camket.figures import Figures
from camket.messages import ToolFailed, neutral

LANGUAGES = ("vi", "en")
EMPTY = "–"  # no denominator; never 0 and never 100 %
CELL_WIDTH = 400
# Letters and digits are harmless, and so is this punctuation inside a line; all else gets a backslash, which Pandoc
# takes before any ASCII punctuation. No run of { < @ $ # | [ ` survives to mean anything to Quarto, Pandoc or Typst.
_HARMLESS = set(" ,.;()%/?+-–—…’“”")


# ------------------------------------------------------------------------------------------------ exact rounding


def tenths(numerator: int, denominator: int) -> Decimal:
    """Percentage with one decimal, half-up, from exact counts: 1, 8 → 12.5. Raises ZeroDivisionError for 0."""
    return Decimal((2 * 1000 * numerator + denominator) // (2 * denominator)) / 10


def rounded(value: Decimal | int, places: int) -> Decimal:
    """`value` half-up to `places` decimals, away from zero as people round, with exactly that many digits."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@cache
def written(value: Decimal, places: int | None, language: str) -> str:
    """A number in the language's own marks; half-up to `places`, or as many digits as it has."""
    from babel.numbers import format_decimal

    value = value if places is None else rounded(value, places)
    digits = max(0, -value.normalize().as_tuple().exponent) if places is None else places
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=language).replace("-", "−")


class Printed(str):
    """A text that prints figures and knows which: `figure_ids`. It keeps them when text is added on either side."""

    figure_ids: tuple[str, ...]

    def __new__(cls, text: str, *figure_ids: str) -> Printed:
        made = super().__new__(cls, text)
        made.figure_ids = figure_ids
        return made

    def __add__(self, other: str) -> Printed:
        return Printed(str(self) + str(other), *self.figure_ids, *figure_ids(other))

    def __radd__(self, other: str) -> Printed:
        return Printed(str(other) + str(self), *figure_ids(other), *self.figure_ids)


def figure_ids(text: str) -> tuple[str, ...]:
    """The figures that a text prints; none for a text that is nothing more."""
    return getattr(text, "figure_ids", ())


# ----------------------------------------------------------------------------------------------- untrusted text


def plain(text: object, width: int = CELL_WIDTH) -> str:
    """A stranger's text on one line, cut visibly; control and bidirectional characters shown as \\u…."""
    if text is None or text is pd.NA or (isinstance(text, float) and text != text):
        return ""
    one_line = " ".join(unicodedata.normalize("NFC", str(text)).split())
    if len(one_line) > width:
        one_line = one_line[: width - 1].rstrip() + "…"
    return neutral(one_line, None)


def cell(text: object, width: int = CELL_WIDTH) -> str:
    """`plain` text as Markdown that stands for itself, in a table cell, a caption or a sentence."""
    return _escaped_cell(plain(text, width))


@cache
def dated(day: date, pattern: str, language: str) -> str:
    """A day as `pattern` has it, in Unicode's letters for dates; a few thousand days stand in all tables together."""
    from babel.dates import format_date

    return format_date(day, pattern, locale=language)


@lru_cache(maxsize=1 << 16)  # names and titles stand in many tables
def _escaped_cell(text: str) -> str:
    written = (ch if ch.isalnum() or ch in _HARMLESS or _is_mark(ch) else _escaped(ch) for ch in text)
    # Runs of points and hyphens would become other characters.
    return "".join(written).replace("..", ".\\.").replace("--", "-\\-")


def attribute(text: object, width: int = 2000) -> str:
    """Text for a double-quoted attribute of Pandoc's, as the value of fig-alt."""
    out = plain(text, width).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    # Quarto fills shortcodes before Pandoc parses; an entity keeps the brace out of its sight.
    return out.replace("{", "&#123;").replace("}", "&#125;").replace("<", "&lt;").replace(">", "&gt;")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def _escaped(character: str) -> str:
    return "\\" + character if character.isascii() else character


# ------------------------------------------------------------------------------------------- words kept as data


@dataclass(frozen=True)
class Words:
    """The bilingual words of `reports/words.yml`. Keys are dotted; leaves map vi and en to text."""

    path: Path
    content: dict[str, Any] = field(compare=False)

    @classmethod
    def read(cls, path: Path) -> Words:
        """Raises ToolFailed if the file is missing or no YAML."""
        try:
            content = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        except (OSError, yaml.YAMLError) as error:
            raise ToolFailed(f"{path.name} cannot be read: {error}", "Mend or restore reports/words.yml.") from error
        return cls(path, content or {})

    def node(self, key: str) -> dict[str, Any]:
        """What stands under a dotted key. Raises ToolFailed if nothing does."""
        node: Any = self.content
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        if not isinstance(node, dict):
            raise ToolFailed(f"{self.path.name}: there is nothing under {key}", "Add it to reports/words.yml.")
        return node

    def text(self, key: str, language: str) -> str:
        """One text. Raises ToolFailed where there is no translation: half a report is worse than none."""
        node = self.node(key)
        if not isinstance(node.get(language), str) or not node[language].strip():
            raise ToolFailed(f"{self.path.name}:{self.line(key)}: {key} has no text in {language!r}", "Translate it.")
        return node[language].strip()

    def line(self, key: str) -> int:
        """Line of a dotted key, found by walking down the file's indentation; 1 if it is not there."""
        number, lines = 0, self.path.read_text("utf-8").splitlines()
        for part in key.split("."):
            wanted = re.compile(rf"\s*{re.escape(part)}\s*:")
            number = next((i for i in range(number, len(lines)) if wanted.match(lines[i])), number) + 1
        return max(number, 1)


# -------------------------------------------------------------------------------------------------- one language


@dataclass(frozen=True)
class Voice:
    """Everything that one edition says in one language. `meta` is the package's metadata."""

    figures: Figures
    words: Words
    language: str
    meta: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"language {self.language!r}")

    # words ------------------------------------------------------------------------------------------------------

    def word(self, key: str) -> str:
        """Text of `reports/words.yml` in this language; of the public record, `<key>_public_record` where there is one.

        In that edition silence is no news, so "completed" becomes "said to be completed".
        """
        stem, _, last = key.rpartition(".")
        own = f"{last}_public_record"
        if not self.meta.get("is_demonstration") and own in self.words.node(stem):
            return self.words.text(f"{stem}.{own}", self.language)
        return self.words.text(key, self.language)

    def label(self, dimension: str, member: str) -> str:
        """Name of a member of a dimension, as plain text."""
        return plain(self.figures.label(dimension, member, self.language))

    def term(self, term_id: str) -> str:
        """Entry of the term base."""
        return self.label("term", term_id)

    def indicator(self, code: str) -> str:
        """Name of an indicator."""
        return self.label("indicator", code)

    def of(self, row: dict, stem: str) -> str:
        """The column of `row` for this language: stem_vi or stem_en."""
        return plain(row.get(f"{stem}_{self.language}"))

    # numbers ----------------------------------------------------------------------------------------------------

    def number(self, value: Decimal | int | None, places: int | None = None) -> str:
        """1.234,5 or 1,234.5; half-up to `places`, or as many digits as the value has."""
        if value is None or pd.isna(value):
            return EMPTY
        return written(Decimal(value), places, self.language)

    @cached_property
    def percent_pattern(self) -> str:
        """How a percentage is written, with {} for the number."""
        # The term base shows how a percentage is written, by an example.
        example = self.term("format_percent")
        return re.sub(r"\d+[.,]\d+", "{}", example).replace(" ", "\u00a0")

    def signed(self, value: int) -> str:
        """A count that may be a loss: +3, −2 or 0."""
        return ("+" if value > 0 else "") + self.number(value)

    def percent(self, value: Decimal) -> str:
        """A percentage that is already in per cent: 57.1 → 57,1%."""
        return self.percent_pattern.format(self.number(value, 1))

    def span(self, low: Decimal, high: Decimal) -> str:
        """Two percentages as a range."""
        sign = self.percent_pattern.removeprefix("{}")
        return f"{self.number(low, 1)}–{self.number(high, 1)}{sign}"

    def date(self, day: date | None, *, short: bool = False) -> str:
        """31/12/2025 or 31 December 2025; `short` for tables, 31 Dec 2025."""
        if day is None or pd.isna(day):
            return EMPTY
        return dated(day, self.word("format.date_short" if short else "format.date"), self.language)

    def quarter(self, quarter: str) -> str:
        """2025-Q3 → Quý III/2025 or Q3 2025."""
        year, _, number = quarter.partition("-Q")
        roman = ("I", "II", "III", "IV")[int(number) - 1]
        return self.word("format.quarter").format(year=year, number=number, roman=roman)

    # figures ----------------------------------------------------------------------------------------------------

    @cached_property
    def _parameters(self) -> dict[str, str]:
        return dict(self.figures.table("parameters")[["parameter_id", "value"]].itertuples(index=False))

    def parameter(self, parameter_id: str) -> str:
        """A threshold of the edition as it is printed. Raises ToolFailed for an unknown one."""
        if parameter_id not in self._parameters:
            raise ToolFailed(f"unknown parameter {parameter_id!r}", "See the table of parameters for those that exist.")
        value = plain(self._parameters[parameter_id])
        return self.number(int(value)) if value.isdigit() else cell(value)

    @cached_property
    def _thresholds(self) -> tuple[int, int]:
        return int(self._parameters["small_number_fraction"]), int(self._parameters["small_number_interval"])

    def is_withheld(self, row: dict) -> bool:
        """Whether a failed rule keeps this figure from being published."""
        return bool(row.get("withheld_by"))

    def counts(self, row: dict) -> tuple[int, int] | None:
        """Numerator and denominator of a share; None where it is withheld or there is nothing to divide by."""
        n, d = row.get("numerator"), row.get("denominator")
        return None if pd.isna(n) or pd.isna(d) or int(d) == 0 else (int(n), int(d))

    def size(self, row: dict) -> str:
        """How a share is printed: none (nothing to print), fraction, interval or plain."""
        counts, (few, some) = self.counts(row), self._thresholds
        if counts is None:
            return "none"
        return "fraction" if counts[1] < few else "interval" if counts[1] < some else "plain"

    def nothing(self, row: dict) -> str:
        """What stands where there is no number: that it is withheld, or –."""
        return self.word("format.withheld") if self.is_withheld(row) else EMPTY

    def printed(self, row: dict, text: str) -> str:
        """`text` as what prints the figure of `row`; a row that is no figure of its own has no id."""
        return Printed(text, row["figure_id"]) if row.get("figure_id") else text

    def count(self, figure_id: str) -> str:
        """A count as text; 0 where the figures have no row because there was nothing to count."""
        return self.whole(self.figures.row(figure_id)) if figure_id in self.figures.ids() else self.number(0)

    def whole(self, row: dict) -> str:
        """A count of the figures as text."""
        return self.printed(row, self.nothing(row) if pd.isna(row["value"]) else self.number(int(row["value"])))

    def fraction(self, row: dict) -> str:
        """243/381."""
        counts = self.counts(row)
        text = f"{self.number(counts[0])}/{self.number(counts[1])}" if counts else self.nothing(row)
        return self.printed(row, text)

    def percentage(self, row: dict) -> Decimal | None:
        """The percentage that may be printed, None where the rules allow none."""
        counts = self.counts(row)
        return tenths(*counts) if counts and self.size(row) != "fraction" else None

    def pct(self, row: dict) -> str:
        """The percentage alone where the rules allow it, else the fraction or –."""
        percentage = self.percentage(row)
        return self.fraction(row) if percentage is None else self.printed(row, self.percent(percentage))

    def interval(self, row: dict, *, long: bool = False) -> str:
        """Wilson's interval of a small share, as the figures give it; empty where there is none."""
        low, high = row.get("interval_low"), row.get("interval_high")
        if self.size(row) != "interval" or pd.isna(low) or pd.isna(high):
            return ""
        span = self.span(rounded(low * 100, 1), rounded(high * 100, 1))
        return self.word("format.interval_long").format(span) if long else span

    def rate(self, row: dict, *, long: bool = False) -> str:
        """A share by the rules: –, then 4/6, then 10/16 with its interval, then 243/381 with the percentage.

        `long` says in words what the interval is, for use in a sentence.
        """
        percentage = self.percentage(row)
        if percentage is None:
            return self.fraction(row)
        inside = [self.percent(percentage), self.interval(row, long=long)]
        return self.fraction(row) + f" ({'; '.join(text for text in inside if text)})"

    def rate_short(self, row: dict) -> str:
        """A share where space is short and the interval stands elsewhere: 63,8% (243/381), 4/6 or –."""
        percentage = self.percentage(row)
        return self.fraction(row) if percentage is None else self.percent(percentage) + " (" + self.fraction(row) + ")"

    def band(self, row: dict) -> str:
        """Sensitivity band of a share; – where there is none or the numbers are too small for percentages.

        One percentage where assumptions change nothing that is printed.
        """
        low, high = row.get("lower_bound"), row.get("upper_bound")
        if pd.isna(low) or pd.isna(high) or self.percentage(row) is None:
            return self.printed(row, self.nothing(row))
        ends = rounded(low * 100, 1), rounded(high * 100, 1)
        return self.printed(row, self.percent(ends[0]) if ends[0] == ends[1] else self.span(*ends))

    def part(self, figure_id: str, part: str) -> str:
        """One printed part of a figure: what `{{< var vi.R2.pct >}}` prints.

        value, n, d, fraction, pct, share (fraction with percentage), band, name, withheld_by. Thresholds are printed
        in the same way: parameter.stale_days.
        Raises ToolFailed for an unknown figure or part.
        """
        if figure_id == "parameter":
            return self.parameter(part)
        row = self.figures.row(figure_id)
        is_share = row["unit"] == "share"
        if part == "name":
            return self.indicator(row["indicator"])
        if part == "withheld_by":
            return ", ".join(row["withheld_by"].split())
        if part == "value" and not is_share:
            value = self.figures.value(figure_id)
            whole = value is None or value == value.to_integral_value()
            return self.printed(row, self.nothing(row) if value is None else self.number(value, 0 if whole else 1))
        if part in ("n", "d"):
            number = row["numerator" if part == "n" else "denominator"]
            return self.printed(row, self.nothing(row) if pd.isna(number) else self.number(int(number)))
        shares = {"value": self.pct, "pct": self.pct, "fraction": self.fraction, "band": self.band}
        if is_share and part in shares:
            return shares[part](row)
        if is_share and part == "share":
            return self.rate(row, long=True)
        raise ToolFailed(f"{figure_id} has no part {part!r}", "Parts: value n d fraction pct share band name.")

    def period(self, member: str) -> str:
        """A year or a quarter as it is read."""
        return self.quarter(member) if "-Q" in member else member
