"""One prefilled workbook an agency: its open commitments with the last reported values, drop-downs and input hints.

What is written here is read by `interpret` without a guess: titles of the schema, labels of the code lists, real
dates. The sheet names no formula, no link and no macro, so that the guard lets it back in.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from camket.files import write_atomic
from camket.intake.model import column_letters
from camket.intake.register import Record, Register, Report
from camket.intake.slip_book import open_book
from camket.intake.titles import CONTEXT, Titles
from camket.intake.workbook import TEMPLATE_OTHERS, TEMPLATE_SHEET
from camket.messages import ToolFailed
from camket.package import SUBMISSIONS, Package

GUIDE, LISTS = TEMPLATE_OTHERS
# Bands of the head, with their columns in the order in which a report is written.
BANDS = (
    (
        "Cam kết (không sửa)",
        "Commitment (do not edit)",
        "#DDE3E9",
        ("commitment_id", "title", "partner", "signed_date", "due_date", "last_narrative"),
    ),
    (
        "Tiến độ",
        "Progress",
        "#D3E7DD",
        ("as_of_date", "status", "status_change_reason", "progress_pct", "narrative", "no_change_confirmed"),
    ),
    (
        "Các mốc",
        "Milestones",
        "#E3E8F4",
        ("assigned_date", "plan_approved_date", "started_date", "completed_date", "completed_precision"),
    ),
    ("Thời hạn", "Deadline", "#F4E9D7", ("current_due_date", "current_due_precision", "due_change_reason")),
    ("Chứng minh", "Evidence", "#E6E0EE", ("evidence_grade", "evidence_ref", "evidence_date")),
    (
        "Khó khăn, kiến nghị",
        "Difficulties and recommendations",
        "#F6DEDA",
        ("difficulty_code", "difficulty_note", "within_competence", "recommendation", "addressed_to"),
    ),
    ("Mã (không sửa)", "Codes (do not edit)", "#DDE3E9", ("round_id", "agency_id")),
)
# Asked anew in every round: what they said last time must not be sent again by mistake.
_ANEW = {"as_of_date", "narrative", "status_change_reason", "no_change_confirmed", "round_id", "agency_id", "revision"}
_LOCKED = {"commitment_id", "round_id", "agency_id", *CONTEXT}
_WIDTHS = {
    "title": 38,
    "narrative": 46,
    "last_narrative": 38,
    "partner": 16,
    "difficulty_note": 34,
    "recommendation": 34,
    "due_change_reason": 28,
    "evidence_ref": 30,
    "difficulty_code": 24,
    "status_change_reason": 20,
    "addressed_to": 18,
    "status": 16,
    "evidence_grade": 20,
    "commitment_id": 13,
}
_SPARE_ROWS = 20
_HEAD = 5  # index of the row of titles


def write_templates(package: Package, round_id: str, outbox: Path, agencies: tuple[str, ...] = ()) -> list[Path]:
    """Write the templates of a round, for all agencies that lead an open commitment or for those named.

    Raises ToolFailed for an unknown round or agency.
    """
    register = Register(package)
    titles = Titles(package.resource(SUBMISSIONS).schema)
    if round_id not in register.rounds or register.rounds[round_id]["is_mechanism_round"] != "true":
        known = [name for name, row in register.rounds.items() if row["is_mechanism_round"] == "true"]
        raise ToolFailed(
            f"There is no round {round_id}",
            f"Rounds: {', '.join(known)}: make templates ROUND={(known or ['2025-Q4'])[-1]}",
        )
    for agency in agencies:
        if agency not in register.agencies:
            raise ToolFailed(f"There is no agency {agency} in the register", "Check the code.")
    written = []
    for agency in agencies or register.reporting_agencies(round_id):
        path = outbox / "templates" / round_id / f"{agency}.xlsx"
        written.append(write_atomic(path, template(register, titles, round_id, agency)))
    return written


def template(register: Register, titles: Titles, round_id: str, agency_id: str) -> bytes:
    """The workbook of one agency."""
    review = register.rounds[round_id]
    buffer = BytesIO()
    book = open_book(buffer, datetime.fromisoformat(review["data_cutoff"]))
    formats = _formats(book)
    names = [name for _, _, _, members in BANDS for name in members]
    sheet = book.add_worksheet(TEMPLATE_SHEET)
    guide = book.add_worksheet(GUIDE)
    lists = book.add_worksheet(LISTS)
    ranges = _write_lists(lists, titles, register, formats)
    rows = list(register.open_commitments(agency_id, round_id))
    _write_head(sheet, names, titles, register, review, agency_id, formats)
    for number, (commitment, _) in enumerate(rows):
        last = register.last_report(commitment["commitment_id"], agency_id, round_id)
        _write_row(sheet, _HEAD + 1 + number, names, titles, register, commitment, last, round_id, agency_id, formats)
    _write_checks(
        sheet, names, titles, ranges, review, _HEAD + 1, _HEAD + max(len(rows), 1) + _SPARE_ROWS, len(rows), formats
    )
    _write_guide(guide, titles, names, register, review, agency_id, formats)
    sheet.activate()
    book.close()
    return buffer.getvalue()


def _formats(book) -> dict:
    base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9D1D9"}
    make = book.add_format
    return {
        "h1": make({"bold": True, "font_size": 15}),
        "h2": make({"bold": True, "font_size": 11, "top": 1, "border_color": "#C9D1D9"}),
        "soft": make({"font_color": "#5B6875"}),
        "wrap": make({"text_wrap": True, "valign": "top"}),
        "softwrap": make({"text_wrap": True, "valign": "top", "font_color": "#5B6875"}),
        "bold": make({"bold": True, "valign": "top"}),
        "head": make(base | {"bold": True, "valign": "vcenter"}),
        "text": make(base),
        "locked": make(base | {"bg_color": "#F1F3F5", "font_color": "#3C4854"}),
        "day": make(base | {"num_format": "dd/mm/yyyy", "align": "left"}),
        "locked_day": make(
            base | {"num_format": "dd/mm/yyyy", "align": "left", "bg_color": "#F1F3F5", "font_color": "#3C4854"}
        ),
        "number": make(base | {"num_format": "0", "align": "left"}),
        "missing": make({"bg_color": "#FFF3C9"}),
        "band": {
            color: make({"bold": True, "bg_color": color, "border": 1, "border_color": "#C9D1D9", "valign": "vcenter"})
            for _, _, color, _ in BANDS
        },
        "title": {
            color: make(base | {"bold": True, "bg_color": color, "valign": "vcenter"}) for _, _, color, _ in BANDS
        },
    }


def _titles_of(name: str, titles: Titles) -> tuple[str, str]:
    """Vietnamese and English title of a column, required ones with a star."""
    if name in CONTEXT:
        en, vi = CONTEXT[name]
        return vi, en
    star = " *" if titles.fields[name].get("constraints", {}).get("required") else ""
    return titles.title(name, "vi") + star, titles.title(name, "en") + star


def _write_head(sheet, names, titles: Titles, register: Register, review: Record, agency_id: str, formats) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD)
    sheet.set_row(0, 24)
    year, quarter = review["round_id"].split("-Q")
    roman = ("I", "II", "III", "IV")[int(quarter) - 1]
    sheet.write_string(0, 0, f"Báo cáo tiến độ thực hiện cam kết quốc tế, quý {roman}/{year}", formats["h1"])
    sheet.write_string(1, 0, register.agency_name(agency_id, "vi"), formats["bold"])
    sheet.write_string(
        2,
        0,
        f"Progress report on international commitments, {review['round_id']} · {register.agency_name(agency_id, 'en')}",
        formats["soft"],
    )
    due, cutoff = _day(review["due_date"]), _day(review["data_cutoff"])
    sheet.write_string(
        3,
        0,
        f"Hạn nộp {due:%d/%m/%Y}; số liệu đến {cutoff:%d/%m/%Y}. Ô vàng là ô bắt buộc còn trống. "
        f"Giữ nguyên dòng tiêu đề; xem trang “{GUIDE}”.",
        formats["soft"],
    )
    position = 0
    for vi, en, color, members in BANDS:
        for offset, name in enumerate(members):
            sheet.write_string(
                _HEAD - 1, position + offset, f"{vi} · {en}" if not offset else "", formats["band"][color]
            )
            title_vi, _ = _titles_of(name, titles)
            sheet.write_string(_HEAD, position + offset, title_vi, formats["title"][color])
        position += len(members)
    sheet.set_row(_HEAD - 1, 20)
    sheet.set_row(_HEAD, 46)
    for at, name in enumerate(names):
        sheet.set_column(at, at, _WIDTHS.get(name, 13))
    sheet.freeze_panes(_HEAD + 1, 2)


def _write_row(
    sheet,
    at: int,
    names,
    titles: Titles,
    register: Register,
    commitment: Record,
    last: Report | None,
    round_id: str,
    agency_id: str,
    formats,
) -> None:
    given = last.values if last else {}
    shown = register.context(commitment["commitment_id"])
    shown |= {"last_narrative": given.get("narrative", "")}
    shown |= {"commitment_id": commitment["commitment_id"], "round_id": round_id, "agency_id": agency_id}
    for position, name in enumerate(names):
        value = shown.get(name) if name in shown else "" if name in _ANEW else given.get(name, "")
        locked = name in _LOCKED
        kind = titles.fields[name]["type"] if name in titles.fields else "date" if name.endswith("_date") else "string"
        if name == "no_change_confirmed":
            value = "false"
        if kind == "date":
            style = formats["locked_day" if locked else "day"]
            if value:
                sheet.write_datetime(at, position, _day(value), style)
            else:
                sheet.write_blank(at, position, None, style)
        elif kind == "integer":
            if value:
                sheet.write_number(at, position, int(value), formats["number"])
            else:
                sheet.write_blank(at, position, None, formats["number"])
        else:
            style = formats["locked" if locked else "text"]
            text = _label(name, value, titles, register)
            if text:
                sheet.write_string(at, position, text, style)
            else:
                sheet.write_blank(at, position, None, style)
    longest = max(len(shown["title"]) / 36, len(shown["last_narrative"]) / 36, 2)
    sheet.set_row(at, min(15 * (int(longest) + 1), 150))


def _label(name: str, value: str, titles: Titles, register: Register) -> str:
    """A code as the drop-down shows it."""
    if not value or name not in titles.fields:
        return value or ""
    for choice, code in _choices(name, titles, register):
        if code == value:
            return choice
    return value


def _choices(name: str, titles: Titles, register: Register) -> list[tuple[str, str]]:
    """The entries of a drop-down and their codes; empty for a column without one."""
    item = titles.fields.get(name)
    if item is None:
        return []
    if name == "difficulty_code":
        return [(f"{code} · {row['name_vi']}", code) for code, row in register.difficulties.items()]
    if item["type"] == "boolean":
        return [("Có", "true"), ("Không", "false")]
    return [(entry["label_vi"], str(entry["value"])) for entry in item.get("categories", ())]


def _write_lists(sheet, titles: Titles, register: Register, formats) -> dict[str, str]:
    """The code lists side by side; returns the range of each drop-down."""
    ranges: dict[str, str] = {}
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, "Danh mục dùng trong biểu mẫu · Code lists of the template", formats["h1"])
    position = 0
    for name in titles.fields:
        choices = _choices(name, titles, register)
        if not choices:
            continue
        sheet.set_column(position, position, 34)
        sheet.set_column(position + 1, position + 1, 20)
        sheet.write_string(2, position, titles.title(name, "vi"), formats["head"])
        sheet.write_string(2, position + 1, name, formats["head"])
        for row, (label, code) in enumerate(choices, start=3):
            sheet.write_string(row, position, label, formats["text"])
            sheet.write_string(row, position + 1, code, formats["locked"])
        letters = column_letters(position)
        ranges[name] = f"='{LISTS}'!${letters}$4:${letters}${3 + len(choices)}"
        position += 2
    return ranges


def _write_checks(
    sheet, names, titles: Titles, ranges: dict[str, str], review: Record, first: int, last: int, rows: int, formats
) -> None:
    """Drop-downs, bounds and input hints of each column; required cells that are empty are shaded."""
    cutoff = _day(review["data_cutoff"])
    for position, name in enumerate(names):
        item = titles.fields.get(name)
        if item is None or name in _LOCKED:
            continue
        title_vi, title_en = _titles_of(name, titles)
        hint = f"{item.get('description_vi', '')}\n{item.get('title', '')}: {item.get('description', '')}"
        rule: dict = {"input_title": title_vi.replace(" *", "")[:32], "input_message": hint[:255], "ignore_blank": True}
        if name in ranges:
            rule |= {
                "validate": "list",
                "source": ranges[name],
                "error_title": "Chọn trong danh mục",
                "error_message": "Chọn một giá trị trong danh sách.\nChoose one of the list.",
            }
        elif item["type"] == "date":
            rule |= {
                "validate": "date",
                "criteria": "between",
                "minimum": date(2000, 1, 1),
                "maximum": cutoff
                if name in ("as_of_date", "assigned_date", "plan_approved_date", "started_date", "completed_date")
                else date(2099, 12, 31),
                "error_title": "Ngày không hợp lệ",
                "error_message": f"Ghi ngày/tháng/năm; việc đã làm không sau {cutoff:%d/%m/%Y}.\n"
                "A date; what was done lies not after it.",
            }
        elif item["type"] == "integer":
            rule |= {
                "validate": "integer",
                "criteria": "between",
                "minimum": 0,
                "maximum": 100,
                "error_title": "Từ 0 đến 100",
                "error_message": "Ghi số nguyên từ 0 đến 100.\nA whole number from 0 to 100.",
            }
        else:
            limit = item.get("constraints", {}).get("maxLength", 4000)
            rule |= {
                "validate": "length",
                "criteria": "<=",
                "value": limit,
                "error_title": "Nội dung quá dài",
                "error_message": f"Tối đa {limit} ký tự.\nAt most {limit} characters.",
            }
        sheet.data_validation(first, position, last, position, rule)
        if rows and item.get("constraints", {}).get("required"):
            sheet.conditional_format(
                first, position, first + rows - 1, position, {"type": "blanks", "format": formats["missing"]}
            )


def _write_guide(sheet, titles: Titles, names, register: Register, review: Record, agency_id: str, formats) -> None:
    """Notes in both languages, then what each column asks for."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 2, 62)
    sheet.write_string(0, 0, "Hướng dẫn điền biểu mẫu · How to fill in the template", formats["h1"])
    due, cutoff = _day(review["due_date"]), _day(review["data_cutoff"])
    notes = (
        (
            f"Gửi lại tệp trước hết ngày {due:%d/%m/%Y}; số liệu tính đến {cutoff:%d/%m/%Y}.",
            f"Send the file back by {due:%d/%m/%Y}; it describes the state up to {cutoff:%d/%m/%Y}.",
        ),
        (
            "Mỗi cam kết một dòng. Các giá trị điền sẵn là của báo cáo trước: kiểm tra và sửa theo thực tế.",
            "One row for each commitment. Prefilled values are those of the last report: check and update them.",
        ),
        (
            "Các cột nền xám chỉ để tham khảo, không sửa. Nếu sổ đăng ký sai, báo cho đầu mối.",
            "Grey columns are for information; do not edit them. If the register is wrong, tell the steward.",
        ),
        (
            "Ngày ghi theo dạng ngày/tháng/năm với bốn chữ số của năm. Không dùng công thức, không trộn ô.",
            "Write dates as day/month/year with four digits of the year. No formulas, no merged cells.",
        ),
        (
            "Chữ gõ bằng Unicode; không dùng phông .VnTime hoặc VNI.",
            "Type in Unicode; do not use .VnTime or VNI fonts.",
        ),
        (
            "Cam kết không còn do cơ quan chủ trì: xóa dòng và gửi văn bản bàn giao cho đầu mối.",
            "A commitment that your agency no longer leads: delete the row, send the steward the hand-over document.",
        ),
    )
    row = 2
    for number, (vi, en) in enumerate(notes, start=1):
        sheet.write_string(row, 0, f"{number}.", formats["bold"])
        sheet.write_string(row, 1, vi, formats["wrap"])
        sheet.write_string(row, 2, en, formats["softwrap"])
        sheet.set_row(row, 32)
        row += 1
    row += 1
    for position, text in enumerate(("Cột · Column", "Nội dung", "Content")):
        sheet.write_string(row, position, text, formats["head"])
    for name in names:
        item = titles.fields.get(name)
        if item is None:
            continue
        row += 1
        vi, en = _titles_of(name, titles)
        sheet.write_string(row, 0, f"{vi}\n{en}", formats["text"])
        sheet.write_string(row, 1, item.get("description_vi", ""), formats["text"])
        sheet.write_string(row, 2, item.get("description", ""), formats["locked"])
        sheet.set_row(row, 32)


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text)
