"""Cells that are read once give the page and the PDF that Pandoc would have written from the document as it stands."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camket.report.embedded import RenderError, pages
from camket.report.embedded.cells import PLAIN, Cells
from camket.report.embedded.pages import Document

FRONT = "---\ntitle: Thử\nlang: en\n---\n"
HEAD = ["# Một {#sec-one}", "", "| a | b |", "|:--|--:|"]
# What a cell may hold: the syntax of Markdown, whole and broken, what Typst and HTML escape, letters of any width.
PIECES = [
    *r"* ** _ ` `` ~ ^ ' \" < > & # = + - / // /* @ ; % : ( ) [ ] { } ... -- --- 1. (a)".split(),
    *(r"\|", r"\*", r"\$", r"\@", r"\\", r"\(", "\u00a0", "  ", "`a|b`", "*e*", "x^2^", "https://a.vn", "&amp;"),
    *("[x](#sec-one)", '[✓](#sec-one "t"){.basis codes="R1"}', "[y]{.c}", "[^n]", "x" * 70),
    *("no. 12", "no.", "No. 5", "a/b", "(b)", "c,", "12%", "1,234.5", "16 Jul 2026", "DEMO-0012", "a-", "e.g. x"),
    *("Việt Nam", "Ngô", "1.234,5", "243/381", "中文", "e\u0301", "TRUE"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=4).map(lambda parts: " ".join(parts).strip())
WIDTHS = ["", ' {tbl-colwidths="[30,70]"}', ' {tbl-colwidths="[30]"}', ' {#tbl-N tbl-colwidths="[75, 20.5]"}']
captions = st.sampled_from(["", *(f": C{widths}" for widths in WIDTHS)])
above = st.sampled_from(["", "", "", ": A\n\n", "Words\n\n"])
tables = st.tuples(above, st.lists(st.tuples(texts, texts), min_size=2, max_size=9), captions)


def written(folder: Path, body: str) -> tuple[dict[str, str], list[str]]:
    """What Pandoc wrote by format, or what is wrong."""
    (folder / "_quarto.yml").write_text("project: {type: default}\n")
    (folder / "d.qmd").write_text(FRONT + body, "utf-8")
    document = Document(folder / "d.qmd")
    try:
        document.prepare()
        made = {target: document._pandoc(target)[0] for target in ("html", "typst")}
    except RenderError as error:
        return {}, list(map(str, error.problems))
    return made, list(dict.fromkeys(map(str, document.places.problems)))  # each format tells them


class Plain(Cells):
    """The oracle: a document as it stands."""

    def __init__(self, lines):
        self.lines, self.is_shared = list(lines), False


def _table(before: str, rows: list[tuple[str, str]], caption: str, number: int) -> str:
    head, *rows = [f"| {a} | {b} |" for a, b in rows]
    return "\n".join([before + head, HEAD[3], *rows, "", caption.replace("-N", f"-{number}"), ""])


@settings(max_examples=12, deadline=None)
@given(st.lists(tables, min_size=6, max_size=12))
def test_the_same_as_read_where_it_stands(made):
    body = "\n".join([*HEAD[:2], *(_table(*table, n) for n, table in enumerate(made)), "[^n]: note", ""])
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        found = written(Path(one), body)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pages, "Cells", Plain)
            assert found == written(Path(other), body)


MARK = '[\u00a0^✓^](#sec-one "Căn cứ: R1"){.basis codes="R1"}'
DATES = '[T\u00a031/12/2025 · K\u00a01](#sec-one){.basis codes="R1 R2"}'
PIECES_OF_PROSE = [
    *(
        MARK,
        DATES,
        f" {MARK}",
        f" {DATES}",
        " words",
        " (40,7 %)",
        "(a)",
        ".",
        " *e*",
        "**b**",
        " `code`",
        f" `{DATES}`",
    ),
    *(f" \\{MARK}", " $x$", " a < b", " [x](#sec-one)", f" [{DATES}](#sec-one)", f"^{MARK}^", f" [a{MARK}"),
    *("](#sec-one)", ' "q"', " no.", "\n", " \\\n", " {.c}", f"[{MARK}]{{.c}}", "--", "..."),
]
PROSE = st.lists(st.sampled_from(PIECES_OF_PROSE), max_size=6).map("".join)
BEFORE = st.sampled_from(["", "", "", "x", ": ", "- ", "> ", "    ", "# H ", "| ", "::: {.c}\n", "```\n", "1. "])
AFTER = {"::: {.c}\n": "\n:::", "```\n": "\n```"}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(BEFORE, PROSE), min_size=4, max_size=14))
def test_links_in_running_text_say_the_same(made):
    parts = [*HEAD[:2], f"Words.{MARK}", "", f"Words {DATES}", ""]
    for before, text in made:
        parts += [before + text + AFTER.get(before, ""), ""]
    body = "\n".join([*parts, *HEAD[2:], "| x | 1 |", "", f": C. {DATES}", ""])
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        found = written(Path(one), body)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pages, "Cells", Plain)
            assert found == written(Path(other), body)


@pytest.mark.parametrize("length", [237, 238, 239, 240, 241])
def test_a_link_counts_by_its_words_where_layout_asks_for_the_length_of_a_paragraph(tmp_path, monkeypatch, length):
    few = [f"Words.{MARK}", "", "## Two", "", "w" * length + MARK, "", *HEAD[2:], "| x | 1 |", "", ": C.", ""]
    body = "\n".join([*HEAD[:2], *few])
    found = written(tmp_path, body)
    monkeypatch.setattr(pages, "Cells", Plain)
    assert found == written(tmp_path, body)
    assert ("#keep[" in found[0]["typst"]) == (length <= 238)


def test_marks_of_figures_are_read_once_and_the_name_of_a_table_has_their_words(tmp_path):
    table = [*HEAD[2:], "| x | 1 |", "", f": C. {DATES} {{#tbl-a}}", ""]
    lines = [*HEAD[:2], *[f"Words.{MARK}", ""] * 9, *table]
    assert "\n".join(Cells([*lines, *table]).lines).count("(#sec-one") == 2  # one of each
    made, problems = written(tmp_path, "\n".join([*lines, f"Words {DATES}", ""]))
    assert not problems and 'aria-label="Table\u00a01: C. T\u00a031/12/2025 · K\u00a01"' in made["html"]


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4)
joints = st.sampled_from([" ", ", ", "/", ".", "-", " (", ") ", "), ", "% ", " no. ", "--", "...", ". "])
plain = st.lists(st.tuples(words, joints), max_size=3).map(lambda parts: "".join(map("".join, parts)))
plain = st.builds(str.__add__, plain, words)  # nearly all: as Pandoc has it, they begin no list and end no sentence


@settings(max_examples=6, deadline=None)
@given(st.lists(plain, min_size=20, max_size=40))
def test_plain_words_say_themselves(rows):
    assert sum(map(bool, map(PLAIN.fullmatch, rows))) > len(rows) / 4
    body = "\n".join(["| a | b |", "|---|---|", *(f"| {text} | no. 5, {text} |" for text in rows), ""])
    with TemporaryDirectory() as folder:
        made, problems = written(Path(folder), body)
        assert made and not problems
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pages, "Cells", Plain)
            assert (made, problems) == written(Path(folder), body)


def test_each_text_is_read_once_and_plain_words_are_not():
    rows = [*["| *Hà* Nội | 1 2 |"] * 40, "", "Text", "", "| 1 2 | *Hà* Nội |", HEAD[3], *["| 1 2 | *Hà* Nội |"] * 9]
    cells = Cells([*HEAD, *rows])
    text = "\n".join(cells.lines)
    assert cells.is_shared and len(cells.lines) < 20
    assert (text.count("*Hà* Nội"), text.count("1 2")) == (1, 0)


LONG = [f"| {'x' * 70} | 1 |"] * 2


@pytest.mark.parametrize(
    ("lines", "is_left"),
    [
        ([*HEAD, *LONG, "", ': C {tbl-colwidths="[30,70]"}'], True),
        (["::: {figures=-}", "", *HEAD[2:], *LONG, "", ': C {tbl-colwidths="[30,70]"}'], True),
        ([*HEAD, *LONG, "", ': C {tbl-colwidths="[30]"}'], False),  # the second has Pandoc's width
        ([*HEAD, *LONG, "", ": C"], False),
        ([": B", "", *HEAD[2:], *LONG, "", ': C {tbl-colwidths="[30,70]"}'], False),  # of the next table
        ([": B", "is long", "", *HEAD[2:], *LONG, "", ': C {tbl-colwidths="[30,70]"}'], False),
    ],
)
def test_the_length_of_rows_is_left_out_where_the_caption_sets_all_widths(lines, is_left):
    cells = Cells(lines)
    assert cells.is_shared
    assert (max(map(len, cells.lines[2:7])) < 72) == is_left


@pytest.mark.parametrize(
    "cell", ["[^n]", "^[note]", "![x](a.svg)", "$x$", "(@)", "(x)", "\\(x)", "`", "a | b", "\ue000"]
)
def test_what_is_not_surely_the_same_stays(cell):
    lines = [*HEAD, f"| {cell} | 1 |", "| x | 1 |"]
    cells = Cells(lines)
    assert not cells.is_shared and cells.lines == lines


@pytest.mark.parametrize("around", [("```", "```"), ("~~~ {.x}", "~~~"), ("words", ""), ("", "words")])
def test_what_is_no_table_stays(around):
    lines = [around[0], *HEAD[2:], "| x | 1 |", "| x | 1 |", around[1]]
    assert not Cells(lines).is_shared


def test_labels_in_cells_may_not_be_equal(tmp_path):
    _, problems = written(tmp_path, "\n".join([*HEAD, "| [x]{#y} | 1 |", "| z | 2 |", "| [x]{#y} | 3 |", ""]))
    assert problems == ["d.qmd:11: label y is used twice: labels must differ"]


def test_a_problem_in_a_cell_has_its_line(tmp_path):
    rows = ["| a | 1 |", "| [x](#sec-none) | 1 |", "| [x](ftp://a.vn) | 1 |"]
    _, problems = written(tmp_path, "\n".join([*HEAD, *rows, ""]))
    assert [re.match(r"d.qmd:(\d+): link", problem)[1] for problem in problems] == ["10", "11"]
