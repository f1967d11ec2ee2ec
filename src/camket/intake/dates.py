"""Dates as they are sent: ISO, day/month/year, real dates of Excel. What could be two days is asked back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from camket.intake.column import Column
from camket.intake.model import Cell

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DMY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_SHORT = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
_MIDNIGHT = re.compile(r"[T ]+0{1,2}:00(:00(\.0+)?)?Z?$")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?Z?$", re.I)


def looks_like_date(cell: Cell) -> bool:
    """Whether a cell can be meant as a date, clear or not."""
    text = _TIME.sub("", cell.text.strip())
    return cell.kind == "date" or any(pattern.fullmatch(text) for pattern in (_ISO, _DMY, _SHORT))


class Evidence:
    """Where in the file the order of day and month shows: a first, or second, number above twelve."""

    def __init__(self, columns: Sequence[Column]):
        self.day_first: dict[str, int] = {}
        self.month_first: dict[str, int] = {}
        # Columns in which a day that exists has stayed text; 31/02/2025 stays text however Excel reads dates.
        self.stayed_text: set[str] = set()
        for column in columns:
            for at, cell in column.filled():
                if cell.kind == "text" and (numbers := _numbers(cell.text)):
                    first, second, year = numbers
                    if first > 12 >= second:
                        self.day_first.setdefault(column.name, at)
                        if _iso(year, second, first):
                            self.stayed_text.add(column.name)
                    elif second > 12 >= first:
                        self.month_first.setdefault(column.name, at)
        self.columns = {column.name: column for column in columns}

    def of(self, name: str) -> tuple[str, int] | None:
        """Column and index of the cell that proves the day to stand first: in the column itself, else in another,
        provided that nothing in the file speaks against it."""
        if name in self.month_first:
            return None
        if name in self.day_first:
            return name, self.day_first[name]
        if self.day_first and not self.month_first:
            return next(iter(self.day_first.items()))
        return None


def read_dates(column: Column, evidence: Evidence) -> None:
    """Fill `texts` with ISO dates; what is no date at all is left for the contract to name."""
    texts = column.texts = [cell.text.strip() for cell in column.cells]
    proof = evidence.of(column.name)
    guessed, real, midnight, padded = [], [], [], []
    for at, cell in column.filled():
        text = texts[at]
        if cell.kind == "date":
            real.append(at)
            if isinstance(cell.value, datetime) and cell.value.time() != datetime.min.time():
                column.ask("date-with-time", at)
            else:
                texts[at] = text[:10]
            continue
        if cell.kind == "number":
            if meant := _serial(cell.value):
                column.ask("date-serial", at, meant=meant)
            continue
        if cell.kind != "text":
            continue
        if _MIDNIGHT.search(text):
            text = _MIDNIGHT.sub("", text)
            midnight.append(at)
        elif _TIME.search(text) and looks_like_date(cell):
            column.ask("date-with-time", at)
            continue
        if match := _ISO.fullmatch(text):
            texts[at] = _iso(int(match[1]), int(match[3]), int(match[4])) or texts[at]
            if texts[at] != text:
                padded.append(at)
        elif _SHORT.fullmatch(text):
            column.ask("two-digit-year", at)
        elif match := _DMY.fullmatch(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            if not _iso(year, second, first) and not _iso(year, first, second):
                column.ask("no-such-day", at)
            elif first > 12 or first == second:
                texts[at] = _iso(year, second, first) or texts[at]
            elif second > 12:
                meant = _iso(year, first, second)
                if meant and column.name in evidence.day_first:
                    column.ask("month-first", at)
                elif meant:
                    column.ask("american-date", at, meant=meant)
            elif proof:
                guessed.append(at)
                texts[at] = _iso(year, second, first) or texts[at]
            else:
                column.ask("ambiguous-date", at, **_both(year, first, second))
    _swapped(column, real, evidence)
    if guessed:
        name, at = proof
        source = evidence.columns[name]
        value = source.cells[at].text.strip()
        column.tell("dates", evidence=f"{value} in {source.place(at)}", evidence_vi=f"{value} ở ô {source.place(at)}")
    if real:
        column.tell("dates-excel", n=len(real))
    column.tell_cells("midnight", midnight)
    column.tell_cells("padded", padded)


def _swapped(column: Column, real: list[int], evidence: Evidence) -> None:
    """Real dates with a day up to 12 beside text dates with one above: Excel read day/month as month/day."""
    if column.name not in evidence.stayed_text:
        return
    for at in real:
        value = column.cells[at].value
        if at not in column.asked and value.day <= 12 and value.day != value.month:
            column.ask("swapped-date", at, **_both(value.year, value.day, value.month))


def _both(year: int, day: int, month: int) -> dict[str, str]:
    first, second = date(year, month, day), date(year, day, month)
    return {
        "first": first.isoformat(),
        "first_iso": first.isoformat(),
        "second": second.isoformat(),
        "first_vi": f"{first.day}/{first.month}/{year:04}",
        "second_vi": f"{second.day}/{second.month}/{year:04}",
    }


def _numbers(text: str) -> tuple[int, int, int] | None:
    match = _DMY.fullmatch(_TIME.sub("", text.strip()))
    return (int(match[1]), int(match[3]), int(match[4])) if match else None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _serial(value: object) -> str | None:
    """The day that a number would be in a workbook, within living memory; None for other numbers."""
    if isinstance(value, int | float) and 25_000 <= value < 60_000 and float(value).is_integer():
        return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()
    return None
