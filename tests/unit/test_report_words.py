"""How numbers, dates and strangers' text are written in each language."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report_edition import figure, voice, write_edition

from camket.messages import ToolFailed
from camket.report.words import attribute, cell, plain, rounded, tenths

NASTY = [
    "a | b",
    "[link](javascript:alert(1))",
    "{{< var vi.R2.pct >}}",
    "{{% include x %}}",
    "@fig-rates",
    "$x^2$",
    "# heading",
    "<script>alert(1)</script>",
    "`code`{=typst}",
    '#import "x"',
    "*bold* _it_ ~~no~~ ^sup^ ~sub~",
    "[^1]",
    "![alt](x.png)",
    "::: {.callout-note}",
    "a\\b",
    "\\@x",
    "-- --- ...",
    "'single' \"double\"",
    "&amp; &lt;",
    "https://example.org/a_b?c=d&e=f",
    "x\u202eevil\u202c",
    "null\x00byte\x1b[31m",
    "line\nbreak\r\nand\ttab",
    "{#id .class}",
    "=1+1",
    "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "đ\u0309",
    "1. list",
    "- item",
    "> quote",
    "~~~",
    "|---|",
    "\u200bzero\ufeff",
]


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    figures = [
        figure("R1", share=(0, 0)),
        figure("R2", share=(4, 6)),
        figure("R3", share=(10, 16)),
        figure("R6", share=(311, 820)),
        figure("R2c", share=(3, 40), withheld_by="DAT-01 STR-02", value=None, numerator=None, denominator=None),
        figure("signed", count=1234),
        figure("overdue_days_mean", unit="days", value=Decimal("441.45")),
    ]
    return write_edition(tmp_path_factory.mktemp("words"), figures)


# ---------------------------------------------------------------------------------------------------------- rounding


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_percentages_round_half_up_from_exact_counts(n, d):
    exact, printed = Fraction(100 * n, d), Fraction(tenths(n, d))
    assert abs(printed - exact) <= Fraction(1, 20)
    if abs(printed - exact) == Fraction(1, 20):
        assert printed > exact
    assert (printed * 10).denominator == 1


@given(st.decimals(-(10**6), 10**6, places=6), st.integers(0, 3))
def test_values_round_half_away_from_zero(value, places):
    exact, printed, step = Fraction(value), Fraction(rounded(value, places)), Fraction(1, 2 * 10**places)
    assert abs(printed - exact) <= step
    if abs(printed - exact) == step:
        assert abs(printed) > abs(exact)


def test_a_half_goes_up():
    assert (tenths(1, 8), tenths(1, 16), tenths(3, 16)) == (Decimal("12.5"), Decimal("6.3"), Decimal("18.8"))
    assert tenths(2, 3) == Decimal("66.7")
    with pytest.raises(ZeroDivisionError):
        tenths(0, 0)


# ------------------------------------------------------------------------------------------------- the two languages


@pytest.mark.parametrize(
    ("language", "number", "percent", "day", "short", "quarter"),
    [
        ("vi", "1.234,5", "57,1%", "31/12/2025", "31/12/2025", "Quý III/2025"),
        ("en", "1,234.5", "57.1\u00a0%", "31 December 2025", "31 Dec 2025", "Q3 2025"),
    ],
)
def test_numbers_and_dates_as_each_language_writes_them(build, language, number, percent, day, short, quarter):
    ours = voice(build, language)
    assert ours.number(Decimal("1234.5")) == number
    assert ours.percent(Decimal("57.1")) == percent
    assert ours.date(date(2025, 12, 31)) == day
    assert ours.date(date(2025, 12, 31), short=True) == short
    assert ours.quarter("2025-Q3") == quarter
    assert ours.date(date(2025, 3, 1)) == {"vi": "01/03/2025", "en": "1 March 2025"}[language]
    assert ours.number(None) == ours.date(None) == "–"


@pytest.mark.parametrize(
    ("language", "code", "rate"),
    [
        ("vi", "R1", "–"),
        ("vi", "R2", "4/6"),
        ("vi", "R3", "10/16 (62,5%; 38,6–81,5%)"),
        ("vi", "R6", "311/820 (37,9%)"),
        ("en", "R3", "10/16 (62.5\u00a0%; 38.6–81.5\u00a0%)"),
        ("vi", "R2c", "tạm giữ"),
        ("en", "R2c", "withheld"),
    ],
)
def test_a_share_is_printed_by_its_size(build, language, code, rate):
    ours = voice(build, language)
    assert ours.rate(ours.figures.row(code)) == rate


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        ("0.35", "0.4095", "35,0–41,0%"),
        ("0.0630", "0.0634", "6,3%"),
        ("0.0634", "0.0635", "6,3–6,4%"),
        (None, None, "–"),
    ],
)
def test_a_band_has_two_ends_where_they_differ_in_print(build, low, high, band):
    ends = [Decimal(end) if end else None for end in (low, high)]
    row = figure("R6", share=(311, 820)) | {"lower_bound": ends[0], "upper_bound": ends[1]}
    assert voice(build, "vi").band(row) == band


def test_parts_of_figures(build):
    ours = voice(build, "vi")
    assert ours.part("R6", "pct") == "37,9%"
    assert ours.part("R6", "fraction") == "311/820"
    assert (ours.part("R6", "n"), ours.part("R6", "d")) == ("311", "820")
    assert ours.part("R2", "pct") == "4/6"  # too few for a percentage, also in a sentence
    assert "khoảng tin cậy" in ours.part("R3", "share")
    assert ours.part("signed", "value") == "1.234"
    assert ours.part("overdue_days_mean", "value") == "441,5"
    assert ours.part("parameter", "stale_days") == "184"
    assert ours.part("R2c", "pct") == ours.part("R2c", "n") == "tạm giữ"
    for figure_id, part in (("R9", "pct"), ("R6", "median"), ("signed", "pct"), ("parameter", "no_such")):
        with pytest.raises(ToolFailed):
            ours.part(figure_id, part)


# ----------------------------------------------------------------------------------------------------- untrusted text


def pandoc(markdown: str) -> list:
    """Blocks of Pandoc's reading, as JSON."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from", "markdown", "--to", "json"],
        input=markdown.encode(),
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)["blocks"]


def text_of(inlines: list) -> str:
    """Text of inlines; anything but words and spaces fails."""
    out = ""
    for item in inlines:
        if item["t"] == "Str":
            out += item["c"]
        else:
            assert item["t"] in ("Space", "SoftBreak"), item
            out += " "
    return out


@pytest.mark.parametrize("text", NASTY)
def test_a_cell_stands_for_itself(text):
    written = cell(text)
    assert "{{<" not in written and "{{%" not in written
    [paragraph] = pandoc("x" + written + "x")
    assert paragraph["t"] == "Para"
    assert text_of(paragraph["c"]) == " ".join(("x" + plain(text) + "x").split())
    [table] = pandoc(f"| a | b |\n|---|---|\n| {written} | end |")
    assert table["t"] == "Table"
    cells = table["c"][4][0][3][0][1]
    assert len(cells) == 2 and text_of(cells[1][4][0]["c"]) == "end"


@given(st.text(max_size=80))
def test_nothing_that_acts_survives(text):
    written = cell(text)
    assert all(ch.isprintable() for ch in written)
    assert "{{" not in written and "\n" not in written
    bare = written.replace("\\\\", "")
    for index, ch in enumerate(bare):
        if ch in "|<@$#[]`*_{}^~&\"'":
            assert bare[index - 1] == "\\", written


def test_a_long_text_is_cut_visibly():
    assert cell("x" * 10_000, 50) == "x" * 49 + "…"
    assert len(plain("y" * 10_000)) == 400


@pytest.mark.parametrize("text", NASTY)
def test_an_attribute_stands_for_itself(text):
    written = attribute(text)
    assert "{{<" not in written
    [block] = pandoc(f'![caption](x.svg){{#fig-x fig-alt="{written}"}}')
    assert block["t"] == "Figure"
    image = block["c"][2][0]["c"][0]
    attributes = dict(image["c"][0][2])
    assert image["t"] == "Image" and attributes["fig-alt"] == plain(text)
