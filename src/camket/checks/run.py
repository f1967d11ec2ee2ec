"""The checks step: rules of one stage against a built database; results and findings as CSV files.

Stages follow the build: `data` once the marts stand, `figures` once the figures table does, `release` once the report
is rendered. A stage drops what later stages found before, because it was found on an older build.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from camket.checks.engine import Outcome, evaluate
from camket.checks.findings import FINDING_COLUMNS, Finding, Words, finding_rows, findings_of
from camket.checks.register import STAGES, Rule, load_register
from camket.checks.session import open_session
from camket.checks.suites import load_suites
from camket.files import write_csv
from camket.messages import ToolFailed

RESULTS = "check_results.csv"
FINDINGS = "findings.csv"
BY_AGENCY = "by_agency.csv"
AGENCIES = "agencies"


@dataclass(frozen=True)
class CheckResult:
    """One row of check_results.csv: what came of one rule. affected_agencies are codes joined by a semicolon."""

    rule_id: str
    severity: str
    level: str
    dimension: str
    stage: str
    owner_role: str
    title_en: str
    title_vi: str
    result: str
    checked_count: int
    failing_count: int
    affected_agencies: str
    message: str
    message_vi: str


RESULT_COLUMNS = tuple(CheckResult.__dataclass_fields__)


@dataclass(frozen=True)
class CheckRun:
    """Results and findings of the stage that was run, in the order of rule ids."""

    stage: str
    results: list[CheckResult]
    findings: list[Finding]

    @property
    def blocking(self) -> list[CheckResult]:
        """What forbids publication: rules of severity error that fail, or that could not be run at all."""
        return [r for r in self.results if r.severity == "error" and r.result in ("fail", "error")]

    @property
    def errored(self) -> list[CheckResult]:
        """Rules of either severity that could not be run."""
        return [r for r in self.results if r.result == "error"]

    def print(self, *, language: str = "en", stream: TextIO | None = None) -> None:
        """Print a table of what needs attention to `stream` (standard output by default)."""
        from camket.checks.show import print_run

        print_run(self, language=language, stream=stream)


def run_checks(
    database: Path,
    output: Path,
    *,
    stage: str = "data",
    only: Iterable[str] | None = None,
    project_root: Path,
    rebuild: bool = True,
) -> CheckRun:
    """Check `database` (opened read-only) by the rules of a stage and write the CSV files to the folder `output`.

    only     ids of the rules to run, of whatever stage; nothing is written then: a look at some rules is no record
    rebuild  False where this build makes no second build to compare with: REP-01 is then not applicable

    Raises ToolFailed (exit code 2) for a mistake in register, suites or parameters, and if the database is missing.
    """
    if stage not in STAGES:
        raise ToolFailed(f"There is no stage {stage}", f"Stages are {', '.join(STAGES)}.")
    rules = load_register(project_root)
    expectations = load_suites(project_root, rules)
    chosen = _choose(rules, stage, only)
    runnable = [rule for rule in chosen if rebuild or rule.artefact != "rebuild"]
    with open_session(
        database, project_root, {rule.artefact for rule in rules.values() if rule.artefact}
    ) as connection:
        outcomes = evaluate(connection, runnable, expectations)
        words = Words(connection, project_root)
        findings = [finding for outcome in outcomes for finding in findings_of(outcome, words)]
    outcomes += [_without_rebuild(rule) for rule in chosen if rule not in runnable]
    outcomes.sort(key=lambda outcome: outcome.rule.rule_id)
    run = CheckRun(stage, [_result(outcome, findings) for outcome in outcomes], findings)
    if only is None:
        _write(run, output, rules)
    return run


def explain(rule_id: str, *, project_root: Path, database: Path | None = None, language: str = "en") -> str:
    """The rule in words, what it reads, its SQL, how to run it, and, where `database` exists, its parameters in force.

    Raises ToolFailed for an unknown rule and for mistakes in register and suites.
    """
    from camket.checks.show import explanation

    rules = load_register(project_root)
    rule = find_rule(rules, rule_id)
    return explanation(rule, load_suites(project_root, rules).get(rule_id), project_root, database, language)


def _choose(rules: dict[str, Rule], stage: str, only: Iterable[str] | None) -> list[Rule]:
    if only is None:
        return [rule for rule in rules.values() if rule.stage == stage]
    wanted = list(dict.fromkeys(only))
    for rule_id in wanted:
        find_rule(rules, rule_id)
    return [rules[rule_id] for rule_id in sorted(wanted)]


def find_rule(rules: dict[str, Rule], rule_id: str) -> Rule:
    """The rule of that id. Raises ToolFailed, naming those of the same family."""
    if rule_id not in rules:
        near = [known for known in rules if known[:3] == rule_id[:3].upper()] or list(rules)
        raise ToolFailed(f"There is no rule {rule_id}", f"Rules near it: {', '.join(near)}.")
    return rules[rule_id]


def _without_rebuild(rule: Rule) -> Outcome:
    message = {
        "en": "This build was asked not to make a second build to compare with.",
        "vi": "Lần dựng này được yêu cầu không dựng lần thứ hai để so sánh.",
    }
    return Outcome(rule, rule.severity, "not_applicable", message=message)


def _result(outcome: Outcome, findings: Sequence[Finding]) -> CheckResult:
    rule = outcome.rule
    shown = sum(f.rule_id == rule.rule_id for f in findings)
    message = dict(outcome.message)
    if shown < len(outcome.rows):
        message["en"] = f"{len(outcome.rows) - shown} of them on commitments that are not public and are not shown."
        message["vi"] = f"Trong đó {len(outcome.rows) - shown} về cam kết không công khai nên không hiển thị."
    agencies = {f.agency_id for f in findings if f.rule_id == rule.rule_id and f.agency_id}
    return CheckResult(
        rule_id=rule.rule_id,
        severity=outcome.severity,
        level=rule.level,
        dimension=rule.dimension,
        stage=rule.stage,
        owner_role=rule.owner_role,
        title_en=rule.title["en"],
        title_vi=rule.title["vi"],
        result=outcome.result,
        checked_count=outcome.checked_count,
        failing_count=len(outcome.rows),
        affected_agencies=";".join(sorted(agencies)),
        message=message["en"],
        message_vi=message["vi"],
    )


def _write(run: CheckRun, output: Path, rules: dict[str, Rule]) -> None:
    """Write all files, with what earlier stages of the same build found before this one."""
    earlier = STAGES[: STAGES.index(run.stage)]
    kept_results = [row for row in _read(output / RESULTS, RESULT_COLUMNS) if row[4] in earlier]
    kept_ids = {row[0] for row in kept_results}
    kept_findings = [row for row in _read(output / FINDINGS, FINDING_COLUMNS) if row[1] in kept_ids]
    results = [tuple(getattr(r, name) for name in RESULT_COLUMNS) for r in run.results]
    write_csv(output / RESULTS, RESULT_COLUMNS, sorted([*kept_results, *results], key=lambda row: row[0]))
    rows = sorted([*kept_findings, *finding_rows(run.findings)], key=lambda row: (row[1], row[0]))
    write_csv(output / FINDINGS, FINDING_COLUMNS, rows)
    counts = Counter((row[6], row[1], row[2]) for row in rows if row[6])
    by_agency = [(agency, rule, severity, n) for (agency, rule, severity), n in sorted(counts.items())]
    write_csv(output / BY_AGENCY, ("agency_id", "rule_id", "severity", "failing_count"), by_agency)
    _write_agencies(output / AGENCIES, rows)


def _write_agencies(folder: Path, rows: list[Sequence[str]]) -> None:
    """One file an agency; files of agencies that have no findings any more are taken away."""
    agencies = sorted({row[6] for row in rows if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", row[6])})
    if folder.is_dir():
        for file in folder.glob("*.csv"):
            if file.stem not in agencies:
                file.unlink()
    for agency in agencies:
        write_csv(folder / f"{agency}.csv", FINDING_COLUMNS, [row for row in rows if row[6] == agency])


def _read(file: Path, header: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows of a file that an earlier stage wrote; none if there is no such file or it has other columns."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    return [tuple(line) for line in lines[1:]] if lines and tuple(lines[0]) == tuple(header) else []
