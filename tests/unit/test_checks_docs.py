"""The register, the suites and their guide agree."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from test_checks_rules import EXPECTATIONS, ROOT, RULES

from camket.checks.scores import load_scores
from camket.checks.show import CATALOGUE_END, CATALOGUE_START, render_catalogue

# The catalogue of the domain, and two rules that the public record asked for.
CATALOGUE = {
    "STR": 5, "REQ": 7, "DAT": 7, "STA": 7, "EVI": 4, "TIM": 8, "CON": 6, "SUC": 4, "PER": 3, "AGG": 8, "CLM": 4,
    "DIS": 3, "REP": 4,
}  # fmt: skip


def test_register_holds_the_whole_catalogue():
    wanted = {f"{family}-{number:02d}" for family, most in CATALOGUE.items() for number in range(1, most + 1)}
    assert set(RULES) == wanted


def test_all_of_the_catalogue_is_there_and_the_second_stage_too():
    counts = Counter(rule.origin for rule in RULES.values())
    assert counts == {"core": 50, "second_stage": 18, "project": 2}
    for rule in RULES.values():
        assert rule.not_applicable is None or rule.origin == "core", "only what cannot be met is left out"


def test_register_and_suites_are_a_bijection():
    assert set(EXPECTATIONS) == {rule.rule_id for rule in RULES.values() if rule.not_applicable is None}
    suites = (ROOT / "expectations" / "suites").glob("*.json")
    named = [rule for file in suites for rule in re.findall(r'"rule_id": "([^"]+)"', file.read_text(encoding="utf-8"))]
    assert sorted(named) == sorted(EXPECTATIONS)


def test_every_rule_that_runs_has_a_detection_score():
    scores = load_scores(ROOT)
    assert set(scores) == set(EXPECTATIONS), "measure again: python -m bench.detection"
    assert all(0 < score.found <= score.injected for score in scores.values())


def test_words_are_in_both_languages():
    vietnamese = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
    for rule in RULES.values():
        for words in filter(None, (rule.title, rule.checks, rule.motive, rule.remedy, rule.limits)):
            assert vietnamese.search(words["vi"]), (rule.rule_id, words["vi"])
            assert not re.search("[ăđơư]", words["en"], re.IGNORECASE), (rule.rule_id, words["en"])


def test_no_threshold_is_typed_into_a_query():
    """Numbers of more than one digit in SQL are years of patterns, percentages' hundred, or positions; nothing else."""
    allowed = {"100", "100.0", "01", "12", "31", "19", "20", "28", "10", "9999"}
    for expectation in EXPECTATIONS.values():
        if expectation.rule_id in ("STR-01", "STR-02", "STR-03", "STR-04"):
            continue
        numbers = set(re.findall(r"(?<![\w.%])\d{2,}(?:\.\d+)?(?![\w.])", expectation.query))
        assert numbers <= allowed, (expectation.rule_id, numbers - allowed)


def test_committed_catalogue_is_that_of_the_register():
    text = Path(ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    committed = text[text.index(CATALOGUE_START) : text.index(CATALOGUE_END) + len(CATALOGUE_END)]
    assert committed == render_catalogue(RULES), "write it again: see render_catalogue() in camket/checks/show.py"
