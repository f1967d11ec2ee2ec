"""Who has not reported in a round, who has reported late, and which commitments are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from camket.files import write_csv
from camket.intake.ledger import Ledger, Returns
from camket.intake.register import Register
from camket.messages import ToolFailed
from camket.package import Package

COLUMNS = (
    "round_id",
    "agency_id",
    "name_vi",
    "name_en",
    "state",
    "due_date",
    "first_received",
    "days_late",
    "revisions",
    "returns",
    "open_commitments",
    "reported",
    "missing",
    "missing_commitments",
)
STATES = ("not_received", "returned", "incomplete", "late", "complete")


@dataclass(frozen=True, slots=True)
class Line:
    """One agency in one round. `state` is the first of STATES that applies."""

    round_id: str
    agency_id: str
    name_vi: str
    name_en: str
    due_date: str
    first_received: str
    revisions: int
    returns: int
    open_commitments: int
    missing: tuple[str, ...]

    @property
    def days_late(self) -> int:
        if not self.first_received:
            return 0
        return max((date.fromisoformat(self.first_received[:10]) - date.fromisoformat(self.due_date)).days, 0)

    @property
    def state(self) -> str:
        if not self.revisions:
            return "returned" if self.returns else "not_received"
        if self.missing:
            return "incomplete"
        return "late" if self.days_late else "complete"

    def cells(self) -> list[object]:
        """The values of COLUMNS."""
        return [
            self.round_id,
            self.agency_id,
            self.name_vi,
            self.name_en,
            self.state,
            self.due_date,
            self.first_received,
            self.days_late,
            self.revisions,
            self.returns,
            self.open_commitments,
            self.open_commitments - len(self.missing),
            len(self.missing),
            " ".join(self.missing),
        ]


def status(package: Package, round_id: str, outbox: Path) -> list[Line]:
    """A line for every agency that leads an open commitment on the cut-off of the round, those to remind first.

    Raises ToolFailed for an unknown round.
    """
    register = Register(package)
    if round_id not in register.rounds:
        raise ToolFailed(f"There is no round {round_id}", f"Rounds: {', '.join(list(register.rounds)[-8:])}")
    ledger, returns = Ledger(package), Returns(outbox)
    lines = []
    for agency in register.reporting_agencies(round_id):
        owed = [row["commitment_id"] for row, role in register.open_commitments(agency, round_id) if role == "lead"]
        entries = [e for e in ledger.entries if (e["round_id"], e["agency_id"]) == (round_id, agency)]
        told = {
            code
            for code in owed
            if any((r.values["round_id"], r.values["agency_id"]) == (round_id, agency) for r in register.reports[code])
        }
        names = register.agencies[agency]
        lines.append(
            Line(
                round_id,
                agency,
                names["name_vi"],
                names["name_en"],
                register.rounds[round_id]["due_date"],
                min((entry["received_at"] for entry in entries), default=""),
                len(entries),
                sum((e["round_id"], e["agency_id"]) == (round_id, agency) for e in returns.entries),
                len(owed),
                tuple(code for code in owed if code not in told),
            )
        )
    return sorted(
        lines, key=lambda line: (STATES.index(line.state), -len(line.missing), -line.days_late, line.agency_id)
    )


def write(lines: Sequence[Line], path: Path) -> Path:
    """The same list as a CSV file."""
    write_csv(path, COLUMNS, (line.cells() for line in lines))
    return path
