"""The embedded renderer: every construct of the declared subset, every error it must stop at, the same bytes twice."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from camket.report.embedded import RenderError, render, renderer_name

FIXTURE = Path(__file__).parents[1] / "fixtures" / "render"
WHEN = datetime(2026, 1, 10, tzinfo=UTC)
CHROMIUM = Path("/usr/bin/chromium")
VOID = {"meta", "img", "br", "hr", "col", "link", "input"}
FRONT = '---\ntitle: "Thử"\nlang: en\nnumber-sections: true\n---\n'  # the body starts on line 6
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


class Page(HTMLParser):
    """Elements as (tag, attributes, text within); checks that every tag is closed in order."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[list] = []
        self.elements: list[list] = []
        self.feed(html)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        element = [tag, dict(attrs), ""]
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def find(self, tag: str | None = None, **wanted: str) -> list[list]:
        """Elements by tag and attributes (`class_` holds one class)."""

        def fits(element: list) -> bool:
            name, attributes, _ = element
            classes = (attributes.get("class") or "").split()
            plain = {k.rstrip("_").replace("_", "-"): v for k, v in wanted.items() if k != "class_"}
            return (
                tag in (None, name)
                and ("class_" not in wanted or wanted["class_"] in classes)
                and all(attributes.get(k) == v for k, v in plain.items())
            )

        return [element for element in self.elements if fits(element)]

    def text(self, tag: str | None = None, **wanted: str) -> str:
        return " ".join(" ".join(e[2] for e in self.find(tag, **wanted)).split())


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    return tuple(render(FIXTURE / "report.qmd", ["html", "pdf"], tmp_path_factory.mktemp("made"), timestamp=WHEN))


@pytest.fixture(scope="module")
def page(made) -> Page:
    return Page(made[0].read_text("utf-8"))


@pytest.fixture(scope="module")
def pdf(made) -> PdfReader:
    return PdfReader(made[1])


@pytest.fixture(scope="module")
def pdf_text(pdf) -> str:
    return " ".join(" ".join(p.extract_text() for p in pdf.pages).replace("\xa0", " ").split())


class Project:
    """A throw-away project folder; `render` and `problems` take the body of its document."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.write("_quarto.yml", "project:\n  type: default\n")
        self.write("x.svg", SVG)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def render(self, body: str, formats=("html",), front: str = FRONT, **options) -> list[bytes]:
        source = self.write("doc.qmd", front + body)
        return [p.read_bytes() for p in render(source, formats, self.folder / "out", timestamp=WHEN, **options)]

    def page(self, body: str, **options) -> Page:
        return Page(self.render(body, **options)[0].decode())

    def pdf_text(self, body: str, **options) -> str:
        reader = PdfReader(BytesIO(self.render(body, ["pdf"], **options)[0]))
        return " ".join(" ".join(p.extract_text() for p in reader.pages).replace("\xa0", " ").split())

    def problems(self, body: str, formats=("html", "pdf"), front: str = FRONT) -> list[str]:
        with pytest.raises(RenderError) as caught:
            self.render(body, formats, front)
        assert not list(self.folder.glob("out/*")), "nothing is written when a document fails"
        return [str(p) for p in caught.value.problems]


@pytest.fixture
def project(tmp_path) -> Iterator[Project]:
    yield Project(tmp_path)


# ------------------------------------------------------------------------------------- the fixture, in both formats


def test_metadata(page, pdf, pdf_text):
    title = "Rà soát tình hình thực hiện cam kết quốc tế 2021–2025"
    mark = "DỮ LIỆU MINH HỌA · T = 31/12/2025 · K = 10/01/2026"
    assert page.text("title") == title and page.text("h1") == title
    assert len(page.find("h1")) == 1 and page.find("html")[0][1]["lang"] == "vi"
    assert page.text(class_="subtitle") == "Phiên bản tính đến ngày 31/12/2025"
    assert page.text(class_="byline") == f"Bộ Ngoại giaoTổ biên tậpNgày 10 tháng 1 năm 2026 {mark}"
    assert page.text(class_="banner").startswith("Dữ liệu minh họa. Không con số nào")
    assert page.find("meta", name="generator")[0][1]["content"] == renderer_name()
    assert pdf.metadata.title == title and pdf.metadata.author == "Bộ Ngoại giao, Tổ biên tập"
    assert pdf.trailer["/Root"]["/Lang"] == "vi"
    assert pdf.metadata.creation_date == WHEN
    for number, sheet in enumerate(pdf.pages, 1):
        text = " ".join(sheet.extract_text().split())
        assert mark in text and f"{number} / {len(pdf.pages)}" in text
    assert "Rà soát cam kết quốc tế" in pdf.pages[1].extract_text()
    assert "Dữ liệu minh họa. Không con số nào" in pdf_text


def test_shortcodes(page, pdf_text):
    for text in (page.text("main"), pdf_text):
        assert "Tỷ lệ hoàn thành là 46,9% (435 cam kết; hệ số 12.50)" in text  # 12.50 stays as written
        assert "{{< var vi.R2.pct >}}" in text  # the escaped one
        assert "phiên bản 31/12/2025." in text  # in a caption, in an included snippet
        assert "mã nguồn 435" in text and "không được in ra" not in text
    assert page.text("h3", id="sec-quy") == "2.1 Theo quý: 46,9%"
    assert page.text("em").startswith("bảng Rà soát tình hình") and page.find(class_="pagebreak")


def test_references(page, pdf_text):
    links = [(e[1]["href"], e[2].replace("\xa0", " ")) for e in page.find("a", class_="xref")]
    assert links == [
        ("#fig-quy", "Hình 1"), ("#tbl-co-quan", "Bảng 1"), ("#tbl-thang", "Bảng 2"), ("#tbl-khung", "Bảng 3"),
        ("#sec-phuong-phap", "Mục 3"), ("#sec-phuong-phap", "3"), ("#fig-quy", "1"),
    ]  # fmt: skip
    assert {e[1]["href"][1:] for e in page.find("a") if e[1]["href"].startswith("#")} <= {
        e[1]["id"] for e in page.elements if "id" in e[1]
    }
    assert "Xem Hình 1, Bảng 1, Bảng 2, Bảng 3 và Mục 3." in pdf_text
    assert "Hình 1: Cam kết hoàn thành" in pdf_text and "Bảng 3: Khung đánh giá" in pdf_text


def test_figure(page):
    figure = page.find("figure", id="fig-quy")[0]
    assert figure[2].split() == "Hình 1: Cam kết hoàn thành theo quý, phiên bản 31/12/2025.".split()
    image = page.find("img")[0][1]
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert image["alt"] == 'Biểu đồ cột: số cam kết hoàn thành tăng qua bốn quý, từ 80 lên "160".'
    assert page.find("img")[1][1]["style"] == "width:2cm"


def test_tables(page, pdf, pdf_text):
    regions = page.find("div", role="region")
    assert [e[1]["aria-label"].replace("\xa0", " ") for e in regions] == [
        "Bảng (1)", "Bảng 1: Kết quả theo cơ quan, kỳ 31/12/2025.", "Bảng 2: Thang xếp loại.",
        "Bảng 3: Khung đánh giá bằng chứng.",
    ]  # fmt: skip
    assert all(e[1]["tabindex"] == "0" for e in regions)
    assert [e[1].get("style") for e in page.find("th", scope="col")][-4:-2] == [None, "text-align: right;"]
    assert [e[1]["style"] for e in page.find("col")][-2:] == ["width: 70%", "width: 30%"]
    assert len(page.find("th")) > 45  # the first column names its row
    with_header = [n for n, p in enumerate(pdf.pages) if "Tạm dừng" in p.extract_text()]
    assert len(with_header) >= 2, "the header repeats on each page of a long table"
    assert "Cơ quan số 45" in pdf_text


def test_callouts(page, pdf_text):
    kinds = [e[1]["class"] for e in page.elements if "callout" in (e[1].get("class") or "").split()]
    assert kinds == [f"callout callout-{k}" for k in ("note", "tip", "warning", "important", "caution")]
    titles = [" ".join(e[2].split()) for e in page.find(class_="callout-title")]
    assert titles[:3] == ["Ghi chú", "Mẹo: Cách đọc bảng", "Cảnh báo: Dữ liệu chưa đầy đủ"]
    closed, opened = page.find("details", class_="callout")
    assert "open" not in closed[1] and "open" in opened[1]
    assert "Dữ liệu chưa đầy đủ Hai cơ quan chưa nộp báo cáo: • Cơ quan A" in pdf_text


def test_tabs(page, pdf_text):
    assert [" ".join(e[2].split()) for e in page.find(role="tab")] == ["Theo quý", "Theo lĩnh vực"]
    for tab, panel in zip(page.find(role="tab"), page.find(role="tabpanel"), strict=True):
        assert tab[1]["aria-controls"] == panel[1]["id"] and panel[1]["aria-labelledby"] == tab[1]["id"]
    assert "Theo lĩnh vực Nội dung thẻ thứ hai." in pdf_text


def test_conditional_content(page, pdf_text):
    for text, own, other in ((page.text("main"), "HTML", "PDF"), (pdf_text, "PDF", "HTML")):
        assert f"Đoạn này chỉ có trong bản {own}." in text and f"Đoạn này chỉ có trong bản {other}." not in text
        assert "Đoạn này theo siêu dữ liệu." in text and "không bao giờ in" not in text
    assert "Cụm từ riêng của PDF." in pdf_text and "Cụm từ riêng của PDF." not in page.text("main")


def test_contents_notes_raw_and_inline(page, pdf, pdf_text):
    assert page.text("summary", id="toc-title") == "Mục lục"
    assert [e[1]["href"] for e in page.find("a") if (e[1].get("id") or "").startswith("toc-")][:3] == [
        "#sec-tom-tat", "#sec-ket-qua", "#sec-quy",
    ]  # fmt: skip
    assert [e.title for e in pdf.outline if not isinstance(e, list)] == ["1 Tóm tắt", "2 Kết quả", "3 Phương pháp"]
    assert "sổ đăng ký cam kết, phiên bản 10/01/2026" in page.text("section", class_="footnotes")
    assert page.find("section", class_="footnotes")[0][1]["aria-label"] == "Chú thích"
    assert page.text("p", class_="tho") == "Khối HTML thô của tác giả."
    assert "Khối Typst thô của tác giả." in pdf_text and "Typst thô" not in page.text("main")
    assert page.text("span", class_="nhan-manh") == "chữ nghiêng đậm"
    assert page.find("math") and [e[2].split()[0] for e in page.find(class_="key-figure")] == ["46,9%", "435", "61"]
    assert page.text("h3", id="ghi-nhận") == "Ghi nhận"  # unnumbered


def test_untrusted_text_stays_text(page, pdf_text, project):
    for text in (page.text("main"), pdf_text):
        assert "<script>alert(1)</script>, #let x = 1, $5 và @ai-do." in text
    assert len(page.find("script")) == 1
    hostile = (
        '"q" \\{\\#sec-x\\} \\[\\^1\\] \\<img src=x onerror=a()\\> \\#panic() \\[x\\](javascript:a())\\`\\{=html\\}'
    )
    (html,) = project.render(hostile)
    assert not Page(html.decode()).find("img") and "panic()" in project.pdf_text(hostile)


def test_same_bytes_and_self_contained(made, tmp_path):
    shutil.copytree(FIXTURE, tmp_path / "elsewhere")
    again = render(tmp_path / "elsewhere" / "report.qmd", ["html", "pdf"], tmp_path / "out", timestamp=WHEN)
    assert [p.name for p in again] == ["report.html", "report.pdf"]
    for one, two in zip(made, again, strict=True):
        assert one.read_bytes() == two.read_bytes()
    html = made[0].read_text("utf-8")
    assert not re.search(r"https?://(?!www\.w3\.org/)", html) and str(FIXTURE) not in html
    assert html.count("@font-face") == 3 and len(html) < 400_000


def test_pdf_is_tagged_and_ua(pdf, made):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    fonts = {str(f.get_object()["/BaseFont"]) for p in pdf.pages for f in p["/Resources"].get("/Font", {}).values()}
    assert any("BeVietnamPro" in name for name in fonts)


# ------------------------------------------------------------------------------------------ smaller constructs


def test_quarto_merge(project):
    project.write("_quarto.yml", "metadata-files: [a.yml]\nformat:\n  html:\n    kind: web\ntop: {x: 1, y: 2}\n")
    project.write("a.yml", "top: {y: 3}\n")
    project.write("_quarto-p.yml", "top: {z: profile}\nkind: other\n")
    body = '{{< meta top.x >}} {{< meta top.y >}} {{< meta kind >}} [P]{.content-visible when-profile="p"}'
    project.write("_quarto.yml", (project.folder / "_quarto.yml").read_text() + "kind: none\n")
    assert project.page(body).text("main") == "1 3 web"
    assert project.page(body, profiles=["p"]).text("main") == "1 3 web P"
    assert "other" in project.pdf_text(body, profiles=["p"])


def test_language_and_crossref_words(project):
    front = '---\ntitle: T\nlang: vi\nlanguage: w.yml\ncrossref: {fig-title: Biểu, title-delim: "."}\n---\n'
    project.write("w.yml", "crossref-fig-title: Hình\ncrossref-fig-prefix: hình\ncallout-note-title: Chú ý\n")
    page = project.page('![C](x.svg){#fig-a fig-alt="a"}\n\n::: {.callout-note}\nx @fig-a\n:::\n', front=front)
    assert page.text("figcaption") == "Biểu 1. C" and page.text(class_="callout-title") == "Chú ý"
    assert page.text("a", class_="xref") == "hình 1"
    assert "Biểu 1. C" in project.pdf_text('![C](x.svg){#fig-a fig-alt="a"}\n', front=front)


def test_heading_levels_and_numbers(project):
    body = "## Một {#sec-a}\n\n### Hai\n\n## Ba {.unnumbered}\n\n## Bốn {#sec-d}\n\n@sec-a\n\n[Xem @sec-d]\n"
    page = project.page(body)
    assert [(e[0], " ".join(e[2].split())) for e in page.elements if re.fullmatch("h[2-6]", e[0])] == [
        ("h2", "1 Một"), ("h3", "1.1 Hai"), ("h2", "Ba"), ("h2", "2 Bốn"),
    ]  # fmt: skip
    assert page.text("p").replace("\xa0", " ").endswith("Section 1 Xem 2")
    assert "2 Bốn" in project.pdf_text(body)


def test_source_below_the_project_folder(project):
    source = project.write("vi/doc.qmd", FRONT + "{{< include a.md >}}\n\n![i](../x.svg) ![j](/x.svg)\n")
    project.write("vi/a.md", "A {{< include /b.md >}}".replace(" {{", "\n\n{{"))
    project.write("b.md", '![C](b.svg){#fig-b fig-alt="b"}\n')  # paths are read from the document's folder
    project.write("vi/b.svg", SVG)
    html, pdf = render(source, ["html", "pdf"], project.folder / "out", timestamp=WHEN)
    assert len(Page(html.read_text("utf-8")).find("img")) == 3 and pdf.stat().st_size > 1000


def test_fences_comments_and_escapes(project):
    body = "```\n<b> {{{< var x >}}} ::: @fig-x\n```\n\n`<i>` <https://example.org> <!-- <p> --> \\<u\\>\n\n"
    body += "<!--\n```\n-->\n"
    text = project.page(body + "`url(https://example.org/a)` url(x)\n").text("main")
    assert text == "<b> {{< var x >}} ::: @fig-x <i> https://example.org <u> url(https://example.org/a) url(x)"
    verbatim = "```{shortcodes=false}\n{{< var x >}}\n{{< include y >}}\n```\n"
    assert project.page(verbatim).text("main") == "{{< var x >}} {{< include y >}}"


def test_layout_grid_holds_any_block(project):
    body = '::: {layout-ncol=2}\n![A](x.svg){#fig-a fig-alt="a"}\n\n::: {.callout-note}\nN\n:::\n:::\n'
    page = project.page(body)
    assert page.find(class_="grid")[0][1]["style"] == "--n:2" and page.find("figure", id="fig-a")
    assert "Figure 1: A" in project.pdf_text(body)


def test_figure_div(project):
    body = '::: {#fig-d}\n![](x.svg){fig-alt="d"}\n\nChú *thích*.\n:::\n\n@fig-d\n'
    assert project.page(body).text("figcaption").replace("\xa0", " ") == "Figure 1: Chú thích."
    assert "Figure 1: Chú thích." in project.pdf_text(body)


# ------------------------------------------------------------------------------------------------- pages on paper

PAPER = "---\ntitle: T\nlang: en\n{}---\n\n"
SPACE = "```{{=typst}}\n#v({}cm)\n```\n\n"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100"/></svg>'


def sheets(project: Project, body: str, front: str = "") -> list[str]:
    """The text of each page."""
    project.write("square.svg", SQUARE)
    [data] = project.render(body, ["pdf"], PAPER.format(front))
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def test_a_few_words_go_to_the_next_page_with_what_they_introduce(project):
    figure = '![Caption.](square.svg){#fig-a fig-alt="a" width=40%}\n'
    lead, long = "Few words.", "Few words. " + "More of them follow here. " * 12
    for words, alone in ((lead, False), (long, True)):
        first, second = sheets(project, SPACE.format(15) + f"# Heading\n\n{words}\n\n{figure}", "compact: true\n")
        assert "Caption." in second
        assert ("Few words." in first) == ("Heading" in first) == alone
    first, second = sheets(project, SPACE.format(15) + f"# Heading\n\n{lead}\n\n{figure}")
    assert "Few words." in first and "Caption." in second  # where charts do not keep their order, text flows on
    table = "| a | b |\n|:--|--:|\n| x | 1 |\n\n: Caption. {#tbl-a}\n"
    first, second = sheets(project, SPACE.format(18.8) + f"# Heading\n\n{lead}\n\n{table}")
    assert "Few words." in second and "Heading" not in first
    assert "Few words." in sheets(project, SPACE.format(18.8) + f"# Heading\n\n{lead}\n\nOthers.\n")[0]


def rows(number: int) -> str:
    return "| a | b |\n|:--|--:|\n" + "".join(f"| row | {n} |\n" for n in range(number)) + "\n: Caption. {#tbl-a}\n"


def test_no_row_of_a_table_stands_alone_on_the_next_page(project):
    broken = [sheets(project, SPACE.format(height) + rows(9)) for height in (16, 16.3, 16.6, 16.9)]
    numbers = [[page.count("row ") for page in pages] for pages in broken]
    assert {sum(number) for number in numbers} == {9} and [7, 2] in numbers
    assert not any(number[-1] == 1 for number in numbers)
    whole = {text.count("row ") for text in sheets(project, SPACE.format(20.3) + rows(4))}
    assert whole == {0, 4}


def test_no_first_row_of_a_table_stands_alone_at_the_foot_of_a_page(project):
    """Rows of two lines: a first and a second need 2.6 cm with the head; from 18 cm on they have less."""
    tall = rows(9).replace("| row ", "| row in as many words as take more than one line of a column of half a page ")
    firsts = [sheets(project, SPACE.format(17 + step / 5) + tall)[0].count("row ") for step in range(12)]
    assert 2 in firsts and 0 in firsts and 1 not in firsts


def test_tables_with_spans_or_few_columns_keep_their_words_and_tags(project):
    """What is not padded by gaps and lines, and what is, in one document that has to pass PDF/UA-1."""
    row, line = "| a{0}    | b{0}    |\n", "+-------+-------+\n"
    spans = f"{line}| H     | I     |\n+=======+=======+\n"
    spans += "".join(row.format(n) + line for n in range(8)) + f"| both          |\n{line}"
    lone = "| only |\n|:--|\n" + "| one |\n" * 6
    narrow = '| a | b |\n|:--|--:|\n| x^2^ | 1 |\n\n: Narrow. {#tbl-n tbl-colwidths="[20,30]"}\n'
    [text] = sheets(project, "\n".join((spans, lone, narrow)))
    for words in ("both", "a6 b6\na7 b7\n", "only", "Narrow.", "x2 1"):
        assert words in text, words
    assert text.count("one\n") == 6


def test_an_interval_in_a_cell_is_not_broken(project):
    text = (
        "| a | b |\n|:--|--:|\n"
        + "| x | 1/13 (7.7\xa0%; 1.4–33.3\xa0%) |\n| x | 1/13 (7,7%; 1,4–33,3%) |\n| y | 2–3 |\n"
    )
    [page] = sheets(project, text + '\n: C {#tbl-a tbl-colwidths="[81,19]"}\n')
    lines = [line.strip().replace("\xa0", " ") for line in page.splitlines()]
    assert {"1.4–33.3 %)", "1,4–33,3%)", "y 2–3"} < set(lines), lines


def test_key_figures_side_by_side_are_of_one_height(project):
    body = ":::: {layout-ncol=2}\n::: {.key-figure}\n**1**\n\nshort\n:::\n\n::: {.key-figure}\n**2**\n\n"
    body += "a longer text " * 9 + "\n:::\n::::\n"
    [data] = project.render(body, ["pdf"], PAPER.format(""))
    heights, points = [], []
    for numbers, operator in PdfReader(BytesIO(data)).pages[0].get_contents().operations:
        if operator in (b"m", b"l"):
            points.append(float(numbers[1]))
        elif operator in (b"f", b"f*", b"S"):
            heights += [max(points) - min(points)] if operator != b"S" and points else []
            points = []
    assert len(heights) == 2 and heights[0] == heights[1] > 50


def test_a_tall_chart_stands_at_the_foot_of_a_page_and_text_flows_past(project):
    space, chart = SPACE.format(10), '![Caption.](square.svg){{#fig-a fig-alt="a" width={}%}}'
    body = space.replace("{", "{{").replace("}", "}}") + f"Before.\n\n{chart}\n\nAfter.\n"
    first, second = sheets(project, body.format(75))
    assert "After." in first and "Caption." in second
    first, second = sheets(project, body.format(75), "compact: true\n")
    assert "After." not in first and second.index("Caption.") < second.index("After.")
    [only] = sheets(project, body.format(30))
    assert only.index("Before.") < only.index("Caption.") < only.index("After.")


def test_short_contents_share_their_page_with_the_text(project):
    front = "toc: true\ntoc-title: Contents\n"
    for chapters, shared in ((6, True), (7, False)):
        first = sheets(project, "".join(f"# Chapter {n}\n\nText {n}.\n\n" for n in range(chapters)), front)[0]
        assert "Chapter 5" in first and ("Text 0." in first) == shared


# -------------------------------------------------------------------------------------------------- errors

ERRORS = {
    "unknown shortcode": ("a\n\n{{< video x.mp4 >}}", 8, "unknown shortcode `video`"),
    "unknown variable": ("a {{< var vi.R9 >}}", 6, "unknown var `vi.R9`: add it to _variables.yml"),
    "unknown meta": ("a {{< meta nope >}}", 6, "unknown meta `nope`"),
    "shortcode over lines": ("a {{< var\nvi >}}", 6, "shortcode not closed on its line"),
    "shortcode in attribute": ('![a](x.svg){fig-alt="{{< meta title >}}"}', 6, "shortcode inside an attribute"),
    "pagebreak in text": ("a {{< pagebreak >}}", 6, "pagebreak must stand alone"),
    "include in text": ("a {{< include x.md >}}", 6, "include must stand alone"),
    "missing include": ("\n{{< include x.md >}}", 7, "include x.md: no such file"),
    "include outside": ("{{< include ../x.md >}}", 6, "leaves the project folder"),
    "circular include": ("{{< include doc.qmd >}}", 6, "includes itself"),
    "code cell": ("```{python}\n1\n```", 6, "runs no code"),
    "diagram cell": ("a\n\n~~~ {mermaid}\n1\n~~~", 8, "runs no code"),
    "inline code cell": ("a `{python} x`", 6, "runs no code"),
    "unclosed fence": ("a\n\n```\nb", 8, "code fence is never closed"),
    "unclosed comment": ("a\n<!-- b", 7, "comment is never closed"),
    "unclosed div": ("a\n\n::: {.b}\nc", 8, "div is never closed"),
    "stray div end": ("a\n\n:::\n", 8, "::: closes nothing"),
    "div in a paragraph": ("a\n::: {.b}\nc\n:::", 7, "leave a blank line before it"),
    "raw html": ("a<br>b", 6, "raw HTML <br>"),
    "raw html block": ("a\n\n<div class='x'>\n", 8, "raw HTML <div"),
    "unknown callout": ("::: {.callout-danger}\nx\n:::", 6, "unknown callout callout-danger"),
    "foreign class": ("::: {.columns}\nx\n:::", 6, "class columns needs Quarto"),
    "foreign label": ("::: {#thm-x}\nx\n:::", 6, "label thm-x: only fig-, tbl- and sec-"),
    "unresolved reference": ("a\n\n@fig-x", 8, "unresolved reference @fig-x"),
    "citation": ("a @smith2020", 6, "@smith2020 is not a reference"),
    "unresolved link": ("[a](#nowhere)", 6, "link to #nowhere"),
    "undefined footnote": ("a[^x]", 6, "footnote [^x] is not defined"),
    "unused footnote": ("a\n\n[^x]: b", 8, "not used"),
    "loose attributes": ("a {#sec-x}\n\nb", 6, "label sec-x is not attached"),
    "duplicate label": ("# A {#sec-a}\n\n# B {#sec-a}", 8, "label sec-a is used twice"),
    "reference without number": ("# A {#sec-a .unnumbered}\n\n@sec-a", 8, "section without a number"),
    "level skipped": ("# A\n\n### B", 8, "skips a level: use ##"),
    "missing image": ("![a](no.svg)", 6, "image no.svg: no such file"),
    "image outside": ("![a](../no.svg)", 6, "is not in the project folder"),
    "remote image": ("![a](https://example.org/a.svg)", 6, "is not in the project folder"),
    "image type": ("![a](doc.qmd)", 6, "use one of .gif"),
    "no alt": ("![Caption](x.svg){#fig-x}", 6, "image x.svg has no alt text"),
    "image attribute": ('![a](x.svg){fig-alt="b" fig-pos="h"}', 6, "image attribute fig-pos"),
    "image width": ("![a](x.svg){width=wide} b", 6, "image width wide"),
    "no caption": ('![](x.svg){#fig-x fig-alt="b"}', 6, "figure fig-x has no caption"),
    "table without caption": ("::: {#tbl-x}\n| a |\n|---|\n| b |\n:::", 6, "tbl-x has no caption"),
    "table div without table": ("::: {#tbl-x}\na\n\nb\n:::", 6, "tbl-x must hold one table"),
    "table attribute": ("| a |\n|---|\n| b |\n\n: C {#tbl-x striped=true}", 10, "table attribute striped"),
    "sub-figure": ('::: {#fig-a}\n![B](x.svg){#fig-b fig-alt="b"}\n\nA\n:::', 7, "fig-b is a sub-figure of fig-a"),
    "unknown format": ('::: {.content-visible when-format="pdf"}\na\n:::', 6, "format pdf: write html or typst"),
    "unknown condition": ('::: {.content-visible when-moon="full"}\na\n:::', 6, "unknown condition when-moon"),
    "tabset without tabs": ("::: {.panel-tabset}\na\n:::", 6, "a tabset begins with a heading"),
    "script link": ("[a](javascript:alert)", 6, "use http, https or mailto"),
    "typst package": ('```{=typst}\n#import "@preview/x:1.0.0": y\n```', 7, "Typst package @preview/x"),
    "raw style that loads": ('```{=html}\n<p style="background:url(//a.example/b)">a</p>\n```', 7, "must work offline"),
    "raw html that loads": ('```{=html}\n<img src="https://example.org/a.png">\n```', 7, "must work offline"),
}


@pytest.mark.parametrize(("body", "line", "message"), ERRORS.values(), ids=ERRORS)
def test_error_names_file_line_and_remedy(project, body, line, message):
    problems = project.problems(body + "\n")
    assert any(p.startswith(f"doc.qmd:{line}: ") and message in p for p in problems), problems
    assert len(problems) <= 2, problems  # one mistake is not reported over and over


def test_errors_in_included_files_name_that_file(project):
    project.write("s/a.md", "fine\n\n{{< var no >}} @fig-no\n")
    problems = project.problems("a\n\n{{< include s/a.md >}}\n\n```{r}\n1\n```\n")
    assert [p.split(": ")[0] for p in problems] == ["s/a.md:3", "doc.qmd:10", "s/a.md:3"]


# What would swallow the files after it, or is right or wrong only in its company.
BY_ITSELF = {
    "unclosed fence", "unclosed comment", "unclosed div", "div in a paragraph", "undefined footnote", "unused footnote",
    "level skipped",
}  # fmt: skip


def test_every_error_in_an_included_file_names_that_file_and_its_line(project):
    """All of ERRORS once more, each in a file of its own two includes deep, rendered at once."""
    wanted = {}
    for number, (name, (body, line, message)) in enumerate(ERRORS.items()):
        if name in BY_ITSELF or name == "circular include":
            continue
        # Labels differ, so that one mistake is not found in the place of another.
        body, message = (re.sub(r"\b(fig|tbl|sec)-(?=[a-z]\b)", rf"\1-{number}", text) for text in (body, message))
        project.write(f"s/{number}.md", f"fine\n\n{body}\n")
        project.write(f"s/outer-{number}.md", f"{{{{< include s/{number}.md >}}}}\n")
        wanted[name] = (number, f"s/{number}.md:{line - 3}: ", message)
    problems = project.problems("\n\n".join(f"{{{{< include s/outer-{n}.md >}}}}" for n, *_ in wanted.values()) + "\n")
    for name, (_, place, message) in wanted.items():
        assert any(p.startswith(place) and message in p for p in problems), (name, place, message, problems)


@pytest.mark.parametrize("name", sorted(BY_ITSELF))
def test_what_an_included_file_leaves_open_is_placed_in_it(project, name):
    body, line, message = ERRORS[name]
    project.write("s/a.md", body + "\n")
    problems = project.problems("a\n\n{{< include s/a.md >}}\n\nb\n")
    assert any(p.startswith(f"s/a.md:{line - 5}: ") and message in p for p in problems), problems


def test_a_name_is_not_found_inside_a_longer_one(project):
    """The place of @fig-a is its own, though @fig-ab comes first."""
    problems = project.problems('![C](x.svg){#fig-ab fig-alt="a"}\n\n@fig-ab\n\n@fig-a\n')
    assert problems == ["doc.qmd:10: unresolved reference @fig-a: no such label in the document"]


def test_all_problems_at_once(project):
    body = "\n\n".join(text for text, _, _ in ERRORS.values() if "unclosed" not in text and "<!--" not in text)
    assert len(project.problems(body.replace("```\nb", "") + "\n")) > 25


@pytest.mark.parametrize(
    ("front", "place", "message"),
    [
        ("---\nlang: en\n---\n", "doc.qmd:1", "no title"),
        ("---\ntitle: [\n---\n", "doc.qmd:2", "not valid YAML"),
        ("---\ntitle: T\n", "doc.qmd:1", "front matter is never closed"),
        ("---\ntitle: T\nfilters: [x.lua]\n---\n", "doc.qmd:3", "`filters` is not supported"),
        ('---\ntitle: T\nsubtitle: "{{< var no >}}"\n---\n', "doc.qmd:3", "unknown var `no`"),
        ("---\ntitle: T\ndate: today\n---\n", "doc.qmd:3", "Quarto would rewrite it"),
        ("---\ntitle: T\ndate: 10/01/2026\n---\n", "doc.qmd:3", "Quarto would rewrite it"),
        ("---\ntitle: T\nmetadata-files: [no.yml]\n---\n", "doc.qmd:3", "no.yml is missing"),
        ("---\ntitle: T\nlang: vi\ntoc: true\n---\n", "doc.qmd:3", "no word for `toc-title-document`"),
    ],
)
def test_errors_in_metadata(project, front, place, message):
    problems = project.problems("a\n", front=front)
    assert any(p.startswith(f"{place}: ") and message in p for p in problems), problems


def test_errors_in_project_files(project):
    project.write("_brand.yml", "color:\n  primary: teal\n")
    assert project.problems("a\n")[0] == "_brand.yml:2: brand colour primary must be written #rrggbb"
    project.write("_brand.yml", "color: {primary: '#112233'}\n")
    project.write("_quarto.yml", "project:\n  type: website\n")
    assert project.problems("a\n")[0].startswith("_quarto.yml:2: project type website needs Quarto")
    (project.folder / "_quarto.yml").unlink()
    assert "no _quarto.yml" in project.problems("a\n")[0]


def test_pdf_ua_gate_stops_typst(project):
    """What our own checks cannot see, an author's raw Typst, Typst itself refuses; the line is found again."""
    problems = project.problems('a\n\n```{=typst}\n#image("x.svg")\n```\n')
    assert problems[0].startswith("doc.qmd:9: Typst stopped: PDF/UA-1 error: missing alt text")


def test_arguments(project):
    source = project.write("doc.qmd", FRONT + "a\n")
    with pytest.raises(ValueError, match="time zone"):
        render(source, ["html"], project.folder, timestamp=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="unknown formats"):
        render(source, ["docx"], project.folder, timestamp=WHEN)


# -------------------------------------------------------------------------------------------------- browser


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


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_browser_axe_and_width(browser, made, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(made[0].as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.run(tab).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert tab.evaluate("[...document.fonts].map(f => f.status)") == ["loaded"] * 3
    tab.close()


@pytest.mark.browser
def test_browser_tabs_and_contents(browser, made):
    tab = browser.new_page(viewport={"width": 1280, "height": 700})
    tab.goto(made[0].as_uri())
    assert tab.locator("#tabset-1-panel-1").is_visible() and not tab.locator("#tabset-1-panel-2").is_visible()
    tab.locator("#tabset-1-tab-1").press("ArrowRight")
    assert tab.locator("#tabset-1-panel-2").is_visible() and not tab.locator("#tabset-1-panel-1").is_visible()
    tab.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    assert tab.evaluate("document.querySelector('#toc').getBoundingClientRect().top") < 60  # stays in view
    assert tab.locator("#toc a[aria-current]").count() == 1
    tab.set_viewport_size({"width": 390, "height": 700})
    tab.wait_for_function("!document.querySelector('#toc details').open")
    tab.close()
