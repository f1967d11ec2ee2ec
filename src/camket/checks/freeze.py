"""Keep what an edition found, for the editions to come: its findings are frozen under the round of T.

The ids go to `raw/<package>/register/findings_history.csv`. A frozen round is a record of what was published: it
changes only when somebody says so. Freezing reads what `make figures` left in the build folder, and computes nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from camket.checks.outputs import EDITION, FINDINGS, RESULTS
from camket.files import write_csv
from camket.messages import ToolFailed

HISTORY_COLUMNS = (
    "edition_id", "finding_id", "rule_id", "severity", "object_type", "object_id", "commitment_id", "agency_id",
)  # fmt: skip
# An edition waits this long after reports are due; published editions did so.
KNOWLEDGE_DAYS = 5
_BUILD = "Build this edition up to its figures first: type `make figures` with the same T and K."


@dataclass(frozen=True)
class Round:
    """A round of the mechanism, with the dates of its edition."""

    round_id: str
    valid_date: date
    knowledge_date: date


def rounds(review_rounds: Path) -> list[Round]:
    """The rounds of the mechanism in order, from review_rounds: T is the cut-off, K five days after the due day."""
    return [
        Round(
            row["round_id"],
            date.fromisoformat(row["data_cutoff"]),
            date.fromisoformat(row["due_date"]) + timedelta(days=KNOWLEDGE_DAYS),
        )
        for row in _rows(review_rounds)
        if row["is_mechanism_round"] == "true"
    ]


def freeze(quality: Path, history: Path, known: Iterable[Round], *, T: str, K: str, replace: bool = False) -> str:
    """Write the findings in the folder `quality` into the file `history`; returns what was done, in words.

    Raises ToolFailed if T is no cut-off of a round, if the checks were of another edition, are not complete, or could
    not all be run, and if the round was frozen with other findings before, unless `replace` is set.
    """
    round_id = _round_at(known, T)
    _check_complete(quality, T, K)
    fresh = [(round_id, *(row[name] for name in HISTORY_COLUMNS[1:])) for row in _rows(quality / FINDINGS)]
    kept = _frozen(history)
    before = {row for row in kept if row[0] == round_id}
    gone, new = before - set(fresh), set(fresh) - before
    if before and (gone or new) and not replace:
        raise ToolFailed(
            f"{round_id} was frozen before with other findings: {len(new)} are new, {len(gone)} are gone",
            "A published round stays as it was. To record it anew, type `camket freeze --replace`.",
        )
    rows = sorted([row for row in kept if row[0] != round_id] + fresh)
    changed = write_csv(history, HISTORY_COLUMNS, rows)
    return f"{round_id}: {len(fresh)} findings {'frozen' if changed else 'frozen already, nothing to change'}"


def _round_at(known: Iterable[Round], T: str) -> str:
    cutoffs = {item.valid_date.isoformat(): item.round_id for item in known}
    if T not in cutoffs:
        raise ToolFailed(
            f"T = {T} is no cut-off of a round, so no round can be frozen under it",
            f"Cut-offs are {', '.join(sorted(cutoffs))}.",
        )
    return cutoffs[T]


def _check_complete(quality: Path, T: str, K: str) -> None:
    if not (quality / EDITION).is_file():
        raise ToolFailed("There are no findings to freeze", _BUILD)
    checked = _rows(quality / EDITION)[0]
    if (checked["valid_date"], checked["knowledge_date"]) != (T, K):
        raise ToolFailed(
            f"The checks were run for T = {checked['valid_date']}, K = {checked['knowledge_date']},"
            f" not for T = {T}, K = {K}",
            _BUILD,
        )
    results = _rows(quality / RESULTS)
    if not any(row["stage"] == "figures" for row in results):
        raise ToolFailed("The rules about figures have not been run yet", _BUILD)
    broken = [row["rule_id"] for row in results if row["result"] == "error"]
    if broken:
        raise ToolFailed(
            f"{', '.join(broken)} could not be run: what they would find would look closed", "Mend them, then freeze."
        )


def _frozen(history: Path) -> list[tuple[str, ...]]:
    with history.open(encoding="utf-8", newline="") as stream:
        header, *lines = csv.reader(stream)
    if tuple(header) != HISTORY_COLUMNS:
        raise ToolFailed(f"{history.name} has other columns than {', '.join(HISTORY_COLUMNS)}", "Restore the file.")
    return [tuple(line) for line in lines]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
