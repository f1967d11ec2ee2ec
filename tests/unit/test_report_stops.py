"""What an author may get wrong, through the command line: exit code 2, file and line, and no page is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_report_edition import PROJECT, REPORTS, write_edition

from camket.checks.register import load_register
from camket.cli import main


class Author:
    """A project of symbolic links with its own reports/, and the command that renders one document of it."""

    def __init__(self, root: Path):
        self.root, self.reports = root, root / "reports"
        for name in ("datapackage.json", "schemas", "raw", "models", "expectations"):
            (root / name).symlink_to(PROJECT / name)
        self.build = write_edition(root / "build")
        self._judge()
        self.restore()
        assert self.report("--snippets", "--document", "none").exit_code == 0
        self.out = self.build / "report/out"
        self.out.mkdir()
        (self.out / "dictionary-en.html").write_text("the edition before")

    def _judge(self) -> None:
        """A result for each rule: the command asks for that before anything else."""
        quality = self.build / "quality"
        given = (quality / "check_results.csv").read_text("utf-8")
        others = [rule for rule in load_register(PROJECT) if f"\n{rule}," not in given]
        with (quality / "check_results.csv").open("a", encoding="utf-8") as stream:
            stream.writelines(f"{rule},warning,record,{rule},{rule},pass\n" for rule in others)
        with (quality / "rules.csv").open("a", encoding="utf-8") as stream:
            stream.writelines(f"{rule},,,,,\n" for rule in others)

    def restore(self) -> None:
        shutil.rmtree(self.reports, ignore_errors=True)
        shutil.copytree(REPORTS, self.reports)

    def report(self, *options: str) -> Result:
        options = options or ("--no-snippets", "--document", "en", "--only", "dictionary")
        command = ["report", "--root", str(self.root), "--build", str(self.build), "--renderer", "embedded", *options]
        return CliRunner().invoke(main, command)

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace a text that stands once; returns its line."""
        path = self.reports / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{name}: {text.count(old)} × {old}"
        path.write_text(text.replace(old, new), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def add(self, name: str, text: str) -> int:
        """Write a paragraph at the end of both languages' page, {} for the language; returns its line in English."""
        for language in ("vi", "en"):
            path = self.reports / language / name
            before = path.read_text("utf-8").rstrip("\n")
            path.write_text(f"{before}\n\n{text.replace('{}', language)}\n", "utf-8")
        return before.count("\n") + 3


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Author:
    return Author(tmp_path_factory.mktemp("project"))


@pytest.fixture
def author(project) -> Iterator[Author]:
    yield project
    project.restore()


def assert_stops(author: Author, *places: str) -> None:
    result = author.report()
    assert result.exit_code == 2, result.output
    for place in places:
        assert place in result.output, result.output
    assert "Traceback" not in result.output
    assert (author.out / "dictionary-en.html").read_text() == "the edition before"


def test_a_build_that_some_rule_has_not_judged_is_not_reported(author):
    file = author.build / "quality/check_results.csv"
    before = file.read_text("utf-8")
    file.write_text(
        "".join(row for row in before.splitlines(True) if not row.startswith(("REP-03,", "AGG-07,"))), "utf-8"
    )
    try:
        result = author.report()
    finally:
        file.write_text(before, "utf-8")
    assert result.exit_code == 2 and "no result for AGG-07, REP-03" in result.output
    assert "camket figures" in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{< var {}.R9.pct >}}", "R9.pct: unknown figure 'R9'"),
        ("{{< var {}.R2.size >}}", "R2 has no part 'size'"),
        ("{{< var R2.pct >}}", "does not begin with vi. or en."),
        ("{{< var {}.say.nothing >}}", "there is nothing under sentences.nothing"),
        ("{{< var {}.word.heads.nothing >}}", "there is nothing under heads.nothing"),
        ("{{< var {}.parameter.nothing >}}", "unknown parameter 'nothing'"),
        ("See @tbl-nothing.", "reference to tbl-nothing, which no document here has"),
        ("{{< include _generated/tbl-nothing.md >}}", "no chart or table is named tbl-nothing"),
        ("{{< include _nothing.qmd >}}", "include _nothing.qmd: no such file"),
        ("See @sec-backlog.", "unresolved reference @sec-backlog"),  # a label of another document
        ("[There](#sec-nothing)", "link to #sec-nothing: no such label"),
        ("![A](_generated/nothing.svg)", "image _generated/nothing.svg: no such file"),
    ],
)
def test_what_is_not_there(author, text, message):
    line = author.add("_glossary.qmd", text)
    assert_stops(author, f"en/_glossary.qmd:{line}: ", message)


def test_every_unknown_name_is_told_at_once(author):
    line = author.add("_glossary.qmd", "{{< var {}.R9.pct >}}\n{{< var {}.R8.pct >}} @fig-nothing")
    places = [f"{code}/_glossary.qmd:{number}: " for code in ("vi", "en") for number in (line, line + 1)]
    assert_stops(author, *places)


def test_a_word_without_translation(author):
    author.edit("words.yml", "\nheads:\n", '\nheads:\n  brand_new: {vi: "Mới"}\n')
    line = (author.reports / "words.yml").read_text("utf-8").split("  brand_new:")[0].count("\n") + 1
    assert_stops(author, f"words.yml:{line}: heads.brand_new has no English text")


def test_a_sentence_without_translation(author):
    author.edit("words.yml", "\nsentences:\n", '\nsentences:\n  new:\n    any: {en: "New.", vi: ""}\n')
    line = (author.reports / "words.yml").read_text("utf-8").split('    any: {en: "New."')[0].count("\n") + 1
    assert_stops(author, f"words.yml:{line}: sentences.new.any has no Vietnamese text")


def test_a_page_in_one_language_only(author):
    (author.reports / "en/_new.qmd").write_text("# New {#sec-new}\n", "utf-8")
    line = author.edit("en/dictionary.qmd", "{{< include _glossary.qmd >}}", "{{< include _new.qmd >}}\n")
    assert_stops(
        author,
        "en/_new.qmd:1: there is no vi/_new.qmd: the page has no Vietnamese",
        f"en/dictionary.qmd:{line}: _new.qmd is not in vi/dictionary.qmd",
        "vi/dictionary.qmd:",  # which includes what the English one no longer does
    )


def test_a_label_in_one_language_only(author):
    line = author.edit("vi/_glossary.qmd", "{#sec-glossary}", "{#sec-thuat-ngu}")
    assert_stops(author, f"vi/_glossary.qmd:{line}: sec-thuat-ngu is not in en/_glossary.qmd")


def test_a_term_of_the_page_in_one_language_only(author):
    author.edit("vi/_language.yml", '  search-all: "Tất cả"\n', "")
    line = author.edit("en/_language.yml", "  search-all:", "  search-all:")
    assert_stops(author, f"en/_language.yml:{line}: page-words.search-all is not in vi/_language.yml")


def test_what_the_renderer_does_not_take_is_placed_in_the_included_file(author):
    line = author.add("_glossary.qmd", "a<br>b")
    assert_stops(author, f"en/_glossary.qmd:{line}: raw HTML <br>")
