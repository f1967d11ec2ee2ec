"""Tables of what the figures stand on: results of the checks, published figures beside the register, definitions."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from camket.report.quality import Quality
from camket.report.tables import heads, measured, members, strong, table
from camket.report.words import EMPTY, Voice, cell


def rule_results(voice: Voice, _quality: Quality) -> str:
    """Rules by how they ended."""
    names = ("pass", "warn", "fail", "not_applicable", "error")
    rows = [(cell(voice.label("result", name)), voice.count(f"rules.result.{name}")) for name in names]
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
        widths=(10, 30, 10, 12, 10, 10, 10, 8),
        align="llllrrlr",
    )


def rules_reads(voice: Voice, quality: Quality) -> str:
    """What each rule reads: tables of the build, and thresholds."""
    rows = [
        (
            cell(row["rule_id"]),
            ", ".join(cell(name) for name in row["reads"].split()) or EMPTY,
            ", ".join(cell(name) for name in row["parameters"].split()) or EMPTY,
        )
        for row in sorted(quality.history.values(), key=lambda row: row["rule_id"])
        if row["reads"] or row["parameters"]
    ]
    return table(
        "rules-reads", voice, heads(voice, "rule", "reads", "parameter"), rows, widths=(10, 60, 30), align="lll"
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
            cell(voice.label("verdict", name)),
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
        printed = [measured(voice, value) for value in (row["quantity"], low, high)]
        reading = printed[0] if low == high else f"{printed[0]} ({printed[1]}–{printed[2]})"
        scopes = ""
        if not pd.isna(row["reconciling_scopes"]) and row["verdict"] == "reconciles_alt":
            scopes = ": " + ", ".join(voice.label("scope", scope) for scope in str(row["reconciling_scopes"]).split())
        rows.append(
            (
                cell(row["claim_id"]),
                cell(voice.of(row, "scope"), 180),
                voice.date(row["stated_date"], short=True),
                reading,
                measured(voice, row["register_value"]),
                measured(voice, row["gap"]),
                cell(voice.label("verdict", row["verdict"]) + scopes),
            )
        )
    return table(
        "claims",
        voice,
        heads(voice, "claim", "scope", "stated", "published", "register", "gap", "verdict"),
        rows,
        widths=(9, 32, 12, 13, 9, 9, 16),
        align="lllrrrl",
    )


def indicators(voice: Voice, _quality: Quality) -> str:
    """Every indicator: name, formula, meaning and the rules it stands on; generated, so it cannot drift."""
    rows = []
    for row in voice.figures.table("indicators").to_dict("records"):
        rows.append(
            (
                f"{cell(voice.of(row, 'name'))} `{row['indicator']}`",
                cell(row["formula"]),
                cell(voice.of(row, "description")),
                cell(row["checks"]) or EMPTY,
            )
        )
    return table(
        "indicators",
        voice,
        heads(voice, "indicator", "formula", "meaning", "rules"),
        rows,
        widths=(28, 24, 34, 14),
        align="llll",
    )


def parameters(voice: Voice, _quality: Quality) -> str:
    """Thresholds of the definitions, each with its value in this edition."""
    rows = []
    for row in voice.figures.table("parameters").to_dict("records"):
        rows.append((f"`{row['parameter_id']}`", cell(row["value"]), cell(voice.of(row, "description"))))
    return table(
        "parameters", voice, heads(voice, "parameter", "value", "meaning"), rows, widths=(28, 14, 58), align="lrl"
    )


EVIDENCE: dict[str, Callable[[Voice, Quality], str]] = {
    "rule-results": rule_results,
    "rules": rules,
    "rules-reads": rules_reads,
    "findings-agencies": findings_agencies,
    "verdicts": verdicts,
    "claims": claims,
    "indicators": indicators,
    "parameters": parameters,
}
