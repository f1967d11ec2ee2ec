"""Continuity through the mergers, what changed since the edition before, and when the next one is due."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from camket.report.practice import described
from camket.report.quality import Quality
from camket.report.tabular import Withheld, collation, heads, strong, table
from camket.report.words import EMPTY, Voice, cell

if TYPE_CHECKING:
    from camket.report.drawing import Chart, Colours

GROUPS = ("transferred", "not_transferred")
CORRECTIONS = (
    "restatement_backlog", "reversals", "reversals_restating", "findings_opened", "findings_still_open",
    "findings_reopened", "findings_closed",
)  # fmt: skip
TRANSFERS = ("transfers", "transfers_documented")


def _rates(voice: Voice) -> dict[tuple[str, str], dict]:
    """Share of due reports that came, by group and side of the hand-over; empty where nothing was handed over."""
    found = {}
    for group in GROUPS:
        for side in ("before", "after"):
            figure_id = f"update_rate.transfer_group.{group}_{side}"
            if figure_id in voice.figures.ids():
                found[group, side] = voice.figures.row(figure_id)
    return found


def update_rates(voice: Voice, _quality: Quality) -> str:
    """Reports in the round before and after a hand-over, of commitments handed over and of all others."""
    found, rows = _rates(voice), []
    for group in GROUPS:
        if (group, "before") in found:
            sides = [voice.rate(found[group, side]) for side in ("before", "after")]
            rows.append((voice.word(f"charts.continuity.{group}"), *sides))
    header = heads(voice, "group", "round_before", "round_after")
    return table("update-rates", voice, header, rows, widths=(40, 30, 30))


def continuity(voice: Voice, colours: Colours, _quality: Quality) -> Chart:
    """The same two rounds for both groups, as dots on one scale."""
    from camket.report.canvas import LEAD, SIZE, SMALL, WIDTH, wrapped
    from camket.report.drawing import PERCENT, begin, end, percent_axis, scale_of

    canvas, items, found = begin(voice, colours, "continuity"), [], _rates(voice)
    if blocked := [row for row in found.values() if voice.is_withheld(row)]:
        raise Withheld(blocked[0])
    names = {side: voice.word(f"charts.continuity.{side}") for side in ("before", "after")}
    canvas.key([("ring", "navy", names["before"]), ("dot", "navy", names["after"])])
    left, right = 2.3, 0.35
    scale = scale_of(left, WIDTH - right, 100)
    for group in GROUPS:
        label = voice.word(f"charts.continuity.{group}")
        lines = wrapped(label, left - 0.3, SIZE)
        at = canvas.y + 0.26 + (len(lines) - 1) * LEAD / 2
        for number, line in enumerate(lines):
            canvas.text(0, canvas.y + 0.26 + number * LEAD, line)
        canvas.track(at, PERCENT, scale)
        shares = {side: voice.percentage(found[group, side]) for side in names if (group, side) in found}
        shares = {side: share for side, share in shares.items() if share is not None}
        if len(shares) == 2:
            canvas.line(scale(shares["before"]), at, scale(shares["after"]), at, colour="late", width=3)
        for side, share in shares.items():
            canvas.dot(scale(share), at, hollow=side == "before")
            above = side == "before"
            canvas.text(scale(share), at + (-0.16 if above else 0.17), voice.percent(share), size=SMALL,
                        weight="normal" if above else "semibold", align="center")  # fmt: skip
        said = [f"{names[side]} {voice.rate_short(found[group, side])}" for side in names if (group, side) in found]
        items.append(f"{label}: {', '.join(said) or EMPTY}")
        canvas.y += 0.42 + len(lines) * LEAD
    percent_axis(canvas, scale)
    return end(canvas, "continuity", items)


def successions(voice: Voice, _quality: Quality) -> str:
    """The books of each agency that handed over or took over: led when signed, handed over, taken over, leads now."""
    for view in ("as_was", "as_now"):
        figure_id = f"succession_totals.succession_view.{view}"
        if figure_id in voice.figures.ids():
            voice.figures.row(figure_id)
    columns = ("as_was_count", "handed_over_count", "taken_over_count", "as_now_count")
    found = voice.figures.table("succession_totals").to_dict("records")
    moved = [row for row in found if row["handed_over_count"] or row["taken_over_count"]]
    names = [voice.label("agency", row["agency_id"]) for row in moved]
    rows = []
    for name, row in sorted(
        zip(names, moved, strict=True), key=lambda item: (collation(item[0]), item[1]["agency_id"])
    ):
        shown = f"{name} ({row['agency_id']})" if names.count(name) > 1 else name
        rows.append((cell(shown), *(voice.number(int(row[column])) for column in columns)))
    header = heads(voice, "body", "led_when_signed", "handed_over", "taken_over", "leads_now")
    return table("successions", voice, header, rows, widths=(56, 12, 11, 10, 11))


def corrected(voice: Voice, _quality: Quality) -> str:
    """Commitments of which something was learned later about the round before, with what that did to the rates."""
    changes = voice.figures.table("rate_changes")
    changes = changes[changes.cause == "corrected"]
    titles = voice.figures.table("commitments").set_index("commitment_id")
    rows = []
    for commitment_id, group in changes.groupby("commitment_id", sort=True):
        title = voice.of(titles.loc[commitment_id].to_dict(), "title") if commitment_id in titles.index else EMPTY
        for row in group.sort_values("rate").to_dict("records"):
            moved = [voice.signed(int(row[key])) for key in ("numerator_change", "denominator_change")]
            rows.append((cell(commitment_id), cell(title, 160), row["rate"], *moved))
    header = heads(voice, "commitment", "title", "rate", "numerator_change", "denominator_change")
    return table("corrected", voice, header, rows, widths=(14, 50, 10, 13, 13), align="lllrr")


def calendar(voice: Voice, _quality: Quality) -> str:
    """This edition and those that follow: cut-off, day by which agencies report, day of the knowledge cut-off."""
    rows = []
    for row in voice.figures.table("release_calendar").to_dict("records"):
        days = [voice.date(row[key], short=True) for key in ("valid_date", "due_date", "knowledge_date")]
        line = [voice.quarter(row["round_id"]), *days]
        rows.append(strong(line) if row["is_this_edition"] else line)
    header = heads(voice, "round", "cutoff", "due_date", "knowledge")
    return table("calendar", voice, header, rows, widths=(28, 24, 24, 24))


CONTINUITY: dict[str, Callable[[Voice, Quality], str]] = {
    "transfers": partial(described, name="transfers", codes=TRANSFERS),
    "update-rates": update_rates,
    "successions": successions,
    "corrections": partial(described, name="corrections", codes=CORRECTIONS),
    "corrected": corrected,
    "calendar": calendar,
}
CONTINUITY_CHARTS: dict[str, Callable] = {"continuity": continuity}
