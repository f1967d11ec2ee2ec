"""Runs expectations with Great Expectations, and takes the failing rows with a query of its own.

Great Expectations gives a verdict and at most two hundred rows; a steward needs them all, with context. So the query of
each rule runs once and its rows are kept in a table. Great Expectations judges it, the engine takes all rows, and a
result counts only if both agree. What could not be run is an `error`: never a pass, nor a fail.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from camket.checks.register import Rule
from camket.checks.session import parameters_in_force, table_names
from camket.checks.suites import QUERY_TYPE, Expectation
from camket.messages import ToolFailed

FIXED_COLUMNS = (
    "object_type", "object_id", "commitment_id", "agency_id", "round_id", "file", "row", "column_name", "value",
)  # fmt: skip


@dataclass
class Outcome:
    """What came of one rule.

    severity  in force, after the package's parameters; result: pass, warn, fail, not_applicable or error
    rows      the failing rows, as dicts of the query's columns, in a fixed order
    message   why there is no verdict, in English and Vietnamese; empty strings where there is one
    """

    rule: Rule
    severity: str
    result: str
    checked_count: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    message: dict[str, str] = field(default_factory=lambda: {"en": "", "vi": ""})


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    rules: list[Rule],
    expectations: dict[str, Expectation],
    project_root: Path | None = None,
) -> list[Outcome]:
    """One outcome for each rule, in their order.

    With `project_root` a table that no model makes is a mistake, not a step that is still to run.

    Raises ToolFailed, naming file and line, for SQL that DuckDB cannot bind, a fixed column that is missing, an
    explanation that names an unknown column, and parameters that are missing or of the wrong type.
    """
    parameters = parameters_in_force(connection)
    known = table_names(connection)
    settled: dict[str, Outcome] = {}
    runnable: list[Expectation] = []
    for rule in rules:
        severity = _severity_in_force(rule, parameters)
        if rule.not_applicable:
            settled[rule.rule_id] = Outcome(rule, severity, "not_applicable", message=dict(rule.not_applicable))
            continue
        expectation = expectations[rule.rule_id]
        _check_parameters(expectation, parameters)
        missing = sorted(tables_read(connection, expectation) - known)
        if missing:
            _check_tables(expectation, rule, missing, project_root)
            settled[rule.rule_id] = Outcome(rule, severity, "error", message=_missing(missing))
            continue
        _check_columns(connection, expectation, rule)
        try:
            connection.execute(f"create or replace table {_kept(rule.rule_id)} as {expectation.query}")
        except duckdb.Error as error:
            message = _could_not_run(f"{expectation.place}: {_first_line(str(error))}")
            settled[rule.rule_id] = Outcome(rule, severity, "error", message=message)
            continue
        runnable.append(expectation)
    verdicts = _verdicts(connection, runnable, {rule.rule_id: _severity_in_force(rule, parameters) for rule in rules})
    for expectation in runnable:
        rule = next(rule for rule in rules if rule.rule_id == expectation.rule_id)
        severity = _severity_in_force(rule, parameters)
        settled[rule.rule_id] = _outcome(connection, rule, severity, expectation, verdicts[rule.rule_id])
    return [settled[rule.rule_id] for rule in rules]


def _kept(rule_id: str) -> str:
    """Table of the failing rows of a rule: its query runs once, and both who ask read what it gave."""
    return f"failing_{rule_id.replace('-', '_').lower()}"


def _severity_in_force(rule: Rule, parameters: dict[str, tuple[str, str]]) -> str:
    """Severity that the package sets, else the register's. Of a graded rule: that of its graver rows."""
    return parameters.get(f"severity_{rule.rule_id}", ("error" if rule.graded else rule.severity,))[0]


def _check_parameters(expectation: Expectation, parameters: dict[str, tuple[str, str]]) -> None:
    for name, kind in expectation.parameters.items():
        if name not in parameters:
            raise ToolFailed(
                f"{expectation.place}: {expectation.rule_id} reads the parameter {name}, which does not exist",
                "Add it to raw/reference/parameters.csv.",
            )
        if parameters[name][1] != kind:
            raise ToolFailed(
                f"{expectation.place}: {expectation.rule_id} reads the parameter {name} as {kind}, "
                f"but it is of type {parameters[name][1]}",
                "Mend the type in raw/reference/parameters.csv, or the query.",
            )


def _check_tables(expectation: Expectation, rule: Rule, missing: list[str], project_root: Path | None) -> None:
    """A table may be missing because its step has not run yet; one that no step makes is a slip in the SQL."""
    if project_root is None:
        return
    models = {file.stem for file in (project_root / "models").rglob("*.sql")}
    for name in missing:
        if name not in models and name != Path(rule.artefact).name:
            raise ToolFailed(
                f"{expectation.place_of(name)}: the SQL of {rule.rule_id} reads {name}, which no model makes",
                "Mend the name of the table there.",
            )


def tables_read(connection: duckdb.DuckDBPyConnection, expectation: Expectation) -> set[str]:
    """Names of the tables that an expectation reads, from the parse trees of its two queries."""
    names = {expectation.table} if expectation.table else set()
    for query in (expectation.query, expectation.checked_query):
        if query not in _READ:  # it is asked more than once a run, and a tree has thousands of nodes
            # DuckDB's own get_table_names() stumbles over joins of common table expressions; its parse tree does not.
            tree = json.loads(connection.execute("select json_serialize_sql(?)", [query]).fetchone()[0])
            # a mistake is told with its reason when the columns are looked at
            _READ[query] = frozenset() if tree["error"] else _names(tree)
        names |= _READ[query]
    return names


_READ: dict[str, frozenset[str]] = {}
_tables = tables_read  # the name by which bench/detection knows it


def _names(tree: dict) -> frozenset[str]:
    """Names of the tables that a parse tree reads: table_name of a base table that is no common table expression."""
    tables, expressions, todo = set(), set(), [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            todo += node.values()
            if node.get("type") == "BASE_TABLE" and isinstance(node.get("table_name"), str):
                tables.add(node["table_name"])
            if isinstance(node.get("key"), str):
                expressions.add(node["key"])
    return frozenset(tables - expressions)


def _check_columns(connection: duckdb.DuckDBPyConnection, expectation: Expectation, rule: Rule) -> None:
    columns = [row[0] for row in _describe(connection, expectation, expectation.query)]
    counted = _describe(connection, expectation, expectation.checked_query)
    wanted = FIXED_COLUMNS + (("grade",) if rule.graded else ())
    for name in wanted:
        if name not in columns:
            raise ToolFailed(
                f"{expectation.place}: the query of {rule.rule_id} has no column {name}",
                f"Each query returns {', '.join(wanted)}, and what else a person needs.",
            )
    if len(counted) != 1:
        raise ToolFailed(
            f"{expectation.place}: the checked_query of {rule.rule_id} returns {len(counted)} columns",
            "It has to return one number.",
        )
    # An explanation may also name the agency, and columns in two languages (fault_en, fault_vi) by their common part.
    both = {name[:-3] for name in columns if name.endswith("_en") and f"{name[:-3]}_vi" in columns}
    unknown = sorted(rule.placeholders("en") - set(columns) - both - {"agency"})
    if unknown:
        raise ToolFailed(
            f"{rule.place}: the explanation of {rule.rule_id} names {', '.join(unknown)}, not a column of its query",
            f"Add the column to the query ({expectation.place}) or mend the explanation.",
        )


def _describe(connection: duckdb.DuckDBPyConnection, expectation: Expectation, query: str) -> list[tuple]:
    """Columns of a query. Raises ToolFailed, naming the line of the suite, if DuckDB cannot bind it."""
    try:
        return connection.execute(f"describe {query}").fetchall()
    except duckdb.Error as error:
        said = re.search(r"^LINE (\d+):", str(error), re.MULTILINE)
        place = expectation.place_in(query, int(said[1])) if said else expectation.place
        text = " ".join(str(error).split())[:400]
        raise ToolFailed(
            f"{place}: the SQL of {expectation.rule_id} has a mistake: {text}", "Mend the query there."
        ) from error


def _verdicts(
    connection: duckdb.DuckDBPyConnection, expectations: list[Expectation], severities: dict[str, str]
) -> dict[str, tuple[bool, int | None, str]]:
    """(success, number of unexpected rows, exception or "") of each rule, as Great Expectations says."""
    if not expectations:
        return {}
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # It tells of its own affairs once another library has turned logging on.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    # It prints hints to standard output, which belongs to results.
    with contextlib.redirect_stdout(io.StringIO()):
        import great_expectations as gx

        from camket.checks.dialect import shared

        # This part of it sets its own level.
        logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        with shared(connection) as address:
            source = context.data_sources.add_sql("camket", connection_string=address)
            found: dict[str, tuple[bool, int | None, str]] = {}
            for suite in sorted({e.suite for e in expectations}):
                found |= _run_suite(gx, context, source, [e for e in expectations if e.suite == suite], severities)
            source.get_engine().dispose()
    return found


def _run_suite(gx, context, source, expectations: list[Expectation], severities: dict[str, str]):
    """One checkpoint a suite, in it one validation a table: native expectations are asked of a table."""
    name = expectations[0].suite
    definitions = []
    for table in sorted({e.table or "editions" for e in expectations}):
        members = [e for e in expectations if (e.table or "editions") == table]
        assets = {asset.name: asset for asset in source.assets}
        asset = assets.get(table) or source.add_query_asset(table, query=f"select * from {table}")
        batch = asset.add_batch_definition_whole_table(f"{name} {table}")
        suite = gx.ExpectationSuite(
            name=f"{name} {table}", expectations=[_for_gx(e, severities[e.rule_id]) for e in members]
        )
        definition = gx.ValidationDefinition(name=f"{name} {table}", data=batch, suite=context.suites.add(suite))
        definitions.append(context.validation_definitions.add(definition))
    checkpoint = gx.Checkpoint(name=name, validation_definitions=definitions, result_format="SUMMARY")
    run = context.checkpoints.add(checkpoint).run()
    verdicts = {}
    for validation in run.run_results.values():
        for result in validation.results:
            rule_id = result.expectation_config.meta["rule_id"]
            count = result.result.get("unexpected_count", result.result.get("observed_value"))
            verdicts[rule_id] = (bool(result.success), count, _exception(result.exception_info or {}))
    return verdicts


def _for_gx(expectation: Expectation, severity: str) -> Any:
    """The expectation as Great Expectations wants it. Raises ToolFailed if it does not know it in this form."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    kwargs = dict(expectation.kwargs)
    if expectation.type == QUERY_TYPE:
        kwargs["unexpected_rows_query"] = f"select * from {_kept(expectation.rule_id)}"
    configuration = ExpectationConfiguration(
        type=expectation.type,
        kwargs=kwargs,
        meta={"rule_id": expectation.rule_id},
        severity="critical" if severity == "error" else "warning",
    )
    try:
        return configuration.to_domain_obj()
    except Exception as error:  # of several libraries, and with no common class
        raise ToolFailed(
            f"{expectation.place}: Great Expectations does not accept the expectation of {expectation.rule_id}: "
            f"{' '.join(str(error).split())[:300]}",
            "Mend its type or kwargs there.",
        ) from error


def _exception(info: dict[str, Any]) -> str:
    """Message of an exception, from either of the two shapes of exception_info; "" if there was none."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return _first_line(entry.get("exception_message") or "the expectation could not be evaluated")
    return ""


def _outcome(
    connection: duckdb.DuckDBPyConnection,
    rule: Rule,
    severity: str,
    expectation: Expectation,
    verdict: tuple[bool, int | None, str],
) -> Outcome:
    success, count, exception = verdict
    if exception:
        return Outcome(rule, severity, "error", message=_could_not_run(exception))
    try:
        rows = _rows(connection, _kept(rule.rule_id))
        connection.execute(f"drop table {_kept(rule.rule_id)}")
        checked = connection.execute(expectation.checked_query).fetchone()[0] or 0
    except duckdb.Error as error:
        return Outcome(rule, severity, "error", message=_could_not_run(_first_line(str(error))))
    if success != (not rows) or (count is not None and count != len(rows)):
        return Outcome(
            rule, severity, "error", checked, message=_disagree(count if count is not None else success, rows)
        )
    if rows and not checked:
        return Outcome(rule, severity, "error", checked, message=_disagree(len(rows), []))
    if not checked:
        return Outcome(rule, severity, "not_applicable", message=dict(_NOTHING))
    if rule.graded:
        severity = severity if any(row["grade"] == "error" for row in rows) else "warning"
    result = "pass" if not rows else "fail" if severity == "error" else "warn"
    return Outcome(rule, severity, result, checked, rows)


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    """All failing rows in an order that depends on their content alone."""
    names = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    order = ", ".join(f'cast("{name}" as varchar) nulls first' for name in _order(names))
    rows = connection.execute(f"select * from {table} order by {order}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _order(names: list[str]) -> list[str]:
    first = ["object_type", "object_id", "column_name"]
    return first + [name for name in names if name not in first]


_NOTHING = {"en": "Nothing to examine.", "vi": "Không có gì để kiểm tra."}


def _missing(names: list[str]) -> dict[str, str]:
    listed = ", ".join(names)
    return {"en": f"Could not run: there is no table {listed}.", "vi": f"Không chạy được: không có bảng {listed}."}


def _could_not_run(reason: str) -> dict[str, str]:
    return {"en": f"Could not run: {reason}", "vi": f"Không chạy được: {reason}"}


def _disagree(said: object, rows: list) -> dict[str, str]:
    return {
        "en": f"Two counts of failing rows disagree: {said} and {len(rows)}.",
        "vi": f"Hai lần đếm số dòng không đạt không khớp: {said} và {len(rows)}.",
    }


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:300] if text.strip() else ""
