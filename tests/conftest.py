import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_configure(config):
    """One folder for what dbt parses and compiles, for all processes of the session: the project is parsed once."""
    if not hasattr(config, "workerinput"):
        os.environ["CAMKET_PARSED"] = tempfile.mkdtemp(prefix="camket-parsed-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop("CAMKET_PARSED"), ignore_errors=True)


@pytest.fixture(scope="session")
def toy_edition(tmp_path_factory):
    """The worked example of the indicator definitions, built whole; several modules read it, none may write to it."""
    from support import build_whole, edition, toy_package

    folder = tmp_path_factory.mktemp("toy")
    toy = edition(toy_package(folder / "package"), folder / "build")
    build_whole(toy)
    return toy
