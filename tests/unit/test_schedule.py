"""How the suite is dealt out to workers (tests/conftest.py)."""

from conftest import LONG, TOGETHER, group
from support import PROJECT


def test_what_is_long_is_there():
    files = {path.stem: path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py")}
    assert [name for name in LONG if name not in files and not any(f"def {name}(" in t for t in files.values())] == []
    assert TOGETHER.keys() | TOGETHER.values() <= files.keys()


def test_a_module_stays_together_and_a_long_test_goes_alone():
    assert group("tests/unit/test_files.py::test_one[a::b]") == group("tests/unit/test_files.py::test_two")
    assert group("tests/unit/test_files.py::test_identities[a]") == "test_identities"
    assert group("tests/integration/test_toy_register.py::test_one") == group(
        "tests/integration/test_lags.py::test_two"
    )
