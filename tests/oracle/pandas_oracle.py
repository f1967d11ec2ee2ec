"""The indicators in plain Python, written from their definitions (docs, "Indicators: the exact definitions", §5) and
from what the schemas say of each column, without regard to how the models compute them.

Slow and literal on purpose: one commitment at a time, sets as sets, no window functions. Where a definition leaves a
choice open, the choice that a model states in its opening comment is followed and said so here ("choice: …").
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from oracle.runner import Register, reference

VOID = ("duplicate", "registered_in_error")
# choice (macros/status.sql): the order of advance in which the least advanced claim is found
ADVANCE = ("withdrawn", "not_started", "suspended", "in_progress", "completed")
BANDS = ((30, "0_30"), (90, "31_90"), (180, "91_180"), (365, "181_365"), (730, "366_730"))
CLASS_OF_FIELD = {row["field_id"]: row["parent_field_id"] or row["field_id"] for row in reference("fields")}
CLASS_OF_INSTRUMENT = {row["instrument_id"]: row["instrument_class"] for row in reference("instruments")}
KIND_OF_AGENCY = {row["agency_id"]: row["kind"] for row in reference("agencies")}
SIX_PLACES = Decimal("0.000001")


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def period(when: date, precision: str | None) -> tuple[date, date]:
    """First and last day of the period that an inexact date stands for."""
    if precision == "year":
        return date(when.year, 1, 1), date(when.year, 12, 31)
    if precision in ("month", "quarter"):
        months = 1 if precision == "month" else 3
        first = (when.month - 1) // months * months + 1
        last = first + months - 1
        return date(when.year, first, 1), date(when.year, last, calendar.monthrange(when.year, last)[1])
    return when, when


def months_later(when: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    month = when.month - 1 + months
    year, month = when.year + month // 12, month % 12 + 1
    return date(year, month, min(when.day, calendar.monthrange(year, month)[1]))


def last_day(text: str | None, precision: str | None) -> date | None:
    """§5.1: a deadline known to a period stands for its end."""
    return period(day(text), precision)[1] if text else None


def band(days: int | None) -> str | None:
    """§5.2: 0–30, 31–90, 91–180, 181–365, 366–730, > 730."""
    if days is None:
        return None
    return "ageing_" + next((name for limit, name in BANDS if days <= limit), "over_730")


def share(numerator: int, denominator: int) -> Decimal | None:
    """§5.1: denominator 0 → nothing; rounded half up."""
    return (Decimal(numerator) / denominator).quantize(SIX_PLACES, ROUND_HALF_UP) if denominator else None


@dataclass
class Report:
    """An accepted update with the file it came in."""

    row: dict
    received: datetime

    def __post_init__(self) -> None:
        self.agency = self.row["agency_id"]
        self.status = self.row["status"]
        self.as_of = day(self.row["as_of_date"])
        self.deadline = (
            last_day(self.row["current_due_date"], self.row["current_due_precision"])
            if self.row.get("current_due_date")
            else None
        )
        self.completed = day(self.row.get("completed_date"))
        self.removes_deadline = self.deadline is None and self.row.get("current_due_precision") == "none"
        self.progress = int(self.row["progress_pct"]) if self.row.get("progress_pct") else None
        self.order = (self.as_of, self.received, int(self.row["revision"]), self.agency)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.row[name] for name in ("commitment_id", "round_id", "agency_id", "revision"))

    def saying(self, status: str, progress: int | None) -> Report:
        """The same report as it counts after its completion was taken back as an error (§5.7)."""
        other = copy(self)
        other.row = self.row | {"evidence_grade": None, "completed_precision": None}
        other.status, other.progress, other.completed = status, progress, None
        return other

    def content(self) -> tuple:
        """What counts as a substantive change (§5.5); choice: milestones are the dates of completion and of the
        deadline."""
        names = ("difficulty_code", "evidence_grade", "evidence_ref")
        dates = (self.deadline, self.removes_deadline, self.completed)
        return (self.status, self.progress, *dates, *(self.row.get(name) for name in names))

    def earliest_completion(self, signed: date) -> date | None:
        """The first day that a report of completion allows, by itself; nothing for other reports."""
        if self.status != "completed":
            return None
        return period(self.completed, self.row.get("completed_precision"))[0] if self.completed else signed


@dataclass
class State:
    """One commitment of U at (T, K)."""

    commitment_id: str
    row: dict
    T: date
    signed: date
    recorded: date
    lead_was: str
    lead_now: str
    baseline: date | None
    current: date | None
    reported_status: str
    effective_status: str
    has_conflict: bool
    has_unresolved_conflict: bool
    may_be_since: date | None
    earliest: date | None = None
    completed: date | None = None
    evidence: str | None = None
    exit_type: str | None = None
    exit_date: date | None = None
    exit_by: str | None = None
    assigned: date | None = None
    started: date | None = None
    last_as_of: date | None = None
    last_substantive: date | None = None
    reports: int = 0
    population: str = ""
    leads: list = field(default_factory=list)
    line: list[Report] = field(default_factory=list)  # what successive leads reported
    others: list[Report] = field(default_factory=list)  # the last word of each co-lead
    last_word: Report | None = None  # the last report of the line as it counts, with the deadline in force
    is_taken_back: bool = False  # that report was taken back as an error later
    taken_back: dict = field(default_factory=dict)  # every report so taken back, with what stands instead
    decided: date | None = None  # the last decision of the coordinating agency, whether it counts or not

    @property
    def eligible(self) -> bool:
        return self.population not in ("superseded", "ongoing_framework", "attrition_before_due")

    @property
    def is_completed(self) -> bool:
        return self.population == "completed"

    @property
    def is_open(self) -> bool:
        return self.population.startswith("open_")

    @property
    def overdue(self) -> bool:
        return self.population == "open_overdue"

    @property
    def past_baseline(self) -> bool:
        return self.baseline is not None and self.baseline <= self.T

    @property
    def past_current(self) -> bool:
        return self.current is not None and self.current <= self.T

    @property
    def due_baseline(self) -> bool:
        return self.eligible and self.past_baseline

    @property
    def due_current(self) -> bool:
        return self.eligible and self.past_current

    def in_time(self, deadline: date | None, completed: date | None) -> bool:
        return self.is_completed and deadline is not None and completed is not None and completed <= deadline

    @property
    def may_be_completed(self) -> bool:
        """§5.1, upper end: completed by the most advanced claim of an unresolved conflict."""
        claimed = self.may_be_since is not None and self.may_be_since <= self.T
        return self.eligible and not self.is_completed and claimed

    def may_be_in_time(self, deadline: date | None) -> bool:
        """§5.1, upper end: unknown timing is on time, a conflict is read at the earliest of its claims."""
        days = [self.earliest if self.is_completed else None, self.may_be_since]
        first = min((one for one in days if one), default=None)
        return (
            (self.is_completed or self.may_be_completed)
            and deadline is not None
            and first is not None
            and first <= deadline
        )

    @property
    def verified(self) -> bool:
        return self.is_completed and self.evidence in ("A", "B")

    @property
    def days_overdue(self) -> int | None:
        return (self.T - self.current).days if self.overdue else None

    @property
    def days_overdue_baseline(self) -> int | None:
        return (self.T - self.baseline).days if self.is_open and self.past_baseline else None

    @property
    def unassigned(self) -> bool:
        return self.is_open and self.assigned is None and (self.T - self.signed).days > 30

    @property
    def completion_class(self) -> str | None:
        """§5.0: the four Vietnamese classes, with completed and open without deadline as fifth and sixth."""
        if self.is_completed:
            if self.current is None:
                return "completed_no_deadline"
            return "completed_on_time" if self.in_time(self.current, self.completed) else "completed_late"
        return {"open_in_term": "open_in_time"}.get(self.population, self.population) if self.is_open else None

    @property
    def freshness(self) -> str | None:
        """§5.5, on the last substantive report."""
        if not self.is_open:
            return None
        if self.last_substantive is None:
            return "no_information"
        age = (self.T - self.last_substantive).days
        return "current" if age <= 92 + 15 else "ageing" if age <= 184 else "stale" if age <= 365 else "dead"

    def lead_on(self, when: date) -> str | None:
        """The last assignment by that day, else the lead at signing."""
        return ([None] + [agency for start, agency in self.leads if start <= when])[-1]


class Oracle:
    """The register as it stood at T, as known at K."""

    def __init__(
        self,
        register: Register,
        T: date | None = None,
        K: date | None = None,
        whole: Oracle | None = None,
        published: bool = False,
    ):
        self.register = register
        self.whole = whole or self  # the edition that this is a look at
        self.published = published  # with the knowledge of its own time
        self._series: dict[str, Oracle] = {}
        self.T = T or day(register.valid_date)
        self.K = K or day(register.knowledge_date)
        # §5.0: only submissions received by the end of K; a file that a known file corrects is no longer used
        self.known_files = [row for row in register.rows("submission_ledger") if self._received(row).date() <= self.K]
        replaced = {row["supersedes"] for row in self.known_files if row.get("supersedes")}
        receipts = {row["file"]: self._received(row) for row in self.known_files if row["file"] not in replaced}
        self.reports: dict[str, list[Report]] = defaultdict(list)
        for row in register.rows("progress_updates"):
            # choice (as_of_updates): T applies to the day that a report is about, not to the days that it mentions
            if row["file"] in receipts and day(row["as_of_date"]) <= self.T:
                self.reports[row["commitment_id"]].append(Report(row, receipts[row["file"]]))
        for reports in self.reports.values():
            reports.sort(key=lambda report: report.order)
        self.states = {
            row["commitment_id"]: self._state(row) for row in register.rows("commitments") if self._is_in_U(row)
        }

    @staticmethod
    def _received(row: dict) -> datetime:
        return datetime.fromisoformat(row["received_at"])

    def _known(self, table: str, commitment_id: str, when: str | None) -> list[dict]:
        """Rows on a commitment that were recorded by K and, where ``when`` names a date, happened by T."""
        return [
            row
            for row in self.register.rows(table)
            if row["commitment_id"] == commitment_id
            and day(row["recorded_date"]) <= self.K
            and (when is None or day(row[when]) <= self.T)
        ]

    def _is_in_U(self, row: dict) -> bool:
        # void rows are in no population as soon as it is known by K, whatever the day of the decision
        void = any(e["exit_type"] in VOID for e in self._known("commitment_exits", row["commitment_id"], None))
        return (
            day(row["signed_date"]) <= self.T
            and day(row["recorded_date"]) <= self.K
            and not void
            and row["disclosure"] == "public"  # design: restricted rows are left out before anything is computed
        )

    def _state(self, row: dict) -> State:
        name = row["commitment_id"]
        # who led it from when; choice (as_of_lead_periods): of assignments of one day the last agency by code, after
        # the signing
        leads = sorted(
            [(day(row["signed_date"]), False, row["lead_agency_id"])]
            + [(day(a["from_date"]), True, a["agency_id"]) for a in self._known("lead_assignments", name, "from_date")]
        )
        everyone = {agency for _, _, agency in leads}
        reports = self.reports[name]
        line = [report for report in reports if report.agency in everyone]
        co_leads = {
            a["agency_id"]
            for a in self.register.rows("commitment_agencies")
            if a["commitment_id"] == name and a["role"] == "co_lead" and a["agency_id"] not in everyone
        }
        others = {agency: [r for r in reports if r.agency == agency][-1:] for agency in sorted(co_leads)}
        taken_back = self._taken_back(name, reports, everyone)
        last_words = [self._as_it_counts(r, taken_back) for latest in others.values() for r in latest]
        counted = [self._as_it_counts(r, taken_back) for r in line]
        decisions = self._known("adjudications", name, "decided_date")
        decision = max(decisions, key=lambda d: d["decided_date"], default=None)
        reported = counted[-1].status if line else "no_information"
        baseline = last_day(row.get("due_date"), row.get("due_precision"))
        # choice (as_of_lead_line): the last value given holds, a later report that is silent on it does not take it
        # back; "none" is a value
        deadlines = [r for r in line if r.deadline or r.removes_deadline]
        current = deadlines[-1].deadline if deadlines else baseline
        spoken = [copy(report) for report in counted]
        if spoken:
            # choice (as_of_conflicts): a lead that is silent on the deadline stands by the one in force
            spoken[-1].deadline, spoken[-1].removes_deadline = current, bool(deadlines) and current is None
        effective, conflict, unresolved, claimed = self._judge(spoken, last_words, decision, day(row["signed_date"]))
        state = State(
            name,
            row,
            self.T,
            day(row["signed_date"]),
            day(row["recorded_date"]),
            row["lead_agency_id"],
            leads[-1][2],
            baseline=baseline,
            current=current,
            reported_status=reported,
            effective_status=effective,
            has_conflict=conflict,
            has_unresolved_conflict=unresolved,
            may_be_since=claimed,
            leads=[(start, agency) for start, _, agency in leads],
            line=line,
            others=last_words,
            last_word=spoken[-1] if spoken else None,
            is_taken_back=bool(line) and line[-1].key in taken_back,
            taken_back=taken_back,
            decided=day(decision["decided_date"]) if decision else None,
        )
        state.assigned = ([day(r.row["assigned_date"]) for r in line if r.row.get("assigned_date")] or [None])[-1]
        state.started = ([day(r.row["started_date"]) for r in line if r.row.get("started_date")] or [None])[-1]
        state.reports = len(line)
        state.last_as_of = line[-1].as_of if line else None
        state.last_substantive = self._last_substantive(line)
        for gone in self._known("commitment_exits", name, "exit_date"):
            if gone["exit_type"] not in VOID:
                state.exit_type, state.exit_date, state.exit_by = (
                    gone["exit_type"],
                    day(gone["exit_date"]),
                    gone.get("decided_by"),
                )
        if effective == "completed":
            self._complete(state, counted, decision)
        state.population = self._population(state)
        return state

    def _taken_back(self, name: str, reports: list[Report], leads: set[str]) -> dict[tuple, tuple[str, int | None]]:
        """§5.7: completions that whoever reported them took back as an error, with status and progress of what stood
        before. choice (as_of_corrections): the run of its completions right before its report that says so, as the
        edition knows it; the leads are one body."""
        if self.published:
            return {}
        if self.whole is not self:
            return self.whole.states[name].taken_back if name in self.whole.states else {}
        lines: dict[str, list[Report]] = defaultdict(list)
        for report in reports:
            lines["lead" if report.agency in leads else report.agency].append(report)
        found = {}
        for line in lines.values():
            for number, report in enumerate(line):
                is_error = report.row.get("status_change_reason") == "error"
                if is_error and report.status in ("not_started", "in_progress", "suspended"):
                    start = number
                    while start and line[start - 1].status == "completed":
                        start -= 1
                    before = line[start - 1] if start else None
                    stands = (before.status, before.progress) if before else (report.status, None)
                    found |= {taken.key: stands for taken in line[start:number]}
        return found

    @staticmethod
    def _as_it_counts(report: Report, taken_back: dict) -> Report:
        return report.saying(*taken_back[report.key]) if report.key in taken_back else report

    def _judge(
        self, line: list[Report], co_reports: list[Report], decision: dict | None, signed: date
    ) -> tuple[str, bool, bool, date | None]:
        """Effective status, conflict, unresolved conflict, and since when it is completed by the most advanced claim in
        an unresolved conflict (§5.8)."""
        lead = line[-1:]
        bodies = lead + co_reports
        conflicts = [
            (one, other)
            for number, one in enumerate(bodies)
            for other in bodies[number + 1 :]
            if abs((one.as_of - other.as_of).days) <= 45 and self._differ(one, other)
        ]
        disputed = [report for pair in conflicts for report in pair]
        since = max((report.as_of for report in disputed), default=None)
        decided = day(decision["decided_date"]) if decision else None
        if since is None:
            # choice (as_of_effective_status): a report on a day after the decision speaks again
            if decided is not None and (not lead or decided >= lead[0].as_of):
                return decision["decided_status"], False, False, None
        elif decided is not None and decided >= since:
            return decision["decided_status"], True, False, None
        days = [report.earliest_completion(signed) for report in disputed]
        claimed = min((one for one in days if one), default=None)
        if not lead:
            # decisions: co-leads lower what the lead says, but do not speak in its place
            return "no_information", bool(conflicts), bool(conflicts), claimed
        least = min((report.status for report in disputed + lead), key=ADVANCE.index)
        return least, bool(conflicts), bool(conflicts), claimed

    @staticmethod
    def _differ(one: Report, other: Report) -> bool:
        def far(a, b, limit) -> bool:
            return a is not None and b is not None and abs(a - b) > limit

        month = timedelta(days=31)
        return (
            one.status != other.status
            or far(one.progress, other.progress, 20)
            or far(one.completed, other.completed, month)
            or far(one.deadline, other.deadline, month)
            or bool(one.removes_deadline and other.deadline or other.removes_deadline and one.deadline)
        )

    def _last_substantive(self, line: list[Report]) -> date | None:
        """§5.5: a later as-of date and something changed, or confirmed unchanged; the first report always says
        something."""
        found = None
        for number, report in enumerate(line):
            if number == 0:
                found = report.as_of
                continue
            before = line[number - 1]
            if report.as_of > before.as_of and (self._confirmed(report) or report.content() != before.content()):
                found = report.as_of
        return found

    def _confirmed(self, report: Report) -> bool:
        turn = next(r for r in reference("review_rounds") if r["round_id"] == report.row["round_id"])
        inside = turn["period_start"] <= report.row["as_of_date"] <= turn["period_end"]
        return report.row["no_change_confirmed"] == "true" and inside

    def _complete(self, state: State, line: list[Report], decision: dict | None) -> None:
        """§5.1: a day, or an interval that the reports leave open."""
        if not line or line[-1].status != "completed":
            # choice (as_of_completions): decided against the lead's report; the decision is the latest possible day
            state.earliest, state.completed = state.signed, day(decision["decided_date"])
            return
        claims = [report for report in line if report.status == "completed"]
        denials = [number for number, report in enumerate(line) if report.status != "completed"]
        grades = [report.row["evidence_grade"] for report in claims if report.row.get("evidence_grade")]
        state.evidence = grades[-1] if grades else None
        # choice (as_of_lead_line): of two reports about one day the one received last is the last word on it
        first = line[denials[-1] + 1 if denials else 0].as_of
        last = line[-1]
        if last.completed is not None:
            start, end = period(last.completed, last.row.get("completed_precision"))
            # choice (as_of_completions): what was reported as completed was completed by the day of the report
            state.earliest, state.completed = start, min(end, max(first, last.completed))
            return
        # choice (as_of_completions): an empty interval, both said of one day, says nothing of when
        denied = line[denials[-1]].as_of if denials else None
        state.earliest = denied + timedelta(days=1) if denied and denied < first else state.signed
        state.completed = first

    def _population(self, state: State) -> str:
        """§5.0. choice (as_of_populations): of X0 and X1 the first counts; exits that are not X2 are "exited after
        due"."""
        # C = effective completed ≤ T: a completion on a later day does not count yet
        completed = state.effective_status == "completed" and state.earliest <= self.T
        if state.exit_type == "superseded":
            return "superseded"
        if state.row["is_ongoing_framework"] == "true":
            return "ongoing_framework"
        early = state.exit_type in ("withdrawn", "overtaken_by_events") and (
            state.current is None or state.exit_date <= state.current
        )
        if early:
            return "attrition_before_due"
        if completed:
            return "completed"
        if state.exit_type:
            return "exited_after_due"
        if state.current is None:
            return "open_undated"
        return "open_overdue" if state.current <= self.T else "open_in_term"

    # --- figures -----------------------------------------------------------------------------------------------------

    def dimensions(self, s: State) -> dict[str, str]:
        """The breakdowns of commitment_dimensions."""
        return {
            "national": "all",
            "agency": s.lead_now,
            "agency_as_was": s.lead_was,
            "field": CLASS_OF_FIELD[s.row["field_id"]],
            "partner": s.row["partner_id"],
            "instrument": s.row["instrument_id"],
            "instrument_class": CLASS_OF_INSTRUMENT[s.row["instrument_id"]],
            "signed_year": str(s.signed.year),
            "agency_kind": KIND_OF_AGENCY[s.lead_now],
            "key_project": s.row["is_key_project"],
        }

    def by_member(self) -> dict[tuple[str, str], list[State]]:
        members: dict[tuple[str, str], list[State]] = defaultdict(list)
        for state in self.states.values():
            for key in self.dimensions(state).items():
                members[key].append(state)
        return members

    def rates(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Numerator and denominator of each rate by dimension and member."""
        found = {}
        for (dimension, member), states in self.by_member().items():
            for code, (numerator, denominator) in rate_sets(states).items():
                found[code, dimension, member] = (len(numerator), len(denominator))
        return found

    def bounds(self) -> dict[tuple[str, str, str], tuple[Decimal | None, Decimal | None]]:
        """§5.1, the sensitivity band of the headlines. Lower: undated open items are due, unknown timing is late,
        conflicts and evidence gaps are not completed. Upper: the opposite; a conflict is read at its most advanced
        claim, on its earliest day. choice (fig_rates): the denominator of the lower end keeps what it no longer counts
        as completed, and a bound never crosses the value."""
        found = {}
        for (dimension, member), states in self.by_member().items():
            sets = rate_sets(states)
            maybe = {s.commitment_id for s in states if s.may_be_completed}
            for code in ("R1", "R2", "R2c", "R2v", "R3", "R3c"):
                numerator, denominator = sets[code]
                value = share(len(numerator), len(denominator))
                sure = {
                    s.commitment_id
                    for s in states
                    if s.commitment_id in numerator and s.verified and not s.has_unresolved_conflict
                }
                undated = {s.commitment_id for s in states if s.population == "open_undated" and code != "R1"}
                if code in ("R3", "R3c"):
                    due = "baseline" if code == "R3" else "current"
                    likely = {s.commitment_id for s in states if s.may_be_in_time(getattr(s, due))} & denominator
                    possible = denominator
                elif code == "R2v":
                    likely, possible = numerator | maybe, denominator | maybe
                else:
                    likely, possible = numerator | maybe & denominator, denominator
                low, high = share(len(sure), len(denominator | undated)), share(len(likely), len(possible))
                bounds = (None, None) if value is None else (min(low, value), max(high, value))
                found[code, dimension, member] = bounds
        return found

    def counts(self) -> dict[tuple[str, str, str], int]:
        """The counts of populations, classes and defects."""
        found = {}
        for (dimension, member), states in self.by_member().items():
            for code, test in COUNTS.items():
                found[code, dimension, member] = sum(1 for state in states if test(state))
        return found

    def ageing(self) -> dict[tuple[str, str], int]:
        """§5.2: by days overdue on each deadline, of all and of each year of signing ("2021.ageing_0_30")."""
        years = {f"{state.signed.year}." for state in self.states.values()}
        found = {
            (code, f"{year}ageing_{name}"): 0
            for code in ("ageing", "ageing_baseline")
            for year in ("", *years)
            for name in (*(name for _, name in BANDS), "over_730")
        }
        for state in self.states.values():
            for code, days in (("ageing", state.days_overdue), ("ageing_baseline", state.days_overdue_baseline)):
                if days is not None:
                    found[code, band(days)] += 1
                    found[code, f"{state.signed.year}.{band(days)}"] += 1
        return found

    def overdue_days(self) -> dict[tuple[str, str, str], Decimal]:
        """Sum, mean, median (choice: the lower of two) and maximum of the days overdue."""
        found = {}
        for key, states in self.by_member().items():
            days = pd.Series([s.days_overdue for s in states if s.overdue], dtype="int64")
            if len(days):
                total = int(days.sum())
                for code, value in (
                    ("total", Decimal(total)),
                    ("mean", share(total, len(days))),
                    ("median", Decimal(int(days.quantile(0.5, interpolation="lower")))),
                    ("max", Decimal(int(days.max()))),
                ):
                    found[f"overdue_days_{code}", *key] = value
        return found

    def maturity(self) -> dict[tuple[str, str, str], tuple[int, int | None]]:
        """R4 by horizon, R5 and its 90 days, R7 (§5.1)."""
        found: dict = {}
        cohorts: dict[tuple[str, str], list[State]] = defaultdict(list)
        for key, states in self.by_member().items():
            if key[0] in ("national", "signed_year", "field"):
                cohorts[key] = [s for s in states if s.eligible]
        for (dimension, member), states in cohorts.items():
            for months in (6, 12, 24, 36):
                old = [s for s in states if months_later(s.signed, months) <= self.T]
                done = [s for s in old if s.is_completed and s.completed <= months_later(s.signed, months)]
                if old:
                    found["R4", f"{dimension}_horizon", f"{member}.{months}m"] = (len(done), len(old))
            if states:
                # choice (fig_maturity): what is completed has been started
                begun = [s for s in states if s.is_completed or s.started and s.started <= self.T]
                found["R5", dimension, member] = (len(begun), len(states))
                old = [s for s in states if (self.T - s.signed).days >= 90]
                soon = [s for s in old if s.started and (s.started - s.signed).days <= 90]
                found["R5q", dimension, member] = (len(soon), len(old))
        for s in self.states.values():
            # R7 = X2 and exits after due: neither what lives on in a successor nor a framework that ended
            attrition = s.population in ("attrition_before_due", "exited_after_due")
            if attrition:
                key = ("R7", "exit_type", s.exit_type + (f".{s.exit_by}" if s.exit_by else ""))
                found[key] = (found.get(key, (0, None))[0] + 1, None)
        return found

    def signing(self) -> dict[tuple[str, str, str], int]:
        """Commitments and documents by quarter and year of signing; the unit of published counts is the document."""
        found: dict = defaultdict(set)
        for s in self.states.values():
            quarter = f"{s.signed.year}-Q{(s.signed.month + 2) // 3}"
            document = s.row.get("document_id") or s.commitment_id
            for dimension, member in (("year", str(s.signed.year)), ("quarter", quarter)):
                found["signed_in_period", dimension, member].add(s.commitment_id)
                found["documents_signed", dimension, member].add(document)
            found["documents_signed", "national", "all"].add(document)
        return {key: len(names) for key, names in found.items()}

    def units(self) -> dict[tuple[str, str, str], int]:
        """§5.0: a document has the status of its least advanced child that has not exited (choice (fig_units): one
        without information comes first). §5.1: commitments by any participation."""
        order = ("no_information", *ADVANCE)
        found = {("documents_by_status", "effective_status", status): 0 for status in order}
        children: dict[str, list[str]] = defaultdict(list)
        for s in self.states.values():
            status = "in_progress" if s.effective_status == "completed" and not s.is_completed else s.effective_status
            if s.is_open or s.is_completed:
                children[s.row.get("document_id") or s.commitment_id].append(status)
            parties = {s.lead_now} | {
                a["agency_id"]
                for a in self.register.rows("commitment_agencies")
                if a["commitment_id"] == s.commitment_id
            }
            for agency in parties:
                for code, counts in (
                    ("participation", True),
                    ("participation_open", s.is_open),
                    ("participation_completed", s.is_completed),
                    ("participation_backlog", s.overdue),
                ):
                    found[code, "agency", agency] = found.get((code, "agency", agency), 0) + int(counts)
        for statuses in children.values():
            found["documents_by_status", "effective_status", min(statuses, key=order.index)] += 1
        return found

    # --- series over the rounds --------------------------------------------------------------------------------------

    def at(self, T: date, K: date, published: bool = False) -> Oracle:
        """The same register at other dates."""
        return Oracle(self.register, T, K, self, published)

    def editions(self) -> dict[str, tuple[date, date]]:
        """The dates at which as_of_dates looks: the edition; the rounds of the mechanism before it, with its knowledge;
        and the last of these with the knowledge of its own time, ten days later."""
        cutoffs = {
            row["round_id"]: day(row["data_cutoff"])
            for row in reference("review_rounds")
            if row["is_mechanism_round"] == "true" and day(row["data_cutoff"]) < self.T
        }
        found = {round_id: (cutoff, self.K) for round_id, cutoff in cutoffs.items()} | {"edition": (self.T, self.K)}
        if cutoffs:
            last = max(cutoffs.values())
            then = last + timedelta(days=10)
            found["previous"] = (last, min(then, self.K))
        return found

    def series(self) -> dict[str, Oracle]:
        """The register at each of these dates, in the order of time; ``previous`` stands last."""
        if not self._series:
            dates = sorted(self.editions().items(), key=lambda item: (item[0] == "previous", item[1]))
            self._series = {
                name: self if name == "edition" else self.at(T, K, name == "previous") for name, (T, K) in dates
            }
        return self._series

    # --- difficulties ------------------------------------------------------------------------------------------------

    def difficulties(self) -> dict[tuple[str, int], dict]:
        """§5.9: runs of reports of the lead line that name one difficulty, with what followed. choice
        (difficulty_spells): what is completed names none; to escalate is to recommend to anyone but the agency."""
        found = {}
        for name, state in self.states.items():
            everyone = {agency for _, agency in state.leads}
            line = [report for report in self.reports[name] if report.agency in everyone]
            named = [None if r.status == "completed" else r.row.get("difficulty_code") for r in line]
            number, start = 0, 0
            while start < len(line):
                stop = start
                while stop < len(line) and named[stop] == named[start]:
                    stop += 1
                if named[start] is not None:
                    number += 1
                    following = line[stop].as_of if stop < len(line) else None
                    run = self._difficulty(name, line[start:stop], following)
                    found[name, number] = run | {"code": named[start]}
                start = stop
        for (name, number), run in found.items():
            later = [
                r["raised"] for (n, k), r in found.items() if n == name and k > number and r["code"] == run["code"]
            ]
            run["again"] = min(later, default=None)
        return found

    def _difficulty(self, name: str, run: list[Report], following: date | None) -> dict:
        asked = [r for r in run if r.row.get("recommendation") and r.row.get("addressed_to") not in (None, "agency")]
        keys = {(r.row["round_id"], r.agency) for r in asked}
        answers = [
            (day(row["response_date"]), row["outcome"])
            for row in self._known("recommendation_responses", name, None)
            if (row["round_id"], row["agency_id"]) in keys
            and row.get("response_date")
            and day(row["response_date"]) <= self.T
        ]
        escalated = asked[0].as_of if asked else None
        answered = max(min(when for when, _ in answers), escalated) if answers else None
        resolving = max((when for when, outcome in answers if outcome == "resolved"), default=None)
        if resolving is not None and resolving <= run[-1].as_of:
            resolving = None
        resolved = min((when for when in (following, resolving) if when), default=None)
        return {"raised": run[0].as_of, "escalated": escalated, "answered": answered, "resolved": resolved}

    def waits(self) -> dict[tuple[str, str, int], tuple[int, str]]:
        """Days and outcome of each wait after a difficulty; what comes first decides, on one day the event."""
        found = {}
        for (name, number), run in self.difficulties().items():
            state = self.states[name]
            heard = state.last_substantive or state.recorded
            told_until = self.T if (self.T - heard).days <= 184 else state.last_as_of
            gone, left = run["resolved"], state.exit_date
            for event, origin, when, moot, until in (
                ("raised_escalated", run["raised"], run["escalated"], (gone, left), told_until),
                ("escalated_answered", run["escalated"], run["answered"], (gone, left), self.T),
                ("raised_resolved", run["raised"], run["resolved"], (left,), told_until),
            ):
                if origin is None:
                    continue
                ends = [(when, 0, "event"), *((other, 1, "competing") for other in moot)]
                end, _, outcome = min((e for e in ends if e[0]), default=(until, 2, "censored"))
                found[event, name, number] = (max((end - origin).days, 0), outcome)
        return found

    # --- reporting ---------------------------------------------------------------------------------------------------

    def owed(self) -> dict[tuple[str, str], tuple[str, bool]]:
        """§5.4, by round of the mechanism and commitment open on its cut-off: who led it, and whether the lead line
        reported it. Open is O of §5.0 at the cut-off, so what was completed then and reversed in fact since owed
        nothing. choice (round_items): with the edition's knowledge; a commitment that the register did not hold yet on
        the cut-off obliges nobody."""
        found = {}
        looks = {then.T: then for name, then in self.series().items() if name != "previous"}
        for turn in reference("review_rounds"):
            then = looks.get(day(turn["data_cutoff"])) if turn["is_mechanism_round"] == "true" else None
            for name, s in then.states.items() if then else ():
                if s.is_open and s.recorded <= then.T:
                    now = self.states[name]
                    reported = any(r.row["round_id"] == turn["round_id"] for r in now.line)
                    found[turn["round_id"], name] = (now.lead_on(then.T), reported)
        return found

    def obligations(self) -> dict[tuple[str, str], dict]:
        """§5.4: one per agency responsible on the cut-off of a round and round, with ≥ 1 open led commitment."""
        found: dict[tuple[str, str], dict] = {}
        due = {turn["round_id"]: day(turn["due_date"]) for turn in reference("review_rounds")}
        for (round_id, name), (lead, _) in self.owed().items():
            row = found.setdefault((round_id, lead), {"led": 0, "reported": 0, "due": due[round_id]})
            row["led"] += 1
            row["reported"] += any((r.row["round_id"], r.agency) == (round_id, lead) for r in self.reports[name])
        for (round_id, agency), row in found.items():
            files = [f for f in self.known_files if (f["round_id"], f["agency_id"]) == (round_id, agency)]
            first = min(files, key=self._received, default=None)
            row["received"] = self._received(first).date() if first else None
            row["on_time"] = first is not None and row["received"] <= row["due"]
            row["accepted"] = first is not None and first["verdict"] == "accepted"
            row["files"] = len(files)
        return found

    def reporting(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """RT1, RT2, RT4 and RT5 for the nation, each round and each agency."""
        groups: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for (round_id, agency), row in self.obligations().items():
            for key in (("national", "all"), ("round", round_id), ("agency", agency)):
                groups[key].append(row)
        found = {}
        for key, rows in groups.items():
            received = [r for r in rows if r["received"]]
            found["RT1", *key] = (sum(r["on_time"] for r in rows), len(rows))
            found["RT2", *key] = (len(received), len(rows))
            found["RT4", *key] = (sum(r["accepted"] for r in received), len(received))
            found["RT5", *key] = (sum(r["reported"] for r in rows), sum(r["led"] for r in rows))
        return found


def rate_sets(states: list[State]) -> dict[str, tuple[set[str], set[str]]]:
    """The sets of §5.1, by name."""

    def those(test) -> set[str]:
        return {s.commitment_id for s in states if test(s)}

    E = those(lambda s: s.eligible)
    C = those(lambda s: s.is_completed)
    D_b = those(lambda s: s.due_baseline)
    D_c = those(lambda s: s.due_current)
    O = those(lambda s: s.is_open)  # noqa: E741, as in the definitions
    O_over = those(lambda s: s.overdue)
    by_baseline = D_b & those(lambda s: s.in_time(s.baseline, s.completed))
    by_current = D_c & those(lambda s: s.in_time(s.current, s.completed))
    verified = those(lambda s: s.verified)
    return {
        "R1": (C, E),
        "R2": (C & D_b, D_b),
        "R2c": (C & D_c, D_c),
        "R2v": (C, C | O_over),
        "R3": (by_baseline, D_b),
        "R3c": (by_current, D_c),
        # choice (fig_rates): the numerator stays within its denominator
        "R3x": ((by_current - by_baseline) & D_b, C & D_b),
        "R6": (verified, E),
        "R6c": (verified, C),
        "on_time_share": (
            those(lambda s: s.in_time(s.current, s.completed)),
            C & those(lambda s: s.current is not None),
        ),
        "stale_share": (O & those(lambda s: s.freshness in ("stale", "dead", "no_information")), O),
    }


COUNTS = (
    {
        "signed": lambda s: True,
        "eligible": lambda s: s.eligible,
        "completed": lambda s: s.is_completed,
        "open": lambda s: s.is_open,
        "backlog": lambda s: s.overdue,
        "due_baseline": lambda s: s.due_baseline,
        "due_current": lambda s: s.due_current,
        "backlog_baseline": lambda s: s.is_open and s.past_baseline,
        "unassigned": lambda s: s.unassigned,
        "long_overdue": lambda s: s.overdue and s.days_overdue >= 730,
        "backlog_key_project": lambda s: s.overdue and s.row["is_key_project"] == "true",
        "key_projects": lambda s: s.row["is_key_project"] == "true",
        "timing_unknown": lambda s: s.is_completed and s.earliest < s.completed,
        "no_information": lambda s: s.is_open and s.reported_status == "no_information",
        "in_conflict": lambda s: (s.is_open or s.is_completed) and s.has_unresolved_conflict,
        "unverified_completions": lambda s: s.is_completed and not s.verified,
    }
    | {
        name: lambda s, name=name: s.population == name
        for name in (
            "superseded",
            "ongoing_framework",
            "attrition_before_due",
            "exited_after_due",
            "open_in_term",
            "open_undated",
        )
    }
    | {
        name: lambda s, name=name: s.completion_class == name
        for name in ("completed_on_time", "completed_late", "completed_no_deadline")
    }
    | {
        name: lambda s, name=name: s.is_open and s.effective_status == name
        for name in ("not_started", "in_progress", "suspended")
    }
)
