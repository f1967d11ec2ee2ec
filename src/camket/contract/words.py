"""What the problems of the contract step are called, and how to mend them, in English and Vietnamese.

One entry per kind: rule, message and remedy in two languages, as format strings. Values found in a file never go
into a format string; they reach a text only through a named slot, cut to a readable length.
"""

from __future__ import annotations

from camket.messages import Problem

# kind: (rule, message_en, message_vi, remedy_en, remedy_vi)
_TEXTS: dict[str, tuple[str, str, str, str, str]] = {
    # --- the file as bytes
    "empty-file": (
        "STR-01",
        "The file is empty.",
        "Tệp trống.",
        "Send the file with its header and at least one row.",
        "Gửi lại tệp có dòng tiêu đề và ít nhất một dòng dữ liệu.",
    ),
    "header-only": (
        "STR-01",
        "The file has a header and no row.",
        "Tệp chỉ có dòng tiêu đề, không có dòng dữ liệu.",
        "Add at least one row; an agency with nothing to report does not send a file.",
        "Bổ sung ít nhất một dòng; cơ quan không có nội dung báo cáo thì không gửi tệp.",
    ),
    "encoding-error": (
        "STR-01",
        "The file is not UTF-8 text (it has {detail}). Nothing else in it was checked.",
        "Tệp không phải văn bản UTF-8 (có {detail}). Các nội dung khác chưa được kiểm tra.",
        "Save it again as “CSV UTF-8 (comma delimited)”.",
        "Lưu lại tệp dưới dạng “CSV UTF-8 (Comma delimited)”.",
    ),
    "byte-order-mark": (
        "STR-01",
        "The file begins with a byte order mark (BOM).",
        "Đầu tệp có dấu thứ tự byte (BOM).",
        "Save it as UTF-8 without BOM, or send it through `camket intake`, which removes the mark.",
        "Lưu dưới dạng UTF-8 không có BOM, hoặc gửi qua `camket intake` để được loại bỏ.",
    ),
    "source-error": (
        "STR-01",
        "The file cannot be read as CSV: {detail}.",
        "Không đọc được tệp theo định dạng CSV: {detail}.",
        "Export the file again from its spreadsheet.",
        "Xuất lại tệp từ bảng tính gốc.",
    ),
    "record-too-long": (
        "STR-01",
        "The row is longer than 250,000 characters; the rest of the file was not checked.",
        "Dòng dài hơn 250.000 ký tự; phần còn lại của tệp chưa được kiểm tra.",
        "Check that the file is a table of comma-separated values with line ends.",
        "Kiểm tra tệp có đúng là bảng ngăn cách bằng dấu phẩy và có xuống dòng không.",
    ),
    "delimiter": (
        "STR-01",
        "The columns are not separated by commas but, it seems, by “{detail}”.",
        "Các cột không ngăn cách bằng dấu phẩy mà có vẻ bằng “{detail}”.",
        "Export the file again with the comma as separator.",
        "Xuất lại tệp với dấu phẩy làm dấu ngăn cách.",
    ),
    "line-end": (
        "STR-01",
        "Lines end with a carriage return alone (old Macintosh form), from this row on.",
        "Từ dòng này, các dòng kết thúc chỉ bằng ký tự CR (kiểu Macintosh cũ).",
        "Save the file with line ends LF or CR LF.",
        "Lưu lại tệp với ký tự xuống dòng LF hoặc CR LF.",
    ),
    "unclosed-quote": (
        "STR-01",
        "A quotation mark opened in this row is never closed; the rest of the file was not checked.",
        "Dấu ngoặc kép mở ở dòng này không được đóng; phần còn lại của tệp chưa được kiểm tra.",
        'Close the quote, or double it ("") if it belongs to the text.',
        'Đóng dấu ngoặc kép, hoặc viết hai lần ("") nếu dấu này thuộc nội dung.',
    ),
    "stray-quote": (
        "STR-01",
        "A quotation mark stands in the middle of a cell.",
        "Có dấu ngoặc kép nằm giữa ô.",
        'Put the whole cell in quotes and double the ones inside ("").',
        'Đặt cả ô trong ngoặc kép và viết hai lần các dấu bên trong ("").',
    ),
    "control-character": (
        "STR-01",
        "The text contains the invisible control character {detail}.",
        "Nội dung có ký tự điều khiển không nhìn thấy {detail}.",
        "Delete the character; typing the text anew is the surest way.",
        "Xóa ký tự đó; gõ lại nội dung là cách chắc chắn nhất.",
    ),
    "not-nfc": (
        "STR-01",
        "The text writes accents as separate characters (it is not in the Unicode form NFC).",
        "Nội dung dùng dấu tách rời (không ở dạng Unicode dựng sẵn NFC).",
        "Convert the text to precomposed Unicode (NFC), for example with Unikey's tool.",
        "Chuyển nội dung sang Unicode dựng sẵn (NFC), ví dụ bằng công cụ chuyển mã của Unikey.",
    ),
    "repeated-header": (
        "STR-01",
        "The header is repeated as a row.",
        "Dòng tiêu đề bị lặp lại như một dòng dữ liệu.",
        "Delete the row.",
        "Xóa dòng này.",
    ),
    # --- header
    "blank-header": (
        "STR-01",
        "The first row is empty; it should hold the names of the columns.",
        "Dòng đầu trống; dòng này phải chứa tên các cột.",
        "Put the header into the first row.",
        "Đặt tên các cột ở dòng đầu tiên.",
    ),
    "duplicate-label": (
        "STR-01",
        "Two columns are named {detail}; the rows were not checked.",
        "Hai cột cùng tên {detail}; các dòng chưa được kiểm tra.",
        "Keep one column of that name.",
        "Chỉ giữ một cột mang tên này.",
    ),
    "blank-label": (
        "STR-01",
        "Column {detail} has no name.",
        "Cột thứ {detail} không có tên.",
        "Delete the column, or give it the name that it should have.",
        "Xóa cột, hoặc ghi đúng tên cột.",
    ),
    "extra-label": (
        "STR-01",
        "There is no column of this name in the table.{suggestion_en}",
        "Bảng này không có cột mang tên như vậy.{suggestion_vi}",
        "Rename or delete the column; take the names from the template.",
        "Đổi tên hoặc xóa cột; lấy tên cột từ biểu mẫu.",
    ),
    "missing-label": (
        "STR-01",
        "The column is missing.",
        "Thiếu cột này.",
        "Add the column; leave its cells empty where nothing is known and the column is optional.",
        "Bổ sung cột; để trống các ô chưa có thông tin nếu cột không bắt buộc.",
    ),
    # --- rows and cells
    "blank-row": (
        "STR-01",
        "The row is empty.",
        "Dòng trống.",
        "Delete the row.",
        "Xóa dòng này.",
    ),
    "extra-cell": (
        "STR-01",
        "The row has more cells than the header has columns.",
        "Dòng có nhiều ô hơn số cột ở tiêu đề.",
        "Look for a comma in a text that is not in quotes.",
        "Kiểm tra dấu phẩy trong nội dung chưa đặt trong ngoặc kép.",
    ),
    "missing-cell": (
        "STR-01",
        "The row ends before this column.",
        "Dòng kết thúc trước cột này.",
        "Complete the row: one cell for each column, empty if need be.",
        "Bổ sung đủ số ô theo số cột, có thể để trống.",
    ),
    "type-error": (
        "STR-01",
        "This is not {type_en}.",
        "Đây không phải là {type_vi}.",
        "Write {type_en}{example}.",
        "Ghi {type_vi}{example}.",
    ),
    "not-plain": (
        "STR-01",
        "This is {type_en}, but written in a form that not every program reads alike.",
        "Đây là {type_vi} nhưng viết ở dạng không phải phần mềm nào cũng hiểu như nhau.",
        "Write it plainly{example}.",
        "Viết theo dạng thông thường{example}.",
    ),
    "required": (
        "STR-01",
        "The cell is empty, and this column must be filled in.",
        "Ô trống trong khi cột này bắt buộc phải điền.",
        "Fill in the cell: {description_en}",
        "Điền nội dung: {description_vi}",
    ),
    "pattern": (
        "STR-01",
        "The value does not have the form of this column.",
        "Giá trị không đúng dạng của cột này.",
        "Write it in the form {form_en}.",
        "Viết theo dạng {form_vi}.",
    ),
    "minimum": (
        "STR-01",
        "The value is below {limit}.",
        "Giá trị nhỏ hơn {limit}.",
        "Write a value of at least {limit}.",
        "Ghi giá trị từ {limit} trở lên.",
    ),
    "maximum": (
        "STR-01",
        "The value is above {limit}.",
        "Giá trị lớn hơn {limit}.",
        "Write a value of at most {limit}.",
        "Ghi giá trị không quá {limit}.",
    ),
    "exclusiveMinimum": (
        "STR-01",
        "The value is not above {limit}.",
        "Giá trị không lớn hơn {limit}.",
        "Write a value above {limit}.",
        "Ghi giá trị lớn hơn {limit}.",
    ),
    "exclusiveMaximum": (
        "STR-01",
        "The value is not below {limit}.",
        "Giá trị không nhỏ hơn {limit}.",
        "Write a value below {limit}.",
        "Ghi giá trị nhỏ hơn {limit}.",
    ),
    "minLength": (
        "STR-01",
        "The text is shorter than {limit} characters.",
        "Nội dung ngắn hơn {limit} ký tự.",
        "Write at least {limit} characters.",
        "Viết ít nhất {limit} ký tự.",
    ),
    "maxLength": (
        "STR-01",
        "The text is longer than {limit} characters (it has {length}).",
        "Nội dung dài hơn {limit} ký tự (hiện có {length}).",
        "Shorten it to {limit} characters.",
        "Rút gọn còn tối đa {limit} ký tự.",
    ),
    "enum": (
        "STR-04",
        "The value is not one of the codes of this column.{suggestion_en}",
        "Giá trị không thuộc danh mục mã của cột này.{suggestion_vi}",
        "Write one of: {limit}.",
        "Ghi một trong các mã: {limit}.",
    ),
    # --- keys
    "primary-key": (
        "STR-02",
        "The same key stands already in {place_en}.",
        "Khóa này đã có ở {place_vi}.",
        "Keep one of the two rows, or correct the key.",
        "Chỉ giữ một trong hai dòng, hoặc sửa lại khóa.",
    ),
    "empty-key": (
        "STR-02",
        "The key of the row is empty.",
        "Khóa của dòng để trống.",
        "Fill in the key.",
        "Điền khóa của dòng.",
    ),
    "unique-error": (
        "STR-02",
        "The same value stands already in {place_en}; it may occur once only.",
        "Giá trị này đã có ở {place_vi}; chỉ được xuất hiện một lần.",
        "Correct one of the two.",
        "Sửa một trong hai giá trị.",
    ),
    "foreign-key": (
        "STR-03",
        "There is no such entry in the table {target} ({reference}).{suggestion_en}",
        "Không có mục này trong bảng {target} ({reference}).{suggestion_vi}",
        "Use a code that the table {target} has, or add the entry there first.",
        "Dùng mã đã có trong bảng {target}, hoặc bổ sung mục vào bảng đó trước.",
    ),
    # --- files against hashes and ledger
    "hash": (
        "REP-02",
        "The file is not the one that the descriptor names: its {detail} differs.",
        "Tệp không khớp với mô tả gói dữ liệu: khác {detail}.",
        "After an intended edit run `make package`; otherwise restore the file.",
        "Nếu chủ ý sửa, chạy `make package`; nếu không, khôi phục tệp.",
    ),
    "hash-missing": (
        "REP-02",
        "The descriptor has no {detail} for this file.",
        "Mô tả gói dữ liệu chưa có {detail} của tệp này.",
        "Run `make package`.",
        "Chạy `make package`.",
    ),
    "path-list": (
        "REP-02",
        "The list of submission files in the descriptor differs from the files on disk: {detail}.",
        "Danh sách tệp báo cáo trong mô tả gói khác với các tệp trên đĩa: {detail}.",
        "Run `make package`.",
        "Chạy `make package`.",
    ),
    "file-name": (
        "REP-02",
        "The name of a submission file has to be <agency>.csv or <agency>.<revision>.csv in a folder named as 2025-Q3.",
        "Tên tệp báo cáo phải là <mã cơ quan>.csv hoặc <mã cơ quan>.<lần gửi>.csv, trong thư mục tên dạng 2025-Q3.",
        "Rename the file, and its entry in the ledger.",
        "Đổi tên tệp và mục tương ứng trong sổ tiếp nhận.",
    ),
    "ledger-file-missing": (
        "REP-02",
        "The ledger has an entry for a file that does not exist.",
        "Sổ tiếp nhận ghi một tệp không tồn tại.",
        "Restore the file; an entry in the ledger is never deleted.",
        "Khôi phục tệp; không được xóa mục trong sổ tiếp nhận.",
    ),
    "ledger-entry-missing": (
        "REP-02",
        "The file is not in the ledger of submissions.",
        "Tệp chưa được ghi vào sổ tiếp nhận.",
        "Files enter through `camket intake`, which writes the ledger.",
        "Tệp phải được tiếp nhận qua `camket intake` để được ghi sổ.",
    ),
    "ledger-differs": (
        "REP-02",
        "The ledger says {detail} is {expected}; the file has {found}.",
        "Sổ tiếp nhận ghi {detail} là {expected}; tệp có {found}.",
        "A received file is never edited: restore it, or take in a new revision with `camket intake`.",
        "Tệp đã nhận không được sửa: khôi phục tệp, hoặc tiếp nhận lần gửi mới bằng `camket intake`.",
    ),
    "ledger-name": (
        "REP-02",
        "The entry says {expected}, the name of its file says {found}.",
        "Mục này ghi {expected}, còn tên tệp cho biết {found}.",
        "Correct the entry, or the name of the file.",
        "Sửa mục trong sổ, hoặc tên tệp.",
    ),
    "row-differs": (
        "REP-02",
        "The row says {found}, but the file was received for {expected}.",
        "Dòng này ghi {found}, nhưng tệp được tiếp nhận cho {expected}.",
        "Correct the cell, or send the row in the file that it belongs to.",
        "Sửa ô, hoặc gửi dòng này trong đúng tệp của nó.",
    ),
}
_TYPES = {
    "string": ("a text", "văn bản", ""),
    "integer": ("a whole number", "số nguyên", ": 45"),
    "number": ("a number with a decimal point", "số (dấu chấm thập phân)", ": 12.5"),
    "boolean": ("true or false", "true hoặc false", ""),
    "date": ("a date of the calendar, year-month-day", "ngày có trong lịch, theo dạng năm-tháng-ngày", ": 2025-09-30"),
    "datetime": ("a date and time", "ngày giờ", ": 2025-09-30T16:45:00"),
}
# What the patterns of the schemas ask for, in words and with an example; any other pattern is shown as it stands.
FORMS = {
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$": (
        "of a code (letters without accents, digits, - _ .; at most 40)",
        "mã (chữ cái không dấu, chữ số, - _ .; dài nhất 40 ký tự)",
        "MOIT-2025",
    ),
    r"^(0[1-9]|1[0-3])$": ("01 to 13, with two digits", "từ 01 đến 13, gồm hai chữ số", "05"),
    r"^\d{4}-Q[1-4]$": ("year-Qquarter", "năm-Qquý", "2025-Q3"),
    r"^\d{4}-\d{2}-\d{2}$": ("year-month-day", "năm-tháng-ngày", "2025-09-30"),
    r"^\d{4}(-\d{2}(-\d{2})?)?$": (
        "year, year-month or year-month-day",
        "năm, năm-tháng hoặc năm-tháng-ngày",
        "2025-09",
    ),
    r"^[A-Z]{3}$": ("of three capital letters", "ba chữ cái viết hoa", "LAO"),
    r"^[A-Z]{3}-\d{2}$": ("of the id of a rule", "mã quy tắc", "TIM-01"),
    r"^[A-Z]{3}-\d{2}/.+$": ("rule/object", "quy tắc/đối tượng", "TIM-01/commitment/C-001"),
    r"^[0-9a-f]{64}$": ("of a SHA-256 (64 characters 0–9, a–f)", "SHA-256 (64 ký tự 0–9, a–f)", "0" * 64),
    r"^submissions/\d{4}-Q[1-4]/[A-Za-z0-9_.-]+\.csv$": (
        "submissions/round/agency.csv",
        "submissions/kỳ/cơ quan.csv",
        "submissions/2025-Q3/MOIT.csv",
    ),
}
KINDS = tuple(_TEXTS)


def problem(
    kind: str,
    file: str,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    *,
    error: str = "",
    **slots: object,
) -> Problem:
    """A Problem of this kind (see KINDS) with its words filled in; `error` is Frictionless' name, if it differs."""
    rule, message_en, message_vi, remedy_en, remedy_vi = _TEXTS[kind]
    filled = {name: str(content) for name, content in slots.items()}
    filled.setdefault("suggestion_en", "")
    filled.setdefault("suggestion_vi", "")
    return Problem(
        rule=rule,
        file=file,
        row=row,
        column=column,
        value=value,
        message_en=message_en.format_map(filled),
        message_vi=message_vi.format_map(filled),
        remedy_en=remedy_en.format_map(filled),
        remedy_vi=remedy_vi.format_map(filled),
        kind=error or kind,
    )


def form_slots(pattern: str) -> dict[str, str]:
    """Slots that say what a pattern asks for: in words with an example, or the pattern itself."""
    if pattern not in FORMS:
        return {"form_en": pattern, "form_vi": pattern}
    en, vi, example = FORMS[pattern]
    return {"form_en": f"{en}: {example}", "form_vi": f"{vi}: {example}"}


def type_slots(kind: str) -> dict[str, str]:
    """Slots that say what a field of this type looks like."""
    type_en, type_vi, example = _TYPES[kind]
    return {"type_en": type_en, "type_vi": type_vi, "example": example}


def suggestion_slots(code: str | None) -> dict[str, str]:
    """Slots that propose a code, empty if there is none near."""
    if not code:
        return {}
    return {"suggestion_en": f" Did you mean {code}?", "suggestion_vi": f" Có phải ý là {code}?"}
