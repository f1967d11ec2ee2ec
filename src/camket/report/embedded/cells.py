"""The cells of tables, read once: Pandoc parses and writes each different text once, however many cells hold it.

    | A | 12 |       | ¹ | ² |   a row that stands for all      <tr><td>¹</td>…     each row made of that one
    | B | 12 |  ──►                                        ──►                  ──►  and the texts of its cells
    | C | 12 |       | ³ A       and below, each text once      ³ A<br /> ⁴ 12 …

Three quarters of the cells of a list say what others say, and Pandoc takes longest over tables: it tries each letter of
a row as the beginning of a formula, code or an escape. Caption, widths and attributes of a table stay in their place,
its head has the marks of its texts; these stand in one line block at the end, which is cut out again.
So do marks of figures, which lead to their basis from captions and sentences, many of them to the same.
Pandoc reads every text itself, but for plain words and numbers, of which it would only say the same again: nothing else
here knows Markdown beyond where the cells of a pipe table end and a plain link does. What is not surely the same when
it is read elsewhere (notes, images, formulas) leaves its table or paragraph as it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape

from camket.report.embedded.source import FENCE

# Characters that stand for cells, of a private plane: text that has one of them is left alone.
FIRST, LAST, FILL = 0xF0000, 0x10FFFD, "\ue000"
MARK = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]{FILL}*")
FOREIGN = re.compile(f"[{FILL}{chr(FIRST)}-{chr(LAST)}]")
DASHES = re.compile(r"\|(?: *:?-+:? *\|)+ *")
CAPTION = re.compile(r" *(?::(?!:)|[Tt]able:)")  # and not a div
CAPTION_WIDTHS = re.compile(r":.*\btbl-colwidths=\"\[([\d., ]+)\]\"[^}]*\} *")
CELL = re.compile(r"\|((?:[^|\\`]|\\.|(`+)(?!`).*?(?<!`)\2(?!`))*)")  # as Pandoc: an escape or code may hold a |
# What is numbered or counted where it stands, and what is written otherwise where a cell begins with it.
PLACED = re.compile(r"\[\^|\^\[|!\[|\$|\(@|^\\?\(")
# Words and numbers that say themselves in either format, as Pandoc would write them. A full stop before a space may be
# an abbreviation's, after which Pandoc does not let a line break: of these only "no. 12" is surely none.
WORD = r"\(?[^\W_]+(?:[./,-][^\W_]+)*[%,)]*"
PLAIN = re.compile(rf"(?!\(){WORD}(?: (?:{WORD}|no\.(?= \d)))*")
# A link with attributes whose words are plain, within or at the end of a text; and what makes its surroundings unsure:
# code, formulas, escapes, HTML, other brackets, a heading, a table, a div, indented code.
LINK = re.compile(
    r"(?<=[^\W_]|[ .,;:)%*])\[(?P<words>[^\W_]?[^\[\]\\`*_^~$@&<>\"'|\n{}]*(?:\^✓\^)?)\]"
    r"\([^()\s]+(?: \"[^\"\\&<`\n]*\")?\)\{[^{}\\\n]*\}(?= |$)",
    re.M,
)
ATTRIBUTES = re.compile(r"(?<= )\{[^{}]*\} *$")
OTHER = re.compile(r"[\\`$<\[\]]|^(?:#|\||:::| {4}|\t)", re.M)
LABEL = re.compile(r'aria-label="[^"]*"')
TAG = re.compile(r"<[^>]*>")
OWN = re.compile(r"\{[^}]*#")  # a label, which two cells may not share unnoticed
WIDE = 72  # Pandoc: a table with a longer line has the column widths of its dashes
# What Pandoc writes: around a row of a table, between the lines of a line block, and around all of one.
ROW = {"html": ("<tr>\n", "</tr>\n"), "typst": ("\n", "\n")}
BREAK = {"html": "<br />\n", "typst": " \\\n"}
BLOCK = {"html": ('<div class="line-block">', "</div>"), "typst": ("", "")}


class Unshared(Exception):
    """Pandoc wrote something else than expected: the text is to be read as it stands."""


@dataclass(frozen=True)
class _Table:
    marks: str  # one a column
    rows: list[list[str]]  # marks of the texts


class Cells:
    """A document's `lines` with the cells of its tables shared, for Pandoc; `fill` puts them into what it wrote.

    `is_shared` is False where there is nothing to gain or the text has characters that marks are made of; `lines` are
    then as they were.
    """

    def __init__(self, lines: Sequence[str]):
        self._next = FIRST
        self._texts: dict[str, str] = {}  # by mark
        self._marks: dict[str, str] = {}  # by text
        self._names: dict[str, str] = {}  # marks of plain words in heads, by text
        # What marks in the text itself stand for, in heads and for links: plain words, or the mark of a text.
        self._standing: dict[str, str] = {}
        self._tables: list[_Table] = []
        self.is_shared = not any(FOREIGN.search(line) for line in lines)
        self.lines = list(lines)
        if self.is_shared:
            is_text = list(_outside_code(lines))
            self.lines = list(self._replaced(self._with_links(lines, is_text), is_text))
        self.is_shared = self.is_shared and bool(self._tables or self._standing)
        if self._texts:
            self._ends = self._mark(), self._mark()
            texts = (f"| {mark} {text}" for mark, text in self._texts.items())
            self.lines += ["", f"| {self._ends[0]}", *texts, f"| {self._ends[1]}", ""]

    def fill(self, written: str, target: str) -> str:
        """What Pandoc wrote in `target` (html or typst), with every row. Raises Unshared."""
        written, texts = self._cut(written, target)
        standing = {mark: texts.get(text, text) for mark, text in self._standing.items()}
        if target == "html":
            written = LABEL.sub(lambda label: MARK.sub(lambda mark: _words(standing[mark[0][0]]), label[0]), written)
        written = MARK.sub(lambda mark: standing.get(mark[0][0], mark[0]), written)
        before, after = ROW[target]
        done, filled = 0, []
        for table in self._tables:
            at = written.find(table.marks[0], done)
            if at < 0:  # of the other format
                continue
            start, end = written.rfind(before, done, at), written.find(after, at)
            if start < 0 or end < 0:
                raise Unshared
            start, end = (start + 1, end + 1) if target == "typst" else (start, end + len(after))
            template = MARK.split(written[start:end])
            if "".join(mark[0] for mark in MARK.findall(written[start:end])) != table.marks:
                raise Unshared
            filled.append(written[done:start])
            for row in table.rows:
                said = (texts.get(cell, cell) for cell in row)
                filled += [part for pair in zip(template, said, strict=False) for part in pair]
                filled.append(template[-1])
            done = end
        filled.append(written[done:])
        return "".join(filled)

    def _cut(self, written: str, target: str) -> tuple[str, dict[str, str]]:
        """What Pandoc wrote without the block of texts, and what became of each text, by mark."""
        if not self._texts:
            return written, {}
        (opening, closing), between = BLOCK[target], BREAK[target]
        start, end = written.find(opening + self._ends[0]), written.find(self._ends[1] + closing)
        starts = [f"{between}{mark} " for mark in self._texts]
        begins, at = [], start
        for text in starts:
            at = written.find(text, at)
            begins.append(at)
        if min(start, end, *begins) < 0 or written.count(self._ends[0]) > 1:
            raise Unshared
        ends = [*begins[1:], end - len(between)]
        texts = [written[at + len(text) : to] for text, at, to in zip(starts, begins, ends, strict=True)]
        rest = written[:start].rstrip("\n") + written[end + len(self._ends[1] + closing) :]
        return rest, dict(zip(self._texts, texts, strict=True))

    def _mark(self) -> str:
        self._next += 1
        return chr(self._next - 1)

    def _with_links(self, lines: Sequence[str], is_text: Sequence[bool]) -> list[str]:
        """The lines with marks in place of links that stand in running text or captions more than once."""
        times = Counter(link[0] for link in LINK.finditer("\n".join(lines)))
        often = {link for link in times if times[link] > 1}
        found, start = list(lines), 0
        while often and start < len(lines):
            end = start
            while end < len(lines) and lines[end].strip() and is_text[end]:
                end += 1
            run = lines[start:end]
            if run and not OTHER.search("\n".join(LINK.sub("", ATTRIBUTES.sub("", line)) for line in run)):
                found[start:end] = [LINK.sub(lambda link: self._link(link, often), line) for line in run]
            start = end + 1
        return found

    def _link(self, link: re.Match, often: set[str]) -> str:
        """The mark of a link, as long as its words: layout may hang on the length of a paragraph."""
        text, words = link[0], link["words"].replace("^", "")
        if text not in often or self._next >= LAST or OWN.search(text) or ".." in words or "--" in words:
            return text
        mark = self._of(text)
        self._standing[mark] = mark
        return mark + FILL * (len(words) - 1)

    def _replaced(self, lines: Sequence[str], is_text: Sequence[bool]) -> Iterator[str]:
        """The lines with a row of marks in place of the rows of each table that can be shared."""
        number = 0
        while number < len(lines):
            line = lines[number]
            number += 1
            is_row = is_text[number - 1] and line.startswith("|")
            is_head = is_row and number < len(lines) and DASHES.fullmatch(lines[number])
            if not is_head or (number > 1 and lines[number - 2].strip()):
                yield line
                continue
            end = number + 1
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            is_over = end == len(lines) or not lines[end].strip()
            shared = self._shared(lines, number - 1, end) if is_over else None
            yield from shared or lines[number - 1 : end]
            number = end

    def _shared(self, lines: Sequence[str], start: int, end: int) -> list[str] | None:
        """Head, dashes and the row that stands for all, for the table in lines[start:end]; None if it is to stay."""
        head, dashes, *rows = lines[start:end]
        width = dashes.count("|") - 1
        cells = [_split(line) for line in (head, *rows)]
        if (
            not rows
            or any(row is None or len(row) != width or any(map(PLACED.search, row)) for row in cells)
            or self._next + (3 + len(rows)) * width + 2 > LAST
        ):
            return None
        is_wide = False if _has_widths(lines, start, end, width) else _is_wide(lines[start:end])
        if is_wide is None:
            return None
        marks = "".join(self._mark() for _ in range(width))
        template = _row([marks[0] + (FILL * WIDE if is_wide else ""), *marks[1:]])
        if not is_wide and len(template) > WIDE:
            return None
        names, *texts = cells
        self._tables.append(_Table(marks, [[self._of(text) for text in row or ()] for row in texts]))
        return [_row([self._in_head(text) for text in names or ()]), dashes, template]

    def _in_head(self, text: str) -> str:
        """The mark of a text in a head, where plain words have one too."""
        if not text:
            return text
        said = self._of(text)
        mark = self._names.setdefault(text, self._mark()) if said == text else said
        self._standing[mark] = said
        return mark

    def _of(self, text: str) -> str:
        """The mark of a text."""
        if not text or PLAIN.fullmatch(text):
            return text
        if text in self._marks:
            return self._marks[text]
        mark = self._mark()
        self._texts[mark] = text
        if not OWN.search(text):
            self._marks[text] = mark
        return mark


def _outside_code(lines: Sequence[str]) -> Iterator[bool]:
    """Whether each line is outside fenced code."""
    fence = ""
    for line in lines:
        if (match := FENCE.match(line)) and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not match[2]:
            fence = ""
            yield False
            continue
        yield not fence


def _words(written: str) -> str:
    """What HTML says, for an attribute."""
    return escape(unescape(TAG.sub("", written)))


def _split(line: str) -> list[str] | None:
    """The cells of a row, or None if that is not sure."""
    cells, at = [], 0
    line = line.rstrip(" ")
    while match := CELL.match(line, at):
        cells.append(match[1].strip(" "))
        at = match.end()
    return cells[:-1] if at == len(line) and len(cells) > 1 and not cells[-1] else None


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _has_widths(lines: Sequence[str], start: int, end: int, width: int) -> bool:
    """Whether the caption below a table sets the width of each column, so that Pandoc's own do not matter.

    Where there might be a caption above it, the one below might be of the next table.
    """
    above = start - 1
    while above > 0 and lines[above - 1].strip():
        above -= 1
    named = CAPTION_WIDTHS.fullmatch(lines[end + 1]) if end + 1 < len(lines) else None
    is_free = above < 0 or not CAPTION.match(lines[above])
    return bool(named) and is_free and named[1].count(",") + 1 == width


def _is_wide(lines: Sequence[str]) -> bool | None:
    """Whether Pandoc gives a table widths; None where that hangs on letters that are not one column wide."""
    unsure = False
    for line in lines:
        least = most = len(line.rstrip())
        if not line.isascii():
            least -= sum(bool(unicodedata.combining(letter)) for letter in line)
            most += sum(unicodedata.east_asian_width(letter) in "WFA" for letter in line)
        if least > WIDE:
            return True
        unsure = unsure or most > WIDE
    return None if unsure else False
