"""Curves of the lags, the brief, the scorecards and the annexes of names."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader
from test_report_edition import PROJECT, REPORTS, figure, package, rows, voice, write_edition

from camket import dictionary
from camket.messages import ToolFailed
from camket.report import DOCUMENTS, dictionary_tables, evidence, lags, obstacles, scorecards
from camket.report.canvas import palette, width_of
from camket.report.charts import CHARTS
from camket.report.quality import Quality
from camket.report.render import render
from camket.report.sentences import say
from camket.report.snippets import ALL_TABLES
from camket.report.tables import family
from camket.report.tabular import Withheld, collation, table
from camket.report.words import EMPTY

DAYS = {"started_main": (11, 90, 365, 500), "completed_main": (89, 365, 720)}


def curves(withheld: str = "") -> list[dict]:
    """Two curves of the mechanism with their bands, and what the horizons print of them."""
    out = []
    for name, days in DAYS.items():
        for place, day in enumerate(days, 1):
            ends = {"lower_bound": Decimal(place * 15), "upper_bound": Decimal(place * 25)}
            numbers = {"unit": "per_cent", "value": Decimal(place * 20), "withheld_by": withheld, **ends}
            out.append(figure("lag_curve", "lag_day", f"{name}.{day:04d}", **numbers))
        ends = {"lower_bound": Decimal("25.99"), "upper_bound": Decimal("40.17")}
        out.append(figure("lag_cif", "lag_horizon", f"{name}.365", unit="per_cent", value=Decimal("33.0069"), **ends))
        out += [figure("lag_at_risk", "lag_horizon", f"{name}.{day}", count=400 - day) for day in (0, 365)]
    return out


@pytest.fixture(scope="module")
def build(tmp_path_factory) -> Path:
    return write_edition(tmp_path_factory.mktemp("more"), rows() + curves())


def quality(build: Path) -> Quality:
    return Quality.read(build / "quality")


def colours() -> dict[str, str]:
    return palette(REPORTS / "_brand.yml")


# ---------------------------------------------------------------------------------------------------------- lags


def test_the_chart_of_lags_says_its_point_and_its_numbers(build):
    chart = lags.curves(voice(build, "en"), colours(), quality(build))
    assert "Within 365 days of signing, an estimated 33.0" in chart.alt and "had started" in chart.alt
    assert "Start: 33.0 % within 365 days, 80.0 % at the end" in chart.alt.replace("\u00a0", " ")
    assert chart.svg == lags.curves(voice(build, "en"), colours(), quality(build)).svg


def test_numbers_at_risk_stand_beside_the_shares(build):
    text = lags.risk(voice(build), quality(build))
    assert "| 0 | 400 | – | 400 | – |" in text
    assert "| 365 | 35 | 33,0% (26,0–40,2%) | 35 | 33,0% (26,0–40,2%) |" in text
    assert "1.095" not in text  # nobody was followed so long


def test_lags_without_figures_say_so(tmp_path):
    build = write_edition(tmp_path)
    for is_demonstration in (True, False):
        one = voice(build, "en", is_demonstration=is_demonstration)
        assert "Too little is known" in lags.curves(one, colours(), quality(build)).alt
        assert "| – | – | – | – | – |" in lags.risk(one, quality(build))


def test_a_withheld_curve_is_not_drawn(tmp_path):
    build = write_edition(tmp_path, rows() + curves("TIM-01"))
    with pytest.raises(Withheld):
        lags.curves(voice(build), colours(), quality(build))


def test_the_public_record_shows_both_readings_of_silence(build):
    names = [series for _, series, _ in lags.shown(voice(build, is_demonstration=False))]
    assert names == ["all", "all_silence_open"]


# --------------------------------------------------------------------------------------------------------- brief


def test_a_table_keeps_all_but_its_label(build):
    own = scorecards.relabelled("brief-family", family)(voice(build), quality(build))
    assert own.replace("{#tbl-brief-family ", "{#tbl-family ") == family(voice(build), quality(build))


def test_decisions_by_reason_and_level(tmp_path):
    more = [
        figure("escalation_reasons", "escalation_reason", "long_overdue", count=96),
        figure("escalations", "addressed_to", "pm", count=8),
    ]
    build = write_edition(tmp_path, rows() + more)
    assert "| Quá hạn trên 90 ngày | 96 |" in obstacles.decisions(voice(build), quality(build)).replace("\\", "")
    assert "| Pm (en) | 8 |" in obstacles.decision_levels(voice(build, "en"), quality(build))
    assert "| – | – |" in obstacles.decisions(voice(write_edition(tmp_path / "none")), quality(build))


@pytest.mark.parametrize(
    ("language", "state", "light"),
    [("en", "In progress (as of 31 Mar 2025)", "Red"), ("vi", "Đang triển khai (tính đến 31/03/2025)", "Đỏ")],
)
def test_a_stale_status_of_a_key_project_has_its_day(build, language, state, light):
    text = obstacles.key_project_list(voice(build, language), quality(build)).replace("\\", "")
    assert f"| {state} | {light} |" in text


@pytest.mark.parametrize(
    ("review", "said"),
    [(0, 'Under "other": 9/21 ('), (1, "above the 10 % allowed, so the list of kinds has to be reviewed.")],
)
def test_the_remark_on_other_difficulties_is_made_by_rule(tmp_path, review, said):
    figures = [row for row in rows() if row["indicator"] != "difficulty_review"]
    build = write_edition(tmp_path, [*figures, figure("difficulty_review", count=review)])
    text = say(voice(build, "en"), "other_difficulties", markup=False)
    assert said in text and ("needs no review" in text) == (review == 0)


# --------------------------------------------------------------------------------------------------------- cards


def test_each_lead_agency_has_a_card_in_the_order_of_names(build):
    text = scorecards.scorecards(voice(build, "en"), quality(build))
    heads = re.findall(r'^# (.*) \{#sec-card-([\w-]+) file="scorecards/[A-Z]+-en"\}$', text, re.M)
    assert sorted(slug for _, slug in heads) == ["moc", "mof", "mofa", "moh"]
    assert [name for name, _ in heads] == sorted((name for name, _ in heads), key=collation)
    assert text.count("#pagebreak") == len(heads)
    assert "rank" not in text.lower() and text.count("#tbl-") == 1


def test_a_card_lists_what_is_overdue_and_what_the_rules_found(tmp_path):
    build = write_edition(tmp_path, rows() + [figure("RT1", "agency", "MOC", share=(3, 4))])
    found = "agency_id,rule_id,severity,failing_count\nMOC,TIM-01,warning,1234\nMOF,TIM-01,warning,5\n"
    (build / "quality/by_agency.csv").write_text(found, encoding="utf-8")
    text = scorecards.scorecards(voice(build), quality(build))
    cards = {re.search(r"sec-card-(\w+)", card)[1]: card for card in text.split("#pagebreak")[1:]}
    assert "01/03/2025 | 305 |" in cards["moc"] and "1.234" in cards["moc"] and "| 3/4 |" in cards["moc"]
    assert "305" not in cards["mofa"] and "Không có cam kết quá hạn." in cards["mofa"]
    assert "Không có phát hiện." in cards["mofa"] and "1.234" not in cards["mof"]


def test_small_numbers_are_fractions_on_cards(tmp_path):
    figures = [row for row in rows() if row["figure_id"] != "R2.agency.MOC"]
    build = write_edition(tmp_path, figures + [figure("R2", "agency", "MOC", share=(4, 6))])
    card = next(
        c for c in scorecards.scorecards(voice(build), quality(build)).split("\n# ") if "sec-card-moc file" in c
    )
    assert "**4/6**" in card and "66,7%" not in card


def test_rates_without_a_denominator_are_named_and_not_listed(tmp_path):
    figures = [row for row in rows() if row["figure_id"] not in ("R2.agency.MOC", "R3.agency.MOC")]
    figures += [figure(code, "agency", "MOC", share=(0, 0)) for code in ("R2", "R3")]
    build = write_edition(tmp_path, figures)
    for language, said in (("vi", "Không tính vì không có mẫu số: R2, R3."), ("en", "nothing to divide by: R2, R3.")):
        voiced = voice(build, language)
        text = scorecards.rates_table(voiced, "MOC", ("agency", "MOC"))
        table = text[: text.index(said)]
        assert "| **R1** " in table and "| **R2** " not in table and "| **R3** " not in table
        assert table.count("\n| **") == len(scorecards.FAMILY) - 2 and f"| {EMPTY} |" not in table
        assert "Không tính" not in scorecards.rates_table(voiced, "MOF", ("agency", "MOF"))


def test_what_an_agency_has_no_case_of_is_named_and_not_listed(tmp_path):
    figures = [figure("RT1", "agency", "MOC", share=(3, 4)), figure("RT5", "agency", "MOC", share=(0, 0))]
    others = [row for row in rows() if row["figure_id"] != "stale_share.agency.MOF"]
    build = write_edition(tmp_path, others + figures + [figure("RT5", "agency", "MOF", share=(0, 0))])
    for language, said in (("vi", "Không có trường hợp nào để tính: "), ("en", "Without a case to count: ")):
        voiced = voice(build, language)
        table, _, named = scorecards.reporting_table(voiced, "MOC", "MOC").partition(said)
        assert "| 3/4 |" in table and voiced.indicator("RT5") in named and voiced.indicator("RT5") not in table
        assert scorecards.reporting_table(voiced, "MOF", "MOF").startswith(said)  # no table of nothing


def test_rates_that_have_hardly_a_denominator_are_left_out_of_tables_and_named_below(tmp_path):
    fields = [row["member"] for row in rows() if row["indicator"] == "R2" and row["dimension"] == "field"]
    figures = [row for row in rows() if (row["indicator"], row["dimension"]) != ("R2", "field")]
    few = (len(fields) - 1) // 2  # just fewer than half have something to divide by
    figures += [figure("R2", "field", name, share=(0, 40 * (k < few))) for k, name in enumerate(fields)]
    build = write_edition(tmp_path, figures)
    for language, said in (("vi", "phần lớn các dòng không có mẫu số; tính chung: R2 "), ("en", "all together: R2 ")):
        voiced = voice(build, language)
        family, shown = (ALL_TABLES[name](voiced, quality(build)) for name in ("field-family", "field-rates"))
        heads = next(line for line in family.splitlines() if line.startswith("| "))
        assert "| R1 |" in heads and "| R2 |" not in heads and "| R2c |" in heads
        assert said + voiced.fraction(voiced.figures.row("R2")) in family and "(#ev-R2 " in family  # with its mark
        widths = re.search(r'tbl-colwidths="\[(.*?)\]"', family)[1].split(",")
        assert len(widths) == heads.count("|") - 1 and sum(map(int, widths)) == 100
        assert "| R2 |" in shown and said not in shown  # its chart has its numbers there


def test_a_chart_names_members_without_a_denominator_in_a_line(tmp_path):
    fields = [row["member"] for row in rows() if row["indicator"] == "R2" and row["dimension"] == "field"]
    figures = [row for row in rows() if (row["indicator"], row["dimension"]) != ("R2", "field")]

    def drawn(empty: int):
        own = [figure("R2", "field", name, share=(0, 40 * (k >= empty))) for k, name in enumerate(fields)]
        build = write_edition(tmp_path / str(empty), figures + own)
        return CHARTS["fields"](voice(build, "en"), colours(), quality(build))

    charts = [drawn(empty) for empty in (0, 2, len(fields))]
    heights = [float(re.search(rb'height="([\d.]+)pt"', chart.svg)[1]) for chart in charts]
    assert heights[0] > heights[1] > heights[2]
    assert [chart.alt.count(f": {EMPTY}") for chart in charts] == [0, 2, len(fields)]  # who cannot see has them all


def test_a_table_of_nothing_says_so_on_one_line(build):
    text = table("claims", voice(build, "en"), ["a", "b", "c"], [], widths=(20, 60, 20))
    assert "| Nothing\u00a0to\u00a0list. |  |  |" in text


def test_large_published_figures_are_in_words(build):
    said = {language: evidence._reading(voice(build, language), *map(Decimal, (8 * 10**11, 8 * 10**11 + 1, 9 * 10**11)))
            for language in ("vi", "en")}  # fmt: skip
    assert said == {"vi": "800 (800–900) tỷ", "en": "800 (800–900) billion"}
    assert evidence._reading(voice(build, "en"), Decimal(1250), Decimal(1250), Decimal(1250)) == "1,250"


def test_rules_stand_under_how_they_ended_what_asks_for_attention_first(build):
    ended = {"AGG-01": "pass", "CON-02": "warn", "DAT-01": "pass", "TIM-05": "warn"}
    said = evidence._by_result(voice(build, "en"), ["AGG-01", "CON-02", "DAT-01", "TIM-05", "XYZ-01"], ended)
    warned, passed = (voice(build, "en").label("result", name) for name in ("warn", "pass"))
    assert said == f"{warned}: CON-02, TIM-05; {passed}: AGG-01, DAT-01; XYZ-01"


def test_thresholds_are_written_as_the_language_does(build):
    wanted = {"vi": ["0,5", "2.000", "01/01/2021", "x"], "en": ["0.5", "2,000", "1 Jan 2021", "x"]}
    for language, said in wanted.items():
        values = ("0.5", "2000", "2021-01-01", "x")
        assert [evidence._threshold(voice(build, language), value) for value in values] == said


def test_the_tables_of_the_staging_layer_are_named_together(build):
    reads = {"A-01": "claims stg_a stg_b stg_c", "B-01": "stg_a stg_b", "C-01": ""}
    history = {rule: {"rule_id": rule, "reads": names, "parameters": ""} for rule, names in reads.items()}
    text = evidence.rules_reads(voice(build, "en"), replace(quality(build), history=history))
    assert "| A-01 | all 3 tables of what was read in (`stg_…`), claims | – |" in text
    assert "| B-01 | stg\\_a, stg\\_b | – |" in text and "C-01" not in text


def test_words_of_a_narrow_column_fit(build):
    line = (210 - 2 * 24) / 25.4  # inches between the margins of page.typ, whose tables have letters of 8.4 points
    kinds = pd.read_csv(PROJECT / "raw/reference/difficulty_codes.csv", dtype=str)
    terms = pd.read_csv(PROJECT / "raw/reference/terms.csv", dtype=str).set_index("term_id")
    for language, column in (("vi", "name_vi"), ("en", "name_en")):
        lights = list(terms.loc[["light_green", "light_amber", "light_red"], language])
        for name, place, labels in (("overdue-list", 6, list(kinds[column])), ("key-project-list", 5, lights)):
            made = ALL_TABLES[name](voice(build, language), quality(build))
            share = int(re.search(r'tbl-colwidths="\[(.*?)\]"', made)[1].split(",")[place])
            words = [word for label in labels for word in re.split(r"[ -]|(?<=/)", label)]
            assert max(width_of(word, 8.4) for word in words) < line * share / 100 - 10 / 72, (name, language)


# ----------------------------------------------------------------------------------------------------- dictionary


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_dictionary_holds_every_released_column_and_no_other(build, language):
    text = dictionary_tables.columns(voice(build, language), quality(build))
    for item in dictionary.tables(PROJECT).values():
        section = text.split(f"## `{item.name}` ")[1].split("\n## ")[0]
        listed = re.findall(r"^\| `(\w+)` \|", section, re.M)
        assert listed == [column.name for column in item.released]


def test_the_glossary_defines_each_term_in_both_languages(build):
    text = dictionary_tables.glossary(voice(build), quality(build))
    assert "| Thời hạn gốc | Thời hạn đầu tiên được ghi nhận, không bao giờ thay đổi. | baseline deadline |" in text
    terms = [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(terms) > 20 and terms == sorted(terms, key=lambda term: collation(term.casefold()))
    english = dictionary_tables.glossary(voice(build, "en"), quality(build)).replace("\\", "")
    assert "| Baseline deadline | The first deadline recorded; never changed. | thời hạn gốc |" in english


# ----------------------------------------------------------------------------------------------------------- all


def test_the_further_documents_render(tmp_path):
    names = [name for name in DOCUMENTS if name != "review"]
    build = write_edition(tmp_path, rows() + curves())
    pd.DataFrame(
        [{"agency_id": "MOC", "last_round_id": "2025-Q4", "frequency_class": None}, {"agency_id": "MOF"}]
    ).to_parquet(build / "figures/agency_reporting.parquet")
    made = render(build, REPORTS, package(), languages=["vi"], formats=["pdf"], renderer="embedded", documents=names)
    cards = [path for path in made if path.parent.name == "scorecards"]
    assert [path.name for path in made if path not in cards] == [
        f"{name}-vi.pdf" for name in names if name != "scorecards"
    ]
    assert sorted(path.name for path in cards) == ["MOC-vi.pdf", "MOF-vi.pdf", "MOFA-vi.pdf", "MOH-vi.pdf"]
    pages = {path.stem: [page.extract_text() for page in PdfReader(path).pages] for path in made}
    assert len(pages["brief-vi"]) <= 4
    assert all("DEMONSTRATION DATA" in page for text in pages.values() for page in text)


def test_a_card_is_a_pdf_of_its_own(tmp_path):
    """Tagged for PDF/UA-1, named for its owner, with its own numbers only, linked to the review beside its folder.

    There is no PDF of all of them, also where an earlier version of the report left one.
    """
    build = write_edition(tmp_path, rows() + curves())
    out = build / "report/out/scorecards"
    for name in ("GONE-en.pdf", "GONE-vi.pdf", "../scorecards-en.pdf"):
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"of an earlier edition")
    arguments = dict(languages=["en"], renderer="embedded", documents=["scorecards"])
    made = {path.name: path for path in render(build, REPORTS, package(), **arguments)}
    cards = {name: path for name, path in made.items() if path.parent == out}
    assert set(cards) == {"MOC-en.pdf", "MOF-en.pdf", "MOFA-en.pdf", "MOH-en.pdf"}
    assert {path.name for path in out.iterdir()} == {*cards, "GONE-vi.pdf"}  # the other language was not asked for
    page = made["scorecards-en.html"].read_text("utf-8")
    assert all(page.count(f'href="scorecards/{name}"') == 2 for name in cards)
    assert "scorecards-en.pdf" not in page and not (build / "report/out/scorecards-en.pdf").exists()
    for name, path in cards.items():
        reader = PdfReader(path)
        member = name.removesuffix("-en.pdf")
        own = voice(build, "en").label("agency", member)
        assert reader.metadata.title == f"Scorecard by lead agency: {own}"
        assert b"<pdfuaid:part>1" in path.read_bytes() and reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        texts = [sheet.extract_text() for sheet in reader.pages]
        assert all("DEMONSTRATION DATA" in text for text in texts)
        assert "Cards do not rank" in texts[0] and own in texts[0]
        others = {voice(build, "en").label("agency", m) for m in ("MOC", "MOF", "MOFA", "MOH")} - {own}
        assert not any(other in text for other in others for text in texts)
        links = {
            note.get_object()["/A"]["/URI"]
            for sheet in reader.pages
            for note in sheet.get("/Annots", [])
            if "/URI" in note.get_object().get("/A", {})
        }
        assert links and all(link.startswith("../review-en.html#ev-") for link in links)
    before = {name: path.read_bytes() for name, path in cards.items()}
    again = render(build, REPORTS, package(), formats=["pdf"], **arguments)
    assert {path.name: path.read_bytes() for path in again if path.parent == out} == before


def test_an_unknown_document_is_refused(tmp_path):
    with pytest.raises(ToolFailed, match="unknown document"):
        render(write_edition(tmp_path), REPORTS, package(), renderer="embedded", documents=["memo"])
