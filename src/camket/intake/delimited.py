"""Text → cells, by the strict rule of reading: as the sender meant it, or refused with the place and the reason.

The csv module repairs what is broken (a quote inside a cell, a cell that swallows the next rows); here such a row is
a problem. Reading goes on with the next line, so that one slip can name every faulty row.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from camket.contract.words import problem as contract_problem
from camket.intake.model import MAX_CELL, MAX_COLUMNS, MAX_ROWS, MAX_TITLE_ROWS, Cell, Guess, Row, Sheet, column_letters
from camket.intake.titles import Titles
from camket.intake.words import guess, problem
from camket.messages import Problem

MAX_FAULTS = 200  # each may cost a look at the rest of the file
DELIMITERS = {",": ("a comma", "dấu phẩy"), ";": ("a semicolon", "dấu chấm phẩy"), "\t": ("a tab", "dấu tab")}
_END = re.compile(r"\r\n|\n|\r|\Z")
_CODE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}|\d{4}-Q[1-4]|true|false|[a-z]+_[a-z_]+", re.I)
_QUOTES = {"'": "'", "‘": "’", "`": "`"}


def parse(text: str, file: str, titles: Titles) -> tuple[Sheet | None, list[Guess], list[Problem]]:
    """The table in `text`; None if it cannot be told where cells begin and end at all."""
    if not text.strip("\ufeff \t\r\n"):
        return None, [], [contract_problem("empty-file", file)]
    guesses: list[Guess] = []
    start, delimiter = _declared(text)
    if delimiter is None:
        delimiter = _most_titles(text, titles)
    if delimiter is None:
        delimiter = max(DELIMITERS, key=text[:4096].count)
    if delimiter != ",":
        en, vi = DELIMITERS[delimiter]
        guesses.append(guess("delimiter", delimiter=en, delimiter_vi=vi))
    rows, problems, ends = _rows(text, start, delimiter, file)
    if ends["\r\n"] and ends["\n"]:
        guesses.append(guess("line-ends"))
    if rows is None:
        return None, guesses, problems
    sheet = Sheet(None, rows)
    problems += _widths(sheet, file, titles)
    problems += _swallowed(sheet, delimiter, file)
    problems += _changed_quotes(sheet, file)
    sheet.faulty = {item.row for item in problems if item.row is not None}
    return sheet, guesses, problems


def _declared(text: str) -> tuple[int, str | None]:
    """Excel's own first line `sep=;`, which it hides: rows are counted without it."""
    match = re.match(r'"?sep=([,;\t])"?\r?\n', text)
    return (match.end(), match[1]) if match else (0, None)


def _most_titles(text: str, titles: Titles) -> str | None:
    """The delimiter that makes the most column titles appear in one of the first lines."""
    best: tuple[int, str | None] = (1, None)
    for delimiter in DELIMITERS:
        rows, _, _ = _rows(text[:65_536], 0, delimiter, "", limit=MAX_TITLE_ROWS)
        for row in rows or ():
            found = titles.recognised(cell.text for cell in row.cells[:MAX_COLUMNS])
            if found > best[0]:
                best = (found, delimiter)
    return best[1]


def _rows(
    text: str, at: int, delimiter: str, file: str, limit: int | None = None
) -> tuple[list[Row] | None, list[Problem], Counter[str]]:
    """Records of the text. Faulty ones are left out and told; `None` if a limit is passed."""
    mark = re.escape(delimiter)
    cell = re.compile(rf'"([^"]*+(?:""[^"]*+)*+)"(?={mark}|\r|\n|\Z)|([^"{mark}\r\n]*+)(?={mark}|\r|\n|\Z)')
    rows: list[Row] = []
    problems: list[Problem] = []
    ends: Counter[str] = Counter()
    number, length = 0, len(text)
    while at < length and (limit is None or number < limit):
        number += 1
        if number > MAX_ROWS + MAX_TITLE_ROWS:
            what = {"what_en": "The number of rows", "what_vi": "Số dòng"}
            return None, [problem("too-large", file, found=f"> {MAX_ROWS}", limit=MAX_ROWS, **what)], ends
        cells: list[Cell] = []
        fault = False
        while True:
            match = cell.match(text, at)
            if not match:
                fault = True
                break
            quoted = match[1]
            content = match[2] if quoted is None else quoted.replace('""', '"')
            if len(content) > MAX_CELL or len(cells) >= MAX_COLUMNS:
                return None, [_too_large(file, number, len(cells), len(content))], ends
            cells.append(Cell(content, "text", quoted is not None) if content else Cell())
            at = match.end()
            if at >= length or text[at] != delimiter:
                break
            at += 1
        if fault:
            at, found = _fault(text, at, number, len(cells), file)
            problems.append(found)
            if found.kind == "unclosed-quote" or len(problems) >= MAX_FAULTS:
                break  # what follows was swallowed, or is no table
        elif not (len(cells) == 1 and cells[0].is_empty and at >= length):
            rows.append(Row(number, cells))
        end = _END.match(text, at)
        if end and end.group():
            ends[end.group()] += 1
            at = end.end()
            if end.group() == "\r" and not any(item.kind == "line-end" for item in problems):
                problems.append(contract_problem("line-end", file, number))
    return rows, problems, ends


def _fault(text: str, at: int, number: int, position: int, file: str) -> tuple[int, Problem]:
    """A cell that is not well-formed: a quotation mark in the middle, or one that is never closed."""
    kind, column = "stray-quote", column_letters(position)
    if text[at] == '"':
        closed = re.compile(r'"[^"]*+(?:""[^"]*+)*+"').match(text, at)
        kind = "stray-quote" if closed else "unclosed-quote"
    value = text[at : at + 120].split("\n")[0]
    found = contract_problem(kind, file, number, None, value)
    end = _END.search(text, at).start()
    return end, _placed(found, f"{column}{number}")


def _placed(item: Problem, cell: str | None) -> Problem:
    return replace(item, cell=cell)


def _too_large(file: str, row: int, position: int, size: int) -> Problem:
    if position >= MAX_COLUMNS:
        return problem(
            "too-large",
            file,
            row,
            what_en="The number of columns",
            what_vi="Số cột",
            found=f"> {MAX_COLUMNS}",
            limit=MAX_COLUMNS,
        )
    place = f"{column_letters(position)}{row}"
    return problem(
        "too-large", file, row, cell=place, what_en="The cell", what_vi="Ô", found=f"{size:,}", limit=f"{MAX_CELL:,}"
    )


def _widths(sheet: Sheet, file: str, titles: Titles) -> list[Problem]:
    """Rows with more or fewer cells than the header: a delimiter too many or too few. All have to be alike."""
    top = sheet.rows[:MAX_TITLE_ROWS]
    header = next((row for row in top if titles.recognised(cell.text for cell in row.cells) >= 3), None)
    if header is None:
        return []
    width = len(header.cells)
    problems = []
    for row in sheet.rows:
        if row.number <= header.number or row.is_blank or len(row.cells) == width:
            continue
        kind = "extra-cell" if len(row.cells) > width else "missing-cell"
        position = min(len(row.cells), width)
        value = row.cells[width].text if kind == "extra-cell" else None
        column = header.cells[position].text if kind == "missing-cell" else None
        problems.append(
            _placed(contract_problem(kind, file, row.number, column, value), sheet.place(row.number, position))
        )
    return problems


def _swallowed(sheet: Sheet, delimiter: str, file: str) -> list[Problem]:
    """Quoted cells that hold what looks like several cells, or like the beginning of another row."""
    problems = []
    for row in sheet.rows:
        for position, cell in enumerate(row.cells):
            if cell.value is True and delimiter in cell.text and _looks_like_cells(cell.text, delimiter):
                place = sheet.place(row.number, position)
                problems.append(problem("swallowed-cells", file, row.number, None, cell.text, cell=place))
    return problems


def _looks_like_cells(text: str, delimiter: str) -> bool:
    for line in text.splitlines():
        pieces = line.split(delimiter)
        codes = sum(1 for piece in pieces[1:] if _CODE.fullmatch(piece))
        empty = sum(1 for piece in pieces[1:-1] if not piece)
        if codes >= 1 and (codes + empty >= 2 or len(pieces) >= 4) or empty >= 2:
            return True
    return False


def _changed_quotes(sheet: Sheet, file: str) -> list[Problem]:
    """Cells enclosed in another quotation mark than the double one: the sender means it as a quote, no reader does."""
    problems = []
    for row in sheet.rows:
        for position, cell in enumerate(row.cells):
            text = cell.text.strip()
            if cell.value is not True and len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
                place = sheet.place(row.number, position)
                problems.append(problem("changed-quote", file, row.number, None, text, cell=place, quote=text[0]))
    return problems
