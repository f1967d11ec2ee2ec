"""What can happen to a commitment between signing and its end, as data."""

from dataclasses import dataclass, field
from datetime import date

from . import proportions as share
from .register import Commitment


@dataclass(frozen=True)
class Move:
    """A new deadline, first told in a round."""

    round_index: int
    due: date
    precision: str
    reason: str


@dataclass(frozen=True)
class Difficulty:
    """A difficulty told from one round to another."""

    first: int
    last: int
    code: str
    note: str
    within: bool
    recommendation: str
    addressed_to: str


@dataclass
class Exit:
    """How a commitment left without being completed."""

    when: date
    kind: str
    decided_by: str
    document: str
    recorded: date
    successor_id: str = ""


@dataclass
class Life:
    """Everything that happens to one commitment, and how its agency will (mis)report it."""

    assigned: date | None = None
    plan: date | None = None
    started: date | None = None
    completed: date | None = None
    precision: str = "day"
    grade: str = "B"
    cap: int = 95
    horizon: date = share.T
    suspended: tuple[int, int] | None = None
    moves: list[Move] = field(default_factory=list)
    difficulties: list[Difficulty] = field(default_factory=list)
    exit: Exit | None = None
    withdraw_round: int | None = None
    dormant_from: int | None = None
    dormant_style: str = ""
    copied_from: int | None = None
    late_report: bool = False
    conflict_from: int | None = None
    conflict_kind: str = ""
    adjudicated: str = ""
    reversal: str = ""

    def due_after(self, commitment: Commitment, index: int) -> date | None:
        """The deadline that holds after a round."""
        told = [move.due for move in self.moves if move.round_index <= index]
        return told[-1] if told else commitment.due


def is_open(life: Life, when: date = share.T) -> bool:
    """Neither completed nor gone by that day."""
    return (life.completed is None or life.completed > when) and (life.exit is None or life.exit.when > when)
