"""The columns of a report, and what one side has said so far."""

from dataclasses import dataclass
from datetime import date

Row = dict[str, str]
COLUMNS = (
    "commitment_id", "round_id", "agency_id", "revision", "as_of_date", "status", "status_change_reason",
    "progress_pct", "narrative", "assigned_date", "plan_approved_date", "started_date", "completed_date",
    "completed_precision", "current_due_date", "current_due_precision", "due_change_reason", "evidence_grade",
    "evidence_ref", "evidence_date", "difficulty_code", "difficulty_note", "within_competence", "recommendation",
    "addressed_to", "no_change_confirmed",
)  # fmt: skip
#: Cells that make an update substantive when they change.
SUBSTANCE = (
    "status", "progress_pct", "assigned_date", "plan_approved_date", "started_date", "completed_date",
    "current_due_date", "evidence_grade", "evidence_ref", "difficulty_code", "difficulty_note",
)  # fmt: skip
STEPS = {
    "": {"not_started", "in_progress", "completed"},
    "not_started": {"not_started", "in_progress"},
    "in_progress": {"in_progress", "completed", "suspended", "withdrawn"},
    "suspended": {"suspended", "in_progress"},
    "completed": {"completed"},
}


@dataclass
class Stream:
    """What one side (the lead, or a co-lead) has said of a commitment so far."""

    last: Row | None = None
    #: The last status in a file that came in time: an edition may not yet know the later ones.
    in_time: str = ""
    done: bool = False
    quiet: int = 0
    moves_told: int = 0
    reopen_at: int | None = None
    finished_at: int | None = None

    @property
    def status(self) -> str:
        """The last status told."""
        return self.last["status"] if self.last else ""

    def allows(self, status: str) -> bool:
        """Whether the step is legal for those who know all reports and for those who know the timely ones."""
        return status in STEPS[self.status] and status in STEPS[self.in_time]


def told(when: date | None, as_of: date) -> str:
    """A date once it has come."""
    return when.isoformat() if when and when <= as_of else ""
