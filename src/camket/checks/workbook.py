"""A workbook of the findings of one agency, for people who work in a spreadsheet: Vietnamese first, English beside it.

Same findings, same bytes: the only date in it is T. Texts were written by strangers, so every cell of text is written
as text: no spreadsheet takes it for a formula, a link or a number.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from camket.checks.edition import Edition
from camket.checks.life import STATUSES
from camket.files import write_if_changed

# key of the cell, heading in Vietnamese and English, width in characters
_COLUMNS = (
    ("status", "Tình trạng", "Status", 14),
    ("severity", "Mức độ", "Severity", 12),
    ("rule_id", "Quy tắc", "Rule", 9),
    ("title_vi", "Nội dung quy tắc", "Rule, in Vietnamese", 30),
    ("title_en", "Nội dung quy tắc, tiếng Anh", "Rule, in English", 30),
    ("commitment_id", "Cam kết", "Commitment", 13),
    ("file", "Tệp", "File", 28),
    ("row", "Dòng", "Row", 7),
    ("column", "Cột", "Column", 18),
    ("value", "Giá trị", "Value", 24),
    ("explanation_vi", "Giải thích", "What was found, in Vietnamese", 48),
    ("explanation_en", "Giải thích, tiếng Anh", "What was found, in English", 48),
    ("remedy_vi", "Cách khắc phục", "Remedy, in Vietnamese", 36),
    ("remedy_en", "Cách khắc phục, tiếng Anh", "Remedy, in English", 36),
    ("first_round", "Kỳ đầu", "First round", 10),
    ("last_round", "Kỳ cuối", "Last round", 10),
    ("rounds_seen", "Số kỳ", "Rounds", 8),
    ("closed_round", "Kỳ khép", "Closed in", 10),
    ("accepted_by", "Vai trò chấp nhận", "Accepted by", 22),
    ("accepted_reason", "Lý do chấp nhận", "Reason of acceptance", 36),
    ("accepted_until_date", "Chấp nhận đến ngày", "Accepted until", 13),
    ("finding_id", "Mã phát hiện", "Finding", 40),
)
_NUMBERS = ("row", "rounds_seen")
_STATUS = {
    "reopened": ("Tái diễn", "Reopened"),
    "opened": ("Mới", "Opened"),
    "still_open": ("Còn tồn tại", "Still open"),
    "accepted": ("Được chấp nhận", "Accepted"),
    "closed": ("Đã khép", "Closed"),
}
_SEVERITY = {"error": ("Lỗi", "Error"), "warning": ("Cảnh báo", "Warning")}
_MEANING = {
    "reopened": ("Từng được khép, nay lại phát hiện.", "It was closed in an earlier round and is found again."),
    "opened": ("Lần đầu phát hiện.", "It is found for the first time."),
    "still_open": ("Kỳ trước đã phát hiện, nay vẫn còn.", "It was found in the round before and is found again."),
    "accepted": (
        "Đã được xem xét và chấp nhận, có lý do và thời hạn.",
        "A named role has accepted it, with a reason and a last day.",
    ),
    "closed": ("Không còn phát hiện.", "It is found no more."),
}  # fmt: skip
_CELL = 32_000  # a cell holds 32,767 characters; XlsxWriter leaves out a longer text without a word
_HEADING_ROW = 2


def write_workbook(
    path: Path, rows: Sequence[Mapping[str, Any]], edition: Edition, agency_id: str, names: Mapping[str, str]
) -> bool:
    """Write the workbook of an agency if it changed: a sheet of findings, and one that explains it."""
    # XlsxWriter takes a tenth of a second to import, and a look at one rule never needs it.
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    past = edition.past
    title = " / ".join(edition.titles[language] for language in ("vi", "en") if language in edition.titles)
    book.set_properties(
        {
            "title": " – ".join(part for part in (title, agency_id) if part),
            "author": "camket",
            "created": datetime.combine(past.valid_date, time()),
        }
    )
    formats = {
        "title": book.add_format({"bold": True, "font_size": 12}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "border": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "number": book.add_format({"valign": "top", "num_format": "0"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "line": book.add_format(),  # runs on over the empty cells beside it
    }
    heading = f"{names['vi']} / {names['en']} ({agency_id})"
    dates = f"{title + '. ' if title else ''}T = {past.valid_date}, K = {past.knowledge_date}"
    ordered = sorted(rows, key=_order)
    _findings(book.add_worksheet("Phát hiện - Findings"), ordered, edition, (heading, dates), formats)
    _notes(book.add_worksheet("Chú giải - Notes"), ordered, (heading, dates), formats)
    book.close()
    return write_if_changed(path, buffer.getvalue())


def _findings(sheet, rows, edition: Edition, heading: tuple[str, str], formats) -> None:
    for number, line in enumerate(heading):
        sheet.write_string(number, 0, line[:_CELL], formats["title" if number == 0 else "line"])
    for number, (_, vi, en, width) in enumerate(_COLUMNS):
        sheet.set_column(number, number, width)
        sheet.write_string(_HEADING_ROW, number, f"{vi}\n{en}", formats["head"])
    sheet.set_row(_HEADING_ROW, 45)
    for line, row in enumerate(rows, start=_HEADING_ROW + 1):
        cells = _cells(row, edition)
        sheet.set_row(line, _height(cells))
        for number, (key, *_) in enumerate(_COLUMNS):
            text = str(cells[key])
            if key in _NUMBERS and text.isdigit():
                sheet.write_number(line, number, int(text), formats["number"])
            elif text:
                sheet.write_string(line, number, text[:_CELL], formats["text"])
    sheet.freeze_panes(_HEADING_ROW + 1, 3)
    sheet.autofilter(_HEADING_ROW, 0, _HEADING_ROW + max(len(rows), 1), len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADING_ROW)


def _height(cells: Mapping[str, Any]) -> float:
    """Height of a row in points: spreadsheets do not all find it out for themselves. At most ten lines are shown."""
    lines = max(math.ceil(len(str(cells[key])) * 1.1 / width) for key, _, _, width in _COLUMNS)
    return 15.0 * min(max(lines, 1), 10)


def _cells(row: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    rule = edition.rules.get(row["rule_id"])  # none: a rule of an earlier register
    words = {}
    for language in ("vi", "en"):
        words[f"title_{language}"] = _flat(rule.title[language]) if rule else ""
        words[f"remedy_{language}"] = _flat(rule.remedy[language]) if rule and row["status"] != "closed" else ""
    by = row["accepted_by_role"]
    role = edition.words.roles.get(by, {"vi": by, "en": by})
    return dict(row) | words | {
        "status": _both(_STATUS[row["status"]]),
        "severity": _both(_SEVERITY.get(row["severity"], (row["severity"], row["severity"]))),
        "accepted_by": _both((role["vi"], role["en"])) if by else "",
    }  # fmt: skip


def _notes(sheet, rows, heading: tuple[str, str], formats) -> None:
    """Totals by status, and what each status means."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 3, 60)
    for number, line in enumerate(heading):
        sheet.write_string(number, 0, line[:_CELL], formats["title" if number == 0 else "line"])
    for number, head in enumerate(("Tình trạng\nStatus", "Số lượng\nNumber", "Ý nghĩa", "Meaning")):
        sheet.write_string(_HEADING_ROW, number, head, formats["head"])
    counts = Counter(row["status"] for row in rows)
    for line, status in enumerate(STATUSES, start=_HEADING_ROW + 1):
        sheet.write_string(line, 0, _both(_STATUS[status]), formats["plain"])
        sheet.write_number(line, 1, counts[status], formats["number"])
        for number, meaning in enumerate(_MEANING[status], start=2):
            sheet.write_string(line, number, meaning, formats["plain"])


def _order(row: Mapping[str, Any]) -> tuple:
    """What has to be done first: errors before warnings, what came back before what is new."""
    return (STATUSES.index(row["status"]), row["severity"] != "error", row["rule_id"], row["finding_id"])


def _both(words: tuple[str, str]) -> str:
    return f"{words[0]} / {words[1]}"


def _flat(text: str) -> str:
    return " ".join(text.split())
