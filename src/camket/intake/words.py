"""Every message and guess of the door, from rules.yml: the one home of its words."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from camket.intake.model import Guess
from camket.messages import Problem

RULES = Path(__file__).with_name("rules.yml")
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?![\d-])")  # in Vietnamese sentences written day/month/year
_VALUE = 500  # characters of a value that a problem keeps; the sender has the rest


@cache
def book() -> dict[str, Any]:
    """rules.yml, with every kind under `kinds`: kind → (rule id, its words)."""
    import yaml

    loaded = yaml.load(RULES.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    kinds: dict[str, tuple[str, dict[str, str]]] = {}
    examples: dict[str, dict[str, str]] = {}
    titles = dict(loaded["titles"])
    entries = [(rule["id"], rule) for rule in loaded["rules"]] + list(loaded["catalogue"].items())
    for rule_id, rule in entries:
        examples[rule_id] = rule["example"]
        if "title" in rule:
            titles[rule_id] = rule["title"]
        for kind, words in rule.get("kinds", {}).items():
            kinds[kind] = (rule_id, words)
    return loaded | {"kinds": kinds, "examples": examples, "titles": titles}


def problem(
    kind: str,
    file: str,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    *,
    cell: str | None = None,
    **slots: object,
) -> Problem:
    """A problem of the door. `row` as a spreadsheet shows it, `cell` as Excel names it; `slots` fill its words."""
    rule, words = book()["kinds"][kind]
    filled = {name: str(content) for name, content in slots.items()}
    filled_vi = _in_vietnamese(filled)
    return Problem(
        rule=rule,
        file=file,
        row=row,
        column=column,
        value=value[:_VALUE] if value else value,
        message_en=words["en"].format_map(filled),
        message_vi=words["vi"].format_map(filled_vi),
        remedy_en=words["remedy_en"].format_map(filled),
        remedy_vi=words["remedy_vi"].format_map(filled_vi),
        kind=kind,
        cell=cell,
    )


def in_the_words_of_a_form(found: Problem, field: dict[str, Any] | None) -> Problem:
    """A problem of the schema check with the remedy that a sender can follow; `field` is of the schema."""
    remedy = book()["remedies"].get(found.rule)
    if remedy is None:
        return found
    choices = (field or {}).get("categories") or []
    if "{choices}" in remedy["en"] and not choices:
        return found
    en = ", ".join(str(item["value"]) for item in choices)
    vi = ", ".join(item["label_vi"] for item in choices)
    return replace(found, remedy_en=remedy["en"].format(choices=en), remedy_vi=remedy["vi"].format(choices=vi))


def guess(kind: str, **slots: object) -> Guess:
    """A guess, or a remark, told in both languages."""
    words = book()["guesses"][kind]
    filled = {name: str(content) for name, content in slots.items()}
    return Guess(kind, words["en"].format_map(filled), words["vi"].format_map(_in_vietnamese(filled)))


def _in_vietnamese(slots: dict[str, str]) -> dict[str, str]:
    """Days as a Vietnamese sentence writes them; a slot `…_iso` says how to write one, and stays."""
    return {name: text if name.endswith("_iso") else _DAY.sub(r"\3/\2/\1", text) for name, text in slots.items()}


def title(rule: str, language: str) -> str:
    """The short name of a rule, as the count by rule shows it; its id if it has none."""
    return book()["titles"].get(rule, {}).get(language, rule)


def example(rule: str, language: str) -> str:
    """An example of what is right under this rule; empty if the rule has none of its own."""
    return book()["examples"].get(rule, {}).get(language, "")
