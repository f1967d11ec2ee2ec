"""The descriptor: what is accepted, what is refused with advice, and that a refresh changes nothing else."""

from __future__ import annotations

import hashlib
import json

import pytest

from camket.messages import ToolFailed
from camket.package import load, refresh

CAMKET = {"package_id": "p", "folder": "raw/p", "is_demonstration": True, "T": "2025-12-31", "K": "2026-01-10"}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "raw/p/submissions/2025-Q3").mkdir(parents=True)
    schema = {"name": "x", "fieldsMatch": "equal", "fields": [{"name": "a", "type": "string"}]}
    for name in ("things", "progress_updates"):
        (tmp_path / f"schemas/{name}.json").write_text(json.dumps(schema), encoding="utf-8")
    (tmp_path / "raw/p/things.csv").write_text("a\nđường\n", encoding="utf-8")
    (tmp_path / "raw/p/submissions/2025-Q3/MOFA.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "raw/p/submissions/2025-Q3/MOFA.2.csv").write_text("a\n2\n", encoding="utf-8")
    document = {
        "name": "p",
        "title_vi": "Gói thử",
        "camket": CAMKET,
        "resources": [
            {
                "name": "things",
                "path": "raw/p/things.csv",
                "schema": "schemas/things.json",
                "encoding": "utf-8",
                "x": [1],
            },
            {"name": "progress_updates", "path": [], "schema": "schemas/progress_updates.json"},
        ],
    }
    write(tmp_path, document)
    return tmp_path


def write(project, document, name="datapackage.json"):
    (project / name).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read(project):
    return json.loads((project / "datapackage.json").read_text(encoding="utf-8"))


def test_load_gives_paths_dates_and_titles(project):
    package = load(project=project)
    assert (package.package_id, package.T.isoformat(), package.K.isoformat()) == ("p", "2025-12-31", "2026-01-10")
    assert package.resource("things").file == project / "raw/p/things.csv"
    assert package.resource("things").schema["fields"][0]["name"] == "a"
    assert [package.display(file) for file in package.submission_files()] == [
        "raw/p/submissions/2025-Q3/MOFA.2.csv",
        "raw/p/submissions/2025-Q3/MOFA.csv",
    ]
    assert package.title_vi == "Gói thử"


def test_refresh_writes_hash_bytes_and_paths_and_nothing_else(project):
    before = read(project)
    assert refresh(project=project) == ["things", "progress_updates"]
    after = read(project)
    things = after["resources"][0]
    content = (project / "raw/p/things.csv").read_bytes()
    assert list(things) == ["name", "path", "schema", "encoding", "hash", "bytes", "x"]
    assert things.pop("hash") == "sha256:" + hashlib.sha256(content).hexdigest()
    assert things.pop("bytes") == len(content)
    assert len(after["resources"][1]["path"]) == 2
    after["resources"][1]["path"] = []
    assert after == before
    assert "Gói thử" in (project / "datapackage.json").read_text(encoding="utf-8")


def test_refresh_twice_leaves_the_file_untouched(project):
    refresh(project=project)
    content, stamp = (project / "datapackage.json").read_bytes(), (project / "datapackage.json").stat().st_mtime_ns
    assert refresh(project=project) == []
    assert (project / "datapackage.json").read_bytes() == content
    assert (project / "datapackage.json").stat().st_mtime_ns == stamp


def test_unknown_descriptor_says_what_to_type(project):
    write(project, {}, "datapackage.public-record.json")
    with pytest.raises(ToolFailed) as caught:
        load("datapackage.publicrecord.json", project=project)
    assert "`make PACKAGE=datapackage.public-record.json`" in caught.value.remedy
    assert "`make`" in caught.value.remedy
    assert caught.value.exit_code == 2


def test_missing_data_file_is_named(project):
    (project / "raw/p/things.csv").unlink()
    with pytest.raises(ToolFailed, match="raw/p/things.csv"):
        load(project=project)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda d: d.pop("camket"), "camket"),
        (lambda d: d["camket"].update(T="31/12/2025"), "camket.T"),
        (lambda d: d["camket"].update(folder="/raw"), "folder"),
        (lambda d: d.update(resources=[]), "resources"),
        (lambda d: d["resources"][0].update(path="/etc/passwd"), "path of things"),
        (lambda d: d["resources"][0].update(path="https://example.org/a.csv"), "path of things"),
        (lambda d: d["resources"][0].update(encoding="cp1258"), "encoding"),
        (lambda d: d["resources"][0].update(name="no good"), "snake_case"),
        (lambda d: d["resources"][1].update(name="things"), "two resources"),
        (lambda d: d["resources"][0].update(hash="md5:1"), "hash"),
    ],
)
def test_ill_formed_descriptors_are_refused(project, change, word):
    document = read(project)
    change(document)
    write(project, document)
    with pytest.raises(ToolFailed, match=word):
        load(project=project)


def test_broken_json_says_where(project):
    (project / "datapackage.json").write_text('{"a": 1,\n}', encoding="utf-8")
    with pytest.raises(ToolFailed, match="line 2"):
        load(project=project)
