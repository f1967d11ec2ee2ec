"""What the checks step wrote, for its words: which rule ended how, and its title. Its numbers are figures."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from camket.messages import ToolFailed
from camket.report.words import Voice


@dataclass(frozen=True)
class Quality:
    """Rows of check_results.csv, in the order of rule ids."""

    results: tuple[dict, ...]

    @classmethod
    def read(cls, folder: Path) -> Quality:
        """Raises ToolFailed if check_results.csv is missing."""
        path = folder / "check_results.csv"
        if not path.exists():
            raise ToolFailed(f"{path.name} is missing", "Run the checks first.")
        with path.open(encoding="utf-8", newline="") as stream:
            return cls(tuple(sorted(csv.DictReader(stream), key=lambda row: row["rule_id"])))

    def title(self, rule_id: str, voice: Voice) -> str:
        """Title of a rule."""
        return next((voice.of(row, "title") for row in self.results if row["rule_id"] == rule_id), rule_id)
