"""Tables of what the figures stand on: results of the checks, published figures beside the register, definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd

from camket.report.basis import ANCHOR, checks, results
from camket.report.practice import amount
from camket.report.quality import Quality
from camket.report.tabular import capital, heads, measured, members, strong, table
from camket.report.words import EMPTY, Printed, Voice, cell, rounded

RESULTS = ("fail", "error", "warn", "pass", "not_applicable")


def rule_results(voice: Voice, _quality: Quality) -> str:
    """Rules by how they ended."""
    names = ("pass", "warn", "fail", "not_applicable", "error")
    rows = [(cell(capital(voice.label("result", name))), voice.count(f"rules.result.{name}")) for name in names]
    rows.append(strong([voice.term("chart_total"), voice.part("rules", "value")]))
    return table("rule-results", voice, heads(voice, "result", "rules"), rows, widths=(60, 40))


def rules(voice: Voice, quality: Quality) -> str:
    """Every rule: severity, result, how many objects it looked at, how many findings it made and when it last made one,
    and how many of the faults injected for it the detection bench has seen it find."""
    rows = []
    for result in quality.results:
        rule = result["rule_id"]
        past = quality.history.get(rule, {})
        last, injected = past.get("last_failed_round"), past.get("faults_injected_count")
        counts = [voice.count(f"{code}.rule.{rule}") for code in ("checked", "findings")]
        rows.append(
            (
                cell(rule),
                cell(voice.of(result, "title")),
                cell(voice.label("severity", result["severity"])),
                cell(voice.label("result", result["result"])),
                *counts,
                voice.quarter(last) if last else EMPTY,
                f"{cell(past['faults_found_count'])}/{cell(injected)}" if injected else EMPTY,
            )
        )
    return table(
        "rules",
        voice,
        heads(voice, "rule", "title_rule", "severity", "result", "checked", "findings", "last_found", "detected"),
        rows,
        widths=(11, 30, 10, 11, 11, 9, 11, 7),
        align="llllrrlr",
    )


def rules_reads(voice: Voice, quality: Quality) -> str:
    """What each rule reads: tables of the build, and thresholds. All tables of the staging layer are named together."""
    found = sorted(quality.history.values(), key=lambda row: row["rule_id"])
    staged = {name for row in found for name in row["reads"].split() if name.startswith("stg_")}
    every = voice.word("tables.rules_reads.every").format(voice.number(len(staged)))
    rows = []
    for row in found:
        names = row["reads"].split()
        is_all = len(staged) > 1 and staged <= set(names)
        reads = [every] * is_all + [cell(name) for name in names if not (is_all and name in staged)]
        if reads or row["parameters"]:
            parameters = ", ".join(cell(name) for name in row["parameters"].split())
            rows.append((cell(row["rule_id"]), ", ".join(reads) or EMPTY, parameters or EMPTY))
    return table(
        "rules-reads", voice, heads(voice, "rule", "reads", "parameter"), rows, widths=(12, 58, 30), align="lll"
    )


def findings_agencies(voice: Voice, _quality: Quality) -> str:
    """Findings by agency, by name."""
    found = members(voice, "agency", "findings", by="name")
    names = [voice.label("agency", member) for member in found]
    rows = []
    for member, name in zip(found, names, strict=True):
        # A province before and after its merger has one name: the id tells them apart.
        shown = f"{name} ({member})" if names.count(name) > 1 else name
        rows.append((cell(shown), *(voice.count(f"{code}.agency.{member}") for code in ("signed", "findings"))))
    return table("findings-agencies", voice, heads(voice, "agency", "signed", "findings"), rows, widths=(60, 20, 20))


def verdicts(voice: Voice, _quality: Quality) -> str:
    """Published figures by verdict."""
    names = ("reconciles", "reconciles_alt", "does_not_reconcile", "not_testable")
    rows = [
        (
            cell(capital(voice.label("verdict", name))),
            voice.count(f"claim_verdicts.verdict.{name}"),
            voice.word(f"verdicts.{name}"),
        )
        for name in names
    ]
    return table(
        "verdicts", voice, heads(voice, "verdict", "number", "meaning"), rows, widths=(28, 12, 60), align="lrl"
    )


def claims(voice: Voice, _quality: Quality) -> str:
    """Every published figure with its reading, the register's value and the verdict."""
    rows = []
    for row in voice.figures.table("claims").sort_values("claim_id").to_dict("records"):
        low, high = row["value_low"], row["value_high"]
        reading = _reading(voice, row["quantity"], low, high)
        scopes = ""
        if not pd.isna(row["reconciling_scopes"]) and row["verdict"] == "reconciles_alt":
            scopes = ": " + ", ".join(voice.label("scope", scope) for scope in str(row["reconciling_scopes"]).split())
        rows.append(
            (
                cell(row["claim_id"]),
                cell(voice.of(row, "scope"), 180),
                voice.date(row["stated_date"], short=True),
                _figure_of(voice, "claim_published", row, reading),
                _figure_of(voice, "claim_register", row, measured(voice, row["register_value"])),
                measured(voice, row["gap"]),
                cell(voice.label("verdict", row["verdict"]) + scopes),
            )
        )
    return table(
        "claims",
        voice,
        heads(voice, "claim", "scope", "stated", "published", "register", "gap", "verdict"),
        rows,
        widths=(9, 29, 14, 16, 9, 8, 15),
        align="lllrrrl",
    )


def _reading(voice: Voice, quantity: Decimal, low: Decimal, high: Decimal) -> str:
    """A published figure with the range that its wording leaves; thousands of millions in words."""
    is_large = not pd.isna(quantity) and abs(quantity) >= 10**9
    values = [rounded(value / 10**9, 2) if is_large else value for value in (quantity, low, high)]
    said = [measured(voice, value) for value in values]
    text = said[0] if low == high else f"{said[0]} ({said[1]}–{said[2]})"
    return voice.word("format.billion").format(text) if is_large else text


def _figure_of(voice: Voice, code: str, row: dict, text: str) -> str:
    """A cell of the table of claims as the figure that it is too."""
    figure_id = f"{code}.claim.{row['claim_id']}"
    return Printed(text, figure_id) if figure_id in voice.figures.ids() else text


def indicators(voice: Voice, _quality: Quality) -> str:
    """Every indicator: name, formula and meaning; generated, so it cannot drift."""
    rows = []
    for row in voice.figures.table("indicators").to_dict("records"):
        rows.append(
            (
                f"{cell(voice.of(row, 'name'))} `{row['indicator']}`",
                _formula(voice, row),
                cell(voice.of(row, "description")),
            )
        )
    return table(
        "indicators",
        voice,
        heads(voice, "indicator", "formula", "meaning"),
        rows,
        widths=(28, 25, 47),
        align="lll",
        marked=False,
    )


def _formula(voice: Voice, row: dict) -> str:
    """The formula in the language of the page; where there is only the English one, it says that it is English."""
    own = row.get(f"formula_{voice.language}")
    if isinstance(own, str) and own.strip():
        return cell(own)
    text = cell(row["formula"])
    return text if voice.language == "en" or not text else f"[{text}]{{lang=en}}"


def parameters(voice: Voice, _quality: Quality) -> str:
    """Thresholds of the definitions, each with its value in this edition."""
    rows = []
    for row in voice.figures.table("parameters").to_dict("records"):
        name, value = row["parameter_id"], row["value"]
        shown = voice.label("severity", value) if name.startswith("severity_") else _threshold(voice, value)
        rows.append((f"`{name}`", cell(shown), cell(voice.of(row, "description"))))
    return table(
        "parameters",
        voice,
        heads(voice, "parameter", "value", "meaning"),
        rows,
        widths=(28, 14, 58),
        align="lrl",
        marked=False,
    )


def _threshold(voice: Voice, value: str) -> str:
    """A number or a day as the language writes it."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return voice.date(date.fromisoformat(value), short=True)
    return voice.number(Decimal(value)) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value


def contents(voice: Voice, _quality: Quality) -> str:
    """The contents that a report must have: filled in, and valid."""
    found = members(voice, "content", "RT7", by="name")
    rows = []
    for member in found:
        pair = [voice.figures.row(f"{code}.content.{member}") for code in ("RT7_populated", "RT7")]
        rows.append((cell(capital(voice.label("content", member))), *(voice.rate(row) for row in pair)))
    return table("contents", voice, heads(voice, "content", "populated", "valid"), rows, widths=(40, 30, 30))


def _shares(voice: Voice, name: str, dimension: str, order: Sequence[str], codes: Sequence[str], head: str) -> str:
    """Shares of a whole by the members of a dimension, in a given order; one column an indicator."""
    known, rows = voice.figures.ids(), []
    for member in order:
        ids = [f"{code}.{dimension}.{member}" for code in codes]
        if ids[0] in known:
            cells = [voice.rate(voice.figures.row(item)) if item in known else EMPTY for item in ids]
            rows.append((cell(capital(voice.label(dimension, member))), *cells))
    columns = {"evidence_grades": "completions", "freshness": "open", "freshness_overdue": "overdue"}
    header = heads(voice, head, *(columns[code] for code in codes))
    return table(name, voice, header, rows, widths=(40, *[60 // len(codes)] * len(codes)))


def evidence_grades(voice: Voice, _quality: Quality) -> str:
    """Completions by the grade of their evidence."""
    return _shares(
        voice, "evidence-grades", "evidence_grade", ("A", "B", "C", "D", "none"), ["evidence_grades"], "grade"
    )


def freshness(voice: Voice, _quality: Quality) -> str:
    """Open and overdue commitments by how old the last substantive information is."""
    order = ("current", "ageing", "stale", "dead", "no_information")
    return _shares(voice, "freshness", "freshness", order, ["freshness", "freshness_overdue"], "freshness")


def basis(voice: Voice, _quality: Quality) -> str:
    """For each indicator its national value, its rules with how they ended, and the condition that gives its rows.

    The marks beside figures lead here: the code of each line is the anchor `ev-<code>`.
    """
    ended, known, rows = results(voice), voice.figures.ids(), []
    shown = {row["indicator"]: row for row in reversed(voice.figures.records("figures"))}
    national = {code: voice.figures.row(code) for code in shown if code in known}
    for code in sorted(shown):
        row = national.get(code, shown[code])
        value = amount(voice, row) if code in national else EMPTY
        where = " ".join(f"`{part}`" for part in _pieces(row["row_filter"]))
        digest = f"`{row['row_set_sha256'][:12]}`" if code in national and row["row_set_sha256"] else ""
        rows.append(
            (
                f"{cell(voice.indicator(code))} [`{code}`]{{#{ANCHOR}{code}}}",
                value,
                _by_result(voice, checks(voice, [code]), ended) or voice.word("basis.none"),
                f"{where} {digest}".strip() or EMPTY,
            )
        )
    header = heads(voice, "indicator", "value", "checks", "rows")
    return table("basis", voice, header, rows, widths=(26, 14, 31, 29), align="lrll")


def _by_result(voice: Voice, rules: Sequence[str], ended: dict[str, str]) -> str:
    """Rules under how they ended, what asks for attention first; those that have not run without one."""
    parts = []
    for result in (*RESULTS, ""):
        if of_it := [rule for rule in rules if ended.get(rule, "") == result]:
            name = f"{cell(voice.label('result', result))}: " if result else ""
            parts.append(name + ", ".join(of_it))
    return "; ".join(parts)


def _pieces(condition: str) -> list[str]:
    """A condition in pieces that a narrow column can break between."""
    return [part for part in str(condition or "").replace("`", "").replace("|", "/").split(" ") if part]


EVIDENCE: dict[str, Callable[[Voice, Quality], str]] = {
    "basis": basis,
    "contents": contents,
    "evidence-grades": evidence_grades,
    "freshness": freshness,
    "rule-results": rule_results,
    "rules": rules,
    "rules-reads": rules_reads,
    "findings-agencies": findings_agencies,
    "verdicts": verdicts,
    "claims": claims,
    "indicators": indicators,
    "parameters": parameters,
}
