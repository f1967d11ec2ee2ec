"""Makes the life course of each commitment: what really happens, before anybody reports it."""

from datetime import date

from . import proportions as share
from .dice import Dice
from .exits import make_exits
from .life import Difficulty, Life, Move, is_open
from .reference import DAY, Reference, Round, Words, workday
from .register import Commitment, month_end

FIELD_CODES = {"04": ("construction", "railway", "transport_infrastructure", "energy", "energy_transition"),
               "08": ("semiconductors", "strategic_technology_transfer", "science_technology_innovation",
                      "nuclear_power"),
               "12": ("security_defence", "nuclear_power", "justice")}  # fmt: skip
ADDRESSEES = (("inter_agency", 40), ("mofa", 25), ("deputy_pm", 20), ("pm", 10), ("politburo_na", 5))


def make_lives(commitments: list[Commitment], ref: Reference, words: Words, seed: int) -> dict[str, Life]:
    """A life for each commitment, mess included."""
    points = _points(commitments, ref, Dice(seed, "points"))
    lives = {c.id: _course(c, ref, points[c.id], Dice(seed, "life", c.id)) for c in commitments}
    make_exits(commitments, lives, words, Dice(seed, "exits"), ref.rounds)
    for commitment in commitments:
        life = lives[commitment.id]
        if commitment.due and not life.exit:
            _moves(commitment, life, ref.rounds, words, Dice(seed, "moves", commitment.id))
        _difficulties(commitment, life, ref.rounds, words, Dice(seed, "difficulty", commitment.id))
    _habits(commitments, lives, ref.rounds, Dice(seed, "habits"))
    return lives


def _points(commitments: list[Commitment], ref: Reference, dice: Dice) -> dict[str, int]:
    """Where each commitment stands in the distribution of completion, per mille.

    Ten neighbours in time and of like bodies share out the ten tenths: bodies and years then differ little, as
    small groups thrown freely would not.
    """
    groups: dict[str, list[Commitment]] = {}
    for commitment in commitments:
        kind = ref.kind(commitment.lead)
        groups.setdefault(kind if kind in ("ministry", "locality") else "other", []).append(commitment)
    points = {}
    for members in groups.values():
        dated = sorted(members, key=lambda c: (c.due is None, c.framework, c.signed, c.number))
        for start in range(0, len(dated), 10):
            for tenth, commitment in zip(dice.shuffled(range(10)), dated[start : start + 10], strict=False):
                points[commitment.id] = tenth * 100 + dice.below(100)
    return points


def _course(commitment: Commitment, ref: Reference, point: int, dice: Dice) -> Life:
    """Assignment, plan, start and completion."""
    life = Life()
    pace = share.PACE.get(ref.kind(commitment.lead), 1000)
    if dice.chance(share.NEVER_ASSIGNED) and not commitment.key:
        return life
    life.assigned = commitment.signed + DAY * dice.along(share.ASSIGNED_DAYS)
    base = max(life.assigned, commitment.signed)
    if not dice.chance(share.NO_PLAN):
        life.plan = base + DAY * dice.along(share.PLAN_DAYS)
    if not commitment.framework and dice.chance(share.NEVER_STARTED) and not commitment.key:
        return life
    life.started = max(base, commitment.signed + DAY * dice.along(share.STARTED_DAYS))
    if commitment.due:
        span = (commitment.due - commitment.signed).days * pace // 1000
        ratio = Dice.along(_Fixed(point), share.COMPLETION) if point < share.COMPLETION_END else None
        days = span * ratio // 1000 if ratio is not None else None
    else:
        ends = point < share.UNDATED_END and not commitment.framework
        days = Dice.along(_Fixed(point), share.UNDATED_DAYS) if ends else None
    if days is not None:
        life.completed = workday(max(commitment.signed + DAY * days, life.started + DAY * dice.between(14, 90)))
    life.cap = dice.between(6, 19) * 5
    life.horizon = life.completed or life.started + DAY * dice.between(400, 1100)
    life.grade = "A" if commitment.key else dice.weighted(share.EVIDENCE)
    life.late_report = dice.chance(share.LATE_COMPLETION_REPORT)
    life.precision = _precision(life, commitment, dice)
    return life


class _Fixed(Dice):
    """A stream that throws one known number, to read a distribution at a point."""

    def __init__(self, point: int):
        self._point = point

    def below(self, n: int) -> int:
        return self._point


def _precision(life: Life, commitment: Commitment, dice: Dice) -> str:
    """How exactly completion is known; a month only if all else happened in an earlier month."""
    point = dice.below(1000)
    if not life.completed or commitment.key:
        return "day"
    first = life.completed.replace(day=1)
    if point < share.COMPLETED_MONTH and first >= max(commitment.signed, life.started, life.assigned):
        return "month"
    return "unknown" if point >= 1000 - share.COMPLETED_UNKNOWN else "day"


def _moves(commitment: Commitment, life: Life, rounds: list[Round], words: Words, dice: Dice) -> None:
    """Moves a deadline before or after it passed, once or twice; a few are pulled in."""
    due, point = commitment.due, dice.below(1000)
    ahead = share.EXTENDED_BEFORE_DONE if life.completed else share.EXTENDED_BEFORE
    pulled = dice.chance(share.PULLED_IN)
    known = [r for r in rounds if r.cutoff >= commitment.recorded and (not life.completed or r.cutoff < life.completed)]
    if pulled and len(known) > 1 and due > share.T:
        early = max(due - DAY * dice.between(40, 120), known[0].cutoff + DAY * 60)
        if early < due:
            life.moves.append(Move(known[0].index, early, "day", words.reasons["due_early"][0]["text_vi"]))
        return
    for turn in (1, 2):
        if life.completed and life.completed <= due:
            return
        before = [r for r in known if r.cutoff <= due and r.index > (life.moves[-1].round_index if life.moves else -1)]
        after = [r for r in known if r.cutoff > due and r.index > (life.moves[-1].round_index if life.moves else -1)]
        if point < ahead and before and due <= date(2026, 2, 28):
            when = before[-1]
        elif ahead <= point < ahead + share.EXTENDED_AFTER and after:
            when = after[min(dice.below(3), len(after) - 1)]
        else:
            return
        target = max(due, when.cutoff) + DAY * dice.between(60, 300)
        if life.completed and dice.chance(600):
            target = max(target, life.completed + DAY * dice.between(0, 60))
        precision = dice.weighted((("day", 700), ("month", 300)))
        if precision == "month":
            target = month_end(target.year, target.month)
        reasons = [row["text_vi"] for row in words.reasons["due_change"]]
        merged = commitment.successor_from and when.cutoff >= commitment.successor_from
        reason = dice.pick([r for r in reasons if merged or "sắp xếp" not in r])
        life.moves.append(Move(when.index, target, precision, reason))
        due = target
        if turn == 1 and not dice.chance(share.EXTENDED_TWICE):
            return


def _difficulties(commitment: Commitment, life: Life, rounds: list[Round], words: Words, dice: Dice) -> None:
    """One spell of difficulty for a share of commitments, longer where the deadline has passed."""
    due = life.due_after(commitment, len(rounds))
    opened = is_open(life)
    overdue = opened and due is not None and due < share.T
    chance = share.DIFFICULTY_OVERDUE if overdue else share.DIFFICULTY_OPEN if opened else share.DIFFICULTY_CLOSED
    if not dice.chance(chance):
        return
    known = [r.index for r in rounds if r.cutoff >= commitment.recorded]
    if not known:
        return
    first = dice.pick(known)
    last = rounds[-1].index if opened else min(first + dice.between(0, 3), rounds[-1].index)
    fitting = [
        (row, int(row["weight"]) * (5 if row["difficulty_code"] in FIELD_CODES else 1))
        for row in words.difficulties
        if commitment.field_id in FIELD_CODES.get(row["difficulty_code"], (commitment.field_id,))
        and (row["difficulty_code"] != "09" or (commitment.successor_from and first >= 3))
    ]
    row = dice.weighted(fitting)
    within = dice.chance(share.WITHIN_COMPETENCE)
    recommends = not within or dice.chance(share.RECOMMENDED_WITHIN)
    whom = dice.weighted(ADDRESSEES) if not within else dice.weighted((("agency", 60), ("inter_agency", 40)))
    life.difficulties.append(
        Difficulty(
            first,
            last,
            row["difficulty_code"],
            row["note_vi"].replace("{a}", str(dice.between(2, 7))),
            within,
            row["recommendation_vi"] if recommends else "",
            whom if recommends else "",
        )  # fmt: skip
    )


def _habits(commitments: list[Commitment], lives: dict[str, Life], rounds: list[Round], dice: Dice) -> None:
    """Chooses what will be reported badly: dormant, copied, contradicted, suspended and reversed commitments."""
    final = rounds[-1].index
    mixed = dice.shuffled(commitments)
    quiet = [c for c in mixed if is_open(lives[c.id]) and not c.framework and not c.key and not c.co_lead]
    total_open = sum(is_open(lives[c.id]) and not c.framework for c in commitments)
    old = [c for c in quiet if c.recorded <= rounds[final - 3].cutoff - DAY * 90]
    dormant = old[: total_open * share.DORMANT // 1000]
    for number, commitment in enumerate(dormant):
        life = lives[commitment.id]
        # The last true report is that of the first quarter of 2025 for most, older for a quarter of them.
        life.dormant_from = final - 2 if number % 4 else max(final - 4, 1)
        life.dormant_style = ("omit", "copy", "advance")[number % 3]
    active = [c for c in quiet if c not in dormant and c.recorded <= rounds[final - 1].cutoff]
    for commitment in active[: total_open * share.COPIED // 1000]:
        lives[commitment.id].copied_from = final - dice.between(0, 1)
    busy = [
        c
        for c in active
        if lives[c.id].copied_from is None and lives[c.id].started and lives[c.id].started < rounds[3].cutoff
    ]
    for commitment in busy[: share.SUSPENDED]:
        begin = dice.between(4, 5)
        lives[commitment.id].suspended = (begin, final if dice.chance(600) else begin)
    pairs = [c for c in mixed if c.co_lead and not c.key and not c.framework and not lives[c.id].exit]
    for number, commitment in enumerate(pairs[: len(pairs) * share.CONFLICT // 1000]):
        life = lives[commitment.id]
        life.conflict_from, life.conflict_kind = dice.below(5), ("behind", "status")[number % 2]
    still = [c for c in pairs if lives[c.id].conflict_kind == "behind" and is_open(lives[c.id])
             and lives[c.id].started and lives[c.id].started < rounds[4].cutoff]  # fmt: skip
    for commitment, outcome in zip(still[:2], ("settled", "standing"), strict=False):
        lives[commitment.id].adjudicated = outcome
        lives[commitment.id].conflict_from = 0
    done = [
        c
        for c in mixed
        if lives[c.id].completed
        and rounds[0].cutoff < lives[c.id].completed <= rounds[4].cutoff
        and not c.key
        and not c.co_lead
    ]
    for commitment in done[: share.REVERSED_COMPLETED]:
        lives[commitment.id].reversal = "completed"
        lives[commitment.id].precision = "day"
    begun = [
        c
        for c in active
        if lives[c.id].started and rounds[0].cutoff < lives[c.id].started <= rounds[3].cutoff
        and c.recorded <= rounds[2].cutoff and not lives[c.id].suspended
    ]  # fmt: skip
    for commitment in begun[: share.REVERSED_STARTED]:
        lives[commitment.id].reversal = "started"
