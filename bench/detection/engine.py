"""Runs the models and the rules on one register in a fraction of a second.

The models are those that dbt compiles, run by tests/oracle/runner.py; the rules are the queries that the check step
runs for the
failing rows. Great Expectations is left out here, because it takes seconds a register; `verify` asks it about a sample.
"""

from __future__ import annotations

import functools
import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from bench.detection.base import Book  # noqa: E402

from camket.checks import engine as checks  # noqa: E402
from camket.checks.register import Rule, load_register  # noqa: E402
from camket.checks.session import PARAMETER_MACROS, parameters_in_force, table_names  # noqa: E402
from camket.checks.suites import Expectation, load_suites  # noqa: E402
from oracle import runner as oracle  # noqa: E402  (needs tests/ on the path)
from oracle.runner import Register  # noqa: E402

REBUILT = ("commitments", "updates", "agency_rounds", "claims", "claim_tests")
PLACES = ("object_type", "object_id", "commitment_id", "agency_id", "round_id", "file", "column_name")


@dataclass(frozen=True)
class Failing:
    """One failing row: where it stands, and how grave it is."""

    rule_id: str
    severity: str
    place: dict[str, str | None] = field(hash=False)


@dataclass
class Verdict:
    """What the rules say of one register.

    rows      failing rows
    errors    rule id → why it could not be run
    examined  rule id → number of objects it looked at, where that was asked for
    """

    rows: list[Failing]
    errors: dict[str, str]
    examined: dict[str, int]

    @property
    def fired(self) -> set[str]:
        return {row.rule_id for row in self.rows}

    @property
    def blocking(self) -> set[str]:
        return {row.rule_id for row in self.rows if row.severity == "error"}


class Bench:
    """One database for many registers."""

    def __init__(self, *, figures: bool = False) -> None:
        self.rules: dict[str, Rule] = load_register(ROOT)
        suites = load_suites(ROOT, self.rules)
        stages = ("data", "figures") if figures else ("data",)
        self.expectations: dict[str, Expectation] = {
            rule_id: suites[rule_id]
            for rule_id, rule in self.rules.items()
            if rule_id in suites and rule.stage in stages
        }
        self.queries = {rule_id: e.query for rule_id, e in self.expectations.items()}
        self.connection = self._connect()
        self.parameters = parameters_in_force(self.connection)
        self.wanted = self._wanted()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        self.runner = oracle.Runner(threads=1)
        connection = self.runner.connection
        connection.execute("rollback")
        connection.execute("create table rebuild (table_name varchar, sha256_first varchar, sha256_second varchar)")
        connection.execute("create table check_results (rule_id varchar, result varchar)")
        connection.executemany("insert into check_results values (?, 'pass')", [[rule_id] for rule_id in self.rules])
        connection.execute(PARAMETER_MACROS.replace("temporary ", ""))
        connection.execute(f"set file_search_path = '{ROOT}'")
        for rule_id, query in self.queries.items():  # planned once: planning takes longer than running
            connection.execute(f"prepare {_prepared(rule_id)} as {query}")
        connection.execute("begin")
        return connection

    def _wanted(self, rule_ids=None) -> tuple[str, ...]:
        """The models that these rules read, or all rules."""
        models = {model.name for model in oracle.models()}
        asked = [self.expectations[rule_id] for rule_id in rule_ids or self.expectations]
        read = set().union(*(checks._tables(self.connection, e) for e in asked))
        return tuple(sorted(read & models | (set(REBUILT) if "rebuild" in read else set())))

    def build(self, book: Book, rule_ids=None) -> None:
        """Run the models on a register, in a transaction that the next one rolls back.

        With rule_ids only what these rules read is computed.
        """
        book.seal()
        wanted = self._wanted(rule_ids) if rule_ids else self.wanted
        self.runner.run(Register(book.valid_date, book.knowledge_date, book.tables), wanted)
        if book.patches:
            self.replace(book.patches, book, wanted)
        if set(REBUILT) <= set(wanted):
            rows = [(name, digest, digest) for name, digest in self._digests()]
            if book.rebuilt:
                self.replace(book.patches, book, wanted)
                rows = [(n, first, second) for (n, first, _), (_, second) in zip(rows, self._digests(), strict=True)]
            self.connection.execute("delete from rebuild")
            self.connection.executemany("insert into rebuild values (?, ?, ?)", rows)
        self.connection.execute(f"set file_search_path = '{book.root or ROOT}'")

    def replace(self, patches: dict, book: Book, wanted: tuple[str, ...]) -> None:
        """Compute models again from changed SQL, and all that is built on them."""
        changed: set[str] = set()
        for model in oracle._chain(wanted):
            if model.name in patches or changed & set(model.parents):
                changed.add(model.name)
                sql = patches.get(model.name, lambda sql: sql)(model.sql)
                sql = sql.replace("CAMKET_VALID_DATE", book.valid_date).replace(
                    "CAMKET_KNOWLEDGE_DATE", book.knowledge_date
                )
                self.connection.execute(f"delete from {model.name}")
                self.connection.execute(f"insert into {model.name} {sql}")
        missing = set(patches) - changed
        if missing:
            raise ValueError(f"no such model: {', '.join(sorted(missing))}")

    def _digests(self) -> list[tuple[str, str]]:
        return [
            (
                name,
                hashlib.sha256(
                    repr(self.connection.execute(f"from {name} order by all").fetchall()).encode()
                ).hexdigest(),
            )
            for name in REBUILT
        ]

    def ask(self, rule_ids=None, *, examined: bool = False) -> Verdict:
        """Failing rows of the rules (all, unless some are named) on the register that was built last."""
        verdict = Verdict([], {}, {})
        for rule_id in rule_ids or self.queries:
            rule, expectation = self.rules[rule_id], self.expectations[rule_id]
            severity = self.parameters.get(f"severity_{rule_id}", (rule.severity,))[0]
            try:
                cursor = self.connection.execute(f"execute {_prepared(rule_id)}")
                names = [column[0] for column in cursor.description]
                for values in cursor.fetchall():
                    row = dict(zip(names, values, strict=True))
                    place = {name: row[name] for name in PLACES}
                    verdict.rows.append(Failing(rule_id, row["grade"] if rule.graded else severity, place))
                if examined:
                    verdict.examined[rule_id] = self.connection.execute(expectation.checked_query).fetchone()[0] or 0
            except duckdb.Error as error:
                verdict.errors[rule_id] = str(error).splitlines()[0]
        return verdict

    def verify(self, rule_ids=None) -> list[str]:
        """Where Great Expectations and the query of the failing rows disagree on the register that was built last."""
        copy = duckdb.connect(":memory:", config={"file_search_path": str(ROOT)})
        wanted = set().union(*(checks._tables(self.connection, e) for e in self.expectations.values())) | {
            "editions",
            "parameters",
        }
        for name in sorted(wanted & table_names(self.connection)):
            arrow = self.connection.sql(f"from {name}").to_arrow_table()  # noqa: F841  (read by name)
            copy.execute(f"create table {name} as from arrow")
        copy.execute(PARAMETER_MACROS.replace("temporary ", ""))
        rules = [self.rules[rule_id] for rule_id in rule_ids or self.queries]
        outcomes = checks.evaluate(copy, rules, self.expectations)
        ours = self.ask([rule.rule_id for rule in rules])
        wrong = []
        for outcome in outcomes:
            count = sum(row.rule_id == outcome.rule.rule_id for row in ours.rows)
            if (
                outcome.result == "error"
                or len(outcome.rows) != count
                or (outcome.result in ("fail", "warn")) != bool(count)
            ):
                wrong.append(
                    f"{outcome.rule.rule_id}: {outcome.result}, {len(outcome.rows)} rows; here {count} "
                    f"{outcome.message['en']}"
                )
        copy.close()
        return wrong


def _prepared(rule_id: str) -> str:
    return f"ask_{rule_id.replace('-', '_')}"


@functools.cache
def bench() -> Bench:
    """One bench for the whole process."""
    return Bench()
