"""The models against the oracle: the same random registers through both, every integer identical and every rate equal.

Hand-made examples say what the definitions ask for where a model could easily depart from them; each did once.
"""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from oracle.comparison import agree, by_model, by_oracle, disagreements
from oracle.pandas_oracle import Oracle
from oracle.registers import registers
from oracle.runner import Register, runner
from support import commitment, update

EXACT = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # agree() makes a failing register small, and faster
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@EXACT
@given(registers())
def test_models_agree_with_the_oracle(register):
    agree(register)


# --- hand-made examples: one for each point on which a model departs, or might depart, from a definition -------------


def small(
    commitments: list[dict], updates: list[dict] = (), *, T: str = "2025-12-31", K: str = "2026-01-10", **tables
) -> Register:
    """A register from rows of tests/support.py; each update comes in a file received on its as-of date."""
    rows, ledger = [], {}
    for row in updates:
        row = {key: value or None for key, value in row.items()}
        received = row.pop("received_at", f"{row['as_of_date']}T09:00:00")
        file = f"submissions/{row['round_id']}/{row['agency_id']}.csv"
        rows.append(row | {"file": file})
        ledger[file] = {
            "file": file,
            "round_id": row["round_id"],
            "agency_id": row["agency_id"],
            "revision": "1",
            "received_at": received,
            "sha256": "0" * 64,
            "bytes": "1",
            "row_count": "1",
            "verdict": "accepted",
            "supersedes": None,
        }
    return Register(
        T,
        K,
        {"commitments": commitments, "progress_updates": rows, "submission_ledger": list(ledger.values())} | tables,
    )


def one(**changes: str) -> dict:
    return commitment("C01", "2024-01-10", **changes)


def done(as_of: str = "2024-06-30", round_id: str = "2024-Q2", completed: str = "2024-05-01", **changes: str) -> dict:
    return update("C01", round_id, as_of, status="completed", completed_date=completed, evidence_grade="A", **changes)


def left(exit_type: str, when: str, **changes: str) -> dict:
    row = {"commitment_id": "C01", "exit_type": exit_type, "exit_date": when, "recorded_date": when, "decided_by": None}
    return {"commitment_exits": [row | changes]}


def co_leads(*agencies: str) -> dict:
    return {
        "commitment_agencies": [{"commitment_id": "C01", "agency_id": agency, "role": "co_lead"} for agency in agencies]
    }


def to(deadline: str) -> dict:
    """The cells of a report that names another deadline."""
    return {"current_due_date": deadline, "current_due_precision": "day"}


DECISION = {
    "commitment_id": "C01",
    "decided_date": "2025-01-10",
    "decided_status": "completed",
    "decided_by": "MOFA",
    "basis": "Biên bản",
    "recorded_date": "2025-01-10",
}
CLASS = "select population_class from commitments"
OWED = "select round_id, is_reported from round_items order by 1"
# A name, the register, what to look at, and what the definition gives, by hand.
EXAMPLES = [
    (
        "completed, then withdrawn: X2 leaves E",
        small([one()], [done()], **left("withdrawn", "2024-06-01")),
        CLASS,
        [("attrition_before_due",)],
    ),
    (
        "expired after its deadline, then completed: C",
        small([one(due_date="2024-03-31")], [done()], **left("expired_unimplemented", "2024-04-15")),
        CLASS,
        [("completed",)],
    ),
    (
        "reported in December as completed on 5 January",
        small([one(due_date="2025-12-31")], [done("2025-12-20", "2025-Q4", "2026-01-05")]),
        CLASS,
        [("open_overdue",)],
    ),
    (
        "decided by the coordinating agency, nobody reported",
        small([one()], adjudications=[DECISION]),
        "select effective_status from commitments",
        [("completed",)],
    ),
    (
        "two co-leads contradict one another, the lead's report is older",
        small(
            [one()],
            [
                done("2025-06-30", "2025-Q2"),
                done("2025-12-31", "2025-Q4", agency_id="MOH"),
                update("C01", "2025-Q4", "2025-12-31", agency_id="MOIT"),
            ],
            **co_leads("MOH", "MOIT"),
        ),
        "select has_conflict, effective_status from commitments",
        [(True, "in_progress")],
    ),
    (
        "the lead says completed, the co-lead does not",
        small(
            [one()],
            [done("2025-12-31", "2025-Q4"), update("C01", "2025-Q4", "2025-12-31", agency_id="MOH")],
            **co_leads("MOH"),
        ),
        "select value, upper_bound from fig_rates where indicator = 'R1' and dimension = 'national'",
        [(Decimal(0), Decimal(1))],
    ),
    (
        "two co-leads contradict one another and the lead is silent: they do not speak in its place",
        small(
            [one(due_date="2025-06-30")],
            [
                done("2025-12-31", "2025-Q4", "2025-06-30", agency_id="MOH"),
                update("C01", "2025-Q4", "2025-12-31", agency_id="MOIT"),
            ],
            **co_leads("MOH", "MOIT"),
        ),
        "select effective_status, has_unresolved_conflict, upper_bound from commitments, fig_rates"
        " where indicator = 'R3' and dimension = 'national'",
        [("no_information", True, Decimal(1))],
    ),
    (
        "both say completed, on days a year apart: late by the lead, in time by the co-lead",
        small(
            [one(due_date="2024-12-31")],
            [done("2025-12-31", "2025-Q4", "2025-06-30"), done("2025-12-31", "2025-Q4", "2024-06-30", agency_id="MOH")],
            **co_leads("MOH"),
        ),
        "select value, lower_bound, upper_bound from fig_rates where indicator = 'R3' and dimension = 'national'",
        [(Decimal(0), Decimal(0), Decimal(1))],
    ),
    (
        "completed by one claim while not yet due: in the upper end of R2v it counts above and below the line",
        small(
            [one(due_date="2026-12-31"), commitment("C02", "2024-01-10", due_date="2025-01-31")],
            [done("2025-12-31", "2025-Q4"), update("C01", "2025-Q4", "2025-12-31", agency_id="MOH")],
            **co_leads("MOH"),
        ),
        "select value, upper_bound from fig_rates where indicator = 'R2v' and dimension = 'national'",
        [(Decimal(0), Decimal("0.5"))],
    ),
    (
        "the deadline is taken away after it had passed: open without one, still due on the baseline",
        small(
            [one(due_date="2025-03-31")],
            [
                update("C01", "2025-Q2", "2025-06-30", current_due_precision="none"),
                update("C01", "2025-Q3", "2025-09-30"),
            ],
        ),
        "select population_class, current_deadline, is_due_baseline, is_due_current from commitments",
        [("open_undated", None, True, False)],
    ),
    (
        "one says that the deadline is gone, the other names a day",
        small(
            [one(due_date="2026-03-31")],
            [
                update("C01", "2025-Q4", "2025-12-31", current_due_precision="none"),
                update(
                    "C01",
                    "2025-Q4",
                    "2025-12-31",
                    agency_id="MOH",
                    current_due_date="2026-03-31",
                    current_due_precision="day",
                ),
            ],
            **co_leads("MOH"),
        ),
        "select has_conflict from commitments",
        [(True,)],
    ),
    (
        "an agency that leads nothing but an ongoing framework",
        small([one(is_ongoing_framework="true")]),
        "select count(*) from agency_rounds",
        [(0,)],
    ),
    (
        "assigned and registered in spring, signed in autumn",
        small(
            [commitment("C01", "2024-09-01", recorded_date="2024-03-01")],
            T="2024-09-30",
            K="2024-10-10",
            lead_assignments=[
                {"commitment_id": "C01", "agency_id": "MOH", "from_date": "2024-03-01", "recorded_date": "2024-03-01"}
            ],
        ),
        "select round_id from agency_rounds order by 1",
        [("2024-Q3",)],
    ),
    (
        "no change confirmed on a day outside its round",
        small(
            [one()],
            [
                update("C01", "2025-Q2", "2025-06-30"),
                update("C01", "2025-Q3", "2025-11-30", no_change_confirmed="true"),
            ],
        ),
        "select cast(last_substantive_date as varchar) from commitments",
        [("2025-06-30",)],
    ),
    (
        "completed, open again, completed again, without a date",
        small([one()], [done(completed=""), update("C01", "2024-Q3", "2024-09-30"), done("2025-09-30", "2025-Q3", "")]),
        "select cast(earliest_completed_date as varchar), cast(completed_date as varchar) from commitments",
        [("2024-10-01", "2025-09-30")],
    ),
    (
        "superseded lives on in its successor",
        small([one(), commitment("C02", "2024-02-01")], **left("superseded", "2024-06-01", successor_id="C02")),
        "select count(*) from fig_maturity where indicator = 'R7'",
        [(0,)],
    ),
    (
        "a framework that ended",
        small([one(is_ongoing_framework="true")], **left("expired_unimplemented", "2024-06-30")),
        "select count(*) from fig_maturity where indicator = 'R7'",
        [(0,)],
    ),
    (
        "found to be a duplicate after T, known by K",
        small([one()], **left("duplicate", "2026-01-05")),
        "select count(*) from commitments",
        [(0,)],
    ),
    (
        "overdue at one round, found to be a duplicate before the next: the flows do not close",
        small([one(due_date="2025-03-31")], **left("duplicate", "2025-11-05")),
        "select count(*) from backlog_stocks where not is_closed",
        [(0,)],
    ),
    (
        "K within ten days of the cut-off before T, a file received after K",
        small(
            [one(due_date="2025-03-31")],
            [done("2025-09-30", "2025-Q3", "2025-09-01", received_at="2025-10-08T09:00:00")],
            T="2025-10-02",
            K="2025-10-05",
        ),
        "select population_class from as_of_populations where as_of_id = 'previous'",
        [("open_overdue",)],
    ),
    (
        "nothing due, one open without deadline: no rate, but a lower bound",
        small([one()]),
        "select value, lower_bound, upper_bound from fig_rates where indicator = 'R2' and dimension = 'national'",
        [(None, None, None)],
    ),
    (
        "nothing registered yet at a round",
        small([commitment("C01", "2025-11-01")]),
        "select registered_count from backlog_stocks where as_of_id = '2025-Q1'",
        [(0,)],
    ),
    (
        "extended in time to a day that passes as well, and then once more: in and out within the round",
        small(
            [one(due_date="2025-10-31")],
            [
                update("C01", "2025-Q3", "2025-10-15", **to("2025-11-15")),
                update("C01", "2025-Q4", "2025-12-20", **to("2026-06-30")),
            ],
        ),
        "select movement from backlog_flows where to_id = 'edition' order by sign desc",
        [("became_overdue",), ("extended_out",)],
    ),
    (
        "extended on the day of the deadline itself: in time",
        small([one(due_date="2025-10-31")], [update("C01", "2025-Q4", "2025-10-31", **to("2026-06-30"))]),
        "select count(*) from backlog_flows",
        [(0,)],
    ),
    (
        "extended a day after the deadline: overdue in between, and retroactive",
        small([one(due_date="2025-10-31")], [update("C01", "2025-Q4", "2025-11-01", **to("2026-06-30"))]),
        "select movement, is_retroactive from backlog_flows, deadline_changes order by sign desc",
        [("became_overdue", True), ("extended_out", True)],
    ),
    (
        "extended and then superseded: it left what is due by its exit",
        small(
            [one(due_date="2025-06-30"), commitment("C02", "2025-01-10")],
            [update("C01", "2025-Q4", "2025-12-31", **to("2026-06-30"))],
            **left("superseded", "2025-12-31", successor_id="C02"),
        ),
        "select rate, cause from rate_changes where denominator_change < 0 order by rate",
        [("R1", "exited"), ("R2", "exited"), ("R2c", "exited")],
    ),
    (
        "extended while overdue: it left what is due by the current deadline, and by no other",
        small([one(due_date="2025-06-30")], [update("C01", "2025-Q4", "2025-12-31", **to("2026-06-30"))]),
        "select rate, cause from rate_changes where denominator_change < 0",
        [("R2c", "extended")],
    ),
    (
        "a deadline taken away and given back is no second extension",
        small(
            [one(due_date="2025-06-30")],
            [
                update("C01", "2025-Q3", "2025-09-30", current_due_precision="none"),
                update("C01", "2025-Q4", "2025-12-31", **to("2026-06-30")),
            ],
        ),
        "select change_kind, extension_number from deadline_changes order by change_number",
        [("removed", 1), ("restored", None)],
    ),
    (
        "progress falls by five points, then by six, then with another deadline",
        small(
            [one()],
            [
                update("C01", "2025-Q1", "2025-03-31", progress_pct="60"),
                update("C01", "2025-Q2", "2025-06-30", progress_pct="55"),
                update("C01", "2025-Q3", "2025-09-30", progress_pct="49"),
                update("C01", "2025-Q4", "2025-12-31", progress_pct="20", **to("2026-06-30")),
            ],
        ),
        "select round_id, reversal_kind, reversal_reason from reversals",
        [("2025-Q3", "progress_fell", "not_stated")],
    ),
    (
        "reopened with a reason given in a round before: not the reason of this step",
        small(
            [one()],
            [
                done("2025-06-30", "2025-Q2", status_change_reason="error"),
                update("C01", "2025-Q3", "2025-09-30"),
            ],
        ),
        "select reversal_kind, reversal_reason from reversals",
        [("completed_reopened", "not_stated")],
    ),
    (
        "reported as completed and due in September, taken back as an error in December: it was overdue all along",
        small(
            [one(due_date="2025-09-15")],
            [
                update("C01", "2025-Q2", "2025-06-30", progress_pct="40"),
                done("2025-09-30", "2025-Q3", "2025-09-10", progress_pct="100"),
                update("C01", "2025-Q4", "2025-12-31", progress_pct="60", status_change_reason="error"),
            ],
        ),
        "select as_of_id, population_class, reversals.round_id, reversal_reason, is_restatement"
        " from as_of_populations, reversals where as_of_id in ('2025-Q3', 'previous') order by 1",
        [
            ("2025-Q3", "open_overdue", "2025-Q4", "error", True),
            ("previous", "completed", "2025-Q4", "error", True),
        ],
    ),
    (
        "reported as completed in September, reversed in fact in December: completed then, reopened now",
        small(
            [one(due_date="2025-09-15")],
            [
                done("2025-09-30", "2025-Q3", "2025-09-10"),
                update("C01", "2025-Q4", "2025-12-31", status_change_reason="reversed_in_fact"),
            ],
        ),
        "select population_class, movement, is_restatement from as_of_populations, backlog_flows, reversals"
        " where as_of_id = '2025-Q3'",
        [("completed", "reopened_in", False)],
    ),
    (
        "lead and co-lead report completion in September, the co-lead takes it back as an error in December: the"
        " contradiction was there all along, and nothing that the lead said is a reversal",
        small(
            [one(due_date="2025-09-15")],
            [
                done("2025-09-30", "2025-Q3", "2025-09-10"),
                update("C01", "2025-Q2", "2025-06-30", agency_id="MOH"),
                done("2025-09-30", "2025-Q3", "2025-09-10", agency_id="MOH"),
                done("2025-12-31", "2025-Q4", "2025-09-10"),
                update("C01", "2025-Q4", "2025-12-31", agency_id="MOH", status_change_reason="error"),
            ],
            **co_leads("MOH"),
        ),
        "select as_of_id, population_class, first_round_id, days_open, (select count(*) from reversals)"
        " from as_of_populations, conflict_pairs where as_of_id in ('2025-Q3', 'previous') order by 1",
        [("2025-Q3", "open_overdue", "2025-Q3", 92, 0), ("previous", "completed", "2025-Q3", 92, 0)],
    ),
    (
        "lead and co-lead both take their completion back as an error, and differ since: in conflict since then",
        small(
            [one(due_date="2026-09-15")],
            [
                update("C01", round_id, as_of, agency_id=agency, status=status, status_change_reason=reason)
                for agency, last in (("MOFA", "in_progress"), ("MOH", "not_started"))
                for round_id, as_of, status, reason in (
                    ("2025-Q2", "2025-06-30", "in_progress", ""),
                    ("2025-Q3", "2025-09-30", "completed", ""),
                    ("2025-Q4", "2025-12-31", last, "error"),
                )
            ],
            **co_leads("MOH"),
        ),
        "select first_round_id, days_open from conflict_pairs",
        [("2025-Q4", 0)],
    ),
    (
        "completed by one cut-off, reversed in fact by the next: nothing was left to report in between",
        small(
            [commitment("C01", "2025-03-10")],
            [
                done("2025-06-30", "2025-Q2", "2025-06-10"),
                update("C01", "2025-Q4", "2025-12-31", status_change_reason="reversed_in_fact"),
            ],
        ),
        OWED,
        [("2025-Q1", False), ("2025-Q4", True)],
    ),
    (
        "the same, taken back as an error: it was open all along, and two rounds should have said so",
        small(
            [commitment("C01", "2025-03-10")],
            [
                done("2025-06-30", "2025-Q2", "2025-06-10"),
                update("C01", "2025-Q4", "2025-12-31", status_change_reason="error"),
            ],
        ),
        OWED,
        [("2025-Q1", False), ("2025-Q2", True), ("2025-Q3", False), ("2025-Q4", True)],
    ),
    (
        "completed in May, told in November only: the rounds in between were not paid off by it",
        small([commitment("C01", "2025-03-10")], [done("2025-11-20", "2025-Q4", "2025-05-10")]),
        OWED,
        [("2025-Q1", False), ("2025-Q2", False), ("2025-Q3", False)],
    ),
    (
        "completed in May, told in November about the end of June: not open on that day",
        small(
            [commitment("C01", "2025-03-10")],
            [done("2025-06-30", "2025-Q2", "2025-05-10", received_at="2025-11-20T09:00:00")],
        ),
        OWED,
        [("2025-Q1", False)],
    ),
    (
        "in conflict, agreed, in conflict again: open since the second time",
        small(
            [one()],
            [
                update("C01", round_id, as_of, agency_id=agency, status=status)
                for round_id, as_of, status in (
                    ("2025-Q1", "2025-03-31", "suspended"),
                    ("2025-Q2", "2025-06-30", "in_progress"),
                    ("2025-Q3", "2025-09-30", "suspended"),
                    ("2025-Q4", "2025-12-31", "not_started"),
                )
                for agency, status in (("MOFA", "in_progress"), ("MOH", status))
            ],
            **co_leads("MOH"),
        ),
        "select first_round_id, days_open, is_adjudicated from conflict_pairs",
        [("2025-Q3", 92, False)],
    ),
    (
        "decided on the day of the conflict: settled",
        small(
            [one()],
            [done("2025-01-10", "2024-Q4"), update("C01", "2024-Q4", "2025-01-10", agency_id="MOH")],
            T="2025-01-31",
            K="2025-02-10",
            adjudications=[DECISION],
            **co_leads("MOH"),
        ),
        "select is_adjudicated, days_open, effective_status from conflict_pairs, commitments",
        [(True, 0, "completed")],
    ),
    (
        "two files about one day: the one received last is the last word, whatever its number",
        small(
            [one()],
            [
                update("C01", "2025-Q3", "2025-09-30", status="suspended", revision="3"),
                update("C01", "2025-Q4", "2025-09-30", received_at="2025-12-31T09:00:00"),
            ],
        ),
        "select effective_status from commitments",
        [("in_progress",)],
    ),
    (
        "two co-leads disagree on the day of completion only; the lead agrees with both on everything else",
        small(
            [one()],
            [
                done("2025-12-31", "2025-Q4", "2025-11-15"),
                done("2025-12-31", "2025-Q4", "2025-11-01", agency_id="MOH"),
                done("2025-12-31", "2025-Q4", "2025-12-15", agency_id="MOIT"),
            ],
            **co_leads("MOH", "MOIT"),
        ),
        "select reporting_line, other_reporter_id, conflict_kind from conflict_pairs order by 1, 2",
        [("MOH", "MOIT", "completion"), ("lead", "MOH", None), ("lead", "MOIT", None)],
    ),
]


@pytest.fixture(scope="module")
def observed() -> dict[str, tuple]:
    """For each example what its query gives, and what the models say of everything."""
    found = {}
    for name, register, query, _ in EXAMPLES:
        model = by_model(register)
        found[name] = runner().connection.execute(query).fetchall(), model
    return found


@pytest.mark.parametrize("name, expected", [pytest.param(*example[::3], id=example[0]) for example in EXAMPLES])
def test_model_follows_the_definition(observed, name, expected):
    assert observed[name][0] == expected


@pytest.mark.parametrize("name, register", [pytest.param(*example[:2], id=example[0]) for example in EXAMPLES])
def test_oracle_follows_the_definition(observed, name, register):
    assert disagreements(observed[name][1], by_oracle(register)) == []


def test_oracle_gives_the_worked_example():
    """The oracle itself, against the fourteen rows of the definitions; see test_toy_register for the models."""
    rows = [  # id, signed, baseline, current, completed
        ("C01", "2021-06-10", "2022-12-31", None, "2022-11-15"),
        ("C02", "2022-03-01", "2023-06-30", "2024-06-30", "2024-05-20"),
        ("C03", "2023-01-15", "2024-03-31", None, "2024-09-30"),
        ("C04", "2023-09-10", "2025-06-30", None, None),
        ("C05", "2024-05-20", "2025-03-31", "2025-12-31", None),
        ("C06", "2024-11-05", "2026-12-31", None, None),
        ("C07", "2025-01-20", "2026-06-30", None, "2025-08-15"),
        ("C08", "2025-04-14", None, None, None),
        ("C09", "2025-06-02", "2025-09-30", None, "2025-09-30"),
        ("C10", "2024-02-01", "2025-01-31", None, None),
        ("C11", "2023-05-05", "2024-12-31", None, None),
        ("C12", "2022-07-01", "2025-12-31", None, None),
        ("C13", "2025-08-01", "2026-08-01", None, None),
        ("C14", "2021-11-01", None, None, None),
    ]
    exits = [
        ("C10", "withdrawn", "2024-12-15"),
        ("C11", "withdrawn", "2025-04-01"),
        ("C12", "superseded", "2024-11-05"),
    ]
    register = small(
        [
            commitment(
                name,
                signed,
                due_date=baseline,
                recorded_date="2025-10-20" if name == "C13" else signed,
                is_ongoing_framework=str(name == "C14").lower(),
            )
            for name, signed, baseline, _, _ in rows
        ],
        [
            update(
                name,
                "2025-Q3",
                "2025-09-30",
                status="completed" if completed else "in_progress",
                completed_date=completed,
                current_due_date=current,
                current_due_precision="day" if current else None,
            )
            for name, _, _, current, completed in rows
            if name < "C10"
        ],
        T="2025-09-30",
        K="2025-10-10",
        commitment_exits=[
            {"commitment_id": name, "exit_type": kind, "exit_date": when, "recorded_date": when, "decided_by": None}
            for name, kind, when in exits
        ],
    )
    oracle = Oracle(register)
    expected = {
        "R1": (5, 10),
        "R2": (4, 7),
        "R2c": (4, 6),
        "R2v": (5, 6),
        "R3": (2, 7),
        "R3c": (3, 6),
        "on_time_share": (4, 5),
    }
    assert {code: oracle.rates()[code, "national", "all"] for code in expected} == expected
    assert len(oracle.states) == 13
    overdue = {
        name: (s.days_overdue, s.days_overdue_baseline) for name, s in oracle.states.items() if s.days_overdue_baseline
    }
    assert overdue == {"C04": (92, 92), "C05": (None, 183)}
