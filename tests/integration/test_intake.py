"""The door as the steward uses it: ledger, corrections, templates, reminders, slips, and what must never happen."""

import csv
import hashlib
import io
import os
import resource
import subprocess
import sys
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures/bad"))
from make import NAMES, PROJECT, TEXTS, base, text, toy  # noqa: E402

from camket.intake.run import take_in  # noqa: E402
from camket.messages import ToolFailed  # noqa: E402
from camket.package import load  # noqa: E402
from support import edition  # noqa: E402

FIRST, SECOND = datetime(2025, 10, 3, 9, 15), datetime(2025, 10, 20, 8, 0)


@pytest.fixture
def project(tmp_path):
    toy(tmp_path)
    (tmp_path / "inbox").mkdir()
    return tmp_path


def send(project: Path, data: bytes | str, name: str = "report.csv", when: datetime = FIRST, **options):
    """Put one file into the inbox, take it in, and take it out again."""
    path = project / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    try:
        (outcome,) = take_in(None, project=project, files=[path], received_at=when, **options)
    finally:
        path.unlink()
    return outcome


def state(project: Path) -> dict[str, str]:
    raw = project / "raw/toy"
    return {str(p.relative_to(raw)): hashlib.sha256(p.read_bytes()).hexdigest() for p in raw.rglob("*") if p.is_file()}


def ledger(project: Path) -> list[dict[str, str]]:
    with open(project / "raw/toy/submission_ledger.csv", encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["round_id"] == "2025-Q3"]


def corrected() -> str:
    rows = base()
    rows[0]["progress_pct"] = "70"
    return text(rows)


def test_an_accepted_file_lands_canonically_with_its_original(project):
    data = text(base()[::-1], delimiter=";").encode("utf-16")
    outcome = send(project, data, "BC cam kết.csv")
    assert outcome.verdict == "accepted" and outcome.slips[0].suffix == ".html"
    assert (project / "raw/toy/submissions/2025-Q3/MOIT.csv").read_text(encoding="utf-8") == text(base())
    (entry,) = ledger(project)
    assert (project / f"raw/toy/originals/{entry['original_sha256']}.csv").read_bytes() == data
    assert entry["received_at"] == "2025-10-03T09:15:00" and entry["row_count"] == "4"
    assert entry["original_name"] == "BC cam kết.csv" and entry["verdict"] == "accepted"
    from camket.contract.validate import validate_package

    assert validate_package(load(None, project=project)).problems == []


def test_the_same_bytes_twice_are_a_no_op(project):
    send(project, text(base()))
    before = state(project)
    assert send(project, text(base()), "again.csv", SECOND).verdict == "known"
    # The same content in another form adds nothing either.
    assert send(project, text(base(), delimiter=";"), "other.csv", SECOND).verdict == "known"
    assert state(project) == before


def test_bytes_that_a_correction_has_replaced_stay_known_and_it_is_told(project):
    send(project, text(base()), "a.csv")
    send(project, corrected(), "b.csv", SECOND)
    before = state(project)
    outcome = send(project, text(base()), "a.csv", SECOND + timedelta(days=1))
    assert outcome.verdict == "known" and state(project) == before
    assert [remark.kind for remark in outcome.remarks] == ["known-replaced"]
    assert "MOIT.2.csv" in outcome.remarks[0].en


def test_two_files_too_large_to_read_have_a_slip_each(project):
    slips = set()
    for name in ("a.csv", "b.csv"):
        path = project / name
        path.touch()
        os.truncate(path, 20 << 20)
        (outcome,) = take_in(None, project=project, files=[path], received_at=FIRST)
        assert [found.rule for found in outcome.problems] == ["INT-08"]
        slips.update(outcome.slips)
    assert len(slips) == 4
    with open(project / "outbox/returns.csv", encoding="utf-8", newline="") as stream:
        assert [row["original_name"] for row in csv.DictReader(stream)] == ["a.csv", "b.csv"]


def test_a_returned_file_changes_nothing_in_raw(project):
    before = state(project)
    descriptor = (project / "datapackage.json").read_bytes()
    outcome = send(project, text(base()).replace("in_progress", "xong"))
    assert outcome.verdict == "returned" and {path.suffix for path in outcome.slips} == {".html", ".xlsx"}
    assert state(project) == before and (project / "datapackage.json").read_bytes() == descriptor
    assert send(project, text(base()), when=SECOND).verdict == "accepted_after_return"
    assert [entry["verdict"] for entry in ledger(project)] == ["accepted_after_return"]


def test_a_correction_supersedes_and_an_earlier_k_gives_the_earlier_state_back(project):
    send(project, text(base()))
    first = (project / "raw/toy/submissions/2025-Q3/MOIT.csv").read_bytes()
    outcome = send(project, corrected(), when=SECOND)
    assert outcome.entry["file"] == "submissions/2025-Q3/MOIT.2.csv"
    assert outcome.entry["supersedes"] == "submissions/2025-Q3/MOIT.csv"
    assert any(guess.kind == "revision" for guess in outcome.guesses)
    assert (project / "raw/toy/submissions/2025-Q3/MOIT.csv").read_bytes() == first
    import duckdb

    from camket import build

    made = edition(project / "datapackage.json", project / "build", K="2025-10-10")
    build.run(made, "marts")
    with duckdb.connect(str(made.database), read_only=True) as db:
        then = db.execute(
            "select commitment_id, revision, progress_pct from updates where round_id = '2025-Q3' order by 1"
        ).fetchall()
    assert then == [("C01", 1, 65), ("C02", 1, 40), ("C03", 1, 10), ("C04", 1, None)]
    from camket.intake.register import Register

    now = Register(load(None, project=project))
    last = {code: reports[-1].values for code, reports in now.reports.items()}
    assert (last["C01"]["revision"], last["C01"]["progress_pct"]) == ("2", "70")
    assert all(len(reports) == len({r.file for r in reports}) for reports in now.reports.values())


def test_a_correction_received_before_what_it_corrects_is_held(project):
    send(project, text(base()), when=SECOND)
    before = state(project)
    assert send(project, corrected(), when=FIRST).verdict == "held"
    assert state(project) == before


def test_sender_and_time_come_from_folder_and_sidecar(project):
    inbox = project / "inbox"
    (inbox / "MOF").mkdir()
    (inbox / "MOF/report.csv").write_text(text(base()), encoding="utf-8")
    (inbox / "MOIT").mkdir()
    (inbox / "MOIT/report.csv").write_text(corrected(), encoding="utf-8")
    (inbox / "MOIT/~$report.xlsx").write_bytes(b"lock file of Excel")
    (inbox / "received.csv").write_text(
        "file,received_at\nMOF/report.csv,2025-10-04T08:00:00\nMOIT/report.csv,2025-10-05T08:00:00\n"
    )
    first, second = take_in(None, project=project)
    assert [p.kind for p in first.problems] == ["wrong-sender"]
    assert second.is_accepted and second.entry["received_at"] == "2025-10-05T08:00:00"
    assert not any(guess.kind == "received" for guess in second.guesses)


def test_a_missing_time_is_guessed_and_told(project):
    path = project / "inbox/report.csv"
    path.write_text(text(base()), encoding="utf-8")
    os.utime(path, (1759460000, 1759460000))
    (outcome,) = take_in(None, project=project)
    assert outcome.is_accepted and any(guess.kind == "received" for guess in outcome.guesses)


@pytest.mark.parametrize("line", ["x.csv,gestern", "x.csv,", "x.csv,2025-10-03T09:00:00+07:00"])
def test_a_time_that_is_none_is_the_stewards_mistake(project, line):
    (project / "inbox/received.csv").write_text("file,received_at\n" + line + "\n")
    with pytest.raises(ToolFailed, match="no local time"):
        take_in(None, project=project)


def test_paths_in_file_names_lead_nowhere(project):
    outcome = send(project, text(base()), "..\\..\\<b>x\u202e.csv")
    assert outcome.is_accepted and outcome.entry["original_name"] == "_b_x_.csv"
    assert all(path.resolve().is_relative_to(project) for path in outcome.slips)


# --- templates and reminders


def fill(path: Path) -> bytes:
    """Fill in a template as an agency would: the as-of date and words on progress."""
    book = openpyxl.load_workbook(path)
    sheet = book["Báo cáo"]
    at = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[6]}
    for row in range(7, sheet.max_row + 1):
        if not sheet.cell(row, 1).value:
            continue
        sheet.cell(row, at["Số liệu đến ngày"]).value = datetime(2025, 9, 30)
        sheet.cell(row, at["Tiến độ thực hiện"]).value = TEXTS[row % 4]
        if not sheet.cell(row, at["Trạng thái"]).value:
            sheet.cell(row, at["Trạng thái"]).value = "Đang thực hiện"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_template_filled_in_and_sent_back_is_accepted(project):
    from camket.intake.template import write_templates

    written = write_templates(load(None, project=project), "2025-Q3", project / "outbox")
    assert [path.stem for path in written] == ["MOF", "MOFA", "MOIT"]
    outcome = send(project, fill(written[-1]), "template.xlsx")
    assert outcome.is_accepted, [(p.rule, p.cell, p.message_en) for p in outcome.problems]
    # Completed and withdrawn commitments, and those of others, are not asked about.
    assert [row["commitment_id"] for row in outcome.reading.rows] == ["C01", "C02", "C03", "C04"]
    assert outcome.reading.rows[0]["progress_pct"] == "60"
    assert not outcome.remarks


def test_every_template_of_the_demonstration_is_accepted_when_filled_in(tmp_path):
    from camket.intake.door import Door
    from camket.intake.template import write_templates

    package = load(None, project=PROJECT)
    for path in write_templates(package, "2025-Q3", tmp_path)[:12]:
        filled = tmp_path / f"{path.stem}-filled.xlsx"
        filled.write_bytes(fill(path))
        with Door(package, tmp_path / "outbox") as door:
            outcome = door.judge(filled, datetime(2027, 1, 1))
        assert outcome.is_accepted, (path.stem, [(p.rule, p.cell, p.message_en) for p in outcome.problems][:5])


def test_a_template_has_drop_downs_hints_and_no_formula_cell(project):
    from camket.intake.template import write_templates

    (path,) = write_templates(load(None, project=project), "2025-Q3", project / "outbox", ("MOIT",))
    before = path.read_bytes()
    book = openpyxl.load_workbook(path)
    kinds = {rule.type for rule in book["Báo cáo"].data_validations.dataValidation}
    assert {"list", "date", "whole", "textLength"} <= kinds
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    write_templates(load(None, project=project), "2025-Q3", project / "outbox", ("MOIT",))
    assert path.read_bytes() == before
    with pytest.raises(ToolFailed, match="no round"):
        write_templates(load(None, project=project), "2099-Q1", project / "outbox")


def test_reminders_name_who_is_missing_late_and_what(project):
    from camket.intake.status import status, write

    send(project, text(base()[:3]), when=SECOND)
    lines = {line.agency_id: line for line in status(load(None, project=project), "2025-Q3", project / "outbox")}
    assert lines["MOFA"].state == "not_received" and lines["MOF"].state == "not_received"
    assert lines["MOIT"].state == "incomplete" and lines["MOIT"].missing == ("C04",) and lines["MOIT"].days_late == 15
    rows = list(csv.DictReader(open(write(list(lines.values()), project / "status.csv"), encoding="utf-8")))
    assert {row["agency_id"] for row in rows} == {"MOF", "MOFA", "MOIT"}


# --- the commands


def test_the_commands_print_verdict_guesses_and_places(project):
    from camket.cli_intake import intake, status, templates

    runner = CliRunner()
    (project / "inbox/bad.csv").write_text(text(base()).replace("2024-08-15", "03/04/2025"), encoding="utf-8")
    result = runner.invoke(intake, ["--root", str(project), "--received-at", "2025-10-03T09:15:00"])
    assert result.exit_code == 1 and "RETURNED" in result.output and "INT-02" in result.output and "L2" in result.output
    (project / "inbox/bad.csv").unlink()
    (project / "inbox/good.csv").write_text(text(base(), delimiter=";"), encoding="utf-8")
    result = runner.invoke(intake, ["--root", str(project), "--received-at", "2025-10-03T10:00:00"])
    assert result.exit_code == 0 and "ACCEPTED AFTER RETURN" in result.output and "semicolon" in result.output
    result = runner.invoke(intake, ["--root", str(project), "--received-at", "2025-10-03T10:00:00+07:00"])
    assert result.exit_code == 2
    assert runner.invoke(templates, ["2025-Q3", "--root", str(project)]).exit_code == 0
    result = runner.invoke(status, ["--root", str(project)])
    assert result.exit_code == 0 and "MOFA" in result.output and (project / "outbox/status-2025-Q3.csv").is_file()


def test_a_dry_run_writes_nothing(project):
    before = state(project)
    assert send(project, text(base()), dry_run=True).is_accepted
    assert state(project) == before and not (project / "outbox").exists()


# --- within bounded memory and time

LIMITED = """
import resource, sys, time
from datetime import datetime, timedelta
from pathlib import Path
from camket.intake.door import Door
from camket.package import load
with Door(load(None, project=sys.argv[1]), Path(sys.argv[1]) / "outbox") as door:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    outcome = door.judge(Path(sys.argv[2]), datetime(2025, 10, 3))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(outcome.verdict, outcome.problems[0].rule, used // 1024, round(time.perf_counter() - start, 2))
"""


def huge_sparse(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.write(text(base()).encode()[:-40] + b'"')
        stream.truncate(2 << 30)


def bomb(path: Path, member: str, size: int, head: bytes, tail: bytes, piece: bytes) -> None:
    """A workbook with one part of `size` bytes of the same piece."""
    from make import sheet

    with zipfile.ZipFile(io.BytesIO(sheet())) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != member:
                target.writestr(name, source.read(name))
        with target.open(member, "w", force_zip64=True) as stream:
            stream.write(head)
            block = piece * (1 + (1 << 20) // len(piece))
            for _ in range(size // len(block)):
                stream.write(block)
            stream.write(tail)


def one_text_everywhere(path: Path) -> None:
    """Six kilobytes that say 250 million letters: each cell names the same shared text."""
    import xlsxwriter

    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, NAMES)
        sheet.write_string(1, 0, "à" * 32_000)
    text_number = b'<c r="A2" t="s"><v>%d</v></c>' % len(NAMES)
    rows = b"</row>" + (b"<row>" + b'<c t="s"><v>%d</v></c>' % len(NAMES) * 26 + b"</row>") * 300
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert text_number in content
                content = content.replace(text_number + b"</row>", text_number + rows)
            target.writestr(name, content)


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CELL = SHEET + b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
HOSTILE = {
    "two GB cell, text": ("INT-08", huge_sparse),
    "two GB cell, workbook": (
        "INT-08",
        lambda p: bomb(
            p, "xl/worksheets/sheet1.xml", 2 << 30, CELL, b"</t></is></c></row></sheetData></worksheet>", b"a"
        ),
    ),
    "30 MB cell": (
        "INT-08",
        lambda p: bomb(
            p, "xl/worksheets/sheet1.xml", 28 << 20, CELL, b"</t></is></c></row></sheetData></worksheet>", b"a"
        ),
    ),
    "million rows": (
        "INT-08",
        lambda p: bomb(p, "xl/worksheets/sheet1.xml", 20 << 20, SHEET, b"</sheetData></worksheet>", b"<row/>"),
    ),
    "million cells": (
        "INT-08",
        lambda p: bomb(
            p,
            "xl/worksheets/sheet1.xml",
            20 << 20,
            SHEET + b"<row>",
            b"</row></sheetData></worksheet>",
            b"<c><v>1</v></c>",
        ),
    ),
    "one long text in ten thousand cells": ("INT-08", one_text_everywhere),
    "deep nesting": ("INT-08", lambda p: bomb(p, "xl/styles.xml", 4 << 20, b"<x>", b"", b"<a>")),
    "million columns": ("INT-08", lambda p: p.write_bytes(b"x," * 1_000_000)),
    "million rows, text": ("INT-08", lambda p: p.write_bytes(b"a,b\n" * 1_000_000)),
    "million quotes": ("STR-01", lambda p: p.write_bytes(text(base()).encode() + b'"a"x,' * 1_000_000)),
    "quotes without end": ("INT-08", lambda p: p.write_bytes(text(base()).encode() + b'""",\n' * 1_000_000)),
    "one line": ("INT-08", lambda p: p.write_bytes(b"a" * (10 << 20))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sizes_are_refused_within_bounds(project, name):
    rule, make_file = HOSTILE[name]
    path = project / "hostile"
    make_file(path)
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, str(project), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30)),
    )
    path.unlink()
    assert result.returncode == 0, result.stderr
    verdict, found, megabytes, seconds = result.stdout.split()
    assert (verdict, found) == ("returned", rule)
    assert int(megabytes) < 300, megabytes
    assert float(seconds) < 30 and time.perf_counter() - start < 60


def test_the_slip_shows_hostile_text_as_text(project):
    rows = base()
    rows[0]["narrative"] = '<script>alert(1)</script><img src=x onerror="x">'
    rows[0]["status"] = "</style><script>"
    rows[1]["narrative"] = '=HYPERLINK("http://example.org")'
    rows[2]["status"] = "\x1b[2J\u202e"
    outcome = send(project, text(rows), "<script>.csv")
    page, book = (path for path in outcome.slips)
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and "<img" not in html and "\x1b" not in html and "\u202e" not in html
    with zipfile.ZipFile(book) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
        assert not any(b'TargetMode="External"' in archive.read(name) for name in archive.namelist())
    marked = openpyxl.load_workbook(book)["Bản đánh dấu"]
    assert marked["I3"].value.startswith("=HYPERLINK") and marked["I3"].data_type == "s"
    assert "INT-04" in marked["I3"].comment.text
