"""Faults of files: what the contract step has to refuse before anything reaches a table.

A clean register is written as a package; one file of it is spoilt; the contract step reads the package.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from bench.detection.base import Book, clean  # noqa: E402

import support  # noqa: E402  (needs tests/ on the path)
from camket.contract.validate import validate_package  # noqa: E402
from camket.package import load, refresh  # noqa: E402


@dataclass(frozen=True)
class FileFault:
    """One way to spoil a file. `spoil` gets its bytes, and gives the spoilt ones."""

    name: str
    rule: str
    words: str
    spoil: Callable[[bytes, Random], bytes]
    file: str = ""
    is_rehashed: bool = True


@dataclass(frozen=True)
class FileTrial:
    """What came of one spoilt file: found by the rule and at the file; other rules that spoke of other files."""

    fault: FileFault
    seed: int
    found: bool
    elsewhere: tuple[str, ...]


def _cell(column: str, value: str) -> Callable[[bytes, Random], bytes]:
    """Write something else into a cell of the column, of any row."""

    def spoil(data: bytes, random: Random) -> bytes:
        header, *rows = csv.reader(data.decode().splitlines())
        row = random.choice([row for row in rows if row[header.index(column)] != value])
        row[header.index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        return out.getvalue().encode()

    return spoil


def _again(data: bytes, random: Random) -> bytes:
    header, *lines = data.splitlines()
    return b"\n".join([header, *lines, random.choice(lines), b""])


def _header(old: str, new: str) -> Callable[[bytes, Random], bytes]:
    return lambda data, random: data.replace(old.encode(), new.encode(), 1)


FILE_FAULTS = (
    FileFault("file_utf16", "STR-01", "a file in UTF-16", lambda d, r: d.decode().encode("utf-16")),
    FileFault(
        "file_cp1258",
        "STR-01",
        "a file in an old Vietnamese encoding",
        lambda d, r: unicodedata.normalize("NFD", d.decode()).encode("cp1258", "replace"),
    ),
    FileFault("file_bom", "STR-01", "a byte order mark", lambda d, r: b"\xef\xbb\xbf" + d),
    FileFault("file_semicolons", "STR-01", "semicolons for commas", lambda d, r: d.replace(b",", b";")),
    FileFault(
        "file_decomposed",
        "STR-01",
        "decomposed letters",
        lambda d, r: unicodedata.normalize("NFD", d.decode()).encode(),
    ),
    FileFault("file_nul", "STR-01", "a NUL in a narrative", lambda d, r: d.replace("Kỳ".encode(), "K\0ỳ".encode(), 1)),
    FileFault("file_cut_off", "STR-01", "a file cut off in a row", lambda d, r: d[: -r.randrange(9, 40)]),
    FileFault(
        "file_unclosed_quote", "STR-01", "a quote that is never closed", lambda d, r: d.replace(b'.",', b".,", 1)
    ),
    FileFault("file_column_missing", "STR-01", "a column less", _header(",evidence_grade", "")),
    FileFault("file_column_misspelt", "STR-01", "a misspelt column", _header("progress_pct", "progress")),
    FileFault("file_empty", "STR-01", "a file without a row", lambda d, r: d.splitlines()[0] + b"\n"),
    FileFault("cell_no_such_day", "STR-01", "the 31st of September", _cell("as_of_date", "2025-09-31")),
    FileFault("cell_day_first", "STR-01", "a date with the day first", _cell("as_of_date", "30/09/2025")),
    FileFault("cell_percent", "STR-01", "progress with a per cent sign", _cell("progress_pct", "40%")),
    FileFault("cell_yes", "STR-01", "yes for true", _cell("no_change_confirmed", "yes")),
    FileFault("cell_required", "STR-01", "no status", _cell("status", "")),
    FileFault("cell_beyond", "STR-01", "progress beyond a hundred", _cell("progress_pct", "101")),
    FileFault("row_twice", "STR-02", "a row twice", _again),
    FileFault("register_row_twice", "STR-02", "a register row twice", _again, "register/commitments.csv"),
    FileFault("cell_commitment", "STR-03", "a commitment that is not in the register", _cell("commitment_id", "C-999")),
    FileFault(
        "cell_agency_case",
        "STR-03",
        "a lead in small letters",
        _cell("lead_agency_id", "moit"),
        "register/commitments.csv",
    ),
    FileFault(
        "cell_partner", "STR-03", "a partner that no list has", _cell("partner_id", "XXX"), "register/commitments.csv"
    ),
    FileFault("cell_status", "STR-04", "a status of the agency's own", _cell("status", "finished")),
    FileFault("cell_grade", "STR-04", "evidence of grade E", _cell("evidence_grade", "E")),
    FileFault(
        "cell_disclosure",
        "STR-04",
        "a tier that does not exist",
        _cell("disclosure", "internal"),
        "register/commitments.csv",
    ),
    FileFault(
        "register_changed",
        "REP-02",
        "a register changed after it was sealed",
        _cell("is_key_project", "true"),
        "register/commitments.csv",
        False,
    ),
    FileFault(
        "file_changed",
        "REP-02",
        "a file of reports changed after it was received",
        _cell("progress_pct", "7"),
        "",
        False,
    ),
    FileFault(
        "ledger_count",
        "REP-02",
        "a ledger with another number of rows",
        _cell("row_count", "999"),
        "submission_ledger.csv",
    ),
)


def run_files(seeds: int) -> list[FileTrial]:
    """Spoil one file of a clean package after another, for each of so many seeds."""
    trials = []
    for seed in range(seeds):
        with tempfile.TemporaryDirectory(prefix="camket-files-") as folder:
            descriptor = write_package(Path(folder), clean(seed))
            names = sorted(json.loads(descriptor.read_text(encoding="utf-8"))["resources"], key=lambda r: r["name"])
            assert names and not validate_package(load(descriptor)).problems, "the clean package has problems"
            for fault in FILE_FAULTS:
                trials.append(_trial(fault, seed, descriptor))
    return trials


def _trial(fault: FileFault, seed: int, descriptor: Path) -> FileTrial:
    random = Random(f"{fault.name} {seed}")
    own = descriptor.parent / "raw/toy"
    files = sorted(path for path in own.glob("submissions/*/*.csv") if path.stat().st_size > 1500)
    file = own / fault.file if fault.file else random.choice(files)
    before, sealed = file.read_bytes(), descriptor.read_bytes()
    file.write_bytes(fault.spoil(before, random))
    assert file.read_bytes() != before, fault.name
    if fault.is_rehashed:
        refresh(descriptor)
    problems = validate_package(load(descriptor)).problems
    file.write_bytes(before)
    descriptor.write_bytes(sealed)
    name = file.relative_to(descriptor.parent).as_posix()
    here = [p for p in problems if p.file.endswith(name) or name.endswith(p.file) or file.name in p.file]
    found = any(p.rule == fault.rule for p in here)
    if fault.rule == "REP-02":
        found = any(p.rule == "REP-02" for p in problems)
    return FileTrial(fault, seed, found, tuple(sorted({p.rule for p in problems} - {fault.rule})))


def write_package(folder: Path, book: Book) -> Path:
    """A register as a package on disk, ledger and hashes included; its descriptor."""
    reports = []
    for row in book.rows("progress_updates"):
        reports.append(
            {k: v or "" for k, v in row.items() if k != "file"} | {"received_at": book.received[row["file"]]}
        )
    names = set(support.REGISTER) | {"activities", "published_figures"}
    tables = {name: [{k: v or "" for k, v in row.items()} for row in book.rows(name)] for name in names}
    return support.make_package(
        folder, tables.pop("commitments"), reports, T=book.valid_date, K=book.knowledge_date, **tables
    )
