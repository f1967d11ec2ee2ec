"""What tables and charts are made with: figures of the members of a dimension, and a table in Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import pandas as pd

from camket.report.basis import caption_mark
from camket.report.words import EMPTY, Voice, figure_ids

# ------------------------------------------------------------------------------------------------------- figures


def row_of(voice: Voice, code: str, dimension: str, member: str) -> dict:
    """Figure of one member."""
    return voice.figures.row(f"{code}.{dimension}.{member}")


class Withheld(Exception):
    """A number was asked for that a failed rule withholds."""

    def __init__(self, row: dict):
        self.indicator, self.rules = row["indicator"], ", ".join(row["withheld_by"].split())
        super().__init__(row["figure_id"])


def number_of(voice: Voice, code: str, dimension: str = "", member: str = "") -> int:
    """A count; 0 where the figures have no row because nothing was there to count. Raises Withheld."""
    figure_id = f"{code}.{dimension}.{member}" if dimension else code
    if figure_id not in voice.figures.ids():
        return 0
    row = voice.figures.row(figure_id)
    if voice.is_withheld(row):
        raise Withheld(row)
    return int(row["value"] or 0)


def stands_on(voice: Voice, *codes: str) -> None:
    """Let the mark of a list lead to these indicators, whose cases it names."""
    for code in codes:
        if code in voice.figures.ids():
            voice.figures.row(code)


def collation(name: str) -> tuple[str, str]:
    """Sort key that puts Vietnamese names where a reader looks: base letters first, đ after d, then the accents."""
    base = "".join(
        c for c in unicodedata.normalize("NFD", name.casefold().replace("đ", "d~")) if unicodedata.category(c) != "Mn"
    )
    return base, name


def members(voice: Voice, dimension: str, code: str, *, by: str = "count") -> list[str]:
    """Members of a dimension by their count, largest first, or by name; never by a rate."""
    rows = voice.figures.by(code, dimension)
    found = [(row.member, row.value) for row in rows.itertuples()]
    if by == "name":
        named = dimension not in ("signed_year", "year", "quarter", "round")
        return sorted((m for m, _ in found), key=lambda m: collation(voice.label(dimension, m)) if named else (m, ""))
    return [m for m, _ in sorted(found, key=lambda item: (0 if pd.isna(item[1]) else -int(item[1]), item[0]))]


# ------------------------------------------------------------------------------------------------------ Markdown


def table(
    name: str,
    voice: Voice,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    widths: Sequence[int],
    align: str = "",
    caption: str = "",
    marked: bool = True,
) -> str:
    """A pipe table with caption and label. Cells are Markdown already; `align` has l or r for each column.

    `widths` are per cents of the line; given as dashes too, since Pandoc takes them from there. `marked` tables hold
    figures: their caption ends with T, K and the way to checks and rows. Which figures each cell prints stands on a div
    around it (`figures_of`); the web page makes links and columns of its downloads from that.
    """
    align = align or "l" + "r" * (len(header) - 1)
    rule = [
        ("-" if a == "r" else ":") + "-" * max(3, w) + (":" if a == "r" else "-")
        for w, a in zip(widths, align, strict=True)
    ]
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join(rule) + "|"]
    body = [list(row) for row in rows]
    if not body:  # on one line, since the cells beside it are empty
        body = [[voice.word("tables.nothing").replace(" ", "\u00a0"), *[""] * (len(header) - 1)]]
    for row in body:
        if len(row) != len(header):
            raise ValueError(f"table {name}: {len(row)} cells under {len(header)} headings")
        lines.append("| " + " | ".join(row) + " |")
    said = caption or voice.word(f"tables.{name.replace('-', '_')}.caption")
    if marked:
        said = f"{said.rstrip('.')}. {caption_mark(voice)}"
    text = "\n".join(lines) + f'\n\n: {said} {{#tbl-{name} tbl-colwidths="{list(widths)}"}}\n'

    figures = figures_of(body)
    # Around the table, because genuine Quarto prints what else stands in the braces of a table without label.
    return f'::: {{figures="{figures}"}}\n\n{text}\n:::\n' if figures else text


def figures_of(body: Sequence[Sequence[str]]) -> str:
    """The figures of each cell: rows end with `;`, cells with a space; `-` is a cell without figures, `+` stands
    between the figures of one that adds some up. Empty if no cell prints a figure."""
    rows = [["+".join(dict.fromkeys(figure_ids(text))) or "-" for text in row] for row in body]
    said = ";".join("" if set(row) == {"-"} else " ".join(row) for row in rows)
    return said if said.strip(";") else ""


def measured(voice: Voice, value) -> str:
    """A count as it is, anything else with two decimals."""
    if value is None or pd.isna(value):
        return EMPTY
    whole = value == value.to_integral_value()
    return voice.number(value, 0 if whole else 2)


def heads(voice: Voice, *keys: str) -> list[str]:
    """Column headings of words.yml."""
    return [voice.word(f"heads.{key}") for key in keys]


def capital(text: str) -> str:
    """With a capital at its head, as a row of a table begins."""
    return text[:1].upper() + text[1:]


def dated_status(voice: Voice, status: str, day: object) -> str:
    """A status; with `day`, the day that it describes: of a stale one, since nobody knows whether it still holds."""
    name = capital(voice.label("effective_status", status))
    return name if pd.isna(day) else voice.word("format.as_of").format(name, voice.date(day, short=True))


def strong(texts: Sequence[str]) -> list[str]:
    """A row in bold: totals."""
    return [bold(text) if text else "" for text in texts]


def bold(text: str) -> str:
    """In bold; still what prints its figures."""
    return "**" + text + "**"
