"""Slippage (§5.6) and conflicts (§5.8), second computation, with the figures made of them and of reversals (§5.7).

Where a definition leaves a choice open, the choice that a model states is followed and said so here ("choice: …").
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil

import pandas as pd

from oracle.over_time import Key, first_completions, reversals, round_of, steps
from oracle.pandas_oracle import SIX_PLACES, Oracle, Report, State, rate_sets, share

KINDS = ("completed_reopened", "start_undone", "progress_fell")
REASONS = ("error", "partner_dispute", "evidence_rejected", "reversed_in_fact", "decision", "conflict", "not_stated")
DIFFERENCES = ("status", "completion", "deadline", "progress")
QUANTILES = {"slip_lower_quartile": Fraction(1, 4), "slip_upper_quartile": Fraction(3, 4), "slip_p90": Fraction(9, 10)}
SLIP_BANDS = {  # last day of each
    "pulled_in": -1,
    "unmoved": 0,
    "days_1_30": 30,
    "days_31_90": 90,
    "days_91_180": 180,
    "days_181_365": 365,
    "days_366_730": 730,
    "over_730": None,
}
Figures = dict[Key, tuple[Decimal | None, int | None, int | None]]


# --- slippage --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One change of the deadline in force."""

    kind: str
    old: date | None
    new: date | None
    report: Report

    @property
    def is_extension(self) -> bool:
        """§5.6: to take a deadline away is slippage, not an exit."""
        return self.kind in ("extended", "removed")

    @property
    def is_retroactive(self) -> bool:
        """Recorded after the old deadline passed. choice: by the day that the report describes."""
        return self.is_extension and self.report.as_of > self.old

    @property
    def has_reason(self) -> bool:
        return bool(self.report.row.get("due_change_reason"))


def deadline_moves(state: State) -> list[Move]:
    """Every report that names another deadline than the one in force, or takes it away; silence changes nothing."""
    found, current, last = [], state.baseline, state.baseline
    for report in state.line:
        new = report.deadline
        if (new is None and not report.removes_deadline) or new == current:
            continue
        if new is None:
            kind = "removed"
        elif current is None:
            # choice (deadline_changes): a deadline given again after its removal has been counted as slippage already
            kind = "restored" if last else "first_set"
        else:
            kind = "extended" if new > current else "pulled_in"
        found.append(Move(kind, current, new, report))
        current, last = new, new or last
    return found


def deadline_changes(oracle: Oracle) -> dict[tuple[str, int], tuple]:
    """By commitment and number: kind, old, new, number of the extension, retroactive, reason given, round, agency."""
    found = {}
    for name, state in oracle.states.items():
        extensions = 0
        for number, move in enumerate(deadline_moves(state), 1):
            extensions += move.is_extension
            of = extensions if move.is_extension else None
            origin = (move.report.row["round_id"], move.report.agency)
            found[name, number] = (move.kind, move.old, move.new, of, move.is_retroactive, move.has_reason, *origin)
    return found


def slippage(oracle: Oracle) -> dict[str, tuple]:
    """Of E with a baseline: slip in days, first term in days, extensions, removals, retroactive ones, pulled in,
    without a reason."""
    found = {}
    for name, s in oracle.states.items():
        if s.eligible and s.baseline:
            moves = deadline_moves(s)
            found[name] = (
                (s.current - s.baseline).days if s.current else None,
                (s.baseline - s.signed).days,
                _ratio(s),
                sum(m.is_extension for m in moves),
                sum(m.kind == "removed" for m in moves),
                sum(m.is_retroactive for m in moves),
                sum(m.kind == "pulled_in" for m in moves),
                sum(m.is_extension and not m.has_reason for m in moves),
            )
    return found


def _ratio(s: State) -> Decimal | None:
    """§5.6: slip / (baseline − signed), of either sign."""
    term = (s.baseline - s.signed).days
    if not s.current or term <= 0:
        return None
    return (Decimal((s.current - s.baseline).days) / term).quantize(SIX_PLACES, ROUND_HALF_UP)


def _slippage_figures(states: list[State]) -> dict[str, tuple]:
    """Value, numerator and denominator of each indicator of §5.6 over some commitments."""
    dated = [s for s in states if s.eligible and s.baseline]
    moves = [move for s in states for move in deadline_moves(s)]
    extensions = [move for move in moves if move.is_extension]
    slipped = pd.Series(
        [(s.current - s.baseline).days for s in dated if s.current and s.current > s.baseline], dtype="int64"
    )
    days, n = int(slipped.sum()), len(slipped)
    median = int(slipped.quantile(0.5, interpolation="lower")) if n else None
    sets = rate_sets(states)
    found = {}
    for least in (1, 2, 3):
        often = sum(sum(m.is_extension for m in deadline_moves(s)) >= least for s in dated)
        found[f"extended_{least}"] = (share(often, len(dated)), often, len(dated))
    found["slip_months"] = (share(days * 10000, 304375), days, n)
    found["slip_median"] = (None if median is None else Decimal(median), median, n)
    for code, part in (
        ("retroactive_extensions", [m for m in extensions if m.is_retroactive]),
        ("extensions_without_reason", [m for m in extensions if not m.has_reason]),
    ):
        found[code] = (share(len(part), len(extensions)), len(part), len(extensions))
    for code, part in (
        ("extensions", extensions),
        ("deadlines_removed", [m for m in moves if m.kind == "removed"]),
        ("deadlines_pulled_in", [m for m in moves if m.kind == "pulled_in"]),
    ):
        found[code] = (Decimal(len(part)), len(part), None)
    for code in ("R2", "R3"):
        values = [share(*(len(part) for part in sets[name])) for name in (code, f"{code}c")]
        found[f"gap_{code}"] = (None if None in values else values[0] - values[1], None, None)
    return found


def _distribution(states: list[State]) -> Figures:
    """§5.6: how slip is spread over E with a baseline, and over those that slipped; of the nation alone."""
    dated = [s for s in states if s.eligible and s.baseline]
    bands = dict.fromkeys((*SLIP_BANDS, "removed"), 0)
    for s in dated:
        days = (s.current - s.baseline).days if s.current else None
        ends = ((name, last) for name, last in SLIP_BANDS.items() if last is None or days <= last)
        bands["removed" if days is None else next(ends)[0]] += 1
    found: Figures = {
        ("slip_distribution", "slip_band", name): (share(n, len(dated)), n, len(dated)) for name, n in bands.items()
    }
    slipped = sorted((s.current - s.baseline).days for s in dated if s.current and s.current > s.baseline)
    # choice: of two that stand in the middle the lower one, for every quantile
    picked = {code: slipped[ceil(q * len(slipped)) - 1] if slipped else None for code, q in QUANTILES.items()}
    for code, value in (picked | {"slip_max": slipped[-1] if slipped else None}).items():
        found[code, "national", "all"] = (None if value is None else Decimal(value), value, len(slipped))
    ratios = sorted(ratio for s in dated if (ratio := _ratio(s)) and ratio > 0)
    middle = ratios[ceil(Fraction(len(ratios), 2)) - 1] if ratios else None
    found["slip_ratio_median", "national", "all"] = (middle, None, len(ratios))
    return found


# --- conflicts -------------------------------------------------------------------------------------------------------


def comparable(state: State) -> dict[tuple[str, str], tuple[Report, Report]]:
    """§5.8: the last reports of two bodies that lead or co-lead, about days at most 45 apart. choice (as_of_conflicts):
    all successive leads are one body; co-leads stand in the order of their codes."""
    bodies = [("lead", state.last_word)] if state.last_word else []
    bodies += [(report.agency, report) for report in state.others]
    return {
        (one, other): (said, against)
        for number, (one, said) in enumerate(bodies)
        for other, against in bodies[number + 1 :]
        if abs((said.as_of - against.as_of).days) <= 45
    }


def difference(one: Report, other: Report) -> str | None:
    """In what two reports conflict. choice (conflict_pairs): the first of status, completion, deadline, progress."""

    def far(a, b) -> bool:
        return a is not None and b is not None and abs((a - b).days) > 31

    gone = (one.removes_deadline and other.deadline is not None) or (
        other.removes_deadline and one.deadline is not None
    )
    progress = None not in (one.progress, other.progress) and abs(one.progress - other.progress) > 20
    tests = (
        one.status != other.status,
        far(one.completed, other.completed),
        far(one.deadline, other.deadline) or gone,
        progress,
    )
    return next((name for name, differs in zip(DIFFERENCES, tests, strict=True) if differs), None)


def conflict_pairs(oracle: Oracle) -> dict[tuple[str, str, str], tuple]:
    """By commitment and pair: kind of conflict or None, first round and day of it, days open, day of the decision.

    It lasts from the first look after the two last agreed. choice (conflict_pairs): looks are rounds and the edition.
    """
    looks = [(name, then) for name, then in oracle.series().items() if name != "previous"]
    found = {}
    for name, state in oracle.states.items():
        for pair, reports in comparable(state).items():
            kind = difference(*reports)
            if kind is None:
                found[name, *pair] = (None, None, None, None, None)
                continue
            lasting: list[tuple[date, date]] = []
            for _, then in looks:
                if name in then.states and pair in (pairs := comparable(then.states[name])):
                    said = pairs[pair]
                    lasting = [*lasting, (then.T, max(r.as_of for r in said))] if difference(*said) else []
            opened, since = min(look for look, _ in lasting), min(day for _, day in lasting)
            decided = state.decided if state.decided and state.decided >= max(r.as_of for r in reports) else None
            days = ((decided or oracle.T) - since).days
            found[name, *pair] = (kind, f"{opened.year}-Q{(opened.month + 2) // 3}", since, days, decided)
    return found


# --- figures ---------------------------------------------------------------------------------------------------------


def figures(oracle: Oracle) -> Figures:
    """Value, numerator and denominator of every figure of fig_practice_changes."""
    states = list(oracle.states.values())
    by_agency = defaultdict(list)
    for state in states:
        by_agency[state.lead_now].append(state)
    found: Figures = {
        (code, "national", "all"): row for code, row in _slippage_figures(states).items() if states or "gap" not in code
    }
    for agency, own in by_agency.items():
        for code, row in _slippage_figures(own).items():
            # a share or count has a row for an agency only where the table behind it has one
            rows = "gap" in code or (
                any(s.eligible and s.baseline for s in own)
                if code.startswith(("extended", "slip"))
                else any(deadline_moves(s) for s in own)
            )
            if rows:
                found[code, "agency", agency] = row
    for round_id, moves in _by_round(states).items():
        extensions = [m for m in moves if m.is_extension]
        late = sum(m.is_retroactive for m in extensions)
        found["extensions", "round", round_id] = (Decimal(len(extensions)), len(extensions), None)
        found["retroactive_extensions", "round", round_id] = (share(late, len(extensions)), late, len(extensions))
    return found | _distribution(states) | _reversal_figures(oracle) | _conflict_figures(oracle)


def _by_round(states: list[State]) -> dict[str, list[Move]]:
    found = defaultdict(list)
    for state in states:
        for move in deadline_moves(state):
            found[move.report.row["round_id"]].append(move)
    return found


def _reversal_figures(oracle: Oracle) -> Figures:
    back, ever = reversals(oracle), first_completions(oracle)
    rounds = {round_of(name, after.T): after.T for name, _, after in steps(oracle)}

    def count(test) -> tuple[Decimal, int, None]:
        n = sum(test(key, row) for key, row in back.items())
        return Decimal(n), n, None

    found: Figures = {("reversals", "national", "all"): count(lambda key, row: True)}
    for kind in KINDS:
        found["reversals", "reversal_kind", kind] = count(lambda key, row, kind=kind: row[0] == kind)
    for reason in REASONS:
        found["reversals", "reversal_reason", reason] = count(lambda key, row, reason=reason: row[1] == reason)
    for agency in {row[2] for row in back.values()}:
        found["reversals", "agency", agency] = count(lambda key, row, agency=agency: row[2] == agency)
    for round_id, until in rounds.items():
        found["reversals", "round", round_id] = count(lambda key, row, round_id=round_id: key[1] == round_id)
        n, known = found["reversals", "round", round_id][1], sum(when <= until for when in ever.values())
        found["reversal_rate", "round", round_id] = (share(n, known), n, known)
    restating = sum(row[3] for row in back.values())
    found["reversals_restating", "national", "all"] = (share(restating, len(back)), restating, len(back))
    found["reversal_rate", "national", "all"] = (share(len(back), len(ever)), len(back), len(ever))
    reopened = len({key[0] for key, row in back.items() if row[0] == "completed_reopened"} & ever.keys())
    found["reopened_share", "national", "all"] = (share(reopened, len(ever)), reopened, len(ever))
    return found


def _conflict_figures(oracle: Oracle) -> Figures:
    pairs = conflict_pairs(oracle)
    groups = {("national", "all"): pairs}
    for key, row in pairs.items():
        groups.setdefault(("agency", oracle.states[key[0]].lead_now), {})[key] = row
    found: Figures = {}
    for group, rows in groups.items():
        several, disputed = {key[0] for key in rows}, {key[0] for key, row in rows.items() if row[0]}
        found["conflict_rate", *group] = (share(len(disputed), len(several)), len(disputed), len(several))
    for kind in DIFFERENCES:
        n = sum(row[0] == kind for row in pairs.values())
        found["conflict_kinds", "conflict_kind", kind] = (Decimal(n), n, None)
    open_days = pd.Series([row[3] for row in pairs.values() if row[0] and not row[4]], dtype="int64")
    conflicts, decided = sum(bool(row[0]) for row in pairs.values()), sum(bool(row[4]) for row in pairs.values())
    found["conflict_kinds", "national", "all"] = (Decimal(conflicts), conflicts, None)
    found["conflicts_adjudicated", "national", "all"] = (share(decided, conflicts), decided, conflicts)
    median = int(open_days.quantile(0.5, interpolation="lower")) if len(open_days) else None
    found["conflict_days_median", "national", "all"] = (
        None if median is None else Decimal(median),
        median,
        len(open_days),
    )
    return found
