"""Small packages for tests: the real schemas, reference data and models over a register that the test writes itself."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
from pathlib import Path

from click.testing import CliRunner, Result

from camket.package import refresh

PROJECT = Path(__file__).resolve().parent.parent
REGISTER = (
    "commitments",
    "commitment_agencies",
    "commitment_partners",
    "commitment_fields",
    "commitment_exits",
    "lead_assignments",
    "adjudications",
    "recommendation_responses",
    "previous_editions",
    "findings_history",
    "accepted_findings",
)
COMMITMENT = {
    "title_en": "A cooperation programme",
    "title_vi": "Chương trình hợp tác",
    "title_vi_basis": "invented",
    "instrument_id": "memorandum",
    "signed_precision": "day",
    "lead_agency_id": "MOFA",
    "lead_basis": "assigned",
    "partner_id": "LAO",
    "field_id": "economy",
    "deadline_grade": "definitive",
    "is_ongoing_framework": "false",
    "is_key_project": "false",
    "disclosure": "public",
}
UPDATE = {
    "agency_id": "MOFA",
    "revision": "1",
    "status": "in_progress",
    "narrative": "Đang triển khai các hoạt động theo kế hoạch.",
    "no_change_confirmed": "false",
}


def camket(*arguments: str) -> Result:
    """The command line with its exit code and both outputs, run in the project's folder and in this process.

    To start Python and import dbt and Great Expectations takes longer than most steps take on a small register;
    tests/integration/test_commands.py says which tests start a process of their own. Raises what a step lets through.
    """
    from camket.cli import main

    with contextlib.chdir(PROJECT):
        return CliRunner().invoke(main, arguments, prog_name="camket", catch_exceptions=False)


def columns(schema: str) -> list[str]:
    """Column names of a raw table, in the order of its schema."""
    return [
        field["name"]
        for field in json.loads((PROJECT / f"schemas/{schema}.json").read_text(encoding="utf-8"))["fields"]
    ]


def write_table(path: Path, schema: str, rows: list[dict]) -> None:
    """Write rows (missing cells empty) as a canonical CSV of the schema; an unknown column is a mistake of the test."""
    names = columns(schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def commitment(commitment_id: str, signed_date: str, **changes: str) -> dict:
    """A register row with plain defaults. A deadline comes with its precision; none comes with a reason."""
    row = (
        COMMITMENT
        | {
            "commitment_id": commitment_id,
            "document_id": f"D-{commitment_id}",
            "signed_date": signed_date,
            "recorded_date": signed_date,
        }
        | changes
    )
    if row.get("due_date"):
        row.setdefault("due_precision", "day")
    else:
        row |= {"deadline_grade": "none", "no_deadline_reason": "Chưa xác định"}
    return row


def update(commitment_id: str, round_id: str, as_of_date: str, **changes: str) -> dict:
    """A progress update with plain defaults; received_at (ISO) is taken off into the ledger."""
    row = UPDATE | {"commitment_id": commitment_id, "round_id": round_id, "as_of_date": as_of_date} | changes
    if row["status"] == "completed":
        row |= {"progress_pct": "100"}
        row.setdefault("completed_precision", "day")
    return row


def make_package(
    folder: Path, commitments: list[dict], updates: list[dict] = (), *, T: str, K: str, supersedes=(), **tables
) -> Path:
    """Write a package below ``folder`` and return its descriptor.

    Updates are filed by round, agency and revision; ``received_at`` of an update (default: its as-of date) is that of
    its file.
    ``supersedes`` holds pairs (later file, earlier file). Other register tables are given by name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / "raw/toy"
    for name in ("schemas", "raw/reference"):
        link = folder / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to(PROJECT / name)
    for name in REGISTER:
        write_table(own / f"register/{name}.csv", name, commitments if name == "commitments" else tables.get(name, []))
    write_table(own / "register/activities.csv", "activities", tables.get("activities", []))
    write_table(own / "parameters.csv", "parameters", tables.get("parameters", []))
    write_table(own / "claims/published_figures.csv", "published_figures", tables.get("published_figures", []))
    files: dict[str, list[dict]] = {}
    received: dict[str, str] = {}
    for row in updates:
        row = dict(row)
        suffix = "" if row["revision"] == "1" else f".{row['revision']}"
        name = f"submissions/{row['round_id']}/{row['agency_id']}{suffix}.csv"
        received[name] = max(received.get(name, ""), row.pop("received_at", row["as_of_date"] + "T09:00:00"))
        files.setdefault(name, []).append(row)
    if not files:  # a package without a report still has a submissions folder to read
        files["submissions/2024-Q2/MOFA.csv"] = []
        received["submissions/2024-Q2/MOFA.csv"] = "2024-07-01T09:00:00"
    ledger = []
    for name, rows in sorted(files.items()):
        write_table(own / name, "progress_updates", sorted(rows, key=lambda row: row["commitment_id"]))
        data = (own / name).read_bytes()
        round_id, agency = name.split("/")[1:]
        stem, _, revision = agency.removesuffix(".csv").partition(".")
        ledger.append(
            {
                "file": name,
                "round_id": round_id,
                "agency_id": stem,
                "revision": revision or "1",
                "received_at": received[name],
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "row_count": len(rows),
                "verdict": "accepted",
                "supersedes": dict(supersedes).get(name, ""),
                "original_name": "",
            }
        )
    write_table(own / "submission_ledger.csv", "submission_ledger", ledger)
    return _write_descriptor(folder, T, K, sorted(files))


def _write_descriptor(folder: Path, T: str, K: str, files: list[str]) -> Path:
    text = (PROJECT / "datapackage.json").read_text(encoding="utf-8").replace("raw/demonstration", "raw/toy")
    descriptor = json.loads(text)
    descriptor["camket"] |= {"package_id": "toy", "folder": "raw/toy", "T": T, "K": K}
    for resource in descriptor["resources"]:
        resource.pop("hash", None)
        resource.pop("bytes", None)
        if resource["name"] == "progress_updates":
            resource["path"] = [f"raw/toy/{name}" for name in files]
    path = folder / "datapackage.json"
    path.write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    refresh(path)
    return path


def edition(descriptor: Path, build: Path, T: str | None = None, K: str | None = None):
    """The edition of a test package, built with the project's own models."""
    from camket.build import Edition
    from camket.package import load

    package = load(descriptor)
    build.mkdir(parents=True, exist_ok=True)
    return Edition(package, T or package.T.isoformat(), K or package.K.isoformat(), PROJECT, build)


def build_whole(edition) -> None:
    """Build an edition from staging to figures, with the results of no check (the checks have tests of their own)."""
    from camket import build
    from camket.checks.life import LIFE_COLUMNS

    build.run(edition, "marts")
    quality = edition.build / "quality"
    quality.mkdir()
    for name, header in (
        ("check_results", "rule_id,severity,level,result,checked_count,failing_count,affected_agencies,message"),
        ("findings", "finding_id,rule_id,severity,agency_id"),
        ("findings_life", ",".join(LIFE_COLUMNS)),
    ):
        (quality / f"{name}.csv").write_text(f"{header}\n")
    build.run(edition, "figures")


def toy_package(folder: Path, K: str = "2025-10-10") -> Path:
    """The fourteen-row worked example as a package: the register, and one report a commitment."""
    rows = list(csv.DictReader(open(PROJECT / "tests/data/toy_register.csv", encoding="utf-8")))
    commitments, updates, exits = [], [], []
    for row in rows:
        ongoing = row["exit_type"] == "ongoing"
        commitments.append(
            commitment(
                row["commitment_id"],
                row["signed_date"],
                due_date=row["baseline_deadline"],
                recorded_date=row["recorded_at"],
                is_ongoing_framework=str(ongoing).lower(),
            )
        )
        if row["exit_type"] and not ongoing:
            exits.append(
                {
                    "commitment_id": row["commitment_id"],
                    "exit_date": row["exit_date"],
                    "exit_type": row["exit_type"],
                    "decided_by": "mutual" if row["exit_type"] == "withdrawn" else "",
                    "document": "Văn bản 1",
                    "successor_id": "C06" if row["exit_type"] == "superseded" else "",
                    "recorded_date": row["exit_date"],
                }
            )
        if row["assigned_date"]:
            moved = row["current_deadline"] != row["baseline_deadline"]
            updates.append(
                update(
                    row["commitment_id"],
                    "2025-Q3",
                    "2025-09-30",
                    received_at="2025-10-05T09:00:00",
                    status="completed"
                    if row["completed_date"]
                    else "in_progress"
                    if row["started_date"]
                    else "not_started",
                    completed_date=row["completed_date"],
                    assigned_date=row["assigned_date"],
                    started_date=row["started_date"],
                    current_due_date=row["current_deadline"] if moved else "",
                    current_due_precision="day" if moved else "",
                    due_change_reason="Hai bên thống nhất gia hạn." if moved else "",
                    evidence_grade="B" if row["completed_date"] else "",
                )
            )
    return make_package(folder, commitments, updates, T="2025-09-30", K=K, commitment_exits=exits)
