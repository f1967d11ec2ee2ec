"""What the modules of the intake hand one another: cells, sheets, guesses, the reading of a file, its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from camket.messages import Problem

# Limits of what is read at all. A report has some hundred rows of 26 columns; these are far above any real one.
MAX_FILE = 16 << 20
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELL = 32_767  # characters; also what Excel allows
MAX_TEXT = MAX_FILE  # characters of a sheet: a workbook can name one long text in a hundred thousand cells
MAX_TITLE_ROWS = 15  # rows above the header in which a title may stand


@dataclass(slots=True)
class Cell:
    """One cell. `text` is what the sender sees; kind is text, number, date, boolean, formula, error or empty.

    value     the typed value of a workbook's cell (number, datetime, bool); in a text file, whether it was quoted
    percent   a number shown with a per cent sign: 0.45 means 45
    struck    it, or a part of it, is struck out
    """

    text: str = ""
    kind: str = "empty"
    value: object = None
    percent: bool = False
    struck: bool = False

    @property
    def is_empty(self) -> bool:
        return self.kind == "empty" or (self.kind == "text" and not self.text.strip())


EMPTY = Cell()


@dataclass(slots=True)
class Row:
    """One row; `number` as a spreadsheet shows it."""

    number: int
    cells: list[Cell]

    def at(self, position: int) -> Cell:
        return self.cells[position] if position < len(self.cells) else EMPTY

    @property
    def is_blank(self) -> bool:
        return all(cell.is_empty for cell in self.cells)


@dataclass(slots=True)
class Sheet:
    """A table of cells as received. `name` is None for a text file.

    hidden_columns   letters of the columns with something in them that the sender does not see
    links    cells with a link behind their text
    faulty   rows whose cells cannot be told apart for certain: what is in them is not judged any further
    """

    name: str | None
    rows: list[Row]
    hidden_rows: int = 0
    hidden_columns: Sequence[str] = ()
    links: int = 0
    merged: Sequence[str] = ()
    faulty: set[int] = field(default_factory=set)

    def place(self, row: int | None, position: int | None) -> str | None:
        """The cell as Excel names it: `B7`, or `Sheet1!B7`."""
        if row is None or position is None:
            return None
        name = f"{column_letters(position)}{row}"
        if self.name is None:
            return name
        plain = self.name.replace("_", "a").isalnum() and not self.name[:1].isdigit()
        return f"{self.name}!{name}" if plain else "'" + self.name.replace("'", "''") + f"'!{name}"


def column_letters(position: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that was read in one of several possible ways: said in both languages, never silent."""

    kind: str
    en: str
    vi: str


@dataclass(slots=True)
class Received:
    """A file as received. `sender`, if known, is the agency in whose folder or name it came."""

    path: Path
    name: str
    received_at: datetime
    sender: str | None = None
    sha256: str = ""
    size: int = 0
    suffix: str = ""
    guesses: list[Guess] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """What a file says: canonical texts by field, one mapping a row, and where each came from.

    numbers   row number of each record, as a spreadsheet shows it
    columns   field → position of its column in the sheet
    context   cells of the columns that only show what the register says, one mapping a row
    asked     (row, field) that the door asked back, field None for the whole row: no echo of it from later checks
    """

    sheet: Sheet | None = None
    header_row: int | None = None
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    context: list[dict[str, Cell]] = field(default_factory=list)
    context_columns: dict[str, int] = field(default_factory=dict)
    asked: set[tuple[int, str | None]] = field(default_factory=set)
    guesses: list[Guess] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """The verdict on one file: accepted, accepted_after_return, known (the same bytes were accepted before), returned
    or held (the steward has to settle something first; the sender did nothing wrong)."""

    received: Received
    verdict: str
    reading: Reading | None = None
    problems: list[Problem] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    remarks: list[Guess] = field(default_factory=list)
    entry: dict[str, str] | None = None
    slips: list[Path] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        return self.verdict.startswith("accepted")
