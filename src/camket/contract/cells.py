"""The exact meaning of a field: which text is a value of its type and keeps its constraints.

These readers give the verdicts of Frictionless 5.21, including its leniencies (`int` of Python reads " 1_000 ").
They see only the cells that the compiled SQL could not acquit, so speed hardly matters here and exactness does.
Where a value is right by Frictionless but not written plainly enough for other readers (a database cast, a
spreadsheet), the extra verdict "not-plain" is given: there we are deliberately stricter.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from camket.messages import ToolFailed

TRUE_VALUES = ("true", "True", "TRUE", "1")
FALSE_VALUES = ("false", "False", "FALSE", "0")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
CONSTRAINTS = {
    "string": ("required", "minLength", "maxLength", "pattern", "enum"),
    "integer": ("required", *_BOUNDS, "enum"),
    "number": ("required", *_BOUNDS, "enum"),
    "boolean": ("required", "enum"),
    "date": ("required", *_BOUNDS, "enum"),
    "datetime": ("required", *_BOUNDS, "enum"),
}
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# What every reader of CSV agrees on. A cell that is valid but not of this form is "not-plain".
_PLAIN = {
    "integer": re.compile(r" *[+-]?[0-9]{1,19} *\Z"),
    "number": re.compile(r" *[+-]?[0-9]{1,15}(\.[0-9]{1,15})? *\Z"),
    "date": re.compile(_DAY + r"\Z"),
    "datetime": re.compile(_DAY + r"[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One error of one cell or row. kind as Frictionless calls it; position 0-based, None for the whole row."""

    kind: str
    position: int | None = None
    constraint: str | None = None


class FieldReader:
    """Reads one field. `check(text)` gives the violated constraints; `key(text)` the canonical text for comparison.

    Raises ToolFailed at construction for a field that this reader does not know to treat as Frictionless does.
    """

    def __init__(self, field: dict[str, Any], missing_values: Sequence[str]):
        self.name: str = field["name"]
        self.type: str = field.get("type", "string")
        self.constraints: dict[str, Any] = {k: v for k, v in field.get("constraints", {}).items() if v is not None}
        self.missing = frozenset(missing_values)
        if self.type not in CONSTRAINTS or field.get("format", "default") != "default":
            raise _unsupported(self.name, f"type {self.type} with format {field.get('format', 'default')}")
        for option in ("decimalChar", "groupChar", "bareNumber", "floatNumber"):
            if option in field:
                raise _unsupported(self.name, option)
        for constraint in self.constraints:
            if constraint not in (*CONSTRAINTS[self.type], "unique"):
                raise _unsupported(self.name, f"constraint {constraint} on type {self.type}")
        self.true_values = tuple(field.get("trueValues", TRUE_VALUES))
        self.false_values = tuple(field.get("falseValues", FALSE_VALUES))
        self.read = self._reader()
        self._checks = self._compile_checks()

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))

    def is_missing(self, text: str | None) -> bool:
        return text is None or text in self.missing

    def check(self, text: str | None) -> list[tuple[str, str | None]]:
        """(kind, constraint) of every violation: type-error alone, or constraint-errors, or not-plain alone."""
        if self.is_missing(text):
            return [("constraint-error", "required")] if self.required else []
        value = self.read(text)
        if value is None:
            return [("type-error", None)]
        found = [("constraint-error", name) for name, holds in self._checks.items() if not holds(value)]
        if not found and not self._is_plain(text, value):
            found.append(("not-plain", None))
        return found

    def _is_plain(self, text: str, value: Any) -> bool:
        if self.type not in _PLAIN:
            return True
        # A database's BIGINT is where whole numbers end for the readers after us.
        return bool(_PLAIN[self.type].match(text)) and (self.type != "integer" or -(2**63) <= value < 2**63)

    def key(self, text: str | None, unique: str) -> str | None:
        """Text that is equal for equal values; None if missing or of a wrong type. NaN equals nothing: `unique`."""
        if self.is_missing(text):
            return None
        value = self.read(text)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            if value.is_nan():
                return f"NaN {unique}"
            return _number_text(value)
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
        return str(value) if isinstance(value, int) else value.isoformat()

    def _reader(self) -> Callable[[Any], Any]:
        if self.type == "boolean":
            mapping = dict.fromkeys(self.true_values, True) | dict.fromkeys(self.false_values, False)
            return lambda cell: cell if isinstance(cell, bool) else mapping.get(cell)
        return _READERS[self.type]

    def _compile_checks(self) -> dict[str, Callable[[Any], bool]]:
        checks: dict[str, Callable[[Any], bool]] = {}
        for name in CONSTRAINTS[self.type]:
            limit = self.constraints.get(name)
            if limit is None or name == "required":
                continue
            if name in _BOUNDS:
                bound = self.read(limit)
                if bound is None:
                    raise _unsupported(self.name, f"{name} {limit!r}")
                checks[name] = partial(_within, name, bound)
            elif name == "pattern":
                # As Frictionless builds it: `^a|b$` binds as (^a)|(b$), and $ allows one line feed behind it.
                try:
                    checks[name] = partial(_matches, re.compile(f"^{limit}$"))
                except re.error as error:
                    raise _unsupported(self.name, f"pattern {limit!r} ({error})") from error
            elif name == "enum":
                checks[name] = [self.read(item) for item in limit].__contains__
            elif name == "minLength":
                checks[name] = partial(_at_least, limit)
            else:
                checks[name] = partial(_at_most, limit)
        return checks


def judge_row(fields: Sequence[FieldReader | None], cells: Sequence[str | None]) -> list[Verdict]:
    """All verdicts on one record, given the reader of each label (None for a label the schema does not know).

    `cells` may be shorter or longer than `fields`; a None cell is absent, an empty text is empty. A record without
    any value is one blank-row, whatever else is wrong with it.
    """
    verdicts: list[Verdict] = []
    blank = 0
    for position, field in enumerate(fields):
        cell = cells[position] if position < len(cells) else None
        if field is None:
            blank += not cell
            continue
        if field.is_missing(cell):
            blank += 1
        verdicts += [Verdict(kind, position, constraint) for kind, constraint in field.check(cell)]
    if blank == len(fields):
        return [Verdict("blank-row")]
    verdicts += [Verdict("extra-cell", position) for position in range(len(fields), len(cells))]
    verdicts += [Verdict("missing-cell", position) for position in range(len(cells), len(fields))]
    return verdicts


_COMPARE = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


def _read_string(cell: Any) -> str | None:
    return cell if isinstance(cell, str) else None


def _read_integer(cell: Any) -> int | None:
    if isinstance(cell, str):
        try:
            return int(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    return int(cell) if isinstance(cell, float) and cell.is_integer() else None


def _read_number(cell: Any) -> Decimal | int | None:
    if isinstance(cell, str):
        try:
            value = Decimal(cell.strip())
        except (InvalidOperation, ValueError):
            return None
        # A signalling NaN stops Frictionless with an error; here it is no number.
        return None if value.is_snan() else value
    if isinstance(cell, bool):
        return None
    return Decimal(str(cell)) if isinstance(cell, float) else cell if isinstance(cell, int) else None


def _read_date(cell: Any) -> date | None:
    try:
        return datetime.strptime(cell, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        return None


def _read_datetime(cell: Any) -> datetime | None:
    # dateutil reads shorter forms as well; Frictionless asks for seconds, by the place of the second colon.
    if not isinstance(cell, str) or len(cell) < 19 or cell[16] != ":":
        return None
    from dateutil.parser import isoparse

    try:
        return isoparse(cell)
    except (ValueError, OverflowError):
        return None


_READERS: dict[str, Callable[[Any], Any]] = {
    "string": _read_string,
    "integer": _read_integer,
    "number": _read_number,
    "date": _read_date,
    "datetime": _read_datetime,
}


def _number_text(value: Decimal) -> str:
    """The same text for equal numbers, without rounding and without writing out huge exponents."""
    if not value.is_finite():
        return str(value)
    if not value:
        return "0"  # a zero may carry a sign and any exponent
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    bare = text.rstrip("0")
    exponent += len(text) - len(bare)
    if 0 <= exponent <= 40:
        bare, exponent = bare + "0" * exponent, 0
    return ("-" if sign else "") + bare + (f"E{exponent}" if exponent else "")


def _within(name: str, bound: Any, value: Any) -> bool:
    if value != value:  # NaN lies within no bounds
        return False
    try:
        return _COMPARE[name](value, bound)
    except TypeError:  # a time with an offset and one without cannot be compared
        return False


def _matches(pattern: re.Pattern[str], value: str) -> bool:
    return pattern.match(value) is not None


def _at_least(limit: int, value: str) -> bool:
    return len(value) >= limit


def _at_most(limit: int, value: str) -> bool:
    return len(value) <= limit


def _unsupported(name: str, what: str) -> ToolFailed:
    return ToolFailed(f"Field {name}: {what} is not supported", "Use a plainer schema, or teach camket.contract.cells.")
