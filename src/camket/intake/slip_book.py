"""The slip as a workbook: what to mend, and a copy of the sender's own sheet with the cells marked.

Every text is written as a string, whatever it begins with: nothing from the file becomes a formula or an outside link.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

from camket.intake.slip import Group, Slip
from camket.intake.words import title
from camket.messages import Problem

LIST, COPY = "Cần sửa", "Bản đánh dấu"
MAX_LISTED = 50_000
MAX_NOTES = 2_000
_PLACE = re.compile(r"(?:.*!)?([A-Z]+)(\d+)", re.S)
_COLUMNS = (
    ("STT", 9),
    ("Ô\nCell", 16),
    ("Cột\nColumn", 22),
    ("Cam kết\nCommitment", 15),
    ("Giá trị\nValue found", 26),
    ("Quy tắc\nRule", 9),
    ("Vì sao", 42),
    ("Cách sửa", 42),
    ("Ví dụ", 24),
    ("Why", 42),
    ("How to mend", 42),
    ("Example", 24),
)


def printable(text: object, width: int = 2_000) -> str:
    """Text for a cell: without characters that act or that XML cannot hold; cut visibly."""
    text = "".join(ch if ch.isprintable() or ch in "\n\t" else f"\\u{ord(ch):04x}" for ch in str(text))
    return text if len(text) <= width else text[: width - 1] + "…"


def open_book(buffer: BytesIO, created: datetime):
    """A workbook that takes no string for a formula, a number or a link, and holds no time but the given one."""
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": created, "author": "camket"})
    return book


def render(slip: Slip) -> bytes:
    """The whole workbook."""
    buffer = BytesIO()
    book = open_book(buffer, datetime.fromisoformat(slip.received_at))
    formats = {
        "h1": book.add_format({"bold": True, "font_size": 15}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D5DCE3"}),
        "soft": book.add_format(
            {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D5DCE3", "font_color": "#5B6875"}
        ),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "count": book.add_format({"bold": True, "align": "left", "num_format": "#,##0"}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "grey": book.add_format({"font_color": "#5B6875", "valign": "top"}),
        "head": book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "bg_color": "#1C2733",
                "font_color": "#FFFFFF",
                "border": 1,
            }
        ),
        "place": book.add_format(
            {
                "text_wrap": True,
                "valign": "top",
                "border": 1,
                "border_color": "#D5DCE3",
                "bg_color": "#FFF3C9",
                "font_color": "#1F4E79",
                "underline": 1,
            }
        ),
        "mark": book.add_format(
            {"bg_color": "#FFD54F", "border": 2, "border_color": "#A3261B", "text_wrap": True, "valign": "top"}
        ),
        "above": book.add_format({"valign": "top"}),
        "copy": book.add_format({"valign": "top", "text_wrap": True}),
        "title": book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bg_color": "#E6EBF0"}),
    }
    _list(book, slip, formats)
    if slip.sheet:
        _copy(book, slip, formats)
    book.close()
    return buffer.getvalue()


def _list(book, slip: Slip, formats) -> None:
    sheet = book.add_worksheet(LIST)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    for position, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(position, position, width)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, "Phiếu trả lại báo cáo · Return slip", formats["h1"])
    facts = [
        ("Tệp · File", slip.file),
        ("Cơ quan · Agency", slip.agency.get("vi", "–")),
        ("Kỳ · Round", slip.round_id or "–"),
        ("Nhận lúc · Received", slip.received_at),
        ("SHA-256", slip.sha256),
    ]
    row = 1
    for name, value in facts:
        sheet.write_string(row, 0, name, formats["grey"])
        sheet.write_string(row, 2, printable(value, 300), formats["bold"])
        row += 1
    row += 1
    for rule, number in slip.counts:
        sheet.write_string(row, 0, rule, formats["grey"])
        sheet.write_number(row, 1, number, formats["count"])
        sheet.write_string(row, 2, f"{title(rule, 'vi')} · {title(rule, 'en')}", formats["grey"])
        row += 1
    sheet.write_number(row, 1, slip.total, formats["count"])
    sheet.write_string(row, 2, "Tổng cộng · Total", formats["bold"])
    row += 2
    sheet.set_row(row, 32)
    for position, (name, _) in enumerate(_COLUMNS):
        sheet.write_string(row, position, name, formats["head"])
    sheet.repeat_rows(row)
    head = row
    listed = 0
    members = [(group, found) for group in slip.groups for found in group.members]
    members.sort(key=lambda member: member[1].sort_key)  # as the sender goes through the sheet, row by row
    for group, found in members[:MAX_LISTED]:
        row, listed = row + 1, listed + 1
        _line(sheet, row, listed, group, found, slip, formats)
    sheet.autofilter(head, 0, max(row, head + 1), len(_COLUMNS) - 1)
    if slip.total > listed:
        sheet.write_string(row + 1, 0, f"… {slip.total - listed:,}", formats["bold"])


def _line(sheet, row: int, number: int, group: Group, found: Problem, slip: Slip, formats) -> None:
    sheet.write_number(row, 0, number, formats["soft"])
    place = found.cell or (f"dòng {found.row}" if found.row else "cả tệp · whole file")
    match = _PLACE.fullmatch(found.cell or "")
    if match and slip.sheet and row < 60_000:  # Excel knows at most 65,530 links in a sheet
        sheet.write_url(row, 1, f"internal:'{COPY}'!{match[1]}{match[2]}", formats["place"], printable(place, 60))
    else:
        sheet.write_string(row, 1, printable(place, 60), formats["text"])
    subject = _subject(found, slip)
    texts = (
        group.column["vi"],
        subject,
        found.value or "",
        found.rule,
        found.message_vi,
        found.remedy_vi,
        group.example["vi"],
        found.message_en,
        found.remedy_en,
        group.example["en"],
    )
    lines = 1
    for position, text in enumerate(texts, start=2):
        sheet.write_string(row, position, printable(text), formats["soft" if position > 8 else "text"])
        lines = max(lines, -(-len(text) // _COLUMNS[position][1]))
    sheet.set_row(row, min(14 * lines + 3, 200))  # not every program fits rows with wrapped text by itself


def _subject(found: Problem, slip: Slip) -> str:
    return slip.subjects.get(found.row, "") if found.row else ""


def _copy(book, slip: Slip, formats) -> None:
    """The sender's sheet at the same addresses, values as text, marked cells with a note."""
    sheet = book.add_worksheet(COPY)
    marks: dict[tuple[int, int], list[Problem]] = {}
    for group in slip.groups:
        for found in group.members:
            if match := _PLACE.fullmatch(found.cell or ""):
                marks.setdefault((int(match[2]), _position(match[1])), []).append(found)
    widths: dict[int, int] = {}
    written: set[tuple[int, int]] = set()
    head = slip.header_row or 0
    for row in slip.sheet.rows:
        for position, cell in enumerate(row.cells):
            marked = (row.number, position) in marks
            if cell.is_empty and not marked:
                continue
            style = "mark" if marked else "above" if row.number < head else "title" if row.number == head else "copy"
            sheet.write_string(row.number - 1, position, printable(cell.text, 32_000), formats[style])
            written.add((row.number, position))
            if row.number >= head:
                longest = max((len(line) for line in cell.text.split("\n")), default=0)
                widths[position] = max(widths.get(position, 9), min(longest + 2, 40))
    for position, width in widths.items():
        sheet.set_column(position, position, width)
    for row in slip.sheet.rows:
        if row.number >= head:
            lines = max((-(-len(cell.text) // widths.get(at, 9)) for at, cell in enumerate(row.cells)), default=1)
            sheet.set_row(row.number - 1, min(14 * max(lines, 1) + 2, 150))
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    for number, ((row, position), found) in enumerate(sorted(marks.items())):
        if number >= MAX_NOTES:
            break
        if row > 1_048_576 or position > 16_383:
            continue
        if (row, position) not in written:  # an empty cell, or a row that could not be read as cells
            sheet.write_string(row - 1, position, printable(found[0].value or "", 2_000), formats["mark"])
        text = "\n".join(f"{one.rule}: {one.message_vi}" for one in found)
        sheet.write_comment(
            row - 1, position, printable(text, 1_500), {"x_scale": 2.2, "y_scale": 1.2, "author": "camket"}
        )
    if slip.header_row:
        sheet.freeze_panes(slip.header_row, 1)


def _position(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
