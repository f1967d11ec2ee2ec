"""The release folder: complete, verifiable with common tools, replaced whole or not at all."""

import csv
import dataclasses
import hashlib
import json
import re
import shutil
import subprocess

import duckdb
import frictionless
import pytest

from camket import build, figures, release
from camket.messages import ToolFailed


@pytest.fixture(scope="module")
def built(toy_edition, tmp_path_factory):
    """The worked example with findings, and with a stand-in report (rendering has tests of its own)."""
    own = shutil.copytree(toy_edition.build, tmp_path_factory.mktemp("release") / "build")
    toy = dataclasses.replace(toy_edition, build=own)
    quality = toy.build / "quality"
    (quality / "check_results.csv").write_text(
        "rule_id,severity,level,result,checked_count,failing_count,affected_agencies,message\n"
        "AGG-01,error,dataset,pass,13,0,0,\nDAT-04,error,record,fail,13,1,1,\n"
    )
    (quality / "findings.csv").write_text("finding_id,rule_id,severity,agency_id\nDAT-04/x,DAT-04,error,MOFA\n")
    build.run(toy, "figures")
    figures.export(toy.database, toy.build / "figures")
    out = toy.build / "report/out"
    out.mkdir(parents=True)
    (out / "review-vi.html").write_text("<p>Báo cáo</p>", encoding="utf-8")
    (out / "scorecards").mkdir()
    (out / "scorecards/MOFA-vi.pdf").write_bytes(b"%PDF-")
    (toy.build / "report/renderer.json").write_text('{"name": "embedded", "version": "1"}')
    return toy


@pytest.fixture(scope="module")
def published(built, tmp_path_factory):
    target = tmp_path_factory.mktemp("dist") / "toy"
    return target, release.write(built, target)


def test_frictionless_validates_the_released_package(published):
    target, _ = published
    report = frictionless.validate(str(target / "data/datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert {task.name for task in report.tasks} == set(release.RELEASED)


def test_a_card_of_an_agency_is_released_and_listed(published):
    target, _ = published
    card = "report/scorecards/MOFA-vi.pdf"
    assert (target / card).read_bytes() == b"%PDF-"
    assert f"  {card}\n" in (target / "SHA256SUMS").read_text("utf-8")
    outputs = json.loads((target / "manifest.json").read_text("utf-8"))["outputs"]
    assert card in {item["path"] for item in outputs}
    assert "`report/scorecards/`" in (target / "README.md").read_text("utf-8")


def test_every_file_is_in_the_sums_and_common_tools_verify_them(published):
    target, _ = published
    result = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=target, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    listed = {line.split("  ")[1] for line in (target / "SHA256SUMS").read_text().splitlines()}
    assert listed == {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()} - {"SHA256SUMS"}


def test_the_manifest_names_dates_tools_inputs_and_what_was_withheld(published, built):
    manifest = json.loads((published[0] / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["edition"]["T"], manifest["edition"]["K"]) == ("2025-09-30", "2025-10-10")
    assert manifest["tools"]["duckdb"] and manifest["renderer"]["name"] == "embedded"
    by_path = {item["path"]: item["sha256"] for item in manifest["inputs"]}
    register = built.package.resource("commitments").file
    assert by_path["raw/toy/register/commitments.csv"] == hashlib.sha256(register.read_bytes()).hexdigest()
    assert {"indicator": "R2", "rules": ["DAT-04"]} in manifest["withheld"]
    assert "R1" not in [item["indicator"] for item in manifest["withheld"]]


def test_a_withheld_figure_has_no_number_and_the_rest_is_published(published):
    rows = {row["figure_id"]: row for row in csv.DictReader(open(published[0] / "figures.csv", encoding="utf-8"))}
    assert rows["R2"]["value"] == rows["R2"]["numerator"] == "" and rows["R2"]["withheld_by"] == "DAT-04"
    assert (rows["R1"]["numerator"], rows["R1"]["denominator"], rows["R1"]["value"]) == ("5", "10", "0.500000")


def test_a_figure_of_populations_stands_on_what_guards_them(built, published):
    """An error in a date of completion must not leave a figure standing that counts what is open, due or overdue.

    Which figures those are is read from their conditions, and from the SQL of the tables that these name.
    """
    with duckdb.connect(str(built.database), read_only=True) as connection:
        columns = {
            table: {name for (name, *_) in connection.execute(f"describe {table}").fetchall()}
            for table in ("as_of_facts", "as_of_populations")
        }
        indicators = dict(connection.execute("select indicator, checks from indicators").fetchall())
    told = columns["as_of_populations"] - columns["as_of_facts"] | {"completed_date", "exit_date"}
    compiled = (built.build / "dbt/compiled").rglob("models/*/*.sql")
    sql = {file.stem: re.sub(r"--.*", "", file.read_text("utf-8")) for file in compiled}
    whole = {"commitments", "updates", "claims", "transfers"}  # of these only the condition tells what is read

    def text_of(table: str) -> str:
        read = set(re.findall(r'"main"."(\w+)"', sql[table])) & (set(release.RELEASED) | {"round_items"}) - whole
        return sql[table] + "".join(text_of(name) for name in sorted(read - {table}))

    counting, loose = set(), {}
    for row in csv.DictReader(open(published[0] / "figures.csv", encoding="utf-8")):
        checks, condition = row["checks"].split(), row["row_filter"]
        table = re.search(r"\w+", condition).group()
        text = text_of(table) if table in sql and table not in whole else condition
        if set(re.findall(r"\w+", text)) & told and checks:
            counting.add(row["indicator"])
            if missing := {"DAT-01", "DAT-02", "STA-05"} - set(checks):
                loose[row["indicator"]] = missing
        for of in (
            re.findall(r"\b(R\d\w*)\b", condition.removeprefix("fig_rates: ")) if "fig_rates: " in condition else ()
        ):
            assert set(indicators[of].split()) <= set(checks), (row["indicator"], of)
    assert {"R1", "RT1", "escalations", "key_project_lights", "freshness", "slip_max", "gap_R2"} <= counting
    assert loose == {}


def test_rows_are_sorted_by_their_key_and_csv_and_parquet_agree(published):
    import pandas as pd

    for name in release.RELEASED:
        table = pd.read_parquet(published[0] / f"data/{name}.parquet")
        text = pd.read_csv(published[0] / f"data/{name}.csv", dtype=str, keep_default_na=False)
        assert list(table.columns) == list(text.columns) and len(table) == len(text)
    ids = pd.read_csv(published[0] / "data/commitments.csv").commitment_id
    assert ids.is_monotonic_increasing and len(ids) == 13


def test_free_text_of_submissions_is_not_released(published):
    header = (published[0] / "data/updates.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert not {"narrative", "difficulty_note", "recommendation", "evidence_ref"} & set(header)


def test_the_same_edition_gives_the_same_bytes(published, built, tmp_path):
    release.write(built, tmp_path / "toy")
    for path in sorted(p for p in published[0].rglob("*") if p.is_file()):
        assert path.read_bytes() == (tmp_path / "toy" / path.relative_to(published[0])).read_bytes(), path.name


def test_a_release_that_fails_leaves_the_one_before_untouched(built, tmp_path, monkeypatch):
    target = tmp_path / "toy"
    release.write(built, target)
    before = {p: p.read_bytes() for p in target.rglob("*") if p.is_file()}
    monkeypatch.setattr(release, "_write_readme", lambda *_: (_ for _ in ()).throw(ToolFailed("no room", "Make room.")))
    with pytest.raises(ToolFailed):
        release.write(built, target)
    assert {p: p.read_bytes() for p in target.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["toy"]


def test_the_summary_says_what_a_person_wants_to_know(published):
    text = "\n".join([published[1].headline, *published[1].lines])
    assert "T = 2025-09-30" in text and "5 / 10 = 50.0 %" in text and "withheld (DAT-04)" in text


def test_the_condition_of_a_figure_on_commitments_finds_its_rows_in_the_release(published):
    """What docs/audit.md promises: filter the released table, count, hash; no other code is needed."""
    target, _ = published
    with (target / "figures.csv").open(encoding="utf-8", newline="") as stream:
        national = [row for row in csv.DictReader(stream) if row["dimension"] in ("national", "national_horizon")]
    form = re.compile(r"(?:commitments: )?(?:\((?P<part>.*)\) / \((?P<all>.*)\)|(?P<only>[^:/]*))")
    proved = set()
    with duckdb.connect() as connection:
        connection.execute(f"create view commitments as from read_csv('{target / 'data/commitments.csv'}')")
        for row in national:
            found = form.fullmatch(row["row_filter"])
            if not found or row["withheld_by"] or row["unit"] not in ("share", "count"):
                continue
            behind = found["all"] or found["only"]
            try:
                ids, part = connection.execute(
                    "select list(commitment_id order by commitment_id), "
                    f"count(*) filter (where {found['part'] or 'true'}) from commitments where {behind}"
                ).fetchone()
            except duckdb.BinderException:
                continue  # a condition on another table
            counts = (part, len(ids or [])) if row["denominator"] else (len(ids or []), None)
            printed = (int(row["numerator"]), int(row["denominator"]) if row["denominator"] else None)
            assert counts == printed, row["figure_id"]
            assert hashlib.sha256(",".join(ids or []).encode()).hexdigest() == row["row_set_sha256"], row["figure_id"]
            proved.add(row["indicator"])
    # R2 and R3 stand on DAT-04, which fails here, and are withheld
    assert {"R1", "R2c", "R2v", "R4", "R5", "R5q", "R6", "backlog", "signed"} <= proved


def test_the_rows_behind_changes_are_in_the_release(published):
    """Their hashes are of rows that anybody can list, not of a name."""
    target, _ = published
    with (target / "figures.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["indicator"] in ("change", "change_effect")]
    moved = 0
    with duckdb.connect() as connection:
        for row in rows:
            table, condition = row["row_filter"].split(": ", 1)
            assert table == "rate_changes"
            [ids] = connection.execute(
                "select list_sort(list(distinct commitment_id)) "
                f"from read_csv('{target}/data/rate_changes.csv') where {condition}"
            ).fetchone()
            assert hashlib.sha256(",".join(ids or []).encode()).hexdigest() == row["row_set_sha256"], row["figure_id"]
            moved += bool(ids)
    assert moved > 3
