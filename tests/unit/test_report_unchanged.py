"""A document is rendered again when anything that it is made from has changed, and only then."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_report_edition import REPORTS, package, write_edition

from camket.report import DOCUMENTS, render, typeface
from camket.report.embedded import records
from camket.report.embedded import render as render_file
from camket.report.embedded import unchanged as unchanged_file
from camket.report.words import LANGUAGES

FORMATS = ("html", "parts")  # the cards are the only PDFs here: Typst takes longest
ALL = {f"{document}-{language}" for document in DOCUMENTS for language in LANGUAGES}


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> render.Staged:
    """The small edition as rendered once; nobody may write to it."""
    build = write_edition(tmp_path_factory.mktemp("first"))
    staged = render.prepare(build, REPORTS, package(), renderer="embedded")
    render.render_documents(staged, formats=FORMATS)
    return staged


@pytest.fixture
def staged(first, tmp_path) -> render.Staged:
    """A copy to change."""
    shutil.copytree(first.folder, tmp_path / "report")
    return replace(first, folder=tmp_path / "report")


def due(staged: render.Staged, formats=FORMATS, languages=LANGUAGES) -> set[str]:
    """The documents that would be rendered again."""
    names = ((document, language) for document in DOCUMENTS for language in languages)
    return {f"{name}-{code}" for name, code in names if render.unchanged(staged, code, formats, document=name) is None}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{old} is not in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


def test_nothing_changed_so_nothing_is_rendered(staged, monkeypatch):
    monkeypatch.setattr("camket.report.embedded.render", None)  # would fail if anything were
    told = []
    made = render.render_documents(staged, formats=FORMATS, done=lambda *said: told.append(said))
    assert {name for document, code, seconds in told if seconds is None for name in [f"{document}-{code}"]} == ALL
    assert {path.name for path in made if path.suffix == ".html"} == {f"{name}.html" for name in ALL}
    assert len([path for path in made if path.parent.name == "scorecards"]) == 2 * 4
    assert all(path.is_file() for path in made)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("en/_edition.yml", "date: ", "date: X", {f"{name}-en" for name in DOCUMENTS}),
        (
            "en/_language.yml",
            'text: "Partners"',
            'text: "Others"',
            {f"{name}-en" for name in DOCUMENTS},
        ),
        ("_quarto.yml", "toc-depth: 2", "toc-depth: 3", ALL),
        ("_brand.yml", "primary: navy", "primary: aside", ALL),
        ("_brand.yml", "table-digits: tabular", "table-digits: proportional", ALL),
        ("_brand.yml", 'mark: "#8a4b00"', 'mark: "#8a4b01"', set()),  # of charts, which are files of their own
        ("en/_register.md", "Rail", "Road", {"review-en"}),
        ("_variables.yml", '"completed": "hoàn', '"completed": "Hoàn', {"brief-vi"}),
        ("review.css", "}", "} ", set()),  # for Quarto
        ("words.yml", "\n", "\n#\n", set()),  # through charts, tables and variables
        ("_new.yml", "", "a: b", set()),
    ],
)
def test_a_change_reaches_the_documents_that_read_it(staged, file, old, new, expected):
    if old:
        edit(staged.folder / file, old, new)
    else:
        (staged.folder / file).write_text(new)
    assert due(staged) == expected


def test_a_change_of_any_chapter_table_or_chart_reaches_the_documents_that_hold_it(staged):
    """Which those are is found in another way: by following the includes and images of the files as they stand."""
    home = staged.folder / "vi"
    named = re.compile(r"\{\{< include (\S+) >\}\}|\]\((\S+\.svg)\)")
    holds = {}
    for name in DOCUMENTS:
        found = [f"{name}.qmd"]
        for file in found:
            if not file.endswith(".svg"):
                found += [one or two for one, two in named.findall((home / file).read_text("utf-8"))]
        for file in found:
            holds.setdefault(file, set()).add(f"{name}-vi")
    files = sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.suffix in (".qmd", ".svg"))
    files += sorted(path.relative_to(home).as_posix() for path in home.glob("_generated/tbl-*.md"))[::9]
    assert len(files) > 45 and {frozenset(holds.get(file, ())) for file in files} >= {frozenset({"lists-vi"})}
    for file in files:
        path = home / file
        before = path.read_bytes()
        path.write_bytes(before + (b"<!-- -->" if file.endswith(".svg") else "\n\nThêm một câu.\n".encode()))
        assert due(staged, languages=["vi"]) == holds.get(file, set()), file
        path.write_bytes(before)
    assert due(staged) == set()


def test_a_change_of_time_renderer_code_or_fonts_reaches_every_document(staged, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(render.Staged, "timestamp", property(lambda self: datetime(2026, 1, 11, tzinfo=UTC)))
        assert due(staged) == ALL
    for module, name in ((records, "renderer_name"), (typeface, "origin")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, lambda: "another")
            assert due(staged) == ALL
    for name in ("templates/page.css", "embedded/filter.lua", "embedded/cells.py"):
        shutil.copytree(records.HERE.parent, tmp_path / "code", dirs_exist_ok=True)
        with (tmp_path / "code" / name).open("a") as file:
            file.write("\n")
        with monkeypatch.context() as patch:
            homes = [tmp_path / "code/embedded", tmp_path / "code/templates", *records.CODE[2:]]
            patch.setattr(records, "CODE", homes)
            assert due(staged) == ALL, name
        shutil.rmtree(tmp_path / "code")
    assert due(staged) == set()


def test_the_hash_of_the_code_covers_every_module_that_renders():
    show = (
        "import sys, camket.report.embedded.apart\n"
        "print(*(module.__file__ for name, module in sys.modules.items() if 'camket' in name))"
    )
    loaded = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True).stdout.split()
    homes = [Path(home) for home in records.CODE]
    outside = {path for path in map(Path, loaded) if not any(home in (path, *path.parents) for home in homes)}
    assert {path.parent.name for path in outside} <= {"camket", "report"}
    assert {path.name for path in outside} == {"__init__.py"}  # they hold names, and no code that renders


def test_files_that_are_missing_altered_or_asked_for_in_another_format_are_made_again(staged):
    out = staged.folder / "out"
    (out / "brief-vi.html").unlink()
    (out / "lists-en.html").write_text("altered")
    next((out / "scorecards").glob("MOC-en.pdf")).unlink()
    (staged.folder / render.RECORDS / "dictionary-vi.json").write_text('{"inputs": ')
    (staged.folder / render.RECORDS / "partners-vi.json").write_text("[]")
    (staged.folder / render.RECORDS / "partners-en.json").unlink()
    expected = {"brief-vi", "lists-en", "scorecards-en", "dictionary-vi", "partners-vi", "partners-en"}
    assert due(staged) == expected
    assert due(staged, ("html", "pdf")) == ALL - {"scorecards-vi"}  # whose PDFs are the cards


def test_a_run_that_was_interrupted_leaves_nothing_that_passes_for_made(staged, monkeypatch):
    """Between two files of a document; also where the change is then taken back."""
    chapter = staged.folder / "en/scorecards.qmd"
    before = chapter.read_text("utf-8")
    edit(chapter, "Merged", "Mergd") if "Merged" in before else chapter.write_text(f"{before}\nOne more.\n", "utf-8")
    from camket.report import embedded

    written, real = [], embedded.write_atomic

    def write(path, data):
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(real(path, data))
        return written[-1]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(embedded, "write_atomic", write)
        render.render_document(staged, "en", FORMATS, document="scorecards")
    assert len(written) == 2 and due(staged) == {"scorecards-en"}
    chapter.write_text(before, "utf-8")
    assert due(staged) == {"scorecards-en"}
    render.render_document(staged, "en", FORMATS, document="scorecards")
    assert due(staged) == set()


def test_what_was_left_alone_is_what_a_clean_build_writes(first, tmp_path):
    """A heading of one document and a caption of another changed; the same bytes as from nothing, in every file."""
    reports, build, names = tmp_path / "reports", tmp_path / "build", ("brief", "lists", "dictionary")
    shutil.copytree(REPORTS, reports)
    shutil.copytree(first.folder.parent, build)
    edit(reports / "en/brief.qmd", "# Overdue", "# Later than due")
    edit(reports / "words.yml", '{vi: "Mọi cam kết quá', '{vi: "Toàn bộ cam kết quá')
    staged = render.prepare(build, reports, package(), renderer="embedded")

    def make(told: list[tuple[str, bool]]) -> dict[str, bytes]:
        made = render.render_documents(
            staged,
            documents=names,
            formats=FORMATS,
            done=lambda document, code, seconds: told.append((f"{document}-{code}", seconds is not None)),
        )
        return {path.name: path.read_bytes() for path in made}

    told: list[tuple[str, bool]] = []
    before = {f"{name}-{code}.html": (staged.folder / f"out/{name}-{code}.html").read_bytes()
              for name in names for code in LANGUAGES}  # fmt: skip
    after = make(told)
    assert {name for name, is_rendered in told if is_rendered} == {"brief-en", "lists-vi"}
    assert {name for name in after if after[name] != before[name]} == {"brief-en.html", "lists-vi.html"}
    shutil.rmtree(staged.folder / "out")
    shutil.rmtree(staged.folder / render.RECORDS)
    assert make(told) == after and all(is_rendered for _, is_rendered in told[-6:])


WHEN = datetime(2026, 1, 10, tzinfo=UTC)


def test_raw_typst_may_read_what_nobody_knows_of_and_is_always_rendered(tmp_path):
    (tmp_path / "_quarto.yml").write_text("project:\n  type: default\n")
    source, record = tmp_path / "doc.qmd", tmp_path / "record.json"
    for body, is_known in (("#pagebreak(weak: true)", True), ('#read("a.txt")', False)):
        source.write_text(f"---\ntitle: T\nlang: en\n---\n\n# H\n\n```{{=typst}}\n{body}\n```\n\nText.\n")
        (tmp_path / "a.txt").write_text("1")
        record.unlink(missing_ok=True)
        render_file(source, ["pdf"], tmp_path / "out", timestamp=WHEN, record=record)
        found = unchanged_file(source, ["pdf"], tmp_path / "out", timestamp=WHEN, record=record)
        assert found == ([tmp_path / "out/doc.pdf"] if is_known else None)


# ------------------------------------------------------------------------------------------------- genuine Quarto

STAND_IN = """#!/bin/sh
[ "$1" = --version ] && echo "$(cat "$(dirname "$0")/version")" && exit
name=$(basename "$2" .qmd)-$(basename "$PWD"); end=html; [ "$4" = typst ] && end=pdf
cat "$2" > "$name.$end"; echo "$name" >> "$(dirname "$0")/log"; echo "Output created: $name.$end"
"""


def test_with_quarto_too_only_what_changed_is_rendered(first, tmp_path, monkeypatch):
    """A script stands in for Quarto; what Quarto may read beside the text counts for every document of its language."""
    shutil.copytree(first.folder, tmp_path / "report", ignore=shutil.ignore_patterns("out", render.RECORDS))
    tool = tmp_path / "tool"
    tool.mkdir()
    (tool / "version").write_text("1.6.1")
    (tool / "quarto").write_text(STAND_IN)
    (tool / "quarto").chmod(0o755)
    staged = replace(first, folder=tmp_path / "report", renderer="quarto", executable=tool / "quarto")
    names = ("brief", "lists")
    both = {f"{name}-{code}" for name in names for code in LANGUAGES}

    def rendered(documents=names, languages=LANGUAGES) -> set[str]:
        (tool / "log").write_text("")
        made = render.render_documents(staged, languages, documents, ("html", "pdf"))
        assert made and all(path.is_file() for path in made)
        return set((tool / "log").read_text().split())

    assert rendered() == both and rendered() == set()
    for file, text, expected in (
        ("vi/brief.qmd", "\nThêm.\n", {"brief-vi"}),
        ("en/_generated/fig-brief-ageing.svg", "<!-- -->", {"brief-en"}),
        ("vi/_language.yml", "#\n", {"brief-vi", "lists-vi"}),
        ("review.css", "/**/", both),
        ("_fonts/Other.ttf", "0", both),
        ("vi/image.png", "0", {"brief-vi", "lists-vi"}),
    ):
        with (staged.folder / file).open("a") as stream:
            stream.write(text)
        assert rendered() == expected and rendered() == set(), file
    (tool / "version").write_text("1.6.2")
    assert rendered() == both
    monkeypatch.setenv("QUARTO_PROFILE", "draft")
    assert rendered() == both
    # Of the cards Quarto makes the page, the embedded renderer the files.
    assert rendered(["scorecards"], ["vi"]) == {"scorecards-vi"} and rendered(["scorecards"], ["vi"]) == set()
    told = json.loads((staged.folder / render.RECORDS / "scorecards-vi.json").read_text())
    assert len(told["files"]) == 1 + 4 and not (staged.folder / "out/scorecards-vi.pdf").exists()
    next((staged.folder / "out/scorecards").iterdir()).unlink()
    assert rendered(["scorecards"], ["vi"]) == {"scorecards-vi"}
