"""Problems in two languages, and the two ways in which a command can fail.

A `Problem` is one thing that one person has to mend, told by file, row and column. Values in it were written by
strangers: each way out of here (terminal, CSV, JSON) neutralises what could act on the reader's machine.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TextIO

from camket.files import csv_text

VALUE_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one file.

    row     record number as a spreadsheet shows it: the header is row 1; None if it concerns the whole file
    column  name of the column, several joined by a comma; None if it concerns the whole row
    value   the text found, raw and unescaped
    kind    what was violated, in Frictionless' words where it has one (type-error, constraint-error …)
    cell    where the sender sees it ("Sheet1!B7"), if the file came from a workbook
    """

    rule: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    message_en: str = ""
    message_vi: str = ""
    remedy_en: str = ""
    remedy_vi: str = ""
    kind: str = ""
    cell: str | None = None

    @property
    def sort_key(self) -> tuple:
        return (self.file, self.row or 0, self.column or "", self.rule, self.kind, self.message_en)


class DataFailed(Exception):
    """The data have problems: somebody has to mend the files. Exit code 1."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]):
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} problems in the data")


class ToolFailed(Exception):
    """The tool cannot go on: something is missing or mis-set. `remedy` says what to do or type. Exit code 2."""

    exit_code = 2

    def __init__(self, message: str, remedy: str = ""):
        self.message = message
        self.remedy = remedy
        super().__init__(message)

    def __reduce__(self):
        return type(self), (self.message, self.remedy)


def neutral(text: str | None, width: int | None = VALUE_WIDTH) -> str:
    """`text` safe for a terminal: control, bidirectional and unprintable characters shown as \\xNN, cut visibly.

    Escape sequences start with such a character, so none survives. `width=None` does not cut.
    """
    if text is None:
        return ""
    full = len(text)
    cut = width is not None and full > width
    if cut:
        text = text[: width - 1]
    # isprintable() is false for C0, C1, bidi marks, line separators and lone surrogates: all that could act.
    out = text if text.isprintable() else "".join(ch if ch.isprintable() else _escape(ch) for ch in text)
    return f"{out}… ({full} characters)" if cut else out


def to_csv(problems: Iterable[Problem]) -> str:
    """All fields of all problems as CSV text. A value that a spreadsheet would run as a formula gets a leading '."""
    names = [field.name for field in fields(Problem)]
    return csv_text(names, ([_spreadsheet(getattr(p, name)) for name in names] for p in problems))


def to_json(problems: Iterable[Problem]) -> str:
    """All fields of all problems as a JSON array, one object each, UTF-8, ending in a line feed."""
    return json.dumps([asdict(p) for p in problems], ensure_ascii=False, indent=2) + "\n"


def count_by_rule(problems: Iterable[Problem]) -> dict[str, int]:
    """Number of problems of each rule, in the order of rule ids."""
    return dict(sorted(Counter(p.rule for p in problems).items()))


def render(
    problems: Sequence[Problem], *, language: str = "en", stream: TextIO | None = None, limit: int | None = None
) -> None:
    """Print problems grouped by file, then the number per rule, to `stream` (standard error by default).

    Colours appear on a terminal only. `limit` caps the problems shown per file; what is left out is counted.
    """
    # rich takes a tenth of a second to import; a clean run never needs it.
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream or sys.stderr, highlight=False, soft_wrap=True)
    words = _WORDS[language]
    groups: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda p: p.sort_key):
        groups.setdefault(problem.file, []).append(problem)
    for file, members in groups.items():
        console.print(Text(f"{neutral(file, None)}  ({len(members)})", style="bold"))
        for problem in members[:limit]:
            console.print(Text.assemble(("  " + problem.rule, "red"), "  ", *_line(problem, words, language)))
            remedy = getattr(problem, f"remedy_{language}")
            if remedy:
                console.print(Text.assemble("          ", ("→ " + neutral(remedy, None), "green")))
        if limit is not None and len(members) > limit:
            console.print(Text("  " + words["more"].format(n=len(members) - limit), style="yellow"))
    for rule, number in count_by_rule(problems).items():
        console.print(Text(f"{rule}: {number}", style="bold"))


def _line(problem: Problem, words: dict[str, str], language: str) -> list:
    place = []
    if problem.cell:
        place.append(neutral(problem.cell, None))
    elif problem.row is not None:
        place.append(f"{words['row']} {problem.row}")
    if problem.column:
        place.append(neutral(problem.column, 120))
    where = ", ".join(place)
    parts = [(where, "cyan"), ": "] if where else []
    parts.append(neutral(getattr(problem, f"message_{language}"), 600))
    if problem.value:
        parts.append(f"  [{neutral(problem.value)}]")
    return parts


_WORDS = {
    "en": {"row": "row", "more": "… and {n} more in this file"},
    "vi": {"row": "dòng", "more": "… và {n} lỗi khác trong tệp này"},
}


def _spreadsheet(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = "".join(ch if ch.isprintable() or ch in "\n\t" else _escape(ch) for ch in value)
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
