"""The rule of reading: a file is read exactly as its sender meant it, or refused; every guess is told."""

import io
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures/bad"))
import make  # noqa: E402
from make import NAMES, RECEIVED, TEXTS, base, text  # noqa: E402

from camket.intake.door import Door  # noqa: E402
from camket.package import load  # noqa: E402

DATES = [name for name in NAMES if name.endswith("_date")]
QUIET = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("door")
    with Door(load(make.toy(folder)), folder / "outbox") as door:
        yield door


@pytest.fixture
def say(door, tmp_path, monkeypatch):
    """Judge bytes; nothing is remembered from one file to the next."""

    def judge(data: bytes, name: str = "report.csv"):
        path = tmp_path / name
        path.write_bytes(data)
        entries, reports = list(door.ledger.entries), {k: list(v) for k, v in door.register.reports.items()}
        outcome = door.judge(path, RECEIVED)
        said = SimpleNamespace(
            verdict=outcome.verdict,
            problems=outcome.problems,
            guesses=outcome.guesses,
            content=dict(door.ledger.contents),
        )
        door.ledger.entries[:] = entries
        door.ledger.contents.clear()
        door.originals.clear()
        door.returns.entries.clear()
        door.register.reports.clear()
        door.register.reports.update(reports)
        return said

    return judge


def canonical(outcome) -> bytes:
    assert outcome.verdict == "accepted", [(p.rule, p.cell, p.message_en, p.value) for p in outcome.problems]
    return outcome.content["submissions/2025-Q3/MOIT.csv"]


def kinds(outcome) -> set[str]:
    return {guess.kind for guess in outcome.guesses}


WANTED = text(base()).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends(say, encoding, delimiter, line_end):
    data = text(base(), delimiter=delimiter).replace("\n", line_end).encode(encoding)
    outcome = say(data)
    assert canonical(outcome) == WANTED
    assert ("delimiter" in kinds(outcome)) == (delimiter != ",")
    assert bool(kinds(outcome) & {"encoding", "encoding-marked"}) == (encoding != "utf-8")


def test_windows_1258_is_composed_and_told(say):
    outcome = say(make.as_1258(text(base())))
    assert canonical(outcome) == WANTED
    assert any(guess.kind == "encoding-scored" and "1258" in guess.en for guess in outcome.guesses)


@pytest.mark.parametrize("name", make.good_cases())
def test_good_files_all_mean_the_same(say, name):
    data = (make.GOOD / name).read_bytes()
    assert data == make.good_cases()[name], "run python tests/fixtures/bad/make.py"
    assert canonical(say(data)) == WANTED


def test_titles_in_vietnamese_in_any_order_decomposed(say, door):
    order = list(reversed(NAMES))
    rows = [[door.titles.title(name, "vi").upper() for name in order]] + [
        [row[name] for name in order] for row in base()
    ]
    import csv

    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    outcome = say(unicodedata.normalize("NFD", out.getvalue()).encode())
    assert canonical(outcome) == WANTED
    assert {"titles", "composed"} <= kinds(outcome)


def test_labels_for_codes_and_yes_no(say):
    rows = base()
    rows[0]["status"], rows[1]["status"] = "Đang thực hiện", "in progress"
    for row in rows:
        row["no_change_confirmed"] = "Không"
    outcome = say(text(rows).encode())
    assert canonical(outcome) == WANTED
    assert "labels" in kinds(outcome)


def test_day_first_where_another_date_of_the_column_shows_it(say):
    rows = base()
    for row in rows:
        row["started_date"] = "/".join(reversed(row["started_date"].split("-"))) if row["started_date"] else ""
    rows[0] |= {"assigned_date": "03/07/2024"}
    rows[1] |= {"assigned_date": "25/07/2024"}
    outcome = say(text(rows).encode())
    read = canonical(outcome).decode()
    assert "2024-07-03" in read and "2024-07-25" in read and "2024-08-15" in read
    assert any(guess.kind == "dates" and "25/07/2024 in J3" in guess.en for guess in outcome.guesses)


def test_decimal_comma_and_per_cent(say):
    rows = base()
    rows[0]["progress_pct"], rows[1]["progress_pct"] = "65,0", "40%"
    outcome = say(text(rows).encode())
    assert canonical(outcome) == WANTED
    assert {"decimal-comma", "percent"} <= kinds(outcome)


def test_a_list_with_hyphens_and_a_phone_number_are_no_formula(say):
    rows = base()
    rows[0]["narrative"] = "- Việc thứ nhất: đã xong\n- Việc thứ hai: đang làm"
    rows[1]["evidence_ref"] = "+84 24 3799 3000"
    assert b"- Vi" in canonical(say(text(rows).encode()))


def test_excel_own_separator_line(say):
    outcome = say(("sep=;\r\n" + text(base(), delimiter=";")).encode())
    assert canonical(outcome) == WANTED


def test_titles_above_the_header_and_empty_rows(say):
    data = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\n" + text(base()).replace("\nC03", "\n\nC03")
    outcome = say(data.encode())
    assert canonical(outcome) == WANTED
    assert {"rows-above", "blank-rows"} <= kinds(outcome)


def workbook(edit=None, **options) -> bytes:
    """The base as a workbook that XlsxWriter makes, as another program than the corpus' would."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Sheet1")
    sheet.write_row(0, 0, NAMES)
    for at, row in enumerate(base(), start=1):
        for position, name in enumerate(NAMES):
            if name in DATES and row[name]:
                sheet.write_datetime(at, position, datetime.fromisoformat(row[name]), day)
            elif name == "progress_pct" and row[name]:
                sheet.write_number(at, position, int(row[name]) / 100, book.add_format({"num_format": "0%"}))
            elif name == "no_change_confirmed":
                sheet.write_boolean(at, position, row[name] == "true")
            elif row[name]:
                sheet.write(at, position, row[name])
    if edit:
        edit(book, sheet)
    book.close()
    return out.getvalue()


def test_a_workbook_with_real_dates_per_cents_and_booleans(say):
    outcome = say(workbook(), "report.xlsx")
    assert canonical(outcome) == WANTED
    assert {"dates-excel", "percent"} <= kinds(outcome)


def test_days_counted_from_1904(say):
    outcome = say(workbook(date_1904=True), "report.xlsx")
    assert canonical(outcome) == WANTED
    assert "epoch" in kinds(outcome)


def test_hidden_rows_and_further_sheets_are_told(say):
    def edit(book, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("Ghi chú").write(0, 0, "x")

    outcome = say(workbook(edit), "report.xlsx")
    assert canonical(outcome) == WANTED
    assert {"hidden-rows", "sheet"} <= kinds(outcome)


def test_hidden_columns_and_links_are_told(say):
    def edit(book, sheet):
        sheet.set_column(NAMES.index("narrative"), NAMES.index("narrative"), None, None, {"hidden": True})
        sheet.set_column(60, 70, None, None, {"hidden": True})  # nothing stands there
        sheet.write_url(1, NAMES.index("narrative"), "https://example.org/a", string=base()[0]["narrative"])

    outcome = say(workbook(edit), "r.xlsx")
    assert canonical(outcome) == WANTED
    told = {guess.kind: guess.en for guess in outcome.guesses}
    assert told["hidden-columns"].endswith(": I.")
    assert told["links"].startswith("1 links")


@pytest.mark.parametrize("title", ["Báo cáo", unicodedata.normalize("NFD", "Báo cáo"), "BÁO CÁO "])
def test_the_sheet_of_the_template_is_found_behind_a_cover(say, title):

    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.active.title = title
    book.create_sheet("Bìa", 0)["A1"] = "Kính gửi Bộ Ngoại giao"
    out = io.BytesIO()
    book.save(out)
    outcome = say(out.getvalue(), "r.xlsx")
    assert canonical(outcome) == WANTED
    assert "sheet" in kinds(outcome)


def narrative(outcome) -> str:
    import csv

    return next(csv.DictReader(io.StringIO(canonical(outcome).decode(), newline="")))["narrative"]


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("Đã làm_x0009_xong", "Đã làm\txong"),
        ("một_x000D_\nhai", "một\nhai"),
        ("mã _x005F_x0041_", "mã _x0041_"),
        ("mã _x41_", "mã _x41_"),
    ],
)
def test_what_a_workbook_writes_as_an_escape_is_read_as_the_character(say, stored, meant):
    data = make.part(replace={"xl/worksheets/sheet1.xml": (TEXTS[0].encode(), stored.encode())})
    assert narrative(say(data, "r.xlsx")) == meant


@pytest.mark.parametrize("typed", ["Đã làm_x0009_xong", "mã _x0041_", "x005F_"])
def test_what_looks_like_an_escape_is_read_as_typed(say, typed):
    """XlsxWriter, as Excel, stores such text escaped, among the shared texts of the workbook."""
    data = workbook(lambda book, sheet: sheet.write_string(1, NAMES.index("narrative"), typed))
    assert narrative(say(data, "r.xlsx")) == typed


@pytest.mark.parametrize("lead", ["", " ", "\u00a0", "\n", "\u3000"])
@pytest.mark.parametrize("text_", ["=cmd|'/C calc'!A0", "@SUM(A1)", "+A1", "-2+3", "＝1+1"])
def test_no_formula_hides_behind_what_is_trimmed(say, lead, text_):
    import csv

    data = io.StringIO(newline="")
    rows = base()
    rows[1]["narrative"] = lead + text_
    csv.writer(data, lineterminator="\n").writerows([NAMES, *([row[name] for name in NAMES] for row in rows)])
    outcome = say(data.getvalue().encode())
    assert [(p.rule, p.row, p.column) for p in outcome.problems if p.kind == "formula-text"] == [
        ("INT-04", 3, "narrative")
    ]


def test_the_name_of_a_file_says_nothing(say):
    assert canonical(say(workbook(), "report.csv")) == WANTED
    assert canonical(say(WANTED, "report.xlsx")) == WANTED


PIECES = st.text(
    st.sampled_from(list("aăâbcdđeêghiklmnoôơpqrstuưvxyĐàáảãạằắẳẵặấầẩẫậéèẻẽẹếềểễệ \n,;\t\"'.-%/()0123456789")),
    min_size=0,
    max_size=60,
)


@QUIET
@given(
    narratives=st.lists(PIECES, min_size=4, max_size=4),
    delimiter=st.sampled_from([",", ";", "\t"]),
    form=st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_what_is_accepted_says_what_the_sender_wrote(say, narratives, delimiter, form):
    """Any text in a cell, well-formed by the csv module: accepted with this very text, or returned; nothing between."""
    import csv

    rows = base()
    for row, piece in zip(rows, narratives, strict=True):
        row["narrative"] = "Đã làm " + piece
        row["recommendation"] = piece
    outcome = say(text(rows, delimiter=delimiter).encode(form))
    if outcome.verdict == "accepted":
        read = list(csv.DictReader(io.StringIO(canonical(outcome).decode(), newline="")))
        for row, was in zip(read, rows, strict=True):
            for name in NAMES:
                assert row[name] == was[name].strip(), name
    else:
        assert outcome.verdict == "returned" and outcome.problems


@QUIET
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))))
def test_any_bytes_get_a_verdict(say, data):
    outcome = say(data)
    assert outcome.verdict == "returned" and outcome.problems


@QUIET
@given(st.data())
def test_any_damage_to_a_good_file_gets_a_verdict(say, data):
    good = data.draw(st.sampled_from([WANTED, text(base(), delimiter=";").encode("utf-16"), make.sheet()]))
    at = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 40))
    other = data.draw(st.binary(max_size=40))
    outcome = say(good[:at] + other + good[at + length :])
    assert outcome.verdict in ("accepted", "returned")


@QUIET
@given(column=st.sampled_from(NAMES), row=st.integers(0, 3), value=st.text(max_size=60))
def test_any_text_in_any_cell_gets_a_verdict_in_its_place(say, column, row, value):
    rows = base()
    rows[row][column] = value
    outcome = say(text(rows).encode("utf-8", "replace"))
    assert outcome.verdict in ("accepted", "returned")
    for found in outcome.problems:
        assert found.row is None or 1 <= found.row <= 6


@QUIET
@given(st.integers(0, len(WANTED) - 1), st.sampled_from([b'"', b",", b"'", b";", b"\n", b'""', b'",', b',"']))
def test_one_stray_mark_is_read_as_it_stands_or_refused(say, at, mark):
    """A delimiter or quote put in, or lost, anywhere: never taken for other values of the columns that have a type."""
    import csv

    for data in (WANTED[:at] + mark + WANTED[at:], WANTED[:at] + WANTED[at + 1 :]):
        outcome = say(data)
        if outcome.verdict != "accepted":
            continue
        read = list(csv.DictReader(io.StringIO(next(iter(outcome.content.values())).decode(), newline="")))
        # An empty line above the titles is passed over; DictReader would take it for the titles.
        meant = list(csv.DictReader(io.StringIO(data.decode("utf-8", "replace").lstrip("\n"), newline="")))
        typed = [*DATES, "status", "no_change_confirmed"]
        for one, other in zip(
            sorted(read, key=lambda r: r["commitment_id"]),
            sorted(meant, key=lambda r: r["commitment_id"] or ""),
            strict=True,
        ):
            for name in typed:
                was = (other[name] or "").strip()
                padded = "-".join(piece.zfill(2) for piece in was.split("-")) if was and name in DATES else was
                assert one[name] == padded


def test_legacy_fonts_are_named_from_single_sentences():
    from camket.intake import vietnamese

    for sentence in TEXTS:
        assert vietnamese.legacy(sentence) is None
        for kind, name in (("tcvn3", "TCVN3"), ("vni", "VNI")):
            found = vietnamese.legacy(make._font(kind, sentence))
            assert found and name in found.name and found.meant == sentence
    for foreign in ("Türkiye", "Orléans và Besançon", "São Paulo – Brasília", "Müller & Söhne"):
        assert vietnamese.legacy(foreign) is None


def test_openpyxl_reads_every_slip_of_the_corpus(tmp_path):
    """A slip can be written for every bad file; it holds no formula, and the page no script."""
    from camket.intake import slip_files

    folder = tmp_path
    package = load(make.toy(folder / "package"))
    with Door(package, folder / "outbox") as door:
        for name, (_, _, _, sender) in list(make.cases().items())[::3]:
            outcome = door.judge(make.HERE / name, RECEIVED, sender or None)
            page, book = slip_files.write(outcome, folder / "outbox", door)
            html = page.read_text(encoding="utf-8")
            assert "<script" not in html and "javascript:" not in html and "default-src 'none'" in html
            assert all(found.rule in html for found in outcome.problems)
            loaded = openpyxl.load_workbook(book)
            assert not any(cell.data_type == "f" for sheet in loaded for row in sheet.iter_rows() for cell in row)
            assert loaded.worksheets[0].title == "Cần sửa"


def test_a_word_struck_out_among_the_shared_texts_is_asked_back(say):
    def edit(book, sheet):
        struck = book.add_format({"font_strikeout": True})
        sheet.write_rich_string(1, NAMES.index("narrative"), "Đã ", struck, "hoàn thành", " dự thảo")

    outcome = say(workbook(edit), "r.xlsx")
    assert [(p.kind, p.cell) for p in outcome.problems] == [("struck-text", "Sheet1!I2")]
