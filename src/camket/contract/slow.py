"""The slow gear of the prescan: record by record with the csv module, every fault in its place, and a regular copy.

It runs only for files that the fast gear could not prove regular, so it may take its time; memory stays bounded by
one record all the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from camket.contract.scan import ABSENT, MAX_RECORD, SURPLUS, Finding, Scan, take_header, text_findings

_SURROGATES = re.compile("[\udc80-\udcff]+")
_CELL = re.compile(r'"(?:[^"]|"")*"(?=[,\r\n]|\Z)|[^",\r\n]*(?=[,\r\n]|\Z)')

# The csv module's own limit is 128 KiB; the real one here is MAX_RECORD, which `_Lines` keeps.
csv.field_size_limit(max(csv.field_size_limit(), 4 * MAX_RECORD))


class _Runaway(Exception):
    """A record beyond MAX_RECORD."""


class _Lines:
    """Feeds lines to csv.reader and remembers the raw text of the record in the making."""

    def __init__(self, text: io.TextIOBase):
        self.text = text
        self.raw: list[str] = []
        self.size = 0
        self.row = 1
        self.undecodable: tuple[int, int, str] | None = None  # first row, number of rows, the first bytes

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = self.text.readline(MAX_RECORD)
        if not line:
            raise StopIteration
        self.raw.append(line)
        self.size += len(line)
        if self.size >= MAX_RECORD:
            raise _Runaway
        return line

    def take(self) -> str:
        raw = "".join(self.raw)
        self.raw.clear()
        self.size = 0
        if match := _SURROGATES.search(raw):
            first, count, wrong = self.undecodable or (self.row, 0, match.group()[:4])
            self.undecodable = (first, count + 1, wrong)
        self.row += 1
        return raw


def scan_slowly(stream, scan: Scan, copy: Callable[[], Path]) -> None:
    """Fill `scan` from a binary stream at its beginning; the regular copy goes to `copy()`."""
    # surrogateescape lets the records go on behind bytes that are not UTF-8, so that their rows can be told.
    lines = _Lines(io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline=""))
    target = copy()
    row = 0
    try:
        with open(target, "w", encoding="utf-8", errors="replace", newline="") as out:
            write = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
            for row, cells in enumerate(csv.reader(lines), start=1):
                raw = lines.take()
                if row == 1:
                    if raw.startswith("\ufeff"):
                        scan.findings.append(Finding("byte-order-mark", row=1))
                        raw = raw.removeprefix("\ufeff")
                        cells = next(csv.reader(io.StringIO(raw, newline="")), [])
                    _note(raw, 1, cells, scan)
                    if not take_header(cells, scan):
                        return
                    write([*(f"c{number}" for number in range(1, len(cells) + 1)), "extra"])
                    continue
                if not _note(raw, row, cells, scan):
                    break  # the last record swallowed the rest of the file: there is nothing in it to judge
                scan.records += 1
                if [cell.strip() for cell in cells] == scan.labels:
                    scan.findings.append(Finding("repeated-header", row))
                    scan.muted.add(row)
                write(_regular(cells, len(scan.labels)))
    except _Runaway:
        # row is the last complete record; the one in the making is the one that does not end.
        raw = lines.take()
        kind = "unclosed-quote" if '"' in raw else "record-too-long"
        scan.findings.append(Finding(kind, row + 1, None, raw[:200]))
    except csv.Error as error:
        scan.findings.append(Finding("source-error", row + 1, detail=str(error)))
        scan.is_fatal = True
    if lines.undecodable:
        # All other findings may be effects of the wrong encoding; one clear problem serves the sender better.
        first, count, wrong = lines.undecodable
        detail = " ".join(f"{ord(c) - 0xDC00:02X}" for c in wrong)
        scan.findings = [Finding("encoding-error", first, None, str(count), detail)]
        scan.is_fatal = True
    scan.readable, scan.is_copy = target, True


def _note(raw: str, row: int, cells: list[str], scan: Scan) -> bool:
    """Note what is odd in one record; False if its last quote is never closed."""
    closed = True
    if raw.endswith("\r"):
        # Once is enough: a file saved that way has it on every line.
        if not any(finding.kind == "line-end" for finding in scan.findings):
            scan.findings.append(Finding("line-end", row))
    if '"' in raw:
        position, at = 0, 0
        body = raw if raw.count('"') % 2 else raw.rstrip("\r\n")
        while True:
            match = _CELL.match(body, at)
            if not match:
                rest = body[at:]
                closed = not (rest.startswith('"') and not re.match(r'"(?:[^"]|"")*"', rest))
                kind = "stray-quote" if closed else "unclosed-quote"
                value = cells[position] if position < len(cells) else rest
                scan.findings.append(Finding(kind, row, position, value[:200]))
                break
            at = match.end()
            if at >= len(body):
                break
            at += 1
            position += 1
    scan.findings += text_findings(row, cells)
    return closed


def _regular(cells: list[str], width: int) -> list[str]:
    row = [cell.replace("\0", "\ufffd") for cell in cells[:width]]
    row += [ABSENT] * (width - len(row))
    row.append(SURPLUS.join(cells[width:]).replace("\0", "\ufffd") if len(cells) > width else ABSENT)
    return row
