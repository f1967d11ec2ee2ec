"""The annexes that explain names: every released table and column, and the terms that the report uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from camket import dictionary
from camket.report.quality import Quality
from camket.report.tabular import collation, heads, table
from camket.report.words import Voice, cell

TREE = Path(__file__).resolve().parents[3]


def _root(voice: Voice) -> Path:
    """The project folder whose contracts describe the tables: the one of the reports, else the source tree."""
    own = voice.words.path.resolve().parents[1]
    return own if (own / dictionary.CONTRACTS[0]).exists() else TREE


def columns(voice: Voice, _quality: Quality) -> str:
    """Every released table with its key and released columns, by name."""
    parts, index = [], []
    for name, item in sorted(dictionary.tables(_root(voice)).items()):
        words = item.description_vi if voice.language == "vi" else item.description_en
        index.append((f"`{name}`", cell(words, 600)))
        key = voice.word("dictionary.key").format(", ".join(f"`{column}`" for column in item.primary_key))
        rows = [
            (
                f"`{column.name}`",
                voice.word(f"dictionary.kinds.{column.type}"),
                cell(column.description_vi if voice.language == "vi" else column.description_en, 400),
            )
            for column in item.released
        ]
        text = table(name, voice, heads(voice, "column", "type", "meaning"), rows, widths=(30, 17, 53), align="lll",
                     caption=f"`{name}`", marked=False)  # fmt: skip
        head = f"## `{name}` {{#sec-table-{name.replace('_', '-')} .unnumbered}}"
        parts += [head, f"{cell(words, 600)} {key}", text.split("\n\n: ")[0]]
    head = table("dictionary", voice, heads(voice, "table", "meaning"), index, widths=(24, 76), align="ll",
                 marked=False)  # fmt: skip
    return "\n\n".join([head.rstrip(), *parts]) + "\n"


def glossary(voice: Voice, _quality: Quality) -> str:
    """Terms with their definitions, both from one list of ids: names from the term base, definitions from words.yml."""
    names = voice.figures.names
    rows = []
    for term_id in voice.words.node("glossary"):
        voice.term(term_id)  # stops where the term base has no such term
        english, vietnamese = names["term", term_id]
        own, other = (vietnamese, english) if voice.language == "vi" else (english, vietnamese)
        rows.append((own[:1].upper() + own[1:], voice.word(f"glossary.{term_id}"), other))
    rows = [
        (cell(own), cell(said), cell(other)) for own, said, other in sorted(rows, key=lambda row: collation(row[0]))
    ]
    header = heads(voice, "term", "definition", "other_language")
    return table("glossary", voice, header, rows, widths=(20, 60, 20), align="lll", marked=False)


DICTIONARY: dict[str, Callable[[Voice, Quality], str]] = {"dictionary": columns, "glossary": glossary}
