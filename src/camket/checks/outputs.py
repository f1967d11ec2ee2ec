"""The files of the checks step: results, findings and their life, the history of each rule, a file for each agency."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from camket.checks.edition import Edition
from camket.checks.findings import FINDING_COLUMNS, Finding, finding_rows
from camket.checks.life import LIFE_COLUMNS, STATUSES, Life, lives
from camket.checks.register import STAGES, Rule
from camket.checks.scores import Score
from camket.checks.workbook import write_workbook
from camket.files import csv_text, write_csv
from camket.messages import ToolFailed

RESULTS = "check_results.csv"
FINDINGS = "findings.csv"
LIVES = "findings_life.csv"
RULE_HISTORY = "rules.csv"
EDITION = "edition.csv"
BY_AGENCY = "by_agency.csv"
AGENCIES = "agencies"
# What a file of an agency says of a finding beside the columns of findings.csv.
AGENCY_COLUMNS = (*FINDING_COLUMNS, *(name for name in LIFE_COLUMNS if name not in FINDING_COLUMNS))
RULE_COLUMNS = (
    "rule_id", "severity", "stage", "owner_role", "title_en", "title_vi", "reads", "parameters", "result",
    "checked_count", "failing_count", "accepted_count", "opened_count", "still_open_count", "reopened_count",
    "closed_count", "closed_earlier_count", "first_failed_round", "last_failed_round", "failed_rounds_count",
    "rounds_count", "faults_injected_count", "faults_found_count", "false_alarm_count",
)  # fmt: skip


def write_outputs(
    output: Path, edition: Edition, stage: str, columns: Sequence[str], results: list[tuple], findings: list[Finding]
) -> dict[str, int]:
    """Write all files, with what earlier stages of the same build found before this one.

    What later stages found is kept only if this stage says what it said before: they ran on figures that hang on it.
    Returns the number of findings by status; `closed` counts those that were closed since the round before.
    """
    old_results, old_findings = _read(output / RESULTS, columns), _read(output / FINDINGS, FINDING_COLUMNS)
    results.sort(key=lambda row: row[0])
    rows = sorted(finding_rows(findings), key=lambda row: (row[1], row[0]))
    same = _same(columns, (old_results, old_findings), (results, rows))
    kept_stages = STAGES if same else STAGES[: STAGES.index(stage)]
    kept_results = [row for row in old_results if row[4] in kept_stages and row[4] != stage]
    kept_ids = {row[0] for row in kept_results}
    kept_findings = [row for row in old_findings if row[1] in kept_ids]
    results = sorted([*kept_results, *results], key=lambda row: row[0])
    rows = sorted([*kept_findings, *rows], key=lambda row: (row[1], row[0]))
    by_rule = {row[0]: dict(zip(columns, row, strict=True)) for row in results}
    found = {row[0]: dict(zip(FINDING_COLUMNS, row, strict=True)) for row in rows}
    life = lives(found.values(), edition.past, silent=_silent(edition.rules, by_rule), hidden=edition.words.restricted)
    write_csv(output / RESULTS, columns, results)
    write_csv(output / FINDINGS, FINDING_COLUMNS, rows)
    write_csv(output / LIVES, LIFE_COLUMNS, [astuple(row) for row in life])
    write_csv(output / RULE_HISTORY, RULE_COLUMNS, _rule_history(edition, by_rule, life))
    past = edition.past
    write_csv(
        output / EDITION,
        ("valid_date", "knowledge_date", "round_id"),
        [(past.valid_date.isoformat(), past.knowledge_date.isoformat(), past.round_id)],
    )
    counts = Counter((row[6], row[1], row[2]) for row in rows if row[6])
    by_agency = [(agency, rule, severity, n) for (agency, rule, severity), n in sorted(counts.items())]
    write_csv(output / BY_AGENCY, ("agency_id", "rule_id", "severity", "failing_count"), by_agency)
    _write_agencies(output / AGENCIES, edition, found, life)
    totals = Counter(row.status for row in life if row.status != "closed" or row.closed_round == past.round_id)
    return {status: totals[status] for status in STATUSES}


def _same(columns: Sequence[str], old: tuple[list[tuple], list[tuple]], new: tuple[list[tuple], list[tuple]]) -> bool:
    """Whether results and findings are the very rows that the stage of `new` gave when it ran last."""
    ran = {row[0] for row in new[0]}
    before = [row for row in old[0] if row[0] in ran], [row for row in old[1] if row[1] in ran]
    return all(
        csv_text(header, past) == csv_text(header, now)
        for header, past, now in zip((columns, FINDING_COLUMNS), before, new, strict=True)
    )


def require_complete(folder: Path, rules: Mapping[str, Rule]) -> None:
    """Raise ToolFailed unless each rule that can be run has a result in `folder`: half the checks prove nothing."""
    file = folder / RESULTS
    if not file.is_file():
        raise ToolFailed("the checks of this build have not been run", "Run make, which runs the checks first.")
    with file.open(encoding="utf-8", newline="") as stream:
        judged = {row["rule_id"] for row in csv.DictReader(stream)}
    if missing := [rule_id for rule_id, rule in rules.items() if not rule.not_applicable and rule_id not in judged]:
        raise ToolFailed(
            f"the checks of this build have no result for {', '.join(missing)}",
            "Run camket check and then camket figures, which judges the figures too.",
        )


def _silent(rules: dict[str, Rule], results: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Rules that have not judged this edition: not run yet, could not be run, or nothing was made for them to read."""
    judged = {
        rule_id
        for rule_id, result in results.items()
        if result["result"] != "error" and not (result["result"] == "not_applicable" and rules[rule_id].artefact)
    }
    return {rule_id for rule_id, rule in rules.items() if not rule.not_applicable} - judged


def _rule_history(edition: Edition, results: Mapping[str, Mapping[str, Any]], life: list[Life]) -> list[tuple]:
    """One row a rule: what it reads, what it found, what became of that, and when it last found anything."""
    past = edition.past
    statuses = Counter((row.rule_id, row.status) for row in life)
    closed_now = Counter(row.rule_id for row in life if row.status == "closed" and row.closed_round == past.round_id)
    failed: dict[str, set[str]] = {}
    for finding_id, (rule_id, *_) in past.last_seen.items():
        failed.setdefault(rule_id, set()).update(past.seen_in[finding_id])
    rows = []
    for rule_id, rule in edition.rules.items():
        result = results.get(rule_id, {})
        now = {past.round_id} if int(result.get("failing_count") or 0) else set()
        rounds = sorted(failed.get(rule_id, set()) | now)
        rows.append(
            (
                rule_id, result.get("severity", rule.severity), rule.stage, rule.owner_role, rule.title["en"],
                rule.title["vi"], " ".join(sorted(edition.reads.get(rule_id, ()))), " ".join(rule.parameters),
                *(result.get(name, "") for name in ("result", "checked_count", "failing_count", "accepted_count")),
                *(statuses[rule_id, status] for status in ("opened", "still_open", "reopened")),
                closed_now[rule_id], statuses[rule_id, "closed"] - closed_now[rule_id],
                rounds[0] if rounds else "", rounds[-1] if rounds else "", len(rounds), len(past.rounds) + 1,
                *_score(edition.scores.get(rule_id)),
            )
        )  # fmt: skip
    return rows


def _score(score: Score | None) -> tuple:
    return astuple(score) if score else ("", "", "")


def _write_agencies(folder: Path, edition: Edition, found: Mapping[str, Mapping[str, str]], life: list[Life]) -> None:
    """A CSV file and a workbook for each agency; those of agencies that have no findings any more are taken away."""
    of_agency: dict[str, list[dict[str, Any]]] = {}
    for row in life:
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", row.agency_id):
            own = dict(zip(LIFE_COLUMNS, astuple(row), strict=True))
            # Of a closed finding only what the round froze is known.
            of_agency.setdefault(row.agency_id, []).append(
                dict.fromkeys(AGENCY_COLUMNS, "") | dict(found.get(row.finding_id, {})) | own
            )
    if folder.is_dir():
        for file in [*folder.glob("*.csv"), *folder.glob("*.xlsx")]:
            if file.stem not in of_agency:
                file.unlink()
    for agency, rows in sorted(of_agency.items()):
        table = ([row[name] for name in AGENCY_COLUMNS] for row in rows)
        write_csv(folder / f"{agency}.csv", AGENCY_COLUMNS, table)
        names = {language: edition.words.agency(agency, language) for language in ("en", "vi")}
        write_workbook(folder / f"{agency}.xlsx", rows, edition, agency, names)


def _read(file: Path, header: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows of a file that an earlier stage wrote; none if there is no such file or it has other columns."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    return [tuple(line) for line in lines[1:]] if lines and tuple(lines[0]) == tuple(header) else []
