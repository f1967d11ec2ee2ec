"""The files of a slip: a page for the eye, a workbook to mend by, named by round, agency and the file they answer."""

from __future__ import annotations

from pathlib import Path

from camket.files import sha256_bytes, write_atomic
from camket.intake import slip_book, slip_page
from camket.intake.door import Door
from camket.intake.model import Outcome
from camket.intake.slip import compose


def write(outcome: Outcome, outbox: Path, door: Door) -> list[Path]:
    """Write the slip (page and workbook) or the receipt (page) of an outcome; returns the files."""
    content = compose(outcome, door)
    folder = outbox / ("returned" if outcome.verdict == "returned" else "received")
    who = next((code for code in (_agency_code(outcome, door), outcome.received.sender) if code), "unknown")
    item = outcome.received
    # A file too large to be read has no hash of its own; its name and size keep its slip apart from others.
    mark = item.sha256[:8] or "unread-" + sha256_bytes(f"{item.name}\0{item.size}".encode())[:8]
    stem = f"{_safe_round(content.round_id)}-{who}-{mark}"
    written = [write_atomic(folder / f"{stem}.html", slip_page.render(content))]
    if outcome.verdict == "returned":
        written.append(write_atomic(folder / f"{stem}.xlsx", slip_book.render(content)))
    return written


def _agency_code(outcome: Outcome, door: Door) -> str:
    reading = outcome.reading
    code = reading.rows[0].get("agency_id", "") if reading and reading.rows else ""
    return code if code in door.register.agencies else ""


def _safe_round(text: str) -> str:
    return text if len(text) == 7 and text[:4].isdigit() and text[4:6] == "-Q" and text[6].isdigit() else "unknown"
