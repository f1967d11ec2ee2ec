"""Keys across records: primary keys, unique columns, foreign keys. All on the canonical texts of loaded tables."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from camket.contract.compile import ForeignKey, quote_name
from camket.contract.load import Loaded, Workshop
from camket.messages import ToolFailed

_SUGGESTION_POOL = 20_000
_SUGGESTIONS = 300  # distinct values that get a suggestion; difflib is slow and a list that long is not read


def duplicates(
    shop: Workshop, table: Loaded, names: Sequence[str], *, empty_is_wrong: bool
) -> Iterator[tuple[int, int | None, tuple[str | None, ...]]]:
    """Records whose key was there before: (rowid, rowid of the one before, key), in order of rowid.

    A key whose parts are all missing counts only if `empty_is_wrong`, then with None for the one before. A part
    that is missing equals another missing part, as in Frictionless.
    """
    columns = [quote_name("k_" + name) for name in names]
    listed = ", ".join(columns)
    empty = f"coalesce({listed}) IS NULL"
    if empty_is_wrong:
        rows = shop.db.execute(f"SELECT rowid FROM {table.sql_name} WHERE {empty} ORDER BY rowid").fetchall()
        yield from ((rowid, None, (None,) * len(names)) for (rowid,) in rows)
    # Group by a 64-bit hash first: a quarter of the memory; the few candidates are then compared in full.
    rows = shop.db.execute(
        f"""
        WITH crowded AS (
            SELECT hash({listed}) AS h FROM {table.sql_name} WHERE NOT ({empty}) GROUP BY h HAVING count(*) > 1
        ), candidates AS (
            SELECT rowid AS rid, {listed} FROM {table.sql_name}
            WHERE NOT ({empty}) AND hash({listed}) IN (SELECT h FROM crowded)
        ), paired AS (
            SELECT rid, lag(rid) OVER (PARTITION BY {listed} ORDER BY rid) AS before, {listed} FROM candidates
        )
        SELECT * FROM paired WHERE before IS NOT NULL ORDER BY rid
        """
    )
    while batch := rows.fetchmany(10_000):
        for rid, before, *key in batch:
            yield rid, before, tuple(key)


def dangling(
    shop: Workshop, table: Loaded, key: ForeignKey, target: Loaded
) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    """Records whose reference does not exist in `target`: (rowid, key), in order of rowid. All-missing keys pass."""
    ours = [quote_name("k_" + name) for name in key.fields]
    theirs = [quote_name("k_" + name) for name in key.reference]
    if not _comparable(table, key.fields, target, key.reference):
        raise ToolFailed(
            f"Schema {table.name}: the foreign key {', '.join(key.fields)} compares different types",
            "Give both fields the same type.",
        )
    # = joins by hash; only a key of several parts can hold a missing part, which must equal another missing part.
    equal = "=" if len(ours) == 1 else "IS NOT DISTINCT FROM"
    joined = " AND ".join(f"t.{a} {equal} r.r{n}" for n, a in enumerate(ours))
    reference = ", ".join(f"{name} AS r{n}" for n, name in enumerate(theirs))
    # A number that is NaN equals nothing, not even itself, so nothing can refer to it.
    numbers = [name for name, field in zip(theirs, key.reference, strict=True) if _type(target, field) == "number"]
    real = " AND ".join(["true", *(f"NOT coalesce(starts_with({name}, 'NaN '), false)" for name in numbers)])
    rows = shop.db.execute(
        f"""
        SELECT t.rowid, {", ".join("t." + name for name in ours)}
        FROM {table.sql_name} AS t
        ANTI JOIN (SELECT DISTINCT {reference} FROM {target.sql_name} WHERE {real}) AS r ON {joined}
        WHERE coalesce({", ".join("t." + name for name in ours)}) IS NOT NULL
        ORDER BY t.rowid
        """
    )
    while batch := rows.fetchmany(10_000):
        for rowid, *values in batch:
            yield rowid, tuple(values)


class Suggestions:
    """The nearest existing code of one field of a table, or None."""

    def __init__(self, shop: Workshop, target: Loaded, name: str):
        rows = shop.db.execute(
            f"SELECT DISTINCT {quote_name('k_' + name)} AS k FROM {target.sql_name} WHERE k IS NOT NULL "
            f"ORDER BY k LIMIT {_SUGGESTION_POOL}"
        ).fetchall()
        self._pool = [code for (code,) in rows]
        self._known: dict[str, str | None] = {}

    def nearest(self, value: str) -> str | None:
        if value not in self._known:
            if len(self._known) >= _SUGGESTIONS:
                return None
            self._known[value] = nearest(value, self._pool)
        return self._known[value]


def nearest(value: str, pool: Sequence[str]) -> str | None:
    """The code of `pool` most like `value`: the same but for case and separators first, else by difflib."""
    bare = _bare(value)
    for code in pool:
        if _bare(code) == bare:
            return code
    close = difflib.get_close_matches(value[:100], pool, n=1, cutoff=0.6)
    return close[0] if close else None


def _bare(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def _comparable(table: Loaded, names: Sequence[str], target: Loaded, others: Sequence[str]) -> bool:
    kinds = [(_type(table, a), _type(target, b)) for a, b in zip(names, others, strict=True)]
    return all(a == b or {a, b} == {"integer", "number"} for a, b in kinds)


def _type(table: Loaded, name: str) -> str:
    return table.compiled.fields[name].type
