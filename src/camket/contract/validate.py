"""The contract step: a whole package, or one file, against its Table Schemas; all problems at once.

Verdicts on header, rows, cells and keys are those of Frictionless 5.21 (tests/unit/test_contract_oracle.py holds the
two against each other). Deliberate differences, all towards strictness or fewer echoes of one fault:

- stricter: what `prescan` lists (BOM, control characters, NFC, quotes …); a header-only file where rows are required;
  values that are right but not plainly written (`cells`);
- no echo: a header repeated as a row is told as that and not judged; no row problems below a header with duplicate
  labels; no dangling references into a table that could not be read or lacks the column; a file that is not UTF-8
  has that one problem; surplus cells of a row are told once;
- no limit of 1000: all problems are found; of one kind in one column of one file at most `limit` are listed, and how
  many more there are is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from camket.contract.compile import CompiledTable, compile_schema
from camket.contract.describe import Collector, of_row, of_scan
from camket.contract.keys import Suggestions, dangling, duplicates
from camket.contract.ledger import check_hashes, check_ledger, check_paths
from camket.contract.load import Loaded, Workshop
from camket.contract.words import problem, suggestion_slots
from camket.messages import Problem, ToolFailed
from camket.package import LEDGER, SUBMISSIONS, Package

LIMIT = 10_000


@dataclass(frozen=True)
class ContractResult:
    """problems in order of file, row, column; tables: name → number of records; omitted: problems counted only."""

    problems: list[Problem]
    tables: dict[str, int] = field(default_factory=dict)
    omitted: int = 0


def validate_package(
    package: Package, progress: Callable[[str], None] | None = None, *, limit: int = LIMIT
) -> ContractResult:
    """Validate all tables of a package, the references between them, the ledger and the hashes.

    `progress` is called with the name of each file as it is begun. Raises ToolFailed if a file cannot be read or a
    schema uses what camket does not support; problems in the data never raise.
    """
    compiled = {name: compile_schema(resource.schema) for name, resource in package.resources.items()}
    referenced = _referenced(compiled)
    for name in referenced:
        if name not in compiled:
            raise ToolFailed(f"A foreign key refers to {name}, which is no resource of the package", "Add it.")
    collector = Collector(limit)
    with Workshop() as shop:
        tables = {}
        for name, table in compiled.items():
            files = _files(package, name)
            tables[name] = shop.load(name, table, files, referenced.get(name, ()), progress)
        for name, table in tables.items():
            _check_table(shop, table, collector, require_rows=name == SUBMISSIONS)
            collector.extend(check_hashes(package, package.resources[name], table.parts))
        for table in tables.values():
            _check_references(shop, table, tables, collector)
        if SUBMISSIONS in tables:
            collector.extend(check_paths(package))
            if LEDGER in tables:
                collector.extend(check_ledger(shop, package, tables[LEDGER], tables[SUBMISSIONS]))
        rows = {name: table.rows for name, table in tables.items()}
    return ContractResult(collector.finish(), rows, collector.omitted)


class References:
    """The tables of a package that foreign keys look into, each loaded when first needed. A context manager.

    Made once, it serves for validating many single files. Problems in these tables themselves are not reported
    here; that is `validate_package`'s work.
    """

    def __init__(self, package: Package):
        self.package = package
        self.shop = Workshop()
        self._tables: dict[str, Loaded] = {}

    def tables(self, compiled: CompiledTable) -> dict[str, Loaded]:
        """The tables that `compiled` refers to. Raises ToolFailed if the package has no such resource."""
        for name, keys in _referenced({"": compiled}).items():
            known = self._tables.get(name)
            if known is None or not keys <= set(known.keys):
                schema = compile_schema(self.package.resource(name).schema)
                wanted = keys | set(known.keys if known else ())
                self._tables[name] = self.shop.load(name, schema, _files(self.package, name), wanted)
                # Mends the keys of unusual spelling; the verdicts are for another day.
                for _ in self.shop.convict(self._tables[name]):
                    pass
        return self._tables

    def __enter__(self) -> References:
        return self

    def __exit__(self, *_exc) -> None:
        self.shop.__exit__()


def validate_table(
    path: Path | str | Iterable[Path | str],
    schema: dict[str, Any] | CompiledTable,
    references: References | Package | None = None,
    *,
    name: str | None = None,
    shown: Mapping[Path, str] | None = None,
    require_rows: bool = False,
    limit: int = LIMIT,
) -> ContractResult:
    """Validate one file (or several files as one table) against a Table Schema.

    references    where foreign keys look; without it, only keys into the table itself are checked
    name          the table's name, by default that of the schema
    shown         how a file is called in problems, by default its name
    require_rows  a header without rows is a problem (a submission), or is not (a register table)
    """
    if isinstance(references, Package):
        with References(references) as opened:
            return validate_table(path, schema, opened, name=name, shown=shown, require_rows=require_rows, limit=limit)
    compiled = schema if isinstance(schema, CompiledTable) else compile_schema(schema)
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(item) for item in path]
    files = [(shown.get(item, item.name) if shown else item.name, item) for item in paths]
    shop = references.shop if references else Workshop()
    collector = Collector(limit)
    try:
        # A name no resource can have, so that the table under test never replaces the one it refers to.
        table = shop.load("file under test", compiled, files)
        _check_table(shop, table, collector, require_rows=require_rows)
        _check_references(shop, table, references.tables(compiled) if references else {}, collector)
        rows = table.rows
    finally:
        if references is None:
            shop.__exit__()
    return ContractResult(collector.finish(), {name or compiled.name: rows}, collector.omitted)


def _files(package: Package, name: str) -> list[tuple[str, Path]]:
    if name == SUBMISSIONS:
        return [(package.display(file), file) for file in package.submission_files()]
    return [(path, package.root / path) for path in package.resources[name].paths]


def _referenced(compiled: Mapping[str, CompiledTable]) -> dict[str, set[str]]:
    """Resource → the columns that foreign keys of other tables look up in it."""
    wanted: dict[str, set[str]] = {}
    for table in compiled.values():
        for key in table.foreign_keys:
            if key.resource:
                wanted.setdefault(key.resource, set()).update(key.reference)
    return wanted


def _check_table(shop: Workshop, table: Loaded, collector: Collector, *, require_rows: bool) -> None:
    """Everything that needs no other table."""
    compiled = table.compiled
    for part in table.parts:
        collector.extend(of_scan(part, compiled, require_rows=require_rows))
    for rowid, cells, verdicts in shop.convict(table):
        part, row = table.place(rowid)
        if row not in part.scan.muted:
            collector.extend(of_row(table, part, row, cells, verdicts))
    if compiled.primary_key and table.has(compiled.primary_key):
        column = ", ".join(compiled.primary_key)
        for rowid, before, key in duplicates(shop, table, compiled.primary_key, empty_is_wrong=True):
            part, row = table.place(rowid)
            if row in part.scan.muted:
                continue
            if before is None:
                collector.add(problem("empty-key", part.file, row, column, error="primary-key"))
            else:
                collector.add(_repeated("primary-key", table, rowid, before, column, key))
    for name in compiled.unique:
        if table.has([name]):
            for rowid, before, key in duplicates(shop, table, [name], empty_is_wrong=False):
                part, row = table.place(rowid)
                if row not in part.scan.muted:
                    collector.add(_repeated("unique-error", table, rowid, before, name, key))


def _repeated(kind: str, table: Loaded, rowid: int, before: int, column: str, key: tuple) -> Problem:
    part, row = table.place(rowid)
    other, other_row = table.place(before)
    elsewhere = "" if other.file == part.file else f", {other.file}"
    return problem(
        kind,
        part.file,
        row,
        column,
        ", ".join(str(text or "") for text in key),
        place_en=f"row {other_row}{elsewhere}",
        place_vi=f"dòng {other_row}{elsewhere}",
    )


def _check_references(shop: Workshop, table: Loaded, tables: Mapping[str, Loaded], collector: Collector) -> None:
    for key in table.compiled.foreign_keys:
        target = tables.get(key.resource) if key.resource else table
        # A target that could not be read, or lacks the column, has its own problem: no echo of it here.
        if target is None or not target.is_complete or not target.has(key.reference) or not table.has(key.fields):
            continue
        hints = Suggestions(shop, target, key.reference[0]) if len(key.fields) == 1 else None
        # The suggestions and the report use the same connection, so the result is taken whole first.
        for rowid, values in list(dangling(shop, table, key, target)):
            part, row = table.place(rowid)
            if row in part.scan.muted:
                continue
            collector.add(
                problem(
                    "foreign-key",
                    part.file,
                    row,
                    ", ".join(key.fields),
                    ", ".join(str(text or "") for text in values),
                    target=key.resource or table.compiled.name,
                    reference=", ".join(key.reference),
                    **suggestion_slots(hints.nearest(values[0]) if hints and values[0] else None),
                )
            )
