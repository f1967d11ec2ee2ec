"""The rule register: `expectations/rules/*.yml`, one entry a rule, all words in English and Vietnamese.

An entry says what a rule is for and for whom; what it reads and counts is SQL in the suite of the same file name
(see `suites`). Any mistake stops the run with the file and the line, because a rule that is silently left out looks
exactly like a rule that passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from camket.messages import ToolFailed

RULES_FOLDER = Path("expectations") / "rules"
STAGES = ("data", "figures", "release")
LANGUAGES = ("en", "vi")
_CHOICES = {
    "severity": ("error", "warning"),
    "level": ("field", "record", "cross_record", "dataset", "time"),
    "dimension": (
        "completeness", "validity", "uniqueness", "consistency", "timeliness", "accuracy", "traceability",
    ),
    "owner_role": ("lead_agency", "reporting_agency", "coordinating_agency", "steward", "report_author", "maintainer"),
    "stage": STAGES,
}  # fmt: skip
_WORDS = ("title", "checks", "motive", "explanation", "remedy")
ORIGINS = ("core", "second_stage", "project")
_OPTIONAL = ("parameters", "graded", "artefact", "not_applicable", "origin", "limits")
# libyaml is eight times as fast, but not every wheel has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ID = re.compile(r"[A-Z]{3}-\d{2}")


@dataclass(frozen=True)
class Rule:
    """One entry of the register. `title` … `remedy` map "en" and "vi" to text.

    graded          the query says how grave each row is (column `grade`); `severity` is then the lesser one
    artefact        CSV file of the package's build folder that the rule reads, without its ending; "" if none
    not_applicable  why no data carry the rule, in both languages; None for a rule that has an expectation
    origin          core or second_stage of the catalogue, or a rule of this project's own
    limits          what the catalogue asks for and the data do not carry, in both languages; None if nothing
    """

    rule_id: str
    severity: str
    level: str
    dimension: str
    stage: str
    applies_to: str
    owner_role: str
    title: dict[str, str]
    checks: dict[str, str]
    motive: dict[str, str]
    explanation: dict[str, str]
    remedy: dict[str, str]
    parameters: tuple[str, ...]
    graded: bool
    artefact: str
    not_applicable: dict[str, str] | None
    origin: str
    limits: dict[str, str] | None
    file: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.file}, line {self.line}"

    @property
    def family(self) -> str:
        """Name of the file, which is also that of the suite with its expectation."""
        return Path(self.file).stem

    def placeholders(self, language: str) -> set[str]:
        return placeholders(self.explanation[language])


def placeholders(template: str) -> set[str]:
    """Names in braces. Raises ValueError for a brace that does not pair."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def load_register(project_root: Path) -> dict[str, Rule]:
    """All rules by id, in the order of ids. Raises ToolFailed, naming file and line, for any mistake."""
    folder = project_root / RULES_FOLDER
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ToolFailed(f"{RULES_FOLDER.as_posix()} holds no *.yml file", "Restore the rule register.")
    rules: dict[str, Rule] = {}
    for file in files:
        shown = (RULES_FOLDER / file.name).as_posix()
        for entry, lines in _entries(file, shown):
            rule = _rule(entry, lines, shown)
            if rule.rule_id in rules:
                _fail(shown, lines[""], f"{rule.rule_id} is there twice; first in {rules[rule.rule_id].place}")
            rules[rule.rule_id] = rule
    return dict(sorted(rules.items()))


def find_rule(rules: dict[str, Rule], rule_id: str) -> Rule:
    """The rule of that id. Raises ToolFailed, naming those of the same family."""
    if rule_id not in rules:
        near = [known for known in rules if known[:3] == rule_id[:3].upper()] or list(rules)
        raise ToolFailed(f"There is no rule {rule_id}", f"Rules near it: {', '.join(near)}.")
    return rules[rule_id]


def _entries(file: Path, shown: str):
    """Yield each entry as a dict, with the line of each of its keys ("" for the entry itself)."""
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise ToolFailed(f"{shown} is not UTF-8", "Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ToolFailed(f"{shown}, line {line}: not YAML: {error.problem}", "Mend the file at that line.") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ToolFailed(f"{shown}, line {line}: not YAML: {error.reason}", "Mend the file at that line.") from error
    if not isinstance(node, yaml.SequenceNode):
        _fail(shown, 1, "the file is not a list of rules")
    for item in node.value:
        line = item.start_mark.line + 1
        if not isinstance(item, yaml.MappingNode):
            _fail(shown, line, "the entry is not a mapping")
        lines = {"": line}
        for key, _ in item.value:
            if key.value in lines:
                _fail(shown, key.start_mark.line + 1, f"{key.value} is there twice")
            lines[key.value] = key.start_mark.line + 1
        yield yaml.SafeLoader("").construct_document(item), lines


def _rule(entry: dict[str, Any], lines: dict[str, int], shown: str) -> Rule:
    rule_id = entry.get("id")
    if not isinstance(rule_id, str) or not _ID.fullmatch(rule_id):
        _fail(shown, lines.get("id", lines[""]), "id is missing or not of the form TIM-01")
    known = {"id", "applies_to", *_CHOICES, *_WORDS, *_OPTIONAL}
    for key in entry:
        if key not in known:
            _fail(shown, lines[key], f"{rule_id} has an unknown key {key}")
    for key, choices in _CHOICES.items():
        if entry.get(key) not in choices:
            _fail(shown, lines.get(key, lines[""]), f"{key} of {rule_id} is not one of {', '.join(choices)}")
    if not isinstance(entry.get("applies_to"), str):
        _fail(shown, lines.get("applies_to", lines[""]), f"applies_to of {rule_id} is not the name of a table")
    if entry.get("origin", ORIGINS[0]) not in ORIGINS:
        _fail(shown, lines["origin"], f"origin of {rule_id} is not one of {', '.join(ORIGINS)}")
    for key in (*_WORDS, "not_applicable", "limits"):
        if key in entry or key in _WORDS:
            _check_words(entry.get(key), f"{key} of {rule_id}", shown, lines.get(key, lines[""]))
    parameters = entry.get("parameters", [])
    if not isinstance(parameters, list) or not all(isinstance(name, str) for name in parameters):
        _fail(shown, lines["parameters"], f"parameters of {rule_id} is not a list of names")
    for key, kind, called in (("graded", bool, "true or false"), ("artefact", str, "a name")):
        if not isinstance(entry.get(key, kind()), kind):
            _fail(shown, lines[key], f"{key} of {rule_id} is not {called}")
    rule = Rule(
        rule_id=rule_id,
        **{key: entry[key] for key in (*_CHOICES, "applies_to", *_WORDS)},
        parameters=tuple(parameters),
        graded=entry.get("graded", False),
        artefact=entry.get("artefact", ""),
        not_applicable=entry.get("not_applicable"),
        origin=entry.get("origin", ORIGINS[0]),
        limits=entry.get("limits"),
        file=shown,
        line=lines[""],
    )
    try:
        same = rule.placeholders("en") == rule.placeholders("vi")
    except ValueError as error:
        _fail(shown, lines["explanation"], f"explanation of {rule_id}: {error}")
    if not same:
        _fail(
            shown, lines["explanation"], f"the explanations of {rule_id} do not use the same columns in both languages"
        )
    return rule


def _check_words(words: Any, name: str, shown: str, line: int) -> None:
    for language in LANGUAGES:
        text = words.get(language) if isinstance(words, dict) else None
        if not isinstance(text, str) or not text.strip():
            _fail(shown, line, f"{name} has no text in {'English' if language == 'en' else 'Vietnamese'}")
    if set(words) != set(LANGUAGES):
        _fail(shown, line, f"{name} has a language beside en and vi")


def _fail(shown: str, line: int, message: str):
    raise ToolFailed(f"{shown}, line {line}: {message}", "Mend the rule register at that line.")
