"""What is known of a file as bytes: the result of the prescan, and what both of its gears share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Characters in a record; beyond, it is taken for a quote that was never closed. The schemas allow a tenth of it, and
# even when every character takes four bytes it stays below the two million bytes that DuckDB reads as one line.
MAX_RECORD = 1 << 18
ABSENT = "\x1aabsent\x1a"  # in a regular copy: a cell that the record does not have
SURPLUS = "\x1f"  # in a regular copy: between the surplus cells of a record
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One structural fault. row as a spreadsheet shows it, position 0-based, detail for the words of the message."""

    kind: str
    row: int | None = None
    position: int | None = None
    value: str | None = None
    detail: str = ""


@dataclass(slots=True)
class Scan:
    """What the prescan knows of a file.

    labels      the header, each label stripped
    records     number of records below the header
    readable    the file DuckDB may read: the original, or the regular copy
    line_end    of the readable file
    is_copy     `readable` is a copy: one more column, ABSENT cells, header `c1, c2, …`
    muted       rows that one finding says all about: they are not judged
    is_fatal    nothing below the header can be trusted; `findings` say why
    sha256, bytes   of the original
    """

    path: Path
    labels: list[str] = field(default_factory=list)
    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    muted: set[int] = field(default_factory=set)
    readable: Path | None = None
    line_end: bytes = b"\n"
    is_copy: bool = False
    is_fatal: bool = False
    sha256: str = ""
    bytes: int = 0


def take_header(cells: list[str], scan: Scan) -> bool:
    """Take the header; False if nothing can be read below it."""
    scan.labels = [cell.strip() for cell in cells]
    if not any(scan.labels):
        scan.findings.append(Finding("blank-header", row=1))
    elif len(scan.labels) == 1 and re.search(r"[;\t|]", scan.labels[0]):
        character = re.search(r"[;\t|]", scan.labels[0]).group()
        scan.findings.append(Finding("delimiter", row=1, value=cells[0], detail=character))
    elif len(set(scan.labels)) < len(scan.labels):
        seen: set[str] = set()
        for position, label in enumerate(scan.labels):
            if label in seen:
                scan.findings.append(Finding("duplicate-label", row=1, position=position, value=label))
            seen.add(label)
    else:
        return True
    scan.is_fatal = True
    return False


def text_findings(row: int, cells: list[str]) -> Iterator[Finding]:
    """Control characters and text that is not NFC, cell by cell."""
    for position, cell in enumerate(cells):
        if match := _CONTROL.search(cell):
            yield Finding("control-character", row, position, cell, f"U+{ord(match.group()):04X}")
        if not unicodedata.is_normalized("NFC", cell):
            yield Finding("not-nfc", row, position, cell)
