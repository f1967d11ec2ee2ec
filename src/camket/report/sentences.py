"""Sentences whose wording depends on numbers: a rule looks at the figures and picks a variant from words.yml.

An entry under `sentences:` names its rule and what it is about, then one text per variant and language:

    due:
      rule: share
      about: R2
      none: {en: "No first deadline had come by {T}.", vi: …}
      part: {en: "{R2.n} of {R2.d} … ({R2.pct}).", vi: …}

`{R2.pct}` is a part of a figure (see Voice.part), `{T}` and `{K}` are the dates of the edition, and a rule may add
names of its own. So a sentence can never say "rose" where the number fell, and no number is typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from camket.messages import ToolFailed
from camket.report.words import Voice, cell

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# What is said where an entry has no text of its own for a variant.
INSTEAD = {"few": "part", "nothing": "part", "all": "part", "one": "many", "equal": "many"}
Choice = tuple[str, dict[str, str]]


def say(voice: Voice, key: str, *, markup: bool = True, **more: str) -> str:
    """Sentence `key` for this edition. `markup=False` gives plain text, for charts and alt texts.

    Raises ToolFailed, with the line in words.yml, for an unknown rule, figure, variant or placeholder.
    """
    node = voice.words.node(f"sentences.{key}")
    rule = RULES.get(node.get("rule", "any"))
    if rule is None:
        raise _wrong(voice, key, f"unknown rule {node.get('rule')!r}; one of {', '.join(RULES)}")
    blocked = [row for row in _about(voice, node) if voice.is_withheld(row)]
    if blocked and key != "withheld":
        names = sorted({voice.indicator(row["indicator"]) for row in blocked})
        rules = sorted({name for row in blocked for name in row["withheld_by"].split()})
        return say(voice, "withheld", markup=markup, names=", ".join(names), rules=", ".join(rules))
    variant, names = rule(voice, node)
    while variant not in node and variant in INSTEAD:
        variant = INSTEAD[variant]
    if variant not in node:
        raise _wrong(voice, key, f"no text for the variant {variant!r}")
    names |= {
        "T": voice.date(voice.figures.edition["valid_date"]),
        "K": voice.date(voice.figures.edition["knowledge_date"]),
    }
    names |= more

    def fill(match: re.Match) -> str:
        name = match[1]
        if name in names:
            return cell(names[name]) if markup else names[name]
        figure_id, _, part = name.rpartition(".")
        if part.endswith("?"):  # a count that has no row when there was nothing to count
            if figure_id not in voice.figures.ids():
                return voice.number(0)
            part = part[:-1]
        try:
            return voice.part(figure_id, part)
        except ToolFailed as error:
            raise _wrong(voice, key, error.message) from error

    return PLACEHOLDER.sub(fill, voice.word(f"sentences.{key}.{variant}"))


def _about(voice: Voice, node: dict[str, Any]) -> list[dict]:
    """Figures that a sentence is about; of a dimension, its first member stands for all."""
    about = node.get("about", [])
    ids = about if isinstance(about, list) else [about]
    if "by" in node:
        rows = voice.figures.by(ids[0], node["by"])
        return rows.head(1).to_dict("records")
    return [
        voice.figures.row(figure_id)
        for figure_id in ids
        if figure_id in voice.figures.ids() or not node.get("optional")
    ]


def _wrong(voice: Voice, key: str, message: str) -> ToolFailed:
    place = f"{voice.words.path.name}:{voice.words.line('sentences.' + key)}"
    return ToolFailed(f"{place}: sentence {key}: {message}", "Mend the entry in reports/words.yml.")


# ---------------------------------------------------------------------------------------------------------- rules


def _any(_voice: Voice, _node: dict[str, Any]) -> Choice:
    return "any", {}


def _share(voice: Voice, node: dict[str, Any]) -> Choice:
    """none: nothing to divide by · nothing: 0 of some · all · few: too few for a percentage · part."""
    counts = voice.counts(voice.figures.row(node["about"]))
    if counts is None:
        return "none", {}
    n, d = counts
    if n in (0, d):
        return ("nothing" if n == 0 else "all"), {}
    return ("few" if voice.percentage(voice.figures.row(node["about"])) is None else "part"), {}


def _count(voice: Voice, node: dict[str, Any]) -> Choice:
    """zero · one · many. With `optional: true`, a figure that has no row counts as 0."""
    known = node["about"] in voice.figures.ids()
    if not known and not node.get("optional"):
        voice.figures.row(node["about"])  # says that it is unknown
    value = int(voice.figures.value(node["about"]) or 0) if known else 0
    return {0: "zero", 1: "one"}.get(value, "many"), {}


def _order(voice: Voice, node: dict[str, Any]) -> Choice:
    """above · equal · below, comparing what is printed; unknown where a side has no percentage of its own.

    The placeholder {gap} is the difference in percentage points.
    """
    first, second = (voice.percentage(voice.figures.row(figure_id)) for figure_id in node["about"])
    if first is None or second is None:
        return "unknown", {}
    gap = first - second
    return ("above" if gap > 0 else "below" if gap < 0 else "equal"), {"gap": voice.number(abs(gap), 1)}


def _band(voice: Voice, node: dict[str, Any]) -> Choice:
    """none: no band, or one without width · band."""
    row = voice.figures.row(node["about"])
    low, high = row["lower_bound"], row["upper_bound"]
    missing = pd.isna(low) or pd.isna(high) or voice.counts(row) is None
    return ("none" if missing or low == high else "band"), {}


def _top(voice: Voice, node: dict[str, Any]) -> Choice:
    """The member with most: zero if all are 0 · tie · one, with {top} its name and {top_n} its number.

    Of a share, the numerators are compared.
    """
    rows = voice.figures.by(node["about"], node["by"]).to_dict("records")
    counts = {row["member"]: int(row["numerator" if row["unit"] == "share" else "value"] or 0) for row in rows}
    most = max(counts.values(), default=0)
    if most == 0:
        return "zero", {}
    members = [member for member, number in counts.items() if number == most]
    if len(members) > 1:
        return "tie", {"top_n": voice.number(most)}
    name = voice.label(node["by"], members[0]) if node["by"] not in PERIODS else voice.period(members[0])
    return "top", {"top": name, "top_n": voice.number(most)}


def _trend(voice: Voice, node: dict[str, Any]) -> Choice:
    """Last member of a series against the one before: above · equal · below; {last} {previous} and their numbers."""
    members = sorted(voice.figures.by(node["about"], node["by"])["member"])
    if len(members) < 2:
        return "unknown", {}
    ids = [f"{node['about']}.{node['by']}.{member}" for member in members[-2:]]
    names = {"previous": voice.period(members[-2]), "last": voice.period(members[-1])}
    rows = [voice.figures.row(figure_id) for figure_id in ids]
    if rows[0]["unit"] == "share":
        variant, gap = _order(voice, {"about": ids[::-1]})
        texts = [voice.pct(row) for row in rows]
    else:
        difference = int(rows[1]["value"]) - int(rows[0]["value"])
        variant = "above" if difference > 0 else "below" if difference < 0 else "equal"
        gap, texts = {"gap": voice.number(abs(difference))}, [voice.number(int(row["value"])) for row in rows]
    return variant, names | gap | {"previous_n": texts[0], "last_n": texts[1]}


def _range(voice: Voice, node: dict[str, Any]) -> Choice:
    """range: {low} and {high} of the rates with enough to divide by, with their codes · none: fewer than two."""
    printed = {code: voice.percentage(voice.figures.row(code)) for code in node["about"]}
    shares = {code: value for code, value in printed.items() if voice.size(voice.figures.row(code)) == "plain"}
    if len(set(shares.values())) < 2:
        return "none", {}
    low, high = min(shares, key=lambda c: (shares[c], c)), max(shares, key=lambda c: (shares[c], c))
    names = {"low": voice.percent(shares[low]), "high": voice.percent(shares[high])}
    return "range", names | {"low_code": low, "high_code": high}


def _spread(voice: Voice, node: dict[str, Any]) -> Choice:
    """spread: {low} and {high} over members with enough to divide by · none: fewer than two of them."""
    rows = voice.figures.by(node["about"], node["by"]).to_dict("records")
    shares = sorted(voice.percentage(row) for row in rows if voice.size(row) == "plain")
    if len(shares) < 2:
        return "none", {}
    return "spread", {"low": voice.percent(shares[0]), "high": voice.percent(shares[-1]), "number": str(len(shares))}


PERIODS = {"quarter", "round", "year", "signed_year"}
RULES: dict[str, Callable[[Voice, dict[str, Any]], Choice]] = {
    "any": _any,
    "share": _share,
    "count": _count,
    "order": _order,
    "band": _band,
    "top": _top,
    "trend": _trend,
    "range": _range,
    "spread": _spread,
}
