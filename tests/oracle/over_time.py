"""What happened between dates, second computation: movements of the backlog (§5.2), reversals (§5.7), and why a
headline changed since the round before (§5.1), from the states of the oracle at each date.

Where a definition leaves a choice open, the choice that a model states is followed and said so here ("choice: …").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from oracle.pandas_oracle import COUNTS, Oracle, Report, State, rate_sets, share

HEADLINES = ("R1", "R2", "R2c")
CAUSES = ("corrected", "new", "newly_due", "completed", "extended", "exited", "reversed", "definition")
READINGS = ("overdue_current", "overdue_baseline", "difficulty_no_progress")
FLOWS = ("became_overdue", "completed_late", "extended_out", "exited", "reopened_in", "late_registered")
ENDS = ("attrition_before_due", "exited_after_due", "superseded")
Key = tuple[str, str, str]


def round_of(name: str, when: date) -> str:
    """A look is a round, or the edition, which is the round that its date lies in."""
    return f"{when.year}-Q{(when.month + 2) // 3}" if name == "edition" else name


def steps(oracle: Oracle) -> Iterator[tuple[str, Oracle, Oracle]]:
    """From each look at the register to the next, with the knowledge of the edition; the name is that of the next."""
    looks = [(name, then) for name, then in oracle.series().items() if name != "previous"]
    for (_, before), (name, after) in zip(looks, looks[1:], strict=False):
        yield name, before, after


# --- movements of the backlog ----------------------------------------------------------------------------------------


def deadline_on(state: State, day: date) -> date | None:
    """The deadline in force at the end of a day; a report says what holds on the day that it describes."""
    said = [r.deadline for r in state.line if r.as_of <= day and (r.deadline or r.removes_deadline)]
    return said[-1] if said else state.baseline


def fell_due(state: State, start: date, stop: date) -> bool:
    """§5.2, became overdue: a deadline fell in (start, stop], and the commitment was open at the end of that day."""
    named = {r.deadline for r in state.line if r.deadline} | ({state.baseline} if state.baseline else set())
    for day in named:
        # choice (backlog_flows): the last deadline counts on its day also where it was named later
        in_force = deadline_on(state, day) == day or state.current == day
        gone = state.completed is not None and state.completed <= day or state.exit_date and state.exit_date <= day
        if start < day <= stop and in_force and state.signed <= day and not gone:
            return True
    return False


def moves(before: State | None, after: State, start: date, stop: date) -> list[tuple[str, int]]:
    """The movements of one commitment, +1 in or −1 out."""
    was, done = before is not None and before.overdue, before is not None and before.is_completed
    found = []
    if not was and not done and after.population != "ongoing_framework" and fell_due(after, start, stop):
        found.append(("became_overdue", 1))
    elif after.overdue and not was:
        found.append(("reopened_in" if done else "late_registered" if before is None else "corrected_in", 1))
    if (was or found) and not after.overdue:
        # choice (backlog_flows): what was extended and then completed left as completed
        if after.is_completed:
            found.append(("completed_late", -1))
        elif after.population in ENDS:
            found.append(("exited", -1))
        else:
            found.append(("extended_out" if after.is_open else "corrected_out", -1))
    return found


def movements(oracle: Oracle) -> set[tuple[str, str, str, int]]:
    """(look, commitment, movement, sign) of every movement of the backlog."""
    return {
        (name, commitment_id, *move)
        for name, before, after in steps(oracle)
        for commitment_id, state in after.states.items()
        for move in moves(before.states.get(commitment_id), state, before.T, after.T)
    }


def readings(oracle: Oracle) -> dict[str, set[str]]:
    """§5.2: the three readings of "nothing outstanding". choice (fig_flows): no progress for two cycles is a last
    report that names a difficulty and no more progress than the one two before it."""

    def stuck(state: State) -> bool:
        if not state.is_open or len(state.line) < 3 or not state.line[-1].row.get("difficulty_code"):
            return False
        now, then = state.line[-1].progress, state.line[-3].progress
        return now is not None and then is not None and now <= then

    tests = (lambda s: s.overdue, lambda s: s.is_open and s.past_baseline, stuck)
    return {
        reading: {s.commitment_id for s in oracle.states.values() if test(s)}
        for reading, test in zip(READINGS, tests, strict=True)
    }


def flows(oracle: Oracle) -> dict[Key, tuple[int, int | None]]:
    """Stocks, movements and pace of each round, restatement of the round before, the three readings."""
    found: dict[Key, tuple[int, int | None]] = {}
    series = oracle.series()
    for name, then in series.items():
        if name != "previous":
            states, member = then.states.values(), round_of(name, then.T)
            found["stock_backlog", "round", member] = (sum(s.overdue for s in states), None)
            found["stock_open", "round", member] = (sum(s.is_open for s in states), None)
            past = sum(s.is_open and s.past_baseline for s in states)
            found["stock_backlog_baseline", "round", member] = (past, None)
    moved = Counter((name, movement) for name, _, movement, _ in movements(oracle))
    for name, before, after in steps(oracle):
        member = round_of(name, after.T)
        for movement in FLOWS:
            found[f"flow_{movement}", "round", member] = (moved[name, movement], None)
        corrected = moved[name, "corrected_in"] - moved[name, "corrected_out"]
        found["flow_corrected", "round", member] = (corrected, None)
        if oracle.states:

            def inside(when: date | None, start: date = before.T, stop: date = after.T) -> bool:
                return when is not None and start < when <= stop

            # choice (fig_flows): what was completed and due in a round is read off the edition itself
            done = sum(s.is_completed and inside(s.completed) for s in oracle.states.values())
            due = sum(s.eligible and inside(s.current) for s in oracle.states.values())
            found["clearance", "round", member] = (done, due)
            backlog = found["stock_backlog", "round", member][0]
            days = (after.T - before.T).days
            found["disposition_days", "round", member] = (backlog * days, moved[name, "completed_late"])
    restated = 0
    if "previous" in series:
        same_day = next(o for name, o in series.items() if name != "previous" and o.T == series["previous"].T)
        restated, then = (sum(s.overdue for s in o.states.values()) for o in (same_day, series["previous"]))
        restated -= then
    found["restatement_backlog", "national", "all"] = (restated, None)
    for reading, names in readings(oracle).items():
        found["outstanding", "reading", reading] = (len(names), None)
        projects = [name for name in names if oracle.states[name].row["is_key_project"] == "true"]
        found["outstanding_projects", "reading", reading] = (len(projects), None)
    return found


# --- why a headline changed ------------------------------------------------------------------------------------------


def causes(oracle: Oracle) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    """By headline and cause, what each commitment added to the numerator and to the denominator.

    First what was learned later about the same date (corrected), then what happened since.
    """
    published, learned = _round_before(oracle)
    found: dict = {}
    for code in HEADLINES:
        sides = [
            rate_sets(list(o.states.values()))[code] if o else (set(), set()) for o in (published, learned, oracle)
        ]
        for name in set().union(*(part for side in sides for part in side)):
            at = [(name in numerator, name in denominator) for numerator, denominator in sides]
            for cause, before, after in (("corrected", *at[:2]), (_cause(name, learned, oracle, *at[1:]), *at[1:])):
                if before != after:
                    change = (after[0] - before[0], after[1] - before[1])
                    found.setdefault(code, {}).setdefault(cause, {})[name] = change
    return found


def _round_before(oracle: Oracle) -> tuple[Oracle | None, Oracle | None]:
    """The round before as it was published, and the same day as it is known now."""
    series = oracle.series()
    published = series.get("previous")
    same_day = (o for name, o in series.items() if published and name != "previous" and o.T == published.T)
    return published, next(same_day, None)


def _cause(name: str, learned: Oracle | None, now: Oracle, before: tuple[bool, bool], after: tuple[bool, bool]) -> str:
    if learned is None or name not in learned.states:
        return "new"
    if after[1] and not before[1]:
        return "newly_due"
    if before[1] and not after[1]:
        # what is still eligible can only have left the denominator by another deadline
        return "extended" if name in now.states and now.states[name].eligible else "exited"
    return "completed" if after[0] else "reversed"


def changes(oracle: Oracle) -> dict[Key, tuple[Decimal | None, int, int]]:
    """Value, numerator and denominator: the round before as published, the effect of each cause in their order, the
    change that they add up to, and the constant panel at both dates (§5.1)."""
    published, learned = _round_before(oracle)
    explained = causes(oracle)
    found: dict = {}
    both = {
        n
        for n, s in (learned.states if learned else {}).items()
        if s.eligible and n in oracle.states and oracle.states[n].eligible
    }
    for code in HEADLINES:
        first = _pair(published.states.values(), code) if published else (0, 0)
        found["change_before", "rate", code] = (share(*first), *first)
        pair, value = first, share(*first)
        for cause in CAUSES:
            effects = explained.get(code, {}).get(cause, {}).values()
            added = tuple(sum(effect[part] for effect in effects) for part in (0, 1))
            pair = (pair[0] + added[0], pair[1] + added[1])
            before, value = value, share(*pair)
            effect = None if before is None or value is None else value - before
            found["change_effect", "rate_cause", f"{code}.{cause}"] = (effect, *added)
        total = None if value is None or share(*first) is None else value - share(*first)
        found["change", "rate", code] = (total, *pair)
        assert pair == _pair(oracle.states.values(), code), "the causes add up to the rate of today"
        for label, then in (("panel_before", learned), ("panel_after", oracle)):
            panel = _pair((s for s in then.states.values() if s.commitment_id in both), code) if then else (0, 0)
            found[label, "rate", code] = (share(*panel), *panel)
    return found


def _pair(states, code: str) -> tuple[int, int]:
    numerator, denominator = rate_sets(list(states))[code]
    return len(numerator), len(denominator)


RESTATED_RATES = ("R1", "R2", "R2c", "R2v", "R3", "R3c", "R6")
RESTATED_COUNTS = (
    *("signed", "eligible", "completed", "open", "superseded", "attrition_before_due", "exited_after_due"),
    *("due_baseline", "due_current", "backlog", "backlog_baseline", "open_in_term", "open_undated"),
)


def restatements(oracle: Oracle) -> dict[tuple[str], tuple]:
    """§5.7, figures of the round before that are others by what is known now: numerator and denominator as published
    and now, and how many commitments entered or left."""
    published, learned = _round_before(oracle)
    found: dict[tuple[str], tuple] = {}
    if published and learned:
        for code in RESTATED_RATES:
            old, new = (rate_sets(list(o.states.values()))[code] for o in (published, learned))
            _restate(found, code, old, new)
        for code in RESTATED_COUNTS:
            old, new = ({n for n, s in o.states.items() if COUNTS[code](s)} for o in (published, learned))
            _restate(found, code, (old, None), (new, None))
    return found


def _restate(found: dict, code: str, old: tuple, new: tuple) -> None:
    moved = set().union(*(before ^ after for before, after in zip(old, new, strict=True) if before is not None))
    if moved:
        sizes = [None if part is None else len(part) for part in (*old, *new)]
        found[(code,)] = (*sizes, len(moved))


# --- reversals -------------------------------------------------------------------------------------------------------


def reversals(oracle: Oracle) -> dict[tuple[str, str], tuple[str, str, str, bool]]:
    """§5.7, by commitment and round: kind, reason, lead, does it restate the past. choice (reversals): to suspend or
    withdraw is no step back."""
    found = {}
    for name, before, after in steps(oracle):
        for commitment_id in before.states.keys() & after.states.keys():
            then, now = before.states[commitment_id], after.states[commitment_id]
            kind = _reversal(then, now)
            if kind:
                restates = kind == "completed_reopened" and _given_up(then, now)
                reason = "error" if restates else _reason(then, now, after, before.T, kind)
                found[commitment_id, round_of(name, after.T)] = (kind, reason, now.lead_now, restates)
    return found


def _progress(state: State) -> int | None:
    return state.last_word.progress if state.last_word else None


def _given_up(then: State, now: State) -> bool:
    """choice (reversals): an error told since is a step back of its round, though the completion no longer counts."""
    return then.is_taken_back and not now.is_taken_back


def _reversal(then: State, now: State) -> str | None:
    step = ("completed" if _given_up(then, now) else then.effective_status, now.effective_status)
    if step[0] == "completed" and step[1] in ("not_started", "in_progress", "suspended"):
        return "completed_reopened"
    if step[0] in ("in_progress", "suspended") and step[1] == "not_started":
        return "start_undone"
    progress = (then.line[-1].progress if _given_up(then, now) else _progress(then), _progress(now))
    fell = None not in progress and progress[0] - progress[1] > 5
    return "progress_fell" if fell and then.current == now.current and step[1] != "withdrawn" else None


def _reason(then: State, now: State, after: Oracle, start: date, kind: str) -> str:
    """The last reason that the lead gave in the round; else a decision or a conflict behind it. choice (reversals): the
    reports are those that the edition counts to the lead's line."""
    edition = after.whole.states.get(now.commitment_id)
    given = [
        r.row["status_change_reason"]
        for r in (edition.line if edition else [])
        if start < r.as_of <= after.T and r.row.get("status_change_reason")
    ]
    if given:
        return given[-1]
    if now.decided is not None and now.decided > start:
        return "decision"
    return "conflict" if kind != "progress_fell" and then.reported_status == now.reported_status else "not_stated"


def first_completions(oracle: Oracle) -> dict[str, date]:
    """When the lead first reported each commitment as completed."""

    def completed(line: list[Report]) -> list[date]:
        return [r.as_of for r in line if r.status == "completed"]

    return {name: min(completed(s.line)) for name, s in oracle.states.items() if completed(s.line)}
