import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

# What takes longest, longest first: a worker that starts with it last keeps the other waiting. Tests named here go to a
# worker alone, all others with their module, because they share its fixtures.
LONG = (
    "test_models_agree_with_the_oracle",
    "test_report_site",
    "test_lags",
    "test_hostile_text",
    "test_identities",
    "test_what_comes_after_K_changes_nothing",
    "test_order_of_rows_and_files_is_nothing",
    "test_threads_and_plans_change_nothing",
    "test_a_blocking_rule_stops_before_the_release",
    "test_findings_life",
    "test_release",
    "test_practice",
)
TOGETHER = {"test_toy_register": "test_lags"}  # modules that read the same edition of the session


def pytest_configure(config):
    """One folder for all processes of the session: the project is parsed once, and the worked example built once."""
    if not hasattr(config, "workerinput"):
        os.environ["CAMKET_PARSED"] = tempfile.mkdtemp(prefix="camket-parsed-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop("CAMKET_PARSED"), ignore_errors=True)


def group(nodeid: str) -> str:
    """What one worker takes at a time: a long test, or a module."""
    file, _, test = nodeid.partition("::")
    module, name = Path(file).stem, test.partition("[")[0]
    return name if name in LONG else TOGETHER.get(module, module)


def pytest_collection_modifyitems(items):
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(group(item.nodeid), len(LONG)))  # stable: the rest stays as it was


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    config.option.loadscopereorder = False  # it would start with the most tests, not with the longest
    return ByGroup(config, log)


@pytest.fixture(scope="session")
def toy_edition():
    """The worked example of the indicator definitions, built whole, once for all processes of the session; several
    modules read it, none may write to it."""
    from support import build_whole, edition, toy_package

    folder = Path(os.environ["CAMKET_PARSED"]) / "toy"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        descriptor, is_built = folder / "package/datapackage.json", folder / "built"
        toy = edition(descriptor if is_built.exists() else toy_package(folder / "package"), folder / "build")
        if not is_built.exists():
            build_whole(toy)
            is_built.touch()
    return toy
