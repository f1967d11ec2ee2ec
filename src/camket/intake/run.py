"""One run of the intake: every file read, judged, and accepted or returned; all accepted ones enter together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from camket.intake import slip_files, transaction
from camket.intake.door import Door
from camket.intake.model import Outcome
from camket.intake.register import read_rows
from camket.messages import ToolFailed
from camket.package import load

SIDECAR = "received.csv"
_IGNORED_PREFIXES = (".", "~$")


def find_files(inbox: Path) -> list[Path]:
    """The files of an inbox, without what Excel, systems and the steward keep beside them."""
    if not inbox.is_dir():
        return []
    return sorted(
        (
            path
            for path in inbox.rglob("*")
            if path.is_file()
            and path.name != SIDECAR
            and not any(part.startswith(_IGNORED_PREFIXES) for part in path.relative_to(inbox).parts)
        ),
        key=lambda path: path.as_posix(),
    )


def take_in(
    descriptor: str | Path | None,
    *,
    project: Path,
    files: Sequence[Path] = (),
    inbox: Path | None = None,
    outbox: Path | None = None,
    received_at: datetime | None = None,
    sender: str | None = None,
    dry_run: bool = False,
    progress: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Take in files (default: all of the inbox): accepted ones enter the package together, the others get slips.

    received_at   when the files came; else by `received.csv` in the inbox, else the time of the file, told as a guess
    sender        agency that sent the files; else by the folder of the inbox that is named after one
    dry_run       judge only: nothing is written, not even a slip
    Raises ToolFailed if the package cannot be used, another run is under way, or a named file does not exist.
    """
    package = load(descriptor, project=project)
    inbox = inbox or project / "inbox"
    outbox = outbox or project / "outbox"
    with transaction.exclusive(package):
        package = load(descriptor, project=project)
        times = _sidecar(inbox / SIDECAR)
        with Door(package, outbox) as door:
            if sender and sender not in door.register.agencies:
                raise ToolFailed(f"There is no agency {sender} in the register", "Check the code.")
            queue = sorted(
                (_queued(path, inbox, received_at, times, sender, door) for path in files or find_files(inbox)),
                key=lambda q: (q[1], q[0].as_posix()),
            )
            outcomes = []
            for path, when, who, is_guess in queue:
                if progress:
                    progress(path.name)
                outcomes.append(door.judge(path, when, who, is_guess=is_guess))
            if dry_run:
                return outcomes
            # Slips and the log first: if the run is cut off between, files are judged again and the log is the same.
            for outcome in outcomes:
                if outcome.verdict == "returned":
                    outcome.slips = slip_files.write(outcome, outbox, door)
            door.returns.save()
            if changes := door.changes():
                transaction.commit(package, changes)
            for outcome in outcomes:
                if outcome.is_accepted:
                    outcome.slips = slip_files.write(outcome, outbox, door)
    return outcomes


def _queued(
    path: Path, inbox: Path, received_at: datetime | None, times: Mapping[str, datetime], sender: str | None, door: Door
) -> tuple[Path, datetime, str | None, bool]:
    if not path.is_file():
        raise ToolFailed(f"There is no file {path}", "Check the name.")
    inside = (
        path.resolve().relative_to(inbox.resolve()).parts
        if path.resolve().is_relative_to(inbox.resolve())
        else (path.name,)
    )
    who = sender or next((part for part in inside[:-1] if part in door.register.agencies), None)
    when = received_at or times.get("/".join(inside)) or times.get(path.name)
    is_guess = when is None
    return path, when or datetime.fromtimestamp(int(path.stat().st_mtime)), who, is_guess


def _sidecar(path: Path) -> dict[str, datetime]:
    """received.csv: file (as in the inbox), received_at. Raises ToolFailed for a time that is none."""
    times = {}
    for number, row in enumerate(read_rows(path), start=2):
        times[(row.get("file") or "").replace("\\", "/")] = local_time(
            row.get("received_at"), f"{path.name}, row {number}"
        )
    return times


def local_time(text: str | None, where: str) -> datetime:
    """A time of receipt as the steward writes it. Raises ToolFailed, which names `where`, for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        found = None
    if found is None or found.tzinfo:
        raise ToolFailed(f"{where}: {text!r} is no local time", "Write it as 2025-10-03T09:15:00.")
    return found
