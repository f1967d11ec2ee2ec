"""The generated pieces that documents include: one Markdown snippet a chart or table, and the variables they print.

`write_snippets` needs the figures and is done once an edition. `write_variables` reads the documents, finds the
variables they use and writes just those: an unknown figure, a missing word or a dangling label stops with file and
line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from camket.files import write_if_changed
from camket.messages import Problem, ToolFailed, neutral
from camket.report import basis
from camket.report.continuity import CONTINUITY
from camket.report.dictionary_tables import DICTIONARY
from camket.report.evidence import EVIDENCE
from camket.report.explorer import REGISTER, register
from camket.report.lags import LAG_TABLES
from camket.report.lists import LISTS
from camket.report.movements import MOVEMENTS
from camket.report.obstacles import OBSTACLES
from camket.report.partners import PARTNERS
from camket.report.practice import PRACTICE
from camket.report.quality import Quality
from camket.report.scorecards import CARDS
from camket.report.sentences import say
from camket.report.tables import TABLES
from camket.report.tabular import Withheld
from camket.report.words import LANGUAGES, Voice, attribute

GENERATED = "_generated"
VARIABLE = re.compile(r"\{\{<\s*var\s+(\S+)\s*>\}\}")
INCLUDE = re.compile(r"\{\{<\s*include\s+(\S+)\s*>\}\}")
REFERENCE = re.compile(r"(?<![\\\w])@((?:fig|tbl|sec)-[\w-]*\w)")
LABEL = re.compile(r"\{[^{}]*#((?:fig|tbl|sec)-[\w-]+)")
ALL_TABLES = (
    TABLES
    | MOVEMENTS
    | PRACTICE
    | OBSTACLES
    | CONTINUITY
    | EVIDENCE
    | LAG_TABLES
    | CARDS
    | PARTNERS
    | LISTS
    | DICTIONARY
)
USUAL, SMALL = 72, 58  # width of a chart in per cent of the line; a telephone gives it the whole line
# Chart names as documents know them; charts itself is imported only to draw, since matplotlib takes a second to load.
CHART_NAMES = (
    "ageing",
    "backlog-agencies",
    "backlog-rounds",
    "brief-ageing",
    "brief-rates",
    "brief-status",
    "claims",
    "classes",
    "continuity",
    "difficulties",
    "fields",
    "findings",
    "lags",
    "rates",
    "receipt",
    "signing",
    "status",
    "summary-status",
)


def write_snippets(voices: Iterable[Voice], quality: Quality, stage: Path) -> list[Path]:
    """Write every chart and table of each voice below `stage`/<language>/_generated; returns those that changed.

    The register for the search in the web page is written beside the documents. `stage` holds the staged copy of
    reports/, whose _brand.yml gives the colours.
    """
    from camket.report.canvas import palette
    from camket.report.charts import CHARTS, withheld

    if tuple(sorted(CHARTS)) != CHART_NAMES:
        raise AssertionError("CHART_NAMES is not what charts.CHARTS holds")
    colours = palette(stage / "_brand.yml")
    changed = []

    def write(path: Path, data: str | bytes) -> None:
        if write_if_changed(path, data):
            changed.append(path)

    for voice in voices:
        write_if_changed(stage / voice.language / REGISTER, register(voice))
        folder = stage / voice.language / GENERATED
        at_home, review = _chapters(stage / voice.language / "review.qmd"), f"review-{voice.language}.html"

        def marked(name: str, text: str, at_home=at_home, review=review) -> str:
            return text if name in at_home else basis.away(text, review)

        for name, make in ALL_TABLES.items():
            voice.figures.take_read()
            write(folder / f"tbl-{name}.md", marked(f"tbl-{name}", make(voice, quality)))
        for name, draw in CHARTS.items():
            voice.figures.take_read()
            try:
                chart = draw(voice, colours, quality)
            except Withheld as error:
                chart = withheld(voice, colours, error)
            caption = voice.word(f"charts.{name.replace('-', '_')}.caption")
            caption = marked(f"fig-{name}", f"{caption} {basis.caption_mark(voice)}")
            alt = attribute(chart.alt, 6000)
            write(folder / f"fig-{name}.svg", chart.svg)
            size = f" width={SMALL if name.startswith(('brief-', 'summary-')) else USUAL}%"
            # Paths are read from the document that includes the snippet.
            write(
                folder / f"fig-{name}.md",
                f'![{caption}]({GENERATED}/fig-{name}.svg){{#fig-{name} .chart fig-alt="{alt}"{size}}}\n',
            )
    return changed


def _chapters(document: Path) -> set[str]:
    """Names of the charts and tables that a document and its chapters include; none if it is not there."""
    found, wanted = set(), [document]
    for path in wanted:
        for name in INCLUDE.findall(path.read_text("utf-8")) if path.exists() else ():
            if name.startswith(GENERATED):
                found.add(Path(name).stem)
            else:
                wanted.append(document.parent / name)
    return found


def variable(voice: Voice, name: str, renderer: str) -> str:
    """Value of a variable without its language: `R2.pct`, `marked.R2.pct`, `say.due`, `basis.R2`, `word.x` ….

    Raises ToolFailed.
    """
    family, _, rest = name.partition(".")
    if family == "away":  # marks lead to the review, for documents without its evidence annex
        return basis.away(variable(voice, rest, renderer), f"review-{voice.language}.html")
    if family == "say":
        voice.figures.take_read()
        return say(voice, rest) + basis.small_mark(voice)
    if family == "basis":
        voice.figures.take_read()
        voice.figures.row(rest)
        return basis.small_mark(voice)
    if family == "marked":
        return basis.marked(voice, *rest.rpartition(".")[::2])
    if family == "word":
        return voice.word(rest)
    if family == "edition":
        edition = voice.figures.edition
        known = {
            "T": lambda: voice.date(edition["valid_date"]),
            "K": lambda: voice.date(edition["knowledge_date"]),
            "version": lambda: str(edition["definition_version"]),
            "renderer": lambda: voice.label("renderer", renderer),
        }
        if rest not in known:
            raise ToolFailed(f"the edition has no {rest!r}", f"One of: {', '.join(known)}.")
        return known[rest]()
    figure_id, _, part = name.rpartition(".")
    return voice.part(figure_id, part)


def used_variables(documents: Iterable[Path]) -> dict[str, tuple[Path, int]]:
    """Each variable that the documents print, with the place where it is first used."""
    used: dict[str, tuple[Path, int]] = {}
    for path in documents:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for name in VARIABLE.findall(line):
                used.setdefault(name, (path, number))
    return used


def write_variables(voices: Sequence[Voice], stage: Path, renderer: str) -> bool:
    """Write `_variables.yml` for all documents of the stage; True if it changed.

    Raises ToolFailed with every unknown variable, missing word, unknown snippet and dangling label, by file and line.
    """
    documents = sources(stage)
    by_language = {voice.language: voice for voice in voices}
    tree: dict[str, Any] = {}
    problems = _dangling(documents, stage)
    for name, (path, line) in sorted(used_variables(documents).items()):
        language, _, rest = name.partition(".")
        if language not in LANGUAGES:
            problems.append(_problem(stage, path, line, f"variable {name} does not begin with vi. or en."))
        elif language in by_language:
            try:
                _set(tree, name, variable(by_language[language], rest, renderer))
            except ToolFailed as error:
                problems.append(_problem(stage, path, line, f"{name}: {error.message}"))
    if problems:
        lines = "\n".join(
            f"{p.file}:{p.row}: {neutral(p.message_en, 300)}" for p in sorted(problems, key=lambda p: p.sort_key)
        )
        raise ToolFailed(f"the report uses what is not there:\n{lines}", "Mend the documents at these lines.")
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=True, width=10**6, default_style='"')
    return write_if_changed(stage / "_variables.yml", text)


def sources(stage: Path) -> list[Path]:
    """All documents and chapters, in a fixed order."""
    return sorted(path for path in stage.rglob("*.qmd") if GENERATED not in path.parts and "out" not in path.parts)


def _problem(stage: Path, path: Path, line: int, message: str) -> Problem:
    return Problem("AGG-04", path.relative_to(stage).as_posix(), row=line, message_en=message)


def _dangling(documents: Sequence[Path], stage: Path) -> list[Problem]:
    """Includes of snippets that nobody makes, and references to labels that the same language does not have."""
    made = {f"tbl-{name}" for name in ALL_TABLES} | {f"fig-{name}" for name in CHART_NAMES}
    labels: dict[Path, set[str]] = {}
    for path in documents:
        text = path.read_text("utf-8")
        names = {Path(name).stem for name in INCLUDE.findall(text) if name.startswith(GENERATED)}
        labels.setdefault(path.parent, set()).update(LABEL.findall(text), names)
    problems = []
    for path in documents:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for name in INCLUDE.findall(line):
                if name.startswith(GENERATED) and Path(name).stem not in made:
                    problems.append(_problem(stage, path, number, f"no chart or table is named {Path(name).stem}"))
            for label in REFERENCE.findall(line):
                if label not in labels[path.parent]:
                    problems.append(_problem(stage, path, number, f"reference to {label}, which no document here has"))
    return problems


def _set(tree: dict[str, Any], name: str, value: str) -> None:
    *path, last = name.split(".")
    for key in path:
        tree = tree.setdefault(key, {})
    tree[last] = str(value)
