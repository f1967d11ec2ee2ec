"""One DuckDB session for a run of checks: the built database, read-only, and what else the rules may read.

The session lives in memory. Tables of the database are seen through views; staging views, which read the raw files, are
copied once, or each query would read hundreds of files again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from camket.messages import ToolFailed
from camket.parameters import fits

# What rules call a threshold by. `explain` prints these lines, so that a query can be run as it stands.
PARAMETER_MACROS = "\n".join(
    f"create or replace temporary macro parameter_{kind}(name) as\n"
    f"  (select cast(value as {sql}) from parameters where parameter_id = name);"
    for kind, sql in (("integer", "integer"), ("decimal", "decimal(28, 6)"), ("date", "date"))
)

# The rest of a gibibyte is for the failing rows of a million reports; what does not fit goes to disk.
MEMORY = "450MB"


@contextmanager
def open_session(database: Path, project_root: Path, artefacts: set[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which every table of `database` and every artefact there is can be queried by its bare name.

    Artefacts are CSV files beside the database; one that is missing is no table. Raises ToolFailed if the database is
    missing or cannot be opened.
    """
    if not database.is_file():
        raise ToolFailed(f"There is no database {_shown(database, project_root)}", "Build it first: type `make build`.")
    with _spill_folder(database.parent.resolve()) as folder:
        config = {
            "file_search_path": str(project_root.resolve()),
            "memory_limit": MEMORY,
            "temp_directory": str(folder),
        }
        with duckdb.connect(":memory:", config=config) as connection:
            _prepare(connection, database, project_root, artefacts)
            yield connection


@contextmanager
def _spill_folder(parent: Path) -> Iterator[Path]:
    """A folder for what does not fit into memory, for this process alone. It goes with the run; one that a killed run
    left behind goes with the next."""
    for left in parent.glob("checks.*.tmp"):
        if not _is_running(left.name.split(".")[1]):
            shutil.rmtree(left, ignore_errors=True)
    folder = parent / f"checks.{os.getpid()}.tmp"
    try:
        yield folder  # DuckDB makes it once it needs it
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: str) -> bool:
    if os.name != "posix" or not process.isdecimal():
        return True  # elsewhere there is no asking without harm
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _prepare(connection: duckdb.DuckDBPyConnection, database: Path, project_root: Path, artefacts: set[str]) -> None:
    try:
        connection.execute(f"attach {_text(str(database))} as camket (read_only)")
    except duckdb.Error as error:
        raise ToolFailed(
            f"{_shown(database, project_root)} cannot be opened: {str(error).splitlines()[0]}",
            "Is a build still running? Wait for its end, or build again.",
        ) from error
    connection.execute("set enable_progress_bar = false")  # standard output belongs to results
    _mirror(connection)  # staging numbers its rows, so this keeps their order
    connection.execute("set preserve_insertion_order = false")  # failing rows are sorted when they are taken
    for artefact in sorted(artefacts):
        file = database.parent / f"{artefact}.csv"
        if file.is_file():
            connection.execute(
                f"create or replace table {file.stem} as from read_csv({_text(str(file))}, header = true, "
                "all_varchar = true, nullstr = '', delim = ',', quote = '\"', escape = '\"')"
            )
    connection.execute(PARAMETER_MACROS.replace("temporary ", ""))


def _mirror(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute(
        "select table_name, table_type from information_schema.tables where table_catalog = 'camket' order by all"
    ).fetchall()
    for name, kind in tables:
        quoted = '"' + name.replace('"', '""') + '"'
        what = "view" if kind == "BASE TABLE" else "table"
        try:
            connection.execute(f"create {what} {quoted} as from camket.main.{quoted}")
        except duckdb.Error as error:
            raise ToolFailed(
                f"{name} cannot be read from the database: {str(error).splitlines()[0]}",
                "The raw files have changed since the build: build again.",
            ) from error


def table_names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of all that can be queried."""
    return {name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()}


def parameters_in_force(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Value and type of each parameter by its id. Raises ToolFailed for a value that is not of its type."""
    rows = connection.execute(
        "select parameter_id, value, value_type from parameters where parameter_id is not null order by parameter_id"
    ).fetchall()
    for name, value, kind in rows:
        if not fits(value, kind):
            raise ToolFailed(
                f"The parameter {name} is {value!r}, which is no {kind}",
                "Mend it in raw/reference/parameters.csv or in the package's own parameters.csv.",
            )
    return {name: (value, kind) for name, value, kind in rows}


def _shown(path: Path, root: Path) -> str:
    """A path as people know it, without the folders above the project."""
    path, root = path.resolve(), root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
