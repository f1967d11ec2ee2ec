"""Records → DuckDB: one scan per table, keeping only what the later checks need.

A loaded table holds the canonical key texts (columns `k_<field>`) and, for the few records that were not acquitted,
their cells; so a file of a million records costs some hundred megabytes at most. `rowid` is the ordinal of a record
over all files of the table, in the order in which they were given; `Part` turns it back into file and row.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from camket.contract.cells import Verdict, judge_row
from camket.contract.compile import CompiledTable, join_expressions, literal, quote_name
from camket.contract.prescan import prescan
from camket.contract.scan import ABSENT, SURPLUS, Scan
from camket.messages import ToolFailed

_GLOB = re.compile(r"[*?\[\]{}\\]")
_BATCH = 20_000
_EARLY = 16 << 20  # bytes from which reading while scanning is worth a thread


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table: its name for people, the scan, the rowid of its first record (None: not loaded)."""

    file: str
    scan: Scan
    start: int | None


@dataclass(slots=True)
class Loaded:
    """A table in the workshop. `keys` are the fields that it has a column `k_<field>` for."""

    name: str
    compiled: CompiledTable
    keys: tuple[str, ...]
    parts: list[Part] = field(default_factory=list)
    is_complete: bool = True
    _starts: list[int] = field(default_factory=list)
    _loaded: list[Part] = field(default_factory=list)

    @property
    def sql_name(self) -> str:
        return quote_name("t_" + self.name)

    @property
    def rows(self) -> int:
        """Number of records below the headers, over all files that could be loaded."""
        return sum(part.scan.records for part in self._loaded)

    def add(self, part: Part) -> None:
        self.parts.append(part)
        if part.start is None:
            self.is_complete = False
        elif part.scan.records:
            at = bisect_right(self._starts, part.start)
            self._starts.insert(at, part.start)
            self._loaded.insert(at, part)

    def place(self, rowid: int) -> tuple[Part, int]:
        """The file of a record and its row as a spreadsheet shows it (header is row 1)."""
        part = self._loaded[bisect_right(self._starts, rowid) - 1]
        return part, rowid - part.start + 2

    def has(self, names: Iterable[str]) -> bool:
        """Whether every loaded file has all these columns."""
        return all(set(names) <= set(part.scan.labels) for part in self._loaded)


class Workshop:
    """A temporary DuckDB with a temporary folder; use it as a context manager.

    `memory` is a hard limit for DuckDB; beyond it, it spills into the folder.
    """

    def __init__(self, memory: str = "512MB"):
        self.folder = Path(tempfile.mkdtemp(prefix="camket-contract-"))
        config = {
            "memory_limit": memory,
            "temp_directory": str(self.folder / "spill"),
            "preserve_insertion_order": "true",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self.db = duckdb.connect(":memory:", config=config)
        self._copies = 0

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_exc) -> None:
        self.db.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_file(self) -> Path:
        self._copies += 1
        return self.folder / f"{self._copies}.csv"

    def load(
        self,
        name: str,
        compiled: CompiledTable,
        files: Sequence[tuple[str, Path]],
        keys: Iterable[str] = (),
        progress: Callable[[str], None] | None = None,
    ) -> Loaded:
        """Prescan and load `files`, pairs of (name for people, path). `keys`: fields that others refer to.

        Raises ToolFailed if a file cannot be read or DuckDB disagrees with the prescan on the number of records.
        """
        wanted = {*compiled.own_keys, *keys}
        table = Loaded(name, compiled, tuple(key for key in compiled.fields if key in wanted))
        scans = []
        for shown, path in files:
            if progress:
                progress(shown)
            try:
                if len(files) == 1 and path.stat().st_size > _EARLY and not _GLOB.search(str(path)):
                    scan = self._load_early(table, shown, path)
                else:
                    scan = prescan(path, self.new_file, force_copy=bool(_GLOB.search(str(path))))
            except OSError as error:
                raise ToolFailed(f"{shown} cannot be read: {error.strerror}", "Check the file.") from error
            scans.append((shown, scan))
        if table.parts:
            return table
        doubtful = self._fill(table, scans)
        if doubtful:  # DuckDB disagrees with the prescan: give it regular copies of those files
            scans = [
                (shown, prescan(scan.path, self.new_file, force_copy=True) if shown in doubtful else scan)
                for shown, scan in scans
            ]
            doubtful = self._fill(table, scans)
        if doubtful:
            raise ToolFailed(
                f"DuckDB and the prescan count different records in {', '.join(doubtful[:3])}",
                "This is a fault of camket, not of the file. Please report it with the file.",
            )
        return table

    def _load_early(self, table: Loaded, shown: str, path: Path) -> Scan:
        """Prescan a large file while DuckDB already reads it, in good hope that it is regular.

        If the hope holds, the table is filled and has its part; if not, what DuckDB read is thrown away.
        """
        readers: list[threading.Thread] = []
        counted: list[int] = []
        cursor = self.db.cursor()

        def begin(scan: Scan) -> None:
            labels = list(scan.labels)
            self._create(table)
            work = threading.Thread(target=lambda: counted.append(_insert(cursor, table, labels, path, False)))
            work.start()
            readers.append(work)

        held = False
        try:
            scan = prescan(path, self.new_file, on_header=begin)
            held = not (scan.is_copy or scan.is_fatal)
        finally:
            for work in readers:
                if not held:
                    cursor.interrupt()
                work.join()
            cursor.close()
        if held and counted == [scan.records]:
            table.add(Part(shown, scan, 0))
        return scan

    def _create(self, table: Loaded) -> None:
        columns = ", ".join([*(f"{quote_name('k_' + key)} VARCHAR" for key in table.keys), "suspect VARCHAR[]"])
        self.db.execute(f"CREATE OR REPLACE TABLE {table.sql_name} ({columns})")

    def _fill(self, table: Loaded, scans: list[tuple[str, Scan]]) -> list[str]:
        """Load all scans into a fresh table; returns the names of the files that DuckDB reads differently."""
        self._create(table)
        parts = [Part(shown, scan, None) for shown, scan in scans if scan.is_fatal]
        groups: dict[tuple, list[tuple[str, Scan]]] = {}
        for shown, scan in scans:
            if not scan.is_fatal:
                groups.setdefault((scan.is_copy, scan.line_end, *scan.labels), []).append((shown, scan))
        start = 0
        for (is_copy, _, *labels), members in groups.items():
            records = sum(scan.records for _, scan in members)
            if records:
                path = self._joined([scan for _, scan in members if scan.records])
                if _insert(self.db, table, labels, path, is_copy) != records:
                    return [shown for shown, _ in members]
            for shown, scan in members:
                parts.append(Part(shown, scan, start))
                start += scan.records
        for part in parts:
            table.add(part)
        return []

    def _joined(self, scans: Sequence[Scan]) -> Path:
        """One file with the records of all, in order: DuckDB keeps the order of records within a file only."""
        if len(scans) == 1:
            return scans[0].readable
        target = self.new_file()
        with open(target, "wb") as out:
            for number, scan in enumerate(scans):
                with open(scan.readable, "rb") as stream:
                    header = stream.readline()
                    out.write(b"" if number else header)
                    shutil.copyfileobj(stream, out, 1 << 20)
                    stream.seek(-1, 2)
                    if stream.read(1) != b"\n":
                        out.write(scan.line_end)
        return target

    def convict(self, table: Loaded) -> Iterator[tuple[int, list[str | None], list[Verdict]]]:
        """Judge the records that were not acquitted: (rowid, cells, verdicts), verdicts never empty.

        Also corrects the key columns of those records, where the SQL could not read an unusual spelling.
        """
        typed = [key for key in table.keys if table.compiled.fields[key].type != "string"]
        mended: list[tuple[int, list[str | None]]] = []
        after = -1
        while True:
            batch = self.db.execute(
                f"SELECT rowid, suspect FROM {table.sql_name} WHERE suspect IS NOT NULL AND rowid > ? "
                f"ORDER BY rowid LIMIT {_BATCH}",
                [after],
            ).fetchall()
            for rowid, cells in batch:
                part, _ = table.place(rowid)
                if part.scan.is_copy:
                    extra = cells.pop()
                    while cells and cells[-1] is None:
                        cells.pop()
                    if extra is not None:
                        cells += extra.split(SURPLUS)
                readers = [table.compiled.fields.get(label) for label in part.scan.labels]
                if typed:
                    by_name = dict(zip(part.scan.labels, cells, strict=False))
                    texts = [table.compiled.fields[key].key(by_name.get(key), str(rowid)) for key in typed]
                    mended.append((rowid, texts))
                if verdicts := judge_row(readers, cells):
                    yield rowid, cells, verdicts
            self._mend(table, typed, mended)
            if len(batch) < _BATCH:
                return
            after = batch[-1][0]

    def _mend(self, table: Loaded, typed: list[str], mended: list[tuple[int, list[str | None]]]) -> None:
        if not mended:
            return
        values = [[rowid for rowid, _ in mended], *([texts[n] for _, texts in mended] for n in range(len(typed)))]
        unnested = ", ".join(
            ["unnest(?::BIGINT[]) AS rid", *(f"unnest(?::VARCHAR[]) AS v{number}" for number in range(len(typed)))]
        )
        sets = ", ".join(f"{quote_name('k_' + key)} = v{number}" for number, key in enumerate(typed))
        self.db.execute(
            f"UPDATE {table.sql_name} AS t SET {sets} FROM (SELECT {unnested}) AS m WHERE t.rowid = m.rid", values
        )
        mended.clear()


def _insert(db, table: Loaded, labels: Sequence[str], path: Path, is_copy: bool) -> int:
    """Read one file into the table; number of records read, or -1 if DuckDB refuses the file or was interrupted."""
    expressions = join_expressions(table.compiled.select(labels, table.keys, extra=is_copy))
    source = _source(labels, path, is_copy)
    try:
        (count,) = db.execute(f"INSERT INTO {table.sql_name}\nSELECT {expressions}\nFROM {source}").fetchone()
    except (duckdb.InvalidInputException, duckdb.InterruptException):
        return -1
    return count


def _source(labels: Sequence[str], path: Path, is_copy: bool) -> str:
    """The read_csv call: everything stated, nothing guessed."""
    names = [f"c{number}" for number in range(1, len(labels) + 1)] + (["extra"] if is_copy else [])
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(str(path))}, columns={{{columns}}}, header=true, auto_detect=false, delim=',', quote='\"', "
        f"escape='\"', comment='', nullstr={literal(ABSENT)}, strict_mode=true, null_padding=false, "
        f"ignore_errors=false)"
    )
