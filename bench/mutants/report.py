"""Writes docs/mutants.md."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml
from bench.mutants.operators import Mutant

ASSERTED = ("recall", "false alarm", "fixture", "worked example", "error")


@dataclass(frozen=True)
class Result:
    """A mutant and what killed it; "" if it survived."""

    mutant: Mutant
    killed: str


@dataclass(frozen=True)
class Reason:
    """Why mutants of a class survive. kind: equivalent (nothing that could be seen changes) or open (a known gap)."""

    where: re.Pattern
    what: re.Pattern
    place: re.Pattern
    kind: str
    reason: str

    def holds(self, mutant: Mutant) -> bool:
        asked = ((self.where, mutant.where), (self.what, mutant.what), (self.place, mutant.place))
        return all(pattern.fullmatch(text) for pattern, text in asked)


def load_reasons(root: Path) -> list[Reason]:
    """The reasons of bench/mutants/reasons.yml. Raises ValueError for a kind that there is not."""
    entries = yaml.safe_load((root / "bench/mutants/reasons.yml").read_text(encoding="utf-8"))
    reasons = []
    for entry in entries:
        if entry["kind"] not in ("equivalent", "open"):
            raise ValueError(f"reasons.yml: {entry['kind']} is neither equivalent nor open")
        patterns = (re.compile(entry[name]) for name in ("where", "what", "place"))
        reasons.append(Reason(*patterns, entry["kind"], entry["reason"]))
    return reasons


def reason_of(mutant: Mutant, reasons: list[Reason]) -> Reason | None:
    """The first reason that holds of a mutant."""
    return next((reason for reason in reasons if reason.holds(mutant)), None)


def write(results: list[Result], rules: int, models: int, seed: int, root: Path) -> None:
    """Write the document from its words and these results."""
    reasons = load_reasons(root)
    survivors = [r for r in results if not r.killed]
    equivalent = [r for r in survivors if (why := reason_of(r.mutant, reasons)) and why.kind == "equivalent"]
    killed = len(results) - len(survivors)
    numbers = {
        "rules": rules, "models": models, "seed": seed, "count": len(results), "killed": killed,
        "score": f"{100 * killed / max(1, len(results)):.1f}", "equivalent": len(equivalent),
        "score_without": f"{100 * killed / max(1, len(results) - len(equivalent)):.1f}",
        "summary": summary(results),
        "kinds": _kinds(results), "survivors": _survivors(survivors, reasons),
    }  # fmt: skip
    text = (root / "bench/mutants/report.md").read_text(encoding="utf-8")
    for name, value in numbers.items():
        text = text.replace("{" + name + "}", str(value))
    (root / "docs/mutants.md").write_text(text, encoding="utf-8")


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


def _survivors(survivors: list[Result], reasons: list[Reason]) -> str:
    lines = ["| where | change | from → to | reason |", "|---|---|---|---|"]
    for result in survivors:
        mutant, why = result.mutant, reason_of(result.mutant, reasons)
        place = mutant.place.replace("|", "\\|")
        said = f"{why.kind}: {why.reason}" if why else "not looked at yet"
        lines.append(f"| {mutant.where} | {mutant.what} | `{place}` | {said} |")
    return "\n".join(lines) if survivors else "None."
