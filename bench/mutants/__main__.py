"""Measure how many mutants of rules and models the tests and the detection bench kill.

python -m bench.mutants                       a sample of 5 mutants a rule and 4 a model; writes docs/mutants.md
python -m bench.mutants --rules 20 --models 0 more of one, none of the other
python -m bench.mutants --only TIM-01,updates the mutants of these rules and models; prints, and writes nothing
python -m bench.mutants --seed 7              another sample; prints its score, and writes nothing
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from bench.detection.engine import ROOT, Bench, oracle  # noqa: E402  (needs the project on the path)
from bench.mutants import report  # noqa: E402
from bench.mutants.operators import Mutant, sample  # noqa: E402
from bench.mutants.worlds import Fixtures, ModelWorld, RuleWorlds, UnitTests, drawn, mixed, registered  # noqa: E402

from oracle.runner import Register  # noqa: E402

SEED = 20260110


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rules", type=int, default=5, help="mutants of each rule")
    arguments.add_argument("--models", type=int, default=4, help="mutants of each model")
    arguments.add_argument("--only", help="rules and models, with commas between them")
    arguments.add_argument("--seed", type=int, default=SEED, help="seed of the sample")
    options = arguments.parse_args()
    only = set(options.only.split(",")) if options.only else set()
    began = time.monotonic()
    results: list[report.Result] = []
    bench = Bench()
    rules = {r: (True, q) for r, q in bench.queries.items() if not only or r in only}
    models = {m.name: (False, m.sql) for m in oracle._chain(()) if m.folder != "lags" and (not only or m.name in only)}
    if unknown := only - set(rules) - set(models):
        print(f"no such rule or model: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if options.rules and rules:
        results += _rules(bench, _sample(rules, options.rules, options.seed))
    if options.models and models:
        results += _models(bench, _sample(models, options.models, options.seed))
    print(f"{sum(bool(r.killed) for r in results)} of {len(results)} killed in {time.monotonic() - began:.0f} s")
    if only or options.seed != SEED:
        print(report.summary(results))
    else:
        report.write(results, options.rules, options.models, SEED, ROOT)
    return 0


def _sample(statements: dict[str, tuple[bool, str]], most: int, seed: int) -> list[Mutant]:
    """So many mutants of each statement, drawn with a seed of its own: what is drawn of one depends on no other."""
    return [
        mutant
        for name, (is_rule, sql) in sorted(statements.items())
        for mutant in sample(name, is_rule, sql, most, Random(f"{seed} {name}"))
    ]


def _rules(bench: Bench, sampled: list[Mutant]) -> list[report.Result]:
    """The fixtures of the rules first; then, for the rules of survivors, a register of each kind of their faults; then
    two more of each."""
    fixtures = Fixtures()
    killed, left = {}, []
    for mutant in sampled:
        if fixtures.kills(mutant.where, mutant.sql, bench.queries[mutant.where]):
            killed[mutant] = "fixture"
        else:
            left.append(mutant)
    print(f"fixtures kill {len(killed)} of {len(sampled)} mutants of rules", flush=True)
    for seeds, clean_seeds in (((0,), 4), ((1, 2), 0)):
        if not left:
            break
        worlds = RuleWorlds(bench, seeds=seeds, kinds={mutant.where for mutant in left}, clean_seeds=clean_seeds)
        print(f"{len(left)} of them against {len(worlds.worlds)} registers", flush=True)
        killed |= {mutant: how for mutant in left if (how := worlds.kills(mutant.where, mutant.sql))}
        left = [mutant for mutant in left if mutant not in killed]
        worlds.close()
    for mutant in left:
        print("survives:", mutant.name, flush=True)
    return [report.Result(mutant, killed.get(mutant, "")) for mutant in sampled]


def _models(bench: Bench, sampled: list[Mutant]) -> list[report.Result]:
    # an empty one too, as tests/integration/test_commands.py builds it: nothing may be divided by nothing
    registers = [*(registered(mixed(seed)) for seed in (0, 1, 2)), *drawn(6), Register("2025-12-31", "2026-01-10")]
    worlds = [ModelWorld(register, set(bench.wanted)) for register in registers]
    examples = UnitTests(worlds[0].connection)
    print(f"{len(sampled)} mutants of models against {len(worlds)} registers", flush=True)
    results = []
    for number, mutant in enumerate(sampled, start=1):
        if number % 25 == 0:
            print(f"{number}/{len(sampled)}, {sum(bool(r.killed) for r in results)} killed", flush=True)
        if examples.kills(mutant.where, mutant.sql):
            how = "worked example"
        else:
            how = next((table for world in worlds if (table := world.kills(mutant.where, mutant.sql))), "")
        if not how:
            print("survives:", mutant.name, flush=True)
        results.append(report.Result(mutant, how))
    return results


if __name__ == "__main__":
    sys.exit(main())
