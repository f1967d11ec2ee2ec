"""A table of cells → canonical rows, with every guess told and everything that is unclear asked back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from camket.contract.words import problem as contract_problem
from camket.contract.words import suggestion_slots
from camket.intake import vietnamese
from camket.intake.column import Column
from camket.intake.dates import Evidence, looks_like_date, read_dates
from camket.intake.model import EMPTY, MAX_TITLE_ROWS, Cell, Guess, Reading, Row, Sheet, column_letters
from camket.intake.titles import OPTIONAL, Titles, context_name, plain
from camket.intake.values import code_words, read_codes, read_integers, read_rounds, read_texts
from camket.intake.words import guess, problem
from camket.messages import Problem

_LEAST_TITLES = 3
_MOST_TRIED = 200  # rows in which a shift is looked for; a file of nothing else is told by its cells
_INTEGER_LIKE = re.compile(r"[+-]?\d{1,3}([.,]0{1,2})? ?%?")


def interpret(sheet: Sheet, file: str, titles: Titles, code_lists: Mapping[str, Mapping[str, str]]) -> Reading:
    """Read a table as the report it is meant to be. `code_lists`: field → what may be written (plain) → code."""
    reading = Reading(sheet=sheet)
    header = _find_header(sheet, titles)
    if header is None:
        reading.problems.append(_no_header(sheet, file, titles))
        return reading
    reading.header_row = header.number
    if any(not row.is_blank for row in sheet.rows if row.number < header.number):
        reading.guesses.append(guess("rows-above", row=header.number))
    context = _map_columns(header, sheet, file, titles, reading)
    rows = _data_rows(sheet, header, file, titles, reading)
    if not rows:
        reading.problems.append(contract_problem("header-only", file))
        return reading
    reading.numbers = [row.number for row in rows]
    columns = _columns(rows, sheet, file, titles, reading)
    lists = {name: words for name, item in titles.fields.items() if (words := code_words(item))} | dict(code_lists)
    shifted = _shifted(rows, columns, lists, file, sheet)
    _read(columns, lists, sheet.faulty.union(shifted))
    for column in columns:
        reading.guesses += column.guesses
        reading.problems += column.problems
    reading.problems += shifted.values()
    reading.rows = [{column.name: column.texts[at] for column in columns} for at in range(len(rows))]
    reading.context_columns = context
    reading.context = [{name: row.at(position) for name, position in context.items()} for row in rows]
    reading.asked = {(column.numbers[at], column.name) for column in columns for at in column.asked}
    reading.asked |= {(number, None) for number in sheet.faulty.union(shifted)}
    reading.guesses = _together(reading.guesses)
    return reading


def _find_header(sheet: Sheet, titles: Titles) -> Row | None:
    """The first row that has several titles; titles in a legacy font, or with lost letters, count as what they mean."""
    for row in sheet.rows[:MAX_TITLE_ROWS]:
        if titles.recognised(_meant(cell.text, titles) for cell in row.cells) >= _LEAST_TITLES:
            return row
    return None


def _meant(text: str, titles: Titles) -> str:
    """A title as it was meant, if it was garbled in a known way; else as it is."""
    if not text or titles.field_of(text):
        return text
    for convert in vietnamese.LEGACY.values():
        if titles.field_of(convert(text)):
            return convert(text)
    if "?" in text or "\ufffd" in text:
        pattern = re.compile(re.escape(plain(text)).replace(r"\?", ".").replace("\ufffd", "."))
        fitting = [title for title in titles.known() if pattern.fullmatch(title)]
        if len(fitting) == 1:
            return fitting[0]
    return text


def _no_header(sheet: Sheet, file: str, titles: Titles) -> Problem:
    first = next((row for row in sheet.rows if not row.is_blank), None)
    texts = [cell.text for cell in first.cells[:8] if not cell.is_empty] if first else []
    return problem(
        "no-header",
        file,
        first.number if first else None,
        None,
        " | ".join(texts),
        cell=sheet.place(first.number, 0) if first else None,
        rows=MAX_TITLE_ROWS,
        detail_en=f" (the first one with text begins: {texts[0][:40]})" if texts else "",
        detail_vi=f" (dòng có chữ đầu tiên bắt đầu: {texts[0][:40]})" if texts else "",
    )


def _map_columns(header: Row, sheet: Sheet, file: str, titles: Titles, reading: Reading) -> dict[str, int]:
    """Fill `reading.columns`; returns the columns of information: name → position."""
    context: dict[str, int] = {}
    renamed: list[str] = []
    blank: list[str] = []
    for position, cell in enumerate(header.cells):
        place = sheet.place(header.number, position)
        if cell.is_empty:
            filled = any(not row.at(position).is_empty for row in sheet.rows if row.number > header.number)
            if filled:
                item = contract_problem("blank-label", file, header.number, None, None, detail=column_letters(position))
                reading.problems.append(replace(item, cell=place))
            elif position < max(_last_filled(header), 0):
                blank.append(column_letters(position))
            continue
        text = _meant(cell.text, titles)
        name = titles.field_of(text)
        if text != cell.text:
            reading.problems.append(_garbled_title(cell.text, text, file, header.number, place))
        if name is None:
            near = get_close_matches(plain(text), titles.known(), n=1, cutoff=0.75)
            item = contract_problem(
                "extra-label",
                file,
                header.number,
                cell.text[:80],
                cell.text[:200],
                **suggestion_slots(near[0] if near else None),
            )
            reading.problems.append(replace(item, cell=place))
        elif shown := context_name(name):
            context.setdefault(shown, position)
        elif name in reading.columns:
            first = header.at(reading.columns[name]).text
            reading.problems.append(
                problem("title-twice", file, header.number, name, cell.text, cell=place, first=first, second=cell.text)
            )
        else:
            reading.columns[name] = position
            written = unicodedata.normalize("NFC", cell.text).removesuffix(" *")
            if written not in (name, titles.title(name, "en"), titles.title(name, "vi")):
                renamed.append(f"“{' '.join(cell.text.split())}” → {name}")
    for name in titles.fields:
        if name not in reading.columns and name not in OPTIONAL:
            reading.problems.append(contract_problem("missing-label", file, header.number, titles.title(name, "vi")))
    if renamed:
        reading.guesses.append(guess("titles", pairs=", ".join(renamed)))
    if blank:
        reading.guesses.append(guess("blank-column", columns=", ".join(blank)))
    if context:
        reading.guesses.append(guess("context", columns=", ".join(header.at(at).text for at in context.values())))
    return context


def _last_filled(row: Row) -> int:
    return max((at for at, cell in enumerate(row.cells) if not cell.is_empty), default=-1)


def _garbled_title(text: str, meant: str, file: str, row: int, place: str | None) -> Problem:
    for name, convert in vietnamese.LEGACY.items():
        if convert(text) == meant:
            return problem("legacy-title", file, row, None, text, cell=place, encoding=name, meant=meant)
    return problem("lost-letters", file, row, None, text, cell=place)


def _data_rows(sheet: Sheet, header: Row, file: str, titles: Titles, reading: Reading) -> list[Row]:
    """The rows below the header. Empty ones are passed over and told; a second header, and merged cells, are not."""
    rows, empty = [], 0
    first, last = header.number, max((row.number for row in sheet.rows if not row.is_blank), default=0)
    own = [plain(cell.text) for cell in header.cells if not cell.is_empty]
    seen = set()
    for row in sheet.rows:
        if row.number <= first:
            continue
        seen.add(row.number)
        if row.is_blank:
            empty += row.number < last
            continue
        texts = [plain(cell.text) for cell in row.cells if not cell.is_empty]
        if texts == own or titles.recognised(cell.text for cell in row.cells) >= max(
            _LEAST_TITLES + 1, len(texts) // 2
        ):
            item = contract_problem("repeated-header", file, row.number, None, row.at(0).text)
            reading.problems.append(replace(item, cell=sheet.place(row.number, 0)))
            continue
        rows.append(row)
    if sheet.name is not None:  # a workbook leaves empty rows out altogether
        empty = sum(1 for number in range(first + 1, last) if number not in seen)
    if empty:
        reading.guesses.append(guess("blank-rows", n=empty))
    if sheet.hidden_rows:
        reading.guesses.append(guess("hidden-rows", n=sheet.hidden_rows))
    if sheet.hidden_columns:
        reading.guesses.append(guess("hidden-columns", columns=", ".join(sheet.hidden_columns)))
    if sheet.links:
        reading.guesses.append(guess("links", n=sheet.links))
    for merged in sheet.merged:
        match = re.fullmatch(r"\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)", merged)
        if match and int(match[4]) >= first and int(match[2]) <= last:
            reading.problems.append(
                problem(
                    "merged-cells",
                    file,
                    int(match[2]),
                    None,
                    None,
                    range=merged,
                    cell=_sheet_cell(sheet, match[1], match[2]),
                )
            )
    return rows


def _sheet_cell(sheet: Sheet, letters: str, row: str) -> str | None:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return sheet.place(int(row), position - 1)


def _columns(rows: list[Row], sheet: Sheet, file: str, titles: Titles, reading: Reading) -> list[Column]:
    columns = []
    for name, item in titles.fields.items():
        if name not in reading.columns:
            continue
        position = reading.columns[name]
        cells = [row.at(position) for row in rows]
        names = (titles.title(name, "en"), titles.title(name, "vi"))
        columns.append(Column(item, position, cells, reading.numbers, sheet, file, names))
    return columns


def _read(columns: list[Column], lists: Mapping[str, Mapping[str, str]], skipped: set[int]) -> None:
    for column in columns:
        for at, cell in enumerate(column.cells):
            if column.numbers[at] in skipped:
                column.asked.add(at)
            elif cell.kind == "formula":
                column.ask("formula-cell", at)
            elif cell.kind == "error":
                column.ask("error-value", at)
            elif cell.struck:
                column.ask("struck-text", at)
    evidence = Evidence([column for column in columns if column.field["type"] == "date"])
    for column in columns:
        kind = column.field["type"]
        if kind == "date":
            read_dates(column, evidence)
        elif kind == "integer":
            read_integers(column)
        else:
            read_texts(column)
            if column.name == "round_id":
                read_rounds(column)
            elif column.name in lists:
                read_codes(column, lists[column.name])


def _shifted(
    rows: list[Row], columns: list[Column], lists: Mapping[str, Mapping[str, str]], file: str, sheet: Sheet
) -> dict[int, Problem]:
    """Rows whose cells fit their columns only when moved by one: row number → problem."""
    tests = {column.position: column for column in columns}
    found: dict[int, Problem] = {}
    tried = 0
    for row in rows:
        wrong = _misfits(row.cells, tests, lists) if row.number not in sheet.faulty else []
        if not wrong or tried >= _MOST_TRIED:
            continue
        tried += 1
        if answer := _shift_of(row, min(wrong), tests, lists):
            position, side_en, side_vi = answer
            name = tests[position].name if position in tests else None
            found[row.number] = problem(
                "shifted-row",
                file,
                row.number,
                name,
                row.at(position).text,
                cell=sheet.place(row.number, position),
                side_en=side_en,
                side_vi=side_vi,
            )
    return found


def _shift_of(row: Row, first: int, tests: dict[int, Column], lists) -> tuple[int, str, str] | None:
    """Where a run of cells has to move by one so that all cells fit: (position, side they stand too far to)."""
    width = max(max(tests) + 1, len(row.cells))
    cells = row.cells + [EMPTY] * (width - len(row.cells))
    for start in range(first, max(first - 4, -1), -1):
        for end in range(width, start + 2, -1):
            # Within the run from start to end a cell too many stands at its start, or one is missing there.
            right = [*cells[:start], *cells[start + 1 : end], EMPTY, *cells[end:]]
            if cells[start].is_empty and _fits(right, start, end, tests, lists):
                return start, "right", "phải"
            left = [*cells[:start], EMPTY, *cells[start : end - 1], *cells[end:]]
            if cells[end - 1].is_empty and _fits(left, start, end, tests, lists):
                return start, "left", "trái"
    return None


def _fits(cells: list[Cell], start: int, end: int, tests: dict[int, Column], lists) -> bool:
    moved = (at for at in tests if start <= at < end and not cells[at].is_empty and _is_typed(tests[at], lists))
    enough = len(list(zip(moved, range(2), strict=False))) == 2
    required = (at for at, column in tests.items() if column.field.get("constraints", {}).get("required"))
    return enough and not any(cells[at].is_empty for at in required) and not _misfits(cells, tests, lists)


def _is_typed(column: Column, lists) -> bool:
    return column.field["type"] in ("date", "integer", "boolean") or column.name in lists or column.name.endswith("_id")


def _misfits(cells: list[Cell], tests: dict[int, Column], lists) -> list[int]:
    """Positions of cells that cannot be what their column asks for."""
    wrong = []
    for position, column in tests.items():
        cell = cells[position] if position < len(cells) else Cell()
        if cell.is_empty:
            continue
        kind, text = column.field["type"], cell.text.strip()
        if cell.kind in ("formula", "error"):
            fits = True
        elif kind == "date":
            fits = looks_like_date(cell) or cell.kind == "number"
        elif kind == "integer":
            fits = bool(_INTEGER_LIKE.fullmatch(text))
        elif column.name in lists:
            fits = plain(text) in lists[column.name] or (text.isdigit() and "0" + text in lists[column.name])
        elif column.name.endswith("_id"):
            fits = len(text) <= 60 and " " not in text
        else:
            fits = not (cell.kind == "date" or re.fullmatch(r"\d{4}-\d\d-\d\d|true|false|TRUE|FALSE", text))
        if not fits:
            wrong.append(position)
    return wrong


def _together(guesses: list[Guess]) -> list[Guess]:
    """The same guess over many columns told once: counts added up, words read as codes in one list."""
    totals: dict[str, int] = {}
    pairs: list[str] = []
    out = []
    for item in guesses:
        if item.kind in ("composed", "trimmed", "line-breaks", "dates-excel"):
            totals[item.kind] = totals.get(item.kind, 0) + int(re.search(r"(\d+) cells", item.en)[1])
        elif item.kind == "labels":
            pairs.append(item.en[item.en.index("[") : -1])
        else:
            out.append(item)
    if pairs:
        out.append(guess("labels", pairs="; ".join(pairs)))
    return out + [guess(kind, n=n) for kind, n in totals.items()]
