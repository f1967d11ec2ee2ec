"""Run the project's models on many small registers.

A dbt build takes seconds, most of them spent before the first statement runs. So dbt compiles the models once, with
sentinels in place of the variables, and this module executes the compiled SQL, in the order of dbt's own manifest, in
an in-memory DuckDB whose raw tables come from Python. What is tested is the SQL that a build runs; only reading CSV
files is left out.
"""

from __future__ import annotations

import csv
import fcntl
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from camket.build import PLACEHOLDERS
from camket.checks.life import LIFE_COLUMNS
from support import PROJECT, columns

SENTINELS = PLACEHOLDERS  # of the compiled models, as of the parsed project
REFERENCE = (
    "agencies",
    "agency_successions",
    "partners",
    "fields",
    "provinces",
    "instruments",
    "review_rounds",
    "difficulty_codes",
    "terms",
    "parameters",
)
# Run in a process of its own: dbt keeps state and connections that other tests of the session must not meet.
COMPILE = """
import sys
from pathlib import Path
from camket import build
root, folder = map(Path, sys.argv[1:])
manifest, target = build.parse(root, folder), folder / "compiled"
command, database = ["compile", "--write-json"], target / "camket.duckdb"
build.invoke(root, command, build.PLACEHOLDERS, target=target, database=database, manifest=manifest)
"""
# Raw tables of a package by the path that the models read them from; the schema of the same name gives the columns.
PACKAGE = {
    "CAMKET_PACKAGE_DIR/submission_ledger.csv": "submission_ledger",
    "CAMKET_PACKAGE_DIR/parameters.csv": "parameters",
    "CAMKET_PACKAGE_DIR/claims/published_figures.csv": "published_figures",
    "CAMKET_PACKAGE_DIR/submissions/*/*.csv": "progress_updates",
    "CAMKET_ACTIVITIES": "activities",
} | {
    f"CAMKET_PACKAGE_DIR/register/{name}.csv": name
    for name in (
        "commitments",
        "commitment_agencies",
        "commitment_partners",
        "commitment_fields",
        "commitment_exits",
        "lead_assignments",
        "adjudications",
        "recommendation_responses",
        "previous_editions",
        "findings_history",
        "accepted_findings",
    )
}
# What other steps write: nothing has been checked, and no code list is needed.
WRITTEN = {
    "CAMKET_QUALITY_DIR/check_results.csv": (
        "rule_id",
        "severity",
        "level",
        "result",
        "checked_count",
        "failing_count",
        "affected_agencies",
        "message",
    ),
    "CAMKET_QUALITY_DIR/findings.csv": ("finding_id", "rule_id", "severity", "agency_id"),
    "CAMKET_QUALITY_DIR/findings_life.csv": LIFE_COLUMNS,
    "CAMKET_BUILD_DIR/categories.csv": ("field_name", "code", "label_en", "label_vi"),
}


# What the optimiser may do to a statement that is planned once: all else may look at the rows that are there then.
REWRITES = ("cte_inlining", "expression_rewriter", "filter_pushdown", "unused_columns")


@dataclass(frozen=True, repr=False)
class Register:
    """A package as raw tables: rows of text cells, empty ones None; ``updates`` of each file in the order of the
    file."""

    valid_date: str
    knowledge_date: str
    tables: dict[str, list[dict]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short, because Hypothesis prints it beside the reduced register, which the test prints itself."""
        sizes = ", ".join(f"{len(rows)} {name}" for name, rows in self.tables.items() if rows)
        return f"Register(T={self.valid_date}, K={self.knowledge_date}: {sizes})"

    def rows(self, table: str) -> list[dict]:
        return self.tables.get(table, [])

    def at(self, valid_date: str | None = None, knowledge_date: str | None = None, **tables: list[dict]) -> Register:
        """The same register with another date or other tables."""
        return Register(valid_date or self.valid_date, knowledge_date or self.knowledge_date, self.tables | tables)


@dataclass(frozen=True)
class Model:
    """One compiled model; ``is_fixed``: the same for every register, because it reads reference data alone."""

    name: str
    folder: str
    sql: str
    parents: tuple[str, ...]
    is_fixed: bool

    @property
    def is_dated(self) -> bool:
        """The two dates of the build stand in its text."""
        return SENTINELS["valid_date"] in self.sql or SENTINELS["knowledge_date"] in self.sql


@functools.cache
def models() -> tuple[Model, ...]:
    """The compiled models, parents first."""
    with _folder() as folder:
        manifest = _compile(folder)
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    ordered: dict[str, Model] = {}

    def visit(key: str) -> None:
        node = nodes[key]
        if node["name"] in ordered:
            return
        parents = [parent for parent in node["depends_on"]["nodes"] if parent in nodes]
        for parent in sorted(parents):
            visit(parent)
        # "database"."main"."model" loses what belongs to the database that dbt was compiled for
        sql = re.sub(r'"[^"]+"\."main"\.', "", node["compiled_code"])
        sql = re.sub(r"raw_csv\('([^']*)'\)", lambda match: f'"{match[1]}"', sql)
        names = tuple(nodes[parent]["name"] for parent in parents)
        is_fixed = all(ordered[name].is_fixed for name in names) and not any(
            sentinel in sql
            for name, sentinel in SENTINELS.items()
            if name not in ("reference_dir", "quality_dir", "build_dir")
        )
        ordered[node["name"]] = Model(node["name"], node["path"].split("/")[0], sql, names, is_fixed)

    for key in sorted(nodes):
        visit(key)
    return tuple(ordered.values())


@contextmanager
def _folder() -> Iterator[Path]:
    """For the processes of one session a folder that they share, one at a time; else one for this process alone."""
    if shared := os.environ.get("CAMKET_PARSED"):
        folder = Path(shared)
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="camket-oracle-") as folder:
            yield Path(folder)


def _compile(folder: Path) -> dict:
    """What dbt knows of the project once it has compiled it, with SENTINELS in the place of the variables."""
    compiled = folder / "compiled/manifest.json"
    if not compiled.exists():
        done = subprocess.run(
            [sys.executable, "-c", COMPILE, str(PROJECT), str(folder)], capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"dbt could not compile the models:\n{done.stdout}{done.stderr}")
    return json.loads(compiled.read_text(encoding="utf-8"))


def plan_for_any_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """From now on the optimiser rewrites only what holds of a statement whatever is in its tables; see REWRITES."""
    others = {name for (name,) in connection.execute("from duckdb_optimizers()").fetchall()} - set(REWRITES)
    connection.execute(f"set disabled_optimizers = '{','.join(sorted(others))}'")


def prepare(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """Plan a statement once for every later ``execute name``; plan_for_any_rows must have gone before.

    A prepared statement that was optimised is planned anew each time, because DuckDB takes its plan to depend on what
    the tables held. It keeps the plan of one that is prepared by another statement, here by one that explains it.
    """
    connection.execute(f"explain analyze prepare {name} as {sql}")


class Runner:
    """A database that holds the reference data and takes one register after another.

    Statements are prepared once and run in a transaction that the next register rolls back: planning them anew would
    take five times as long. A plan made for empty tables must not rely on their statistics, so the optimiser does only
    what needs none; ``optimise=True`` plans every statement as a build does.
    """

    def __init__(self, threads: int = 1, optimise: bool = False) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": threads})
        self.optimise = optimise
        for name in REFERENCE:
            path = f"{SENTINELS['reference_dir']}/{name}.csv"
            self._create(path, columns(name))
            self._insert(path, columns(name), [row | {"filename": path} for row in reference(name)])
        for path, names in WRITTEN.items():
            self._create(path, names)
        for path, name in PACKAGE.items():
            self._create(path, columns(name))
        for model in models():
            self.connection.execute(f"create table {model.name} as {_dated(model.sql, '2025-12-31', '2026-01-10')}")
        self.asked: dict[str, str] = {}  # names of prepared queries
        self.columns: dict[str, list[str]] = {}
        if not optimise:
            plan_for_any_rows(self.connection)
        for model in models():
            if not model.is_fixed:
                self.connection.execute(f"truncate {model.name}")
                if not optimise and not model.is_dated:
                    prepare(self.connection, f"fill_{model.name}", f"insert into {model.name} {model.sql}")
        self.connection.execute("begin")

    def _create(self, path: str, names: list[str] | tuple[str, ...]) -> None:
        self.connection.execute(
            f'create table "{path}" ({", ".join(f"{name} varchar" for name in (*names, "filename"))})'
        )

    def _insert(self, path: str, names: list[str] | tuple[str, ...], rows: list[dict]) -> None:
        """Put rows behind the path that a model reads, as text and in their order."""
        cells = pa.table(
            {name: pa.array([row.get(name) for row in rows], pa.string()) for name in (*names, "filename")}
        )
        self.connection.execute(f'insert into "{path}" select * from cells')  # DuckDB finds the variable by its name
        del cells

    def run(self, register: Register, wanted: tuple[str, ...] = ()) -> Runner:
        """Compute every model (or those wanted, with what they need) of one register."""
        self.connection.execute("rollback")
        self.connection.execute("begin")
        for path, name in PACKAGE.items():
            rows = register.rows("package_parameters" if name == "parameters" else name)
            if name == "progress_updates":
                rows = [row | {"filename": f"{SENTINELS['package_dir']}/{row['file']}"} for row in rows]
            else:
                rows = [row | {"filename": path} for row in rows]
            if rows:
                self._insert(path, columns(name), rows)
        for model in _chain(wanted):
            if self.optimise or model.is_dated:
                sql = _dated(model.sql, register.valid_date, register.knowledge_date)
                self.connection.execute(f"insert into {model.name} {sql}")
            else:
                self.connection.execute(f"execute fill_{model.name}")
        return self

    def ask(self, query: str) -> duckdb.DuckDBPyConnection:
        """The answer to a query about the last register; one that comes again is not planned again."""
        if self.optimise:
            return self.connection.execute(query)
        if query not in self.asked:
            self.asked[query] = f"ask_{len(self.asked)}"
            prepare(self.connection, self.asked[query], query)
        return self.connection.execute(f"execute {self.asked[query]}")

    def rows(self, table: str) -> list[dict]:
        """Rows of a table by column, in no order."""
        cursor = self.ask(f"select * from {table}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def texts(self, table: str, *, without: tuple[str, ...] = ()) -> list[str]:
        """Rows of a table as sorted texts, without the columns named; the last run must have been of this runner."""
        if table not in self.columns:
            described = self.connection.execute(f"describe {table}").fetchall()
            self.columns[table] = [row[0] for row in described]
        names = [name for name in self.columns[table] if name not in without]
        return sorted(map(repr, self.ask(f"select {', '.join(names)} from {table}").fetchall()))


def _dated(sql: str, valid_date: str, knowledge_date: str) -> str:
    return sql.replace(SENTINELS["valid_date"], valid_date).replace(SENTINELS["knowledge_date"], knowledge_date)


@functools.cache
def _chain(wanted: tuple[str, ...]) -> tuple[Model, ...]:
    """The models that change from register to register, parents first."""
    by_name = {model.name: model for model in models()}
    needed: set[str] = set()
    todo = list(wanted or by_name)
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo.extend(by_name[name].parents)
    return tuple(model for model in models() if model.name in needed and not model.is_fixed)


def runner(threads: int = 1, optimise: bool = False) -> Runner:
    """One database of each kind, for the whole session."""
    return _runner(threads, optimise)  # a cache tells runner() from runner(1): it must see the same arguments


_runner = functools.cache(Runner)


@functools.cache
def reference(name: str) -> tuple[dict, ...]:
    """A table of reference data as text, empty cells None."""
    with open(PROJECT / f"raw/reference/{name}.csv", encoding="utf-8", newline="") as file:
        return tuple({key: value or None for key, value in row.items()} for row in csv.DictReader(file))
