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
from pathlib import Path

import numpy as np

from camket.contract.scan import MAX_RECORD, Finding, Scan, take_header, text_findings
from camket.contract.slow import scan_slowly

# Bytes. Small enough that a block and all that is made of it stay in the second-level cache while the passes go over
# it: a megabyte at a time takes half as long again.
BLOCK = 1 << 16
_NOT_SKELETON = bytes(c for c in range(256) if c not in b',"\n')
_BESIDE_QUOTE = np.zeros(256, bool)
_BESIDE_QUOTE[list(b',\n\r"')] = True
_C1 = re.compile(rb"\xc2[\x80-\x9f]")


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
        scan_slowly(stream, scan, copy)
    return scan


def _fatal_head(head: bytes, scan: Scan) -> bool:
    if not head:
        scan.findings.append(Finding("empty-file"))
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_utf16(head):
        scan.findings.append(Finding("encoding-error", detail="UTF-16"))
    elif head.startswith(b"PK\x03\x04"):
        scan.findings.append(Finding("encoding-error", detail=".xlsx"))
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        scan.findings.append(Finding("encoding-error", detail=".xls"))
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
    if list(text_findings(1, labels)) or not take_header(labels, scan):
        raise _Irregular
    if on_header:
        on_header(scan)
    width = len(labels)
    # At a block's start the last byte seen was a line feed, so a repeated header always follows one.
    again = b"\n" + body + scan.line_end
    skeleton_row = b"," * (width - 1) + b"\n"
    for block, quotes in _blocks(stream):
        digest.update(block)
        scan.bytes += len(block)
        if not block.endswith(b"\n"):
            block += scan.line_end
        # Two bytes more, so that looking two ahead never runs off the end.
        octets = np.frombuffer(block + b"\n\n", np.uint8)
        skeleton = block.translate(None, _NOT_SKELETON)
        lines = skeleton.count(b"\n")
        returns = block.count(b"\r") if b"\r" in block else 0
        text_is_odd = _check_text(block, octets, lines + returns)
        if quotes.size:
            _check_quotes(octets, quotes)
            skeleton = b"".join(skeleton.split(b'"')[::2])
        if returns and (returns != block.count(b"\r\n") or not crlf):
            raise _Irregular
        if crlf and returns != lines and _has_bare_line_feed(_outer(block)):
            raise _Irregular
        records = len(skeleton) // width
        if skeleton != skeleton_row * records or (width == 1 and _has_empty_line(_outer(block))):
            raise _Irregular
        if again in block or block.startswith(again[1:]):
            raise _Irregular
        if text_is_odd:
            for row, cells in enumerate(csv.reader(io.StringIO(block.decode(), newline="")), scan.records + 2):
                scan.findings += text_findings(row, cells)
        scan.records += records
    scan.sha256 = digest.hexdigest()


def _has_bare_line_feed(outer: bytes) -> bool:
    return outer.count(b"\r\n") != outer.count(b"\n")


def _has_empty_line(outer: bytes) -> bool:
    return outer.startswith((b"\n", b"\r\n")) or b"\n\n" in outer or b"\n\r\n" in outer


def _blocks(stream) -> Iterator[tuple[bytes, np.ndarray]]:
    """Blocks of whole records, cut behind a line feed outside quotes, with the positions of their quotes."""
    carry = b""
    while data := stream.read(BLOCK):
        data = carry + data
        quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == 0x22)
        end = len(data)
        while cut := data.rfind(b"\n", 0, end) + 1:
            before = int(np.searchsorted(quotes, cut))
            if before % 2 == 0:
                break
            end = cut - 1
        carry = data[cut:]
        if len(carry) > MAX_RECORD:
            raise _Irregular
        if cut:
            yield data[:cut], quotes[:before]
    quotes = np.flatnonzero(np.frombuffer(carry, np.uint8) == 0x22)
    if quotes.size % 2:
        raise _Irregular
    if carry:
        yield carry, quotes


def _check_quotes(octets: np.ndarray, quotes: np.ndarray) -> None:
    """Every quoted piece fills its cell: it opens behind, and closes before, a delimiter, a line end or a quote.

    octets   the block and two line feeds; the one before its first byte is the last of these
    quotes   positions of an even number of quotes: opening and closing ones by turns
    """
    if not (_BESIDE_QUOTE[octets[quotes[::2] - 1]].all() and _BESIDE_QUOTE[octets[quotes[1::2] + 1]].all()):
        raise _Irregular


def _outer(block: bytes) -> bytes:
    """The block without what stands in quotes (one quote sign is left for each quoted piece)."""
    return b'"'.join(block.split(b'"')[::2])


def _check_text(block: bytes, octets: np.ndarray, breaks: int) -> bool:
    """Whether a cell-by-cell look is needed for control characters or text that is not NFC.

    octets   the block and two more line feeds; `breaks` is the number of CR and LF in the block itself
    """
    text = _decode(block)
    odd = int(np.count_nonzero(octets < 0x20)) - 2 - breaks
    if odd and odd != block.count(b"\t"):
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
