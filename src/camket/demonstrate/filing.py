"""Decides which files come, when, and with which corrections; writes the ledger."""

import hashlib
from datetime import date, datetime, time, timedelta

from . import proportions as share
from .dice import Dice
from .reference import DAY, Reference, Round, workday

#: Bodies that miss two rounds running: (body, first round of the two).
SILENT_TWICE = (("HCYU", 1), ("PC-THANHHOA", 4), ("SAV", 5))
#: Bodies whose report of the last round comes after the knowledge date of the default edition.
LATE_AT_THE_END = (("SOE-EVN", 9), ("GO", 13), ("PC-HCMC-2025", 20))
#: Bodies whose report comes after the knowledge date of the next edition.
LATE_BEYOND_NEXT = (("PO", 1, 104), ("SOE-PVN", 3, 111))
#: Corrections: (round, body, days after the first receipt at least, earliest day).
CORRECTIONS = (
    ("2024-Q2", "MOET", None), ("2024-Q3", "MOIT", None), ("2024-Q4", "MOF", None), ("2025-Q1", "MOC", None),
    ("2025-Q1", "MOCST", None), ("2025-Q2", "MAE", None), ("2025-Q2", "SBV", None),
    ("2025-Q3", "MOIT", date(2025, 10, 15)), ("2025-Q3", "MOST", date(2025, 10, 22)),
    ("2025-Q3", "PC-QUANGNINH", date(2025, 11, 5)), ("2025-Q3", "MOH", None),
    ("2025-Q4", "MOFA", date(2026, 1, 8)), ("2025-Q4", "MOD", date(2026, 1, 16)),
)  # fmt: skip


class Filing:
    """The habits of the senders."""

    def __init__(self, ref: Reference, seed: int):
        self._ref, self._seed = ref, seed

    def is_missing(self, agency: str, this: Round, rows: int) -> bool:
        """No file at all; only bodies with few commitments, so that no round falls apart."""
        if any(agency == body and this.index in (first, first + 1) for body, first in SILENT_TWICE):
            return True
        if rows > 15 or self._named(agency, this):
            return False
        near = [self._ref.rounds[i] for i in (this.index - 1,) if i >= 0]
        return self._throw_missing(agency, this) and not any(self._throw_missing(agency, r) for r in near)

    def _throw_missing(self, agency: str, this: Round) -> bool:
        return Dice(self._seed, "missing", agency, this.round_id).chance(share.MISSING_FILE)

    def _named(self, agency: str, this: Round) -> bool:
        last = this.index == len(self._ref.rounds) - 1
        return (
            any((this.round_id, agency) == (r, body) for r, body, _ in CORRECTIONS)
            or (last and any(agency == body for body, _ in LATE_AT_THE_END))
            or any((agency, this.index) == (body, index) for body, index, _ in LATE_BEYOND_NEXT)
            or any(agency == body for body, _ in SILENT_TWICE)
        )

    def is_late(self, agency: str, this: Round, rows: int) -> bool:
        """Whether the file comes after the due date."""
        return self.received(agency, this).date() > this.due

    def received(self, agency: str, this: Round) -> datetime:
        """When the first file of the round comes, always in office hours."""
        dice = Dice(self._seed, "received", agency, this.round_id)
        clock = time(8 + dice.below(9), dice.below(60), dice.below(60))
        late = dict((body, days) for body, days in LATE_AT_THE_END) if this.round_id == "2025-Q4" else {}
        late |= {body: days for body, index, days in LATE_BEYOND_NEXT if index == this.index}
        point = dice.chance(share.LATE_FILE * (1300 if self._ref.kind(agency) == "locality" else 1000) // 1000)
        wait = dice.along(((0, 1), (600, 9), (1000, 32)))
        corrected = any((this.round_id, agency) == (r, body) for r, body, _ in CORRECTIONS)
        if agency in late:
            return datetime.combine(workday(this.due + DAY * late[agency]), clock)
        if point and not corrected:
            # In the last round all but the named ones are in by the knowledge date of the default edition.
            latest = date(2026, 1, 9) if this.round_id == "2025-Q4" else date.max
            return datetime.combine(min(workday(this.due + DAY * wait), latest), clock)
        days = [this.cutoff + DAY * i for i in range((this.due - this.cutoff).days + 1)]
        return datetime.combine(dice.pick([d for d in days if workday(d) == d]), clock)

    def correction(self, agency: str, this: Round) -> datetime | None:
        """When a correction of the file comes, if one does."""
        for round_id, body, earliest in CORRECTIONS:
            if (round_id, body) == (this.round_id, agency):
                dice = Dice(self._seed, "correction", agency, this.round_id)
                first = self.received(agency, this)
                clock = time(8 + dice.below(9), dice.below(60), dice.below(60))
                after = datetime.combine(workday(first.date() + DAY * dice.between(1, 3)), clock)
                return datetime.combine(workday(earliest), clock) if earliest else after
        return None

    def ledger_row(
        self, path: str, this: Round, agency: str, revision: int, when: datetime, content: bytes, count: int
    ) -> dict[str, str]:
        """One row of the ledger of received files."""
        dice = Dice(self._seed, "ledger", path)
        returned = revision == 1 and dice.chance(share.RETURNED_FILE)
        quarter = ("I", "II", "III", "IV")[int(this.round_id[-1]) - 1]
        name = self._ref.agencies[agency]["name_vi"].split(" (")[0]
        shape = dice.pick(
            (
                "Báo cáo tiến độ cam kết quốc tế Quý {q}-{y} - {n}{r}.xlsx",
                "BC cam kết thỏa thuận quốc tế Q{q}.{y}_{n}{r}.xlsx",
                "{n} - Biểu tổng hợp cam kết Quý {q} năm {y}{r}.xlsx",
                "Bieu mau bao cao {y}-{k} {a}{r}.csv",
            )
        )
        name = shape.replace("{q}", quarter).replace("{y}", this.round_id[:4]).replace("{n}", name)
        name = name.replace("{k}", this.round_id[-2:]).replace("{a}", agency)
        return {
            "file": path,
            "round_id": this.round_id,
            "agency_id": agency,
            "revision": str(revision),
            "received_at": when.isoformat(timespec="seconds"),
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": str(len(content)),
            "row_count": str(count),
            "verdict": "accepted_after_return" if returned else "accepted",
            "supersedes": path.replace(".2.csv", ".csv") if revision == 2 else "",
            "original_name": name.replace("{r}", " (đính chính)" if revision == 2 else ""),
            "original_sha256": "",
        }


def answer_by(this: Round) -> date:
    """Day by which a recommendation of a round should be answered: thirty days after reports were due."""
    return workday(this.due + timedelta(days=30))
