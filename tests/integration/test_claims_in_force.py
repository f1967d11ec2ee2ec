"""Which published figures an edition answers for, and what rule CLM-01 makes of them: the claims in force.

In force is what was stated by K, or by the review meeting that the edition is made for, whichever is later. One
commitment was signed in 2025, and every claim but one says five.
"""

import json

import pytest

from oracle.runner import Register, runner
from support import PROJECT, commitment

YEAR = {"period_start": "2025-01-01", "period_end": "2025-12-31"}
DATES = {  # claim: what it says beside "five documents signed in 2025"
    "long_before": {"stated_date": "2025-12-31", **YEAR},
    "on_K": {"stated_date": "2026-01-10", **YEAR},
    "after_K": {"stated_date": "2026-01-11", **YEAR},
    "at_the_meeting": {"stated_date": "2026-01-14", **YEAR},
    "after_the_meeting": {"stated_date": "2026-01-15", **YEAR},
    "of_no_stated_day": YEAR,
    "of_no_day_at_all": {"test": "count_activity", "activity_id": "V1"},
    "of_a_period_to_come": {"stated_date": "2025-12-30", "period_start": "2025-01-01", "period_end": "2026-03-31"},
    "right": {"stated_date": "2025-12-31", **YEAR, "value_low": "1", "value_high": "1"},
    "of_something_else": {"stated_date": "2025-12-31", **YEAR, "test": "none"},
}
CLAIM = {"quantity": "5", "operator": "=", "value_low": "5", "value_high": "5", "test": "count_signed"}


def clm_01() -> str:
    """The query of the rule, as it stands in its suite."""
    suite = json.loads((PROJECT / "expectations/suites/publication.json").read_text(encoding="utf-8"))
    rule = next(e for e in suite["expectations"] if e["meta"]["rule_id"] == "CLM-01")
    return "\n".join(rule["kwargs"]["unexpected_rows_query"])


def built(T: str, K: str) -> tuple[dict, set]:
    """Verdicts of the claims in force, and the claims that CLM-01 lists."""
    claims = [{"claim_id": name, **CLAIM, **says} for name, says in DATES.items()]
    register = Register(T, K, {"commitments": [commitment("C1", "2025-08-01")], "published_figures": claims})
    connection = runner().run(register, ("claims",)).connection
    verdicts = dict(connection.execute("select claim_id, verdict from claims").fetchall())
    return verdicts, {row[1] for row in connection.execute(clm_01()).fetchall()}


ALWAYS = {
    "long_before",
    "on_K",
    "of_no_stated_day",
    "of_no_day_at_all",
    "of_a_period_to_come",
    "right",
    "of_something_else",
}


@pytest.mark.parametrize(
    "T, K, more",
    [
        pytest.param("2025-12-31", "2026-01-10", {"after_K", "at_the_meeting"}, id="K before the meeting of the round"),
        pytest.param("2025-12-30", "2026-01-10", set(), id="no meeting is held for this T"),
        pytest.param("2025-12-31", "2026-01-14", {"after_K", "at_the_meeting"}, id="K on the day of the meeting"),
        pytest.param(
            "2025-12-31", "2026-01-15", {"after_K", "at_the_meeting", "after_the_meeting"}, id="K after the meeting"
        ),
    ],
)
def test_claims_in_force(T, K, more):
    verdicts, listed = built(T, K)
    assert verdicts.keys() == ALWAYS | more
    # what ends after T cannot be tested yet; what reconciles, or says nothing that could be counted, is no finding
    ends_later = {name for name in verdicts if DATES[name].get("period_end", "") > T}
    assert {name for name, verdict in verdicts.items() if verdict == "not_testable"} == ends_later | {
        "of_something_else"
    }
    assert listed == verdicts.keys() - {"of_something_else"} - ({"right"} - ends_later)


def test_a_claim_is_held_against_the_register_of_its_edition():
    verdicts, _ = built("2025-12-31", "2026-01-10")
    assert verdicts["right"] == "reconciles" and verdicts["on_K"] == "does_not_reconcile"
