"""A small edition for tests of the report, written as the figures step would write it, and how it is told."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from camket.figures import Figures
from camket.messages import ToolFailed
from camket.report.words import LANGUAGES, Voice, Words

PROJECT = Path(__file__).resolve().parents[2]
REPORTS = PROJECT / "reports"
YEARS = ("2021", "2022", "2023", "2024", "2025")
ROUNDS = ("2025-Q3", "2025-Q4")
MEMBERS = {
    "signed_year": YEARS,
    "field": ("energy", "culture", "health"),
    "agency": ("MOFA", "MOF", "MOC", "MOH"),
    "agency_kind": ("ministry", "locality"),
    "partner": ("LAO", "KHM"),
    "key_project": ("false", "true"),
    "instrument": ("memorandum", "treaty"),
}
RATES = ("R1", "R2", "R2c", "R2v", "R3", "R3c", "R3x", "R5", "R5q", "R6", "R6c", "stale_share")
COUNTS = (
    "signed",
    "eligible",
    "completed",
    "open",
    "superseded",
    "ongoing_framework",
    "attrition_before_due",
    "exited_after_due",
    "backlog",
    "backlog_baseline",
    "open_in_term",
    "open_undated",
    "unassigned",
    "long_overdue",
    "backlog_key_project",
    "completed_on_time",
    "completed_late",
    "completed_no_deadline",
    "timing_unknown",
    "no_information",
    "not_started",
    "in_progress",
    "suspended",
    "in_conflict",
    "key_projects",
    "unverified_completions",
    "overdue_days_total",
    "overdue_days_mean",
    "overdue_days_median",
    "overdue_days_max",
)
BANDS = ("ageing_0_30", "ageing_31_90", "ageing_91_180", "ageing_181_365", "ageing_366_730", "ageing_over_730")


def figure(indicator: str, dimension: str = "national", member: str = "all", **values) -> dict:
    """One row of the figures table. `share=(n, d)` or `count=n`; the rest as columns."""
    row = dict.fromkeys(
        ("value", "numerator", "denominator", "lower_bound", "upper_bound", "interval_low", "interval_high")
    )
    name = indicator if dimension == "national" else f"{indicator}.{dimension}.{member}"
    row |= {"figure_id": name, "indicator": indicator, "dimension": dimension, "member": member, "period": None}
    row |= {"unit": "count", "valid_date": date(2025, 12, 31), "knowledge_date": date(2026, 1, 10), "withheld_by": ""}
    row |= {"definition_version": "1.0.0", "row_filter": "true", "row_set_sha256": "0" * 64, "checks": "AGG-01"}
    if "share" in values:
        n, d = values.pop("share")
        row |= {"unit": "share", "numerator": n, "denominator": d, "value": round(Decimal(n) / d, 6) if d else None}
        if d and indicator.startswith("R"):
            row |= {"lower_bound": Decimal(max(0, n - 3)) / d, "upper_bound": Decimal(n) / d}
        if 0 < d < 30:
            row |= {"interval_low": Decimal("0.386410"), "interval_high": Decimal("0.815188")}
    elif "count" in values:
        number = values.pop("count")
        row |= {"value": Decimal(number), "numerator": int(number)}
    return row | values


def number(*parts: str) -> int:
    """A number that depends on nothing but the name: made up, but always the same."""
    return int(hashlib.sha256(".".join(parts).encode()).hexdigest()[:4], 16)


def rows() -> list[dict]:
    """Figures of an edition in which every table and chart has something to show."""
    out = []
    for dimension, found in {"national": ("all",), **MEMBERS}.items():
        for member in found:
            scale = 400 if dimension == "national" else 40
            for code in RATES:
                d = number(code, dimension, member) % scale
                out.append(figure(code, dimension, member, share=(number(member, code) % (d + 1), d)))
            for code in COUNTS:
                out.append(figure(code, dimension, member, count=number(code, dimension, member) % scale))
    for code in ("ageing", "ageing_baseline"):
        out += [figure(code, "ageing_band", band, count=number(code, band) % 30) for band in BANDS]
        out += [
            figure(code, "signed_year_ageing_band", f"{year}.{band}", count=number(code, year, band) % 9)
            for year in YEARS
            for band in BANDS
        ]
    for year in YEARS:
        out += [
            figure(code, "year", year, count=number(code, year) % 90)
            for code in ("signed_in_period", "documents_signed")
        ]
        out += [
            figure("signed_in_period", "quarter", f"{year}-Q{q}", count=number(year, str(q)) % 30) for q in (1, 2, 3, 4)
        ]
        out.append(figure("R4", "signed_year_horizon", f"{year}.6m", share=(3, 40)))
    out += [figure("R4", "national_horizon", f"all.{m}", share=(30, 90)) for m in ("6m", "12m", "24m", "36m")]
    out.append(figure("documents_signed", count=900))
    for member in ROUNDS:
        due = 40
        for code, n in (("RT1", 30), ("RT2", 35), ("RT4", 28), ("RT5", 33)):
            out.append(figure(code, "round", member, share=(n + (member == "2025-Q4"), due)))
        out += [
            figure(code, "round", member, count=50 + number(code, member) % 9)
            for code in ("stock_backlog", "stock_backlog_baseline")
        ]
    for code in (
        "became_overdue",
        "reopened_in",
        "late_registered",
        "completed_late",
        "extended_out",
        "exited",
        "corrected",
    ):
        out.append(figure(f"flow_{code}", "round", "2025-Q4", count=number(code) % 5))
    out += [
        figure(code, share=share)
        for code, share in (("RT1", (61, 80)), ("RT2", (70, 80)), ("RT4", (56, 80)), ("RT5", (66, 80)))
    ]
    for rate in ("R1", "R2", "R2c"):
        for code in ("change_before", "panel_before", "panel_after"):
            out.append(figure(code, "rate", rate, share=(40, 100)))
        for cause in ("completed", "newly_due"):
            effect = Decimal("0.0125") * (1 if cause == "completed" else -1)
            out.append(figure("change_effect", "rate_cause", f"{rate}.{cause}", unit="points", value=effect))
    for code, unit in (("extensions", "count"), ("slip_median", "days"), ("RT6", "count"), ("escalations", "count")):
        out.append(figure(code, unit=unit, value=Decimal(number(code) % 50)))
    out += [figure(code, share=(5, 80)) for code in ("extended_1", "difficulty_rate", "conflict_rate", "evidence_gap")]
    out.append(figure("gap_R2", unit="points", value=Decimal("-0.02735")))
    ends = {"lower_bound": Decimal("-13.48"), "upper_bound": Decimal("12.6")}
    out.append(figure("lag_shortened", "lag", "assigned", unit="percentage_points", value=Decimal("-0.4429"), **ends))
    out.append(figure("lag_shortened_verdict", "lag_verdict", "assigned.not_supported", count=1))
    out.append(figure("lag_median_incidence", "lag", "assigned_main", unit="days", value=Decimal(27)))
    out.append(figure("lag_cif", "lag_horizon", "assigned_main.180", unit="per_cent", value=Decimal("94.910367")))
    out += [figure("difficulty_rate", "difficulty_code", code, share=(n, 80)) for code, n in (("01", 9), ("02", 12))]
    out += [figure("difficulty_other", share=(9, 21)), figure("difficulty_review", count=1)]
    out += [figure("key_project_lights", "light", light, share=(n, 40)) for light, n in (("green", 25), ("red", 15))]
    for band, n in (("pulled_in", 3), ("days_31_90", 14), ("removed", 1)):
        out.append(figure("slip_distribution", "slip_band", band, share=(n, 80)))
    out += [figure("beyond_competence", share=(9, 21)), figure("transfers", count=30)]
    out += [figure("beyond_competence", "difficulty_code", code, share=(n, 12)) for code, n in (("01", 4), ("02", 5))]
    out += [figure("transfers_documented", share=(25, 30)), figure("RT7", share=(70, 80))]
    for content in ("progress", "deadline"):
        out += [figure(code, "content", content, share=(70, 80)) for code in ("RT7", "RT7_populated")]
    for group, n in (
        ("transferred_before", 99),
        ("transferred_after", 73),
        ("not_transferred_before", 95),
        ("not_transferred_after", 92),
    ):
        out.append(figure("update_rate", "transfer_group", group, share=(n, 100)))
    for place in (("national", "all"), ("addressed_to", "pm")):
        out.append(figure("recommendations_raised", *place, count=9))
        out += [figure(f"recommendations_{code}", *place, share=(5, 40)) for code in ("entered", "answered", "on_time")]
    out.append(figure("recommendation_outcomes", "outcome", "resolved", share=(20, 60)))
    out += [figure("evidence_grades", "evidence_grade", grade, share=(20, 60)) for grade in ("A", "B")]
    out += [figure("freshness", "freshness", name, share=(20, 60)) for name in ("current", "stale")]
    for reading in ("overdue_current", "overdue_baseline", "difficulty_no_progress"):
        out += [figure(code, "reading", reading, count=4) for code in ("outstanding", "outstanding_projects")]
    out += [figure("restatement_backlog", count=0), figure("findings", count=7), figure("rules", count=2)]
    out += [figure("findings", "rule", "TIM-01", count=7), figure("checked", "rule", "TIM-01", count=90)]
    out += [figure("checked", "rule", "AGG-01", count=90), figure("findings", "rule", "AGG-01", count=0)]
    out += [figure("findings", "agency", "MOFA", count=5), figure("findings", "agency", "MOC", count=2)]
    out += [figure("rules", "result", "pass", count=1), figure("rules", "result", "warn", count=1)]
    out += [
        figure("claim_verdicts", "verdict", "reconciles", count=1),
        figure("claim_pairs", "agreement", "inconsistent", count=1),
    ]
    return out


def labels(figures: list[dict]) -> list[tuple[str, str, str, str]]:
    """Names of everything that the figures and the report name; terms are the real ones."""
    out = [
        ("agency", "MOFA", "Ministry of Foreign Affairs", "Bộ Ngoại giao"),
        ("agency", "MOF", "Finance | Treasury", "Bộ Tài chính"),
    ]
    named = {("agency", "MOFA"), ("agency", "MOF")}
    with (PROJECT / "raw/reference/terms.csv").open(encoding="utf-8", newline="") as stream:
        for term in csv.DictReader(stream):
            out.append(("term", term["term_id"], term["en"], term["vi"]))
            for dimension, prefix in (
                ("completion_class", "class_"),
                ("verdict", "verdict_"),
                ("severity", "severity_"),
                ("result", "result_"),
                ("renderer", "renderer_"),
                ("scope", "scope_"),
                ("key_project", "key_project_"),
                ("content", "content_"),
                ("freshness", "freshness_"),
                ("evidence_grade", "evidence_grade_"),
                ("escalation_reason", "escalation_reason_"),
                ("effective_status", "status_"),
                ("slip_band", "slip_band_"),
                ("light", "light_"),
            ):
                if term["term_id"].startswith(prefix):
                    out.append((dimension, term["term_id"].removeprefix(prefix), term["en"], term["vi"]))
            if term["term_id"].startswith("ageing_"):
                out.append(("ageing_band", term["term_id"], term["en"], term["vi"]))
    wanted = {(row["dimension"], row["member"]) for row in figures} | {
        ("indicator", row["indicator"]) for row in figures
    }
    wanted |= {("cause", cause) for cause in ("completed", "newly_due")} | {("relation", "part_of")}
    known = {entry[:2] for entry in out}
    return out + [(d, m, f"{m} (en)", f"{m} (vi)") for d, m in sorted(wanted - named - known)]


def write_edition(
    build: Path,
    figures: list[dict] | None = None,
    *,
    agency_names: dict[str, str] | None = None,
    strangers: str = "",
) -> Path:
    """Write build/figures and build/quality; returns `build`.

    `strangers` is added to every text that comes from outside: names, titles, scopes and what findings say.
    """
    figures = rows() if figures is None else figures
    folder = build / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    names = [
        (d, m, (agency_names or {}).get(m, en), (agency_names or {}).get(m, vi)) if d == "agency" else (d, m, en, vi)
        for d, m, en, vi in labels(figures)
    ]
    outside = ("agency", "partner", "field", "instrument", "difficulty_code", "relation")
    names = [(d, m, en + strangers, vi + strangers) if d in outside else (d, m, en, vi) for d, m, en, vi in names]
    codes = sorted({row["indicator"] for row in figures})
    claim = {
        "claim_id": "CL-001",
        "test": "count_signed",
        "quantity": Decimal("250"),
        "value_low": Decimal("251"),
        "value_high": Decimal("260"),
        "scope_en": "Documents (more than 250)" + strangers,
        "scope_vi": "Văn bản (hơn 250)" + strangers,
        "stated_date": date(2025, 7, 17),
        "register_value": Decimal("253"),
        "gap": Decimal("0"),
        "reconciling_scopes": None,
        "verdict": "reconciles",
    }
    commitment = {
        "commitment_id": "DEMO-0001",
        "title_en": "Rail | link" + strangers,
        "title_vi": "Đường sắt" + strangers,
        "lead_agency_id_as_now": "MOC",
        "partner_id": "LAO",
        "field_id": "energy",
        "signed_date": date(2021, 5, 6),
        "effective_status": "in_progress",
        "is_key_project": True,
        "is_open": True,
        "is_overdue": True,
        "baseline_deadline": date(2024, 3, 1),
        "difficulty_code": "01",
        "current_deadline": date(2025, 3, 1),
        "days_overdue": 305.0,
        "progress_pct": 40.0,
    }
    pair = {
        "relation": "part_of",
        "claim_id": "CL-001",
        "other_claim_id": "CL-002",
        "third_claim_id": None,
        "implied_low": Decimal("0"),
        "implied_high": Decimal("258"),
        "value_low": Decimal("339"),
        "value_high": Decimal("339"),
        "is_consistent": False,
    }
    parameters = {
        "other_difficulty_pct": "10",
        "small_number_fraction": "10",
        "small_number_interval": "30",
        "stale_days": "184",
        "assignment_days": "30",
        "start_days": "90",
    }
    escalation = {
        "list_position": 1,
        "commitment_id": "DEMO-0001",
        "agency_id": "MOC",
        "days_overdue": 305.0,
        "is_key_project_overdue": True,
        "is_long_overdue": True,
        "is_beyond_competence": False,
        "is_not_reported": False,
        "escalation_level": "pm",
    }
    counts = dict(
        zip(("as_was_count", "handed_over_count", "taken_over_count", "as_now_count"), (5, 2, 1, 4), strict=True)
    )
    change = {
        "rate": "R2",
        "commitment_id": "DEMO-0001",
        "cause": "corrected",
        "numerator_change": 1,
        "denominator_change": 0,
    }
    days = [date(2025, 12, 31), date(2026, 1, 5), date(2026, 1, 10)]
    release = dict(zip(("valid_date", "due_date", "knowledge_date"), days, strict=True))
    tables = {
        "escalations": [escalation],
        "key_projects": [{"commitment_id": "DEMO-0001", "light": "red", "status_as_of_date": date(2025, 3, 31)}],
        "succession_totals": [{"agency_id": "MOC", **counts}],
        "rate_changes": [change],
        "release_calendar": [{"round_id": "2025-Q4", "is_this_edition": True, **release}],
        "figures": sorted(figures, key=lambda row: row["figure_id"]),
        "labels": [dict(zip(("dimension", "member", "name_en", "name_vi"), row, strict=True)) for row in names],
        "indicators": [
            {
                "indicator": code,
                "name_en": code,
                "name_vi": code,
                "formula": "|C| / |E|",
                "checks": "AGG-01",
                "description_en": f"About {code}.",
                "description_vi": f"Về {code}.",
            }
            for code in codes
        ],
        "parameters": [
            {"parameter_id": key, "value": value, "description_en": "A threshold.", "description_vi": "Ngưỡng."}
            for key, value in sorted(parameters.items())
        ],
        "editions": [
            {"valid_date": date(2025, 12, 31), "knowledge_date": date(2026, 1, 10), "definition_version": "1.0.0"}
        ],
        "claims": [claim],
        "claim_pairs": [pair],
        "commitments": [commitment],
        "commitment_dimensions": [{"commitment_id": "DEMO-0001", "dimension": "field", "member": "energy"}],
    }
    for name, content in tables.items():
        pd.DataFrame(content).to_parquet(folder / f"{name}.parquet")
    quality = build / "quality"
    quality.mkdir(exist_ok=True)
    (quality / "check_results.csv").write_text(
        "rule_id,severity,level,title_en,title_vi,result\n"
        "TIM-01,warning,record,A recent update,Cập nhật gần đây,warn\nAGG-01,error,dataset,Parts,Các phần,pass\n",
        encoding="utf-8",
    )
    (quality / "rules.csv").write_text(
        "rule_id,reads,parameters,last_failed_round,faults_injected_count,faults_found_count\n"
        "TIM-01,commitments editions,current_update_days,2025-Q4,12,11\nAGG-01,commitments,,,,\n",
        encoding="utf-8",
    )
    said = ["No news | since May" + strangers, "Không có tin từ tháng 5" + strangers]
    with (quality / "findings.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow("finding_id,rule_id,object_id,commitment_id,agency_id,explanation_en,explanation_vi".split(","))
        writer.writerow(["TIM-01/DEMO-0001", "TIM-01", "DEMO-0001", "DEMO-0001", "MOC", *said])
    return build


def package(is_demonstration: bool = True) -> SimpleNamespace:
    """What the report needs to know of a package."""
    return SimpleNamespace(
        package_id="demonstration" if is_demonstration else "public-record", is_demonstration=is_demonstration
    )


def voice(
    build: Path, language: str = "vi", *, is_demonstration: bool = True, words: Path = REPORTS / "words.yml"
) -> Voice:
    """A voice over an edition written by `write_edition`."""
    return Voice(Figures(build / "figures"), Words.read(words), language, {"is_demonstration": is_demonstration})


@pytest.fixture(scope="module")
def build(tmp_path_factory) -> Path:
    return write_edition(tmp_path_factory.mktemp("edition"))


def test_names_come_with_the_figures_in_both_languages(build):
    assert voice(build, "vi").label("agency", "MOFA") == "Bộ Ngoại giao"
    assert voice(build, "en").label("agency", "MOFA") == "Ministry of Foreign Affairs"
    with pytest.raises(ToolFailed):
        voice(build).label("agency", "NOBODY")


def test_every_word_of_the_report_is_there_in_both_languages():
    words = Words.read(REPORTS / "words.yml")

    def leaves(node: dict, key: str):
        if set(node) & set(LANGUAGES):
            yield key
        for name, child in node.items():
            if isinstance(child, dict):
                yield from leaves(child, f"{key}.{name}" if key else name)

    found = list(leaves(words.content, ""))
    assert len(found) > 150
    for key in found:
        for language in LANGUAGES:
            assert words.text(key, language)


def test_a_missing_translation_stops_with_file_and_line(tmp_path):
    path = tmp_path / "words.yml"
    path.write_text("heads:\n  year: {vi: Năm}\n", encoding="utf-8")
    with pytest.raises(ToolFailed) as stopped:
        Words.read(path).text("heads.year", "en")
    assert "words.yml:2" in stopped.value.message


def test_public_record_has_words_of_its_own(build):
    ours, theirs = (voice(build, "en", is_demonstration=kind) for kind in (True, False))
    assert "invented" in ours.word("edition.banner")
    assert "silence" in theirs.word("edition.banner")
    assert ours.word("heads.year") == theirs.word("heads.year")


def test_brand_and_words_are_plain_yaml():
    for name in ("_brand.yml", "words.yml", "_quarto.yml"):
        assert isinstance(yaml.safe_load((REPORTS / name).read_text("utf-8")), dict)
