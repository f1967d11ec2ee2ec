"""The whole step over Great Expectations: verdicts, files, stages, and what stops a run."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from test_checks_rules import DEFECTS, EXPECTATIONS, ROOT, RULES, WITHOUT_TABLE, build_world

from camket.checks.findings import FINDING_COLUMNS
from camket.checks.outputs import require_complete
from camket.checks.results import RESULT_COLUMNS
from camket.checks.run import run_checks
from camket.checks.session import open_session
from camket.checks.show import explain, print_run
from camket.cli import _check
from camket.files import write_csv
from camket.messages import ToolFailed

# Defects that cannot stand beside the others in one database: they take away rows, or repeat a key, that others need.
ALONE = ("STR-02", "PER-01", "SUC-04", "DIS-01", "CON-01")


def write_world(folder: Path, *statements: str) -> Path:
    """A database file as a build leaves it, with what lies beside it; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "camket.duckdb"
    with duckdb.connect(str(database)) as connection:
        build_world(connection)
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"copy rebuild to '{folder / 'rebuild.csv'}' (header)")
        connection.execute("drop table rebuild; drop table check_results")
    return database


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def clean_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    database = write_world(folder)
    return run_checks(database, folder / "quality", project_root=ROOT), folder


@pytest.fixture(scope="module")
def defect_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("defects")
    statements = [part for d in DEFECTS if d["rule"] not in ALONE for part in d["sql"].split(";")]
    database = write_world(folder, *statements)
    return run_checks(database, folder / "quality", project_root=ROOT), folder


def test_clean_world_passes(clean_run):
    run, _ = clean_run
    assert run.blocking == [] and run.errored == [] and run.findings == []
    assert {r.result for r in run.results} == {"pass", "not_applicable"}


def test_nothing_to_examine_is_no_pass(clean_run):
    run, _ = clean_run
    results = {r.rule_id: r for r in run.results}
    assert results["TIM-06"].result == "not_applicable" and results["TIM-06"].checked_count == 0
    assert results["TIM-06"].message and results["TIM-06"].message_vi
    assert all(r.checked_count > 0 for r in run.results if r.result == "pass")


def test_each_rule_of_the_stage_has_one_result(clean_run):
    run, folder = clean_run
    assert [r.rule_id for r in run.results] == [rule.rule_id for rule in RULES.values() if rule.stage == "data"]
    assert [row["rule_id"] for row in read(folder / "quality" / "check_results.csv")] == [
        r.rule_id for r in run.results
    ]


def test_headers_are_there_without_findings(clean_run):
    _, folder = clean_run
    first = (folder / "quality" / "findings.csv").read_text(encoding="utf-8")
    assert first == ",".join(FINDING_COLUMNS) + "\n"
    assert tuple(read(folder / "quality" / "check_results.csv")[0]) == RESULT_COLUMNS


def test_great_expectations_and_own_count_agree_on_every_defect(defect_run):
    run, _ = defect_run
    assert [(r.rule_id, r.message) for r in run.errored] == []
    failing = {r.rule_id for r in run.results if r.result in ("fail", "warn")}
    wanted = {d["rule"] for d in DEFECTS if RULES[d["rule"]].stage == "data"} - set(ALONE) - WITHOUT_TABLE
    assert wanted <= failing


def test_errors_block_and_warnings_do_not(defect_run):
    run, _ = defect_run
    results = {r.rule_id: r for r in run.results}
    assert results["DAT-04"].result == "fail" and results["DAT-04"] in run.blocking
    assert results["TIM-01"].result == "warn" and results["TIM-01"] not in run.blocking


def test_files_by_agency_hold_the_findings_of_each(defect_run):
    run, folder = defect_run
    by_agency = read(folder / "quality" / "by_agency.csv")
    assert sum(int(row["failing_count"]) for row in by_agency) == sum(bool(f.agency_id) for f in run.findings)
    rows = read(folder / "quality" / "agencies" / "NEW.csv")
    assert rows and {row["agency_id"] for row in rows} == {"NEW"}


def test_stages_add_to_one_another_and_start_anew(defect_run, tmp_path):
    run, folder = defect_run
    shutil.copytree(folder, tmp_path / "build")
    database, output = tmp_path / "build" / "camket.duckdb", tmp_path / "build" / "quality"
    later = run_checks(database, output, stage="figures", project_root=ROOT)
    assert "REP-03" in [r.rule_id for r in later.blocking]
    assert {row["stage"] for row in read(output / "check_results.csv")} == {"data", "figures"}
    assert len(read(output / "findings.csv")) == len(run.findings) + len(later.findings)
    # The data stage again, with nothing new: what the later stage found stands.
    before = {p.relative_to(output): p.read_bytes() for p in output.rglob("*.csv")}
    run_checks(database, output, project_root=ROOT)
    assert {p.relative_to(output): p.read_bytes() for p in output.rglob("*.csv")} == before
    require_complete(output, RULES)
    # A finding that it had not then is news; the later stage judged older figures: as the first time, byte for byte.
    findings = read(output / "findings.csv")
    known = next(row for row in findings if row["finding_id"].startswith("DAT-04"))
    write_csv(output / "findings.csv", tuple(known), [tuple(row.values()) for row in findings if row is not known])
    run_checks(database, output, project_root=ROOT)
    first = {p.relative_to(folder): p.read_bytes() for p in (folder / "quality").rglob("*.csv")}
    again = {p.relative_to(tmp_path / "build"): p.read_bytes() for p in output.rglob("*.csv")}
    assert first == again
    with pytest.raises(ToolFailed, match="no result for .*REP-03"):
        require_complete(output, RULES)


def test_without_a_second_build_the_rule_is_an_error_unless_asked_for(tmp_path):
    database = write_world(tmp_path)
    (tmp_path / "rebuild.csv").unlink()
    run = run_checks(database, tmp_path / "q", only=["REP-01"], project_root=ROOT)
    assert run.results[0].result == "error" and run.blocking == run.results
    run = run_checks(database, tmp_path / "q", only=["REP-01"], project_root=ROOT, rebuild=False)
    assert run.results[0].result == "not_applicable" and run.blocking == []
    assert not (tmp_path / "q").exists()


def test_package_sets_severity(tmp_path):
    database = write_world(
        tmp_path,
        "update commitments set completion_evidence_grade = 'C' where commitment_id = 'C-031'",
        "insert into parameters values ('severity_EVI-01', 'warning', 'error', 'severity', '', '', '')",
    )
    run = run_checks(database, tmp_path / "q", only=["EVI-01"], project_root=ROOT)
    assert (run.results[0].severity, run.results[0].result) == ("warning", "warn")


def test_graded_rule_blocks_only_above_its_error_share(tmp_path):
    database = write_world(tmp_path, "update commitments set freshness = 'dead' where commitment_id <= 'C-016'")
    run = run_checks(database, tmp_path / "q", only=["TIM-02"], project_root=ROOT)
    assert (run.results[0].severity, run.results[0].result) == ("error", "fail")


def test_values_cannot_act_on_spreadsheet_or_terminal(tmp_path):
    text = '=HYPERLINK("http://x")\'\x1b[31m'
    database = write_world(tmp_path)
    with duckdb.connect(str(database)) as connection:
        connection.execute("update stg_commitments set partner_id = ? where commitment_id = 'C-004'", [text])
    run = run_checks(database, tmp_path / "q", only=["STR-03"], project_root=ROOT)
    assert run.findings[0].value.startswith("'=HYPERLINK") and "\x1b" not in run.findings[0].value
    assert "\x1b" not in run.findings[0].explanation_en
    stream = io.StringIO()
    print_run(run, stream=stream)
    assert "\x1b" not in stream.getvalue() and "STR-03" in stream.getvalue()
    print_run(run, stream=stream, language="vi")
    assert "KHÔNG ĐẠT" in stream.getvalue()


# What stops a run: exit code 2.


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of what the checks step reads of the project, to break."""
    for folder in ("expectations", "schemas", "models", "macros"):
        shutil.copytree(ROOT / folder, tmp_path / "project" / folder)
    return tmp_path / "project"


def edit(file: Path, old: str, new: str) -> int:
    """Replace the first `old`; returns the number of its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    return write_world(tmp_path_factory.mktemp("world"))


def stopped(database: Path, project: Path, **options) -> str:
    with pytest.raises(ToolFailed) as caught:
        run_checks(database, project / "quality", project_root=project, **options)
    assert caught.value.exit_code == 2 and caught.value.remedy
    return caught.value.message


def start_of(file: Path, rule_id: str) -> int:
    """Line of the brace that opens the expectation of a rule."""
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if f'"rule_id": "{rule_id}"' in line)
    return next(n for n in range(number, 0, -1) if lines[n] == "    {") + 1


def test_mistake_in_sql(database, project):
    suite = project / "expectations" / "suites" / "dates.json"
    line = edit(suite, "as found_date,", "as found_date where,")
    assert f"expectations/suites/dates.json, line {line}: the SQL of DAT-01" in stopped(database, project)


def test_unknown_column_in_sql(database, project):
    suite = project / "expectations" / "suites" / "status.json"
    line = edit(suite, "where not is_legal", "where nobody = 1")
    message = stopped(database, project)
    assert message.startswith(f"expectations/suites/status.json, line {line}: the SQL of STA-") and "nobody" in message


def test_mistake_in_the_query_that_counts(database, project):
    suite = project / "expectations" / "suites" / "timeliness.json"
    line = edit(suite, "select count(*) from commitments where is_overdue", "select count(*) from commitments where x")
    assert f"timeliness.json, line {line}: the SQL of TIM-06 has a mistake" in stopped(database, project)


def test_table_that_no_model_makes(database, project):
    suite = project / "expectations" / "suites" / "timeliness.json"
    line = edit(suite, "select * from commitments where is_overdue", "select * from commitment where is_overdue")
    message = stopped(database, project)
    assert message == (
        f"expectations/suites/timeliness.json, line {line}: the SQL of TIM-06 reads commitment, which no model makes"
    )


def test_suite_that_is_no_json(database, project):
    suite = project / "expectations" / "suites" / "dates.json"
    line = edit(suite, '"expectations": [', '"expectations": [,')
    assert stopped(database, project).startswith(f"expectations/suites/dates.json, line {line}: not JSON")


def test_unknown_rule_in_suite(database, project):
    suite = project / "expectations" / "suites" / "dates.json"
    line = start_of(suite, "DAT-02")
    edit(suite, '"rule_id": "DAT-02"', '"rule_id": "DAT-99"')
    message = stopped(database, project)
    assert message == f"expectations/suites/dates.json, line {line}: the rule DAT-99 is not in the register"


def test_rule_without_expectation(database, project):
    suite = project / "expectations" / "suites" / "dates.json"
    content = json.loads(suite.read_text(encoding="utf-8"))
    content["expectations"] = [e for e in content["expectations"] if e["meta"]["rule_id"] != "DAT-04"]
    suite.write_text(json.dumps(content), encoding="utf-8")
    assert "DAT-04 has no expectation" in stopped(database, project)


def test_rule_with_two_expectations(database, project):
    edit(project / "expectations" / "suites" / "dates.json", '"rule_id": "DAT-02"', '"rule_id": "DAT-01"')
    assert "DAT-01 has two expectations" in stopped(database, project)


def test_query_without_a_fixed_column(database, project):
    suite = project / "expectations" / "suites" / "dates.json"
    edit(suite, "cast(completed_date as varchar) as value, status", "status")
    assert f"line {start_of(suite, 'DAT-05')}: the query of DAT-05 has no column value" in stopped(database, project)


def test_explanation_with_an_unknown_column(database, project):
    edit(project / "expectations" / "rules" / "timeliness.yml", "{age_days} days", "{age_weeks} days")
    edit(project / "expectations" / "rules" / "timeliness.yml", "{age_days} ngày", "{age_weeks} ngày")
    assert "names age_weeks" in stopped(database, project)


def test_explanations_that_differ_in_columns(database, project):
    edit(project / "expectations" / "rules" / "timeliness.yml", "{age_days} days", "{age_weeks} days")
    assert "expectations/rules/timeliness.yml, line" in stopped(database, project)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: error", "severity: grave", "severity of DAT-01 is not one of"),
        ("    vi: Không có ngày nằm", "    de: Không có ngày nằm", "title of DAT-01 has no text in Vietnamese"),
        ("  stage: data", "  stage: data\n  colour: red", "DAT-01 has an unknown key colour"),
        ("- id: DAT-01", "- id: DAT-1", "id is missing or not of the form"),
        ("- id: DAT-02", "- id: DAT-01", "DAT-01 is there twice"),
        ("  title:\n", "  title: [\n", "not YAML"),
        ("  title:\n", "  title: \x00\n", "not YAML"),
        ("  stage: data", "  stage: data\n  graded: 'yes'", "graded of DAT-01 is not true or false"),
        ("  stage: data", "  stage: data\n  artefact: [rebuild]", "artefact of DAT-01 is not a name"),
        ("  stage: data", "  stage: data\n  origin: elsewhere", "origin of DAT-01 is not one of core"),
        ("  parameters: [scope_start_date]", "  parameters: scope_start_date", "parameters of DAT-01 is not a list"),
    ],
)
def test_mistakes_in_the_register(database, project, old, new, said):
    edit(project / "expectations" / "rules" / "dates.yml", old, new)
    message = stopped(database, project)
    assert message.startswith("expectations/rules/dates.yml, line ") and said in message


def test_undeclared_parameter(database, project):
    edit(project / "expectations" / "rules" / "dates.yml", "  parameters: [scope_start_date]\n", "")
    assert "reads the parameter scope_start_date, which" in stopped(database, project)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update parameters set value = 'many' where parameter_id = 'stale_days'", "is 'many', which is no integer"),
        (
            "update parameters set value_type = 'date', value = '2021-01-01' where parameter_id = 'burst_days'",
            "of type date",
        ),
        ("delete from parameters where parameter_id = 'burst_days'", "burst_days, which does not exist"),
        ("insert into parameters values ('severity_X', 'grave', '', 'severity', '', '', '')", "is no severity"),
    ],
)
def test_thresholds_of_the_wrong_type(tmp_path, change, said):
    database = write_world(tmp_path, change)
    assert said in stopped(database, ROOT)


def test_native_expectation_that_great_expectations_does_not_know(database, project):
    suite = project / "expectations" / "suites" / "publication.json"
    edit(suite, "expect_column_pair_values_to_be_equal", "expect_the_best")
    assert "does not accept the expectation of REP-01" in stopped(database, project)


def test_query_that_breaks_while_it_runs_is_an_error(database, project):
    suite = project / "expectations" / "suites" / "dates.json"
    edit(
        suite, "status, completed_precision, fault", "cast(agency_id as integer) as completed_precision, status, fault"
    )
    edit(suite, '"where fault is not null"', '"where fault is not null or true"')
    run = run_checks(database, project / "q", only=["DAT-05"], project_root=project)
    assert run.results[0].result == "error"
    assert run.results[0].message.startswith("Could not run: expectations/suites/dates.json, line ")
    assert run.blocking == run.results


def test_a_warning_that_cannot_be_run_ends_the_command_with_2(database, project, monkeypatch, capsys):
    suite = project / "expectations" / "suites" / "timeliness.json"
    edit(suite, "cast(last_substantive_date as varchar) as value", "cast(commitment_id as integer) as value")
    edit(suite, "> parameter_integer('current_update_days')", "> parameter_integer('current_update_days') or true")
    monkeypatch.setattr("camket.parameters.check_parameters", lambda *_: None)
    package = SimpleNamespace(folder=project, title="", title_vi="")
    edition = SimpleNamespace(root=project, build=project / "build", database=database, package=package)
    with pytest.raises(SystemExit) as caught:
        _check(edition, ("TIM-01", "TIM-02"))
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert "Could not run TIM-01" in said.out + said.err and "timeliness.json, line" in said.out + said.err
    _check(edition, ("TIM-02",))


def test_two_counts_that_disagree_are_an_error(database, project):
    suite = project / "expectations" / "suites" / "publication.json"
    edit(suite, '"where sha256_first is distinct from sha256_second"', '"where true"')
    run = run_checks(database, project / "q", only=["REP-01"], project_root=project)
    assert run.results[0].result == "error" and "disagree" in run.results[0].message


def test_missing_database_and_unknown_rule(database, tmp_path):
    with pytest.raises(ToolFailed, match="There is no database"):
        run_checks(tmp_path / "none.duckdb", tmp_path / "q", project_root=ROOT)
    with pytest.raises(ToolFailed, match="There is no rule TIM-77"):
        run_checks(database, tmp_path / "q", only=["TIM-77"], project_root=ROOT)


def test_explain_gives_words_sql_and_parameters(database):
    text = explain("TIM-01", project_root=ROOT, database=database)
    assert "current_update_days = 107" in text and "expectations/suites/timeliness.json, line" in text
    assert EXPECTATIONS["TIM-01"].query in text and "python -m camket check TIM-01" in text
    assert RULES["TIM-01"].title["vi"] in explain("TIM-01", project_root=ROOT, language="vi")
    assert "Not applicable" in explain("DIS-02", project_root=ROOT)


def test_explained_sql_runs_as_it_stands(database):
    text = explain("TIM-01", project_root=ROOT, database=database)
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute(text[text.index("-- In the DuckDB shell") :]).fetchall() == []


def test_what_was_spilled_goes_with_the_run_whatever_ends_it(database, project):
    left = database.parent / "checks.4194305.tmp"  # beyond the greatest id that a process can have
    left.mkdir()
    (left / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"0")
    with pytest.raises(KeyboardInterrupt), open_session(database, project, set()) as connection:
        assert not left.exists()
        connection.execute("set memory_limit = '20MB'")
        connection.execute("create table large as select uuid() as id from range(2000000)")
        assert any(file.stat().st_size for file in database.parent.glob(f"checks.{os.getpid()}.tmp/*"))
        raise KeyboardInterrupt
    assert list(database.parent.glob("checks.*")) == []
