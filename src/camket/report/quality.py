"""What the checks step wrote, for its words: which rule ended how, and its title. Its numbers are figures."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from camket.messages import ToolFailed
from camket.report.words import Voice


@dataclass(frozen=True)
class Quality:
    """Rows of check_results.csv, in the order of rule ids; rows of rules.csv by rule id: what each reads, when it last
    found anything, how well it detects."""

    results: tuple[dict, ...]
    history: dict[str, dict]

    @classmethod
    def read(cls, folder: Path) -> Quality:
        """Raises ToolFailed if check_results.csv or rules.csv is missing."""
        results, history = (_rows(folder / name) for name in ("check_results.csv", "rules.csv"))
        return cls(tuple(sorted(results, key=lambda row: row["rule_id"])), {row["rule_id"]: row for row in history})

    def title(self, rule_id: str, voice: Voice) -> str:
        """Title of a rule."""
        return next((voice.of(row, "title") for row in self.results if row["rule_id"] == rule_id), rule_id)


def _rows(path: Path) -> list[dict]:
    if not path.exists():
        raise ToolFailed(f"{path.name} is missing", "Run the checks first.")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
