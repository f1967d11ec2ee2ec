"""Files: written whole or not at all, hashed, and CSV in one canonical form.

Nothing here reads the clock or the locale, so the same rows always give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

_BLOCK = 1 << 20


def write_atomic(path: Path | str, data: bytes | str, *, fsync: bool = False) -> Path:
    """Write `data` (text as UTF-8, line ends untouched) so that a reader sees the old file or the new one, never half.

    The temporary file lies beside the target, because a rename is atomic only within one file system.
    `fsync=True` also survives a power cut, at the cost of some milliseconds. Raises OSError as `open` does.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    payload = data.encode("utf-8") if isinstance(data, str) else data
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(payload)
            if fsync:
                stream.flush()
                os.fsync(stream.fileno())
        # mkstemp makes private files; a released file is to be read by others, as a plain open() would allow.
        os.chmod(temporary, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def write_if_changed(path: Path | str, data: bytes | str, *, fsync: bool = False) -> bool:
    """Write only when the content differs, so that unchanged files keep their time stamp. True if it was written."""
    target = Path(path)
    payload = data.encode("utf-8") if isinstance(data, str) else data
    try:
        if target.stat().st_size == len(payload) and target.read_bytes() == payload:
            return False
    except FileNotFoundError:
        pass
    write_atomic(target, payload, fsync=fsync)
    return True


def sha256_bytes(data: bytes) -> str:
    """Lower-case hexadecimal SHA-256 of `data` (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path | str) -> str:
    """Lower-case hexadecimal SHA-256 of a file, read in blocks of 1 MiB. Raises OSError if it cannot be read."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Canonical CSV: UTF-8 text, LF, RFC 4180 quotes only where needed; None is empty, booleans are true and false.

    Raises ValueError for a row whose number of cells is not that of the header.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells, the header {len(header)}")
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def write_csv(path: Path | str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bool:
    """Write canonical CSV (see `csv_text`) if it changed; returns whether it did."""
    return write_if_changed(path, csv_text(header, rows))


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _umask() -> int:
    # The only way to read the mask is to set it; put it back at once.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
