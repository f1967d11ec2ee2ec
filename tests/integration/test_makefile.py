"""What `make` runs again after a change. A script stands in for the steps and writes down what it was asked."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from support import PROJECT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
STAND_IN = """#!/bin/sh
shift 2
echo "$@" >> commands.log
digest=build/demonstration/figures/digest.txt
case "$1" in
  figures) mkdir -p build/demonstration/figures; [ -f $digest ] || echo 1 > $digest ;;
  report) mkdir -p build/demonstration/report ;;
  release) mkdir -p dist/demonstration; touch dist/demonstration/SHA256SUMS ;;
esac
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with everything that make looks at, already built once."""
    root = tmp_path_factory.mktemp("project")
    for name in (
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "dbt_project.yml",
        "profiles.yml",
        "datapackage.json",
    ):
        shutil.copy(PROJECT / name, root / name)
    for name in ("schemas", "models", "macros", "expectations", "reports", "src"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("reference", "demonstration"):
        shutil.copytree(PROJECT / "raw" / name, root / "raw" / name)
    python = root / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(STAND_IN)
    python.chmod(0o755)
    past = time.time() - 1000
    for path in root.rglob("*"):
        os.utime(path, (past, past))
    (root / ".venv/.ready").touch()
    run(root)
    return root


def run(root: Path) -> list[str]:
    """Run make and return the steps that it asked for, by their first word and what tells two of a kind apart."""
    log = root / "commands.log"
    log.unlink(missing_ok=True)
    subprocess.run(
        ["make"],
        cwd=root,
        check=True,
        capture_output=True,
        env={k: v for k, v in os.environ.items() if k != "QUARTO_PATH"},
    )
    lines = log.read_text().splitlines() if log.exists() else []
    return [line.split()[0] + ("" if "--document" not in line else ":" + line.split()[-1]) for line in lines]


def edit(root: Path, pattern: str) -> None:
    path = sorted(root.glob(pattern))[0]
    path.touch()


def test_a_second_make_runs_nothing(project):
    run(project)
    assert run(project) == []


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ("raw/demonstration/submissions/2025-Q3/*.csv", ["validate", "build", "check", "figures"]),
        ("models/marts/commitments.sql", ["build", "check", "figures"]),
        ("expectations/suites/*.json", ["check", "figures"]),
        ("models/figures/fig_rates.sql", ["figures"]),
        ("reports/vi/*.qmd", ["report:vi", "release"]),
        ("reports/en/*.qmd", ["report:en", "release"]),
        ("src/camket/release.py", ["release"]),
    ],
)
def test_a_change_rebuilds_only_what_depends_on_it(project, changed, steps):
    """The stand-in leaves the figures as they are, so a change before them must not reach the report."""
    run(project)
    edit(project, changed)
    assert run(project) == steps


def test_new_figures_reach_every_document_and_the_release(project):
    run(project)
    (project / "build/demonstration/figures/digest.txt").write_text("2")
    assert run(project) == ["report:none", "report:vi", "report:en", "release"]


def test_another_date_builds_everything_again(project):
    run(project)
    log = project / "commands.log"
    log.unlink(missing_ok=True)
    subprocess.run(["make", "T=2025-09-30", "K=2025-10-10"], cwd=project, check=True, capture_output=True)
    assert [line.split()[0] for line in log.read_text().splitlines()][:2] == ["validate", "build"]
    assert "-T 2025-09-30 -K 2025-10-10" in log.read_text()


def test_help_lists_every_public_target_with_one_line(project):
    text = subprocess.run(["make", "help"], cwd=project, check=True, capture_output=True, text=True).stdout
    listed = {line.split()[1] for line in text.splitlines() if line.startswith("  make ")}
    assert {
        "all",
        "help",
        "test",
        "check",
        "validate",
        "figures",
        "report",
        "demonstrate",
        "package",
        "clean",
    } <= listed
    assert all(len(line.split(maxsplit=2)) == 3 for line in text.splitlines() if line.startswith("  make "))
