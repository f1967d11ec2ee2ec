"""Every kind of fault once: the rule that names it finds it at the right place, and clean registers have no finding.

A fixed sample of bench/detection, which measures the same with many registers (docs/detection.md).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.detection.base import clean  # noqa: E402  (needs the project on the path)
from bench.detection.engine import bench  # noqa: E402
from bench.detection.faults import FAULTS  # noqa: E402
from bench.detection.figures import FIGURE_FAULTS
from bench.detection.files import FILE_FAULTS
from bench.detection.report import KNOWN_MISSES  # noqa: E402
from bench.detection.trial import injected, judge  # noqa: E402


@pytest.fixture(scope="module")
def engine():
    return bench()


@pytest.mark.parametrize("seed", range(4))
def test_clean_register_has_no_finding(engine, seed):
    engine.build(clean(seed))
    verdict = engine.ask(examined=True)
    assert [(row.rule_id, row.place["object_id"]) for row in verdict.rows] == [] and not verdict.errors
    assert [rule_id for rule_id, count in verdict.examined.items() if not count] == []


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_by_the_rule_that_names_it(engine, name):
    fault = FAULTS[name]
    book, places = injected(fault, 1)
    try:
        engine.build(book, [fault.rule])
        trial = judge(fault, 1, places, engine.ask([fault.rule]))
    finally:
        if book.root:
            shutil.rmtree(book.root)
    assert trial.found == (name not in KNOWN_MISSES)


def test_every_rule_has_a_fault(engine):
    tables = {fault.rule for fault in FAULTS.values()}
    others = {fault.rule for fault in (*FILE_FAULTS, *FIGURE_FAULTS)}
    assert set(engine.queries) <= tables, "a rule of the data stage has no fault"
    assert {rule_id for rule_id, rule in engine.rules.items() if not rule.not_applicable} == tables | others
    assert len(FAULTS) >= 40 and len([fault for fault in FAULTS.values() if fault.is_combination]) >= 7
