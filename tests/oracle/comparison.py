"""The models and the oracle side by side: what each says of one register, by subject and key."""

from __future__ import annotations

from decimal import Decimal
from pprint import pformat

import pytest

from oracle import over_time, practice
from oracle.pandas_oracle import Oracle, share
from oracle.registers import reduced
from oracle.runner import Register, runner

TABLES = (
    "commitments",
    "as_of_populations",
    "backlog_stocks",
    "backlog_flows",
    "deadline_changes",
    "slippage",
    "conflict_pairs",
    "restatements",
    "round_items",
    "difficulty_waits",
    "fig_counts",
    "fig_rates",
    "fig_ageing",
    "fig_maturity",
    "fig_signing",
    "fig_reporting",
    "fig_units",
    "fig_flows",
    "fig_changes",
    "fig_practice_changes",
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
# Tables whose rows are compared as they stand: columns of the key, then columns of the value.
ROWS = {
    "population": (
        "as_of_populations",
        ("as_of_id", "commitment_id"),
        ("population_class", "current_deadline", "completed_date"),
    ),
    "stock": (
        "backlog_stocks",
        ("as_of_id",),
        ("registered_count", "eligible_count", "completed_count", "open_undated"),
    ),
    "movement": ("backlog_flows", ("to_id", "commitment_id", "movement", "sign"), ()),
    "deadline": (
        "deadline_changes",
        ("commitment_id", "change_number"),
        (
            "change_kind",
            "old_deadline",
            "new_deadline",
            "extension_number",
            "is_retroactive",
            "has_reason",
            "round_id",
            "agency_id",
        ),
    ),
    "slippage": (
        "slippage",
        ("commitment_id",),
        (
            "slip_days",
            "first_term_days",
            "slip_ratio",
            "extension_count",
            "removed_count",
            "retroactive_count",
            "pulled_in_count",
            "without_reason_count",
        ),
    ),
    "restatement": (
        "restatements",
        ("figure_id",),
        ("old_numerator", "old_denominator", "new_numerator", "new_denominator", "commitment_count"),
    ),
    "reversal": (
        "reversals",
        ("commitment_id", "round_id"),
        ("reversal_kind", "reversal_reason", "agency_id", "is_restatement"),
    ),
    "conflict": (
        "conflict_pairs",
        ("commitment_id", "reporting_line", "other_reporter_id"),
        ("conflict_kind", "first_round_id", "first_conflict_date", "days_open", "decided_date"),
    ),
    "difficulty": (
        "difficulty_spells",
        ("commitment_id", "spell_number"),
        ("difficulty_code", "raised_date", "escalated_date", "answered_date", "resolved_date", "raised_again_date"),
    ),
    "item": ("round_items", ("round_id", "commitment_id"), ("agency_id", "is_reported")),
    "wait": ("difficulty_waits", ("event", "commitment_id", "spell_number"), ("time_days", "outcome")),
}
FIGURE = ("indicator", "dimension", "member")


def fetch(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> dict[tuple, tuple]:
    """Rows of a table of the last register, by key. A key that comes twice is a row too many."""
    rows = runner().ask(f"select {', '.join((*key, *columns))} from {table}").fetchall()
    found = {row[: len(key)]: row[len(key) :] for row in rows}
    assert len(found) == len(rows), f"{table} repeats {key}"
    return found


def by_model(register: Register) -> dict[str, dict]:
    """What the models say of a register, by subject."""
    runner().run(register, TABLES)
    found = {subject: fetch(*rows) for subject, rows in ROWS.items()}
    names = tuple(COLUMNS)
    found["commitment"] = {
        (key[0], name): value
        for key, row in fetch("commitments", ("commitment_id",), names).items()
        for name, value in zip(names, row, strict=True)
    }
    for subject, table in (("count", "fig_counts"), ("signing", "fig_signing"), ("unit", "fig_units")):
        found[subject] = {key: row[0] for key, row in fetch(table, FIGURE, ("numerator",)).items()}
    ageing = fetch("fig_ageing", FIGURE, ("numerator", "value"))
    found["ageing"] = {(key[0], key[2]): row[0] for key, row in ageing.items() if key[1].endswith("ageing_band")}
    found["days"] = {key: row[1] for key, row in ageing.items() if not key[1].endswith("ageing_band")}
    rates = fetch("fig_rates", FIGURE, ("numerator", "denominator", "value", "lower_bound", "upper_bound"))
    found["bound"] = {key: row[3:] for key, row in rates.items() if key[0] in BANDED}
    found["rate"] = {key: row[:3] for key, row in rates.items()}
    for subject, table in (("maturity", "fig_maturity"), ("reporting", "fig_reporting"), ("flow", "fig_flows")):
        found[subject] = fetch(table, FIGURE, ("numerator", "denominator", "value"))
    for subject, table in (("change", "fig_changes"), ("practice", "fig_practice_changes")):
        found[subject] = fetch(table, FIGURE, ("value", "numerator", "denominator"))
    return found


def by_oracle(register: Register) -> dict[str, dict]:
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
            (name,): (
                len(then.states),
                sum(s.eligible for s in then.states.values()),
                sum(s.is_completed for s in then.states.values()),
                sum(s.population == "open_undated" for s in then.states.values()),
            )
            for name, then in series.items()
            if name != "previous"
        },
        "movement": {movement: () for movement in over_time.movements(oracle)},
        "deadline": practice.deadline_changes(oracle),
        "slippage": {(name,): row for name, row in practice.slippage(oracle).items()},
        "restatement": over_time.restatements(oracle),
        "reversal": over_time.reversals(oracle),
        "conflict": practice.conflict_pairs(oracle),
        "difficulty": {
            key: tuple(run[name] for name in ("code", "raised", "escalated", "answered", "resolved", "again"))
            for key, run in oracle.difficulties().items()
        },
        "item": oracle.owed(),
        "wait": oracle.waits(),
        "bound": oracle.bounds(),
        "count": oracle.counts(),
        "ageing": oracle.ageing(),
        "days": oracle.overdue_days(),
        "signing": oracle.signing(),
        "unit": oracle.units(),
        "change": over_time.changes(oracle),
        "practice": practice.figures(oracle),
    }
    for subject, counted in (
        ("rate", oracle.rates()),
        ("maturity", oracle.maturity()),
        ("reporting", oracle.reporting()),
        ("flow", over_time.flows(oracle)),
    ):
        found[subject] = {
            key: (*pair, Decimal(pair[0]) if pair[1] is None else share(*pair)) for key, pair in counted.items()
        }
    return found


def disagreements(model: dict[str, dict], own: dict[str, dict]) -> list[tuple]:
    """Where the two differ: (subject, key, model, oracle)."""
    assert model.keys() == own.keys()
    return [
        (subject, key, model[subject].get(key, "absent"), own[subject].get(key, "absent"))
        for subject in own
        if model[subject] != own[subject]
        for key in sorted(model[subject].keys() | own[subject].keys(), key=str)
        if model[subject].get(key, "absent") != own[subject].get(key, "absent")
    ]


def differences(register: Register) -> list[tuple]:
    return disagreements(by_model(register), by_oracle(register))


def agree(register: Register) -> None:
    """Fail with the smallest register that can be had by leaving out rows."""
    if differences(register):
        register = reduced(register, lambda smaller: differences(smaller) != [])
        found = differences(register)
        lines = [f"{subject} {key}: model {said}, oracle {wanted}" for subject, key, said, wanted in found[:20]]
        rows = {table: rows for table, rows in register.tables.items() if rows}
        pytest.fail("\n".join([*lines, repr(register), pformat(rows, width=110)]))
