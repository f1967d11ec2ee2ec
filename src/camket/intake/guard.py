"""What an .xlsx may hold, looked at before any library opens it.

A workbook is a zip of XML: it can be a bomb, carry code, or lie about its size. Here every member is counted, named
and streamed through defusedxml within fixed limits of bytes and cells; only what passes is opened. Everything that a
reader would lose in silence (formulas, merged cells, hidden rows) is noted on the way.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError

from camket.intake.model import MAX_CELL, MAX_COLUMNS, MAX_ROWS, MAX_TITLE_ROWS, column_letters
from camket.intake.words import problem
from camket.messages import Problem

MAX_MEMBERS = 1_000
MAX_UNPACKED = 32 << 20  # all members together, as declared; zipfile never yields more than is declared
MAX_CELLS = 150_000
MAX_ELEMENTS = 500_000  # of one part
MAX_DEPTH = 60
_KEPT = frozenset(("is", "t", "r", "f", "v"))
_MAX_NOTED = 2_000
_UNSAFE = (
    (
        re.compile(r"vbaproject|vbadata|\.bin$|macrosheets/|dialogsheets/", re.I),
        "macros or binary parts",
        "macro hoặc phần nhị phân",
    ),
    (re.compile(r"externallinks/", re.I), "links to other workbooks", "liên kết đến tệp khác"),
    (
        re.compile(r"embeddings/|activex/|ctrlprops/|oleobject|webextensions/", re.I),
        "embedded objects or controls",
        "đối tượng nhúng hoặc điều khiển",
    ),
    (
        re.compile(r"(^|/)connections\.xml$|querytables/|(^|/)model/", re.I),
        "connections to data elsewhere",
        "kết nối dữ liệu bên ngoài",
    ),
)
_USUAL = re.compile(r"\.(xml|rels|vml|bin|png|jpe?g|jfif|gif|bmp|tiff?|emf|wmf|wdp|svg|ico|psmdcp|sigs|dat)$|/$", re.I)
_PRINTER = re.compile(r"xl/printerSettings/[^/]+\.bin", re.I)  # written by every Excel that has printed
_DDE = re.compile(r"\|\s*'?[^'!]*'?\s*!", re.I)
_REF = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.A)
_NUMBER = re.compile(r"\s*-?\d+(\.\d*)?([eE][+-]?\d{1,3})?\s*", re.A)
_TYPES = frozenset(("s", "str", "inlineStr", "n", "b", "e", "d"))
_LINKS = ("http://", "https://", "mailto:")  # what a hyperlink may lead to: Excel makes these of any address typed
_ELSEWHERE = frozenset(
    (
        *("vbaproject", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet", "oleobject", "package", "attachedtemplate"),
        *(
            "externallink",
            "externallinkpath",
            "connections",
            "querytable",
            "control",
            "activexcontrolbinary",
            "ctrlprop",
        ),
        *("webextension", "webextensiontaskpanes"),
    )
)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(slots=True)
class SheetNotes:
    """What the guard saw in one sheet part. Cells by their Excel names, columns by their position from 0."""

    formulas: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    links: int = 0
    cells: int = 0


@dataclass(slots=True)
class Notes:
    """sheets: member name → notes; has_comments: cell comments exist somewhere; texts: the shared ones, as stored.

    struck   texts of which a part is struck out
    """

    sheets: dict[str, SheetNotes] = field(default_factory=dict)
    has_comments: bool = False
    texts: list[str] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)


class Refused(Exception):
    """The workbook is not to be opened; carries the problem that says why."""

    def __init__(self, found: Problem):
        self.problem = found
        super().__init__(found.kind)


def inspect(data: bytes, file: str) -> Notes:
    """Look through a workbook. Raises Refused for the first thing that forbids to open it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_members(archive, file)
            return _read_parts(archive, file)
    except _DAMAGE as error:
        raise Refused(problem("damaged-file", file, detail=_short(error))) from error


def _check_members(archive: zipfile.ZipFile, file: str) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise too_large(file, "The number of parts", "Số phần", len(members), MAX_MEMBERS)
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED:
        raise too_large(
            file, "The unpacked workbook", "Tệp sau khi giải nén", f"{total >> 20:,} MiB", f"{MAX_UNPACKED >> 20} MiB"
        )
    if members and min(member.header_offset for member in members):
        # What stands in front can be a workbook too, and which of the two is read depends on the program.
        raise _unsafe(file, "something in front of the workbook", "dữ liệu lạ đứng trước nội dung tệp", "")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if member.flag_bits & 1:
            raise _unsafe(file, "encrypted parts", "phần được mã hóa", name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _unsafe(file, "parts packed in an unusual way", "phần được nén theo cách lạ", name)
        if _leads_out(name):
            raise _unsafe(file, "a part whose name leads out of the archive", "phần có tên trỏ ra ngoài tệp nén", name)
        same = posixpath.normpath(unquote(name)).casefold()  # to some programs “xl//a.xml” and “xl/%61.xml” are one
        if same in seen:
            raise _unsafe(file, "the same part twice", "hai phần trùng tên", name)
        seen.add(same)
        if not _USUAL.search(name):
            raise _unsafe(file, "a part that belongs in no workbook", "phần không thuộc về tệp Excel", name)
        for pattern, en, vi in _UNSAFE:
            if pattern.search(name) and not _PRINTER.fullmatch(name):
                raise _unsafe(file, en, vi, name)
    if "xl/workbook.xml" not in seen or "[content_types].xml" not in seen:
        raise Refused(problem("damaged-file", file, detail="xl/workbook.xml"))


def _leads_out(name: str) -> bool:
    return (
        "\\" in name
        or ":" in name
        or "\0" in name
        or name.startswith("/")
        or ".." in posixpath.normpath(name).split("/")
        or ".." in name.split("/")
    )


def _read_parts(archive: zipfile.ZipFile, file: str) -> Notes:
    notes = Notes()
    for member in archive.infolist():
        name = member.filename
        if name.endswith("/"):
            continue
        lower = name.lower()
        if not lower.endswith((".xml", ".rels", ".vml")):
            with archive.open(member) as stream:  # pictures and printer settings: only that they unpack
                while stream.read(1 << 20):
                    pass
            continue
        notes.has_comments |= "comments" in lower
        try:
            if lower.endswith(".rels"):
                _relations(archive, name, file)
            elif lower.startswith("xl/worksheets/"):
                notes.sheets[name] = _sheet(archive, name, file, notes.struck)
            else:
                _other(archive, name, file, notes)
        except ParseError as error:
            raise Refused(problem("damaged-file", file, detail=_short(f"{name}: {error}"))) from error
    return notes


def _events(archive: zipfile.ZipFile, name: str, file: str) -> Iterator:
    """Elements of a part as they end, DTDs and entities forbidden; each is emptied after use."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    with archive.open(name) as stream:
        open_elements: list = []
        count = 0
        try:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                tag = element.tag.rpartition("}")[2]
                if event == "start":
                    count += 1
                    if count > MAX_ELEMENTS or len(open_elements) >= MAX_DEPTH:
                        raise too_large(file, f"The part {name}", f"Phần {name}", "XML", f"{MAX_ELEMENTS:,}")
                    open_elements.append(element)
                    yield event, tag, element
                    continue
                yield event, tag, element
                open_elements.pop()
                # The content of a cell is kept until the cell ends; all else goes at once, or memory would grow.
                if open_elements and tag not in _KEPT:
                    element.clear()
                    open_elements[-1].remove(element)
        except DefusedXmlException as error:
            raise _unsafe(
                file, "a document type or entities in its XML", "khai báo DTD hoặc entity trong XML", name
            ) from error


def _relations(archive: zipfile.ZipFile, name: str, file: str) -> None:
    for event, tag, element in _events(archive, name, file):
        if event != "end" or tag != "Relationship":
            continue
        kind = element.get("Type", "").rpartition("/")[2].lower()
        target = element.get("Target", "")
        if kind in _ELSEWHERE:
            raise _unsafe(file, "links to, or objects from, elsewhere", "liên kết hoặc đối tượng từ nơi khác", target)
        if element.get("TargetMode", "").lower() == "external":
            if kind != "hyperlink" or not target.lower().startswith(_LINKS):
                raise _unsafe(file, "a reference to a file elsewhere", "tham chiếu đến tệp bên ngoài", target)
        elif _part(name, target) is None:
            raise _unsafe(file, "a reference that leads out of the archive", "tham chiếu ra ngoài tệp nén", target)


def _part(relations: str, target: str) -> str | None:
    """The member that a relation points at, or None if it leads out of the archive."""
    if target.startswith("/"):
        path = target[1:]
    else:
        folder = posixpath.dirname(posixpath.dirname(relations))
        path = posixpath.join(folder, target)
    path = posixpath.normpath(path)
    return None if path.startswith("..") or ":" in path.split("/")[0] else path


def _other(archive: zipfile.ZipFile, name: str, file: str, notes: Notes) -> None:
    size = 0
    is_struck = False
    for event, tag, element in _events(archive, name, file):
        if event == "start":
            kind = (element.get("ContentType") or "").lower() if name == "[Content_Types].xml" else ""
            if "macro" in kind or "vba" in kind:
                raise _unsafe(file, "macros or binary parts", "macro hoặc phần nhị phân", name)
            continue
        if tag in ("ddeLink", "oleLink"):
            raise _unsafe(file, "links that start other programs (DDE)", "liên kết gọi chương trình khác (DDE)", name)
        if tag == "definedName" and (_DDE.search(element.text or "") or "[" in (element.text or "")):
            raise _unsafe(file, "links to other workbooks", "liên kết đến tệp khác", element.get("name", ""))
        if tag == "strike":
            is_struck |= _strikes(element)
        if tag == "si":
            text = "".join(element.itertext())  # the readings of East Asian words in it are gone by now
            notes.texts.append(text)
            if is_struck:
                notes.struck.add(text)
            is_struck = False
        if tag == "t":
            size = len(element.text or "")
            if size > MAX_CELL:
                raise too_large(file, "A cell", "Một ô", f"{size:,}", f"{MAX_CELL:,}")


def _strikes(element) -> bool:
    return element.get("val", "1") not in ("0", "false")


def _sheet(archive: zipfile.ZipFile, name: str, file: str, struck: set[str]) -> SheetNotes:
    notes = SheetNotes()
    is_struck = False
    row = column = 0
    for event, tag, element in _events(archive, name, file):
        if event == "start":
            if tag == "row":
                row, column = _after(row, element.get("r"), file), 0
                if element.get("hidden") in ("1", "true"):
                    notes.hidden_rows.append(row)
            elif tag == "c":
                notes.cells += 1
                if notes.cells > MAX_CELLS:
                    raise too_large(file, "The number of cells", "Số ô", f"> {MAX_CELLS:,}", f"{MAX_CELLS:,}")
                column = _beside(row, column, element.get("r"), file)
            elif tag == "hyperlink":
                notes.links += element.get("location") is None
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                first, last = _number(element.get("min"), 1), _number(element.get("max"), 0)
                notes.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))
            continue
        if tag == "c":
            _cell(element, row, column, notes, file)
            if is_struck:
                struck.add("".join(element.itertext()))
            is_struck = False
        elif tag == "strike":
            is_struck |= _strikes(element)
        elif tag == "mergeCell" and len(notes.merged) < _MAX_NOTED:
            notes.merged.append((element.get("ref") or "")[:30])
        elif tag in ("oleObject", "control"):
            raise _unsafe(file, "embedded objects or controls", "đối tượng nhúng hoặc điều khiển", name)
    return notes


def _after(row: int, stated: str | None, file: str) -> int:
    """The number of the next row. A row told twice, or backwards, is read by every program in its own way."""
    number = _number(stated, 0) if stated is not None else row + 1
    if number <= row:
        raise Refused(problem("damaged-file", file, detail=f"<row r={(stated or '')[:12]!r}>, {row}"))
    return number


def _beside(row: int, column: int, stated: str | None, file: str) -> int:
    """The column (from 1) of the next cell of a row, which has to stand in that row and right of the last one."""
    if stated is None:
        return column + 1
    match = _REF.fullmatch(stated[:12])
    number = _column(match[1]) if match else 0
    if number <= column or int(match[2]) != row:
        raise Refused(problem("damaged-file", file, detail=f"<c r={stated[:12]!r}>, {row}"))
    return number


def _cell(element, row: int, column: int, notes: SheetNotes, file: str) -> None:
    children = list(element)
    if not children:
        return
    ref = f"{column_letters(column - 1)}{row}"
    kind = element.get("t", "n")
    tags = [child.tag.rpartition("}")[2] for child in children]
    if kind not in _TYPES or any(tags.count(tag) > 1 for tag in ("v", "is", "f")):
        raise Refused(problem("damaged-file", file, detail=f"{ref}, t={kind[:12]!r}"))
    filled = False
    for child, tag in zip(children, tags, strict=True):
        text = "".join(child.itertext())
        filled = filled or bool(text)
        if (
            tag == "v"
            and text
            and (
                (kind == "n" and not _NUMBER.fullmatch(text))
                or (kind == "s" and not (text.isascii() and text.isdecimal()))
            )
        ):
            raise Refused(problem("damaged-file", file, detail=f"{ref}: {text[:20]!r}"))
        if len(text) > MAX_CELL:
            raise too_large(file, f"The cell {ref}", f"Ô {ref}", f"{len(text):,}", f"{MAX_CELL:,}", ref)
        if tag == "f":
            if _DDE.search(text):
                raise _unsafe(
                    file, "links that start other programs (DDE)", "liên kết gọi chương trình khác (DDE)", text
                )
            if len(notes.formulas) < _MAX_NOTED:
                notes.formulas.append(ref)
    if not filled:
        return
    if column > MAX_COLUMNS:
        raise too_large(file, "The number of columns", "Số cột", ref, MAX_COLUMNS, ref)
    if row > MAX_ROWS + MAX_TITLE_ROWS:
        raise too_large(file, "The number of rows", "Số dòng", ref, f"{MAX_ROWS:,}", ref)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise


def _unsafe(file: str, en: str, vi: str, value: str) -> Refused:
    return Refused(problem("unsafe-workbook", file, value=value, what_en=en, what_vi=vi))


def too_large(file: str, en: str, vi: str, found: object, limit: object, cell: str | None = None) -> Refused:
    """The refusal of what passes a limit."""
    return Refused(problem("too-large", file, cell=cell, what_en=en, what_vi=vi, found=found, limit=limit))


def _short(error: object) -> str:
    return " ".join(str(error).split())[:120]
