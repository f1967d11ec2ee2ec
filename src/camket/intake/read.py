"""A received file → a table of cells. The content says what a file is; its name says nothing that counts."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path

from camket.contract.words import problem as contract_problem
from camket.files import sha256_bytes
from camket.intake.model import MAX_FILE, Received
from camket.intake.titles import Titles
from camket.intake.words import problem

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = (
    (b"%PDF", "a PDF file", "tệp PDF"),
    (b"{\\rtf", "a Word document (RTF)", "văn bản Word (RTF)"),
    (b"Rar!", "a RAR archive", "tệp nén RAR"),
    (b"7z\xbc\xaf", "a 7z archive", "tệp nén 7z"),
    (b"\x1f\x8b", "a gzip archive", "tệp nén gzip"),
    (b"\x89PNG", "a picture", "tệp ảnh"),
    (b"\xff\xd8\xff", "a picture", "tệp ảnh"),
    (b"<!DOCTYPE", "a web page", "trang web (HTML)"),
    (b"<html", "a web page", "trang web (HTML)"),
    (b"<?xml", "an XML file", "tệp XML"),
    (b"{", "a JSON file", "tệp JSON"),
)


def safe_name(name: str) -> str:
    """The name of a received file, without folders and without what a path, a terminal or a page could act on."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(ch if ch.isprintable() and ch not in '<>:"|?*' else "_" for ch in name).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 8:
        return (stem[:150] + dot + suffix) or "unnamed"
    return name[:150] or "unnamed"


def receive(path: Path, received_at: datetime, titles: Titles, sender: str | None = None) -> tuple[Received, bytes]:
    """Read one file whole, within the limits, and find its table. Raises OSError if it cannot be read at all."""
    item = Received(path, safe_name(path.name), received_at, sender)
    item.size = path.stat().st_size
    if not path.is_file():
        raise OSError(f"{item.name} is not a file")
    if item.size > MAX_FILE:
        item.problems.append(
            problem(
                "too-large",
                item.name,
                what_en="The file",
                what_vi="Tệp",
                found=f"{item.size >> 20:,} MiB",
                limit=f"{MAX_FILE >> 20} MiB",
            )
        )
        return item, b""
    with open(path, "rb") as stream:
        data = stream.read(MAX_FILE + 1)
    item.size = len(data)
    item.sha256 = sha256_bytes(data)
    _tables(item, data, titles)
    return item, data


def _tables(item: Received, data: bytes, titles: Titles) -> None:
    item.suffix = ".csv"
    if not data:
        item.problems.append(contract_problem("empty-file", item.name))
    elif data.startswith(b"PK"):
        item.suffix = ".xlsx"
        kind = _zip_kind(data)
        if kind:
            item.suffix = ".zip"
            item.problems.append(problem("file-kind", item.name, kind_en=kind[0], kind_vi=kind[1]))
        else:
            from camket.intake import workbook

            _take(item, workbook.parse(data, item.name))
    elif kind := _known_kind(data):
        item.suffix = ".bin"
        item.problems.append(problem("file-kind", item.name, kind_en=kind[0], kind_vi=kind[1]))
    else:
        from camket.intake import delimited, encoding

        text, guesses, problems = encoding.decode(data, item.name)
        item.guesses += guesses
        item.problems += problems
        if text is not None:
            _take(item, delimited.parse(text, item.name, titles))


def _take(item: Received, result) -> None:
    sheet, guesses, problems = result
    item.guesses += guesses
    item.problems += problems
    if sheet is not None:
        item.sheets.append(sheet)


def _known_kind(data: bytes) -> tuple[str, str] | None:
    if data.startswith(_OLE):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
            return "a workbook protected by a password", "tệp Excel đặt mật khẩu"
        return "an old Excel or Word file (.xls, .doc)", "tệp Excel hoặc Word đời cũ (.xls, .doc)"
    head = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    for mark, en, vi in _KINDS:
        if head[: len(mark)].lower() == mark.lower():
            return en, vi
    return None


def _zip_kind(data: bytes) -> tuple[str, str] | None:
    """What a zip is, if it is evidently no workbook; None leaves it to the guard."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:5000]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return None
    if any(re.fullmatch(r"xl/workbook\.xml", name, re.I) for name in names):
        return None
    if any(name.startswith("word/") for name in names):
        return "a Word document", "văn bản Word"
    if any(name.startswith("ppt/") for name in names):
        return "a presentation", "tệp trình chiếu"
    if "content.xml" in names and "mimetype" in names:
        return "an OpenDocument file (.ods, .odt)", "tệp OpenDocument (.ods, .odt)"
    if any(name.lower() == "xl/workbook.bin" for name in names):
        return "a binary workbook (.xlsb)", "tệp Excel nhị phân (.xlsb)"
    if any(name.startswith("xl/") for name in names) or not names:
        return None
    return "an archive (.zip)", "tệp nén (.zip)"
