"""Tables, charts, sentences and variables, over a small edition; goldens in tests/golden/report."""

from __future__ import annotations

import ast
import os
import re
from decimal import Decimal
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from test_report_edition import PROJECT, REPORTS, YEARS, figure, rows, voice, write_edition

from camket.messages import ToolFailed
from camket.report import evidence, snippets
from camket.report.canvas import palette, wrapped
from camket.report.charts import CHARTS
from camket.report.quality import Quality
from camket.report.sentences import RULES, say
from camket.report.tables import STATUSES
from camket.report.tabular import Withheld, collation, number_of
from camket.report.words import Printed, Voice, Words, figure_ids

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "report"
WITHHELD = {"value": None, "numerator": None, "denominator": None, "lower_bound": None, "upper_bound": None}


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    return write_edition(tmp_path_factory.mktemp("pieces"))


def golden(name: str, text: str) -> None:
    """Compare with a golden file; UPDATE_GOLDEN=1 writes it."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8")


# ---------------------------------------------------------------------------------------------------------- snippets


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "family",
        "field-rates",
        "changes",
        "flows",
        "lags",
        "deadlines",
        "key-projects",
        "rules",
        "rules-reads",
        "claims",
    ],
)
def test_tables_are_as_they_were(build, language, name):
    text = snippets.ALL_TABLES[name](voice(build, language), Quality.read(build / "quality"))
    golden(f"tbl-{name}.{language}.md", text)


def test_a_text_keeps_the_figures_that_it_prints():
    text = "**" + (Printed("3", "backlog") + "/" + Printed("8", "open")) + "**"
    assert text == "**3/8**" and figure_ids(text) == ("backlog", "open") and figure_ids("3") == ()
    assert type(str(text)) is str


def test_each_cell_names_the_figures_that_it_prints(build):
    """Every name is a figure, rows and cells are as many as in the table, and no printed share goes without one."""
    spoken, quality, seen = voice(build, "en"), Quality.read(build / "quality"), 0
    for name, make in snippets.ALL_TABLES.items():
        lines, named = [], None
        for line in make(spoken, quality).splitlines():
            if said := re.fullmatch(r'::: \{figures="([^"]+)"\}', line):
                named = [row.split(" ") if row else [] for row in said[1].split(";")]
                lines = []
            lines = [*lines, line] if line.startswith("|") else lines
            if line != ":::" or named is None:
                continue
            body = [re.split(r"(?<!\\)\|", row)[1:-1] for row in lines[2:]]
            assert len(named) == len(body), name
            for row, cells in zip(named, body, strict=True):
                assert len(row) in (0, len(cells)), name
                for ids, printed in zip(row, cells, strict=False):
                    assert ids == "-" or set(ids.split("+")) <= set(spoken.figures.ids()), name
                    is_share = re.fullmatch(r"\**\d+/\d+( \(.*\))?\**", printed.strip())
                    assert ids != "-" or not is_share or name == "rules", (name, printed)  # faults found are no figure
                    seen += ids != "-"
            named = None
    assert seen > 300


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", snippets.CHART_NAMES)
def test_a_chart_says_its_numbers_and_is_the_same_each_time(build, language, name):
    colours, quality = palette(REPORTS / "_brand.yml"), Quality.read(build / "quality")
    first, second = (CHARTS[name](voice(build, language), colours, quality) for _ in range(2))
    assert first == second
    assert first.svg.startswith(b"<?xml") and b"<dc:date>" not in first.svg
    assert b"<text" not in first.svg  # letters are outlines: no reader needs the font
    golden(f"alt-{name}.{language}.txt", first.alt + "\n")


def test_all_pieces_are_written_once(build, tmp_path):
    (tmp_path / "_brand.yml").write_bytes((REPORTS / "_brand.yml").read_bytes())
    spoken = [voice(build, language) for language in ("vi", "en")]
    quality = Quality.read(build / "quality")
    written = snippets.write_snippets(spoken, quality, tmp_path)
    assert len(written) == 2 * (len(snippets.ALL_TABLES) + 2 * len(CHARTS))
    assert snippets.write_snippets(spoken, quality, tmp_path) == []
    for path in written:
        if path.suffix == ".md":
            text = path.read_text("utf-8")
            assert f"{{#{path.stem}" in text and not re.search(r"\b(nan|None|NaT)\b", text), text


def test_withheld_figures_are_named_and_never_printed(tmp_path):
    figures = [row | WITHHELD | {"withheld_by": "DAT-02"} if row["indicator"] != "rules" else row for row in rows()]
    build = write_edition(tmp_path, figures)
    (tmp_path / "_brand.yml").write_bytes((REPORTS / "_brand.yml").read_bytes())
    for path in snippets.write_snippets([voice(build, "en")], Quality.read(build / "quality"), tmp_path):
        if path.suffix == ".md" and "claims" not in path.name:
            assert not re.search(r"\b(nan|None|NaT)\b", path.read_text("utf-8"))
    assert "withheld" in (tmp_path / "en/_generated/tbl-family.md").read_text("utf-8")
    assert "DAT-02" in (tmp_path / "en/_generated/fig-status.md").read_text("utf-8")
    assert "DAT-02" in say(voice(build, "en"), "due")
    with pytest.raises(Withheld):
        number_of(voice(build), "signed")


def test_names_of_strangers_stay_text(tmp_path):
    names = {"MOFA": "a | b {{< var x >}} @fig-x $1$ <b> `c`", "MOC": "\u202eright to left\x07"}
    build = write_edition(tmp_path, agency_names=names)
    (tmp_path / "_brand.yml").write_bytes((REPORTS / "_brand.yml").read_bytes())
    for path in snippets.write_snippets([voice(build)], Quality.read(build / "quality"), tmp_path):
        if path.suffix == ".md":
            text = path.read_text("utf-8")
            assert "{{<" not in text and "<b>" not in text and "\u202e" not in text and "\x07" not in text
    table = (tmp_path / "vi/_generated/tbl-agency-rates.md").read_text("utf-8")
    assert r"a \| b \{\{\< var x \>\}\} \@fig-x \$1\$ \<b\> \`c\`" in table


def test_others_are_what_the_nation_has_and_the_rest_has_not(build):
    text = snippets.ALL_TABLES["agency-rates"](voice(build, "en"), Quality.read(build / "quality"))
    assert "others" not in text  # four agencies only
    from camket.report.tables import by_dimension

    small = by_dimension(voice(build, "en"), None, name="agency-rates", dimension="agency", most=2)
    assert "| 2 others |" in small


def test_statuses_leave_nobody_out():
    codes = [code for _, _, group in STATUSES for code in group]
    assert len(codes) == len(set(codes)) == 9


def test_vietnamese_names_are_sorted_as_a_reader_looks():
    names = ["Đà Nẵng", "An Giang", "Cần Thơ", "Cà Mau", "Đồng Nai", "Điện Biên", "Bắc Ninh"]
    wanted = ["An Giang", "Bắc Ninh", "Cà Mau", "Cần Thơ", "Đà Nẵng", "Điện Biên", "Đồng Nai"]
    assert sorted(names, key=collation) == wanted


def test_lines_are_broken_by_width():
    assert wrapped("một hai ba", 10) == ["một hai ba"]
    assert len(wrapped("chữ " * 40, 2, most=3)) == 3
    assert wrapped("chữ " * 40, 2, most=3)[-1].endswith("…")


# --------------------------------------------------------------------------------------------------------- sentences


def speak(tmp_path, sentence: dict, *figures: dict) -> str:
    """One sentence of a words.yml of its own over a handful of figures."""
    words = yaml.safe_load((REPORTS / "words.yml").read_text("utf-8"))
    words["sentences"]["probe"] = sentence
    path = tmp_path / "words.yml"
    path.write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    build = write_edition(tmp_path, list(figures))
    return say(voice(build, "en", words=path), "probe", markup=False)


def variants(rule: str, *names: str, **more) -> dict:
    """A sentence that says which variant was taken."""
    said = {
        "top": "top {top} {top_n}",
        "above": "above {gap}",
        "spread": "{low} {high} {number}",
        "range": "{low_code} {high_code}",
    }
    return {"rule": rule, **more, **{name: {"en": said.get(name, name), "vi": name} for name in names}}


@pytest.mark.parametrize(
    ("share", "wanted"),
    [((0, 0), "none"), ((0, 50), "nothing"), ((50, 50), "all"), ((4, 9), "few"), ((20, 50), "part"), ((4, 10), "part")],
)
def test_share_picks_its_variant(tmp_path, share, wanted):
    sentence = variants("share", "none", "nothing", "all", "few", "part", about="R2")
    assert speak(tmp_path, sentence, figure("R2", share=share)) == wanted


@pytest.mark.parametrize(("count", "wanted"), [(0, "zero"), (1, "one"), (7, "many")])
def test_count_picks_its_variant(tmp_path, count, wanted):
    assert (
        speak(tmp_path, variants("count", "zero", "one", "many", about="backlog"), figure("backlog", count=count))
        == wanted
    )


def test_a_count_without_a_row_is_zero_only_where_that_is_said(tmp_path):
    sentence = variants("count", "zero", "many", about="claim_pairs.agreement.inconsistent")
    assert speak(tmp_path, sentence | {"optional": True}, figure("R1", share=(1, 2))) == "zero"
    with pytest.raises(ToolFailed):
        speak(tmp_path, sentence, figure("R1", share=(1, 2)))


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ((30, 40), (20, 40), "above 25.0"),
        ((20, 40), (30, 40), "below"),
        ((20, 40), (20, 40), "equal"),
        ((50001, 100000), (50000, 100000), "equal"),  # the same once printed
        ((3, 4), (20, 40), "unknown"),
        ((0, 0), (20, 40), "unknown"),
    ],
)
def test_order_compares_what_is_printed(tmp_path, first, second, wanted):
    sentence = variants("order", "above", "below", "equal", "unknown", about=["R2c", "R2"])
    assert speak(tmp_path, sentence, figure("R2c", share=first), figure("R2", share=second)) == wanted


@pytest.mark.parametrize(
    ("low", "high", "wanted"), [("0.4", "0.6", "band"), ("0.5", "0.5", "none"), (None, None, "none")]
)
def test_band_needs_two_ends(tmp_path, low, high, wanted):
    ends = [Decimal(end) if end else None for end in (low, high)]
    row = figure("R2", share=(50, 100)) | {"lower_bound": ends[0], "upper_bound": ends[1]}
    assert speak(tmp_path, variants("band", "band", "none", about="R2"), row) == wanted


@pytest.mark.parametrize(("counts", "wanted"), [((3, 9), "top culture (en) 9"), ((9, 9), "tie"), ((0, 0), "zero")])
def test_top_names_the_largest(tmp_path, counts, wanted):
    fields = [figure("backlog", "field", m, count=n) for m, n in zip(("energy", "culture"), counts, strict=True)]
    assert speak(tmp_path, variants("top", "top", "tie", "zero", about="backlog", by="field"), *fields) == wanted


@pytest.mark.parametrize(
    ("counts", "wanted"), [((3, 9), "above 6"), ((9, 3), "below"), ((9, 9), "equal"), ((9,), "unknown")]
)
def test_trend_compares_the_last_two(tmp_path, counts, wanted):
    years = [figure("signed_in_period", "year", y, count=n) for y, n in zip(YEARS, counts, strict=False)]
    sentence = variants("trend", "above", "below", "equal", "unknown", about="signed_in_period", by="year")
    assert speak(tmp_path, sentence, *years) == wanted


def test_range_and_spread_take_only_large_denominators(tmp_path):
    shares = {"R1": (20, 100), "R2": (9, 10), "R3": (60, 100)}
    figures = [figure(code, share=share) for code, share in shares.items()]
    assert speak(tmp_path, variants("range", "range", "none", about=list(shares)), *figures) == "R1 R3"
    assert speak(tmp_path, variants("range", "range", "none", about=["R1", "R2"]), *figures) == "none"
    fields = [figure("R2", "field", m, share=s) for m, s in (("a", (20, 40)), ("b", (30, 40)), ("c", (1, 9)))]
    sentence = variants("spread", "spread", "none", about="R2", by="field")
    assert speak(tmp_path, sentence, *fields) == "50.0\u00a0% 75.0\u00a0% 2"
    assert speak(tmp_path, sentence, *fields[1:]) == "none"


@pytest.mark.parametrize(
    "sentence",
    [
        {"rule": "no_such"},
        {"rule": "any"},
        {"rule": "any", "any": {"en": "{R9.pct}", "vi": "x"}},
        {"rule": "any", "any": {"en": "{R2.median}", "vi": "x"}},
        {"rule": "any", "any": {"vi": "x"}},
    ],
)
def test_a_faulty_sentence_stops_with_its_line(tmp_path, sentence):
    with pytest.raises(ToolFailed, match=r"words\.yml:\d+"):
        speak(tmp_path, sentence, figure("R2", share=(1, 2)))


# what the chart of lags hands to its title
LAG_WORDS = dict.fromkeys(
    ["days", "started_main", "completed_main", "completed_all", "completed_all_silence_open"], "z"
)


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_every_sentence_can_be_said(build, is_demonstration):
    sentences = Words.read(REPORTS / "words.yml").node("sentences")
    for language in ("vi", "en"):
        ours = voice(build, language, is_demonstration=is_demonstration)
        for key in sentences:
            text = say(ours, key, names="x", rules="y", **LAG_WORDS)
            assert text and "{" not in text
    used = {entry.get("rule", "any") for entry in sentences.values()}
    assert used <= set(RULES)


# --------------------------------------------------------------------------------------------------------- variables


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_only_used_variables_are_written(build, tmp_path):
    write(tmp_path / "vi/review.qmd", "{{< var vi.R2.pct >}} {{< var vi.edition.T >}} {{< var vi.say.due >}}\n")
    write(tmp_path / "en/review.qmd", "{{< var en.signed.value >}} {{< var en.parameter.stale_days >}}\n")
    spoken = [voice(build, language) for language in ("vi", "en")]
    assert snippets.write_variables(spoken, tmp_path, "embedded")
    assert not snippets.write_variables(spoken, tmp_path, "embedded")
    tree = yaml.safe_load((tmp_path / "_variables.yml").read_text("utf-8"))
    assert set(tree) == {"vi", "en"} and set(tree["vi"]) == {"R2", "edition", "say"}
    assert tree["vi"]["edition"]["T"] == "31/12/2025"


def test_what_is_not_there_stops_with_file_and_line(build, tmp_path):
    write(
        tmp_path / "vi/review.qmd",
        "Một\n\n{{< var vi.R9.pct >}}\n\n{{< include _generated/fig-none.md >}}\n\nXem @tbl-none.\n",
    )
    write(
        tmp_path / "en/review.qmd",
        "{{< var de.R2.pct >}} and {{< var en.say.nothing >}} and {{< var en.edition.X >}}\n",
    )
    with pytest.raises(ToolFailed) as stopped:
        snippets.write_variables([voice(build, language) for language in ("vi", "en")], tmp_path, "embedded")
    for place in ("vi/review.qmd:3: ", "vi/review.qmd:5: ", "vi/review.qmd:7: ", "en/review.qmd:1: "):
        assert place in stopped.value.message
    assert not (tmp_path / "_variables.yml").exists()


def test_a_figure_in_running_text_carries_its_mark(build):
    """Value as the plain variable prints it, in a link to its line of the annex that says fraction, T and K."""
    plain = snippets.variable(voice(build, "en"), "R2.pct", "embedded")
    text = snippets.variable(voice(build, "en"), "marked.R2.pct", "embedded")
    said, title = re.fullmatch(r'\[(.*)\]\(#ev-R2 "(.*)"\)\{\.basis \.figure codes="R2"\}', text).groups()
    assert said == plain
    fraction = snippets.variable(voice(build, "en"), "R2.fraction", "embedded")
    assert title.startswith(f"R2: {fraction} · T 31 Dec 2025 · K 10 Jan 2026")
    away = snippets.variable(voice(build, "vi"), "away.marked.backlog.value", "embedded")
    assert "](review-vi.html#ev-backlog " in away
    with pytest.raises(ToolFailed):
        snippets.variable(voice(build), "marked.no_such.value", "embedded")


def test_an_english_formula_says_that_it_is_english():
    row = {"formula": "completed / eligible", "formula_vi": None}
    spoken = {language: Voice(None, None, language) for language in ("vi", "en")}
    assert evidence._formula(spoken["vi"], row) == "[completed / eligible]{lang=en}"
    assert evidence._formula(spoken["en"], row) == "completed / eligible"
    own = row | {"formula_vi": "hoàn thành / thuộc diện"}
    assert evidence._formula(spoken["vi"], own) == "hoàn thành / thuộc diện"
    assert evidence._formula(spoken["en"], own) == "completed / eligible"


def test_modules_of_the_report_do_not_import_one_another_in_circles():
    """Imports that only a type checker sees count too: what two modules share has a room of its own."""
    folder = PROJECT / "src/camket"
    imports = {}
    for path in folder.rglob("*.py"):
        parts = ("camket", *path.relative_to(folder).with_suffix("").parts)
        name = ".".join(parts).removesuffix(".__init__")
        found = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        imports[name] = found
    # A package is imported for what it holds: its own line counts only for modules that are there.
    graph = {name: (found & imports.keys()) - {name} for name, found in imports.items() if ".report." in name}
    for name, found in graph.items():
        graph[name] = {other for other in found if not name.startswith(f"{other}.")}
    assert len(graph) > 30
    list(TopologicalSorter(graph).static_order())  # raises CycleError with the modules of the circle
