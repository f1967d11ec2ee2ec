"""Mistakes that a person makes in SQL, made by sqlglot: one change a mutant."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random

import sqlglot
from sqlglot import exp

SWAPPED = {
    exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ,
    exp.NullSafeEQ: exp.NullSafeNEQ, exp.NullSafeNEQ: exp.NullSafeEQ,
}  # fmt: skip
AGGREGATES = {exp.Min: exp.Max, exp.Max: exp.Min, exp.LogicalOr: exp.LogicalAnd, exp.LogicalAnd: exp.LogicalOr}
CHANGEABLE = (
    exp.And, exp.Or, exp.Where, exp.Filter, exp.Between, exp.Literal, exp.Anonymous, exp.Join, exp.Interval,
    exp.Coalesce, exp.Not,
    exp.Is, exp.Ordered, *SWAPPED, *AGGREGATES,
)  # fmt: skip
UNITS = {"DAY": "MONTH", "MONTH": "YEAR", "YEAR": "MONTH", "QUARTER": "MONTH"}


@dataclass(frozen=True)
class Mutant:
    """One change. where: rule or model; what: kind of change; place: the expression before and after."""

    where: str
    is_rule: bool
    what: str
    place: str
    sql: str

    @property
    def name(self) -> str:
        return f"{self.where}: {self.what}: {self.place}"


def sample(where: str, is_rule: bool, sql: str, most: int, random: Random) -> list[Mutant]:
    """At most so many different mutants of one statement, drawn at random from all of them."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    candidates = [(n, v) for n, node in enumerate(tree.walk()) if isinstance(node, CHANGEABLE) for v in (0, 1)]
    random.shuffle(candidates)
    drawn: dict[str, Mutant] = {}
    unchanged = tree.sql("duckdb")
    for number, variant in candidates:
        if len(drawn) == most:
            break
        copy = tree.copy()
        node = next(itertools.islice(copy.walk(), number, None))
        before = node.sql("duckdb")
        what, _, after = _change(node, variant).partition("|")
        changed = copy.sql("duckdb") if what else unchanged
        if changed != unchanged:
            drawn.setdefault(changed, Mutant(where, is_rule, what, f"{_short(before)} → {_short(after)}", changed))
    return list(drawn.values())


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else f"{text[:87]}…"


def _change(node: exp.Expression, variant: int) -> str:
    """Change a node in place; "kind|SQL after", or "" if there is nothing to change in it."""
    kind = type(node)
    if isinstance(node, exp.And | exp.Or):
        kept = node.this if variant else node.expression
        return _put(node, kept, "condition dropped")
    if isinstance(node, exp.Where) and not variant and not isinstance(node.this, exp.And):
        node.set("this", exp.true())
        return "condition dropped|where true"
    if isinstance(node, exp.Filter) and not variant:
        return _put(node, node.this, "filter dropped")
    if kind in SWAPPED and not variant:
        return _put(node, SWAPPED[kind](this=node.this, expression=node.expression), "comparison changed")
    if isinstance(node, exp.Between):
        name = "high" if variant else "low"
        node.set(
            name,
            exp.Add(
                this=exp.Paren(this=node.args[name].copy()), expression=exp.Literal.number(1 if not variant else -1)
            ),
        )
        return f"bound moved|{node.sql('duckdb')}"
    if (
        isinstance(node, exp.Literal)
        and node.is_int
        and not isinstance(node.parent, exp.Order | exp.Cast | exp.DataTypeParam)
    ):
        return _put(node, exp.Literal.number(int(node.this) + (1 if variant else -1)), "bound moved")
    if isinstance(node, exp.Anonymous) and node.name.startswith("parameter_integer"):
        change = exp.Add if variant else exp.Sub
        return _put(node, exp.Paren(this=change(this=node.copy(), expression=exp.Literal.number(1))), "bound moved")
    if isinstance(node, exp.Join) and not variant:
        if node.side == "LEFT" and node.args.get("kind") not in ("ANTI", "SEMI"):
            node.set("side", None)
            node.set("kind", "INNER")
            return "join changed|inner join"
        if node.kind == "INNER" or (
            not node.kind and not node.side and (node.args.get("on") or node.args.get("using"))
        ):
            node.set("kind", None)
            node.set("side", "LEFT")
            return "join changed|left join"
    if isinstance(node, exp.Interval) and not variant and node.unit:
        unit = UNITS.get(node.unit.name.upper())
        if unit:
            node.set("unit", exp.var(unit))
            return f"unit changed|{node.sql('duckdb')}"
    if isinstance(node, exp.Coalesce) and node.expressions:
        last = node.expressions[-1]
        if isinstance(last, exp.Boolean) and not variant:
            last.replace(exp.Boolean(this=not last.this))
            return f"default flipped|{node.sql('duckdb')}"
        if not variant:
            return _put(node, node.this, "default dropped")
    if kind in AGGREGATES and not variant:
        return _put(node, AGGREGATES[kind](this=node.this), "aggregate changed")
    if isinstance(node, exp.Not) and not variant:
        return _put(node, node.this, "negation dropped")
    if isinstance(node, exp.Is) and not variant and not isinstance(node.parent, exp.Not):
        return _put(node, exp.Not(this=node.copy()), "negated")
    if (
        isinstance(node, exp.Ordered)
        and not variant
        and isinstance(node.find_ancestor(exp.Window, exp.Select), exp.Window)
    ):
        node.set("desc", not node.args.get("desc"))
        return f"order changed|{node.sql('duckdb')}"
    return ""


def _put(node: exp.Expression, new: exp.Expression, what: str) -> str:
    new = new.copy()
    node.replace(new)
    return f"{what}|{new.sql('duckdb')}"
