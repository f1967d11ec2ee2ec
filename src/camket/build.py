"""Run dbt on DuckDB with the two dates of an edition.

The build has two phases, because figures count the results of checks: ``marts`` (staging to checks) and ``figures``.
Between them the checks step reads the marts and writes its results as files.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from camket.files import write_if_changed
from camket.messages import ToolFailed
from camket.package import Package
from camket.parameters import check_parameters

PHASES = {
    "marts": ["staging", "as_of", "intermediate", "marts", "lags", "practice", "checks"],
    "figures": ["figures"],
    # what counts the results of checks, once more, after the rules about figures have run
    "recount": ["figures/fig_quality.sql+", "figures/fig_findings.sql+"],
}
REBUILT = ("commitments", "updates", "agency_rounds", "claims", "claim_tests", "lag_spells", "lag_curves", "lag_tests")


@dataclass(frozen=True)
class Edition:
    """One build: a package at a valid date T and a knowledge date K (ISO dates)."""

    package: Package
    valid_date: str
    knowledge_date: str
    root: Path
    build: Path

    @property
    def database(self) -> Path:
        return self.build / "camket.duckdb"


def run(edition: Edition, phase: str) -> None:
    """Build one phase into the edition's database and test its data.

    The worked examples of the models say nothing of these data: see run_examples.
    Raises ToolFailed with dbt's own words for each model or test that failed, and for parameters of the wrong type.
    """
    check_parameters(edition.root, edition.package.folder)
    _write_categories(edition)
    select = ["--select", *(f"path:models/{folder}" for folder in PHASES[phase])]
    _dbt(edition, edition.database, ["build", *select, "--exclude-resource-type", "unit_test"], threads=2)


def run_examples(edition: Edition) -> None:
    """Run the worked examples beside the models (unit tests of dbt), for which every model must have been built once.

    Raises ToolFailed naming each example that comes out otherwise.
    """
    _dbt(edition, edition.database, ["test", "--select", "test_type:unit"], threads=2)


def rebuild(edition: Edition) -> None:
    """Build the marts a second time, on one thread into a database of its own, and write what both hold to rebuild.csv.

    Columns: table_name, sha256_first, sha256_second; rule REP-01 compares them.
    """
    second = edition.build / "rebuild.duckdb"
    second.unlink(missing_ok=True)
    folders = [f"path:models/{folder}" for folder in ("staging", "as_of", "intermediate", "marts", "lags")]
    _dbt(edition, second, ["run", "--select", *folders], threads=1)
    rows = [(table, _digest(edition.database, table), _digest(second, table)) for table in REBUILT]
    text = "table_name,sha256_first,sha256_second\n" + "".join(f"{','.join(row)}\n" for row in rows)
    write_if_changed(edition.build / "rebuild.csv", text.encode())
    second.unlink()


def _digest(database: Path, table: str) -> str:
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(f"select * from {table} order by all").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _write_categories(edition: Edition) -> None:
    """Write the code lists of the schemas as build/<package>/categories.csv (field_name, code, label_en, label_vi)."""
    rows = set()
    for path in sorted((edition.root / "schemas").glob("*.json")):
        for field in json.loads(path.read_text(encoding="utf-8"))["fields"]:
            for category in field.get("categories", []):
                # names that mean something else in another list
                is_of_many = field["name"] in ("kind", "level", "test")
                name = f"{path.stem}.{field['name']}" if is_of_many else field["name"]
                rows.add((name, category["value"], category["label"], category["label_vi"]))
    target = edition.build / "categories.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("field_name", "code", "label_en", "label_vi"))
        writer.writerows(sorted(rows))


def _dbt(edition: Edition, database: Path, command: list[str], *, threads: int) -> None:
    target = edition.build / "dbt"
    os.environ |= {
        "DO_NOT_TRACK": "1",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "CAMKET_DATABASE": str(database),
        "CAMKET_THREADS": str(threads),
    }
    # dbt takes seconds to import, and nothing but a build needs it
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folder = edition.package.folder
    variables = {
        "valid_date": edition.valid_date,
        "knowledge_date": edition.knowledge_date,
        "reference_dir": str(edition.package.resource("agencies").file.parent),
        "package_dir": str(folder),
        "activities_csv": str(edition.package.resource("activities").file),
        "quality_dir": str(edition.build / "quality"),
        "build_dir": str(edition.build),
    }
    common = [
        "--project-dir",
        str(edition.root),
        "--profiles-dir",
        str(edition.root),
        "--vars",
        json.dumps(variables),
        "--quiet",
    ]
    try:
        result = dbtRunner().invoke([command[0], *common, *command[1:]])
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not result.success:
        raise ToolFailed(_explain(result), "Mend the model or test named above, then run make again.")


def _explain(result) -> str:
    if result.exception:
        return f"dbt could not build: {result.exception}"
    failed = [r for r in result.result if r.status in ("error", "fail", "runtime error")]
    return "\n".join(f"{r.node.original_file_path}: {r.node.name}: {r.message}" for r in failed)
