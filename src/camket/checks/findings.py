"""Findings: one per failing row, in words, in both languages, with what a person needs in order to act.

A finding is known by its rule and its object (and the column, where a rule looks at several), so that the same finding
has the same id in each edition, however the rows around it change.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from camket.checks.engine import FIXED_COLUMNS, Outcome
from camket.checks.register import placeholders
from camket.checks.structure import load_schemas
from camket.messages import neutral

_LONGEST = 160
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class Finding:
    """One row of findings.csv; empty text where a field does not apply. `context` is a JSON object."""

    finding_id: str
    rule_id: str
    severity: str
    object_type: str
    object_id: str
    commitment_id: str
    agency_id: str
    round_id: str
    file: str
    row: str
    column: str
    value: str
    context: str
    explanation_en: str
    explanation_vi: str


FINDING_COLUMNS = tuple(item.name for item in fields(Finding))


class Words:
    """Names of agencies, codes and columns in both languages, as reference tables and schemas give them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, project_root: Path):
        agencies = connection.execute("select agency_id, name_en, name_vi from stg_agencies").fetchall()
        terms = connection.execute("select term_id, en, vi from stg_terms").fetchall()
        self._agencies = {agency: {"en": en, "vi": vi} for agency, en, vi in agencies}
        self._terms = {term: {"en": en, "vi": vi} for term, en, vi in terms}
        restricted = connection.execute(
            "select commitment_id from stg_commitments where disclosure <> 'public'"
        ).fetchall()
        self.restricted = {commitment for (commitment,) in restricted}
        self.roles = _roles(project_root)
        self._columns: dict[str, dict[str, str]] = {}
        for schema in load_schemas(project_root).values():
            for item in schema["fields"]:
                if "title" in item and "title_vi" in item:
                    self._columns.setdefault(item["name"], {"en": item["title"], "vi": item["title_vi"]})

    def agency(self, agency_id: str | None, language: str) -> str:
        return self._agencies.get(agency_id or "", {}).get(language) or agency_id or "–"

    def say(self, column: str, value: Any, language: str) -> str:
        """A value of a column as a reader of that language expects it."""
        if value is None:
            return "–"
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            return _day(value, language)
        if isinstance(value, Decimal | float):
            text = f"{value:.0f}" if value == int(value) else f"{value:.1f}"
            return text.replace(".", ",") if language == "vi" else text
        if column.endswith("column_name") or column == "later_column":
            title = self._columns.get(value, {}).get(language)
            return f"{title} ({value})" if title else neutral(value)
        if isinstance(value, str) and column.endswith(("status", "exit_type", "role")):
            for term in (f"status_{value}", value):
                if term in self._terms:
                    return self._terms[term][language].lower()
        text = neutral(str(value), None)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def findings_of(outcome: Outcome, words: Words) -> list[Finding]:
    """The findings of one outcome, in the order of their ids.

    Rows on commitments that are not public are left out: findings are published, these must not be.
    """
    rule, found, seen = outcome.rule, [], Counter()
    for row in outcome.rows:
        if row["commitment_id"] in words.restricted:
            continue
        key = "/".join([rule.rule_id, str(row["object_type"]), str(row["object_id"])])
        if row["column_name"]:
            key += f"/{row['column_name']}"
        seen[key] += 1
        # Two rows of one identity happen where the object itself is doubled; rows come in a fixed order.
        finding_id = key if seen[key] == 1 else f"{key}#{seen[key]}"
        context = {name: _plain(value) for name, value in row.items() if name not in (*FIXED_COLUMNS, "grade")}
        found.append(
            Finding(
                finding_id=neutral(finding_id, None),
                rule_id=rule.rule_id,
                severity=_severity(outcome, row),
                **{name: neutral(_text(row[name]), None) for name in FIXED_COLUMNS[:7]},
                column=_text(row["column_name"]),
                value=safe_cell(_text(row["value"])),
                context=json.dumps(context, ensure_ascii=False, sort_keys=True) if context else "",
                # An explanation may begin with a title, which somebody else wrote.
                **{
                    f"explanation_{lang}": safe_cell(_explain(rule.explanation[lang], row, words, lang))
                    for lang in ("en", "vi")
                },
            )
        )
    return sorted(found, key=lambda finding: finding.finding_id)


def finding_rows(found: list[Finding]) -> list[tuple[str, ...]]:
    return [astuple(finding) for finding in found]


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs as a formula and no terminal obeys; numbers and dates stay as they are."""
    text = "".join(ch if ch.isprintable() or ch == "\n" else neutral(ch) for ch in text)
    is_number = text[1:].replace(".", "", 1).isdigit() if text[:1] in "+-" else False
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) and not is_number else text


def _roles(project_root: Path) -> dict[str, dict[str, str]]:
    """Names of the roles that may accept a finding, from the schema that lists them."""
    columns = load_schemas(project_root)["accepted_findings"]["fields"]
    role = next(item for item in columns if item["name"] == "accepted_by_role")
    return {item["value"]: {"en": item["label"], "vi": item["label_vi"]} for item in role["categories"]}


def _severity(outcome: Outcome, row: dict[str, Any]) -> str:
    return "warning" if outcome.rule.graded and row["grade"] != "error" else outcome.severity


def _explain(template: str, row: dict[str, Any], words: Words, language: str) -> str:
    values = {}
    for name in placeholders(template):
        source = name if name in row else f"{name}_{language}"
        is_agency = name == "agency" and source not in row
        values[name] = words.agency(row["agency_id"], language) if is_agency else words.say(name, row[source], language)
    return " ".join(template.format_map(values).split())


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return neutral(_text(value), 2000)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _day(day: date, language: str) -> str:
    """30 September 2025; 30/9/2025, with a leading zero for days below 10 and for January and February."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
