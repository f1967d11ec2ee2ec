"""Genuine Quarto and the embedded renderer make the same report of the same files; skipped where there is no Quarto.

What is compared, for every document in both languages: headings with their numbers and depth, captions, references with
what they lead to, alternative texts, the text of every table cell, and every number that is printed. In the PDF, where
Quarto's Typst writes no tags, the outline, the captions and the numbers. docs/renderer.md lists what differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader
from test_report_edition import REPORTS, package, write_edition

from camket.report import DOCUMENTS, quarto
from camket.report.render import prepare, render_document
from camket.report.words import LANGUAGES

VOID = {"meta", "img", "br", "hr", "col", "link", "input", "wbr"}
NUMBER = re.compile(r"\d[\d.,/]*\d%?|\d%?")
# Around the text, and each renderer's own: contents, title block, the words of tools, what only a screen reader hears.
ASIDE_IDS = {"TOC", "toc", "title-block-header"}
ASIDE_CLASSES = {"skip", "banner", "colophon", "masthead", "sr-only", "screen-reader-only", "tools", "toc-actions"}
ASIDE_TAGS = {"script", "style", "template", "head", "nav"}


class Essence(HTMLParser):
    """What a page says, whoever made it."""

    def __init__(self, html: str):
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.captions: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.alts: list[str] = []
        self.cells: list[str] = []
        self.words: list[str] = []
        self._open: list[tuple[str, bool, list[str] | None, object]] = []
        self.feed(html)
        top = min(level for level, _ in self.headings)
        self.headings = [(level - top, text) for level, text in self.headings]

    @property
    def numbers(self) -> list[str]:
        return NUMBER.findall("".join(self.words))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        classes = set((found.get("class") or "").split())
        hidden = bool(self._open and self._open[-1][1])
        hidden = hidden or tag in ASIDE_TAGS or found.get("id") in ASIDE_IDS or bool(classes & ASIDE_CLASSES)
        if tag == "img" and not hidden:
            self.alts.append(found.get("alt") or "")
        if tag in VOID:
            return
        into, key = None, None
        if not hidden:
            if re.fullmatch("h[1-6]", tag):
                into, key = [], self.headings
            elif tag in ("figcaption", "caption"):
                into, key = [], self.captions
            elif tag in ("td", "th"):
                into, key = [], self.cells
            elif tag == "a" and classes & {"xref", "quarto-xref"}:
                into, key = [], self.references
        self._open.append((tag, hidden, into, (key, found)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        name, _, text, (key, found) = self._open.pop()
        assert name == tag
        if text is None:
            return
        said = _plain("".join(text))
        if key is self.headings:
            self.headings.append((int(tag[1]), said))
        elif key is self.references:
            self.references.append((found["href"], said))
        else:
            key.append(said)

    def handle_data(self, data):
        if self._open and not self._open[-1][1]:
            self.words.append(data)
        for _, hidden, text, _ in self._open:
            if text is not None and not hidden:
                text.append(data)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u200b", "").split())


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[dict[str, Path]]:
    """Both renderers' output folders."""
    found = {}
    for name in ("embedded", "quarto"):
        build = write_edition(tmp_path_factory.mktemp(name))
        staged = prepare(build, REPORTS, package(), renderer=name)
        for language in LANGUAGES:
            for document in DOCUMENTS:
                # The whole of the cards too, which the report does not publish.
                render_document(staged, language, ("html", "whole", "parts"), document=document)
        found[name] = build / "report" / "out"
    return found


needs_quarto = pytest.mark.skipif(
    quarto.find() is None, reason="Quarto is not installed: neither on PATH nor named by QUARTO_PATH"
)
every_document = pytest.mark.parametrize("document", [f"{name}-{code}" for name in DOCUMENTS for code in LANGUAGES])


@needs_quarto
@every_document
def test_pages_say_the_same(made, document):
    ours, theirs = (Essence((made[name] / f"{document}.html").read_text("utf-8")) for name in ("embedded", "quarto"))
    assert ours.headings == theirs.headings and len(ours.headings) >= 2
    assert ours.captions == theirs.captions and ours.captions
    assert ours.references == theirs.references
    assert ours.alts == theirs.alts and all(ours.alts)
    assert ours.cells == theirs.cells
    assert ours.numbers == theirs.numbers and len(ours.numbers) > 10


@needs_quarto
@every_document
def test_pdfs_say_the_same(made, document):
    readers = [PdfReader(made[name] / f"{document}.pdf") for name in ("embedded", "quarto")]
    # Typst 0.11, which Quarto 1.6 brings, puts neither numbers nor quotation marks into the outline.
    outlines = [[re.sub(r'^\d[\d.]* |["“”]', "", _plain(e.title)) for e in _flat(reader.outline)] for reader in readers]
    assert outlines[0] == outlines[1]
    texts = ["".join("".join(page.extract_text() for page in reader.pages).split()) for reader in readers]
    page = Essence((made["embedded"] / f"{document}.html").read_text("utf-8"))
    for text, name in zip(texts, made, strict=True):
        for caption in page.captions:
            # Quarto's Typst divides words at the end of a line.
            assert "".join(caption.split()).replace("-", "") in text.replace("-", ""), f"{name}: {caption}"
        missing = [number for number in sorted(set(page.numbers)) if number not in text]
        assert not missing, f"{name}: {missing}"


@needs_quarto
def test_both_make_the_cards_as_files(made):
    names = [sorted(path.name for path in (made[name] / "scorecards").iterdir()) for name in ("embedded", "quarto")]
    assert names[0] == names[1] and len(names[0]) == 2 * 4


def _flat(outline) -> list:
    return [entry for item in outline for entry in (_flat(item) if isinstance(item, list) else [item])]


def test_the_comparison_sees_what_differs():
    """The yardstick itself, on two pages that say the same in different markup and one that does not."""
    ours = (
        '<html><body><nav id="toc"><h2>9</h2></nav><main><h2 id="sec-a"><span>1</span> Tên</h2>'
        "<figure><figcaption>Bảng\u00a01: C</figcaption><table><tr><th>a</th><td>1.234,5</td></tr></table></figure>"
        '<p>Xem <a class="xref" href="#tbl-a">Bảng\u00a01</a>, 63,8%<img src="x" alt="M"></p></main></body></html>'
    )
    theirs = (
        '<html><body><header id="title-block-header"><h1>T 7</h1></header><h1>1 Tên</h1>'
        "<table><caption>Bảng 1: C</caption><tr><td>a</td><td>1.234,5</td></tr></table>"
        '<p>Xem <a href="#tbl-a" class="quarto-xref">Bảng 1</a>, 63,8%<img alt="M" src="y"></p></body></html>'
    )
    one, two, three = Essence(ours), Essence(theirs), Essence(ours.replace("63,8", "63,9"))
    parts = ("headings", "captions", "references", "alts", "cells", "numbers")
    assert [getattr(one, part) for part in parts] == [getattr(two, part) for part in parts]
    assert one.headings == [(0, "1 Tên")] and one.captions == ["Bảng 1: C"] and one.references == [("#tbl-a", "Bảng 1")]
    assert one.alts == ["M"] and one.cells == ["a", "1.234,5"] and one.numbers == ["1", "1", "1.234,5", "1", "63,8%"]
    assert three.numbers != one.numbers
