"""The annexes that explain names: every released table and column, and the terms that the report uses."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from camket import dictionary
from camket.report.quality import Quality
from camket.report.tables import collation, heads, table
from camket.report.words import Voice, cell

TREE = Path(__file__).resolve().parents[3]
# Examples of how a number is written, and words of charts: no terms that a reader would look up.
NO_TERMS = ("format_", "chart_", "lag_part_", "key_project_true", "key_project_false")


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
        text = table(name, voice, heads(voice, "column", "type", "meaning"), rows, widths=(32, 14, 54), align="lll",
                     caption=f"`{name}`")  # fmt: skip
        head = f"## `{name}` {{#sec-table-{name.replace('_', '-')} .unnumbered}}"
        parts += [head, f"{cell(words, 600)} {key}", text.split("\n\n: ")[0]]
    head = table("dictionary", voice, heads(voice, "table", "meaning"), index, widths=(32, 68), align="ll")
    return "\n\n".join([head.rstrip(), *parts]) + "\n"


@cache
def _prose(folder: Path, language: str) -> str:
    """All that the documents of a language say, with the words kept as data."""
    texts = [path.read_text("utf-8") for path in sorted((folder / language).glob("*.qmd"))]
    return "\n".join([*texts, (folder / "words.yml").read_text("utf-8")]).casefold()


def glossary(voice: Voice, _quality: Quality) -> str:
    """Terms that the report's documents use, in both languages, by the page's own language."""
    labels = voice.figures.table("labels")
    prose = _prose(voice.words.path.resolve().parent, voice.language)
    found = {}
    for row in labels[labels.dimension == "term"].to_dict("records"):
        own, other = (row["name_vi"], row["name_en"])[:: 1 if voice.language == "vi" else -1]
        is_used = re.search(rf"(?<!\w){re.escape(own.casefold())}(?!\w)", prose)
        if is_used and not row["member"].startswith(NO_TERMS):
            found.setdefault(own.casefold(), (own[:1].upper() + own[1:], other[:1].upper() + other[1:]))
    rows = [(cell(own), cell(other)) for _, (own, other) in sorted(found.items(), key=lambda item: collation(item[0]))]
    return table("glossary", voice, heads(voice, "term", "other_language"), rows, widths=(50, 50), align="ll")


DICTIONARY: dict[str, Callable[[Voice, Quality], str]] = {"dictionary": columns, "glossary": glossary}
