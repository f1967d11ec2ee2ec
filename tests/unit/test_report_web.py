"""The tools of the web page, used as a reader uses them: sorting, filters, downloads, definitions, search."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from camket.report.embedded import render
from camket.report.explorer import register
from camket.report.words import Voice, Words

CHROMIUM = Path("/usr/bin/chromium")
REPORTS = Path(__file__).resolve().parents[2] / "reports"
WHEN = datetime(2026, 1, 10, tzinfo=UTC)
HOSTILE = (
    "</script><script>document.title='broken'</script><img src=x onerror=alert(1)> /*page.js*/ {{< pagebreak >}} ```"
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30" fill="#1b4b72"/></svg>'
)
NAMES = "Bộ Y tế|Bộ Xây dựng|Đắk Lắk|Dak Nong|Bộ Tài chính|Bộ Tư pháp|Bộ Nội vụ|Cà Mau|An Giang|Hà Nội|Huế|Lai Châu"
CELLS = {
    "vi": ["1.234", "9", "−5", "–", "tạm giữ", "1.234,5", "100", "20", "30", "40", "50", "60"],
    "en": ["1,234", "9", "−5", "–", "withheld", "1,234.5", "100", "20", "30", "40", "50", "60"],
}
SHARES = {
    "vi": ["63,8% (243/381)", "4/6", "–", "9,5% (38/400)", "0/3", "3/3", "50,0% (20/40)"] + ["10/16 (62,5%)"] * 5,
    "en": ["63.8% (243/381)", "4/6", "–", "9.5% (38/400)", "0/3", "3/3", "50.0% (20/40)"] + ["10/16 (62.5%)"] * 5,
}
DATES = {"vi": ["01/02/2025", "31/12/2021", "05/01/2025"], "en": ["1 Feb 2025", "31 Dec 2021", "5 January 2025"]}


class SomeFigures:
    """What the register asks of the figures: one table, and names."""

    folder = Path("no such folder")

    def __init__(self, rows: list[dict]):
        self.rows = rows

    def records(self, name: str) -> list[dict]:
        return pd.DataFrame(self.rows).to_dict("records")

    def label(self, dimension: str, member: str, language: str) -> str:
        return f"{dimension} {member}"


def commitments() -> list[dict]:
    titles = ["Duong xa", "Đường sắt đô thị", HOSTILE, *[f"Văn bản số {n}" for n in range(60)]]
    return [
        {
            "commitment_id": f"DEMO-{n:04}",
            "title_vi": title,
            "title_en": title,
            "lead_agency_id_as_now": "MOC",
            "partner_id": "LAO",
            "field_id": None,
            "effective_status": "completed" if n % 2 else "in_progress",
            "current_deadline": date(2025, 3, 1) if n else None,
            "days_overdue": 1305.0 if n == 2 else None,
        }
        for n, title in enumerate(titles)
    ]


def spoken(language: str = "vi", rows: list[dict] | None = None) -> Voice:
    figures = SomeFigures(commitments() if rows is None else rows)
    return Voice(figures, Words.read(REPORTS / "words.yml"), language, {"is_demonstration": True})


def document(folder: Path, language: str) -> Path:
    """A small report with everything that the tools work on."""
    (folder / "_quarto.yml").write_text("project:\n  type: default\ntoc: true\n")
    shutil.copy(REPORTS / language / "_language.yml", folder)
    (folder / "_register.md").write_text(register(spoken(language)), "utf-8")
    (folder / "chart.svg").write_text(SVG)
    rows = zip(NAMES.split("|"), CELLS[language], SHARES[language], DATES[language] * 4, strict=True)
    body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    (folder / "page.qmd").write_text(
        f"""---
title: Review
lang: {language}
metadata-files: [_language.yml]
---

# First {{#sec-first}}

R2 and again R2, but not R2.field or AR2.

Widths differ, but 2021 - 2025, 50,0–65,0%, 2025-12-31 and DEMO-0001 stay whole,
also where the line is as narrow as this: DEMO-0002, 2021 - 2025, 10,0–20,0%, 31 Dec 2025.

![Chart. Numbers in @tbl-long](chart.svg){{#fig-one fig-alt="A bar"}}

| Name | Number | R2 | Day |
|:-----|-----:|-----:|:-----|
{body}
| **Total** | **9** | **1/2** | **–** |

: A long table {{#tbl-long}}

| Name | Text |
|:-----|:-----|
| \\=1+1 | \\@SUM(A1) |
| −7 | a, \\"b\\" \\<script\\> |
| 007 | –5 |

: A short table {{#tbl-short}}

| Indicator | Formula | Meaning |
|:-----|:-----|:-----|
| Due rate `R2` | a / b | Share of what was due. |

: Indicators {{#tbl-indicators}}

# Search {{#sec-search}}

{{{{< include _register.md >}}}}
""",
        "utf-8",
    )
    return folder / "page.qmd"


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    made = {}
    for language in ("vi", "en"):
        folder = tmp_path_factory.mktemp(language)
        [made[language]] = render(document(folder, language), ["html"], folder / "out", timestamp=WHEN)
    return made


# ------------------------------------------------------------------------------------------------------------ bytes


def test_the_register_is_safe_json_and_the_same_each_time():
    text = register(spoken())
    assert text == register(spoken())
    [data] = re.findall(r'<script type="application/json">(.*?)</script>', text)
    assert "<" not in data and "/*" not in data and "\u2028" not in data
    found = json.loads(data)
    assert found["rows"][2][1] == HOSTILE and found["rows"][2][7] == 1305 and found["rows"][0][6:] == ["", None]
    assert text.count("\n```") == 1  # only the block's own end


def test_the_register_does_without_columns_that_an_edition_has_not():
    rows = [{"commitment_id": "X-1", "title_vi": "a\u2028b\u202ec", "title_en": "a"}]
    [row] = json.loads(re.search(r"json\">(.*?)</script>", register(spoken(rows=rows)))[1])["rows"]
    assert row[2:] == ["", "", "", None, "", None] and "\u202e" not in row[1]


def test_a_stale_status_has_the_day_that_it_describes():
    open_since = {"title_vi": "a", "title_en": "a", "effective_status": "in_progress", "is_open": True}
    rows = [
        {**open_since, "commitment_id": "X-1", "freshness": "stale", "last_as_of_date": date(2025, 3, 31)},
        {**open_since, "commitment_id": "X-2", "freshness": "current", "last_as_of_date": date(2025, 12, 31)},
    ]
    data = json.loads(re.search(r"json\">(.*?)</script>", register(spoken("en", rows)))[1])
    stale, current = data["rows"]
    assert [text.endswith("in_progress (as of 31 Mar 2025)") for text in stale[8:]] == [True] and current[8:] == []


def test_both_languages_have_the_words_and_page_js_asks_for_no_other():
    import yaml

    words = [
        set(yaml.safe_load((REPORTS / lang / "_language.yml").read_text("utf-8"))["page-words"])
        for lang in ("vi", "en")
    ]
    code = (REPORTS.parent / "src/camket/report/templates/page.js").read_text("utf-8")
    asked = set(re.findall(r"(?:say\(|words\[|button\()'([\w-]+)'|words\.(\w+)", code))
    assert words[0] == words[1] == {a or b for a, b in asked}


def test_a_page_is_whole_without_script_and_the_same_each_time(pages, tmp_path):
    page = pages["vi"].read_text("utf-8")
    assert "document.title='broken'</script>" not in page
    assert '<div class="register" hidden>' in page  # nothing half-built shows
    [again] = render(document(tmp_path, "vi"), ["html"], tmp_path / "out", timestamp=WHEN)
    assert again.read_bytes() == pages["vi"].read_bytes()


# ---------------------------------------------------------------------------------------------------------- browser


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=[*quiet, "--disable-sync"])
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser, request, pages):
    """The page, opened from its file; the language is Vietnamese unless a test says otherwise."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(pages[getattr(request, "param", "vi")].as_uri())
    yield opened
    assert errors == []
    context.close()


def column(tab, k: int) -> list[str]:
    return [
        " ".join(text.split())
        for text in tab.locator(f"#tbl-long tbody tr:visible > :nth-child({k})").all_text_contents()
    ]


def sort_by(tab, k: int) -> str | None:
    tab.locator("#tbl-long thead button").nth(k - 1).click()
    return tab.locator("#tbl-long thead th").nth(k - 1).get_attribute("aria-sort")


@pytest.mark.browser
@pytest.mark.parametrize(("tab", "language"), [("vi", "vi"), ("en", "en")], indirect=["tab"])
def test_browser_sorts_numbers_shares_and_dates(tab, language):
    before = column(tab, 2)
    thousand, more = CELLS[language][0], CELLS[language][5]
    assert sort_by(tab, 2) == "ascending"
    assert column(tab, 2) == ["−5", *"9 20 30 40 50 60 100".split(), thousand, more, "–", CELLS[language][4], "9"]
    assert sort_by(tab, 2) == "descending"
    down = column(tab, 2)
    assert down[:3] == [more, thousand, "100"] and down[-3:] == ["–", CELLS[language][4], "9"]  # total stays last
    assert sort_by(tab, 2) is None and column(tab, 2) == before  # the third click: as it was
    sort_by(tab, 3)
    shares = column(tab, 3)
    assert [shares[0], shares[1][:3], shares[-4][:3], shares[-3], shares[-2]] == [
        "0/3",
        SHARES[language][3][:3],
        "4/6",
        "3/3",
        "–",
    ]
    sort_by(tab, 4)
    days = DATES[language]
    assert column(tab, 4)[:12:4] == [days[1], days[2], days[0]]
    assert tab.locator("#tbl-long th[aria-sort]").count() == 1
    sort_by(tab, 1)
    assert column(tab, 1)[0] == "An Giang"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("asked", "names"),
    [("dak", ["Đắk Lắk", "Dak Nong"]), ("ĐẮK", ["Đắk Lắk", "Dak Nong"]), ("tai chinh", ["Bộ Tài chính"])],
)
def test_browser_filters_with_and_without_accents(tab, asked, names):
    tab.locator("#tbl-long .filter input").fill(asked)
    assert column(tab, 1) == names
    assert tab.locator("#tbl-long .filter .found").inner_text() == f"{len(names)} trong số 13 dòng"
    assert tab.locator("#tbl-short .filter").count() == 0  # short tables need none
    tab.locator("#tbl-long .filter input").fill("")
    assert len(column(tab, 1)) == 13


def download(tab, box: str, name: str) -> tuple[str, bytes]:
    with tab.expect_download() as started:
        tab.locator(f"{box} .tools").get_by_text(name, exact=True).click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


@pytest.mark.browser
def test_browser_csv(tab):
    name, data = download(tab, "#tbl-short", "CSV")
    assert name == "page-tbl-short.csv"
    assert data == '\ufeffName,Text\r\n\'=1+1,\'@SUM(A1)\r\n-7,"a, ""b"" <script>"\r\n007,–5\r\n'.encode()
    sort_by(tab, 2)
    tab.locator("#tbl-long .filter input").fill("dak")
    _, data = download(tab, "#tbl-long", "CSV")  # all of it, as the report has it
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 14 and rows[1][:2] == ["Bộ Y tế", "1234"] and rows[6][1] == "1234.5" and rows[-1][0] == "Total"
    assert download(tab, "#fig-one", "CSV") == ("page-tbl-long.csv", data)  # a chart's numbers are its table


@pytest.mark.browser
def test_browser_xlsx(tab):
    name, data = download(tab, "#tbl-long", "XLSX")
    assert name == "page-tbl-long.xlsx" and data == download(tab, "#tbl-long", "XLSX")[1]
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["tbl-long"]
    assert [cell.value for cell in sheet[1]] == ["Name", "Number", "R2", "Day"] and sheet["A1"].font.b
    assert sheet["A4"].value == "Đắk Lắk" and sheet["B4"].value == -5 and sheet["B7"].value == 1234.5
    assert sheet["C2"].value == "63,8% (243/381)" and sheet.max_row == 14 and sheet.freeze_panes == "A2"
    assert book["Nguồn"]["A1"].value.endswith("A long table")
    short = openpyxl.load_workbook(io.BytesIO(download(tab, "#tbl-short", "XLSX")[1]))["tbl-short"]
    assert short["A2"].value == "=1+1" and short["A2"].data_type != "f"  # text, although it looks like a formula
    assert short["A4"].value == "007" and short["B3"].value == 'a, "b" <script>'


@pytest.mark.browser
def test_browser_links_and_definitions(tab):
    for place, link in (("tbl-long", "#tbl-long .tools a"), ("sec-first", "#sec-first .anchor")):
        tab.locator(link).click()
        tab.wait_for_function("document.querySelector('main > [role=status]').textContent === 'Đã sao chép liên kết'")
        tab.wait_for_selector(f"{link}.done")
        assert tab.evaluate("navigator.clipboard.readText()") == f"{tab.url.split('#')[0]}#{place}"
        tab.evaluate("document.querySelector('main > [role=status]').textContent = ''")
    terms = tab.locator("main p .term")
    assert terms.all_inner_texts() == ["R2"]  # once in a chapter, and never inside another word
    terms.first.focus()
    tip = tab.locator("#term-R2")
    assert terms.first.get_attribute("aria-describedby") == "term-R2" and tip.get_attribute("role") == "tooltip"
    assert tip.is_visible() and tip.inner_text() == "R2 Due rate Share of what was due."
    tab.keyboard.press("Escape")
    assert not tip.is_visible()
    tab.locator("#tbl-long thead button").nth(2).hover()
    assert tip.is_visible()


@pytest.mark.browser
def test_browser_search(tab):
    box = tab.locator(".register")
    field, titles = box.locator("input"), box.locator(".results .what")
    assert titles.count() == 0 and box.locator(".found").inner_text() == "63 cam kết trong ấn bản này."
    field.fill("duong")
    assert [text.split(" DEMO")[0] for text in titles.all_inner_texts()] == ["Duong xa", "Đường sắt đô thị"]
    field.fill("đường")  # as it is written comes first
    assert [text.split(" DEMO")[0] for text in titles.all_inner_texts()] == ["Đường sắt đô thị", "Duong xa"]
    field.fill("van ban")
    assert titles.count() == 50 and box.locator(".found").inner_text() == "50 kết quả đầu tiên trong số 60 kết quả."
    box.locator("select").select_option("overdue")
    field.fill("")
    assert titles.count() == 1 and "1.305" in box.locator(".facts").inner_text()
    assert titles.inner_text() == f"{HOSTILE} DEMO-0002"  # text, whatever it looks like
    assert box.locator("img, script").count() == 1 and tab.title() == "Review"
    box.locator("select").select_option("0")
    assert box.locator(".found").inner_text() == "31 kết quả trong số 63 cam kết."
    field.fill("zzz")
    assert titles.count() == 0 and box.locator(".found").inner_text() == "Không có cam kết nào khớp."


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_browser_tools_are_accessible_and_fit(browser, pages, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(pages["vi"].as_uri())
    tab.locator("#tbl-long thead button").nth(1).click()
    tab.locator("#tbl-long .filter input").fill("bo")
    tab.locator(".register input").fill("van")
    tab.locator("main p .term").focus()
    assert [(v["id"], v["nodes"][0]["html"]) for v in axe.run(tab).response["violations"]] == []
    tip = tab.locator("#term-R2").bounding_box()
    assert tip["x"] >= 0 and tip["x"] + tip["width"] <= width
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    kept = tab.locator("main p .keep")
    assert kept.all_inner_texts() == [
        "2021 - 2025", "50,0–65,0%", "2025-12-31", "DEMO-0001", "DEMO-0002", "2021 - 2025", "10,0–20,0%",
        "31 Dec 2025",
    ]  # fmt: skip
    for narrow in range(width, 200, -31):  # whatever the width, on one line each
        tab.set_viewport_size({"width": narrow, "height": 900})
        assert kept.evaluate_all("(all) => all.every((one) => one.getClientRects().length === 1)")
    if width == 390:  # a chart has all of a telephone's width
        tab.set_viewport_size({"width": width, "height": 900})
        plate = tab.locator("#fig-one .plate").bounding_box()
        assert plate["x"] == 0 and plate["width"] == width
    if width == 1280:  # the head of a table that is not wider than its place stays while one reads down
        tab.set_viewport_size({"width": width, "height": 300})
        tab.locator("#tbl-long .filter input").fill("")
        down = "(row) => scrollTo(0, row.getBoundingClientRect().top + scrollY - 100)"
        tab.locator("#tbl-long tbody tr").nth(9).evaluate(down)
        assert abs(tab.locator("#tbl-long thead th").first.bounding_box()["y"]) < 1
    assert tab.locator("#tbl-indicators .sort").count() == 0  # there is nothing to sort in one row
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    tab.close()


@pytest.mark.browser
def test_browser_without_script_everything_is_there(browser, pages):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(pages["vi"].as_uri())
    assert tab.locator("#tbl-long tbody tr").count() == 13 and not tab.locator(".register").is_visible()
    context.close()
