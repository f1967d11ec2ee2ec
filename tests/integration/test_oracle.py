"""The models against the oracle: the same random registers through both, every integer identical and every rate equal.

Hand-made examples say what the definitions ask for where a model could easily depart from them; each did once.
"""

from decimal import Decimal
from pprint import pformat

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from oracle.pandas_oracle import Oracle, share
from oracle.registers import reduced, registers
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
TABLES = (
    "commitments",
    "as_of_populations",
    "backlog_stocks",
    "fig_counts",
    "fig_rates",
    "fig_ageing",
    "fig_maturity",
    "fig_signing",
    "fig_reporting",
    "difficulty_waits",
    "fig_units",
)
BANDED = ("R1", "R2", "R2c", "R2v", "R3", "R3c")
# Columns of the mart beside what the oracle calls them.
COLUMNS = {
    "lead_agency_id_as_was": "lead_was",
    "lead_agency_id_as_now": "lead_now",
    "reported_status": "reported_status",
    "effective_status": "effective_status",
    "population_class": "population",
    "completion_class": "completion_class",
    "baseline_deadline": "baseline",
    "current_deadline": "current",
    "assigned_date": "assigned",
    "started_date": "started",
    "earliest_completed_date": "earliest",
    "completed_date": "completed",
    "completion_evidence_grade": "evidence",
    "exit_type": "exit_type",
    "exit_date": "exit_date",
    "last_as_of_date": "last_as_of",
    "last_substantive_date": "last_substantive",
    "freshness": "freshness",
    "report_count": "reports",
    "is_eligible": "eligible",
    "is_completed": "is_completed",
    "is_open": "is_open",
    "is_overdue": "overdue",
    "is_due_baseline": "due_baseline",
    "is_due_current": "due_current",
    "may_be_completed": "may_be_completed",
    "is_verified": "verified",
    "is_unassigned": "unassigned",
    "has_conflict": "has_conflict",
    "has_unresolved_conflict": "has_unresolved_conflict",
    "days_overdue": "days_overdue",
    "days_overdue_baseline": "days_overdue_baseline",
}


def pairs(rows: list[dict]) -> tuple[dict, dict]:
    """Counts and values of figures by indicator, dimension and member."""
    keyed = {(row["indicator"], row["dimension"], row["member"]): row for row in rows}
    return {key: (row["numerator"], row["denominator"]) for key, row in keyed.items()}, {
        key: row["value"] for key, row in keyed.items()
    }


def by_model(register: Register, *, with_changes: bool = False) -> dict[str, dict]:
    """What the models say of a register, by subject."""
    run = runner().run(register, TABLES + (("fig_flows", "fig_changes") if with_changes else ()))
    rates, ageing, signing = (run.rows(model) for model in ("fig_rates", "fig_ageing", "fig_signing"))
    found = {
        "commitment": {
            (row["commitment_id"], column): row[column] for row in run.rows("commitments") for column in COLUMNS
        },
        "population": {
            (row["as_of_id"], row["commitment_id"]): (
                row["population_class"],
                row["current_deadline"],
                row["completed_date"],
            )
            for row in run.rows("as_of_populations")
        },
        "stock": {
            row["as_of_id"]: (
                row["registered_count"],
                row["eligible_count"],
                row["completed_count"],
                row["open_undated"],
            )
            for row in run.rows("backlog_stocks")
        },
        "bound": {
            (row["indicator"], row["dimension"], row["member"]): (row["lower_bound"], row["upper_bound"])
            for row in rates
            if row["indicator"] in BANDED
        },
        "count": {key: pair[0] for key, pair in pairs(run.rows("fig_counts"))[0].items()},
        "ageing": {
            (row["indicator"], row["member"]): row["numerator"] for row in ageing if row["dimension"] == "ageing_band"
        },
        "days": pairs([row for row in ageing if row["dimension"] != "ageing_band"])[1],
        "signing": {key: pair[0] for key, pair in pairs(signing)[0].items()},
        "unit": {key: pair[0] for key, pair in pairs(run.rows("fig_units"))[0].items()},
        "difficulty": {
            (row["commitment_id"], row["spell_number"]): tuple(
                row[name]
                for name in (
                    "difficulty_code",
                    "raised_date",
                    "escalated_date",
                    "answered_date",
                    "resolved_date",
                    "raised_again_date",
                )
            )
            for row in run.rows("difficulty_spells")
        },
        "wait": {
            (row["event"], row["commitment_id"], row["spell_number"]): (row["time_days"], row["outcome"])
            for row in run.rows("difficulty_waits")
        },
    }
    for name, model in (("rate", "fig_rates"), ("maturity", "fig_maturity"), ("reporting", "fig_reporting")):
        found[name], found[f"{name} value"] = pairs(rates if name == "rate" else run.rows(model))
    if with_changes:
        found["flow"], found["change"] = (pairs(run.rows(model))[0] for model in ("fig_flows", "fig_changes"))
    return found


def by_oracle(register: Register, *, with_changes: bool = False) -> dict[str, dict]:
    """What the oracle says of a register, by the same subjects."""
    oracle = Oracle(register)
    series = oracle.series()
    found = {
        "commitment": {
            (name, column): getattr(state, attribute)
            for name, state in oracle.states.items()
            for column, attribute in COLUMNS.items()
        },
        "population": {
            (name, state.commitment_id): (state.population, state.current, state.completed)
            for name, then in series.items()
            for state in then.states.values()
        },
        "stock": {
            name: (
                len(then.states),
                sum(s.eligible for s in then.states.values()),
                sum(s.is_completed for s in then.states.values()),
                sum(s.population == "open_undated" for s in then.states.values()),
            )
            for name, then in series.items()
            if name != "previous"
        },
        "bound": oracle.bounds(),
        "count": oracle.counts(),
        "ageing": oracle.ageing(),
        "days": oracle.overdue_days(),
        "signing": oracle.signing(),
        "unit": oracle.units(),
        "difficulty": {
            key: tuple(run[name] for name in ("code", "raised", "escalated", "answered", "resolved", "again"))
            for key, run in oracle.difficulties().items()
        },
        "wait": oracle.waits(),
    }
    for name, counted in (("rate", oracle.rates()), ("maturity", oracle.maturity()), ("reporting", oracle.reporting())):
        found[name] = counted
        found[f"{name} value"] = {
            key: Decimal(pair[0]) if pair[1] is None else share(*pair) for key, pair in counted.items()
        }
    if with_changes:
        found["flow"], found["change"] = oracle.flows(), oracle.changes()
    return found


def disagreements(model: dict[str, dict], own: dict[str, dict]) -> list[tuple]:
    """Where the two differ: (subject, key, model, oracle)."""
    found = []
    for subject in own:
        said, wanted = model[subject], own[subject]
        if subject in ("flow", "change"):  # the oracle has some of these figures only
            codes = {key[0] for key in wanted} - ({"change"} if ("change", "rate", "R1") not in wanted else set())
            said = {key: pair for key, pair in said.items() if key[0] in codes}
        found.extend(
            (subject, key, said.get(key, "absent"), wanted.get(key, "absent"))
            for key in sorted(said.keys() | wanted.keys(), key=str)
            if said.get(key, "absent") != wanted.get(key, "absent")
        )
    return found


def differences(register: Register, *, with_changes: bool = False) -> list[tuple]:
    return disagreements(by_model(register, with_changes=with_changes), by_oracle(register, with_changes=with_changes))


def agree(register: Register, *, with_changes: bool = False) -> None:
    """Fail with the smallest register that can be had by leaving out rows."""
    if differences(register, with_changes=with_changes):
        register = reduced(register, lambda smaller: differences(smaller, with_changes=with_changes) != [])
        found = differences(register, with_changes=with_changes)
        lines = [f"{subject} {key}: model {said}, oracle {wanted}" for subject, key, said, wanted in found[:20]]
        rows = {table: rows for table, rows in register.tables.items() if rows}
        pytest.fail("\n".join([*lines, repr(register), pformat(rows, width=110)]))


@EXACT
@given(registers())
def test_models_agree_with_the_oracle(register):
    agree(register)


@settings(EXACT, max_examples=20)
@given(registers())
def test_flows_and_changes_agree_with_the_oracle(register):
    agree(register, with_changes=True)


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


DECISION = {
    "commitment_id": "C01",
    "decided_date": "2025-01-10",
    "decided_status": "completed",
    "decided_by": "MOFA",
    "basis": "Biên bản",
    "recorded_date": "2025-01-10",
}
CLASS = "select population_class from commitments"
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
]


@pytest.fixture(scope="module")
def observed() -> dict[str, tuple]:
    """For each example what its query gives, and what the models say of everything."""
    found = {}
    for name, register, query, _ in EXAMPLES:
        model = by_model(register, with_changes=True)
        found[name] = runner().connection.execute(query).fetchall(), model
    return found


@pytest.mark.parametrize("name, expected", [pytest.param(*example[::3], id=example[0]) for example in EXAMPLES])
def test_model_follows_the_definition(observed, name, expected):
    assert observed[name][0] == expected


@pytest.mark.parametrize("name, register", [pytest.param(*example[:2], id=example[0]) for example in EXAMPLES])
def test_oracle_follows_the_definition(observed, name, register):
    assert disagreements(observed[name][1], by_oracle(register, with_changes=True)) == []


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
