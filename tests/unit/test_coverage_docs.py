"""docs/coverage.md, held against the tree: what a line names exists, and the proof that it claims is there.

What a program can decide: a worked example of a model that the line names; a table or column of the line that the
oracle's comparison reads; a name of the line in the file that a letter stands for. Whether it is the right one, it
cannot.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from test_checks_rules import ROOT, RULES

from file_examples import EXAMPLES
from oracle.comparison import COLUMNS, ROWS, TABLES
from staging_cases import TABLES as STAGED

DOCUMENT = ROOT / "docs" / "coverage.md"
# Letters of the proof column that stand for one file.
FILES = {
    "T": "tests/integration/test_toy_register.py",
    "L": "tests/integration/test_lags.py",
    "P": "tests/integration/test_properties.py",
    "B": "tests/integration/test_practice.py",
}
RULE = re.compile(r"\b[A-Z]{3}-\d{2}\b")
NAME = re.compile(r"`([^`]+)`")
CODE = re.compile(r"\b(?:R[1-7][a-z]?|RT[1-7])\b")


def lines() -> list[tuple[str, list[str]]]:
    """The lines of the tables, with the section they stand in."""
    found, section = [], ""
    for text in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            section = text[3:].split()[0]
        elif text.startswith("| ") and not text.startswith(("| asked for", "|---")):
            found.append((section, [cell.strip() for cell in text.strip("|").split(" | ")]))
    return found


LINES = lines()
EACH = [pytest.param(*cells, id=f"{section} {cells[0][:50]}") for section, cells in LINES]


@functools.cache
def examples() -> dict[str, str]:
    """The text of the worked examples of each model, apart from what is said in words."""
    found: dict[str, str] = defaultdict(str)
    for file in sorted((ROOT / "models").rglob("*.yml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", ()):
            found[case["model"]] += str({"given": case["given"], "expect": case["expect"]})
    for case in EXAMPLES:
        found[case.model] += str(case)
    for table in STAGED:
        found[f"stg_{table}"] += str((ROOT / "schemas" / f"{table}.json").read_text(encoding="utf-8"))
    return found


@functools.cache
def tree() -> dict[str, list[Path]]:
    """Files of the project that a line may name, by file name."""
    found: dict[str, list[Path]] = defaultdict(list)
    for folder in ("models", "macros", "src", "tests", "reports", "raw/reference", "schemas"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file():
                found[file.name].append(file)
    return found


def text_of(model: str) -> str:
    """The SQL of a model, with the list of indicators that a macro of the same name holds."""
    return "".join(file.read_text(encoding="utf-8") for file in tree()[f"{model}.sql"])


def words_of(name: str) -> re.Pattern:
    """The name as a whole word; an ellipsis stands for any letters."""
    return re.compile(r"(?<!\w)" + re.escape(name).replace("…", r"\w*") + r"(?!\w)")


def exists(name: str) -> bool:
    first, _, second = name.partition(".")
    if "/" in name:
        return any(ROOT.glob(name))
    if name in tree() or f"{name}.py" in tree() or f"{name}.json" in tree():
        return True
    if second and f"{first}.sql" in tree():
        return bool(words_of(second).search(text_of(first)))
    if second and f"{first}.py" in tree():
        return any(
            f"def {second}(" in t or f"class {second}" in t
            for t in (f.read_text("utf-8") for f in tree()[f"{first}.py"])
        )
    if f"{name}.sql" in tree():
        return True
    macros = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "macros").rglob("*.sql"))
    columns = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "schemas").glob("*.json"))
    return f"macro {name}(" in macros or f'"name": "{name}"' in columns


def is_model(name: str) -> bool:
    return any(file.is_relative_to(ROOT / "models") for file in tree().get(f"{name}.sql", ()))


def models_in(cell: str) -> list[tuple[str, str]]:
    """The models of a cell, each with the column or indicator that it names."""
    return [(first, second) for first, _, second in (n.partition(".") for n in NAME.findall(cell)) if is_model(first)]


def test_every_section_has_lines():
    assert [section for section in dict(LINES)] == [f"§5.{number}" for number in range(12)]
    assert all(len(cells) == 3 for _, cells in LINES), [cells for _, cells in LINES if len(cells) != 3]


def test_names_exist():
    named = set(NAME.findall(DOCUMENT.read_text(encoding="utf-8")))
    assert [name for name in sorted(named) if not exists(name)] == []


def test_rules_exist():
    assert set(RULE.findall(DOCUMENT.read_text(encoding="utf-8"))) - set(RULES) == set()


@pytest.mark.parametrize("asked, computed, proof", EACH)
def test_the_proof_is_there(asked, computed, proof):
    letters = set(re.findall(r"(?<![\w`-])[ETOLPB](?![\w`-])", re.sub(r"\([^)]*\)|`[^`]*`", "", proof)))
    named = [name for name in NAME.findall(computed) if not name.endswith((".csv", ".qmd"))]
    models = models_in(computed)
    if "E" in letters:
        assert any(worked_example(*model) for model in models), "no worked example of what the line names"
    if "O" in letters:
        assert any(compared(*model) for model in models), "the oracle compares nothing that the line names"
    parts = [part for name in named for part in name.split(".")] + CODE.findall(asked + computed)
    for letter in letters & set(FILES):
        text = (ROOT / FILES[letter]).read_text(encoding="utf-8")
        assert any(words_of(part).search(text) for part in parts), f"nothing of the line in {FILES[letter]}"
    assert letters or RULE.search(proof) or NAME.search(proof) or "*no data*" in computed, "no proof at all"


def worked_example(model: str, part: str) -> bool:
    return model in examples() and (not part or bool(words_of(part).search(examples()[model])))


def compared(model: str, part: str) -> bool:
    """Read by the comparison: whole tables of figures, else the columns listed there."""
    if model == "commitments":
        return part in COLUMNS or not part
    columns = {column for table, *keys in ROWS.values() for key in keys for column in key if table == model}
    if columns:
        return not part or part in columns
    return model in TABLES
