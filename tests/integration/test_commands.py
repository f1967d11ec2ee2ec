"""The command line as a steward meets it: exit codes, messages, and nothing half-written when the data are wrong.

Each exit code, the help and what reaches a terminal are tried in a process of its own; the rest runs in this one.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from support import PROJECT, camket, commitment, make_package, update, write_table

GOOD = [commitment("C1", "2024-05-06", due_date="2025-06-30"), commitment("C2", "2024-06-07")]
REPORTS = [update("C1", "2024-Q3", "2024-09-20", progress_pct="20"), update("C2", "2024-Q3", "2024-09-20")]


def process(*arguments: str) -> subprocess.CompletedProcess:
    """Run the command line as a user would, with both outputs as text."""
    return subprocess.run([sys.executable, "-m", "camket", *arguments], cwd=PROJECT, capture_output=True, text=True)


def snapshot(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder, to prove that nothing changed."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()
    }


def spoil(descriptor: Path, table: str, old: str, new: str) -> None:
    path = next(descriptor.parent.glob(f"raw/toy/**/{table}.csv"))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_clean_package_passes(tmp_path):
    descriptor = make_package(tmp_path, GOOD, REPORTS, T="2025-09-30", K="2025-10-10")
    result = process("validate", "--package", str(descriptor), "--build", str(tmp_path / "build"))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("table", "old", "new", "rule", "said"),
    [
        ("commitments", "title_en", "titel_en", "STR-01", "titel_en"),
        ("commitments", "2024-05-06", "06/05/2024", "STR-01", "06/05/2024"),
        ("commitments", "definitive", "binding", "STR-04", "binding"),
        ("commitments", "C2,", "C1,", "STR-02", "C1"),
        ("commitments", "LAO", "LAOS", "STR-03", "LAOS"),
    ],
)
def test_one_defect_is_named_with_file_row_column_value_and_remedy(tmp_path, table, old, new, rule, said):
    descriptor = make_package(tmp_path, GOOD, REPORTS, T="2025-09-30", K="2025-10-10")
    spoil(descriptor, table, old, new)
    before = snapshot(tmp_path / "raw")
    result = camket("validate", "--package", str(descriptor), "--build", str(tmp_path / "build"))
    assert result.exit_code == 1
    assert f"{table}.csv" in result.stderr and rule in result.stderr and said in result.stderr and "→" in result.stderr
    assert "Traceback" not in result.stderr
    assert snapshot(tmp_path / "raw") == before


def test_all_defects_are_told_at_once(tmp_path):
    descriptor = make_package(tmp_path, GOOD, REPORTS, T="2025-09-30", K="2025-10-10")
    spoil(descriptor, "commitments", "2024-05-06", "6 May")
    spoil(descriptor, "commitments", "LAO", "LAOS")
    spoil(descriptor, "MOFA", "in_progress", "going on")
    result = process("validate", "--package", str(descriptor), "--build", str(tmp_path / "build"))
    assert result.returncode == 1
    assert all(text in result.stderr for text in ("6 May", "LAOS", "going on", "STR-01", "STR-03", "STR-04"))


def test_an_unknown_package_says_what_to_type():
    result = process("validate", "--package", "datapackage.nowhere.json")
    assert result.returncode == 2
    assert (
        "datapackage.nowhere.json" in result.stderr and "make PACKAGE=datapackage.public-record.json" in result.stderr
    )


def test_a_missing_descriptor_says_where_to_run(tmp_path):
    result = process("validate", "--root", str(tmp_path))
    assert result.returncode == 2 and "datapackage" in result.stderr and "Traceback" not in result.stderr


def test_a_date_that_is_none_is_a_mistake_of_use():
    result = camket("validate", "-T", "31/12/2025")
    assert result.exit_code == 2 and "31/12/2025" in result.stderr and "2025-12-31" in result.stderr


def test_a_blocking_rule_stops_before_the_release(tmp_path):
    late = [*GOOD, commitment("C3", "2019-05-06")]  # signed before the scope begins: DAT-01
    descriptor = make_package(tmp_path, late, REPORTS, T="2025-09-30", K="2025-10-10")
    options = ["--package", str(descriptor), "--root", str(PROJECT), "--build", str(tmp_path / "build")]
    assert camket("build", *options).exit_code == 0
    result = camket("check", *options)
    assert result.exit_code == 1
    told = result.stderr + result.stdout
    assert "DAT-01" in told and "C3" in told and "register/commitments.csv" in told


def test_mistakes_in_thresholds_and_rule_ids_are_mistakes_of_use(tmp_path):
    descriptor = make_package(tmp_path, GOOD, REPORTS, T="2025-09-30", K="2025-10-10")
    options = ["--package", str(descriptor), "--root", str(PROJECT), "--build", str(tmp_path / "build")]
    own = tmp_path / "raw/toy/parameters.csv"
    before = own.read_text(encoding="utf-8")
    own.write_text(before + "stale_days,many,integer,days,x,x\n", encoding="utf-8")
    line = before.count("\n") + 1
    for step in ("build", "check"):
        result = camket(step, *options)
        assert result.exit_code == 2
        assert f"raw/toy/parameters.csv, line {line}: the parameter stale_days is 'many'" in result.stderr
    own.write_text(before, encoding="utf-8")
    for arguments in (["TIM-77"], ["TIM-77", "--explain"]):
        result = camket("check", *arguments, *options)
        assert result.exit_code == 2 and "There is no rule TIM-77" in result.stderr and "TIM-01" in result.stderr


def test_control_characters_of_a_submission_do_not_reach_the_terminal(tmp_path):
    descriptor = make_package(tmp_path, GOOD, REPORTS, T="2025-09-30", K="2025-10-10")
    spoil(descriptor, "commitments", "LAO", "\x1b[31mLAO\x07")
    result = process("validate", "--package", str(descriptor), "--build", str(tmp_path / "build"))
    assert result.returncode == 1 and "\x1b" not in result.stderr and "\x07" not in result.stderr


def test_help_is_quick_to_read_and_names_every_step():
    text = process("--help").stdout
    for step in ("validate", "build", "check", "figures", "report", "release", "demonstrate", "package", "all"):
        assert step in text


def test_an_empty_register_builds(tmp_path):
    descriptor = make_package(tmp_path, [], [], T="2025-09-30", K="2025-10-10")
    write_table(tmp_path / "raw/toy/submissions/2024-Q2/MOFA.csv", "progress_updates", [])
    options = ["--package", str(descriptor), "--root", str(PROJECT), "--build", str(tmp_path / "build")]
    result = camket("build", *options)
    assert result.exit_code == 0, result.stderr
