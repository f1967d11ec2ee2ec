"""Run dbt on DuckDB with the two dates of an edition.

The build has two phases, because figures count the results of checks: ``marts`` (staging to checks) and ``figures``.
Between them the checks step reads the marts and writes its results as files.

dbt parses the project with placeholders in the place of dates and paths, and keeps what it parsed: reading some hundred
models and examples takes longer than building a small register, and says nothing of the data.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
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
# The variables of dbt_project.yml that differ from edition to edition, and what stands for them in the parsed project.
PLACEHOLDERS = {
    "valid_date": "CAMKET_VALID_DATE",
    "knowledge_date": "CAMKET_KNOWLEDGE_DATE",
    "package_dir": "CAMKET_PACKAGE_DIR",
    "reference_dir": "CAMKET_REFERENCE_DIR",
    "activities_csv": "CAMKET_ACTIVITIES",
    "quality_dir": "CAMKET_QUALITY_DIR",
    "build_dir": "CAMKET_BUILD_DIR",
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
    # a database is called by the name of its file, and what was parsed holds for one name
    second = edition.build / "rebuild" / edition.database.name
    shutil.rmtree(second.parent, ignore_errors=True)
    second.parent.mkdir()
    folders = [f"path:models/{folder}" for folder in ("staging", "as_of", "intermediate", "marts", "lags")]
    _dbt(edition, second, ["run", "--select", *folders], threads=1)
    rows = [(table, _digest(edition.database, table), _digest(second, table)) for table in REBUILT]
    text = "table_name,sha256_first,sha256_second\n" + "".join(f"{','.join(row)}\n" for row in rows)
    write_if_changed(edition.build / "rebuild.csv", text.encode())
    shutil.rmtree(second.parent)


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
    target = edition.build / "dbt"
    manifest = parse(edition.root, Path(os.environ.get("CAMKET_PARSED") or target / "parsed"))
    for source in manifest.sources.values():
        place = source.meta["external_location"]
        for name, placeholder in PLACEHOLDERS.items():
            place = place.replace(placeholder, variables[name].replace("{", "{{").replace("}", "}}"))
        source.meta["external_location"] = place
    invoke(edition.root, command, variables, target=target, database=database, threads=threads, manifest=manifest)


def parse(root: Path, kept: Path):
    """The project as dbt parses it, with PLACEHOLDERS for its variables; only files that changed are parsed again.

    What was parsed is kept in the folder `kept`, for any edition and for any package. Raises ToolFailed with dbt's own
    words for a project that it cannot parse.
    """
    # the names that the relations of the project get, and no file
    return invoke(root, ["parse"], PLACEHOLDERS, target=kept, database=Path("camket.duckdb")).result


def invoke(
    root: Path, command: list[str], variables: dict, *, target: Path, database: Path, threads: int = 1, manifest=None
):
    """Run a command of dbt on the project at `root`; returns its result. Raises ToolFailed with dbt's own words."""
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

    common = [
        "--project-dir",
        str(root),
        "--profiles-dir",
        str(root),
        "--vars",
        json.dumps(variables),
        "--log-level-file",
        "none",  # what went wrong comes back with the result; a quarter of a small build went into logs
        "--log-level",
        "none",
        "--no-write-json",  # nobody reads dbt's account of a build, and writing it takes a tenth of a small one
    ]
    try:
        result = dbtRunner(manifest=manifest).invoke([command[0], *common, *command[1:]])
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not result.success:
        raise ToolFailed(_explain(result), "Mend the model or test named above, then run make again.")
    return result


def _explain(result) -> str:
    if result.exception:
        return f"dbt could not build: {result.exception}"
    failed = [r for r in result.result if r.status in ("error", "fail", "runtime error")]
    return "\n".join(f"{r.node.original_file_path}: {r.node.name}: {r.message}" for r in failed)
