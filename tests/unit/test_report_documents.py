"""The documents: no number typed by hand, the same structure in both languages, and a render of all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from test_report_edition import PROJECT, REPORTS, package, write_edition

from camket.messages import ToolFailed
from camket.report.render import choose, prepare, render
from camket.report.snippets import ALL_TABLES, CHART_NAMES, INCLUDE, VARIABLE, sources

DOCUMENTS = sources(REPORTS)
# Where a digit may stand in a sentence: years of the term, the month the mechanism began, codes of rates and labels.
ALLOWED = re.compile(
    r"\{\{<.*?>\}\}"  # variables and includes
    r"|`[^`]*`|\{[^{}]*\}"  # code; attributes
    r"|@(?:fig|tbl|sec)-[\w-]+"
    r"|\bR\d[cvx]?\b|\bRT\d\b"
    r"|\b202[1-5]\b|tháng 4/2024|April 2024"
)


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(REPORTS).as_posix())
def test_no_number_is_typed_by_hand(path):
    for line_number, line in enumerate(text_of(path).splitlines(), 1):
        rest = ALLOWED.sub("", line)
        assert not re.search(r"\d", rest), f"{path.name}:{line_number}: {line}"


def test_no_number_is_typed_into_sentences():
    words = (REPORTS / "words.yml").read_text("utf-8")
    said = words[words.index("\nsentences:") :]
    for line in said.splitlines():
        rest = re.sub(r"\{[^{}]*\}|\bRT?\d[cvxq]?\b|202\d", "", line.split("#")[0])
        assert not re.search(r"\d", rest), line


def structure(path: Path, language: str) -> dict:
    """What has to be the same in both languages."""
    text = text_of(path)
    return {
        "headings": [re.sub(r" .*?(\{.*)?$", r" \1", line) for line in text.splitlines() if re.match(r"#+ ", line)],
        "includes": INCLUDE.findall(text),
        "variables": sorted(name.removeprefix(f"{language}.") for name in VARIABLE.findall(text)),
        "references": sorted(re.findall(r"@((?:fig|tbl|sec)-[\w-]+)", text)),
        "divs": re.findall(r"^:::+ *\{([^}]*?)(?: title=.*)?\}", text, re.M),
        "paragraphs": len(re.split(r"\n\s*\n", text.strip())),
    }


@pytest.mark.parametrize("path", sorted((REPORTS / "vi").glob("*.qmd")), ids=lambda path: path.name)
def test_both_languages_have_the_same_structure(path):
    assert structure(path, "vi") == structure(REPORTS / "en" / path.name, "en")


def test_both_languages_have_the_same_files():
    names = [{path.name for path in (REPORTS / language).iterdir() if path.is_file()} for language in ("vi", "en")]
    assert names[0] == names[1]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_chart_and_table_is_included_once(language):
    included = [
        Path(name).stem
        for path in (REPORTS / language).glob("*.qmd")
        for name in INCLUDE.findall(text_of(path))
        if name.startswith("_generated/")
    ]
    assert sorted(included) == sorted([f"tbl-{name}" for name in ALL_TABLES] + [f"fig-{name}" for name in CHART_NAMES])


def test_vietnamese_is_written_with_its_marks():
    for path in (REPORTS / "vi").glob("*.qmd"):
        for word in re.findall(r"\b(?:cam ket|thoi han|so lieu|bao cao|hoan thanh)\b", text_of(path)):
            pytest.fail(f"{path.name}: {word}")


# One word for one thing: what the term base replaced must not come back.
SUPERSEDED = {
    r"đợt(?: rà soát| báo cáo)?": "kỳ (kỳ rà soát)",
    r"thời hạn ban đầu": "thời hạn gốc",
    r"đủ điều kiện": "thuộc diện đánh giá",
    r"thoả thuận": "thỏa thuận",
}


def test_vietnamese_words_that_were_replaced_do_not_come_back():
    texts = [*(REPORTS / "vi").glob("*"), REPORTS / "words.yml", PROJECT / "raw/reference/terms.csv"]
    found = [
        f"{path.name}:{number}: {match[0]}: write {instead}"
        for path in texts
        for number, line in enumerate(text_of(path).splitlines(), 1)
        for old, instead in SUPERSEDED.items()
        for match in re.finditer(rf"\b{old}\b", line, re.I)
    ]
    assert found == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_number_in_running_text_has_its_mark(language):
    """A plain figure stands where the mark of its indicator follows, in its paragraph or, in a tile, in the next."""
    plain = rf"var {language}\.(?!(?:away|basis|edition|marked|parameter|say|word)\.)(\w+)[\w.-]*\.(?!name\b)\w+ "
    bare = []
    for path in sorted((REPORTS / language).glob("*.qmd")):
        paragraphs = text_of(path).split("\n\n")
        for paragraph, after in zip(paragraphs, [*paragraphs[1:], ""], strict=True):
            reach = paragraph + (after if paragraph.startswith("**") or ":::" in paragraph else "")
            found = re.findall(plain, paragraph)
            bare += [f"{path.name}: {code}" for code in found if not re.search(r"(basis|marked)\.", reach)]
    assert bare == []


# ------------------------------------------------------------------------------------------------------------ render


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> list[Path]:
    """The review of a demonstration, rendered once."""
    return render(write_edition(tmp_path_factory.mktemp("made")), REPORTS, package(), renderer="embedded")


def assert_whole(page: str) -> None:
    assert "□" not in page and "??" not in page and "{{&lt;" not in page
    assert not re.search(r"<(?:img|script|link)[^>]+(?:src|href)=\"(?!data:|#)", page)


def test_the_review_renders_in_both_languages(made):
    assert [path.name for path in made] == ["review-vi.html", "review-vi.pdf", "review-en.html", "review-en.pdf"]
    for path in made[::2]:
        assert "DEMONSTRATION DATA" in text_of(path)
        assert_whole(text_of(path))
    assert '"name": "embedded"' in text_of(made[0].parents[1] / "renderer.json")


def test_every_page_of_a_demonstration_bears_the_mark(made):
    pages = PdfReader(made[1]).pages
    assert len(pages) > 10
    assert all("DEMONSTRATION DATA" in page.extract_text() for page in pages)


def test_the_same_figures_give_the_same_bytes(made, tmp_path):
    again = render(write_edition(tmp_path), REPORTS, package(), languages=["vi"], renderer="embedded")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made[:2]]


def test_the_public_record_speaks_of_sources(tmp_path):
    [path] = render(
        write_edition(tmp_path), REPORTS, package(False), languages=["en"], formats=["html"], renderer="embedded"
    )
    page = text_of(path)
    assert_whole(page)
    assert "DEMONSTRATION DATA" not in page
    assert "Lower is no contradiction" in page and "silence does not mean" in page


def test_text_of_strangers_stays_text_in_the_pages(tmp_path):
    evil = '</td><script>alert(1)</script> a | b {{< pagebreak >}} @fig-x $1$ `x`{=html} #import "y" [l](javascript:z)'
    build = write_edition(tmp_path, agency_names={"MOFA": evil, "MOC": evil[::-1] + "\u202e" + "x" * 10_000})
    [html, _] = render(build, REPORTS, package(), languages=["en"], renderer="embedded")
    page = text_of(html)
    assert "<script>alert" not in page and 'javascript:z"' not in page and "\u202e" not in page
    assert "&lt;/td&gt;&lt;script&gt;alert(1)" in page and "{{&lt; pagebreak &gt;}}" in page
    assert_whole(page.replace("{{&lt; pagebreak", ""))


def test_a_changed_sentence_leaves_the_pieces_alone(tmp_path):
    build = write_edition(tmp_path / "build")
    reports = tmp_path / "reports"
    for path in REPORTS.rglob("*"):
        if path.is_file():
            target = reports / path.relative_to(REPORTS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    prepare(build, reports, package(), renderer="embedded")
    before = {p: p.stat().st_mtime_ns for p in (build / "report").rglob("*") if p.is_file()}
    with (reports / "vi/_summary.qmd").open("a", encoding="utf-8") as stream:
        stream.write("\nThêm một câu: {{< var vi.superseded.value >}}.\n")
    for language in ("vi", "en"):
        (reports / language / "_claims.qmd").unlink()
        review = reports / language / "review.qmd"
        review.write_text(text_of(review).replace("{{< include _claims.qmd >}}", ""), "utf-8")
        (reports / language / "_method.qmd").write_text("See @sec-claims.\n", "utf-8")
    with pytest.raises(ToolFailed, match="en/_method.qmd:1: reference to sec-claims"):
        prepare(build, reports, package(), renderer="embedded", snippets=False)
    assert not (build / "report/en/_claims.qmd").exists()
    for language in ("vi", "en"):
        (reports / language / "_method.qmd").write_bytes((REPORTS / language / "_method.qmd").read_bytes())
    prepare(build, reports, package(), renderer="embedded", snippets=False)
    changed = {
        p.relative_to(build / "report").as_posix()
        for p, t in before.items()
        if p.exists() and p.stat().st_mtime_ns != t
    }
    own = {f"{language}/{name}.qmd" for language in ("vi", "en") for name in ("review", "_method")}
    assert changed == {"vi/_summary.qmd", "_variables.yml"} | own


def test_snippets_have_to_be_there(tmp_path):
    with pytest.raises(ToolFailed, match="not there yet"):
        prepare(write_edition(tmp_path), REPORTS, package(), renderer="embedded", snippets=False)


def test_the_renderer_is_chosen(monkeypatch, tmp_path):
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose("auto") == ("embedded", None) == choose("embedded")
    with pytest.raises(ToolFailed):
        choose("quarto")
    with pytest.raises(ToolFailed):
        choose("no such")
    monkeypatch.setenv("QUARTO_PATH", str(tmp_path / "missing"))
    with pytest.raises(ToolFailed):
        choose("auto")


def test_the_guide_names_what_is_there():
    guide = (PROJECT / "docs/report.md").read_text("utf-8")
    for name in (*CHART_NAMES, *ALL_TABLES):
        assert f"`{name}`" in guide, name
