"""Run the project's models on many small registers.

A dbt build takes seconds, most of them spent before the first statement runs. So dbt compiles the models once, with sentinels in
place of the variables, and this module executes the compiled SQL, in the order of dbt's own manifest, in an in-memory DuckDB
whose raw tables come from Python. What is tested is the SQL that a build runs; only reading CSV files is left out.
"""

from __future__ import annotations

import csv
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
from support import PROJECT, columns

SENTINELS = {
    "valid_date": "CAMKET_VALID_DATE",
    "knowledge_date": "CAMKET_KNOWLEDGE_DATE",
    "package_dir": "CAMKET_PACKAGE_DIR",
    "reference_dir": "CAMKET_REFERENCE_DIR",
    "activities_csv": "CAMKET_ACTIVITIES",
    "quality_dir": "CAMKET_QUALITY_DIR",
    "build_dir": "CAMKET_BUILD_DIR",
}
DATES = (SENTINELS["valid_date"], SENTINELS["knowledge_date"])
REFERENCE = (
    "agencies", "agency_successions", "partners", "fields", "provinces", "instruments", "review_rounds", "difficulty_codes",
    "terms", "parameters",
)
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
        "commitments", "commitment_agencies", "commitment_partners", "commitment_fields", "commitment_exits",
        "lead_assignments", "adjudications", "recommendation_responses", "previous_editions",
    )
}
# What other steps write: nothing has been checked, and no code list is needed.
WRITTEN = {
    "CAMKET_QUALITY_DIR/check_results.csv": (
        "rule_id", "severity", "level", "result", "checked_count", "failing_count", "affected_agencies", "message",
    ),
    "CAMKET_QUALITY_DIR/findings.csv": ("finding_id", "rule_id", "severity", "agency_id"),
    "CAMKET_BUILD_DIR/categories.csv": ("field_name", "code", "label_en", "label_vi"),
}


@dataclass(frozen=True)
class Register:
    """A package as raw tables: rows of text cells, empty ones None; ``updates`` of each file in the order of the file."""

    valid_date: str
    knowledge_date: str
    tables: dict[str, list[dict]] = field(default_factory=dict)

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


@functools.cache
def models() -> tuple[Model, ...]:
    """The compiled models, parents first."""
    with tempfile.TemporaryDirectory(prefix="camket-oracle-") as folder:
        manifest = _compile(Path(folder))
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
            sentinel in sql for name, sentinel in SENTINELS.items() if name not in ("reference_dir", "quality_dir", "build_dir")
        )
        ordered[node["name"]] = Model(node["name"], node["path"].split("/")[0], sql, names, is_fixed)

    for key in sorted(nodes):
        visit(key)
    return tuple(ordered.values())


def _compile(folder: Path) -> dict:
    """Compile in a process of its own: dbt keeps state and connections that other tests of the session must not meet."""
    environment = os.environ | {
        "DO_NOT_TRACK": "1", "DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder / "logs"),
        "CAMKET_DATABASE": str(folder / "compiled.duckdb"), "CAMKET_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "compile", "--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
         "--vars", json.dumps(SENTINELS)],
        env=environment, capture_output=True, text=True,
    )
    if done.returncode:
        raise RuntimeError(f"dbt could not compile the models:\n{done.stdout}{done.stderr}")
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


class Runner:
    """A database that holds the reference data and takes one register after another."""

    def __init__(self, threads: int = 1) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": threads})
        for name in REFERENCE:
            path = f"{SENTINELS['reference_dir']}/{name}.csv"
            self._load(path, columns(name), [row | {"filename": path} for row in reference(name)])
        for path, names in WRITTEN.items():
            self._load(path, names, [])
        for model in models():
            if model.is_fixed:
                self.connection.execute(f"create table {model.name} as {model.sql}")

    def _load(self, path: str, names: list[str] | tuple[str, ...], rows: list[dict]) -> None:
        """Put rows behind the path that a model reads, as text and in their order."""
        table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in (*names, "filename")})
        self.connection.register(path, table)

    def run(self, register: Register, wanted: set[str] | None = None) -> Runner:
        """Compute every model (or those wanted, with what they need) of one register."""
        for path, name in PACKAGE.items():
            rows = register.rows("package_parameters" if path.endswith("/parameters.csv") else name)
            if name == "progress_updates":
                rows = [row | {"filename": f"{SENTINELS['package_dir']}/{row['file']}"} for row in rows]
            else:
                rows = [row | {"filename": path} for row in rows]
            self._load(path, columns(name), rows)
        for model in _chain(frozenset(wanted) if wanted else None):
            sql = model.sql
            for sentinel, date in zip(DATES, (register.valid_date, register.knowledge_date), strict=True):
                sql = sql.replace(sentinel, date)
            self.connection.execute(f"create or replace table {model.name} as {sql}")
        return self

    def rows(self, table: str, *, without: tuple[str, ...] = ()) -> list[dict]:
        """Rows of a table in one order, without the columns named."""
        cursor = self.connection.execute(f"select * from {table} order by all")
        names = [column[0] for column in cursor.description]
        rows = [{n: v for n, v in zip(names, values, strict=True) if n not in without} for values in cursor.fetchall()]
        return sorted(rows, key=repr) if without else rows


@functools.cache
def _chain(wanted: frozenset[str] | None) -> tuple[Model, ...]:
    by_name = {model.name: model for model in models()}
    needed: set[str] = set()
    todo = list(wanted or by_name)
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo.extend(by_name[name].parents)
    return tuple(model for model in models() if model.name in needed and not model.is_fixed)


@functools.cache
def runner(threads: int = 1) -> Runner:
    """One database a thread count, for the whole session."""
    return Runner(threads)


@functools.cache
def reference(name: str) -> tuple[dict, ...]:
    """A table of reference data as text, empty cells None."""
    with open(PROJECT / f"raw/reference/{name}.csv", encoding="utf-8", newline="") as file:
        return tuple({key: value or None for key, value in row.items()} for row in csv.DictReader(file))
