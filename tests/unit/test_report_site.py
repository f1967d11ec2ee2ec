"""Every document in the browser, in both languages, with hostile text in every column that strangers fill.

The edition is small; what is rendered from it are the real documents.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from importlib.resources import as_file, files
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader
from test_report_edition import MEMBERS, PROJECT, REPORTS, figure, package, rows, voice, write_edition
from test_report_more import curves

from camket.report import DOCUMENTS
from camket.report.canvas import SMALL
from camket.report.explorer import behind, members
from camket.report.render import render
from camket.report.typeface import ADVANCE, DIGITS, digits, figures

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = (
    ' </td><script>window.evil=1</script><img src=x onerror="window.evil=1"> {{< include /etc/passwd >}} '
    '[l](javascript:window.evil=1) # head $x$ @fig-rates | ` **b** #import "@preview/a:1.0.0" \u202eright\u202c '
    + "x"
    * 10_000
)
SEEN = (
    "</td><script>window.evil=1</script>",
    "{{< include /etc/passwd >}}",
    "[l](javascript:window.evil=1)",
    "$x$ @fig-rates |",
)
PAGES = [(name, language) for name in DOCUMENTS for language in ("vi", "en")]


def edition(folder: Path) -> Path:
    """The small edition, with one commitment that its figures can be traced to, those of fields too."""
    ids, none = (hashlib.sha256(text).hexdigest() for text in (b"DEMO-0001", b""))
    more = []
    for code, where in {"open": "is_open", "backlog": "is_overdue"}.items():
        more.append(figure(code, count=1, row_filter=where, row_set_sha256=ids))
        more += [
            figure(code, "field", field, count=field == "energy", row_filter=where,
                   row_set_sha256=ids if field == "energy" else none)
            for field in MEMBERS["field"]
        ]  # fmt: skip
    own = {row["figure_id"] for row in more}
    return write_edition(
        folder, [row for row in rows() if row["figure_id"] not in own] + more + curves(), strangers=HOSTILE
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    made = render(
        edition(tmp_path_factory.mktemp("site")), REPORTS, package(), formats=["html"], renderer="embedded",
        documents=DOCUMENTS,
    )  # fmt: skip
    assert len(made) == len(PAGES)
    return made[0].parent


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser, site, request):
    name, language = getattr(request, "param", ("review", "en"))
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on("dialog", lambda dialog: opened.problems.append(dialog.message))
    opened.on("request", lambda request: opened.problems.append(request.url)
              if not request.url.startswith(("file:", "data:", "blob:")) else None)  # fmt: skip
    opened.goto((site / f"{name}-{language}.html").as_uri())
    yield opened
    assert opened.problems == []
    opened.close()


# What a screen reader or the Tab key would stumble over, as sentences. A table is called after its caption, or the
# heading that it stands under; it is a stop of the Tab key only where it is wider than its place; a tick says what it
# leads to.
STUMBLES = """() => {
  const said = [], text = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
  let head = null;
  for (const element of document.querySelectorAll('main :is(h2, h3, h4)[id], main .table-scroll')) {
    if (!element.matches('.table-scroll')) { head = element; continue; }
    const name = element.querySelector('table').getAttribute('aria-label') || '';
    const caption = element.closest('figure')?.querySelector('figcaption');
    if (!name || !(caption ? text(caption).startsWith(name) : name.startsWith(head.getAttribute('aria-label')))) {
      said.push(`table called ${name}`);
    }
    const isWide = element.scrollWidth > element.clientWidth + 1;
    if (isWide !== (element.tabIndex === 0) || isWide !== element.classList.contains('more-after')) {
      said.push(`${name}: ${element.scrollWidth} in ${element.clientWidth}, tabIndex ${element.tabIndex}`);
    }
  }
  for (const element of document.querySelectorAll('main .fig > .plate')) {
    const isWide = element.scrollWidth > element.clientWidth + 1;
    if (isWide !== (element.tabIndex === 0)) said.push(`chart of ${element.scrollWidth} in ${element.clientWidth}`);
  }
  for (const element of document.querySelectorAll('main :is(h2, h3, h4)[id]')) {
    const link = element.querySelector('.anchor');
    const shown = text(element).replace(/#$/, '');
    const names = [element, link].map((one) => one.getAttribute('aria-label') || '');
    if (names[0] !== shown || !names[1].endsWith(`: ${shown}`)) said.push(`heading ${shown}`);
  }
  for (const mark of document.querySelectorAll('a.basis:has(> sup)')) {
    const [code] = mark.dataset.codes.split(' ');
    if (!mark.getAttribute('aria-label')?.includes(code)) said.push(`a tick without a name: ${code}`);
  }
  return said;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("tab", PAGES, indirect=True, ids="-".join)
def test_browser_every_page_is_accessible_harmless_and_fits(tab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert tab.evaluate("window.evil") is None
    assert (
        tab.locator("main script:not([type='application/json']), main img[src='x'], main a[href^='javascript']").count()
        == 0
    )
    for scheme, width in (("light", 1280), ("dark", 390)):
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 900})
        options = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # the rest is the same in the dark
        found = axe.run(tab, options=options | {"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], scheme
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate(STUMBLES) == []
    tab.set_viewport_size({"width": 320, "height": 900})  # as wide as 1,280 are at 400 %
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    # each chart has its numbers in a table, and each table its files
    for box in tab.locator("figure.float.fig").all():
        assert box.locator(".tools button").count() == 3
    tables = tab.locator("main .table-scroll:not(.instead) > table")
    assert (
        tab.get_by_role("button", name=re.compile("^CSV")).count()
        == tables.count() + tab.locator("figure.float.fig").count()
    )
    names = tab.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(names) == len(set(names))


@pytest.mark.browser
@pytest.mark.parametrize(
    "tab", [("review", "vi"), ("partners", "en"), ("lists", "vi"), ("scorecards", "en")], indirect=True
)
def test_browser_text_of_strangers_is_text(tab):
    text = " ".join(tab.locator("main").inner_text().split())
    for seen in SEEN:
        assert seen in text
    assert "\\u202e" in text and "\u202e" not in text  # shown, not obeyed
    tab.set_viewport_size({"width": 390, "height": 900})  # a word without end makes no column wider than a telephone
    widest = "(all) => Math.max(...all.map((cell) => cell.getBoundingClientRect().width))"
    assert tab.locator(".table-scroll :is(td, th)").evaluate_all(widest) <= 390


@pytest.mark.browser
@pytest.mark.parametrize("tab", [("lists", "en")], indirect=True)
def test_browser_text_of_strangers_is_text_in_spreadsheets(tab):
    def download(name: str) -> bytes:
        with tab.expect_download() as started:
            tab.locator("#tbl-findings-list .tools").get_by_text(name, exact=True).click()
        return Path(started.value.path()).read_bytes()

    rows = list(csv.reader(io.StringIO(download("CSV").decode("utf-8-sig"))))
    assert rows[0][-1] == "What was found" and "<script>window.evil=1</script>" in rows[1][-1]
    cells = openpyxl.load_workbook(io.BytesIO(download("XLSX")))["tbl-findings-list"]
    assert cells["D2"].value == rows[1][-1] and cells["D2"].data_type != "f"


@pytest.mark.browser
def test_browser_a_chart_changes_places_with_its_table(tab):
    box = tab.locator("#fig-rates")
    box.get_by_role("button", name=re.compile("Show the numbers")).click()
    assert not box.locator(".plate").is_visible()
    shown, own = box.locator(".instead td"), tab.locator("#tbl-family td")
    assert shown.all_inner_texts() == own.all_inner_texts()
    box.get_by_role("button", name=re.compile("Show the chart")).click()
    assert box.locator(".plate").is_visible() and not box.locator(".instead").is_visible()


@pytest.mark.browser
def test_browser_letters_of_charts_stay_readable_on_a_telephone(tab):
    letters = f"""(all) => Math.min(...all.map((chart) =>
        chart.getBoundingClientRect().width / chart.naturalWidth * {SMALL * 96 / 72}))"""
    charts, plates = tab.locator("img.chart"), tab.locator("figure.fig > .plate")
    assert plates.count() == charts.count() > 10
    for width, is_wide in ((390, False), (320, True)):
        tab.set_viewport_size({"width": width, "height": 900})
        assert charts.evaluate_all(letters) >= 9.95
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        stops = plates.evaluate_all("(all) => all.map((one) => [one.tabIndex, one.classList.contains('more-after')])")
        assert stops == [[0 if is_wide else -1, is_wide]] * len(stops)
    plate = tab.get_by_role("region", name=re.compile("^Figure 4"))
    plate.focus()
    tab.keyboard.press("ArrowRight")  # what is hidden at the side is reached with the keyboard too
    plate.evaluate("(box) => new Promise((done) => setTimeout(done, 300))")
    assert plate.evaluate("(box) => box.scrollLeft") > 0 and "more-before" in plate.get_attribute("class")


@pytest.mark.browser
def test_browser_the_day_of_the_edition_reads_as_one_sentence(tab):
    first = tab.locator(".byline > span").first
    assert first.locator(".keep").count() == 2  # its two days are kept whole
    signs = "(all) => all.map((one) => getComputedStyle(one, '::before').content)"
    assert set(first.locator("span").evaluate_all(signs)) == {"none"}


@pytest.mark.browser
def test_browser_a_mark_leads_to_checks_and_rows(tab):
    mark = tab.locator("#tbl-stocks .basis")
    assert "of 1 checks passed" in mark.inner_text() and "10 Jan 2026" in mark.inner_text()
    mark.focus()
    tab.keyboard.press("Enter")
    card = tab.get_by_role("dialog")
    assert tab.evaluate("document.querySelector('.card').getBoundingClientRect().right") <= 1280
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Close"  # in sight however long the card is
    tab.keyboard.press("Shift+Tab")  # out of the card: to where it was opened, not to the end of the page
    assert card.count() == 0 and tab.evaluate("document.activeElement.className") == "basis"
    tab.keyboard.press("Enter")
    card.get_by_role("link").last.focus()
    tab.keyboard.press("Tab")
    assert card.count() == 0 and tab.evaluate("document.activeElement.className") == "basis"
    tab.keyboard.press("Enter")
    assert re.search(r"passed: [\w, -]*AGG-01", card.inner_text()) and "is_overdue" in card.inner_text()
    tab.keyboard.press("Escape")
    assert card.count() == 0 and tab.evaluate("document.activeElement.className") == "basis"
    tab.keyboard.press("Enter")
    card.get_by_role("button", name="List the commitments, backlog").click()
    assert tab.locator(".results .id").all_inner_texts() == ["DEMO-0001"]
    assert "The commitments behind backlog" in tab.locator(".register").inner_text()


@pytest.mark.browser
def test_browser_each_value_of_a_table_leads_to_its_figure_and_its_rows(tab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    box = tab.locator("#tbl-field-rates")
    values, links = box.locator("tbody td"), box.locator("tbody a.basis")
    assert links.count() == 0  # no hundreds of stops of the Tab key until they are asked for
    button = box.get_by_role("button", name=re.compile("^Basis of each value"))
    button.focus()
    tab.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true" and links.count() == values.count() == 24
    assert axe.run(tab, context="#tbl-field-rates").response["violations"] == []
    link = box.locator("a[data-figures='backlog.field.energy']")
    assert link.inner_text() == "1" and link.get_attribute("title") == "backlog.field.energy"
    link.focus()
    tab.keyboard.press("Enter")
    card = tab.get_by_role("dialog")
    assert "Figure: backlog.field.energy" in card.inner_text() and "is_overdue · field = energy" in card.inner_text()
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.dataset.figures") == "backlog.field.energy"
    button.click()
    assert links.count() == 0
    box.locator("td[data-figures='backlog.field.energy']").click()  # a pointer needs no link
    card.get_by_role("button", name="List the commitments, backlog.field.energy").click()
    assert tab.locator(".results .id").all_inner_texts() == ["DEMO-0001"]
    box.locator("td[data-figures='backlog.field.health']").click()
    assert card.get_by_role("button", name=re.compile("List the commitments")).count() == 0  # nothing is behind a 0


@pytest.mark.browser
@pytest.mark.parametrize("tab", [("scorecards", "en")], indirect=True)
def test_browser_values_of_other_documents_lead_to_their_figure_in_the_review(tab):
    box = tab.locator("#tbl-scorecards")
    box.get_by_role("button", name=re.compile("^Basis of each value")).click()
    box.locator("a[data-figures='signed.agency.MOFA']").click()
    tab.wait_for_url(re.compile(r"review-en\.html#figure=signed\.agency\.MOFA$"))
    assert "Figure: signed.agency.MOFA" in tab.get_by_role("dialog").inner_text()


@pytest.mark.browser
def test_browser_downloads_name_the_figure_of_each_value(tab):
    def download(name: str, kind: str) -> bytes:
        with tab.expect_download() as started:
            tab.locator(f"#tbl-{name} .tools").get_by_text(kind, exact=True).click()
        return Path(started.value.path()).read_bytes()

    def csv_of(name: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(download(name, "CSV").decode("utf-8-sig"))))

    head, *body = csv_of("field-rates")  # several figures a row: a column of ids for each column of numbers
    assert head[7:] == [f"figure_id: {name}" for name in head[1:7]]
    [energy] = [row for row in body if "backlog.field.energy" in row]
    assert energy[3] == "1" and energy[9:11] == ["backlog.field.energy", "R1.field.energy"]
    head, *body = csv_of("family")  # one figure a row
    assert head[5:] == ["figure_id"] and [row[5] for row in body][:2] == ["R1", "R2"]
    assert "figure_id" not in csv_of("key-projects")[0]  # its rows are commitments
    cells = openpyxl.load_workbook(io.BytesIO(download("family", "XLSX")))["tbl-family"]
    assert cells["F1"].value == "figure_id" and cells["F2"].value == "R1"


@pytest.mark.browser
@pytest.mark.parametrize("tab", [("brief", "vi")], indirect=True)
def test_browser_marks_of_other_documents_lead_to_the_review(tab):
    marks = tab.locator("a.basis")
    assert marks.count() > 10
    tab.locator("figcaption a.basis").first.click()
    tab.wait_for_url(re.compile(r"review-vi\.html#ev-"))
    assert tab.evaluate("document.getElementById(location.hash.slice(1)).closest('table') !== null")


@pytest.mark.browser
def test_browser_terms_are_defined_where_they_stand(tab):
    term = tab.locator("#sec-summary ~ p .term", has_text="baseline deadline").first
    term.focus()
    tip = tab.locator(f"[id='{term.get_attribute('aria-describedby')}']")
    assert tip.is_visible() and tip.inner_text() == "Baseline deadline The first deadline recorded; never changed."
    tab.keyboard.press("Escape")
    tab.keyboard.press("Space")  # opens it again, and does not turn the page
    assert tip.is_visible() and term.bounding_box()["y"] > 0
    # a term of several words breaks over lines like the words around it
    display = "(all) => [...new Set(all.map((one) => getComputedStyle(one).display))]"
    assert tab.locator(".term").evaluate_all(display) == ["inline"]


@pytest.mark.browser
def test_browser_the_keyboard_goes_as_the_eye_does(tab):
    """Skip link, documents, contents, text: each stop is further down the page than the one before, or beside it."""
    stops = []
    where = "(({ className, id }) => className || id)(document.activeElement.closest('.skip,.site,#toc,main'))"
    for _ in range(14):
        tab.keyboard.press("Tab")
        stops.append(tab.evaluate(where))
    assert stops[0] == "skip" and stops[1] == "site" and stops.index("toc") > stops.index("site")
    tab.keyboard.press("Home")
    tab.locator(".skip").focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    # however long the contents, the entry of what is being read is in sight
    tab.set_viewport_size({"width": 1280, "height": 400})
    tab.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    tab.wait_for_function("document.querySelector('#toc [aria-current]').closest('li').nextElementSibling === null")
    entry, frame = (tab.locator(place).bounding_box() for place in ("#toc [aria-current]", "#toc"))
    assert frame["y"] <= entry["y"] and entry["y"] + entry["height"] <= frame["y"] + frame["height"]


@pytest.mark.browser
def test_browser_documents_link_to_one_another(tab, site):
    links = tab.eval_on_selector_all(".site a", "(all) => all.map((a) => a.getAttribute('href'))")
    pages = [link for link in links if link.endswith(".html")]
    assert sorted(pages) == sorted([*(f"{name}-en.html" for name in DOCUMENTS), "review-vi.html"])
    assert all((site / page).exists() for page in pages)
    tab.goto((site / "brief-en.html").as_uri())
    tab.locator(".site").get_by_role("link", name="Search").click()
    tab.wait_for_url(re.compile(r"review-en\.html#sec-commitments$"))
    assert 0 < tab.locator(".register input").bounding_box()["y"] < 900
    assert tab.locator(".site [aria-current]").inner_text() == "Review"
    for link in tab.eval_on_selector_all("main a[href]", "(all) => all.map((a) => a.getAttribute('href'))"):
        if not link.startswith("#"):
            assert (site / link.partition("#")[0]).exists(), link


def test_text_of_strangers_is_text_on_paper(tmp_path):
    [path] = render(
        edition(tmp_path),
        REPORTS,
        package(),
        languages=["vi"],
        formats=["pdf"],
        renderer="embedded",
        documents=["lists"],
    )
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
    for seen in ("<script>window.evil=1", "include /etc/passwd", "@preview/a:1.0.0"):
        assert seen in text


def test_rows_behind_a_figure_are_those_of_its_hash(tmp_path):
    found = behind(voice(edition(tmp_path)).figures)
    assert sorted(found) == ["backlog", "open"]  # the others carry hashes of other rows
    assert found["backlog"] == ["gA==", None]  # one commitment: the highest bit of one byte


def test_rows_of_a_member_are_offered_only_where_every_figure_agrees(tmp_path):
    build = edition(tmp_path)
    assert members(voice(build).figures) == {"field": {"energy": "gA=="}}
    table = pd.read_parquet(build / "figures/figures.parquet")
    table.loc[table.figure_id == "open.field.energy", "row_set_sha256"] = "0" * 64
    table.to_parquet(build / "figures/figures.parquet")
    assert members(voice(build).figures) == {}


def _covered(lookup):
    """Names of the glyphs that a positioning lookup begins with or, for pairs, puts in a class."""
    for subtable in lookup.SubTable:
        table = getattr(subtable, "ExtSubTable", subtable)
        for name in ("Coverage", "MarkCoverage", "BaseCoverage", "Mark1Coverage", "Mark2Coverage"):
            yield from getattr(getattr(table, name, None), "glyphs", ())
        for name in ("ClassDef1", "ClassDef2"):
            yield from getattr(getattr(table, name, None), "classDefs", {})
        for pairs in getattr(table, "PairSet", None) or ():
            yield from (pair.SecondGlyph for pair in pairs.PairValueRecord)


def test_digits_of_tables_have_one_width():
    from fontTools.ttLib import TTFont

    codes = {ord(digit) for digit in DIGITS}
    for weight in ("Regular", "SemiBold"):
        with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf") as path:
            family = TTFont(path)
        for make in (figures, digits):
            font = TTFont(io.BytesIO(make(weight)))
            glyphs = font.getBestCmap()
            assert {font["hmtx"][glyphs[code]][0] for code in codes} == {ADVANCE}
            assert set(glyphs) == (set(family.getBestCmap()) if make is figures else codes)
            make.cache_clear()
            assert make(weight) == make(weight)
        whole = TTFont(io.BytesIO(figures(weight)))
        own = {whole.getBestCmap()[code] for code in codes}
        assert {code: whole["hmtx"][name] for code, name in whole.getBestCmap().items() if code not in codes} == {
            code: family["hmtx"][name] for code, name in family.getBestCmap().items() if code not in codes
        }
        kerned = {name for lookup in whole["GPOS"].table.LookupList.Lookup for name in _covered(lookup)}
        assert "A" in kerned and not own & kerned
        assert "GPOS" not in font
    assert "table-digits: tabular" in (PROJECT / "reports/_brand.yml").read_text("utf-8")
