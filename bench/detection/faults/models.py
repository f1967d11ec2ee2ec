"""Faults that no raw table can hold: a model with a mistake, built on a clean register.

Some rules guard the models themselves. Their fault is a model that drops, doubles or leaks rows, in the way such
mistakes come about.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random

from bench.detection.base import Book
from bench.detection.faults.common import fault, unpublish, victim

PROJECT = Path(__file__).resolve().parents[3]


@fault(
    "AGG-01",
    "a join that doubles a commitment",
    "SUC-02",
    "EVI-01",
    "EVI-02",
    "CLM-01",
    "CON-01",
    "CON-02",
    "TIM-01",
    "AGG-08",
    "SUC-01",
    "TIM-06",
    "REQ-06",
    "DAT-03",
    "REP-01",
)
def model_doubles(book: Book, random: Random):
    row, _ = victim(book, random)
    only = f"where commitment_id = '{row['commitment_id']}'"
    book.patches["commitments"] = lambda sql: f"from ({sql}) union all (from ({sql}) {only})"
    return {"commitment_id": row["commitment_id"]}


@fault("AGG-01", "a join that loses a commitment", "SUC-02", "CLM-01", "PER-01")
def model_loses(book: Book, random: Random):
    row, _ = victim(book, random)
    book.patches["commitments"] = lambda sql: f"from ({sql}) where commitment_id <> '{row['commitment_id']}'"
    return {"commitment_id": row["commitment_id"]}


@fault("AGG-02", "a movement of the backlog that is not counted")
def model_misses_movement(book: Book, random: Random):
    book.patches["backlog_flows"] = lambda sql: f"from ({sql}) where to_id <> 'edition'"
    return {"object_id": "edition"}


@fault("AGG-08", "an exclusion that no class of the definition explains", "AGG-01", "SUC-02")
def model_excludes(book: Book, random: Random):
    row, _ = victim(book, random)
    hide = f"is_eligible and commitment_id <> '{row['commitment_id']}' as is_eligible"
    book.patches["commitments"] = lambda sql: f"select * replace ({hide}) from ({sql})"
    return {"object_type": "dataset"}


@fault("DIS-01", "a model that forgets what may be published")
def model_leaks(book: Book, random: Random):
    row, _ = victim(book, random)
    row["disclosure"] = random.choice(("official", "secret"))
    unpublish(book, row["commitment_id"])

    def forget(sql: str) -> str:
        assert "commitments.disclosure = 'public'" in sql, "as_of_commitments no longer filters by disclosure"
        return sql.replace("commitments.disclosure = 'public'", "true")

    book.patches["as_of_commitments"] = forget
    return {"object_type": random.choice(("commitments", "updates"))}


@fault("SUC-02", "a succession that loses a commitment of the predecessor", "AGG-01", "CLM-01")
def model_loses_transferred(book: Book, random: Random):
    row, _ = victim(book, random, leads=("MARD",))
    lost = f"nullif(lead_agency_id_as_now, if(commitment_id = '{row['commitment_id']}', lead_agency_id_as_now, ''))"
    book.patches["commitments"] = lambda sql: f"select * replace ({lost} as lead_agency_id_as_now) from ({sql})"
    return {"object_id": "as_now"}


@fault("REP-01", "a model that rolls dice")
def model_rolls_dice(book: Book, random: Random):
    model = random.choice(("claim_tests", "agency_rounds"))
    column = {"claim_tests": "register_value", "agency_rounds": "days_late"}[model]
    book.patches[model] = lambda sql: (
        f"select * replace ({column} + cast(floor(random() * 1e6) as integer) as {column}) from ({sql})"
    )
    book.rebuilt = True
    return {"object_id": model}


@fault("REP-04", "a model or macro that asks for the day or a random number")
def model_reads_clock(book: Book, random: Random):
    folder = Path(tempfile.mkdtemp(prefix="camket-clock-"))
    for name in ("models", "macros"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("*.yml"))
    file = random.choice(("models/marts/fresh.sql", "macros/fresh.sql", "models/staging/fresh.sql"))
    call = random.choice(("current_date", "now()", "CURRENT_TIMESTAMP", "today()", "random()", "get_current_time()"))
    (folder / file).write_text(f"select {call} as today -- the day of the build\n", encoding="utf-8")
    book.root = str(folder)
    return {"object_id": file}
