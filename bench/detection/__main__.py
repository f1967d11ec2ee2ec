"""Measure how well the rules detect faults.

python -m bench.detection                     every kind of fault, four seeds each; writes docs/detection.md and results
python -m bench.detection --seeds 8           more of them
python -m bench.detection --only narrative_copied --seeds 3
                                              some kinds only; prints, and writes nothing
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from bench.detection import report  # noqa: E402  (needs the project on the path)
from bench.detection.base import clean  # noqa: E402
from bench.detection.engine import bench  # noqa: E402
from bench.detection.faults import FAULTS  # noqa: E402
from bench.detection.figures import run_figures  # noqa: E402
from bench.detection.files import FILE_FAULTS, run_files  # noqa: E402
from bench.detection.trial import injected, trials_of  # noqa: E402


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", type=int, default=4, help="registers for each kind of fault")
    arguments.add_argument("--clean", type=int, default=40, help="clean registers that are examined")
    arguments.add_argument(
        "--verify", type=int, default=4, help="registers that Great Expectations is asked about as well"
    )
    arguments.add_argument("--only", nargs="+", metavar="KIND", help="kinds of fault, by the name of their function")
    arguments.add_argument("--workers", type=int, default=2, help="processes; each has a database of its own")
    options = arguments.parse_args()
    begun = time.monotonic()
    engine = bench()  # before anything else: it reads rules and suites, which may change while the bench runs
    # no two trials share a register: each kind has seeds of its own
    start = {name: number * options.seeds for number, name in enumerate(FAULTS)}
    kinds = [(name, range(start[name], start[name] + options.seeds)) for name in options.only or FAULTS]
    files = [] if options.only else run_files(options.seeds)
    trials = []
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.workers) as pool:
        for number, of_kind in enumerate(pool.imap(trials_of, kinds), start=1):
            trials += of_kind
            fault = of_kind[0].fault
            print(f"{number}/{len(kinds)} {fault.rule} {fault.name}: {_said(of_kind)}", flush=True)
    if options.only:
        return 0
    false_alarms = {}
    for seed in range(options.clean):
        engine.build(clean(seed))
        for row in engine.ask().rows:
            false_alarms.setdefault((row.rule_id, row.severity), []).append((seed, row.place["object_id"]))
    disagreements = _verify(engine, options.verify)
    figures = run_figures(options.seeds)
    results = report.Results(
        trials, options.clean, false_alarms, files, len(FILE_FAULTS), figures, options.verify, disagreements
    )
    report.write(results, engine.rules)
    print(f"{len(trials)} faults in {time.monotonic() - begun:.0f} s; see docs/detection.md")
    return 0


def _said(trials: list) -> str:
    text = f"{sum(t.found for t in trials)} of {len(trials)} found"
    false = sorted(set().union(*(t.false for t in trials)))
    return text + (f"; also {', '.join(false)}" if false else "")


def _verify(engine, count: int) -> list[str]:
    """Ask Great Expectations about clean registers and registers with faults; lines where it differs."""
    wrong = []
    for seed in range(count):
        book = clean(seed)
        if seed % 2:  # several faults in one register, so that many rules have something to say
            book, _ = injected(FAULTS["false_freshness"], seed)
        elif seed:
            book, _ = injected(FAULTS["file_not_in_ledger"], seed)
        engine.build(book)
        wrong += [f"register {seed}: {line}" for line in engine.verify()]
    return wrong


if __name__ == "__main__":
    sys.exit(main())
