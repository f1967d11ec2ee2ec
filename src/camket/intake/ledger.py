"""What was received before: the ledger of accepted files, and the log of returned ones.

The ledger lies in the package and decides what an edition knows. The log of returns is the steward's own memory, beside
the slips: it decides only whether the next accepted file is called `accepted` or `accepted_after_return`, and that word
is then in the ledger for good.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from camket.files import csv_text, sha256_bytes, write_atomic
from camket.intake.model import Received
from camket.intake.register import Record, read_rows
from camket.package import LEDGER, Package

RETURNS = "returns.csv"
_RETURN_COLUMNS = ("received_at", "round_id", "agency_id", "sha256", "problems", "rules", "original_name")


class Ledger:
    """The ledger of a package, and how it will read after this run."""

    def __init__(self, package: Package):
        self.path = package.resource(LEDGER).file
        self.columns = [item["name"] for item in package.resource(LEDGER).schema["fields"]]
        self.entries: list[Record] = read_rows(self.path)
        self.contents: dict[str, bytes] = {}  # canonical bytes of files accepted in this run

    def known(self, sha256: str) -> Record | None:
        """The entry of a file with these very bytes."""
        return next((entry for entry in self.entries if sha256 in (entry["original_sha256"], entry["sha256"])), None)

    def last(self, round_id: str, agency_id: str) -> Record | None:
        """The latest revision of an agency in a round."""
        entries = [e for e in self.entries if (e["round_id"], e["agency_id"]) == (round_id, agency_id)]
        return max(entries, key=lambda entry: int(entry["revision"]), default=None)

    def add(self, item: Received, round_id: str, agency_id: str, content: bytes, rows: int, verdict: str) -> Record:
        """Enter an accepted file; returns its entry."""
        before = self.last(round_id, agency_id)
        revision = int(before["revision"]) + 1 if before else 1
        name = file_name(round_id, agency_id, revision)
        entry = {
            "file": name,
            "round_id": round_id,
            "agency_id": agency_id,
            "revision": str(revision),
            "received_at": item.received_at.isoformat(timespec="seconds"),
            "sha256": sha256_bytes(content),
            "bytes": str(len(content)),
            "row_count": str(rows),
            "verdict": verdict,
            "supersedes": before["file"] if before else "",
            "original_name": item.name,
            "original_sha256": item.sha256,
        }
        self.entries.append(entry)
        self.contents[name] = content
        return entry

    def text(self) -> str:
        """The ledger as canonical CSV, in order of its key."""
        ordered = sorted(self.entries, key=lambda entry: entry["file"])
        return csv_text(self.columns, ([entry.get(name, "") for name in self.columns] for entry in ordered))


def file_name(round_id: str, agency_id: str, revision: int) -> str:
    """Where the canonical file of a revision lies, relative to the package's folder."""
    suffix = "" if revision == 1 else f".{revision}"
    return f"submissions/{round_id}/{agency_id}{suffix}.csv"


def canonical(columns: Sequence[str], rows: Sequence[Record], revision: int, key: Sequence[str]) -> bytes:
    """The rows as canonical CSV: schema order, sorted by key, this revision in every row."""
    full = [row | {"revision": str(revision)} for row in rows]
    full.sort(key=lambda row: [row.get(name, "") for name in key])
    return csv_text(columns, ([row.get(name, "") for name in columns] for row in full)).encode()


class Returns:
    """The log of returned files in the outbox."""

    def __init__(self, outbox: Path):
        self.path = outbox / RETURNS
        self.entries: list[Record] = read_rows(self.path)
        self._known = {self._key(entry) for entry in self.entries}

    @staticmethod
    def _key(entry: Record) -> tuple[str, str]:
        return entry["sha256"] or entry["original_name"], entry["received_at"]

    def returned(self, round_id: str, agency_id: str) -> bool:
        """Whether an earlier attempt of this agency in this round went back."""
        return any((entry["round_id"], entry["agency_id"]) == (round_id, agency_id) for entry in self.entries)

    def add(
        self, item: Received, round_id: str | None, agency_id: str | None, problems: int, rules: Sequence[str]
    ) -> None:
        """Note a returned file; the same bytes of the same time are noted once."""
        entry = {
            "received_at": item.received_at.isoformat(timespec="seconds"),
            "round_id": round_id or "",
            "agency_id": agency_id or item.sender or "",
            "sha256": item.sha256,
            "problems": str(problems),
            "rules": " ".join(rules),
            "original_name": item.name,
        }
        if self._key(entry) not in self._known:
            self._known.add(self._key(entry))
            self.entries.append(entry)

    def save(self) -> None:
        """Write the log, whole or not at all."""
        if self.entries:
            out = io.StringIO(newline="")
            writer = csv.DictWriter(out, _RETURN_COLUMNS, lineterminator="\n", extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(self.entries)
            write_atomic(self.path, out.getvalue())
