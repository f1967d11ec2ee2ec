"""Writes docs/mutants.md."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.mutants.operators import Mutant

ASSERTED = ("recall", "false alarm", "fixture", "worked example", "error")


@dataclass(frozen=True)
class Result:
    """A mutant and what killed it; "" if it survived."""

    mutant: Mutant
    killed: str


def write(results: list[Result], rules: int, models: int, seed: int, root: Path) -> None:
    """Write the document from its words and these results; reasons for survivors are in reasons.csv, by name of the
    mutant."""
    folder = root / "bench" / "mutants"
    reasons = {}
    if (folder / "reasons.csv").is_file():
        with open(folder / "reasons.csv", encoding="utf-8", newline="") as file:
            reasons = {row["mutant"]: row["reason"] for row in csv.DictReader(file)}
    survivors = [r for r in results if not r.killed]
    equivalent = [r for r in survivors if reasons.get(r.mutant.name, "").startswith("equivalent")]
    killed = len(results) - len(survivors)
    numbers = {
        "rules": rules, "models": models, "seed": seed, "count": len(results), "killed": killed,
        "score": f"{100 * killed / max(1, len(results)):.1f}", "equivalent": len(equivalent),
        "score_without": f"{100 * killed / max(1, len(results) - len(equivalent)):.1f}",
        "summary": summary(results),
        "kinds": _kinds(results), "survivors": _survivors(survivors, reasons),
    }  # fmt: skip
    text = (folder / "report.md").read_text(encoding="utf-8")
    for name, value in numbers.items():
        text = text.replace("{" + name + "}", str(value))
    (root / "docs" / "mutants.md").write_text(text, encoding="utf-8")


def summary(results: list[Result]) -> str:
    """Table of the score, as Markdown."""
    of_rules = [r for r in results if r.mutant.is_rule]
    of_models = [r for r in results if not r.mutant.is_rule]
    groups = [("rules", of_rules), ("models", of_models), ("together", results)]
    lines = [
        "| mutants of | sampled | killed | by an assertion | by a golden value only | score |",
        "|---|---|---|---|---|---|",
    ]
    for name, group in groups:
        killed = [r for r in group if r.killed]
        asserted = sum(r.killed in ASSERTED for r in killed)
        share = f"{100 * len(killed) / len(group):.1f} %" if group else "–"
        lines.append(f"| {name} | {len(group)} | {len(killed)} | {asserted} | {len(killed) - asserted} | {share} |")
    return "\n".join(lines)


def _kinds(results: list[Result]) -> str:
    every = Counter(r.mutant.what for r in results)
    killed = Counter(r.mutant.what for r in results if r.killed)
    lines = ["| change | sampled | killed |", "|---|---|---|"]
    return "\n".join(lines + [f"| {what} | {count} | {killed[what]} |" for what, count in sorted(every.items())])


def _survivors(survivors: list[Result], reasons: dict[str, str]) -> str:
    lines = ["| where | change | from → to | reason |", "|---|---|---|---|"]
    for result in survivors:
        mutant = result.mutant
        place = mutant.place.replace("|", "\\|")
        lines.append(
            f"| {mutant.where} | {mutant.what} | `{place}` | {reasons.get(mutant.name, 'not looked at yet')} |"
        )
    return "\n".join(lines) if survivors else "None."
