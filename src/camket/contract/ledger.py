"""Files against what is written about them: the descriptor's hashes, and the ledger of submissions."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from camket.contract.load import Loaded, Part, Workshop
from camket.contract.words import problem
from camket.messages import Problem
from camket.package import LEDGER, SUBMISSIONS, Package, Resource

_NAME = re.compile(
    r"submissions/(?P<round>\d{4}-Q[1-4])/(?P<agency>[A-Za-z0-9][A-Za-z0-9_-]*)(\.(?P<revision>\d+))?\.csv"
)
_AGREE = ("round_id", "agency_id", "revision")


def named(file: str) -> dict[str, str] | None:
    """Round, agency and revision that a file name stands for, as in `submissions/2025-Q3/MOFA.2.csv`; or None."""
    match = _NAME.fullmatch(file)
    if not match or match["revision"] in ("0", "1") or (match["revision"] or "").startswith("0"):
        return None  # the first submission has no number, so that one file has one name
    return {"round_id": match["round"], "agency_id": match["agency"], "revision": match["revision"] or "1"}


def check_hashes(package: Package, resource: Resource, parts: Sequence[Part]) -> Iterator[Problem]:
    """Each single-file resource against hash and bytes of the descriptor."""
    if resource.is_multipart:
        return
    part = parts[0]
    found = {"hash": "sha256:" + part.scan.sha256, "bytes": part.scan.bytes}
    for key, value in found.items():
        stated = getattr(resource, key)
        if stated != value:
            yield problem("hash-missing" if stated is None else "hash", part.file, detail=key)
            return  # one sentence about one edit


def check_paths(package: Package) -> Iterator[Problem]:
    """The descriptor's list of submission files against the disk."""
    stated = set(package.resource(SUBMISSIONS).paths)
    found = {package.display(file) for file in package.submission_files()}
    if stated == found and list(package.resource(SUBMISSIONS).paths) == sorted(found):
        return
    new, gone = sorted(found - stated), sorted(stated - found)
    pieces = [f"{len(new)} not listed ({new[0]})"] if new else []
    pieces += [f"{len(gone)} listed but absent ({gone[0]})"] if gone else []
    yield problem("path-list", package.path.name, detail="; ".join(pieces) or "not in order")


def check_ledger(shop: Workshop, package: Package, ledger: Loaded, submissions: Loaded) -> Iterator[Problem]:
    """Ledger and submission files, both ways, and the rows of each file against what it was received for."""
    part = ledger.parts[0]
    if part.start is None or not ledger.has(("file", *_AGREE, "sha256", "bytes", "row_count")):
        return  # the ledger itself has to be mended first
    prefix = package.display(package.folder) + "/"
    on_disk = {file.file.removeprefix(prefix): file for file in submissions.parts}
    entries: set[str] = set()
    with open(part.scan.path, encoding="utf-8-sig", newline="") as stream:
        for row, record in enumerate(csv.reader(stream), start=1):
            if row == 1 or not record:
                continue
            entry = dict(zip(part.scan.labels, record, strict=False))
            file = entry.get("file", "")
            entries.add(file)
            yield from _check_entry(part.file, row, entry, on_disk.get(file))
    for file, member in on_disk.items():
        if file not in entries:
            yield problem("ledger-entry-missing", member.file)
        if named(file) is None:
            yield problem("file-name", member.file, value=file)
    yield from _check_rows(shop, submissions, {member.file: named(file) for file, member in on_disk.items()})


def _check_entry(ledger: str, row: int, entry: dict[str, str], member: Part | None) -> Iterator[Problem]:
    file = entry.get("file", "")
    for key, value in (named(file) or {}).items():
        if entry.get(key) != value:
            yield problem("ledger-name", ledger, row, key, entry.get(key), expected=entry.get(key), found=value)
    if member is None:
        yield problem("ledger-file-missing", ledger, row, "file", file)
        return
    found = {"sha256": member.scan.sha256, "bytes": str(member.scan.bytes)}
    if member.start is not None:
        found["row_count"] = str(member.scan.records)
    for key, value in found.items():
        stated = entry.get(key, "").strip()
        if stated != value:
            yield problem("ledger-differs", member.file, detail=key, expected=_short(stated), found=_short(value))
            if key == "sha256":
                return  # bytes and rows differ because the content does: one sentence is enough


def _check_rows(shop: Workshop, submissions: Loaded, expected: dict[str, dict[str, str] | None]) -> Iterator[Problem]:
    """Round, agency and revision of every row against the name of its file. Missing cells have problems already."""
    starts, wanted = [], []
    for part in submissions.parts:
        if part.start is not None and part.scan.records and expected.get(part.file):
            starts.append((part.start, part.start + part.scan.records))
            wanted.append(expected[part.file])
    if not starts:
        return
    columns = {"lo": [a for a, _ in starts], "hi": [b for _, b in starts]}
    columns |= {f"w{n}": [want[key] for want in wanted] for n, key in enumerate(_AGREE)}
    unnested = ", ".join(
        f"unnest(?::{'BIGINT' if name in ('lo', 'hi') else 'VARCHAR'}[]) AS {name}" for name in columns
    )
    differs = " OR ".join(f"t.k_{key} <> f.w{n}" for n, key in enumerate(_AGREE))
    rows = shop.db.execute(
        f"SELECT t.rowid, {', '.join(f't.k_{key}' for key in _AGREE)}, {', '.join(f'f.w{n}' for n in range(3))} "
        f"FROM {submissions.sql_name} AS t ASOF JOIN (SELECT {unnested}) AS f ON t.rowid >= f.lo "
        f"WHERE t.rowid < f.hi AND ({differs}) ORDER BY t.rowid",
        list(columns.values()),
    ).fetchall()
    for rowid, *values in rows:
        part, row = submissions.place(rowid)
        for key, found, want in zip(_AGREE, values[:3], values[3:], strict=True):
            if found is not None and found != want:
                yield problem("row-differs", part.file, row, key, found, expected=want, found=_short(found))


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:12] + "…"


__all__ = ["LEDGER", "check_hashes", "check_ledger", "check_paths", "named"]
