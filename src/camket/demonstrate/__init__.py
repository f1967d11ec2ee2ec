"""``camket demonstrate``: the seeded generator of the demonstration package.

Agency submissions are confidential, so the shipped ones are invented: 927 commitments signed 2021–2025, what
about sixty bodies reported on them in seven rounds, and the natural mess of such reports. The same seed always
gives the same bytes. ``docs/demonstration.md`` documents the proportions.
"""

import csv
import io
import shutil
import unicodedata
from pathlib import Path

from .filing import Filing
from .lives import make_lives
from .reference import Reference, Words
from .register import make_register
from .reports import Reporter
from .rows import COLUMNS, Row
from .tables import Table, answers, first_versions, register_tables

Summary = dict[str, int]
PARAMETERS = ("parameter_id", "value", "value_type", "unit", "description_en", "description_vi")
README = Path(__file__).parent / "data" / "README.package.md"
# What is kept of the checks from round to round: `camket freeze` and people write these, so a new package keeps them.
KEPT = {
    "register/findings_history.csv": (
        "edition_id", "finding_id", "rule_id", "severity", "object_type", "object_id", "commitment_id", "agency_id",
    ),
    "register/accepted_findings.csv": (
        "finding_id", "accepted_by_role", "reason", "until_date", "recorded_date", "document",
    ),
}  # fmt: skip


def generate(project_root: Path, seed: int = 2025) -> Summary:
    """Makes the package from ``raw/reference`` and puts it in ``raw/demonstration``, replacing any earlier one.

    Of the earlier one stay the files of KEPT.
    """
    files, summary = make(project_root / "raw" / "reference", seed)
    folder = project_root / "raw" / "demonstration"
    write(folder, files | {path: (folder / path).read_bytes() for path in KEPT if (folder / path).is_file()})
    return summary


def make(reference: Path, seed: int = 2025) -> tuple[dict[str, bytes], Summary]:
    """The files of the package, path to bytes, and the number of rows of each table."""
    ref, words = Reference(reference), Words()
    commitments, activities = make_register(ref, words, seed)
    lives = make_lives(commitments, ref, words, seed)
    filing = Filing(ref, seed)
    reporter = Reporter(commitments, lives, ref, words, filing, seed)
    reporter.run()
    tables = register_tables(commitments, activities, lives, ref, words, seed)
    tables["recommendation_responses"] = answers(reporter, ref, seed)
    submissions, ledger = _submissions(reporter, filing, ref, seed)
    files = {f"register/{name}.csv": _csv(table) for name, table in tables.items()}
    claims = (tuple(words.published_figures[0]), words.published_figures)
    # No threshold of its own: the table is there, empty, so that both packages have the same files.
    files["parameters.csv"] = _csv((PARAMETERS, []))
    files |= {path: _csv((columns, [])) for path, columns in KEPT.items()}
    files |= {"claims/published_figures.csv": _csv(claims), "submission_ledger.csv": _csv(ledger)}
    files |= submissions | {"README.md": README.read_bytes()}
    summary = {name: len(table[1]) for name, table in tables.items()}
    summary |= {
        "published_figures": len(claims[1]),
        "submission_ledger": len(ledger[1]),
        "progress_updates": sum(int(row["row_count"]) for row in ledger[1]),
    }
    return files, dict(sorted(summary.items()))


def _submissions(reporter: Reporter, filing: Filing, ref: Reference, seed: int) -> tuple[dict[str, bytes], Table]:
    """One file for each agency and round, a second one where it was corrected, and the ledger of them all."""
    first = first_versions(reporter, filing, ref, seed)
    rounds = {this.round_id: this for this in ref.rounds}
    files: dict[str, bytes] = {}
    ledger: list[Row] = []
    for (round_id, agency), rows in sorted(reporter.files.items()):
        this = rounds[round_id]
        corrected = filing.correction(agency, this)
        versions = [(1, first.get((round_id, agency), rows), filing.received(agency, this))]
        if corrected:
            versions.append((2, [dict(row, revision="2") for row in rows], corrected))
        for revision, content, when in versions:
            path = f"submissions/{round_id}/{agency}{'.2' if revision == 2 else ''}.csv"
            files[path] = _csv((COLUMNS, sorted(content, key=lambda row: row["commitment_id"])))
            ledger.append(filing.ledger_row(path, this, agency, revision, when, files[path], len(content)))
    ledger.sort(key=lambda row: row["file"])
    return files, (tuple(ledger[0]), ledger)


def _csv(table: Table) -> bytes:
    """A table as RFC 4180 text with bare line feeds, UTF-8, normal form C."""
    columns, rows = table
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return unicodedata.normalize("NFC", buffer.getvalue()).encode("utf-8")


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Writes into a folder beside the target and then changes places, so that no half package is ever seen."""
    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for path, content in sorted(files.items()):
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
