"""A SQLAlchemy dialect through which Great Expectations can read an open DuckDB session.

Two things are unlike the dialect it builds on. Great Expectations closes the connection before it fetches the rows of a
query, and DuckDB then has nothing left to give ("list index out of range"): all rows are taken into memory as soon as a
query has run. And the database is a session in memory that somebody else has prepared: connections are cursors of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import duckdb_sqlalchemy
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

_shared: dict[str, duckdb.DuckDBPyConnection] = {}


class _BufferedContext(duckdb_sqlalchemy.Dialect.execution_ctx_cls):
    def post_exec(self) -> None:
        super().post_exec()
        changes_rows = self.isinsert or self.isupdate or self.isdelete
        if self.cursor is not None and self.cursor.description and not changes_rows:
            rows = self.cursor.fetchall()
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=rows)


class SharedSessionDialect(duckdb_sqlalchemy.Dialect):
    """DuckDB, in a session that is open already, with results that outlive their connection."""

    driver = "shared"
    supports_statement_cache = True
    execution_ctx_cls = _BufferedContext

    def connect(self, *_: Any, database: str, **__: Any) -> Any:
        """A cursor of the session of that name. Raises KeyError if nobody shares it."""
        return duckdb_sqlalchemy.ConnectionWrapper(_shared[database].cursor())


@contextmanager
def shared(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Lend an open DuckDB connection to SQLAlchemy; yields the address to connect to."""
    name = f"session-{id(connection)}"
    _shared[name] = connection
    try:
        yield f"duckdb+shared:///{name}"
    finally:
        del _shared[name]


registry.register("duckdb.shared", __name__, SharedSessionDialect.__name__)
