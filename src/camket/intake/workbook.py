"""The cells of a workbook that the guard has let pass."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, timedelta
from io import BytesIO

from camket.intake import guard
from camket.intake.model import (
    EMPTY,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    MAX_TITLE_ROWS,
    Cell,
    Guess,
    Row,
    Sheet,
    column_letters,
)
from camket.intake.titles import plain
from camket.intake.words import guess, problem
from camket.messages import Problem

TEMPLATE_SHEET = "Báo cáo"
TEMPLATE_OTHERS = ("Hướng dẫn", "Danh mục")  # guide and code lists: nobody expects them to be read
_LAST = MAX_ROWS + MAX_TITLE_ROWS
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # how a workbook writes a character that XML cannot hold


def parse(data: bytes, file: str) -> tuple[Sheet | None, list[Guess], list[Problem]]:
    """The sheet named as in the template, else the first one; None with the problem that forbids to read it."""
    try:
        notes = guard.inspect(data, file)
    except guard.Refused as refused:
        return None, [], [refused.problem]
    try:
        return _open(data, file, notes)
    except guard.Refused as refused:
        return None, [], [refused.problem]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, SyntaxError, OSError) as error:
        # The parts are sound XML, but they do not fit together as a workbook.
        return (
            None,
            [],
            [problem("damaged-file", file, detail=f"{type(error).__name__}: {' '.join(str(error).split())[:100]}")],
        )


def _open(data: bytes, file: str, notes: guard.Notes) -> tuple[Sheet | None, list[Guess], list[Problem]]:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    guesses: list[Guess] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
        if not sheets:
            return None, [], [problem("damaged-file", file, detail="no sheet")]
        chosen = next((sheet for sheet in sheets if plain(sheet.title) == plain(TEMPLATE_SHEET)), None)
        if chosen is None:
            chosen = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), sheets[0])
        others = [sheet.title for sheet in sheets if sheet is not chosen and sheet.sheet_state == "visible"]
        if {plain(title) for title in others} - {plain(title) for title in TEMPLATE_OTHERS}:
            guesses.append(guess("sheet", sheet=chosen.title, others=", ".join(others)))
        if book.epoch == CALENDAR_MAC_1904:
            guesses.append(guess("epoch"))
        part = notes.sheets.get(getattr(chosen, "_worksheet_path", ""), guard.SheetNotes())
        # What a sheet says of its own size may be false; the rows are counted as they come.
        chosen.reset_dimensions()
        if len(notes.texts) == len(chosen._shared_strings):
            chosen._shared_strings = notes.texts  # openpyxl leaves out “x005F_”, which tells an escape from its like
        rows = _rows(chosen, file, notes.struck)
        book.close()
    if notes.has_comments and chosen.title != TEMPLATE_SHEET:
        guesses.append(guess("comments"))
    sheet = Sheet(chosen.title, rows, merged=part.merged)
    filled = {row.number for row in rows if not row.is_blank}
    sheet.hidden_rows = len(filled.intersection(part.hidden_rows))
    used = {position for row in rows for position, cell in enumerate(row.cells) if not cell.is_empty}
    sheet.hidden_columns = [column_letters(at) for at in sorted(used.intersection(part.hidden_columns))]
    sheet.links = part.links
    if not filled:
        from camket.contract.words import problem as contract_problem

        return None, guesses, [contract_problem("empty-file", file)]
    return sheet, guesses, []


def _rows(sheet, file: str, struck: set[str]) -> list[Row]:
    rows, size = [], 0
    for number, cells in enumerate(sheet.iter_rows(max_row=_LAST, max_col=MAX_COLUMNS), start=1):
        row = Row(number, [_cell(cell) for cell in cells])
        for cell, stored in zip(row.cells, cells, strict=True):
            if not cell.is_empty:
                cell.struck = bool(stored.font.strike) or stored.value in struck
        while row.cells and row.cells[-1].is_empty:
            row.cells.pop()
        size += sum(len(cell.text) for cell in row.cells)
        if size > MAX_TEXT:
            raise guard.too_large(
                file, "The text of the sheet", "Nội dung của trang", f"> {MAX_TEXT:,}", f"{MAX_TEXT:,}"
            )
        if row.cells:
            rows.append(row)
    return rows


def _cell(cell) -> Cell:
    value = cell.value
    if value is None:
        return EMPTY
    kind = cell.data_type
    if kind == "f" or (isinstance(value, str) and value.startswith("=") and kind != "s" and kind != "inlineStr"):
        return Cell(str(value) if isinstance(value, str) else "=…", "formula")
    if kind == "e":
        return Cell(str(value), "error")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "boolean", value)
    if isinstance(value, datetime):
        return _date_cell(value)
    if isinstance(value, date):
        return _date_cell(datetime(value.year, value.month, value.day))
    if isinstance(value, int | float):
        return _number_cell(value, cell.number_format or "")
    if isinstance(value, time | timedelta):
        return Cell(str(value), "number", str(value))
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), str(value))
    return Cell(text, "text") if text else EMPTY


def _date_cell(value: datetime) -> Cell:
    # A fraction of a second is what floating point leaves of midnight.
    value = (value + timedelta(milliseconds=500)).replace(microsecond=0) if value.microsecond else value
    midnight = value.time() == time()
    return Cell(value.date().isoformat() if midnight else value.isoformat(sep=" "), "date", value)


def _number_cell(value: float, number_format: str) -> Cell:
    percent = "%" in re.sub(r'"[^"]*"', "", number_format)
    shown = value * 100 if percent else value
    if isinstance(shown, float):
        shown = round(shown, 9)
        if shown.is_integer() and abs(shown) < 1e15:
            shown = int(shown)
    return Cell(f"{shown}%" if percent else repr(shown), "number", shown, percent)
