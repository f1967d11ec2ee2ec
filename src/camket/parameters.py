"""Thresholds: raw/reference/parameters.csv, and the values that a package sets instead in its own parameters.csv.

The contract step guards the columns of these files. What a value may be depends on its type, which no Table Schema can
say; a wrong one would stop a model with a riddle, and a mistyped name would be left aside without a word.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from camket.messages import ToolFailed

DEFAULTS = Path("raw") / "reference" / "parameters.csv"
OWN = "parameters.csv"
SEVERITY = "severity_"
_SEVERITIES = ("error", "warning")


def fits(value: str | None, kind: str) -> bool:
    """Whether a value is written as its type asks: integer, decimal, date (ISO) or severity."""
    text = value or ""
    if kind == "integer":
        return re.fullmatch(r"-?\d{1,9}", text) is not None
    if kind == "severity":
        return text in _SEVERITIES
    try:
        if kind == "decimal":
            return Decimal(text).is_finite()
        return kind == "date" and date.fromisoformat(text) is not None and len(text) == 10
    except (InvalidOperation, ValueError):
        return False


def check_parameters(project_root: Path, package_folder: Path, rule_ids: Container[str] | None = None) -> None:
    """Raise ToolFailed, naming file and line of all mistakes at once: values that are not of their type, names that
    are there twice, names that no default has, and severities of rules that do not exist (if rule ids are given)."""
    defaults, faults = {}, []
    own = package_folder / OWN
    for file, is_own in ((project_root / DEFAULTS, False), (own, True)):
        seen = set()
        for line, row in _rows(file):
            name, value, kind = (row.get(column) or "" for column in ("parameter_id", "value", "value_type"))
            place = f"{_shown(file, project_root)}, line {line}"
            known = defaults.get(name)
            if is_own and known is None:
                faults.append(f"{place}: there is no parameter {name!r} to set")
            elif is_own and known != kind:
                faults.append(f"{place}: the parameter {name} is of type {kind or 'none'}, its default is {known}")
            elif not fits(value, kind):
                faults.append(f"{place}: the parameter {name} is {value!r}, which is no {kind or 'value'}")
            if name in seen:
                faults.append(f"{place}: the parameter {name} is there twice")
            if name.startswith(SEVERITY) and rule_ids is not None and name.removeprefix(SEVERITY) not in rule_ids:
                faults.append(f"{place}: there is no rule {name.removeprefix(SEVERITY)}")
            seen.add(name)
            if not is_own:
                defaults[name] = kind
    if faults:
        raise ToolFailed("\n".join(faults), "Mend the file at that line, then type `make package`.")


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line that it starts on; none if there is no file."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield line, dict(zip(header, cells, strict=False))
            line = reader.line_num + 1


def _shown(file: Path, project_root: Path) -> str:
    file, root = file.resolve(), project_root.resolve()
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else "/".join(file.parts[-3:])
