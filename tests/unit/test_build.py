"""What dbt parsed is kept: for every package and date, until a file of the project changes."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from camket import build
from camket.messages import ToolFailed
from support import PROJECT

SOURCES = """
sources:
  - name: package
    config: {meta: {external_location: "raw_csv('{{ var('package_dir') }}/{name}.csv')"}}
    tables: [{name: one}]
"""
MODEL = "select id, '{{ var('valid_date') }}' as day from {{ source('package', 'one') }}"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project of one model, with the settings of the real one."""
    monkeypatch.setenv("CAMKET_PARSED", str(tmp_path / "parsed"))
    root = tmp_path / "project"
    (root / "models/marts").mkdir(parents=True)
    (root / "macros").mkdir()
    for name in ("dbt_project.yml", "profiles.yml", "macros/materialize.sql"):
        shutil.copy(PROJECT / name, root / name)
    (root / "models/marts/sources.yml").write_text(SOURCES)
    (root / "models/marts/model.sql").write_text("{{ config(contract={'enforced': false}) }}" + MODEL)
    return root


def rows(root: Path, name: str, valid_date: str) -> list[tuple]:
    """What the model gives for a package of one row, built in a folder of that name."""
    folder = root.parent / name
    folder.mkdir(exist_ok=True)
    (folder / "one.csv").write_text(f"id\n{name}\n")
    file = SimpleNamespace(file=folder / "any.csv")
    package = SimpleNamespace(folder=folder, resource=lambda _: file)
    edition = build.Edition(package, valid_date, valid_date, root, folder)
    build._dbt(edition, edition.database, ["run"], threads=1)
    with duckdb.connect(str(edition.database), read_only=True) as connection:
        return connection.execute("from model").fetchall()


def test_a_project_is_parsed_once_and_again_when_it_has_changed(project):
    kept = project.parent / "parsed/partial_parse.msgpack"
    assert rows(project, "first", "2025-12-31") == [("first", "2025-12-31")]
    parsed = kept.stat().st_mtime_ns
    assert rows(project, "{other} {name}", "2024-06-30") == [("{other} {name}", "2024-06-30")]
    assert rows(project, "first", "2024-06-30") == [("first", "2024-06-30")]
    assert kept.stat().st_mtime_ns == parsed
    model = project / "models/marts/model.sql"
    model.write_text(model.read_text().replace("select id", "select 'changed ' || id"))
    assert rows(project, "first", "2025-12-31") == [("changed first", "2025-12-31")]
    assert kept.stat().st_mtime_ns != parsed


def test_a_model_that_fails_leaves_the_table_of_the_build_before(project):
    assert rows(project, "first", "2025-12-31") == [("first", "2025-12-31")]
    changed = project / "models/marts/model.sql"
    changed.write_text(changed.read_text().replace("select id", "select cast('no such day' as date) as id"))
    with pytest.raises(ToolFailed, match=r"models/marts/model\.sql: model: (.|\n)*no such day"):
        rows(project, "first", "2024-06-30")
    with duckdb.connect(str(project.parent / "first/camket.duckdb"), read_only=True) as connection:
        assert connection.execute("from model").fetchall() == [("first", "2025-12-31")]
        assert connection.execute("show tables").fetchall() == [("model",)]


def test_no_model_reads_a_later_step():
    """Data flow one way, in the order of the folders; `rebuild` makes the first of them and relies on it."""
    settings = {"editions", "parameters"}  # T, K and thresholds, which every step reads
    steps = [*build.PHASES["marts"], *build.PHASES["figures"]]
    manifest = build.parse(PROJECT, Path(os.environ["CAMKET_PARSED"]))
    models = {key: node for key, node in manifest.nodes.items() if node.resource_type == "model"}
    step = {key: steps.index(Path(node.original_file_path).parts[1]) for key, node in models.items()}
    back = [
        (node.name, models[read].name)
        for key, node in models.items()
        for read in node.depends_on.nodes
        if read in models and step[read] > step[key] and models[read].name not in settings
    ]
    assert len(models) > 100 and back == []
