"""The checks step: rules of one stage against a built database; results and findings as CSV files.

Stages follow the build: `data` once the marts stand, `figures` once the figures table does, `release` once the report
is rendered. A stage that says anything new drops what later stages found before: that was found on older figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from camket.checks.edition import Edition
from camket.checks.engine import Outcome, evaluate, tables_read
from camket.checks.findings import Finding, Words, findings_of
from camket.checks.life import Past, read_past
from camket.checks.outputs import write_outputs
from camket.checks.register import STAGES, Rule, find_rule, load_register
from camket.checks.results import RESULT_COLUMNS, CheckResult, CheckRun
from camket.checks.scores import load_scores
from camket.checks.session import open_session
from camket.checks.suites import load_suites
from camket.messages import ToolFailed


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


def _choose(rules: dict[str, Rule], stage: str, only: Iterable[str] | None) -> list[Rule]:
    if only is None:
        return [rule for rule in rules.values() if rule.stage == stage]
    wanted = list(dict.fromkeys(only))
    for rule_id in wanted:
        find_rule(rules, rule_id)
    return [rules[rule_id] for rule_id in sorted(wanted)]


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
