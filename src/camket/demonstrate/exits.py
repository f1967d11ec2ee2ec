"""Lets some commitments end without being completed."""

from datetime import date

from . import proportions as share
from .dice import Dice
from .life import Exit, Life, is_open
from .reference import DAY, Round, Words, workday
from .register import Commitment


def make_exits(
    commitments: list[Commitment], lives: dict[str, Life], words: Words, dice: Dice, rounds: list[Round]
) -> None:
    """Withdrawn, superseded, expired and overtaken commitments, in exact numbers."""
    first, last = date(2024, 5, 6), date(2025, 12, 12)
    free = [
        c
        for c in dice.shuffled(commitments)
        if not c.key and not c.framework and not c.co_lead and is_open(lives[c.id]) and c.recorded < date(2025, 7, 1)
    ]

    def leave(commitment: Commitment, when: date, kind: str, successor: str = "", decided: str = "") -> None:
        when = workday(when)
        pattern = dice.pick(words.reasons["exit"])["text_vi"]
        document = pattern.replace("{n}", str(dice.between(20, 990))).replace("{d}", f"{when:%d/%m/%Y}")
        recorded = min(workday(when + DAY * dice.between(2, 24)), date(2026, 1, 9))
        decided = decided or dice.weighted((("VN", 35), ("partner", 25), ("mutual", 40)))
        life = lives[commitment.id]
        life.exit = Exit(when, kind, decided, document, recorded, successor)
        life.completed = None
        life.horizon = max(life.horizon, share.T)
        free.remove(commitment)

    by_id = {c.id: c for c in commitments}
    gone: set[str] = set()
    for commitment in list(free):
        if len(gone) == share.EXITS["superseded"]:
            break
        heirs = [
            c
            for c in commitments
            if c.partner_id == commitment.partner_id
            and c.field_id == commitment.field_id
            and c.signed >= max(commitment.signed, first)
            and c.id != commitment.id
            and c.signed <= last
            and (c.signed > commitment.signed or c.number > commitment.number)
            and c.id not in gone
        ]
        if heirs:
            heir = dice.pick(heirs)
            gone.add(commitment.id)
            leave(commitment, heir.signed, "superseded", heir.id, "mutual")
            exit_ = lives[commitment.id].exit
            exit_.when = heir.signed
            exit_.recorded = max(exit_.recorded, heir.recorded)
            if heir in free:
                free.remove(heir)
    assert all(lives[i].exit.when >= by_id[i].signed for i in gone)
    for kind in ("expired_unimplemented", "withdrawn_after", "overtaken_by_events", "withdrawn_before"):
        left = share.EXITS[kind]
        for commitment in list(free):
            if not left:
                break
            earliest = max(first, commitment.signed + DAY * 150, commitment.recorded + DAY * 20)
            if kind == "expired_unimplemented":
                fits = commitment.due and first <= commitment.due <= date(2025, 11, 3)
                when = commitment.due + DAY * dice.between(1, 35) if fits else None
            elif kind == "withdrawn_after":
                fits = commitment.due and commitment.due <= date(2025, 6, 30)
                when = max(earliest, commitment.due + DAY * dice.between(30, 160)) if fits else None
            else:
                room = ((min(commitment.due or last, last)) - earliest).days
                fits = room > 20
                when = earliest + DAY * dice.below(max(room - 8, 1)) if fits else None
            if fits and earliest <= when <= last:
                told = _announced(commitment, lives[commitment.id], kind, rounds)
                if told:
                    when, lives[commitment.id].withdraw_round = told
                leave(commitment, when, kind.removesuffix("_before").removesuffix("_after"))
                left -= 1


def _announced(commitment: Commitment, life: Life, kind: str, rounds: list[Round]) -> tuple[date, int] | None:
    """The first round in which a withdrawal can be reported before the formal exit, and the day of that exit."""
    if not kind.startswith("withdrawn"):
        return None
    for this in rounds[1:5]:
        when = workday(this.cutoff + DAY * 12)
        begun = life.started and life.started < this.start and commitment.recorded < this.start
        timely = commitment.due is None or (kind == "withdrawn_after") == (commitment.due < when)
        if begun and timely and (kind == "withdrawn_before" or commitment.due + DAY * 20 < when):
            return when, this.index
    return None
