"""The slip as one page: no script, no link, nothing loaded; every text from the file is escaped."""

from __future__ import annotations

from html import escape
from pathlib import Path

from camket.intake.slip import GROUPS_SHOWN, PLACES_SHOWN, Group, Slip
from camket.intake.words import title
from camket.messages import Problem, neutral

STYLE = Path(__file__).with_name("slip.css")
_HEADS = {
    "returned": ("Phiếu trả lại báo cáo", "Return slip"),
    "accepted": ("Phiếu tiếp nhận báo cáo", "Receipt"),
    "accepted_after_return": ("Phiếu tiếp nhận báo cáo", "Receipt"),
}


def safe(text: object, width: int | None = 300) -> str:
    """Text for the page: control and bidirectional characters shown, markup escaped."""
    lines = str(text).split("\n")
    return "<br>".join(escape(neutral(line, width)) for line in lines[:12]) + ("<br>…" if len(lines) > 12 else "")


def both(vi: object, en: object, tag: str = "p") -> str:
    """Vietnamese, and the English below it."""
    return f'<{tag} class="vi">{safe(vi, None)}</{tag}><{tag} class="en" lang="en">{safe(en, None)}</{tag}>'


def render(slip: Slip) -> str:
    """The whole page."""
    vi, en = _HEADS[slip.verdict]
    body = [_head(slip, vi, en)]
    if slip.verdict == "returned":
        body += [_counts(slip), _problems(slip)]
    if slip.remarks:
        body.append(_list("Lưu ý", "Please note", slip.remarks))
    if slip.guesses:
        body.append(_list("Tệp đã được đọc như sau", "How the file was read", slip.guesses))
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{safe(vi)}: {safe(slip.file)}</title>
<style>{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
{"".join(body)}
</main>
</body>
</html>
"""


def _head(slip: Slip, vi: str, en: str) -> str:
    facts = [("Tệp", "File", slip.file)]
    if slip.agency:
        facts.append(("Cơ quan", "Agency", f"{slip.agency['vi']}"))
    if slip.round_id:
        facts.append(("Kỳ", "Round", slip.round_id))
    facts.append(("Nhận lúc", "Received", slip.received_at))
    if slip.rows:
        facts.append(("Số dòng", "Rows", slip.rows))
    if slip.entry:
        facts.append(("Lần nộp", "Revision", slip.entry["revision"]))
        if slip.entry["supersedes"]:
            facts.append(("Thay thế", "Replaces", slip.entry["supersedes"]))
    facts.append(("SHA-256", "", slip.sha256 or "–"))
    rows = "".join(
        f"<div><dt>{a}{f' · <span lang=en>{b}</span>' if b else ''}</dt><dd>{safe(c, 120)}</dd></div>"
        for a, b, c in facts
    )
    heading = f'<h1>{vi} <span lang="en">{en}</span></h1>'
    return f'<header class="{slip.verdict}">{heading}{_verdict(slip)}<dl>{rows}</dl></header>'


def _verdict(slip: Slip) -> str:
    if slip.verdict != "returned":
        return both(
            "Báo cáo đã được tiếp nhận. Không cần làm gì thêm.", "The report has been accepted. Nothing more is needed."
        )
    return both(
        f"Báo cáo chưa được ghi nhận: có {slip.total:,} nội dung cần sửa. Sửa các ô nêu dưới đây trong chính tệp của "
        "cơ quan rồi gửi lại cả tệp. Bản sao có đánh dấu các ô nằm trong tệp Excel gửi kèm.",
        f"The report has not been taken over: {slip.total:,} thing(s) to mend. Mend the cells named below in your own "
        "file and send the whole file again. A copy with the cells marked is in the workbook beside this page.",
    )


def _counts(slip: Slip) -> str:
    rows = "".join(
        f"<tr><td><code>{rule}</code></td><td>{both(title(rule, 'vi'), title(rule, 'en'), 'span')}</td>"
        f'<td class="number">{number:,}</td></tr>'
        for rule, number in slip.counts
    )
    return (
        '<section><h2>Tổng hợp theo quy tắc <span lang="en">Count by rule</span></h2><table class="counts"><tbody>'
        f'{rows}</tbody><tfoot><tr><td></td><td>Tổng cộng <span lang="en" class="en">Total</span></td>'
        f'<td class="number">{slip.total:,}</td></tr></tfoot></table></section>'
    )


def _problems(slip: Slip) -> str:
    items = "".join(_group(number, group) for number, group in enumerate(slip.groups[:GROUPS_SHOWN], start=1))
    more = len(slip.groups) - GROUPS_SHOWN
    note = ""
    if more > 0:
        note = both(
            f"… và {more} mục nữa; danh sách đầy đủ trong tệp Excel.", f"… and {more} more; all are in the workbook."
        )
    heading = '<h2>Nội dung cần sửa <span lang="en">What to mend</span></h2>'
    return f'<section>{heading}<ol class="problems">{items}</ol>{note}</section>'


def _group(number: int, group: Group) -> str:
    places = [_place(found) for found in group.members[:PLACES_SHOWN]]
    rest = len(group.members) - PLACES_SHOWN
    where = "".join(places) + (f'<li class="more">+ {rest:,}</li>' if rest > 0 else "")
    column = f'<span class="column">{safe(group.column["vi"], 80)}</span>' if group.column["vi"] else ""
    subjects = ""
    if group.subjects:
        shown = ", ".join(group.subjects[:6]) + (" …" if len(group.subjects) > 6 else "")
        subjects = f'<span class="subject">{safe(shown, 160)}</span>'
    head = f'<span class="index">{number}</span><code>{group.rule}</code><ul class="places">{where}</ul>'
    return f"""<li>
<div class="where">{head}{column}{subjects}</div>
{_telling("vi", "Cách sửa", "Ví dụ", group)}
{_telling("en", "How to mend", "Example", group)}
</li>"""


def _telling(language: str, mend: str, example: str, group: Group) -> str:
    """Why, how to mend and an example, in one language."""
    last = f"<p><b>{example}</b> {safe(group.example[language], None)}</p>" if group.example[language] else ""
    why, how = safe(group.message[language], None), safe(group.remedy[language], None)
    return f'<div class="{language}" lang="{language}"><p class="why">{why}</p><p><b>{mend}</b> {how}</p>{last}</div>'


def _place(found: Problem) -> str:
    place = safe(found.cell or (f"dòng {found.row}" if found.row else "cả tệp"))
    sheet, mark, cell = place.rpartition("!")
    place = f"<i>{sheet}{mark}</i><b>{cell}</b>"
    value = ""
    if found.value:
        value = f"<q>{safe(found.value, 120)}</q>"
    elif (
        found.cell and not found.value and found.kind in ("constraint-error", "completed-no-date", "precision-missing")
    ):
        value = '<q class="empty">(trống)</q>'
    return f"<li>{place}{value}</li>"


def _list(vi: str, en: str, items) -> str:
    rows = "".join(f"<li>{both(item.vi, item.en)}</li>" for item in items)
    return f'<section class="reading"><h2>{vi} <span lang="en">{en}</span></h2><ul>{rows}</ul></section>'
