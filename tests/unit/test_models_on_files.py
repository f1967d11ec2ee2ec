"""The models that read files, by worked examples (tests/file_examples.py)."""

from __future__ import annotations

import duckdb
import pytest

from file_examples import EXAMPLES
from oracle.runner import Runner, _dated, models


@pytest.fixture(scope="module")
def connection():
    runner = Runner()
    runner.connection.execute("commit")
    return runner.connection


def fill(connection: duckdb.DuckDBPyConnection, tables: set[str], given: dict[str, list[dict]]) -> None:
    """Empty these tables, then put the rows of an example into those that it gives."""
    for table in {*tables, *given}:
        connection.execute(f'delete from "{table}"')
    for table, rows in given.items():
        for row in rows:
            places = ", ".join("?" * len(row))
            connection.execute(f'insert into "{table}" ({", ".join(row)}) values ({places})', [*row.values()])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.model}: {e.about}")
def test_worked_example(connection, example):
    model = next(model for model in models() if model.name == example.model)
    connection.execute("begin")
    try:
        fill(connection, set(model.parents), example.given)
        sql = _dated(model.sql, "2025-12-31", "2026-01-10")
        asked = f"select {', '.join(example.columns)} from ({sql}) where {example.where}"
        found = connection.execute(asked).fetchall()
    finally:
        connection.execute("rollback")
    assert sorted(found, key=repr) == sorted(example.expect, key=repr)
