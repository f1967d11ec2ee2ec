"""Turns commitments, lives and reports into the rows of the package's tables."""

from datetime import date

from . import proportions as share
from .dice import Dice
from .filing import Filing, answer_by
from .life import Life
from .reference import DAY, Reference, Words, workday
from .register import Activity, Commitment
from .reports import Reporter
from .rows import Row

Table = tuple[tuple[str, ...], list[Row]]
PREVIOUS = "2025-09-30"
OUTCOMES = (("resolved", 46), ("partly", 26), ("rejected", 10), ("merged", 12), ("lapsed", 6))
KINDS = (("official_visit", 45), ("state_visit", 25), ("working_visit", 30))


def _table(columns: str, rows: list[tuple]) -> Table:
    """A table from column names and tuples, sorted as its first columns (the primary key) ask."""
    names = tuple(columns.split())
    made = [dict(zip(names, (_text(cell) for cell in row), strict=True)) for row in rows]
    return names, sorted(made, key=lambda row: tuple(row.values()))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def register_tables(
    commitments: list[Commitment],
    activities: list[Activity],
    lives: dict[str, Life],
    ref: Reference,
    words: Words,
    seed: int,
) -> dict[str, Table]:
    """Every table of the register but the answers to recommendations."""
    return {
        "commitments": _commitments(commitments),
        "activities": _activities(activities, ref, seed),
        "commitment_agencies": _table(
            "commitment_id agency_id role",
            [(c.id, c.co_lead, "co_lead") for c in commitments if c.co_lead]
            + [(c.id, a, "participant") for c in commitments for a in c.participants],
        ),
        "commitment_partners": _table(
            "commitment_id partner_id", [(c.id, p) for c in commitments for p in c.partners]
        ),
        "commitment_fields": _table("commitment_id field_id", [(c.id, f) for c in commitments for f in c.fields]),
        "commitment_exits": _exits(lives),
        "lead_assignments": _assignments(commitments, ref, words, seed),
        "adjudications": _adjudications(lives, words),
        "previous_editions": _previous(commitments, seed),
    }  # fmt: skip


def _commitments(commitments: list[Commitment]) -> Table:
    return _table(
        "commitment_id document_id title_en title_vi title_vi_basis instrument_id signed_date signed_precision "
        "activity_id lead_agency_id lead_basis partner_id counterpart field_id due_date due_precision deadline_grade "
        "no_deadline_reason is_ongoing_framework is_key_project disclosure recorded_date source_url source_date",
        [
            (c.id, f"DEMO-DOC-{c.number:04d}", c.title_en, c.title_vi, "invented", c.instrument_id, c.signed, "day",
             c.activity_id, c.lead, "assigned", c.partner_id, "", c.field_id, c.due, c.due_precision, c.grade,
             c.no_deadline_reason, c.framework, c.key, "public", c.recorded, "", "")
            for c in commitments
        ],
    )  # fmt: skip


def _activities(activities: list[Activity], ref: Reference, seed: int) -> Table:
    rows = []
    for activity in activities:
        dice = Dice(seed, "activity", activity.id)
        group = ref.partners[activity.partner_id]["kind"] == "organisation"
        kind = dice.pick(("summit", "conference")) if group else dice.weighted(KINDS)
        direction = "multilateral" if group else dice.pick(("outbound", "inbound"))
        if kind == "working_visit" and direction == "inbound":
            kind = "official_visit"
        announced = activity.documents + (dice.between(1, 2) if dice.chance(150) else 0)
        rows.append(
            (activity.id, f"High-level external activity no. {activity.number} (demonstration)",
             f"Hoạt động đối ngoại cấp cao số {activity.number} (minh họa)", kind, direction, activity.start,
             activity.end, "", "", activity.partner_id, "", announced, "")
        )  # fmt: skip
    return _table(
        "activity_id title_en title_vi kind direction start_date end_date principal principal_office partner_id "
        "place documents_announced source_url",
        rows,
    )


def _exits(lives: dict[str, Life]) -> Table:
    exits = [(i, life.exit) for i, life in lives.items() if life.exit]
    return _table(
        "commitment_id exit_date exit_type decided_by successor_id document recorded_date",
        [(i, e.when, e.kind, e.decided_by, e.successor_id, e.document, e.recorded) for i, e in exits],
    )


def _assignments(commitments: list[Commitment], ref: Reference, words: Words, seed: int) -> Table:
    """Who takes over after a merger; a share of the hand-over documents is late or missing.

    Every assignment is recorded before the knowledge date of the next edition, so that each past edition can be
    rebuilt with a living lead for every commitment; late documents therefore occur in the mergers of July 2025.
    """
    pattern = words.reasons["handover"][0]["text_vi"]
    rows = []
    for c in commitments:
        if not c.successor_from:
            continue
        dice = Dice(seed, "handover", c.id)
        known = min(r.due for r in ref.rounds if r.cutoff >= c.successor_from)
        time_left = (known - c.successor_from).days
        dated, document = None, ""
        if not dice.chance(share.HANDOVER_NONE):
            late = time_left > 90 and dice.chance(share.HANDOVER_LATE)
            lag = dice.between(62, 85) if late else dice.between(1, min(time_left, 55) - 4)
            dated = workday(c.successor_from + DAY * lag)
            document = pattern.replace("{n}", str(dice.between(3, 240))).replace("{d}", f"{dated:%d/%m/%Y}")
        recorded = workday((dated or c.successor_from + DAY * dice.between(2, 14)) + DAY * dice.between(0, 2))
        # A commitment signed before a merger but registered after it enters the assignments with the register.
        rows.append((c.id, c.successor_lead, c.successor_from, document, dated, max(recorded, c.recorded)))
    return _table("commitment_id agency_id from_date document document_date recorded_date", rows)


def _adjudications(lives: dict[str, Life], words: Words) -> Table:
    dates = {"settled": (date(2025, 11, 18), date(2025, 11, 21)), "standing": (date(2025, 12, 30), date(2026, 1, 6))}
    basis = {"settled": words.reasons["adjudication"][0], "standing": words.reasons["adjudication"][1]}
    decider = "Bộ Ngoại giao, cơ quan đầu mối của cơ chế rà soát"
    return _table(
        "commitment_id decided_date decided_status decided_by basis recorded_date",
        [
            (i, dates[life.adjudicated][0], "in_progress", decider, basis[life.adjudicated]["text_vi"],
             dates[life.adjudicated][1])
            for i, life in lives.items()
            if life.adjudicated
        ],
    )  # fmt: skip


def _previous(commitments: list[Commitment], seed: int) -> Table:
    """The edition of the third quarter of 2025, as published then; a handful of titles were mended since."""
    published = [c for c in commitments if c.signed <= share.PREVIOUS_T and c.recorded <= share.PREVIOUS_K]
    mended = [c for c in published if " on " in c.title_en and " về " in c.title_vi]
    changed = {c.id for c in Dice(seed, "titles").shuffled(mended)[: share.TITLES_CHANGED]}
    rows = []
    for c in published:
        english, vietnamese = c.title_en, c.title_vi
        if c.id in changed:
            english = english.replace(" on ", " concerning ", 1)
            vietnamese = vietnamese.replace(" về ", " liên quan đến ", 1)
        rows.append((PREVIOUS, c.id, english, vietnamese, c.instrument_id, c.partner_id, c.signed, c.due))
    return _table("edition_id commitment_id title_en title_vi instrument_id partner_id signed_date due_date", rows)


def first_versions(reporter: Reporter, filing: Filing, ref: Reference, seed: int) -> dict[tuple[str, str], list[Row]]:
    """The files that were corrected later, as they first came: behind the truth in about a third of the rows."""
    lives, keys = reporter.lives, {c.id for c in reporter.commitments if c.key}
    told: dict[tuple[str, str], Row] = {}
    result: dict[tuple[str, str], list[Row]] = {}
    for this in ref.rounds:
        for (round_id, agency), rows in reporter.files.items():
            if round_id != this.round_id:
                continue
            if filing.correction(agency, this):
                dice = Dice(seed, "first", agency, round_id)
                result[round_id, agency] = [
                    _behind(row, told.get((row["commitment_id"], "lead")), lives, keys, dice) for row in rows
                ]
            for row in rows:
                told[row["commitment_id"], "lead"] = row
    return result


def _behind(row: Row, before: Row | None, lives: dict[str, Life], keys: set[str], dice: Dice) -> Row:
    wrong = dice.chance(340)
    if row["commitment_id"] in keys or not wrong or not row["progress_pct"] or row["status_change_reason"]:
        return dict(row)
    floor = int(before["progress_pct"] or 0) if before and before["status"] != "completed" else 5
    if row["status"] == "completed" and not (before and before["status"] == "completed"):
        cells = ("completed_date", "completed_precision", "evidence_grade", "evidence_ref", "evidence_date")
        return dict(row) | dict.fromkeys(cells, "") | {
            "status": "in_progress", "progress_pct": str(max(floor, 90)), "no_change_confirmed": "false",
            "narrative": "Cơ bản hoàn thành nội dung chính, đang rà soát hồ sơ nghiệm thu.",
        }  # fmt: skip
    if row["status"] == "in_progress":
        lower = max(min(floor, int(row["progress_pct"])), int(row["progress_pct"]) - 10, 5)
        words = "Số liệu tạm tính, sẽ đính chính sau khi đối chiếu."
        return dict(row) | {"progress_pct": str(lower), "narrative": words}
    return dict(row)


def answers(reporter: Reporter, ref: Reference, seed: int) -> Table:
    """Answers to recommendations of all rounds but the last; some late, some still owed."""
    last = ref.rounds[-1].round_id
    asked, rows = 0, []
    for this in ref.rounds:
        for (round_id, agency), reports in reporter.files.items():
            if round_id != this.round_id or round_id == last:
                continue
            for row in reports:
                dice = Dice(seed, "answer", row["commitment_id"], round_id, agency)
                if not row["recommendation"]:
                    continue
                asked += 1
                if asked * share.ANSWERED // 1000 == (asked - 1) * share.ANSWERED // 1000:
                    continue
                due = answer_by(this)
                when = workday(due + DAY * dice.along(((0, -24), (650, 0), (900, 35), (1000, 70))))
                received = reporter.filing.received(agency, this).date()
                when = max(when, workday(received + DAY * 3))
                owed = dice.chance(140) or when > date(2025, 12, 31)
                outcome = dice.weighted(OUTCOMES)
                recorded = workday(due if owed else when + DAY * dice.between(0, 6))
                recorded = min(max(recorded, received), date(2026, 1, 9))
                if owed:
                    when, outcome = None, ""
                rows.append((row["commitment_id"], round_id, agency, due, when, outcome, recorded))
    return _table("commitment_id round_id agency_id response_due_date response_date outcome recorded_date", rows)
