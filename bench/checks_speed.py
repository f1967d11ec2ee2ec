"""Time and memory of the rules on a million updates, beside the plain pandas way.

    python bench/checks_speed.py                    about a million updates
    python bench/checks_speed.py --copies 26        a tenth of that
    python bench/checks_speed.py --skip-gx          without Great Expectations' verdicts: queries of failing rows alone

The demonstration package is built once, and its tables are copied so often, each copy with codes of its own; its
natural mess is copied too,
so there are failing rows by the hundred thousand. Each measurement is a process of its own, so that peak memory is
its own; times are without imports
and without writing the tables. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "src")]

from camket.checks import session  # noqa: E402  (needs the project on the path)

THREADS = 2
SUBSET = ("DAT-05", "DAT-07", "STA-01", "STA-02", "STA-03", "STR-02", "TIM-01", "TIM-03", "EVI-04", "CON-03")
# Codes that a copy has for itself; agencies, partners and rounds are the same in all.
OWN = ("commitment_id", "document_id", "successor_id", "evidence_ref", "title_en", "title_vi", "finding_id")


def write_tables(database: Path, copies: int) -> int:
    """Write the built tables of the demonstration, so many copies of it; number of updates."""
    from bench.detection.engine import bench

    from camket.checks import engine
    from oracle.runner import PACKAGE, Register, Runner

    known = bench()
    tables = set().union(*(engine._tables(known.connection, e) for e in known.expectations.values()))
    package = {}
    for path, name in PACKAGE.items():
        place = ROOT / "raw/demonstration"
        pattern = "register/activities.csv" if path == "CAMKET_ACTIVITIES" else path.replace("CAMKET_PACKAGE_DIR/", "")
        rows = []
        for file in sorted(place.glob(pattern)):
            with open(file, encoding="utf-8", newline="") as stream:
                names = {"file": file.relative_to(place).as_posix()} if name == "progress_updates" else {}
                rows += [{k: v or None for k, v in row.items()} | names for row in csv.DictReader(stream)]
        package["package_parameters" if name == "parameters" else name] = rows
    runner = Runner(threads=THREADS)
    runner.run(Register("2025-12-31", "2026-01-10", package), known.wanted)
    connection = runner.connection
    connection.execute("commit")
    connection.execute("pragma enable_optimizer")
    connection.execute(f"attach '{database}' as target")
    present = {name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()}
    for name in sorted(tables & present | {"editions", "parameters"}):
        columns = [row[0] for row in connection.execute(f"describe {name}").fetchall()]
        own = [column for column in OWN if column in columns]
        if "commitment_id" not in own:
            connection.execute(f"create table target.{_stored(name)} as from {name}")
        else:
            replaced = ", ".join(f"{column} || '-' || copy as {column}" for column in own)
            connection.execute(
                f"create table target.{_stored(name)} as select * exclude (copy) replace ({replaced}) "
                f"from {name} cross join range({copies}) as t (copy)"
            )
        if name.startswith("stg_"):  # staging is views, which the check step copies into memory
            connection.execute(f"create view target.{name} as from target.{_stored(name)}")
    # Each file holds all copies of its rows.
    connection.execute(
        f"update target.{_stored('stg_submission_ledger')} set row_count = row_count * {copies};"
        "create table target.rebuild as select name as table_name, 'a' as sha256_first, 'a' as sha256_second "
        "from (values ('commitments'), ('updates')) as t (name)"
    )
    count = connection.execute("select count(*) from target.updates").fetchone()[0]
    connection.execute("detach target")
    return count


def _stored(name: str) -> str:
    return f"kept_{name}" if name.startswith("stg_") else name


def with_engine(database: Path) -> dict:
    """The check step as it is: Great Expectations' verdicts and all failing rows."""
    import great_expectations  # noqa: F401  (imported before the clock starts)

    from camket.checks import engine
    from camket.checks.register import load_register
    from camket.checks.session import open_session
    from camket.checks.suites import load_suites

    rules = load_register(ROOT)
    expectations = load_suites(ROOT, rules)
    wanted = [rule for rule in rules.values() if rule.stage == "data"]
    began = time.perf_counter()
    limits = _limits()
    with open_session(database, ROOT, set()) as connection:
        connection.execute(limits)
        outcomes = engine.evaluate(connection, wanted, expectations)
    counts = {outcome.rule.rule_id: len(outcome.rows) for outcome in outcomes}
    errors = [f"{o.rule.rule_id}: {o.message['en']}" for o in outcomes if o.result == "error"]
    return _measured(began, counts, errors=errors)


def with_queries(database: Path, only: tuple[str, ...] = ()) -> dict:
    """The queries of the failing rows alone, all rows fetched; seconds of each rule."""
    from camket.checks.register import load_register
    from camket.checks.session import open_session
    from camket.checks.suites import load_suites

    rules = load_register(ROOT)
    expectations = load_suites(ROOT, rules)
    ids = only or tuple(r for r, e in expectations.items() if rules[r].stage == "data")
    seconds, counts = {}, {}
    began = time.perf_counter()
    limits = _limits()
    with open_session(database, ROOT, set()) as connection:
        connection.execute(limits)
        opened = time.perf_counter() - began
        for rule_id in ids:
            start = time.perf_counter()
            counts[rule_id] = len(connection.execute(expectations[rule_id].query).fetchall())
            seconds[rule_id] = time.perf_counter() - start
    return _measured(began, counts, opened=opened, by_rule=seconds)


def _limits() -> str:
    return f"set threads = {THREADS}"


def with_pandas(database: Path) -> dict:
    """The same subset of rules as somebody would write them with pandas."""
    import duckdb
    import pandas as pd

    counts = {}
    began = time.perf_counter()
    with duckdb.connect(str(database), read_only=True) as connection:
        frames = {
            name: connection.execute(f"from {name}").df()
            for name in ("int_updates_known", "updates", "commitments", "int_lead_periods", "stg_commitment_agencies",
                         "stg_progress_updates", "stg_review_rounds", "parameters")
        }  # fmt: skip
    opened = time.perf_counter() - began
    limits = {
        name: value for name, value in zip(frames["parameters"].parameter_id, frames["parameters"].value, strict=True)
    }
    known, updates, commitments = frames["int_updates_known"], frames["updates"], frames["commitments"]
    done = known.status == "completed"
    unknown = known.completed_precision == "unknown"
    counts["DAT-05"] = int(
        (done & known.completed_date.isna() & ~unknown).sum() + (~done & known.completed_date.notna()).sum()
    )
    dated = known.merge(frames["stg_review_rounds"][["round_id", "data_cutoff"]], on="round_id")
    late = (dated.as_of_date > dated.received_date) | (dated.as_of_date > dated.data_cutoff)
    counts["DAT-07"] = int(late.sum())
    before, now = updates.previous_status, updates.status
    backward = (before == "completed") & (now != "completed") | (now == "not_started") & (before != "not_started")
    illegal = (
        before.notna() & (now != before) & ((before == "withdrawn") | backward & updates.status_change_reason.isna())
    )
    counts["STA-01"] = int(illegal.sum())
    latest = updates[updates.is_latest]
    counts["STA-02"] = int(
        (latest.progress_pct < latest.previous_progress_pct - int(limits["progress_tolerance_pp"])).sum()
    )
    counts["STA-03"] = int((done & (known.progress_pct != 100)).sum())
    key = ["commitment_id", "round_id", "agency_id", "revision"]
    counts["STR-02"] = int(frames["stg_progress_updates"].duplicated(key, keep="first").sum())
    opened_rows = commitments[commitments.is_open]
    last = opened_rows.last_substantive_date.fillna(opened_rows.recorded_date)
    age = (pd.Timestamp("2025-12-31") - pd.to_datetime(last)).dt.days
    counts["TIM-01"] = int((age > int(limits["current_update_days"])).sum())
    fresh = updates[~updates.is_copied_forward].groupby(["commitment_id", "reporting_line"]).line_position.max()
    runs = updates.merge(fresh.rename("run_start").reset_index(), on=["commitment_id", "reporting_line"])
    runs = runs[runs.line_position >= runs.run_start].groupby(["commitment_id", "reporting_line"]).round_id.nunique()
    still = latest[(latest.status != "completed") & ~(latest.progress_pct >= 100)]
    still = still.merge(runs.rename("same_rounds").reset_index(), on=["commitment_id", "reporting_line"])
    counts["TIM-03"] = int((still.same_rounds >= int(limits["copy_forward_rounds"])).sum())
    supported = latest[(latest.status == "completed") & (latest.reporting_line == "lead") & latest.evidence_ref.notna()]
    supported = supported[supported.evidence_grade.notna() & (supported.evidence_grade != "D")]
    many = supported.groupby("evidence_ref").commitment_id.nunique()
    counts["EVI-04"] = int(supported.evidence_ref.isin(many[many > int(limits["shared_evidence_max"])].index).sum())
    periods = frames["int_lead_periods"]
    periods = periods.assign(to_date=pd.to_datetime(periods.to_date).fillna(pd.Timestamp("2200-01-01")))
    periods = periods.groupby(["commitment_id", "agency_id"]).to_date.max().reset_index()
    part = frames["stg_commitment_agencies"][["commitment_id", "agency_id"]].drop_duplicates().assign(has_part=True)
    judged = known.merge(periods, on=["commitment_id", "agency_id"], how="left")
    judged = judged.merge(part, on=["commitment_id", "agency_id"], how="left")
    stranger = judged.to_date.isna() | (pd.to_datetime(judged.as_of_date) > judged.to_date)
    counts["CON-03"] = int((judged.has_part.isna() & stranger).sum())
    return _measured(began, counts, opened=opened)


def _measured(began: float, counts: dict[str, int], **more) -> dict:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # Of all threads, since the start: on a busy machine the fairer measure
    processor = time.process_time()
    return {"seconds": time.perf_counter() - began, "cpu": processor, "memory_mib": memory, "counts": counts} | more


def _in_child(function, *arguments) -> dict:
    """Run it in a process of its own, so that the peak memory is its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(function, arguments)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "--copies", type=int, default=290, help="copies of the demonstration package (3,450 updates each)"
    )
    arguments.add_argument("--skip-gx", action="store_true", help="leave Great Expectations out")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="camket-speed-") as folder:
        database = Path(folder) / "camket.duckdb"
        updates = _in_child(write_tables, database, options.copies)
        size = database.stat().st_size / 1024**2
        print(
            f"{updates:,} updates, {size:.0f} MiB of tables; {THREADS} threads, DuckDB limited to {session.MEMORY}\n",
            flush=True,
        )
        queries = _in_child(with_queries, database)
        engine = None if options.skip_gx else _in_child(with_engine, database)
        subset, pandas = _in_child(with_queries, database, SUBSET), _in_child(with_pandas, database)
    print(
        "| what | rules | failing rows | seconds | CPU seconds, imports included | peak memory (MiB) |\n"
        "|---|---|---|---|---|---|"
    )
    for name, result in (
        ("check step: verdicts of Great Expectations and failing rows", engine),
        ("queries of the failing rows", queries),
        ("queries, subset", subset), ("pandas, the same subset", pandas),
    ):  # fmt: skip
        if result:
            rows, rules = sum(result["counts"].values()), len(result["counts"])
            print(
                f"| {name} | {rules} | {rows:,} | {result['seconds']:.1f} | {result['cpu']:.1f} "
                f"| {result['memory_mib']:.0f} |"
            )
    print(
        f"\npandas / queries on the subset: {pandas['seconds'] / subset['seconds']:.1f} times the time, "
        f"{pandas['memory_mib'] / subset['memory_mib']:.1f} times the memory"
    )
    slow = sorted(queries["by_rule"].items(), key=lambda item: -item[1])[:8]
    print(
        f"opening the session: {queries['opened']:.1f} s; slowest rules: "
        + ", ".join(f"{r} {s:.1f} s" for r, s in slow)
    )
    print(
        "most rows: " + ", ".join(f"{r} {n:,}" for r, n in sorted(queries["counts"].items(), key=lambda i: -i[1])[:8])
    )
    different = {
        r: (subset["counts"][r], pandas["counts"][r]) for r in SUBSET if subset["counts"][r] != pandas["counts"][r]
    }
    print("counts of the subset: " + (json.dumps(different) if different else "the same in both"))
    if engine and engine["errors"]:
        print("could not run: " + "; ".join(engine["errors"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
