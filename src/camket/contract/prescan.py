"""Bytes → records: what a CSV file is before anybody asks what it means.

The scan streams with bounded memory and decides where records begin and end, so that row numbers are right and the
database that reads the file next has nothing left to guess. It works in two gears:

- the fast gear uses a handful of C-speed passes over blocks of whole records and proves that the file is *regular*
  (UTF-8, one kind of line end, well-formed quotes, every record as many cells as the header): DuckDB may read it as
  it is;
- at the first doubt the slow gear starts over with the csv module, finds and places every problem and writes a
  regular copy for DuckDB, one record for one record.

Deliberately stricter than Frictionless, which accepts all of these silently: a byte order mark, NUL and other
control characters, text that is not NFC, a quote inside an unquoted cell, a quote never closed, lines ended by CR
alone, a header repeated as a record, a blank header, a file of a header only.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

BLOCK = 4 << 20
# A record longer than this is taken for a quote that was never closed. Characters; the schemas allow far less.
MAX_RECORD = 1 << 20
ABSENT = "\x1aabsent\x1a"  # in a regular copy: a cell that the record does not have
SURPLUS = "\x1f"  # in a regular copy: between the surplus cells of a record

_NOT_SKELETON = bytes(c for c in range(256) if c not in b",\n")
_BESIDE_QUOTE = np.zeros(256, bool)
_BESIDE_QUOTE[list(b',\n\r"')] = True
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\udc80-\udcff]+")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_CELL = re.compile(r'"(?:[^"]|"")*"(?=[,\r\n]|\Z)|[^",\r\n]*(?=[,\r\n]|\Z)')

csv.field_size_limit(max(csv.field_size_limit(), 4 * MAX_RECORD))


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
    is_fatal    nothing below the header can be trusted; `findings` say why
    sha256, bytes   of the original
    """

    path: Path
    labels: list[str] = field(default_factory=list)
    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    readable: Path | None = None
    line_end: bytes = b"\n"
    is_copy: bool = False
    is_fatal: bool = False
    sha256: str = ""
    bytes: int = 0


class _Irregular(Exception):
    """The fast gear met something that it cannot prove to be regular."""


def prescan(
    path: Path,
    copy: Callable[[], Path],
    *,
    force_copy: bool = False,
    on_header: Callable[[Scan], None] | None = None,
) -> Scan:
    """Scan one file. `copy()` names a new file for the regular copy, called only if one is needed.

    `on_header` is called once the header is known and nothing speaks against the file being regular, so that a
    caller may begin to read it on good hope; the scan returned says whether that hope held (`not is_copy`).

    Never raises for what is in the file; raises OSError if the file cannot be read.
    """
    scan = Scan(path)
    with open(path, "rb") as stream:
        head = stream.read(4096)
        if _fatal_head(head, scan):
            stream.seek(0)
            _hash(stream, scan)
            return scan
        if not force_copy:
            stream.seek(0)
            try:
                _fast(stream, scan, on_header)
                scan.readable = path
                return scan
            except _Irregular:
                scan = Scan(path)
        stream.seek(0)
        _hash(stream, scan)
        stream.seek(0)
        _slow(stream, scan, copy)
    return scan


# --- both gears -------------------------------------------------------------------------------------------------


def _fatal_head(head: bytes, scan: Scan) -> bool:
    if not head:
        scan.findings.append(Finding("empty-file"))
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_utf16(head):
        scan.findings.append(Finding("encoding-error", detail="UTF-16"))
    elif head.startswith(b"PK\x03\x04"):
        scan.findings.append(Finding("encoding-error", detail="a workbook (.xlsx)"))
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        scan.findings.append(Finding("encoding-error", detail="a workbook (.xls)"))
    else:
        return False
    scan.is_fatal = True
    return True


def _looks_utf16(head: bytes) -> bool:
    half = len(head) // 2
    return half > 8 and max(head[0::2].count(0), head[1::2].count(0)) > half // 2


def _hash(stream, scan: Scan) -> None:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK):
        digest.update(block)
        scan.bytes += len(block)
    scan.sha256 = digest.hexdigest()


def _header(cells: list[str], scan: Scan) -> bool:
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


# --- the fast gear ----------------------------------------------------------------------------------------------


def _fast(stream, scan: Scan, on_header: Callable[[Scan], None] | None) -> None:
    first = stream.readline(MAX_RECORD)
    digest = hashlib.sha256(first)
    scan.bytes = len(first)
    line = first
    if line.startswith(b"\xef\xbb\xbf"):
        scan.findings.append(Finding("byte-order-mark", row=1))
        line = line[3:]
    crlf = line.endswith(b"\r\n")
    scan.line_end = b"\r\n" if crlf else b"\n"
    body = line.removesuffix(b"\n").removesuffix(b"\r")
    if b'"' in body or b"\r" in body or (not line.endswith(b"\n") and stream.read(1)):
        raise _Irregular
    labels = _decode(body).split(",")
    if list(text_findings(1, labels)) or not _header(labels, scan):
        raise _Irregular
    if on_header:
        on_header(scan)
    width = len(labels)
    # At a block's start the last byte seen was a line feed, so a repeated header always follows one.
    again = b"\n" + body + scan.line_end
    skeleton_row = b"," * (width - 1) + b"\n"
    for block in _blocks(stream):
        digest.update(block)
        scan.bytes += len(block)
        if not block.endswith(b"\n"):
            block += scan.line_end
        # Two bytes more, so that looking two ahead never runs off the end.
        octets = np.frombuffer(block + b"\n\n", np.uint8)
        text_is_odd = _check_text(block, octets)
        outer = _outer(block) if b'"' in block else block
        breaks = block.count(b"\r")
        if breaks and (breaks != block.count(b"\r\n") or not crlf):
            raise _Irregular
        if crlf and outer.count(b"\r\n") != outer.count(b"\n"):
            raise _Irregular
        skeleton = outer.translate(None, _NOT_SKELETON)
        records = len(skeleton) // width
        if skeleton != skeleton_row * records or (width == 1 and _has_empty_line(outer)) or again in b"\n" + block:
            raise _Irregular
        if text_is_odd:
            for row, cells in enumerate(csv.reader(io.StringIO(block.decode(), newline="")), scan.records + 2):
                scan.findings += text_findings(row, cells)
        scan.records += records
    scan.sha256 = digest.hexdigest()


def _has_empty_line(outer: bytes) -> bool:
    return outer.startswith((b"\n", b"\r\n")) or b"\n\n" in outer or b"\n\r\n" in outer


def _blocks(stream) -> Iterator[bytes]:
    """Blocks of whole records: cut behind a line feed that stands outside quotes."""
    carry = b""
    while data := stream.read(BLOCK):
        data = carry + data
        quotes = data.count(b'"')
        end = len(data)
        while cut := data.rfind(b"\n", 0, end) + 1:
            quotes -= data.count(b'"', cut, end)
            if quotes % 2 == 0:
                break
            end = cut - 1
        carry = data[cut:]
        if len(carry) > MAX_RECORD:
            raise _Irregular
        if cut:
            yield data[:cut]
    if carry.count(b'"') % 2:
        raise _Irregular
    if carry:
        yield carry


def _outer(block: bytes) -> bytes:
    """The block without what stands in quotes (one quote sign is left for each quoted piece)."""
    outer = b'"'.join(block.split(b'"')[::2])
    octets = np.frombuffer(b"\n" + outer, np.uint8)
    quotes = np.flatnonzero(octets == 0x22)
    if not (_BESIDE_QUOTE[octets[quotes - 1]].all() and _BESIDE_QUOTE[octets[quotes + 1]].all()):
        raise _Irregular  # a quote begins or ends in the middle of a cell
    return outer


def _check_text(block: bytes, octets: np.ndarray) -> bool:
    """Whether a cell-by-cell look is needed for control characters or text that is not NFC."""
    text = _decode(block)
    breaks = np.count_nonzero(octets == 0x0A) + np.count_nonzero(octets == 0x0D)
    if np.count_nonzero(octets < 0x20) != breaks + np.count_nonzero(octets == 0x09):
        if b"\0" in block:
            raise _Irregular  # the copy replaces it: not every reader survives a NUL
        return True
    if b"\x7f" in block or (b"\xc2" in block and _C1.search(block)):
        return True
    # Up to U+02FF everything is NFC. Beyond, precomposed Vietnamese (E1 BA, E1 BB) and common punctuation
    # (E2 80 90-BF) are for certain; whatever else there is gets the full test.
    at = np.flatnonzero(octets >= 0xCC)
    lead, second = octets[at], octets[at + 1]
    sure = (lead == 0xE1) & ((second == 0xBA) | (second == 0xBB))
    sure |= (lead == 0xE2) & (second == 0x80) & (octets[at + 2] >= 0x90)
    return not sure.all() and not unicodedata.is_normalized("NFC", text)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Irregular from error


# --- the slow gear ----------------------------------------------------------------------------------------------


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


def _slow(stream, scan: Scan, copy: Callable[[], Path]) -> None:
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
                    if not _header(cells, scan):
                        return
                    write([*(f"c{number}" for number in range(1, len(cells) + 1)), "extra"])
                    continue
                if not _note(raw, row, cells, scan):
                    break  # the last record swallowed the rest of the file: there is nothing in it to judge
                scan.records += 1
                if [cell.strip() for cell in cells] == scan.labels:
                    scan.findings.append(Finding("repeated-header", row))
                write(_regular(cells, len(scan.labels)))
    except _Runaway:
        # row is the last complete record; the one in the making is the one that does not end.
        raw = lines.take()
        kind = "unclosed-quote" if '"' in raw else "source-error"
        scan.findings.append(Finding(kind, row + 1, None, raw[:200], "" if '"' in raw else "a record without end"))
    except csv.Error as error:
        scan.findings.append(Finding("source-error", row + 1, detail=str(error)))
        scan.is_fatal = True
    if lines.undecodable:
        # All other findings may be effects of the wrong encoding; one clear problem serves the sender better.
        first, count, wrong = lines.undecodable
        detail = " ".join(f"{ord(c) - 0xDC00:02X}" for c in wrong)
        scan.findings = [Finding("encoding-error", first, None, str(count), f"bytes {detail}")]
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
