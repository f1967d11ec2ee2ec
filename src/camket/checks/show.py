"""What people read of the checks: the table after a run, the explanation of one rule, the catalogue of all."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import TextIO

import duckdb

from camket.checks.engine import tables_read
from camket.checks.register import Rule, find_rule, load_register
from camket.checks.results import CheckRun
from camket.checks.scores import load_scores
from camket.checks.session import PARAMETER_MACROS, open_session, parameters_in_force
from camket.checks.suites import Expectation, load_suites
from camket.messages import neutral

CATALOGUE_START = "<!-- catalogue: written by camket.checks.show.render_catalogue() -->"
CATALOGUE_END = "<!-- end of the catalogue -->"
_COLOURS = {"pass": "green", "warn": "yellow", "fail": "bold red", "error": "bold magenta", "not_applicable": "dim"}
_RESULTS = {
    "en": {"pass": "pass", "warn": "warn", "fail": "FAIL", "error": "ERROR", "not_applicable": "not applicable"},
    "vi": {
        "pass": "đạt",
        "warn": "cảnh báo",
        "fail": "KHÔNG ĐẠT",
        "error": "LỖI CHẠY",
        "not_applicable": "không áp dụng",
    },
}
_HEADERS = {
    "en": ("Rule", "Result", "Failing", "Checked", "What it asks"),
    "vi": ("Quy tắc", "Kết quả", "Không đạt", "Đã kiểm tra", "Nội dung kiểm tra"),
}
_MORE = {"en": "… and {n} more", "vi": "… và {n} phát hiện khác"}
_STATUSES = {
    "en": {
        "opened": "opened",
        "still_open": "still open",
        "reopened": "reopened",
        "accepted": "accepted",
        "closed": "closed since the round before",
    },
    "vi": {
        "opened": "mới",
        "still_open": "còn tồn tại",
        "reopened": "tái diễn",
        "accepted": "được chấp nhận",
        "closed": "đã khép từ kỳ trước",
    },
}
_ACCEPTED = {
    "en": "accepted by {role} until {until}: {reason}",
    "vi": "{role} chấp nhận đến {until}: {reason}",
}
_EXPIRED = {"en": "acceptance ended on {until}", "vi": "chấp nhận hết hạn ngày {until}"}
_UNMATCHED = {
    "en": "accepted_findings.csv names it, but no round has found it",
    "vi": "có trong accepted_findings.csv nhưng chưa kỳ nào phát hiện",
}


def print_run(run: CheckRun, *, language: str = "en", stream: TextIO | None = None, limit: int = 3) -> None:
    """Print what needs attention: each rule that did not pass, and up to `limit` findings of those that fail.

    Rules that pass are counted. Colours appear on a terminal only; nothing in a value can act on it.
    """
    # rich takes a tenth of a second to import, and help texts never need it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    stream = stream or sys.stdout
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else 140)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(_HEADERS[language]):
        table.add_column(name, justify="right" if number in (2, 3) else "left", no_wrap=number < 4)
    is_look = len(run.results) <= 5
    for result in run.results:
        if result.result == "pass" and not is_look:
            continue
        title = result.title_en if language == "en" else result.title_vi
        message = result.message if language == "en" else result.message_vi
        says = f"{title}. {message}" if message else title
        word = Text(_RESULTS[language][result.result], style=_COLOURS[result.result])
        counts = (f"{result.failing_count:,}", f"{result.checked_count:,}")
        table.add_row(result.rule_id, word, *counts, Text(neutral(says, None)))
    if table.row_count:
        console.print(table)
    for result in run.results:
        if result.result == "fail" or (is_look and result.result == "warn"):
            _print_findings(console, run, result.rule_id, language, limit if not is_look else 20)
    _print_acceptances(console, run, language)
    counts = Counter(result.result for result in run.results)
    parts = [f"{_RESULTS[language][name]}: {counts[name]}" for name in _COLOURS if counts[name]]
    console.print(Text(" · ".join(parts), style="bold"))
    if run.totals:
        parts = [f"{word}: {run.totals[status]}" for status, word in _STATUSES[language].items()]
        console.print(Text(" · ".join(parts)))


def _print_acceptances(console, run: CheckRun, language: str) -> None:
    """Who accepted what, why and until when; and acceptances that have ended or that name nothing."""
    from rich.text import Text

    says: dict[tuple[str, str], list[str]] = {}
    for word in run.accepted.values():
        role = run.roles.get(word.role, {}).get(language, word.role)
        text = _ACCEPTED[language].format(role=role, until=word.until_date, reason=word.reason)
        says.setdefault((word.finding_id[:6], text), []).append(word.finding_id)
    for words, template in ((run.expired, _EXPIRED), (run.unmatched, _UNMATCHED)):
        for word in words:
            text = template[language].format(until=word.until_date)
            says.setdefault((word.finding_id[:6], text), []).append(word.finding_id)
    for (_, text), ids in says.items():
        # One signature often covers many findings of a rule.
        more = f" {_MORE[language].format(n=len(ids) - 2)}" if len(ids) > 2 else ""
        named = ", ".join(ids[:2])
        console.print(Text("  " + neutral(f"{named}{more}  {text}", None)), soft_wrap=True)


def _print_findings(console, run: CheckRun, rule_id: str, language: str, limit: int) -> None:
    from rich.text import Text

    found = [finding for finding in run.findings if finding.rule_id == rule_id]
    for finding in found[:limit]:
        place = f"{finding.file}, {finding.row}" if finding.row else finding.file
        says = finding.explanation_en if language == "en" else finding.explanation_vi
        line = "  ".join(part for part in (finding.finding_id, place, says) if part)
        console.print(Text(f"  {neutral(line, None)}"), soft_wrap=True)
    if len(found) > limit:
        console.print(Text("  " + _MORE[language].format(n=len(found) - limit), style="dim"))


def explain(rule_id: str, *, project_root: Path, database: Path | None = None, language: str = "en") -> str:
    """The rule in words, what it reads, its SQL, how to run it, and, where `database` exists, its parameters in force.

    Raises ToolFailed for an unknown rule and for mistakes in register and suites.
    """
    rules = load_register(project_root)
    rule = find_rule(rules, rule_id)
    return _explanation(rule, load_suites(project_root, rules).get(rule_id), project_root, database, language)


def _explanation(
    rule: Rule, expectation: Expectation | None, project_root: Path, database: Path | None, language: str = "en"
) -> str:
    """All there is to know of one rule, as plain text: the entry, what it reads, its parameters and its SQL."""
    lines = [
        f"{rule.rule_id}  {rule.title[language]}",
        "",
        f"Checks:      {_flat(rule.checks[language])}",
        f"Why:         {_flat(rule.motive[language])}",
        f"Says:        {_flat(rule.explanation[language])}",
        f"Remedy:      {_flat(rule.remedy[language])}",
        f"Severity:    {rule.severity}{' or error, by the numbers' if rule.graded else ''}",
        f"Kind:        {rule.dimension}, level {rule.level}, stage {rule.stage}",
        f"Owner:       {rule.owner_role}",
        f"Applies to:  {rule.applies_to}",
        f"Entry:       {rule.place}",
    ]
    if rule.limits:
        lines.append(f"Limits:      {_flat(rule.limits[language])}")
    if rule.not_applicable:
        return "\n".join([*lines, "", f"Not applicable: {_flat(rule.not_applicable[language])}"])
    lines.append(f"Expectation: {expectation.place} ({expectation.type})")
    with duckdb.connect() as connection:
        reads = sorted(tables_read(connection, expectation))
    lines.append(f"Reads:       {', '.join(reads) or 'files of the project'}")
    if score := load_scores(project_root).get(rule.rule_id):
        lines.append(
            f"Detection:   {score.found} of {score.injected} injected faults found, {score.false_alarms} false alarms "
            "(docs/detection.md)"
        )
    wanted = [*rule.parameters, f"severity_{rule.rule_id}"]
    if database is not None and database.is_file():
        with open_session(database, project_root, set()) as connection:
            values = parameters_in_force(connection)
        said = [f"{name} = {values[name][0]}" for name in wanted if name in values]
        lines.append(f"Parameters:  {', '.join(said) or 'none'}")
        lines += _last_result(rule.rule_id, database.parent / "quality" / "rules.csv")
    else:
        lines.append(f"Parameters:  {', '.join(rule.parameters) or 'none'} (values are shown once there is a database)")
    lines += [
        f"Run it:      python -m camket check {rule.rule_id}",
        "",
        "-- In the DuckDB shell, opened in the project folder on the database of the build:",
        *([PARAMETER_MACROS] if expectation.parameters else []),
        *([_artefact(rule.artefact, database, project_root)] if rule.artefact else []),
        "-- objects examined:",
        expectation.checked_query + ";",
        "-- failing rows:",
        expectation.query + ";",
    ]
    return "\n".join(lines)


def _last_result(rule_id: str, history: Path) -> list[str]:
    """What the last run found, what became of it, and when the rule last found anything; nothing before a run."""
    if not history.is_file():
        return []
    with history.open(encoding="utf-8", newline="") as stream:
        row = next((row for row in csv.DictReader(stream) if row["rule_id"] == rule_id), None)
    if row is None or not row["result"]:
        return []
    became = ("opened", "still_open", "reopened", "closed")
    parts = [f"{row[f'{status}_count']} {status.replace('_', ' ')}" for status in became]
    rounds = f"{row['failed_rounds_count']} of {row['rounds_count']} rounds"
    last = f"in {rounds}, last in {row['last_failed_round']}" if row["last_failed_round"] else f"in {rounds}"
    return [
        f"Last result: {row['result']}, {row['failing_count']} failing of {row['checked_count']} examined",
        f"Life:        {', '.join(parts)}, {row['accepted_count']} accepted",
        f"Found:       {last}",
    ]


def _artefact(name: str, database: Path | None, project_root: Path) -> str:
    """How to see a file of the build folder as the table that the query calls by its name."""
    if database is None:
        return f"-- reads {name}.csv of the build folder as the table {name}"
    file = (database.parent / f"{name}.csv").resolve()
    root = project_root.resolve()
    shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    return f"create or replace temporary table {name} as from read_csv('{shown}', header = true, all_varchar = true);"


def render_catalogue(rules: dict[str, Rule]) -> str:
    """The table of all rules as Markdown, in both languages, from the register."""
    lines = [
        CATALOGUE_START,
        "",
        *_coverage(rules),
        "",
        "| rule | severity | what it checks | nội dung kiểm tra |",
        "|---|---|---|---|",
    ]
    for rule in rules.values():
        severity = "warning or error" if rule.graded else rule.severity
        if rule.not_applicable:
            severity += ", not applicable"
        about = {lang: f"**{_cell(rule.title[lang])}.** {_cell(rule.checks[lang])}" for lang in ("en", "vi")}
        if rule.limits:
            about = {lang: f"{about[lang]} *{_cell(rule.limits[lang])}*" for lang in ("en", "vi")}
        if rule.not_applicable:
            about = {lang: f"{about[lang]} *{_cell(rule.not_applicable[lang])}*" for lang in ("en", "vi")}
        lines.append(f"| {rule.rule_id} | {severity} | {about['en']} | {about['vi']} |")
    return "\n".join([*lines, "", CATALOGUE_END])


def _coverage(rules: dict[str, Rule]) -> list[str]:
    """What of the catalogue there is, what is not and why."""
    names = {
        "core": "core rules",
        "second_stage": "rules of the second stage",
        "project": "rules of this project's own",
    }
    lines = []
    for origin, name in names.items():
        own = [rule for rule in rules.values() if rule.origin == origin]
        running = [rule for rule in own if not rule.not_applicable]
        without = ", ".join(rule.rule_id for rule in own if rule.not_applicable)
        limited = ", ".join(rule.rule_id for rule in own if rule.limits)
        text = f"- {len(own)} {name}: {len(running)} have an expectation"
        text += f"; {without} need none, and say why" if without else ""
        text += f"; {limited} cover less than the catalogue asks, and say what" if limited else ""
        lines.append(f"{text}.")
    return lines


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|")
