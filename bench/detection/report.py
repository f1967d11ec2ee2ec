"""Writes what the bench has found: docs/detection.md for people, expectations/detection.csv for the check step.

The check step puts these scores beside the results of each rule (rules.csv of a release, and the report).
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.detection.figures import FigureTrial
from bench.detection.files import FileTrial
from bench.detection.trial import Trial

from camket.checks.scores import SCORES_FILE

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "bench" / "detection" / "report.md"
SCORES = ROOT / SCORES_FILE
COLUMNS = ("rule_id", "injected", "found", "recall", "false_alarms_clean", "false_alarms_injected")
# Kinds of fault that no rule finds, and why. A test fails on one that is found, so that it is taken off.
KNOWN_MISSES: dict[str, str] = {}


@dataclass(frozen=True)
class Results:
    """What was measured. clean: registers examined; false_clean: (rule, severity) → (seed, object) of each false
    alarm."""

    trials: list[Trial]
    clean: int
    false_clean: dict[tuple[str, str], list[tuple[int, str]]]
    files: list[FileTrial]
    file_kinds: int
    figures: list[FigureTrial]
    verified: int
    disagreements: list[str]


def write(results: Results, rules: dict) -> None:
    """Write the CSV and the document."""
    rows = _rows(results)
    with SCORES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (ROOT / "docs" / "detection.md").write_text(_document(results, rows, rules), encoding="utf-8")


def _rows(results: Results) -> list[dict]:
    injected, found = Counter(), Counter()
    for trial in [*results.trials, *results.files, *results.figures]:
        injected[trial.fault.rule] += 1
        found[trial.fault.rule] += trial.found
    false = Counter(rule for trial in results.trials for rule in trial.false)
    clean = Counter()
    for (rule_id, _), alarms in results.false_clean.items():
        clean[rule_id] += len({seed for seed, _ in alarms})
    return [
        {
            "rule_id": rule_id,
            "injected": injected[rule_id],
            "found": found[rule_id],
            "recall": f"{found[rule_id] / injected[rule_id]:.3f}" if injected[rule_id] else "",
            "false_alarms_clean": clean[rule_id],
            "false_alarms_injected": false[rule_id],
        }
        for rule_id in sorted(set(injected) | set(false) | set(clean))
    ]


def _document(results: Results, rows: list[dict], rules: dict) -> str:
    trials, files, figures = results.trials, results.files, results.figures
    kinds = {trial.fault.name: trial.fault for trial in trials}
    blocking = [trial for trial in trials if trial.blocking]
    false = [trial for trial in trials if trial.false]
    clean_errors = sum(len(alarms) for (_, severity), alarms in results.false_clean.items() if severity == "error")
    clean_warnings = sum(len(alarms) for (_, severity), alarms in results.false_clean.items() if severity != "error")
    injected, found = sum(row["injected"] for row in rows), sum(row["found"] for row in rows)
    numbers = {
        "kinds": len(kinds),
        "trials": len(trials),
        "seeds": len(trials) // max(1, len(kinds)),
        "file_kinds": results.file_kinds,
        "file_trials": len(files),
        "figure_kinds": len({trial.fault.name for trial in figures}),
        "figure_trials": len(figures),
        "injected": injected,
        "found": found,
        "recall": f"{100 * found / injected:.1f}",
        "rules": sum(1 for row in rows if row["injected"]),
        "complete": sum(row["found"] == row["injected"] > 0 for row in rows),
        "clean": results.clean,
        "clean_errors": clean_errors,
        "clean_warnings": clean_warnings,
        "false": len(false),
        "blocking": len(blocking),
        "verified": results.verified,
        "disagreements": len(results.disagreements),
        "by_rule": _by_rule(rows, rules),
        "by_kind": _by_kind(trials),
        "missed": _missed([*trials, *files, *figures]),
        "combinations": _by_kind([t for t in trials if t.fault.is_combination]),
        "by_file": _by_file(files),
        "by_figure": _by_file(figures),
        "false_list": _false(false, results),
    }
    text = WORDS.read_text(encoding="utf-8")
    for name, value in numbers.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def _table(header: list[str], rows: list[list]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def _by_rule(rows: list[dict], rules: dict) -> str:
    header = ["rule", "what it says", "injected", "found", "recall", "false alarms, clean", "false alarms, injected"]
    return _table(
        header,
        [
            [
                row["rule_id"],
                rules[row["rule_id"]].title["en"],
                row["injected"],
                row["found"],
                f"{100 * float(row['recall']):.0f} %" if row["recall"] else "–",
                row["false_alarms_clean"],
                row["false_alarms_injected"],
            ]
            for row in rows
        ],
    )


def _by_kind(trials: list[Trial]) -> str:
    rows = []
    for name in dict.fromkeys(trial.fault.name for trial in trials):
        of_kind = [trial for trial in trials if trial.fault.name == name]
        also = sorted(set().union(*(trial.also for trial in of_kind)))
        false = sorted(set().union(*(trial.false for trial in of_kind)))
        fault = of_kind[0].fault
        found = f"{sum(trial.found for trial in of_kind)}/{len(of_kind)}"
        rows.append([fault.rule, fault.words, found, " ".join(also) or "–", " ".join(false) or "–"])
    return _table(["rule", "fault", "found", "rightly also", "false"], sorted(rows))


def _by_file(trials: list[FileTrial] | list[FigureTrial]) -> str:
    rows = []
    for fault in dict.fromkeys(trial.fault for trial in trials):
        of_kind = [trial for trial in trials if trial.fault == fault]
        rows.append([fault.rule, fault.words, f"{sum(trial.found for trial in of_kind)}/{len(of_kind)}"])
    return _table(["rule", "fault", "found"], sorted(rows))


def _missed(trials: list) -> str:
    lines = []
    for name in dict.fromkeys(t.fault.name for t in trials if not t.found):
        of_kind = [t for t in trials if t.fault.name == name]
        missed = [str(t.seed) for t in of_kind if not t.found]
        fault = of_kind[0].fault
        lines.append(
            f"- **{fault.rule}** `{name}`: {fault.words} ({len(missed)} of {len(of_kind)}: seeds {', '.join(missed)}). "
            f"Why: {KNOWN_MISSES.get(name, 'not looked at yet')}."
        )
    return "\n".join(lines) or "None."


def _false(trials: list[Trial], results: Results) -> str:
    lines = [
        f"- `{trial.fault.name}`, seed {trial.seed}: {', '.join(sorted(trial.false))}"
        + (" (blocking)" if trial.blocking else "")
        for trial in trials
    ]
    for (rule_id, severity), alarms in sorted(results.false_clean.items()):
        lines.append(
            f"- clean registers: {rule_id} ({severity}) {len(alarms)} times, "
            f"first of seed {alarms[0][0]}: {alarms[0][1]}"
        )
    return "\n".join(lines) or "None."
