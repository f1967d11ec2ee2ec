"""How well each rule detects, as bench/detection measured it: expectations/detection.csv, one row a rule."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from camket.messages import ToolFailed

SCORES_FILE = Path("expectations") / "detection.csv"


@dataclass(frozen=True)
class Score:
    """Faults injected for the rule, how many of them it found, and how often it fired where it should not have."""

    injected: int
    found: int
    false_alarms: int


def load_scores(project_root: Path) -> dict[str, Score]:
    """Scores by rule id; none where nothing has been measured. Raises ToolFailed, naming file and line."""
    file = project_root / SCORES_FILE
    scores: dict[str, Score] = {}
    if not file.is_file():
        return scores
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            try:
                false = int(row["false_alarms_clean"]) + int(row["false_alarms_injected"])
                scores[row["rule_id"]] = Score(int(row["injected"]), int(row["found"]), false)
            except (KeyError, TypeError, ValueError) as error:
                raise ToolFailed(
                    f"{SCORES_FILE.as_posix()}, line {reader.line_num}: not a score",
                    "Write the file again: python -m bench.detection",
                ) from error
    return scores
