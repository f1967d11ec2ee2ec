"""One trial: a fault in a clean register, and what the rules make of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from random import Random

from bench.detection.base import Book, clean
from bench.detection.engine import Bench, Verdict, bench
from bench.detection.faults import FAULTS, Fault


@dataclass(frozen=True)
class Trial:
    """What came of one fault with one seed.

    found      the rule that should name the fault has a row at each place where it stands
    elsewhere  that rule fired, but not at the place
    also       other rules that fired and that the fault says may rightly do so
    false      other rules that fired
    blocking   those of `false` that have a row of severity error
    """

    fault: Fault
    seed: int
    found: bool
    elsewhere: bool
    also: frozenset[str]
    false: frozenset[str]
    blocking: frozenset[str]


def run(engine: Bench, fault: Fault, seed: int) -> Trial:
    """Inject a fault into the clean register of a seed, build it and ask every rule."""
    book, places = injected(fault, seed)
    try:
        engine.build(book)
        verdict = engine.ask()
    finally:
        if book.root:
            shutil.rmtree(book.root)
    return judge(fault, seed, places, verdict)


def trials_of(asked: tuple[str, range]) -> list[Trial]:
    """Trials of one kind of fault with these seeds, in a process of a pool."""
    name, seeds = asked
    return [run(bench(), FAULTS[name], seed) for seed in seeds]


def injected(fault: Fault, seed: int) -> tuple[Book, list[dict]]:
    """The register of a seed with the fault in it, and the places where it should be found."""
    book = clean(seed)
    places = fault.inject(book, Random(f"{fault.name} {seed}"))
    return book, places if isinstance(places, list) else [places]


def judge(fault: Fault, seed: int, places: list[dict], verdict: Verdict) -> Trial:
    rows = [row.place for row in verdict.rows if row.rule_id == fault.rule]
    others = verdict.fired - {fault.rule}
    false = frozenset(others - fault.also)
    return Trial(
        fault, seed,
        found=bool(places) and all(any(stands(place, row) for row in rows) for place in places),
        elsewhere=bool(rows),
        also=frozenset(others & fault.also), false=false, blocking=false & verdict.blocking,
    )  # fmt: skip


def stands(place: dict, row: dict) -> bool:
    """Whether a failing row is at a place: the same in all that the place says."""
    return all(row.get(name) == value for name, value in place.items())
