"""What stands in the way and what is asked for: difficulties, recommendations, escalation; and the key projects.

The escalation list is made by rule in the models; here it is only printed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from camket.report.practice import amount
from camket.report.quality import Quality
from camket.report.tables import by_dimension
from camket.report.tabular import Withheld, capital, collation, dated_status, heads, stands_on, strong, table
from camket.report.words import EMPTY, Voice, cell

if TYPE_CHECKING:
    from camket.report.drawing import Chart, Colours

REASONS = ("key_project_overdue", "long_overdue", "beyond_competence", "not_reported")
FLAGS = {reason: f"is_{reason}" for reason in REASONS}
LEVELS = ("politburo_na", "pm", "deputy_pm", "mofa", "inter_agency", "agency")
OUTCOMES = ("resolved", "partly", "rejected", "merged", "lapsed")


def _cells(voice: Voice, *figure_ids: str) -> list[str]:
    """Figures as they are printed; – for one that is not there."""
    known = voice.figures.ids()
    return [amount(voice, voice.figures.row(name)) if name in known else EMPTY for name in figure_ids]


def _difficulties(voice: Voice) -> list[tuple[str, str, int, int]]:
    """Code, name, open commitments that report it and those beyond the agency's competence; most first."""
    rows = voice.figures.by("difficulty_rate", "difficulty_code").to_dict("records")
    if blocked := [row for row in rows if voice.is_withheld(row)]:
        raise Withheld(blocked[0])
    beyond = voice.figures.by("beyond_competence", "difficulty_code").set_index("member")["numerator"].to_dict()
    found = [
        (row["member"], capital(voice.label("difficulty_code", row["member"])), int(row["numerator"]),
         int(0 if pd.isna(number := beyond.get(row["member"])) else number))
        for row in rows if row["numerator"]
    ]  # fmt: skip
    return sorted(found, key=lambda item: (-item[2], item[0]))


def difficulty_codes(voice: Voice, _quality: Quality) -> str:
    """Difficulties of open commitments by code: how many, how many beyond competence, how long they have lasted."""
    try:
        found = _difficulties(voice)
    except Withheld:
        found = []
    rows = []
    for code, name, *_ in found:
        place = f".difficulty_code.{code}"
        ids = [
            f"{indicator}{place}" for indicator in ("difficulty_rate", "beyond_competence", "difficulty_days_median")
        ]
        rows.append([cell(name), *_cells(voice, *ids)])
    total = _cells(voice, "difficulty_rate", "beyond_competence", "difficulty_days_median")
    rows.append(strong([voice.term("chart_total"), *total]))
    header = heads(voice, "difficulty", "open_share", "beyond_competence", "days_open_median")
    return table("difficulty-codes", voice, header, rows, widths=(36, 20, 28, 16))


def difficulties(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """Open commitments by difficulty, and how many of them the agency says are beyond its competence."""
    from camket.report.drawing import begin, end, named_bars

    canvas, found = begin(voice, colours, "difficulties"), _difficulties(voice)
    names = [("late", voice.word("charts.difficulties.all")), ("navy", voice.word("charts.difficulties.beyond"))]
    canvas.key([("bar", colour, name) for colour, name in names])
    named_bars(canvas, [(name, [("late", number), ("navy", beyond)]) for _, name, number, beyond in found])
    items = [f"{name}: {voice.number(number)} / {voice.number(beyond)}" for _, name, number, beyond in found]
    return end(canvas, "difficulties", items or [EMPTY])


def recommendations(voice: Voice, _quality: Quality) -> str:
    """Recommendations by the level that is asked: raised, entered, answered, in time, and how long an answer takes."""
    codes = [f"recommendations_{name}" for name in ("raised", "entered", "answered", "on_time")]
    codes.append("recommendation_days_median")
    rows = []
    for level in LEVELS:
        ids = [f"{code}.addressed_to.{level}" for code in codes]
        if ids[0] in voice.figures.ids():
            rows.append([cell(capital(voice.label("addressed_to", level))), *_cells(voice, *ids)])
    if rows:
        rows.append(strong([voice.term("chart_total"), *_cells(voice, *codes)]))
    header = heads(voice, "addressed_to", "raised", "entered", "answered", "answered_on_time", "answer_days")
    return table("recommendations", voice, header, rows, widths=(24, 11, 18, 18, 18, 11))


def recommendation_outcomes(voice: Voice, _quality: Quality) -> str:
    """Answered recommendations by what came of them."""
    ids = {name: f"recommendation_outcomes.outcome.{name}" for name in OUTCOMES}
    rows = [
        [cell(capital(voice.label("outcome", name))), *_cells(voice, figure_id)]
        for name, figure_id in ids.items()
        if figure_id in voice.figures.ids()
    ]
    return table("recommendation-outcomes", voice, heads(voice, "outcome", "answered_share"), rows, widths=(60, 40))


def decisions(voice: Voice, _quality: Quality) -> str:
    """Commitments on the escalation list by reason."""
    rows = [
        (cell(capital(voice.label("escalation_reason", reason))),
         voice.count(f"escalation_reasons.escalation_reason.{reason}"))
        for reason in REASONS
        if f"escalation_reasons.escalation_reason.{reason}" in voice.figures.ids()
    ]  # fmt: skip
    if rows:
        rows.append(strong([cell(voice.indicator("escalations")), voice.count("escalations")]))
    rows = rows or [(EMPTY, EMPTY)]
    return table("decisions", voice, heads(voice, "reason", "commitments"), rows, widths=(75, 25))


def decision_levels(voice: Voice, _quality: Quality) -> str:
    """Commitments on the escalation list by the level that is asked, highest first."""
    ids = {level: f"escalations.addressed_to.{level}" for level in LEVELS}
    rows = [
        (cell(capital(voice.label("addressed_to", level))), voice.count(figure_id))
        for level, figure_id in ids.items()
        if figure_id in voice.figures.ids()
    ]
    rows = rows or [(EMPTY, EMPTY)]
    return table("decision-levels", voice, heads(voice, "addressed_to", "commitments"), rows, widths=(75, 25))


def escalation_list(voice: Voice, _quality: Quality) -> str:
    """Every commitment on the escalation list, in the list's own order, with the level that is asked and why."""
    stands_on(voice, "escalations")
    titles = voice.figures.table("commitments").set_index("commitment_id")
    rows = []
    for row in voice.figures.table("escalations").sort_values("list_position").to_dict("records"):
        reasons = [voice.label("escalation_reason", name) for name, flag in FLAGS.items() if row[flag]]
        days = row["days_overdue"]
        rows.append(
            (
                cell(row["commitment_id"]),
                cell(voice.of(titles.loc[row["commitment_id"]].to_dict(), "title"), 160),
                cell(voice.label("agency", row["agency_id"])),
                EMPTY if pd.isna(days) else voice.number(int(days)),
                cell(capital("; ".join(reasons))),
                cell(voice.label("addressed_to", row["escalation_level"])),
            )
        )
    header = heads(voice, "commitment", "title", "agency", "days_short", "reason", "addressed_to")
    return table("escalation-list", voice, header, rows, widths=(13, 31, 16, 7, 21, 12), align="lllrll")


def key_project_list(voice: Voice, _quality: Quality) -> str:
    """Every key project with its state and deadline, by name of the lead agency."""
    stands_on(voice, "key_projects")
    commitments = voice.figures.table("commitments")
    lights = voice.figures.table("key_projects").set_index("commitment_id").to_dict("index")
    found = commitments[commitments.is_key_project.astype(bool)].to_dict("records")
    named = [(voice.label("agency", row["lead_agency_id_as_now"]), row) for row in found]
    rows = [
        (
            cell(row["commitment_id"]),
            cell(voice.of(row, "title"), 160),
            cell(agency),
            cell(voice.label("partner", row["partner_id"])),
            cell(dated_status(voice, row["effective_status"], lights[row["commitment_id"]]["status_as_of_date"])),
            _light(voice, lights[row["commitment_id"]]),
            voice.date(row["current_deadline"], short=True),
        )
        for agency, row in sorted(named, key=lambda item: (collation(item[0]), item[1]["commitment_id"]))
    ]
    header = heads(voice, "commitment", "title", "agency", "partner", "state", "light", "deadline")
    return table("key-project-list", voice, header, rows, widths=(13, 26, 15, 12, 13, 8, 13), align="llllllr")


def _light(voice: Voice, light: dict) -> str:
    """The light in words, so that nobody has to see colours."""
    return EMPTY if pd.isna(light["light"]) else cell(capital(voice.label("light", light["light"])))


def key_project_lights(voice: Voice, _quality: Quality) -> str:
    """Key projects by light."""
    ids = {name: f"key_project_lights.light.{name}" for name in ("red", "amber", "green")}
    rows = [
        (cell(capital(voice.label("light", name))), *_cells(voice, figure_id))
        for name, figure_id in ids.items()
        if figure_id in voice.figures.ids()
    ]
    return table("key-project-lights", voice, heads(voice, "light", "commitments"), rows, widths=(60, 40))


OBSTACLES: dict[str, Callable[[Voice, Quality], str]] = {
    "key-project-kinds": partial(by_dimension, name="key-project-kinds", dimension="key_project"),
    "key-project-list": key_project_list,
    "key-project-lights": key_project_lights,
    "difficulty-codes": difficulty_codes,
    "recommendations": recommendations,
    "recommendation-outcomes": recommendation_outcomes,
    "decisions": decisions,
    "decision-levels": decision_levels,
    "escalation-list": escalation_list,
}
OBSTACLE_CHARTS: dict[str, Callable] = {"difficulties": difficulties}
