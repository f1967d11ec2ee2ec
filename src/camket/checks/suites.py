"""The suites: `expectations/suites/*.json`, Great Expectations suites written by hand.

Each expectation names its rule in `meta.rule_id` and, in `meta.checked_query`, how many objects it examines. Queries
may be lists of lines. An expectation other than UnexpectedRows also gives `meta.table`, the table it is asked of, and
`meta.failing_rows`, the query that shows the rows. The rules on structure have no query: they are compiled from the
Table Schemas (see `structure`), and their expectation says so with `meta.compiled`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from camket.checks.register import Rule
from camket.checks.structure import COMPILED, compile_rule
from camket.messages import ToolFailed

SUITES_FOLDER = Path("expectations") / "suites"
QUERY_TYPE = "unexpected_rows_expectation"
_PARAMETER = re.compile(r"parameter_(integer|decimal|date)\s*\(\s*'([^']*)'\s*\)")


@dataclass(frozen=True)
class Expectation:
    """One expectation, ready to run.

    query          SQL that returns the failing rows, with the fixed columns and any further ones
    checked_query  SQL that returns one number: how many objects are examined
    table          the table of a native expectation; "" where the query is the expectation
    source         lines of the expectation as they stand in the suite, from `line` on
    """

    rule_id: str
    suite: str
    type: str
    kwargs: dict[str, Any]
    query: str
    checked_query: str
    table: str
    file: str
    line: int
    source: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file}, line {self.line}"

    def place_in(self, query: str, number: int) -> str:
        """Where the line of that number (from 1) of one of the queries stands in the suite, as near as can be told."""
        wanted = json.dumps(query.split("\n")[number - 1], ensure_ascii=False)
        for offset, line in enumerate(self.source):
            if line.strip().removesuffix(",") == wanted or (offset and wanted[1:-1] and wanted[1:-1] in line):
                return f"{self.file}, line {self.line + offset}"
        return self.place

    def place_of(self, name: str) -> str:
        """The line of the suite on which a name stands first."""
        for offset, line in enumerate(self.source):
            if re.search(rf"\b{re.escape(name)}\b", line):
                return f"{self.file}, line {self.line + offset}"
        return self.place

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters that the SQL reads, with the type it reads them as."""
        return {name: kind for kind, name in _PARAMETER.findall(self.query + self.checked_query)}


def load_suites(project_root: Path, rules: dict[str, Rule]) -> dict[str, Expectation]:
    """The expectation of each rule by rule id. Raises ToolFailed, naming file and line, for any mistake.

    Mistakes are a file that is not JSON, an unknown rule, a rule with two expectations or with none, a missing query,
    and parameters in the SQL that the register does not declare.
    """
    found: dict[str, Expectation] = {}
    for file in sorted((project_root / SUITES_FOLDER).glob("*.json")):
        shown = (SUITES_FOLDER / file.name).as_posix()
        for item, line, source in _items(file, shown):
            expectation = replace(_expectation(item, shown, line, rules, project_root), source=source)
            rule = rules[expectation.rule_id]
            if rule.rule_id in found:
                _fail(shown, line, f"{rule.rule_id} has two expectations; first in {found[rule.rule_id].place}")
            if rule.not_applicable:
                _fail(shown, line, f"{rule.rule_id} has an expectation, but {rule.place} says it is not applicable")
            if rule.family != file.stem:
                _fail(
                    shown, line, f"{rule.rule_id} stands in {rule.file}: its expectation belongs in {rule.family}.json"
                )
            _check_parameters(expectation, rule)
            found[rule.rule_id] = expectation
    for rule in rules.values():
        if rule.rule_id not in found and not rule.not_applicable:
            raise ToolFailed(
                f"{rule.place}: {rule.rule_id} has no expectation",
                f"Write one in {(SUITES_FOLDER / rule.family).as_posix()}.json, or say why it is not applicable.",
            )
    return found


def _items(file: Path, shown: str):
    """Yield each expectation of a suite with the line it starts on, and its lines."""
    try:
        text = file.read_text(encoding="utf-8")
        suite = json.loads(text)
    except UnicodeDecodeError as error:
        raise ToolFailed(f"{shown} is not UTF-8", "Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ToolFailed(
            f"{shown}, line {error.lineno}: not JSON: {error.msg}", "Mend the file at that line."
        ) from error
    if not isinstance(suite, dict) or suite.get("name") != file.stem:
        _fail(shown, 1, f"the suite has to be an object with the name {file.stem}")
    if not isinstance(suite.get("expectations"), list):
        _fail(shown, 1, "the suite has no list of expectations")
    start = re.search(r'"expectations"\s*:\s*\[', text)
    position = start.end()
    decoder = json.JSONDecoder()
    for _ in suite["expectations"]:
        position = re.compile(r"[\s,]*").match(text, position).end()
        item, end = decoder.raw_decode(text, position)
        yield item, text.count("\n", 0, position) + 1, tuple(text[position:end].split("\n"))
        position = end


def _expectation(item: Any, shown: str, line: int, rules: dict[str, Rule], project_root: Path) -> Expectation:
    meta = item.get("meta") if isinstance(item, dict) else None
    rule_id = meta.get("rule_id") if isinstance(meta, dict) else None
    if not isinstance(rule_id, str):
        _fail(shown, line, "the expectation has no meta.rule_id")
    if rule_id not in rules:
        _fail(shown, line, f"the rule {rule_id} is not in the register")
    kind = item.get("type")
    kwargs = item.get("kwargs", {})
    if not isinstance(kind, str) or not isinstance(kwargs, dict):
        _fail(shown, line, f"the expectation of {rule_id} needs a type and kwargs")
    table = ""
    if meta.get("compiled"):
        if rule_id not in COMPILED or kind != QUERY_TYPE:
            _fail(shown, line, f"{rule_id} cannot be compiled from the schemas")
        query, checked = compile_rule(rule_id, project_root)
    else:
        checked = _sql(meta.get("checked_query"))
        if kind == QUERY_TYPE:
            query = _sql(kwargs.get("unexpected_rows_query"))
        else:
            query, table = _sql(meta.get("failing_rows")), meta.get("table", "")
            if not isinstance(table, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", table):
                _fail(shown, line, f"the expectation of {rule_id} needs meta.table")
        if not query:
            _fail(shown, line, f"the expectation of {rule_id} has no query for the failing rows")
        if not checked:
            _fail(shown, line, f"the expectation of {rule_id} has no meta.checked_query")
    return Expectation(rule_id, Path(shown).stem, kind, kwargs, query, checked, table, shown, line)


def _check_parameters(expectation: Expectation, rule: Rule) -> None:
    used, declared = set(expectation.parameters), set(rule.parameters)
    for name in sorted(used - declared):
        _fail(
            expectation.file, expectation.line, f"{rule.rule_id} reads the parameter {name}, which {rule.place} omits"
        )
    for name in sorted(declared - used):
        _fail(rule.file, rule.line, f"{rule.rule_id} declares the parameter {name}, which its SQL does not read")


def _sql(query: Any) -> str:
    """SQL from a text or a list of lines; "" for anything else."""
    if isinstance(query, list) and all(isinstance(part, str) for part in query):
        query = "\n".join(query)
    return query.strip() if isinstance(query, str) else ""


def _fail(shown: str, line: int, message: str):
    raise ToolFailed(f"{shown}, line {line}: {message}", "Mend the suite at that line.")
