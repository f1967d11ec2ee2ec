"""Lets the agencies report, round after round: one row for each commitment that an agency answers for."""

from dataclasses import dataclass, field
from datetime import date

from . import proportions as share
from .dice import Dice
from .filing import Filing
from .life import Life
from .reference import DAY, Reference, Round, Words
from .register import Commitment
from .rows import COLUMNS, SUBSTANCE, Row, Stream, told


@dataclass
class Reporter:
    """Writes all reports; ``files`` maps (round, agency) to its rows, before any correction."""

    commitments: list[Commitment]
    lives: dict[str, Life]
    ref: Reference
    words: Words
    filing: Filing
    seed: int
    files: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lead = {c.id: Stream() for c in self.commitments}
        self._co = {c.id: Stream() for c in self.commitments if c.co_lead}

    def run(self) -> None:
        """All rounds in order."""
        for this in self.ref.rounds:
            known = [c for c in self.commitments if c.recorded <= this.cutoff and c.signed <= this.cutoff]
            known = [c for c in known if not self._gone(c, this.cutoff)]
            load: dict[str, int] = {}
            for commitment in known:
                for agency, stream in self._parties(commitment, this):
                    if not stream.done or stream.reopen_at == this.index:
                        load[agency] = load.get(agency, 0) + 1
            for commitment in known:
                for agency, stream in self._parties(commitment, this):
                    self._file(commitment, stream, agency, this, load)

    def _gone(self, commitment: Commitment, when: date) -> bool:
        exit_ = self.lives[commitment.id].exit
        return exit_ is not None and exit_.when <= when

    def _parties(self, commitment: Commitment, this: Round) -> list[tuple[str, Stream]]:
        parties = [(commitment.lead_on(this.cutoff), self._lead[commitment.id])]
        if commitment.co_lead:
            parties.append((commitment.co_lead, self._co[commitment.id]))
        return parties

    def _file(self, commitment: Commitment, stream: Stream, agency: str, this: Round, load: dict[str, int]) -> None:
        """Writes the row, unless the file or the row is missing."""
        if stream.done and stream.reopen_at != this.index:
            return
        if self.filing.is_missing(agency, this, load[agency]):
            if stream.reopen_at == this.index:
                stream.reopen_at += 1
            return
        dice = Dice(self.seed, "row", commitment.id, agency, this.round_id)
        is_lead = stream is self._lead[commitment.id]
        # A body with few commitments leaves none out: its file would be gone altogether.
        complete = load[agency] < 4 or commitment.key
        write = self._lead_row if is_lead else self._co_row
        row = write(commitment, stream, agency, this, complete, dice)
        if row is None:
            return
        self.files.setdefault((this.round_id, agency), []).append(row)
        changed = stream.last is None or any(row[cell] != stream.last[cell] for cell in SUBSTANCE)
        stream.quiet = 0 if changed or row["no_change_confirmed"] == "true" else stream.quiet + 1
        stream.last = row
        if not self.filing.is_late(agency, this, load[agency]):
            stream.in_time = row["status"]
        stream.done = row["status"] in ("completed", "withdrawn")

    def _skips(self, commitment: Commitment, this: Round, dice: Dice) -> bool:
        """A row left out although the file came."""
        moved = commitment.successor_from and this.start <= commitment.successor_from <= this.cutoff
        return dice.chance(share.MISSING_ROW_AFTER_TRANSFER if moved else share.MISSING_ROW)

    def _lead_row(
        self, commitment: Commitment, stream: Stream, agency: str, this: Round, complete: bool, dice: Dice
    ) -> Row | None:
        life = self.lives[commitment.id]
        reopening = stream.reopen_at == this.index
        dormant = life.dormant_from is not None and this.index >= life.dormant_from and stream.last is not None
        if not complete and not reopening and self._skips(commitment, this, dice):
            return None
        style = "copy" if complete and life.dormant_style == "omit" else life.dormant_style
        if dormant and style == "omit":
            return None
        if dormant and style == "copy":
            return dict(
                stream.last, round_id=this.round_id, agency_id=agency, due_change_reason="", status_change_reason="",
                no_change_confirmed="false",
            )  # fmt: skip
        if dormant:
            row = dict(
                stream.last, round_id=this.round_id, agency_id=agency, due_change_reason="", status_change_reason="",
                no_change_confirmed="false", as_of_date=this.cutoff.isoformat(),
            )  # fmt: skip
            self._narrate(row, stream, commitment, dice)
            return row
        if reopening:
            self._reopen(life, this, dice)
        as_of = self._as_of(commitment, life, stream, this, dice)
        row = self._truth(commitment, life, stream, agency, this, as_of, dice)
        if reopening:
            stream.reopen_at = None
            row["status_change_reason"] = (
                "error" if row["status"] == "not_started"
                else dice.weighted((("error", 40), ("evidence_rejected", 30), ("partner_dispute", 20),
                                    ("reversed_in_fact", 10)))
            )  # fmt: skip
        self._tell_due(row, commitment, life, stream, this)
        self._tell_difficulty(row, life, this)
        self._confirm(row, stream, life, dice)
        copies = life.copied_from is not None and this.index >= life.copied_from and stream.last
        if copies and row["status"] == stream.status:
            row["narrative"] = stream.last["narrative"]
        else:
            self._narrate(row, stream, commitment, dice, reopening)
        self._plan_reversal(life, stream, row, this)
        return row

    def _as_of(self, commitment: Commitment, life: Life, stream: Stream, this: Round, dice: Dice) -> date:
        moved = any(move.round_index <= this.index for move in life.moves[stream.moves_told :])
        back = dice.between(1, 18) if dice.chance(280) and not moved else 0
        if life.dormant_from is not None and this.index == life.dormant_from - 1:
            back = dice.between(4, 18)
        earliest = max(commitment.signed, this.start)
        if stream.last:
            earliest = max(earliest, date.fromisoformat(stream.last["as_of_date"]) + DAY)
        return max(min(this.cutoff, earliest), this.cutoff - DAY * back)

    def _truth(
        self, commitment: Commitment, life: Life, stream: Stream, agency: str, this: Round, as_of: date, dice: Dice
    ) -> Row:
        """Status, progress, dates and evidence as they are, as far as the step from the last report is legal."""
        status = "not_started"
        if life.withdraw_round == this.index and stream.allows("withdrawn"):
            status = "withdrawn"
        elif life.completed and life.completed <= as_of:
            status = "completed"
        elif life.suspended and life.suspended[0] <= this.index <= life.suspended[1] and stream.allows("suspended"):
            status = "suspended"
        elif life.started and life.started <= as_of:
            status = "in_progress"
        hesitates = life.late_report and stream.last and stream.status != "completed" and stream.finished_at is None
        if status == "completed" and (not stream.allows("completed") or hesitates):
            stream.finished_at = this.index
            status = "in_progress" if stream.status != "" else "completed"
        reopened = stream.reopen_at == this.index
        if not reopened and not stream.allows(status):
            status = "in_progress"
        row = dict.fromkeys(COLUMNS, "")
        row |= {
            "commitment_id": commitment.id, "round_id": this.round_id, "agency_id": agency, "revision": "1",
            "as_of_date": as_of.isoformat(), "status": status,
            "assigned_date": told(life.assigned, as_of), "plan_approved_date": told(life.plan, as_of),
            "no_change_confirmed": "false",
        }  # fmt: skip
        if status != "not_started":
            row["started_date"] = told(life.started, as_of)
        row["progress_pct"] = self._progress(commitment, life, stream, status, as_of, dice, reopened)
        if status == "completed":
            self._complete(row, life, as_of, dice)
        return row

    def _progress(
        self, commitment: Commitment, life: Life, stream: Stream, status: str, as_of: date, dice: Dice, reopened: bool
    ) -> str:
        if commitment.framework:
            return ""
        before = int(stream.last["progress_pct"] or 0) if stream.last else 0
        if status == "completed":
            return "100"
        if status == "not_started":
            return "0"
        if reopened:
            return str(dice.between(12, 17) * 5)
        if status in ("suspended", "withdrawn") and stream.last:
            return str(before)
        start = life.started or as_of
        past, whole = (as_of - start).days, max((life.horizon - start).days, 1)
        now = 5 + 90 * past // whole
        now = min(now, 95 if life.completed else life.cap) // 5 * 5
        if before > 20 and dice.chance(8):
            return str(before - 10)
        return str(max(5, before if before < 100 else 90, now))

    def _complete(self, row: Row, life: Life, as_of: date, dice: Dice) -> None:
        """Date of completion and its evidence."""
        done = life.completed
        row["completed_precision"] = life.precision
        if life.precision != "unknown":
            row["completed_date"] = (done.replace(day=1) if life.precision == "month" else done).isoformat()
        row["evidence_grade"] = life.grade
        dated = min(done + DAY * dice.along(((0, 0), (900, 35), (960, 90), (1000, 300))), as_of)
        pattern = dice.pick(self.words.reasons[f"evidence_{life.grade}"])["text_vi"]
        row["evidence_ref"] = pattern.replace("{n}", str(dice.between(11, 2990))).replace("{d}", f"{dated:%d/%m/%Y}")
        if life.grade != "D":
            row["evidence_date"] = dated.isoformat()

    def _tell_due(self, row: Row, commitment: Commitment, life: Life, stream: Stream, this: Round) -> None:
        """The deadline that holds: carried on, or moved with its reason; nothing moves on completion."""
        if stream.last:
            row["current_due_date"] = stream.last["current_due_date"]
            row["current_due_precision"] = stream.last["current_due_precision"]
        fresh = [m for m in life.moves[stream.moves_told :] if m.round_index <= this.index]
        if fresh and row["status"] in ("not_started", "in_progress", "suspended"):
            stream.moves_told += len(fresh)
            row["current_due_date"] = fresh[-1].due.isoformat()
            row["current_due_precision"] = fresh[-1].precision
            row["due_change_reason"] = fresh[-1].reason

    def _tell_difficulty(self, row: Row, life: Life, this: Round) -> None:
        for spell in life.difficulties:
            if spell.first <= this.index <= spell.last and row["status"] not in ("completed", "withdrawn"):
                row["difficulty_code"], row["difficulty_note"] = spell.code, spell.note
                row["within_competence"] = "true" if spell.within else "false"
                row["recommendation"], row["addressed_to"] = spell.recommendation, spell.addressed_to

    def _confirm(self, row: Row, stream: Stream, life: Life, dice: Dice) -> None:
        """Says that nothing changed; a share forgets to, but never twice running."""
        if stream.last and all(row[cell] == stream.last[cell] for cell in SUBSTANCE):
            about_to_sleep = life.dormant_from is not None
            if not dice.chance(share.UNCONFIRMED) or stream.quiet or about_to_sleep:
                row["no_change_confirmed"] = "true"

    def _narrate(self, row: Row, stream: Stream, commitment: Commitment, dice: Dice, reopened: bool = False) -> None:
        """Finds words that differ from those of the last report."""
        pct = int(row["progress_pct"] or 0)
        stage = row["status"]
        if commitment.framework:
            stage = "framework"
        elif reopened and stage == "in_progress":
            stage = "reopened"
        elif stage == "in_progress":
            stage = "start" if pct < 30 else "middle" if pct < 75 else "late"
        said = stream.last["narrative"] if stream.last else ""
        row["narrative"] = said
        while row["narrative"] == said:
            a = dice.between(2, 9)
            text = dice.pick(self.words.narratives[stage])["text_vi"]
            quarter = ("I", "II", "III", "IV")[(int(row["as_of_date"][5:7]) // 3) % 4]
            text = text.replace("{a}", str(a)).replace("{b}", str(a + dice.between(1, 8)))
            row["narrative"] = text.replace("{q}", quarter)

    def _plan_reversal(self, life: Life, stream: Stream, row: Row, this: Round) -> None:
        """Marks the round in which a report is taken back."""
        if life.reversal == "completed" and row["status"] == "completed" and this.index >= 1:
            stream.reopen_at, life.reversal = this.index + 1, ""
        elif life.reversal == "started" and row["status"] == "in_progress" and this.index >= 1:
            stream.reopen_at, life.reversal = this.index + 1, ""

    def _reopen(self, life: Life, this: Round, dice: Dice) -> None:
        """Takes back the completion, or the start."""
        if life.completed and life.completed <= this.cutoff:
            again = this.cutoff + DAY * dice.between(60, 150)
            life.completed = again if dice.chance(400) and again <= share.T else None
            life.horizon, life.cap = max(life.horizon, again), 90
        else:
            life.started = this.cutoff + DAY * dice.between(40, 120)
            life.horizon = life.started + DAY * 500
            if life.completed and life.completed < life.horizon:
                life.completed = None
            if life.plan and life.plan > this.cutoff:
                life.plan = None

    def _co_row(
        self, commitment: Commitment, stream: Stream, agency: str, this: Round, complete: bool, dice: Dice
    ) -> Row | None:
        """A co-lead mostly says what the lead says; a share contradicts it."""
        life, lead = self.lives[commitment.id], self._lead[commitment.id].last
        if lead is None or (not complete and self._skips(commitment, this, dice)):
            return None
        row = dict(lead, round_id=this.round_id, agency_id=agency, due_change_reason="", status_change_reason="",
                   difficulty_code="", difficulty_note="", within_competence="", recommendation="",
                   addressed_to="", no_change_confirmed="false")  # fmt: skip
        as_of = max(this.cutoff - DAY * (dice.between(1, 12) if dice.chance(300) else 0), commitment.signed)
        if stream.last:
            as_of = max(as_of, date.fromisoformat(stream.last["as_of_date"]))
        row["as_of_date"] = max(as_of.isoformat(), min(lead["as_of_date"], this.cutoff.isoformat()))
        against = life.conflict_from is not None and this.index >= life.conflict_from
        if life.adjudicated == "settled" and this.index == len(self.ref.rounds) - 1:
            against = False
        if life.adjudicated == "standing":
            row["as_of_date"] = min(row["as_of_date"], date(this.cutoff.year, this.cutoff.month, 26).isoformat())
        if against:
            self._contradict(row, life, stream, this, dice)
        elif not commitment.key and row["status"] == "in_progress" and row["progress_pct"]:
            row["progress_pct"] = str(min(95, max(5, int(row["progress_pct"]) + dice.pick((-5, 0, 0, 5)))))
        if row["status"] == "completed" and life.precision == "day" and not against and not commitment.key:
            later = date.fromisoformat(row["completed_date"]) + DAY * dice.pick((0, 0, 3, 8))
            row["completed_date"] = min(later.isoformat(), row["as_of_date"])
        if not stream.allows(row["status"]):
            if commitment.key:
                return None
            self._fall_back(row, stream, life, this)
        self._confirm(row, stream, life, dice)
        self._narrate(row, stream, commitment, dice)
        return row

    def _contradict(self, row: Row, life: Life, stream: Stream, this: Round, dice: Dice) -> None:
        """Another status, a progress far behind, or a completion months later."""
        if row["status"] == "in_progress" and life.conflict_kind == "status":
            if stream.status in ("", "not_started"):
                row |= {"status": "not_started", "progress_pct": "0", "started_date": ""}
            else:
                row |= {"status": "suspended", "progress_pct": stream.last["progress_pct"]}
        elif row["status"] == "in_progress":
            ahead = int(row["progress_pct"]) < 45
            gap = dice.between(5, 8) * 5
            row["progress_pct"] = str(int(row["progress_pct"]) + (gap if ahead else -gap))
        elif row["status"] == "completed":
            waits = not stream.last or stream.finished_at is None
            later = date.fromisoformat(row["completed_date"] or row["as_of_date"]) + DAY * dice.between(38, 80)
            stream.finished_at = this.index
            if waits or row["completed_precision"] != "day" or later.isoformat() > row["as_of_date"]:
                self._fall_back(row, stream, life, this)
            else:
                row["completed_date"] = later.isoformat()

    def _fall_back(self, row: Row, stream: Stream, life: Life, this: Round) -> None:
        """Says in progress where the lead's word would be too great a step."""
        before = int(stream.last["progress_pct"] or 0) if stream.last else 60
        row |= {"status": "in_progress", "completed_date": "", "completed_precision": "", "evidence_grade": "",
                "evidence_ref": "", "evidence_date": "",
                "progress_pct": str(min(max(before, 70), 90)) if row["progress_pct"] else "",
                "started_date": told(life.started, date.fromisoformat(row["as_of_date"]))}  # fmt: skip
