"""What mutants are run against: built registers, kept side by side in one database, and the answers of the unchanged
SQL."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import duckdb
import yaml
from bench.detection.base import Book, clean
from bench.detection.engine import ROOT, Bench, oracle
from bench.detection.faults import FAULTS
from bench.detection.trial import injected
from hypothesis import HealthCheck, Phase, given, settings

import staging_cases  # tests/ is on the path by bench.detection.engine
import structure_cases
from camket.checks import engine as checks
from camket.checks.session import PARAMETER_MACROS
from file_examples import EXAMPLES
from oracle.registers import registers
from oracle.runner import PACKAGE, SENTINELS, Register

FIXTURES = ROOT / "tests" / "fixtures" / "checks"
# What the report and the release read; what the rules read is added to it.
OBSERVED = ("figures", "commitments", "updates", "agency_rounds", "claims", "claim_tests", "backlog_stocks")
SECONDS = 60  # a mutant that has no end, as a recursion may, is stopped: it could not be overlooked
DRAWN = 60  # registers drawn by the strategy of the oracle, of which the largest are taken


@contextlib.contextmanager
def limited(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Stop statements that take too long: they raise duckdb.InterruptException, an error like others."""
    timer = threading.Timer(SECONDS, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@dataclass
class World:
    """One built register. rules: those whose fault is in it, with the places where they should find it; none: it is
    clean."""

    schema: str
    root: str
    rules: dict[str, list[dict]] = field(default_factory=dict)


class RuleWorlds:
    """Registers for the mutants of rules: clean ones, and one of each kind of fault."""

    def __init__(
        self, bench: Bench, seeds: tuple[int, ...] = (0,), kinds: set[str] | None = None, clean_seeds: int = 4
    ) -> None:
        self.bench = bench
        self.connection = duckdb.connect(":memory:", config={"threads": 1})
        self.tables = set().union(*(checks._tables(bench.connection, e) for e in bench.expectations.values())) - {
            "parameters"
        }
        bench.build(clean(0))  # the parameters are the same in all registers
        arrow = bench.connection.sql("from parameters").to_arrow_table()  # noqa: F841  (read by name)
        self.connection.execute("create table parameters as from arrow")
        self.connection.execute(PARAMETER_MACROS.replace("temporary ", ""))
        self.worlds: list[World] = []
        self.golden: dict[tuple[str, str], frozenset] = {}
        for seed in range(clean_seeds):
            self._keep(clean(seed), {})
        for seed in seeds:
            for fault in FAULTS.values():
                if kinds is None or fault.rule in kinds:
                    book, places = injected(fault, seed)
                    self._keep(book, {fault.rule: places})

    def _keep(self, book: Book, rules: dict[str, list[dict]]) -> None:
        self.bench.build(book)
        world = World(f"w{len(self.worlds)}", book.root, rules)
        self.connection.execute(f"create schema {world.schema}")
        for name in sorted(self.tables):
            arrow = self.bench.connection.sql(f"from {name}").to_arrow_table()  # noqa: F841  (read by name)
            self.connection.execute(f"create table {world.schema}.{name} as from arrow")
        self.worlds.append(world)

    def close(self) -> None:
        for world in self.worlds:
            if world.root:
                shutil.rmtree(world.root, ignore_errors=True)

    def findings(self, world: World, rule_id: str, sql: str) -> frozenset:
        """Places and grades of the failing rows."""
        self.connection.execute(
            f"set search_path = '{world.schema},main'; set file_search_path = '{world.root or ROOT}'"
        )
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description]
        keep = [
            n
            for n in (
                "object_type",
                "object_id",
                "commitment_id",
                "agency_id",
                "round_id",
                "file",
                "column_name",
                "grade",
            )
            if n in names
        ]
        return frozenset(
            (n, tuple((k, row[names.index(k)]) for k in keep)) for n, row in _numbered(cursor.fetchall(), names)
        )

    def kills(self, rule_id: str, sql: str) -> str:
        """How the registers kill a mutant: "recall", "false alarm", "findings", "error"; "" if none does.

        Asked are clean registers and those with a fault of the rule: what it says of faults of other rules is no test.
        """
        changed = ""
        for world in self.worlds:
            if world.rules and rule_id not in world.rules:
                continue
            golden = self.golden.get((world.schema, rule_id))
            if golden is None:
                golden = self.findings(world, rule_id, self.bench.queries[rule_id])
                self.golden[world.schema, rule_id] = golden
            try:
                with limited(self.connection):
                    found = self.findings(world, rule_id, sql)
            except duckdb.Error:
                return "error"
            if found == golden:
                continue
            if not world.rules:
                return "false alarm"
            if (
                rule_id in world.rules
                and not all(_has(found, place) for place in world.rules[rule_id])
                and all(_has(golden, place) for place in world.rules[rule_id])
            ):
                return "recall"
            changed = "findings"
        return changed


def _numbered(rows: list[tuple], names: list[str]) -> list[tuple[int, tuple]]:
    """Rows with the number of equal ones before them, so that a doubled row is not lost in a set."""
    seen: dict[str, int] = {}
    numbered = []
    for row in rows:
        key = repr([row[names.index("object_id")], row[names.index("column_name")]])
        seen[key] = seen.get(key, -1) + 1
        numbered.append((seen[key], row))
    return numbered


def _has(found: frozenset, place: dict) -> bool:
    return any(all(dict(row).get(name) == value for name, value in place.items()) for _, row in found)


class Fixtures:
    """The small worlds of tests/fixtures/checks: one without a defect, and one for each defect."""

    def __init__(self) -> None:
        import csv

        self.connection = duckdb.connect(":memory:", config={"file_search_path": str(ROOT)})
        self.connection.execute((FIXTURES / "tables.sql").read_text(encoding="utf-8"))
        with open(ROOT / "raw/reference/parameters.csv", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                values = [row["parameter_id"], row["value"], row["value"], row["value_type"], "", "", ""]
                self.connection.execute("insert into parameters values (?, ?, ?, ?, ?, ?, ?)", values)
        self.connection.execute((FIXTURES / "clean.sql").read_text(encoding="utf-8"))
        self.connection.execute(PARAMETER_MACROS.replace("temporary ", ""))
        self.defects = [
            defect
            for name in ("defects", "edges")
            for defect in yaml.safe_load((FIXTURES / f"{name}.yml").read_text(encoding="utf-8"))
        ]

    def kills(self, rule_id: str, sql: str, golden_sql: str) -> bool:
        """Whether the mutant finds anything else than the rule in the clean world or with one of the rule's defects."""
        bounds = [structure_cases.ALL[rule_id]()] if rule_id in structure_cases.ALL else []
        for defect in [{"sql": "select 1"}, *(d for d in self.defects if d["rule"] == rule_id), *bounds]:
            self.connection.begin()
            try:
                if isinstance(defect, structure_cases.Cases):
                    defect.insert(self.connection)
                else:
                    for statement in defect["sql"].split(";"):
                        self.connection.execute(statement)
                wanted = self._ids(golden_sql)
                with limited(self.connection):
                    if self._ids(sql) != wanted:
                        return True
            except duckdb.Error:
                return True
            finally:
                self.connection.rollback()
        return False

    def _ids(self, sql: str) -> list[str]:
        # All columns: a golden file holds everything that the findings of these worlds say
        return sorted(map(repr, self.connection.execute(sql).fetchall()))


class ModelWorld:
    """One register for the mutants of models: built and committed, so that each mutant is a transaction that is
    rolled back."""

    def __init__(self, register: Register, read_by_rules: set[str]) -> None:
        self.book = register
        self.observed = {*OBSERVED, *read_by_rules}
        self.runner = oracle.Runner(threads=1)
        self.connection = self.runner.connection
        self.runner.run(register)
        self.connection.execute("commit")
        self.chain = oracle._chain(())
        self.golden = {model.name: self._digest(model.name) for model in self.chain}

    def _digest(self, name: str) -> tuple:
        return self.connection.execute(
            f"select count(*), sum(hash(cast(t as varchar))::hugeint) from {name} as t"
        ).fetchone()

    def kills(self, name: str, sql: str) -> str:
        """Which observed table changes if a model is computed from other SQL: its name, "error", or "" if none does."""
        self.connection.execute("begin")
        try:
            with limited(self.connection):
                return self._first_change(name, sql)
        except duckdb.Error:
            return "error"
        finally:
            self.connection.execute("rollback")

    def _first_change(self, name: str, sql: str) -> str:
        changed: set[str] = set()
        for model in self.chain:
            is_mutant = model.name == name
            if not is_mutant and not changed & set(model.parents):
                continue
            dated = oracle._dated(sql if is_mutant else model.sql, self.book.valid_date, self.book.knowledge_date)
            self.connection.execute(f"delete from {model.name}")
            self.connection.execute(f"insert into {model.name} {dated}")
            if self._digest(model.name) != self.golden[model.name]:
                if model.name in self.observed:
                    return model.name
                changed.add(model.name)
            if is_mutant and not changed:
                return ""
        return ""


class UnitTests:
    """The worked examples beside the models (unit_tests of dbt) and those in tests/, run on the compiled SQL: a mutant
    fails one if columns that the example names come out otherwise."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection  # of a world: its tables are emptied for an example, in a transaction
        self.sql = {model.name: model for model in oracle.models()}
        self.cases: dict[str, list[tuple[dict, list[str], str]]] = {}
        for file in sorted((ROOT / "models").rglob("*.yml")):
            for case in yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", ()):
                given = {
                    item["input"].split("'")[1]: item["rows"]
                    for item in case["given"]
                    if item["input"].startswith("ref")
                }
                rows = case["expect"]["rows"]
                if all(isinstance(row, dict) for row in rows) and len(given) == len(case["given"]):
                    columns = sorted({name for row in rows for name in row})
                    self.cases.setdefault(case["model"], []).append((given, columns, "true"))
        for example in EXAMPLES:
            self.cases.setdefault(example.model, []).append((example.given, list(example.columns), example.where))
        for path, table in PACKAGE.items():
            for rows in staging_cases.inputs(table) if table in staging_cases.TABLES else ():
                raw = [
                    {k: v for k, v in row.items() if k != "file"} | {"filename": _filename(path, row)} for row in rows
                ]
                self.cases.setdefault(f"stg_{table}", []).append(({path: raw}, ["*"], "true"))

    def kills(self, name: str, sql: str) -> bool:
        for rows_of, columns, where in self.cases.get(name, ()):
            self.connection.execute("begin")
            try:
                self._fill(name, rows_of)
                if self._rows(sql, columns, where) != self._rows(self.sql[name].sql, columns, where):
                    return True
            except duckdb.Error:
                return True
            finally:
                self.connection.execute("rollback")
        return False

    def _fill(self, name: str, given: dict[str, list[dict]]) -> None:
        for table in {*self.sql[name].parents, *given}:
            self.connection.execute(f'delete from "{table}"')
        for table, rows in given.items():
            for row in rows:
                places = ", ".join("?" * len(row))
                self.connection.execute(f'insert into "{table}" ({", ".join(row)}) values ({places})', [*row.values()])

    def _rows(self, sql: str, columns: list[str], where: str) -> list[str]:
        dated = oracle._dated(sql, "2025-12-31", "2026-01-10")
        what = ", ".join(columns) or "count(*)"
        return sorted(map(repr, self.connection.execute(f"select {what} from ({dated}) where {where}").fetchall()))


def _filename(path: str, row: dict) -> str:
    """Where a raw row stands, as the runner of the tests writes it."""
    return f"{SENTINELS['package_dir']}/{row['file']}" if "/submissions/" in path else path


def drawn(count: int) -> list[Register]:
    """So many of the registers that the oracle's tests draw: the same ones each time, those with most reports."""
    found: list[Register] = []

    @settings(
        max_examples=DRAWN, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(registers())
    def collect(register: Register) -> None:
        found.append(register)

    collect()
    return sorted(found, key=lambda register: -len(register.rows("progress_updates")))[:count]


def registered(book: Book) -> Register:
    book.seal()
    return Register(book.valid_date, book.knowledge_date, book.tables)


def mixed(seed: int) -> Book:
    """A register with many harmless faults at once: statuses, deadlines and conflicts that clean ones do not have."""
    book = clean(seed)
    for name in (
        "conflict",
        "registered_late",
        "overdue_without_reason",
        "narrative_copied",
        "extended_too_late",
        "file_late",
        "completion_weak_evidence",
        "progress_falls",
        "framework_with_deadline",
        "exit_unexplained",
    ):
        try:
            FAULTS[name].inject(book, Random(f"{name} {seed}"))
        except (ValueError, IndexError, StopIteration):  # too few commitments are left without a story
            continue
    return book
