"""The checks step: rules of one stage against a built database; results and findings as CSV files.

Stages follow the build: `data` once the marts stand, `figures` once the figures table does, `release` once the report
is rendered. A stage drops what later stages found before, because it was found on an older build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from camket.checks.engine import Outcome, evaluate, tables_read
from camket.checks.findings import Finding, Words, findings_of
from camket.checks.life import Acceptance, Past, read_past
from camket.checks.outputs import Edition, write_outputs
from camket.checks.register import STAGES, Rule, load_register
from camket.checks.scores import load_scores
from camket.checks.session import open_session
from camket.checks.suites import load_suites
from camket.messages import ToolFailed


@dataclass(frozen=True)
class CheckResult:
    """One row of check_results.csv: what came of one rule. affected_agencies are codes joined by a semicolon.

    accepted_count  of the findings, those that a named role has accepted; they do not block
    """

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
    accepted_count: int = 0


RESULT_COLUMNS = tuple(CheckResult.__dataclass_fields__)


@dataclass(frozen=True)
class CheckRun:
    """Results and findings of the stage that was run, in the order of rule ids.

    accepted   the acceptances that count, by finding: those of findings of this run
    expired    acceptances of findings of this run whose last day has passed
    unmatched  acceptances that name no finding of this run nor of an earlier round: a mistyped id accepts nothing
    totals     findings by status, of all stages so far; empty for a look at some rules
    roles      names of the roles that may accept, in both languages
    """

    stage: str
    results: list[CheckResult]
    findings: list[Finding]
    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    expired: Sequence[Acceptance] = ()
    unmatched: Sequence[Acceptance] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

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
    titles: Mapping[str, str] | None = None,
) -> CheckRun:
    """Check `database` (opened read-only) by the rules of a stage and write the CSV files to the folder `output`.

    only     ids of the rules to run, of whatever stage; nothing is written then: a look at some rules is no record
    rebuild  False where this build makes no second build to compare with: REP-01 is then not applicable
    titles   title of the package in "en" and "vi", for the workbooks of the agencies

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
        outcomes = evaluate(connection, runnable, expectations, project_root)
        words = Words(connection, project_root)
        past = read_past(connection)
        findings = [finding for outcome in outcomes for finding in findings_of(outcome, words)]
        reads = {rule_id: tables_read(connection, expectation) for rule_id, expectation in expectations.items()}
    outcomes += [_without_rebuild(rule) for rule in chosen if rule not in runnable]
    outcomes.sort(key=lambda outcome: outcome.rule.rule_id)
    results = [_result(outcome, findings, past) for outcome in outcomes]
    totals = {}
    if only is None:
        rows = [tuple(getattr(result, name) for name in RESULT_COLUMNS) for result in results]
        edition = Edition(rules, past, reads, words, dict(titles or {}), load_scores(project_root))
        totals = write_outputs(output, edition, stage, RESULT_COLUMNS, rows, findings)
    found = {finding.finding_id for finding in findings}
    judged = {result.rule_id for result in results if result.result != "error"}
    return CheckRun(
        stage,
        results,
        findings,
        accepted={key: word for key, word in past.accepted.items() if key in found},
        expired=[word for key, word in past.expired.items() if key in found],
        unmatched=[
            word
            for key, word in past.accepted.items()
            if key[:6] in judged and key not in found and key not in past.last_seen
        ],
        totals=totals,
        roles=words.roles,
    )


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


def _result(outcome: Outcome, findings: Sequence[Finding], past: Past) -> CheckResult:
    rule = outcome.rule
    shown = [finding for finding in findings if finding.rule_id == rule.rule_id]
    accepted = [finding for finding in shown if finding.finding_id in past.accepted]
    message, result = dict(outcome.message), outcome.result
    if kept_back := len(outcome.rows) - len(shown):
        message["en"] = f"{kept_back} of them on commitments that are not public and are not shown."
        message["vi"] = f"Trong đó {kept_back} về cam kết không công khai nên không hiển thị."
    if result == "fail" and not _blocking_rows(outcome) - sum(finding.severity == "error" for finding in accepted):
        result = "warn"
        message["en"] = f"{message['en']} All that would block is accepted.".strip()
        message["vi"] = f"{message['vi']} Mọi vi phạm gây chặn đã được chấp nhận.".strip()
    return CheckResult(
        rule_id=rule.rule_id,
        severity=outcome.severity,
        level=rule.level,
        dimension=rule.dimension,
        stage=rule.stage,
        owner_role=rule.owner_role,
        title_en=rule.title["en"],
        title_vi=rule.title["vi"],
        result=result,
        checked_count=outcome.checked_count,
        failing_count=len(outcome.rows),
        affected_agencies=";".join(sorted({finding.agency_id for finding in shown if finding.agency_id})),
        message=message["en"],
        message_vi=message["vi"],
        accepted_count=len(accepted),
    )


def _blocking_rows(outcome: Outcome) -> int:
    """Failing rows that block, those that are not shown included: nobody can accept what is not shown."""
    return sum(not outcome.rule.graded or row["grade"] == "error" for row in outcome.rows)
