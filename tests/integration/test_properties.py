"""What must hold of every register, whatever is in it: identities, order, knowledge, threads."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_oracle import small

from oracle.pandas_oracle import day
from oracle.registers import KNOWLEDGE_LAGS, registers
from oracle.runner import Register, models, runner
from support import commitment, update

EXACT = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
PARTS = (
    "superseded",
    "ongoing_framework",
    "attrition_before_due",
    "completed",
    "exited_after_due",
    "backlog",
    "open_in_term",
    "open_undated",
)
# Where a row stands in its file is not part of what it says.
PLACES = ("source_row", "co_lead_row")


def has(*names: str) -> bool:
    return set(names) <= {model.name for model in models()}


def tables(threads: int = 1, optimise: bool = False) -> dict[str, list[str]]:
    """What a build of the last register gives out, and the states it stands on, apart from places in files.

    Rows are texts in their order, so that not a digit may differ.
    """
    return {
        model.name: runner(threads, optimise).texts(model.name, without=PLACES)
        for model in models()
        if model.folder in ("marts", "figures")
        and not model.is_fixed
        or model.name in ("as_of_dates", "as_of_populations")
    }


def differing(one: dict, other: dict) -> dict:
    """Rows that only one of two builds has, by table."""
    return {
        name: (sorted(set(mine) - set(other[name]))[:3], sorted(set(other[name]) - set(mine))[:3])
        for name, mine in one.items()
        if mine != other[name]
    }


@EXACT
@given(registers())
def test_identities(register):
    """Every model runs on every register, and what must add up does."""
    run = runner().run(register)
    populations_make_up_the_register(run)
    dimensions_add_up(run.rows("fig_rates") + run.rows("fig_counts"))
    shares_lie_within_their_bounds(run.rows("figures"))
    if has("backlog_flows", "backlog_stocks"):
        flows_close(run)
    if has("fig_changes"):
        changes_add_up(run)


def test_flows_are_modelled():
    if not has("backlog_flows", "backlog_stocks", "fig_changes"):
        pytest.skip("flows and changes are not modelled yet, so test_identities leaves them out")


def populations_make_up_the_register(run) -> None:
    counts = {row["indicator"]: row["numerator"] for row in run.rows("fig_counts") if row["dimension"] == "national"}
    commitments = len(run.rows("commitments"))
    assert sum(counts.get(part, 0) for part in PARTS) == counts.get("signed", 0) == commitments


def dimensions_add_up(rows: list[dict]) -> None:
    """Members of every dimension add up to the nation; as-was totals and as-now totals are among them."""
    totals: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        total = totals.setdefault((row["indicator"], row["dimension"]), [0, 0])
        total[0] += row["numerator"]
        total[1] += row["denominator"] or 0
    for (indicator, dimension), total in totals.items():
        assert total == totals[indicator, "national"], (indicator, dimension)


def shares_lie_within_their_bounds(figures: list[dict]) -> None:
    assert [name for name, times in Counter(row["figure_id"] for row in figures).items() if times > 1] == []
    for row in figures:
        if row["unit"] == "share" and row["value"] is not None:
            assert 0 <= row["numerator"] <= row["denominator"] and 0 <= row["value"] <= 1, row["figure_id"]
            low, high = (row["value"] if row[bound] is None else row[bound] for bound in ("lower_bound", "upper_bound"))
            assert 0 <= low <= row["value"] <= high <= 1, row["figure_id"]


def flows_close(run) -> None:
    """Between any two dates: what is in one stock and not in the other has movements that say so, and nothing else has
    moved."""
    stocks = sorted(run.rows("backlog_stocks"), key=lambda row: row["valid_date"])
    looks = [row["as_of_id"] for row in stocks]
    moves: dict[str, Counter] = {look: Counter() for look in looks}
    for row in run.rows("backlog_flows"):
        assert looks.index(row["to_id"]) == looks.index(row["from_id"]) + 1
        moves[row["to_id"]][row["commitment_id"]] += row["sign"]
    overdue: dict[str, set] = {look: set() for look in looks}
    for row in run.rows("as_of_populations"):
        if row["is_overdue"] and row["as_of_id"] in overdue:
            overdue[row["as_of_id"]].add(row["commitment_id"])
    for start, before in enumerate(stocks):
        net: Counter = Counter()
        for after in stocks[start + 1 :]:
            net.update(moves[after["as_of_id"]])
            assert after["backlog"] == before["backlog"] + net.total()
            was, now = overdue[before["as_of_id"]], overdue[after["as_of_id"]]
            moved = {name: by for name, by in net.items() if by}
            assert moved == dict.fromkeys(now - was, 1) | dict.fromkeys(was - now, -1), (before, after)
    assert all(row["is_closed"] for row in stocks)


def changes_add_up(run) -> None:
    """From the rate as published to the rate of today: exact counts at both ends, and effects that add up to the
    change."""
    rows = {(row["indicator"], row["member"]): row for row in run.rows("fig_changes")}
    rates = {row["indicator"]: row for row in run.rows("fig_rates") if row["dimension"] == "national"}
    is_later = any(row["as_of_id"] == "previous" for row in run.rows("as_of_dates"))
    for code in ("R1", "R2", "R2c"):
        before, change = rows["change_before", code], rows["change", code]
        effects = [
            row for (name, member), row in rows.items() if name == "change_effect" and member.startswith(f"{code}.")
        ]
        for part in ("numerator", "denominator"):
            assert change[part] == before[part] + sum(row[part] for row in effects)
            if is_later and rates:
                assert change[part] == rates[code][part]
        if all(row["value"] is not None for row in (change, before, *effects)):
            assert change["value"] == sum(row["value"] for row in effects)
            assert before["value"] + change["value"] == rates[code]["value"]


@settings(EXACT, max_examples=12)
@given(registers(max_commitments=12), st.randoms(use_true_random=False))
def test_order_of_rows_and_files_is_nothing(register, chance: random.Random):
    runner().run(register)
    first = tables()
    runner().run(register.at(**{name: chance.sample(rows, len(rows)) for name, rows in register.tables.items()}))
    assert differing(first, tables()) == {}


def told_thrice(size: int) -> Register:
    """So many commitments; three rounds report the same day of each otherwise, only their receipt tells them apart."""
    said = (("2025-Q1", "in_progress", "04"), ("2025-Q2", "completed", "07"), ("2025-Q3", "suspended", "10"))
    ids = [f"C{number:04}" for number in range(1, size + 1)]
    reports = [
        update(code, round_id, "2025-03-31", status=status, received_at=f"2025-{month}-04T09:00:00")
        for code in ids
        for round_id, status, month in said
    ]
    return small([commitment(code, "2024-01-10") for code in ids], reports)


def test_order_of_files_is_nothing_to_reports_of_one_day():
    """Three rounds report the same day otherwise: received last counts, wherever its file or row stands.

    Drawn registers seldom have such a tie in a place that shows.
    """
    register = told_thrice(20)
    run = runner().run(register)
    assert {row["effective_status"] for row in run.rows("commitments")} == {"suspended"}
    first = tables()
    turned = {name: register.rows(name)[::-1] for name in ("progress_updates", "submission_ledger")}
    runner().run(register.at(**turned))
    assert differing(first, tables()) == {}


@settings(EXACT, max_examples=15)
@given(registers(max_commitments=12), st.sampled_from(KNOWLEDGE_LAGS))
def test_what_comes_after_K_changes_nothing(register, lag):
    """With K fixed, later files and records leave everything as it was; so an earlier K gives the earlier state
    again."""
    known = (day(register.valid_date) + timedelta(days=lag)).isoformat()
    register = register.at(knowledge_date=known)
    runner().run(register)
    full = tables()
    ledger = [row for row in register.rows("submission_ledger") if row["received_at"][:10] <= known]
    files = {row["file"] for row in ledger}
    earlier = {
        name: [row for row in rows if row.get("recorded_date", "") <= known] for name, rows in register.tables.items()
    } | {
        "submission_ledger": ledger,
        "progress_updates": [row for row in register.rows("progress_updates") if row["file"] in files],
    }
    runner().run(Register(register.valid_date, known, earlier))
    assert differing(full, tables()) == {}


@settings(EXACT, max_examples=3)
@given(registers())
def test_threads_and_plans_change_nothing(register):
    """One thread, two threads, and the statements as they are prepared for these tests: the same rows."""
    runner().run(register)
    prepared = tables()
    for threads in (1, 2):
        run = runner(threads, optimise=True)
        if threads == 2:
            run.connection.execute("pragma verify_parallelism")  # so few rows would stay on one thread otherwise
        run.run(register)
        assert differing(prepared, tables(threads, True)) == {}


def test_threads_decide_no_tie():
    """Reports of one day on more commitments than DuckDB scans at once, so that two threads meet them in another
    order: drawn registers are too small for that."""
    register, found = told_thrice(1500), []
    for threads in (1, 2):
        run = runner(threads, optimise=True)
        if threads == 2:
            run.connection.execute("pragma verify_parallelism")
        run.run(register)
        found.append(tables(threads, True))
    assert differing(*found) == {}
