"""Lags from signing: the worked example exactly, and the models against second opinions on random registers.

The project is built once. For each random register the SQL that dbt compiled is run as it is on tables made here, and
compared with lifelines and with a plain reading of the definitions in exact fractions.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import duckdb
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.exceptions import StatError

from oracle.runner import plan_for_any_rows, prepare

MODELS = (
    "series",
    "events",
    "spells",
    "waits",
    "strata",
    "steps",
    "walks",
    "curves",
    "summaries",
    "horizons",
    "cohorts",
    "tests",
)
WAITS = {
    "event": "varchar",
    "series": "varchar",
    "commitment_id": "varchar",
    "instrument_class": "varchar",
    "origin_date": "date",
    "entry_days": "bigint",
    "time_days": "bigint",
    "outcome": "varchar",
}
NO_WAITS = pd.DataFrame(columns=list(WAITS))
HORIZONS = (0, 90, 180, 365, 730, 1095)
COLUMNS = {
    "commitment_id": "varchar",
    "instrument_class": "varchar",
    "signed_date": "date",
    "signed_precision": "varchar",
    "recorded_date": "date",
    "last_as_of_date": "date",
    "last_substantive_date": "date",
    "assigned_date": "date",
    "plan_approved_date": "date",
    "started_date": "date",
    "earliest_completed_date": "date",
    "completed_date": "date",
    "effective_status": "varchar",
    "exit_date": "date",
    "is_ongoing_framework": "boolean",
}
START, T = date(2024, 4, 1), date(2025, 12, 31)


@pytest.fixture(scope="module")
def connection(toy_edition):
    return duckdb.connect(str(toy_edition.database), read_only=True)


@pytest.fixture(scope="module")
def models(toy_edition):
    """The SQL of each model of lags as dbt compiled it, by name."""
    folder = toy_edition.build / "dbt/compiled/camket/models/lags"
    return {name: (folder / f"lag_{name}.sql").read_text(encoding="utf-8") for name in MODELS}


# --- the worked example ---


def summary(connection, event, series="all_naive_entry"):
    names = ("naive_median", "km_median", "incidence_median", "estimated_count", "event_count", "competing_count")
    row = connection.execute(
        f"select {', '.join(names)} from lag_summaries where event = ? and series = ?", [event, series]
    ).fetchone()
    return dict(zip(names, row, strict=True))


def test_the_worked_example_gives_its_medians(connection):
    completed = summary(connection, "completed")
    assert completed["naive_median"] == 523 and completed["km_median"] == 811 and completed["incidence_median"] == 811
    assert (completed["estimated_count"], completed["event_count"], completed["competing_count"]) == (12, 5, 3)
    started = summary(connection, "started")
    assert started["naive_median"] == Decimal("93.5") and started["km_median"] == 104


@pytest.mark.parametrize(("days", "printed"), [(365, "17.5"), (624, "41.9"), (811, "60.3")])
def test_the_worked_example_gives_its_incidence(connection, days, printed):
    (incidence,) = connection.execute(
        "select arg_max(incidence, time_days) from lag_curves where event = 'completed' and series = 'all_naive_entry'"
        " and time_days <= ?",
        [days],
    ).fetchone()
    assert round(incidence * 100, 1) == Decimal(printed)


def test_the_worked_example_at_the_horizon_of_a_year(connection):
    row = connection.execute(
        "select at_risk, events, incidence from lag_horizons"
        " where event = 'completed' and series = 'all_naive_entry' and days = 365"
    ).fetchone()
    assert row == (7, 2, Decimal("0.175000000"))


def test_delayed_entry_leaves_out_what_was_over_before_it_was_recorded(connection):
    (excluded,) = connection.execute(
        "select list(commitment_id order by commitment_id) from lag_spells"
        " where event = 'completed' and series = 'all' and exclusion = 'left_truncated'"
    ).fetchone()
    assert excluded == ["C01"]  # completed in 2022, in the register since 2024
    assert summary(connection, "completed", "all")["estimated_count"] == 11


def test_ongoing_frameworks_are_left_out(connection):
    assert connection.execute("select count(*) from lag_spells where commitment_id = 'C14'").fetchone() == (0,)


# --- random registers ---


def random_register(seed: int, size: int) -> pd.DataFrame:
    """A register with all that makes lags hard: ties, late registration, silence, exits, dates missing or unordered."""
    rng = random.Random(seed)
    grid = rng.choice([1, 1, 30])  # with 30, many fall on the same day

    def after(day, most, chance=1.0):
        return (
            day + timedelta(days=rng.randrange(-1, max(most, grid) // grid) * grid) if rng.random() < chance else None
        )

    rows = []
    for number in range(size):
        signed = date(2021, 1, 1) + timedelta(days=rng.randrange(0, 1826 // grid) * grid)
        precision = rng.choice(["day", "day", "day", "month"])
        signed = signed.replace(day=1) if precision == "month" else signed
        recorded = (
            max(signed, after(signed, 40)) if rng.random() < 0.6 else max(signed, date(2024, 5, 6), after(signed, 200))
        )
        heard = after(T, 1) if rng.random() < 0.5 else after(signed, 900, 0.7)
        heard = heard and min(max(heard, signed), T)
        assigned = after(signed, 60, 0.8)
        started = after(signed, 240, 0.6)
        completed = after(signed, 1200, 0.5)
        rows.append(
            {
                "commitment_id": f"C{number:05}",
                "instrument_class": rng.choice(["treaty", "agreement", "agreement", "other"]),
                "signed_date": signed,
                "signed_precision": precision,
                "recorded_date": recorded,
                "last_as_of_date": heard,
                "last_substantive_date": heard and max(signed, heard - timedelta(days=rng.choice([0, 90]))),
                "assigned_date": assigned,
                "plan_approved_date": after(signed, 90, 0.3),
                "started_date": started,
                "earliest_completed_date": completed and completed - timedelta(days=rng.choice([0, 0, 45])),
                "completed_date": completed,
                "effective_status": "completed"
                if completed
                else rng.choice(["not_started", "in_progress", "no_information"]),
                "exit_date": after(signed, 1200, 0.2),
                "is_ongoing_framework": rng.random() < 0.1,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def random_waits(seed: int, size: int) -> pd.DataFrame:
    """Waits after difficulties: everyone is observed from the first day, many end on the same day."""
    rng = random.Random(seed)
    rows = [
        (event, "difficulties", f"C{number:05}", "treaty", T, -1, rng.randrange(0, 500, rng.choice([1, 91])), outcome)
        for number in range(size)
        for event in ("raised_escalated", "escalated_answered", "raised_resolved")
        for outcome in rng.choices(("event", "competing", "censored"), (4, 1, 3))
    ]
    return pd.DataFrame(rows, columns=list(WAITS))


def run_models(models, register: pd.DataFrame, parameters, threads: int = 2, waits: pd.DataFrame = NO_WAITS):
    """Run the compiled models on a register and waits after difficulties, in memory, in their order."""
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("attach ':memory:' as camket; use camket")
    connection.execute(f"create table commitments ({', '.join(f'{n} {k}' for n, k in COLUMNS.items())})")
    connection.execute("create table editions as select cast(? as date) as valid_date", [T])
    connection.execute("create table parameters (parameter_id varchar, value varchar)")
    connection.executemany("insert into parameters values (?, ?)", parameters)
    connection.execute(f"create table difficulty_waits ({', '.join(f'{n} {k}' for n, k in WAITS.items())})")
    give(connection, register, waits)
    for name in MODELS:
        connection.execute(f"create table lag_{name} as {models[name]}")
    return connection


def give(connection, register: pd.DataFrame, waits: pd.DataFrame) -> None:
    """Put a register and waits where the models read them."""
    connection.register(
        "given_register", register.astype(object).where(register.notna(), None).astype({"is_ongoing_framework": bool})
    )
    casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in COLUMNS.items())
    connection.execute(f"insert into commitments by name select {casts} from given_register")
    if len(waits):
        connection.register("given_waits", waits)
        connection.execute("insert into difficulty_waits by name select * from given_waits")


class Prepared:
    """The models planned once, for one register after another, each of which the next rolls back.

    Planning took most of the time of so small a register. What the optimiser knows of the empty tables holds for no
    other, so it does only what it may to any rows; `as_built` says whether that made a difference.
    """

    def __init__(self, models, parameters) -> None:
        self.models, self.parameters = models, parameters
        self.connection = run_models(models, random_register(0, 0), parameters)
        plan_for_any_rows(self.connection)
        for name in MODELS:
            self.connection.execute(f"truncate lag_{name}")
            prepare(self.connection, f"fill_{name}", f"insert into lag_{name} {models[name]}")
        self.connection.execute("begin")

    def run(self, register: pd.DataFrame, waits: pd.DataFrame):
        self.connection.execute("rollback")
        self.connection.execute("begin")
        give(self.connection, register, waits)
        for name in MODELS:
            self.connection.execute(f"execute fill_{name}")
        return self.connection

    def as_built(self, register: pd.DataFrame, waits: pd.DataFrame) -> bool:
        """Whether the last run gives what the models give as a build plans them for these very tables."""
        with run_models(self.models, register, self.parameters, waits=waits) as other:
            return all(
                self.connection.execute(query).fetchall() == other.execute(query).fetchall()
                for query in (f"select * from lag_{name} order by all" for name in MODELS)
            )


@pytest.fixture(scope="module")
def parameters(connection):
    return connection.execute("select parameter_id, value from parameters order by 1").fetchall()


@pytest.fixture(scope="module")
def prepared(models, parameters):
    return Prepared(models, parameters)


SERIES = {  # signed from, to, delayed entry, censoring, reading: the definitions in other words than the models'
    "main": (START, T, True, "credible", False),
    "earlier": (date(2021, 1, 1), START - timedelta(days=1), True, "credible", False),
    "all": (date(2021, 1, 1), T, True, "credible", False),
    "all_naive_entry": (date(2021, 1, 1), T, False, "credible", False),
    "all_last_report": (date(2021, 1, 1), T, True, "last", False),
    "all_silence_open": (date(2021, 1, 1), T, True, "T", False),
    "all_shortest": (date(2021, 1, 1), T, True, "credible", True),
    "cohort_before": (START, date(2024, 12, 31), True, "credible", False),
    "cohort_after": (date(2025, 1, 1), date(2025, 6, 30), True, "credible", False),
}


def plain_spell(row: dict, event: str, series: str):
    """(entry, time, outcome, exclusion) of one commitment by the definitions, or None when it is not in the series."""
    first, last, delayed, censoring, shortest = SERIES[series]
    signed, status = row["signed_date"], row["effective_status"]
    if row["is_ongoing_framework"] or not first <= signed <= last:
        return None
    known = status in ("in_progress", "suspended", "completed")
    if event == "completed":
        day, undated = row["earliest_completed_date" if shortest else "completed_date"], False
        day = day if row["completed_date"] and row["completed_date"] <= T else None
    elif event == "started":
        day, undated = row["started_date"] if status != "not_started" else None, not row["started_date"] and known
    else:
        day = row["assigned_date"]
        started = row["started_date"] if status != "not_started" else None
        undated = not day and bool(row["plan_approved_date"] or started or known)
    day = day if day and day <= T else None
    origin = signed
    if shortest and row["signed_precision"] == "month":
        origin = (signed.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    heard = row["last_as_of_date"] or row["recorded_date"]
    stale = (T - (row["last_substantive_date"] or row["recorded_date"])).days > 184
    until = {"T": T, "last": min(T, heard), "credible": min(T, heard) if stale else T}[censoring]
    if undated:
        return None, None, "undated", "undated"
    ends = [(day, 0, "event"), (row["exit_date"], 1, "competing")]
    ends = sorted(e for e in ends if e[0]) or [(until, 2, "censored")]
    end, _, outcome = ends[0]
    late = (row["recorded_date"] - signed).days > 30
    entry = max((row["recorded_date"] - origin).days, 0) if delayed and late else -1
    time = max((end - origin).days, 0)
    exclusion = None if time > entry else "not_followed" if outcome == "censored" else "left_truncated"
    return entry, time, outcome, exclusion


def plain_curves(spells):
    """[(time, at risk, events, competing, survival, incidence, still open)] in fractions, of (entry, time, outcome)."""
    survival, still_open, incidence, rows = Fraction(1), Fraction(1), Fraction(0), []
    for time in sorted({t for _, t, outcome in spells if outcome != "censored"}):
        at_risk = sum(entry < time <= t for entry, t, _ in spells)
        events = sum(t == time and outcome == "event" for _, t, outcome in spells)
        competing = sum(t == time and outcome == "competing" for _, t, outcome in spells)
        incidence += still_open * Fraction(events, at_risk)
        survival *= 1 - Fraction(events, at_risk)
        still_open *= 1 - Fraction(events + competing, at_risk)
        rows.append((time, at_risk, events, competing, survival, incidence, still_open))
    return rows


def plain_horizon(curve, horizon):
    """Incidence and its variance at a horizon, by the textbook sums."""
    before, steps, total = 1.0, [], 0.0
    for time, n, d, c, _, f, still_open in curve:
        if time <= horizon:
            steps.append((n, d, c, before, float(f)))
            before, total = float(still_open), float(f)
    variance = 0.0
    for n, d, c, s, f in steps:
        gone = d + c
        variance += (total - f) ** 2 * (gone / (n * (n - gone)) if n > gone else 0)
        variance += s * s * (n - d) / n * d / n**2 - 2 * (total - f) * s * d / n**2
    return total, max(variance, 0.0)


def spells_by_series(register):
    found = {}
    rows = register.astype(object).where(register.notna(), None).to_dict("records")
    for event in ("assigned", "started", "completed"):
        for series in SERIES:
            spells = [(row, plain_spell(row, event, series)) for row in rows]
            found[event, series] = [
                (row["commitment_id"], row["instrument_class"], *spell) for row, spell in spells if spell
            ]
    return found


def fetch_curves(connection):
    curves = {}
    for event, series, *row in connection.execute(
        "select event, series, time_days, at_risk, events, competing, survival, incidence, still_open,"
        " survival_lower, survival_upper"
        " from lag_curves where stratum = 'all' order by event, series, time_days"
    ).fetchall():
        curves.setdefault((event, series), []).append(row)
    return curves


def assert_curve_equals(found, expected):
    assert [tuple(row[:4]) for row in found] == [row[:4] for row in expected]
    for row, (*_, survival, incidence, still_open) in zip(found, expected, strict=True):
        assert abs(Fraction(row[4]) - survival) <= Fraction(1, 10**8)
        assert abs(Fraction(row[5]) - incidence) <= Fraction(1, 10**8)
        assert abs(Fraction(row[6]) - still_open) <= Fraction(1, 10**8)


def assert_kaplan_meier_equals(found, spells):
    """lifelines from day 1 on, so that an entry of 0 is an observation from the day of signing."""
    fitter = KaplanMeierFitter().fit(
        [t + 1 for _, t, _ in spells], [o == "event" for *_, o in spells], entry=[e + 1 for e, *_ in spells]
    )
    survival, band = fitter.survival_function_.iloc[:, 0], fitter.confidence_interval_
    for time, *_, in_model, _, _, lower, upper in found:
        assert float(in_model) == pytest.approx(survival.loc[time + 1], abs=1e-6)
        if lower is not None:
            assert [float(lower), float(upper)] == pytest.approx(list(band.loc[time + 1]), abs=2e-6)


def assert_aalen_johansen_equals(found, spells):
    """lifelines knows no entry here and shakes tied times: for series without entry whose times all differ."""
    codes = {"event": 1, "competing": 2, "censored": 0}
    fitter = AalenJohansenFitter(calculate_variance=False).fit(
        [t + 1 for _, t, _ in spells], [codes[o] for *_, o in spells], event_of_interest=1
    )
    for time, *_, incidence, _, _, _ in found:
        assert float(incidence) == pytest.approx(fitter.cumulative_density_.loc[time + 1].iloc[0], abs=1e-6)


@pytest.mark.parametrize("chunk", range(8))
def test_random_registers_agree_with_lifelines_and_with_fractions(prepared, chunk):
    warnings.simplefilter("ignore")
    compared = Counter()
    for seed in range(chunk * 25, (chunk + 1) * 25):
        register, waits = random_register(seed, 1 + (seed * 7) % 60), random_waits(seed, seed % 40)
        connection = prepared.run(register, waits)
        if seed % 25 == chunk:
            assert prepared.as_built(register, waits), seed
        in_models = {}
        for event, series, *row in connection.execute(
            "select event, series, commitment_id, instrument_class, entry_days, time_days, outcome, exclusion"
            " from lag_spells order by all"
        ).fetchall():
            in_models.setdefault((event, series), []).append(tuple(row))
        curves, by_series = fetch_curves(connection), spells_by_series(register)
        summaries = {
            (row[0], row[1]): row[2:]
            for row in connection.execute(
                "select event, series, naive_median, km_median, incidence_median, left_truncated_count"
                " from lag_summaries"
            ).fetchall()
        }
        horizons = {
            tuple(row[:3]): row[3]
            for row in connection.execute("select event, series, days, at_risk from lag_horizons").fetchall()
        }
        for key, plain in by_series.items():
            known = [
                (i, k, None, None, o, x) if o == "undated" else (i, k, e, t, o, x)
                for i, k, e, t, o, x in in_models.get(key, [])
            ]
            assert known == sorted(plain), (seed, key)
            spells = [spell[2:5] for spell in plain if spell[5] is None]
            found, expected = curves.get(key, []), plain_curves(spells)
            assert_curve_equals(found, expected)
            naive, km_median, incidence_median, truncated = summaries[key]
            times = [t for *_, t, o, _ in plain if o == "event"]
            assert naive == (Decimal(str(pd.Series(times).median())) if times else None)
            assert truncated == sum(spell[5] == "left_truncated" for spell in plain)
            if key[1] == "all_naive_entry":  # elsewhere a thin start may withhold the median
                assert km_median == next((row[0] for row in expected if row[4] <= Fraction(1, 2)), None)
                assert incidence_median == next((row[0] for row in expected if row[5] >= Fraction(1, 2)), None)
            for days in HORIZONS:
                assert horizons[*key, days] == sum(e < days <= t for e, t, _ in spells)
            if found and key[1] in ("main", "all", "all_naive_entry"):
                try:
                    assert_kaplan_meier_equals(found, spells)
                    compared["kaplan_meier"] += 1
                except StatError:  # lifelines refuses late entry that leaves nobody at risk for a while
                    assert key[1] != "all_naive_entry"
            if (
                key[1] == "all_naive_entry"
                and len({t for _, t, _ in spells}) == len(spells)
                and any(r[2] for r in found)
            ):
                assert_aalen_johansen_equals(found, spells)
                compared["aalen_johansen"] += 1
        for event, rows in waits.groupby("event"):
            spells = list(rows[["entry_days", "time_days", "outcome"]].itertuples(index=False, name=None))
            found, expected = curves.get((event, "difficulties"), []), plain_curves(spells)
            assert_curve_equals(found, expected)
            assert summaries[event, "difficulties"][1] == next((r[0] for r in expected if r[4] <= Fraction(1, 2)), None)
            if found:
                assert_kaplan_meier_equals(found, spells)
                compared["waits"] += 1
            for days in HORIZONS:
                assert horizons[event, "difficulties", days] == sum(e < days <= t for e, t, _ in spells)
    assert compared["waits"] >= 50 and compared["kaplan_meier"] >= 100 and compared["aalen_johansen"] >= 5


def standardised(by_series, event, horizon):
    """(n, reached, incidence, variance) of both cohorts, standardised to the mix of both, in plain Python."""
    cohorts = {name: [s for s in by_series[event, f"cohort_{name}"] if s[5] is None] for name in ("before", "after")}
    sizes = {name: Counter(s[1] for s in spells) for name, spells in cohorts.items()}
    large = {k for k in sizes["before"] if min(sizes["before"][k], sizes["after"][k]) >= 10}
    strata = {name: {} for name in cohorts}
    for name, spells in cohorts.items():
        for _, kind, entry, time, outcome, _ in spells:
            strata[name].setdefault(kind if kind in large else "other_classes", []).append((entry, time, outcome))
    shared = set(strata["before"]) & set(strata["after"])
    weights = {k: len(strata["before"][k]) + len(strata["after"][k]) for k in shared}
    total, result = sum(weights.values()), {}
    for name in cohorts:
        curves = {k: plain_curves(strata[name][k]) for k in shared}
        parts = {k: plain_horizon(curves[k], horizon) for k in shared}
        result[name] = (
            sum(len(strata[name][k]) for k in shared),
            all(
                any(time >= horizon for _, time, _ in strata[name][k])
                or any(c[6] == 0 and c[0] <= horizon for c in curves[k])
                for k in shared
            ),
            sum(weights[k] * parts[k][0] for k in shared) / total,
            sum(weights[k] ** 2 * parts[k][1] for k in shared) / total**2,
        )
    return result


@pytest.mark.parametrize("seed", range(6))
def test_the_comparison_of_cohorts_agrees_with_a_plain_one(models, parameters, seed):
    register = random_register(1000 + seed, 1500)
    connection, by_series = run_models(models, register, parameters), spells_by_series(register)
    verdicts = connection.execute(
        "select event, days, before_count, after_count, before_incidence, after_incidence, difference,"
        " difference_lower, difference_upper, verdict from lag_tests where comparison = 'published'"
    ).fetchall()
    assert len(verdicts) == 3
    for event, days, before_count, after_count, *values, verdict in verdicts:
        plain = standardised(by_series, event, days)
        (n, reached, before, before_variance), (m, also_reached, after, after_variance) = (
            plain["before"],
            plain["after"],
        )
        assert (before_count, after_count) == (n, m)
        if verdict == "not_testable":
            assert min(n, m) < 30 or not reached or not also_reached
            continue
        difference, margin = after - before, 1.959964 * sqrt(before_variance + after_variance)
        expected = [before, after, difference, difference - margin, difference + margin]
        assert [float(v) for v in values] == pytest.approx(expected, abs=2e-6)
        assert verdict == ("supported" if difference - margin > 0 else "not_supported")
    assert any(row[-1] != "not_testable" for row in verdicts)


def test_one_thread_and_two_give_the_same_digits(models, parameters):
    register = random_register(7, 2000)
    first, second = (run_models(models, register, parameters, threads) for threads in (1, 2))
    for name in MODELS:
        query = f"select * from lag_{name} order by all"
        assert first.execute(query).fetchall() == second.execute(query).fetchall()


# --- figures ---


def test_figures_of_the_worked_example(connection):
    def figure(indicator, member):
        return connection.execute(
            "select value, numerator, denominator from fig_lags where indicator = ? and member = ?", [indicator, member]
        ).fetchone()

    assert figure("lag_median_km", "completed_all_naive_entry") == (811, 5, 12)
    assert figure("lag_median_naive", "completed_all_naive_entry") == (523, 5, 12)
    assert figure("lag_cif", "completed_all_naive_entry.365") == (Decimal("17.5"), 2, 12)
    assert figure("lag_at_risk", "completed_all_naive_entry.365") == (7, 7, None)
    assert figure("lag_excluded", "completed_all.left_truncated") == (1, 1, 12)
    assert figure("lag_shortened_verdict", "completed.not_testable")[0] == 1


def test_every_figure_of_lags_has_one_row_inside_its_band(connection):
    assert (
        connection.execute(
            "select indicator, dimension, member from fig_lags group by all having count(*) > 1"
            " union all select indicator, dimension, member from fig_lags"
            " where not value between lower_bound and upper_bound"
        ).fetchall()
        == []
    )


def test_every_member_has_a_name_in_both_languages(connection):
    assert (
        connection.execute(
            "select distinct dimension, member from fig_lags where dimension <> 'lag_day' and value is not null"
            " except select dimension, member from lag_labels where name_en <> '' and name_vi <> ''"
        ).fetchall()
        == []
    )
