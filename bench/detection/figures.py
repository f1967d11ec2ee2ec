"""Faults of the table of figures: what the rules of that stage have to see before anything is printed.

The figures of a clean register are computed; one mistake of a model is then made in the table itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import duckdb
from bench.detection.base import clean
from bench.detection.engine import Bench
from bench.detection.trial import stands

RATES = ("R1", "R2")


@dataclass(frozen=True)
class FigureFault:
    """One mistake. `spoil` changes the table figures, and gives the place at which the rule should find it.

    is_replaced  it puts numbers of its own in the place of the figures there, so what a rule found before says nothing
    """

    name: str
    rule: str
    words: str
    spoil: Callable[[duckdb.DuckDBPyConnection, Random], dict[str, str]]
    is_replaced: bool = False


@dataclass(frozen=True)
class FigureTrial:
    fault: FigureFault
    seed: int
    found: bool


def _part_lost(connection, random: Random) -> dict[str, str]:
    dimension = random.choice(("agency", "field", "partner", "instrument_class"))
    members = connection.execute(
        "select member from figures where dimension = ? and indicator = 'R1' and denominator > 0 order by member",
        [dimension],
    ).fetchall()
    connection.execute("delete from figures where dimension = ? and member = ?", [dimension, *random.choice(members)])
    return {"object_id": f"R1/{dimension}"}


def _part_doubled(connection, random: Random) -> dict[str, str]:
    """As a join with a list of fields that holds a code twice would."""
    members = connection.execute(
        "select member from figures where dimension = 'field' and indicator = 'R1' and denominator > 0 order by member"
    ).fetchall()
    connection.execute(
        "insert into figures from figures where dimension = 'field' and member = ?", [*random.choice(members)]
    )
    return {"object_id": "R1/field"}


def _unexplained(connection, random: Random) -> dict[str, str]:
    rate = random.choice(RATES)
    connection.execute(
        "delete from figures where indicator in ('change_before', 'change', 'change_effect')"
        "  and string_split(member, '.')[1] = $1",
        [rate],
    )
    step = random.choice(("0.1", "-0.1", "0.3"))
    for indicator, member, value in (
        ("change_before", rate, "0.4"), ("change", rate, step), ("change_effect", f"{rate}.completed", "0.05"),
    ):  # fmt: skip
        connection.execute(
            "insert into figures by name select ? as indicator, ? as member, cast(? as decimal(28, 6)) as value",
            [indicator, member, value],
        )
    return {"object_id": f"change/{rate}"}


def _composition(connection, random: Random) -> dict[str, str]:
    rate = random.choice(RATES)
    connection.execute(
        "delete from figures where indicator in ('change', 'panel_before', 'panel_after') and member = ?", [rate]
    )
    rises = random.random() < 0.5
    for indicator, value in (
        ("change", "0.02" if rises else "-0.02"), ("panel_before", "0.50"),
        ("panel_after", "0.49" if rises else "0.51"),
    ):  # fmt: skip
        connection.execute(
            "insert into figures by name select ? as indicator, ? as member, cast(? as decimal(28, 6)) as value",
            [indicator, rate, value],
        )
    return {"object_id": f"panel/{rate}"}


def _checks_lost(connection, random: Random) -> dict[str, str]:
    rate = random.choice(RATES)
    connection.execute("update figures set checks = ? where figure_id = ?", [random.choice((None, "")), rate])
    return {"object_id": rate}


def _row_set_lost(connection, random: Random) -> dict[str, str]:
    rate = random.choice(RATES)
    connection.execute("update figures set row_set_sha256 = null where figure_id = ?", [rate])
    return {"object_id": rate}


FIGURE_FAULTS = (
    FigureFault("figure_part_lost", "AGG-03", "a breakdown that loses a member", _part_lost),
    FigureFault("figure_part_doubled", "AGG-03", "a breakdown that counts a member twice", _part_doubled),
    FigureFault(
        "figure_change_unexplained",
        "AGG-05",
        "a change of a quarter that its causes do not add up to",
        _unexplained,
        True,
    ),
    FigureFault(
        "figure_composition", "AGG-07", "a rate that rises while that of the same commitments falls", _composition, True
    ),
    FigureFault("figure_without_check", "REP-03", "a figure that stands on no check", _checks_lost),
    FigureFault("figure_without_rows", "REP-03", "a figure without the hash of its rows", _row_set_lost),
)


def run_figures(seeds: int) -> list[FigureTrial]:
    """One trial of each mistake in the figures of each clean register; what a rule had found before does not count."""
    engine = Bench(figures=True)
    asked = sorted({fault.rule for fault in FIGURE_FAULTS})
    trials = []
    for seed in range(seeds):
        engine.build(clean(seed), asked)
        engine.connection.execute("create or replace temporary table kept as from figures")
        before = engine.ask(asked).rows
        for fault in FIGURE_FAULTS:
            place = fault.spoil(engine.connection, Random(f"{fault.name} {seed}"))
            rows = [row.place for row in engine.ask([fault.rule]).rows]
            already = not fault.is_replaced and any(
                stands(place, row.place) for row in before if row.rule_id == fault.rule
            )
            trials.append(FigureTrial(fault, seed, any(stands(place, row) for row in rows) and not already))
            engine.connection.execute("delete from figures")
            engine.connection.execute("insert into figures from kept")
    return trials
