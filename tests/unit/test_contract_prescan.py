"""The prescan: its fast gear never calls regular what two readers could read differently, and memory stays bounded."""

from __future__ import annotations

import csv
import io
import unicodedata
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camket.contract import prescan as module
from camket.contract.compile import compile_schema
from camket.contract.load import Workshop, _source
from camket.contract.prescan import prescan
from camket.contract.scan import MAX_RECORD

PIECES = st.sampled_from(["a", "bc", ",", ",", '"', '"', '""', "\n", "\n", "\r\n", "\r", "đ", "ế", "e\u0301", " ", "…"])


def scan_in(folder, data: bytes, **options):
    path = folder / "t.csv"
    path.write_bytes(data)
    return prescan(path, lambda: folder / "copy.csv", **options)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=40), st.integers(1, 3), st.integers(1, 16))
def test_what_is_called_regular_reads_the_same_everywhere(tmp_path_factory, pieces, width, block):
    folder = tmp_path_factory.mktemp("prescan")
    text = ",".join("xyz"[:width]) + "\n" + "".join(pieces)
    with mock.patch.object(module, "BLOCK", block):
        scan = scan_in(folder, text.encode("utf-8"))
    records = list(csv.reader(io.StringIO(text, newline="")))[1:]
    kinds = {finding.kind for finding in scan.findings}
    if not scan.is_fatal and not kinds & {"unclosed-quote"}:
        assert scan.records == len(records)
    if not scan.is_copy and not scan.is_fatal:
        with Workshop() as shop:
            rows = shop.db.execute(f"SELECT * FROM {_source(scan.labels, scan.readable, False)}").fetchall()
        assert [list(row) for row in rows] == records
    decomposed = any(not unicodedata.is_normalized("NFC", cell) for record in records for cell in record)
    if not scan.is_fatal and "unclosed-quote" not in kinds:
        assert ("not-nfc" in kinds) == decomposed


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=40), st.integers(1, 3))
def test_the_regular_copy_holds_the_same_cells(tmp_path_factory, pieces, width):
    folder = tmp_path_factory.mktemp("copy")
    text = ",".join("xyz"[:width]) + "\n" + "".join(pieces)
    scan = scan_in(folder, text.encode("utf-8"), force_copy=True)
    if scan.is_fatal or any(finding.kind == "unclosed-quote" for finding in scan.findings):
        return
    records = list(csv.reader(io.StringIO(text, newline="")))[1:]
    with Workshop() as shop:
        rows = shop.db.execute(f"SELECT * FROM {_source(scan.labels, scan.readable, True)}").fetchall()
    assert len(rows) == len(records) == scan.records
    for row, record in zip(rows, records, strict=True):
        assert list(row[: len(record)])[:width] == record[:width]
        assert all(cell is None for cell in row[len(record) : width])
        assert (row[-1] is not None) == (len(record) > width)


def test_a_quote_never_closed_is_placed_and_ends_the_reading(tmp_path):
    rows = [f'{n},"zwei\nZeilen"' for n in range(2000)]
    rows[1000] = '1000,"offen'
    filler = "\n".join(f"{n},plain" for n in range(300_000))
    data = ("x,y\n" + "\n".join(rows[:1001]) + "\n" + filler).encode()
    assert len(data) > 2 * MAX_RECORD
    scan = scan_in(tmp_path, data)
    assert [(finding.kind, finding.row) for finding in scan.findings] == [("unclosed-quote", 1002)]
    assert scan.records == 1000


def test_an_endless_line_does_not_fill_the_memory(tmp_path):
    scan = scan_in(tmp_path, b"x\n" + b"a" * (3 * MAX_RECORD))
    assert [(finding.kind, finding.row) for finding in scan.findings] == [("record-too-long", 2)]


def test_hash_and_size_are_those_of_the_file_in_both_gears(tmp_path):
    import hashlib

    data = "\ufeffx,y\r\n1,ế\r\n".encode()
    for force in (False, True):
        scan = scan_in(tmp_path, data, force_copy=force)
        assert (scan.sha256, scan.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
        assert scan.labels == ["x", "y"] and scan.records == 1


def test_large_files_are_read_while_they_are_scanned(tmp_path):
    """The early reader and the ordinary one give the same table; a fault at the very end undoes the early one."""
    compiled = compile_schema(
        {"name": "t", "fieldsMatch": "equal", "fields": [{"name": "x", "type": "integer"}], "primaryKey": ["x"]}
    )
    path = tmp_path / "t.csv"
    for tail, rows, first in (("", 200_000, "0"), ("oops,1\n", 200_001, "0")):
        path.write_text("x\n" + "".join(f"{n}\n" for n in range(200_000)) + tail, encoding="utf-8")
        with mock.patch("camket.contract.load._EARLY", 1000), Workshop() as shop:
            table = shop.load("t", compiled, [("t.csv", path)])
            assert table.rows == rows
            assert shop.db.execute(f"SELECT k_x FROM {table.sql_name} WHERE rowid = 0").fetchone() == (first,)
            assert shop.db.execute(f"SELECT k_x FROM {table.sql_name} WHERE rowid = 199999").fetchone() == ("199999",)
            assert len(list(shop.convict(table))) == (1 if tail else 0)
