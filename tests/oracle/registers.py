"""Random small registers that pass the Table Schemas, but need not be clean.

Dates are drawn around the thresholds of the indicators, so that ends of day, of periods and of bands are met often. The
first value of every choice is the plainest one: a failing register shrinks towards plain rows.
"""

from __future__ import annotations

import functools
from datetime import date, timedelta

from hypothesis import strategies as st

from oracle.runner import Register, reference
from support import commitment, update

VALID_DATES = tuple(
    map(
        date.fromisoformat,
        (
            "2025-12-31",
            "2025-09-30",
            "2025-12-31",
            "2025-06-30",
            "2024-12-31",
            "2025-02-15",
            "2025-10-02",
            "2024-06-30",
            "2023-11-30",
            "2026-03-31",
        ),
    )
)
KNOWLEDGE_LAGS = (10, 0, 3, 20, 45, 120, -5)
# Days before (or, negative, after) the valid date at which something changes: bands, classes of freshness, terms of
# assignment.
EDGES = (0, 1, -1, 30, 31, 90, 91, 107, 108, 180, 181, 184, 185, 365, 366, 729, 730, 731, -10, -92, -365)
LEADS = ("MOIT", "MARD", "MPI", "PC-DANANG", "MOFA", "NOT-STATED")
SUCCESSORS = {"MARD": "MAE", "MPI": "MOF", "PC-DANANG": "PC-DANANG-2025"}
OTHERS = ("MOF", "MAE", "MOH", "ENT-FPT")
STATUSES = ("in_progress", "completed", "not_started", "suspended", "withdrawn")
PRECISIONS = ("day", "day", "day", "month", "quarter", "year")
AGAIN = (
    *("corrected", "copied", "copied", "contradicted", "contradicted", "disputed"),
    *("told again", "moved twice", "taken back"),
)
ROUNDS = tuple(row["round_id"] for row in reference("review_rounds") if row["round_id"] >= "2023-Q4")
CUTOFF = {row["round_id"]: date.fromisoformat(row["data_cutoff"]) for row in reference("review_rounds")}
DUE = {row["round_id"]: date.fromisoformat(row["due_date"]) for row in reference("review_rounds")}
RECENT = tuple(CUTOFF[round_id] for round_id in ROUNDS[1:9])
REPORT = ("commitment_id", "round_id", "agency_id", "revision")


def pick(values) -> st.SearchStrategy:
    """One of the values. A strategy that was made before is used again: to make one takes longer than to draw.

    Not for two sides of a `|`, which takes what it is given twice for one.
    """
    try:
        return _pick(values, tuple(map(type, values)))
    except TypeError:  # a list, or dicts among the values
        return st.sampled_from(values)


@functools.lru_cache(4096)
def _pick(values: tuple, kinds: tuple[type, ...]) -> st.SearchStrategy:
    """The kinds are there for the cache, to which False is 0."""
    return st.sampled_from(values)


def maybe(values, rarity: int = 1) -> st.SearchStrategy:
    """One of the values, or nothing; the rarer the larger ``rarity``."""
    return pick((None,) * rarity + (0,)).flatmap(lambda nothing: st.none() if nothing is None else values)


@functools.cache
def days_around(valid_date: date) -> st.SearchStrategy[date]:
    """Days near the edges of the definitions, ends of quarters, and any other day since 2021."""
    edges = tuple(valid_date - timedelta(days=days) for days in EDGES)
    span = (valid_date - date(2021, 1, 1)).days
    return st.one_of(
        pick(edges + tuple(CUTOFF.values())),
        st.integers(0, span + 60).map(lambda days: date(2021, 1, 1) + timedelta(days=days)),
    )


@functools.cache
def signing_days(valid_date: date) -> st.SearchStrategy[date]:
    """Mostly days that leave room for a life before the valid date."""
    early = st.integers(0, (valid_date - date(2021, 1, 1)).days).map(
        lambda days: date(2021, 1, 1) + timedelta(days=days)
    )
    return st.one_of(early, early, days_around(valid_date))


@st.composite
def lives(draw, valid_date: date) -> dict[str, list[dict]]:
    """One commitment with everything recorded of it; its own id is filled in later."""
    # a few days that keep coming back, so that an exit falls on a deadline, or a decision on the day of a report
    anchors = (draw(pick(RECENT)), draw(days_around(valid_date)), draw(days_around(valid_date)))
    day = st.sampled_from(anchors) | st.sampled_from(anchors) | days_around(valid_date)
    signed = draw(signing_days(valid_date))
    lead = draw(pick(LEADS))
    row = {
        "signed_date": signed.isoformat(),
        "signed_precision": draw(pick(PRECISIONS)),
        "lead_agency_id": lead,
        "recorded_date": draw(
            pick((signed, signed, signed + timedelta(days=20), signed + timedelta(days=200)))
            if draw(pick((True, True, True, False)))
            else day
        ).isoformat(),
        "instrument_id": draw(pick(("memorandum", "treaty", "loan_agreement", "joint_statement"))),
        "partner_id": draw(pick(("LAO", "CHN", "JPN"))),
        "field_id": draw(pick(("economy", "economic_connectivity", "energy_transition", "culture"))),
        "is_ongoing_framework": draw(pick(("false",) * 9 + ("true",))),
        "is_key_project": draw(pick(("false", "false", "false", "true"))),
        "disclosure": draw(pick(("public",) * 20 + ("official", "secret"))),
    }
    if draw(pick((True, True, True, True, False))):
        row |= {"due_date": draw(day).isoformat(), "due_precision": draw(pick(PRECISIONS))}
    if draw(pick((False, True))):
        row["document_id"] = draw(pick(("D1", "D2", None)))
    tables: dict[str, list[dict]] = {"commitments": [row]}

    successor = SUCCESSORS.get(lead, "MOH")
    if draw(pick((False, False, True))):
        agencies = [successor, *draw(pick(((), (), (), ("MOET",), (lead,))))]
        starts = [
            draw(pick((date(2025, 3, 1), date(2025, 7, 1), valid_date)) if draw(pick((True, True, False))) else day)
            for _ in agencies
        ]
        tables["lead_assignments"] = [
            {
                "agency_id": agency,
                "from_date": start.isoformat(),
                "recorded_date": (start + timedelta(days=draw(pick((5, 0, 40, 300))))).isoformat(),
            }
            for agency, start in zip(agencies, starts, strict=True)
        ]
    co_leads = draw(pick(((), (), ("MOH",), ("MOH", "MOF"), ("MOH", "MOF"), (successor,))))
    roles = [(agency, "co_lead") for agency in co_leads]
    if draw(pick((False, False, True))) and "ENT-FPT" not in co_leads:
        roles.append(("ENT-FPT", "participant"))
    if roles:
        tables["commitment_agencies"] = [{"agency_id": agency, "role": role} for agency, role in roles]
    reporters = (lead, lead, lead, successor, *(agency for agency, _ in roles), draw(pick(OTHERS)))
    # mostly of rounds that the valid date has seen: what is about a later day is not used
    seen = tuple(round_id for round_id in ROUNDS if CUTOFF[round_id] <= valid_date) or ROUNDS[:1]
    rounds = st.one_of(map(st.sampled_from, (seen[-3:], seen[-6:], seen, ROUNDS)))
    own = [draw(reports(day, rounds, reporters)) for _ in range(draw(pick((2, 0, 1, 3, 3, 4, 6))))]
    for row in own[:]:
        again = draw(pick((None, None, None, *AGAIN)))
        as_of = date.fromisoformat(row["as_of_date"])
        following = ROUNDS[min(ROUNDS.index(row["round_id"]) + 1, len(ROUNDS) - 1)]
        if again == "corrected":
            content = {"status": draw(pick(STATUSES)), "progress_pct": "60", "as_of_date": row["as_of_date"]}
            own.append(row | content | {"revision": str(int(row["revision"]) + 1)})
        elif again == "contradicted" and roles:
            apart = timedelta(days=draw(pick((0, 0, 45, 46, -45, -46))))
            content = {"status": draw(pick(STATUSES)), "agency_id": roles[0][0]}
            own.append(row | content | {"as_of_date": (as_of + apart).isoformat()})
        elif again == "disputed" and len(co_leads) > 1:  # the co-leads among themselves, whatever the lead says
            for agency in co_leads:
                own.append(row | draw(disputes(as_of)) | {"agency_id": agency})
        elif again == "copied" and following != row["round_id"]:
            own.append(row | {"round_id": following, "as_of_date": CUTOFF[following].isoformat()})
        elif (
            again == "told again"
        ):  # the same day in the report of another round: what was received last is the last word
            row["revision"] = draw(pick(("2", "3")))
            own.append(row | draw(disputes(as_of)) | {"round_id": following, "revision": "1"})
        elif again == "taken back" and co_leads and following != row["round_id"]:
            # lead and co-lead say completed; the co-lead, and sometimes the lead, calls it an error a round later
            told = {"status": "completed", "completed_date": row["as_of_date"], "completed_precision": "day"}
            later = {"round_id": following, "as_of_date": CUTOFF[following].isoformat()}
            error = {"status": draw(pick(STATUSES)), "status_change_reason": "error", "completed_date": None}
            row |= told | {"agency_id": lead}
            own += [row | {"agency_id": co_leads[0]}, row | later | error | {"agency_id": co_leads[0]}]
            own.append(row | later | draw(pick(({}, error))))
        elif again == "moved twice":  # two other deadlines around the end of a round
            row |= {
                "agency_id": lead,
                "current_due_date": (as_of + timedelta(days=20)).isoformat(),
                "current_due_precision": "day",
            }
            moved = {"current_due_date": (as_of + timedelta(days=200)).isoformat(), "current_due_precision": "day"}
            later = {
                "round_id": following,
                "as_of_date": (as_of + timedelta(days=draw(pick((20, 21, 40))))).isoformat(),
            }
            own.append(row | moved | later)
    if own and draw(pick((False, True))):
        started = signed + timedelta(days=draw(pick((90, 91, 90, 0))))
        own[0] |= {"agency_id": lead, "started_date": started.isoformat()}
    tables["progress_updates"] = own
    if draw(pick((False, False, False, True))):
        dates = [row.get("due_date"), *(report.get("completed_date") for report in own)]
        edges = tuple(date.fromisoformat(text) for text in dates if text) or anchors
        exit_date = draw(pick(edges) if draw(pick((True, False))) else day)
        tables["commitment_exits"] = [
            {
                "exit_date": exit_date.isoformat(),
                "exit_type": draw(
                    pick(
                        (
                            *("withdrawn", "superseded", "withdrawn", "superseded"),
                            "expired_unimplemented",
                            "overtaken_by_events",
                            "duplicate",
                            "registered_in_error",
                        )
                    )
                ),
                "decided_by": draw(pick((None, "VN", "partner"))),
                "recorded_date": draw(
                    pick((exit_date, exit_date + timedelta(days=15), exit_date - timedelta(days=5)))
                ).isoformat(),
            }
        ]
    asked = _first_of([row for row in own if row["recommendation"]], ("round_id", "agency_id"))
    tables["recommendation_responses"] = [
        {
            "round_id": row["round_id"],
            "agency_id": row["agency_id"],
            "response_due_date": DUE[row["round_id"]].isoformat(),
            "response_date": (DUE[row["round_id"]] + timedelta(days=days)).isoformat() if days is not None else None,
            "outcome": draw(pick(("resolved", "partly", "rejected"))) if days is not None else None,
            "recorded_date": (DUE[row["round_id"]] + timedelta(days=draw(pick((30, 10, 200))))).isoformat(),
        }
        for row in asked
        for days in draw(pick(((), (0,), (20,), (120,), (None,))))
    ]
    if draw(pick((False, False, False, True))):
        near = tuple(date.fromisoformat(row["as_of_date"]) for row in own) or anchors
        decided = [
            draw(pick(near) if draw(pick((True, True, False))) else day) + timedelta(days=days)
            for days in draw(st.lists(pick((0, 0, 0, 1, -1, 20)), min_size=1, max_size=2))
        ]
        tables["adjudications"] = [
            {
                "decided_date": when.isoformat(),
                "decided_status": draw(pick(STATUSES)),
                "decided_by": "MOFA",
                "basis": "Hồ sơ",
                "recorded_date": (when + timedelta(days=draw(pick((3, 0, 60))))).isoformat(),
            }
            for when in decided
        ]
    return tables


@st.composite
def disputes(draw, as_of: date) -> dict:
    """Contents that may differ from those of another report by just too little or just enough to conflict."""
    days = draw(pick((None, 0, 31, 32)))
    return {
        "status": draw(pick(STATUSES)),
        "progress_pct": draw(pick((None, "40", "60", "61"))),
        "completed_date": None if days is None else (as_of - timedelta(days=days)).isoformat(),
        "completed_precision": None if days is None else "day",
    } | draw(pick(({}, {"current_due_precision": "none", "current_due_date": None})))


@st.composite
def reports(draw, day: st.SearchStrategy[date], rounds: st.SearchStrategy[str], reporters: tuple[str, ...]) -> dict:
    """One update, mostly of the round that it says; status and dates need not agree."""
    round_id = draw(rounds)
    as_of = CUTOFF[round_id] if draw(pick((True, True, True, False))) else draw(day)
    status = draw(pick(STATUSES))
    row = {
        "round_id": round_id,
        "agency_id": draw(pick(reporters)),
        "revision": draw(pick(("1", "1", "1", "2", "3"))),
        "as_of_date": as_of.isoformat(),
        "status": status,
        "progress_pct": draw(pick((None, "20", "40", "41", "60", "100"))),
        "narrative": draw(pick(("Đang triển khai.", "Đã  ký kế hoạch.", "đang triển khai."))),
        "assigned_date": draw(maybe(day.map(date.isoformat), 2)),
        "started_date": draw(maybe(day.map(date.isoformat), 2)),
        "no_change_confirmed": draw(pick(("false", "false", "false", "true"))),
        "difficulty_code": draw(pick((None, None, "01", "02"))),
        "recommendation": draw(pick((None, "Bố trí vốn"))),
        "addressed_to": draw(pick((None, "agency", "pm", "mofa"))),
        "status_change_reason": draw(pick((None, None, "error", "reversed_in_fact"))),
    }
    if draw(pick((False, False, True))):
        precision = draw(pick((*PRECISIONS, *PRECISIONS, "none")))
        row["current_due_precision"] = precision
        row["due_change_reason"] = draw(pick((None, "Hai bên thống nhất.")))
        if precision != "none":
            row["current_due_date"] = draw(day).isoformat()
    if status == "completed" or draw(pick((False,) * 9 + (True,))):
        precision = draw(pick((*PRECISIONS, "unknown", None)))
        # a date beside the precision "unknown" contradicts the schema's words and is left out
        known = precision != "unknown" and draw(pick((True, True, True, False)))
        row |= {
            "completed_precision": precision,
            "completed_date": draw(st.integers(0, 400).map(lambda days: as_of - timedelta(days=days)) | day).isoformat()
            if known
            else None,
        }
        row |= {
            "evidence_grade": draw(pick((None, "A", "B", "C", "D"))),
            "evidence_ref": draw(pick((None, "BB 1", "BB 2"))),
        }
    return row


@st.composite
def registers(draw, max_commitments: int = 25) -> Register:
    """A register with its two dates. Every file has its own time of receipt, some of them late, early or in no order
    at all."""
    valid_date = draw(pick(VALID_DATES))
    knowledge_date = valid_date + timedelta(days=draw(pick(KNOWLEDGE_LAGS)))
    life = lives(valid_date)
    many = st.lists(life, min_size=min(8, max_commitments), max_size=max_commitments)
    drawn = draw(st.lists(life, max_size=6) | many | many)
    tables: dict[str, list[dict]] = {}
    for number, parts in enumerate(drawn):
        name = f"C{number:02}"
        tables.setdefault("commitments", []).append(commitment(name, **parts["commitments"][0]))
        for table, rows in parts.items():
            if table != "commitments":
                tables.setdefault(table, []).extend({"commitment_id": name} | row for row in rows)
    for row in tables.get("commitment_exits", []):
        row["successor_id"] = (
            draw(pick(tables["commitments"]))["commitment_id"] if row["exit_type"] == "superseded" else None
        )
    tables["progress_updates"] = [
        {key: None if value == "" else value for key, value in (update(**row) | {"file": _file(row)}).items()}
        for row in _first_of(tables.get("progress_updates", []), REPORT)
    ]
    for table, key in (
        ("lead_assignments", ("commitment_id", "agency_id", "from_date")),
        ("adjudications", ("commitment_id", "decided_date")),
    ):
        tables[table] = _first_of(tables.get(table, []), key)
    tables["submission_ledger"] = draw(ledgers(tables["progress_updates"], knowledge_date))
    return Register(valid_date.isoformat(), knowledge_date.isoformat(), tables)


@st.composite
def ledgers(draw, updates: list[dict], knowledge_date: date) -> list[dict]:
    """A row for nearly every file of updates, and some files that report nothing; later revisions mostly replace
    earlier ones."""
    files = {row["file"]: (row["round_id"], row["agency_id"], int(row["revision"])) for row in updates}
    for agency in draw(st.lists(pick((*LEADS, "MAE")), max_size=2)):
        row = {"round_id": draw(pick(ROUNDS[1:9])), "agency_id": agency, "revision": "1"}
        files[_file(row)] = (row["round_id"], agency, 1)
    ledger = []
    for number, (file, (round_id, agency, revision)) in enumerate(sorted(files.items())):
        days = timedelta(days=draw(pick((-2, 0, 1, 5, -2, -2, 0, 30, 200, -40))) + 4 * (revision - 1))
        received = (
            draw(pick((None,) * 5 + (knowledge_date, knowledge_date + timedelta(days=1)))) or DUE[round_id] + days
        )
        earlier = [name for name, key in files.items() if key == (round_id, agency, revision - 1)]
        time = draw(pick(("09:00", "00:00", "23:59")))
        ledger.append(
            {
                # seconds tell the files apart: what came at the same second has no order
                "file": file,
                "round_id": round_id,
                "agency_id": agency,
                "revision": str(revision),
                "received_at": f"{received.isoformat()}T{time}:{number % 60:02}.{number // 60:03}",
                "sha256": "0" * 64,
                "bytes": "1",
                "row_count": str(sum(row["file"] == file for row in updates)),
                "verdict": draw(pick(("accepted", "accepted", "accepted_after_return"))),
                "supersedes": earlier[0] if earlier and draw(pick((True, True, True, False))) else None,
            }
        )
    lost = draw(maybe(st.integers(0, max(0, len(ledger) - 1)), 9))
    return [row for number, row in enumerate(ledger) if number != lost]


def _file(row: dict) -> str:
    suffix = "" if row["revision"] == "1" else f".{row['revision']}"
    return f"submissions/{row['round_id']}/{row['agency_id']}{suffix}.csv"


def _first_of(rows: list[dict], key: tuple[str, ...]) -> list[dict]:
    """Rows without repetitions of a primary key."""
    seen: dict[tuple, dict] = {}
    for row in rows:
        seen.setdefault(tuple(row[name] for name in key), row)
    return list(seen.values())


def reduced(register: Register, fails) -> Register:
    """A smaller register that still fails, found by leaving out one commitment, then one row at a time.

    Hypothesis shrinks by drawing anew thousands of times, which takes minutes here; rows of a register can simply be
    left out.
    """
    for name in [row["commitment_id"] for row in register.rows("commitments")]:
        smaller = register.at(
            **{
                table: [row for row in rows if row.get("commitment_id") != name]
                for table, rows in register.tables.items()
            }
        )
        register = smaller if fails(smaller) else register
    for table in sorted(register.tables):
        for row in list(register.rows(table)):
            smaller = register.at(**{table: [other for other in register.rows(table) if other is not row]})
            register = smaller if _refers(smaller) and fails(smaller) else register
    return register


def _refers(register: Register) -> bool:
    """Every row still stands on a commitment."""
    names = {row["commitment_id"] for row in register.rows("commitments")}
    return all(
        row.get("commitment_id", next(iter(names), "")) in names
        for table, rows in register.tables.items()
        if table != "submission_ledger"
        for row in rows
    )
