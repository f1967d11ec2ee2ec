"""The life of a finding across rounds: opened, still open, reopened, accepted, closed.

Each published round froze the ids of its findings (`raw/<package>/register/findings_history.csv`, see `freeze`). Held
against them, a finding of this edition is new, old or back; one that they know and this edition does not is closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from camket.checks.findings import safe_cell
from camket.messages import ToolFailed, neutral

STATUSES = ("reopened", "opened", "still_open", "accepted", "closed")


@dataclass(frozen=True)
class Acceptance:
    """That a named role has looked at a finding and accepts it, why, and up to which T."""

    finding_id: str
    role: str
    reason: str
    until_date: date
    recorded_date: date
    document: str


@dataclass(frozen=True)
class Past:
    """What an edition knows of the rounds before it.

    round_id    the round that T lies in
    valid_date  T; knowledge_date: K
    rounds      the rounds before it whose findings were frozen, in order
    last_seen   the last frozen row of each finding: rule_id, severity, object_type, object_id, commitment_id, agency_id
    seen_in     the rounds in which each finding was frozen, in order
    accepted    the acceptances that count at T and K, by finding; expired: those whose last day has passed
    """

    round_id: str
    valid_date: date
    knowledge_date: date
    rounds: tuple[str, ...] = ()
    last_seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    expired: Mapping[str, Acceptance] = field(default_factory=dict)


@dataclass(frozen=True)
class Life:
    """One row of findings_life.csv: a finding of this edition, or one of an earlier round that is closed.

    rounds_seen   rounds in which it was found, this one included
    age_rounds    of these, how many in a row up to now; 0 once it is closed
    closed_round  the first round that no longer found it
    """

    finding_id: str
    rule_id: str
    severity: str
    agency_id: str
    commitment_id: str
    object_type: str
    object_id: str
    status: str
    first_round: str
    last_round: str
    rounds_seen: int
    age_rounds: int
    closed_round: str
    accepted_by_role: str = ""
    accepted_reason: str = ""
    accepted_until_date: str = ""
    accepted_recorded_date: str = ""
    accepted_document: str = ""


LIFE_COLUMNS = tuple(Life.__dataclass_fields__)
_FROZEN = ("rule_id", "severity", "object_type", "object_id", "commitment_id", "agency_id")


def round_of(day: date) -> str:
    """The round that a day lies in: rounds are quarters."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def read_past(connection: duckdb.DuckDBPyConnection) -> Past:
    """The frozen findings and the acceptances of a built database, as its edition knows them.

    Rounds after T, and the round of T itself, are no past: an earlier edition is rebuilt as it was.
    """
    columns = ", ".join(f"coalesce({name}, '')" for name in _FROZEN)
    try:
        valid_date, knowledge_date = connection.execute("select valid_date, knowledge_date from editions").fetchone()
        current = round_of(valid_date)
        frozen = connection.execute(
            f"select edition_id, finding_id, {columns} from stg_findings_history where edition_id < ?"
            " order by edition_id, finding_id",
            [current],
        ).fetchall()
        signed = connection.execute(
            "select finding_id, accepted_by_role, reason, until_date, recorded_date, coalesce(document, '')"
            " from stg_accepted_findings where recorded_date <= ? order by finding_id, recorded_date",
            [knowledge_date],
        ).fetchall()
    except duckdb.CatalogException as error:
        raise ToolFailed(
            "The database holds no findings of earlier rounds", "It was built by an older version: build again."
        ) from error
    last_seen, seen_in = {}, {}
    for edition_id, finding_id, *row in frozen:
        last_seen[finding_id] = tuple(row)
        seen_in[finding_id] = (*seen_in.get(finding_id, ()), edition_id)
    # Rows come in order of recording, so that the last word on a finding is the one that is kept.
    last_word = {row[0]: Acceptance(*row) for row in signed}
    return Past(
        round_id=current,
        valid_date=valid_date,
        knowledge_date=knowledge_date,
        rounds=tuple(sorted({row[0] for row in frozen})),
        last_seen=last_seen,
        seen_in=seen_in,
        accepted={key: word for key, word in last_word.items() if valid_date <= word.until_date},
        expired={key: word for key, word in last_word.items() if valid_date > word.until_date},
    )


def lives(
    found: Iterable[Mapping[str, str]], past: Past, *, silent: Collection[str] = (), hidden: Collection[str] = ()
) -> list[Life]:
    """The life of each finding of this edition and of each earlier one, by rule and id.

    found   the findings of this edition, as rows of findings.csv
    silent  rules that gave no verdict: what they found before stays as it was, for nobody has looked
    hidden  commitments that are not public: earlier findings on them are shown no more
    """
    rows = [_alive(finding, past) for finding in found]
    known = {row.finding_id for row in rows}
    for finding_id, frozen in past.last_seen.items():
        finding = dict(zip(_FROZEN, frozen, strict=True)) | {"finding_id": finding_id}
        if finding_id in known or _is_hidden(finding, hidden):
            continue
        unknown = finding["rule_id"] in silent and past.seen_in[finding_id][-1] == past.rounds[-1]
        rows.append(_carried(finding, past) if unknown else _closed(finding, past))
    return sorted(rows, key=lambda row: (row.rule_id, row.finding_id))


def _alive(finding: Mapping[str, str], past: Past) -> Life:
    seen = past.seen_in.get(finding["finding_id"], ())
    if not seen:
        status = "opened"
    else:
        status = "still_open" if seen[-1] == past.rounds[-1] else "reopened"
    return _life(finding, past, status, (*seen, past.round_id))


def _carried(finding: Mapping[str, str], past: Past) -> Life:
    """A finding whose rule gave no verdict this time: as open as it was."""
    return _life(finding, past, "still_open", past.seen_in[finding["finding_id"]])


def _closed(finding: Mapping[str, str], past: Past) -> Life:
    seen = past.seen_in[finding["finding_id"]]
    after = next(name for name in (*past.rounds, past.round_id) if name > seen[-1])
    return _life(finding, past, "closed", seen, closed_round=after)


def _life(finding: Mapping[str, str], past: Past, status: str, seen: tuple[str, ...], closed_round: str = "") -> Life:
    accepted = past.accepted.get(finding["finding_id"]) if status != "closed" else None
    return Life(
        finding_id=finding["finding_id"],
        **{name: finding[name] for name in _FROZEN},
        status="accepted" if accepted else status,
        first_round=seen[0],
        last_round=seen[-1],
        rounds_seen=len(seen),
        age_rounds=0 if status == "closed" else _in_a_row(seen, (*past.rounds, past.round_id)),
        closed_round=closed_round,
        **(_signature(accepted) if accepted else {}),
    )


def _in_a_row(seen: tuple[str, ...], rounds: tuple[str, ...]) -> int:
    """How many rounds up to the last of `seen` follow one another in `rounds`."""
    until = rounds.index(seen[-1])
    count = 0
    while count <= until and rounds[until - count] in seen:
        count += 1
    return count


def _signature(accepted: Acceptance) -> dict[str, str]:
    return {
        "accepted_by_role": accepted.role,
        "accepted_reason": safe_cell(neutral(accepted.reason, None)),
        "accepted_until_date": accepted.until_date.isoformat(),
        "accepted_recorded_date": accepted.recorded_date.isoformat(),
        "accepted_document": safe_cell(neutral(accepted.document, None)),
    }


def _is_hidden(finding: Mapping[str, str], hidden: Collection[str]) -> bool:
    # The object may name a second commitment, as in CON-04/commitment/<this>/<other>.
    return bool({finding["commitment_id"], *finding["object_id"].split("/")} & set(hidden))
