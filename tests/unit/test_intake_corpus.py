"""Every file of the corpus gets the verdict written beside it: rule, row and column, and nothing else."""

import csv
import sys
from pathlib import Path

import pytest

BAD = Path(__file__).parents[1] / "fixtures/bad"
sys.path.insert(0, str(BAD))
import make  # noqa: E402


def expected() -> dict[str, list[tuple[str, str, str]]]:
    out: dict[str, list[tuple[str, str, str]]] = {}
    with open(BAD / "expected.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            out.setdefault(row["file"], []).append((row["rule"], row["row"], row["column"]))
    return out


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    return make.judge_all(tmp_path_factory.mktemp("corpus"))


def test_the_corpus_is_large_enough_and_complete():
    names = set(expected())
    assert len(names) >= 60
    assert {path.name for path in BAD.iterdir() if path.suffix in (".csv", ".xlsx", ".xls", ".pdf")} == names | {
        "expected.csv"
    }


@pytest.mark.parametrize("name", sorted(expected()))
def test_rule_row_and_column(name, outcomes):
    found = [(p.rule, str(p.row or ""), p.column or "") for p in outcomes[name].problems]
    assert outcomes[name].verdict == "returned"
    assert sorted(found) == sorted(expected()[name])


@pytest.mark.parametrize("name", sorted(expected()))
def test_each_problem_has_its_words_in_both_languages(name, outcomes):
    for found in outcomes[name].problems:
        assert found.message_en and found.message_vi and found.remedy_en and found.remedy_vi
        assert "{" not in found.message_en + found.remedy_en + found.message_vi + found.remedy_vi
        if found.row and found.column and "," not in found.column and found.row > 1:
            assert found.cell and found.cell.endswith(str(found.row))


def test_the_files_are_those_that_the_script_writes():
    for name, (_, data, _, _) in make.cases().items():
        assert (BAD / name).read_bytes() == data, f"{name}: run python tests/fixtures/bad/make.py"


def test_the_documented_table_agrees(outcomes):
    document = (make.PROJECT / "docs/intake-errors.md").read_text(encoding="utf-8")
    assert document == make.document(outcomes), "run python tests/fixtures/bad/make.py"


def test_every_kind_of_the_register_of_rules_has_words_and_a_title():
    from camket.intake.words import book, example, title

    kinds = book()["kinds"]
    assert len(kinds) >= 40
    for kind, (rule, words) in kinds.items():
        assert set(words) == {"en", "vi", "remedy_en", "remedy_vi"}, kind
        assert all(isinstance(text, str) and text for text in words.values()), kind
        for language in ("en", "vi"):
            assert title(rule, language) != rule and example(rule, language), rule
    ids = [rule["id"] for rule in book()["rules"]]
    assert ids == [f"INT-{number:02}" for number in range(1, len(ids) + 1)]
