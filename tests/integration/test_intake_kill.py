"""A killed intake: raw/ and the ledger are as before or as after, at whatever point it was killed; never between.

The killed process counts its own file operations through Python's audit hook and kills itself at the n-th, so that
every operation of the commit is a point at least once; further kills come at times of a clock, from outside.
"""

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures/bad"))
from make import PROJECT, base, text, toy  # noqa: E402

# One process that has imported everything forks a child for each kill: (folder, point, way) on a line each.
DRIVER = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
import camket.intake.slip_page, camket.intake.slip_book, xlsxwriter, ctypes, fcntl, dateutil
from camket.intake import run, transaction
EVENTS = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "ctypes.dlsym"}
commit = transaction.commit
def child(folder, at, way):
    seen = 0
    def hook(event, args):
        nonlocal seen
        if event in EVENTS or (event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
    if way == "journal":
        transaction.commit = lambda package, changes: commit(package, changes, exchange=False)
    os.chdir(folder)
    if at:
        sys.addaudithook(hook)
    outcomes = run.take_in(None, project=Path("."), received_at=datetime(2025, 10, 3))
    Path("verdicts.json").write_text(json.dumps([[outcome.verdict for outcome in outcomes], seen]))
print("ready", flush=True)
for line in sys.stdin:
    folder, at, way = json.loads(line)
    pid = os.fork()
    if not pid:
        code = 1
        try:
            child(folder, at, way)
            code = 0
        finally:
            os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Runner:
    """Runs intakes in children of one helper process."""

    def __init__(self, temporary: Path):
        # What a killed child leaves in the folder for temporary files goes with this test's own.
        environment = os.environ | {"PYTHONPATH": str(PROJECT / "src"), "TMPDIR": str(temporary)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "ready\n"

    def run(self, folder: Path, at: int = 0, way: str = "exchange", seconds: float | None = None) -> int:
        """Exit code of an intake that dies at its n-th file operation (0: never), or after some seconds."""
        self.process.stdin.write(json.dumps([str(folder), at, way]) + "\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        if seconds is not None:
            time.sleep(seconds)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return int(self.process.stdout.readline())


def state(folder: Path) -> dict[str, str]:
    """Every file of the package's folder with its hash."""
    own = folder / "raw/toy"
    return {str(p.relative_to(own)): hashlib.sha256(p.read_bytes()).hexdigest() for p in own.rglob("*") if p.is_file()}


def prepare(folder: Path) -> Path:
    """A package and an inbox: a first report, a correction of it, and a file that goes back."""
    toy(folder)
    inbox = folder / "inbox"
    inbox.mkdir()
    rows = base()
    (inbox / "1.csv").write_text(text(rows), encoding="utf-8")
    rows[0]["progress_pct"] = "70"
    (inbox / "2.csv").write_text(text(rows, delimiter=";"), encoding="utf-8")
    (inbox / "3.csv").write_text("Kính gửi Bộ Ngoại giao", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    runner = Runner(tmp_path_factory.mktemp("temporary"))
    yield runner
    runner.process.stdin.close()
    runner.process.wait()


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return prepare(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory, runner, original):
    """The state before, the state after, the descriptor after, and how many file operations lie between."""
    folder = fresh(original, tmp_path_factory.mktemp("whole") / "x")
    before = state(folder)
    assert runner.run(folder, 10**9) == 0
    verdicts, operations = json.loads((folder / "verdicts.json").read_text())
    assert verdicts == ["accepted", "accepted", "returned"]
    return before, state(folder), (folder / "datapackage.json").read_text(), operations


def fresh(original: Path, folder: Path) -> Path:
    shutil.copytree(original, folder, symlinks=True)
    return folder


def check(folder: Path, reference, runner: Runner, *, is_whole: bool) -> str:
    """Before or after at once (`is_whole`), and after once the next run is through."""
    before, after, descriptor, _ = reference
    now = state(folder)
    assert not is_whole or now in (before, after), "between"
    assert runner.run(folder) == 0
    assert state(folder) == after
    assert (folder / "datapackage.json").read_text() == descriptor
    assert not any((folder / ".intake/toy").glob("next/*")), "left over"
    return "before" if now == before else "after" if now == after else "between"


def test_killed_at_every_file_operation_of_the_commit(tmp_path, reference, runner, original):
    """The exchange is one call, so the folder is whole without any recovery; the next run mends the descriptor."""
    operations = reference[3]
    assert operations > 40
    found = []
    for at in sorted({*range(1, operations, 25), *range(max(operations - 26, 1), operations + 1)}):
        folder = fresh(original, tmp_path / str(at))
        assert runner.run(folder, at) == -signal.SIGKILL
        found.append(check(folder, reference, runner, is_whole=True))
    assert set(found) == {"before", "after"}
    assert found == sorted(found, reverse=True)  # once after, always after


def test_killed_at_times_of_the_clock(tmp_path, reference, runner, original):
    chance = random.Random(3)
    for number in range(8):
        folder = fresh(original, tmp_path / str(number))
        runner.run(folder, seconds=chance.uniform(0, 0.5))
        check(folder, reference, runner, is_whole=True)


def test_the_journal_finishes_what_was_cut_off(tmp_path, reference, runner, original):
    """Where there is no exchange: the next run rolls the journal forward, or clears the stage away."""
    folder = fresh(original, tmp_path / "count")
    assert runner.run(folder, 10**9, "journal") == 0
    assert state(folder) == reference[1]
    operations = json.loads((folder / "verdicts.json").read_text())[1]
    for at in range(max(operations - 34, 1), operations + 1, 3):
        folder = fresh(original, tmp_path / str(at))
        assert runner.run(folder, at, "journal") == -signal.SIGKILL
        check(folder, reference, runner, is_whole=False)


def test_two_intakes_at_once(tmp_path):
    """The second one is told to wait; nothing is taken in twice."""
    from camket.intake import transaction
    from camket.messages import ToolFailed
    from camket.package import load

    package = load(toy(tmp_path))
    with transaction.exclusive(package):
        with pytest.raises(ToolFailed, match="under way"), transaction.exclusive(package):
            pass


def test_a_change_made_meanwhile_is_not_lost(tmp_path, monkeypatch):
    """Somebody saves a register table while the new folder is built: the intake gives way."""
    from camket.intake import transaction
    from camket.messages import ToolFailed
    from camket.package import load

    package = load(toy(tmp_path))
    swap = transaction._swap

    def meanwhile(one, other):
        (package.folder / "parameters.csv").write_text("saved meanwhile") if not (one / "seen").exists() else None
        monkeypatch.setattr(transaction, "_swap", swap)
        swap(one, other)

    monkeypatch.setattr(transaction, "_swap", meanwhile)
    with transaction.exclusive(package), pytest.raises(ToolFailed, match="changed by another program"):
        transaction.commit(package, {"submissions/2025-Q3/MOIT.csv": b"x"})
    assert (package.folder / "parameters.csv").read_text() == "saved meanwhile"
    assert not (package.folder / "submissions/2025-Q3/MOIT.csv").exists()
