import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def toy_edition(tmp_path_factory):
    """The worked example of the indicator definitions, built whole; several modules read it, none may write to it."""
    from support import build_whole, edition, toy_package

    folder = tmp_path_factory.mktemp("toy")
    toy = edition(toy_package(folder / "package"), folder / "build")
    build_whole(toy)
    return toy
