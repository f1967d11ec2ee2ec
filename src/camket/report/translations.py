"""What one language of the report has and the other has not: half a report is worse than none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from camket.messages import ToolFailed
from camket.report.snippets import INCLUDE, LABEL, sources
from camket.report.words import LANGUAGES, Words

NAMES = {"vi": "Vietnamese", "en": "English"}
Place = tuple[str, int, str]  # file, line, what is wrong


def check(stage: Path) -> None:
    """Raise ToolFailed with every word, page, label and include that only one language has, by file and line."""
    found = sorted({*_words(stage / "words.yml"), *_pages(stage), *_terms(stage)})
    if found:
        lines = "\n".join(f"{file}:{line}: {message}" for file, line, message in found)
        raise ToolFailed(
            f"the report is not whole in both languages:\n{lines}", "Translate it, or take it out of both."
        )


def _other(language: str) -> str:
    return LANGUAGES[1 - LANGUAGES.index(language)]


def _words(path: Path) -> Iterator[Place]:
    words = Words.read(path)

    def walk(node: dict[str, Any], key: str) -> Iterator[Place]:
        if set(node) & set(LANGUAGES):
            for language in LANGUAGES:
                if not isinstance(node.get(language), str) or not node[language].strip():
                    yield path.name, words.line(key), f"{key} has no {NAMES[language]} text"
        for name, child in node.items():
            if isinstance(child, dict):
                yield from walk(child, f"{key}.{name}" if key else str(name))

    if isinstance(words.content, dict):
        yield from walk(words.content, "")
    else:
        yield path.name, 1, "expected `key: value` lines"


def _pages(stage: Path) -> Iterator[Place]:
    """Pages, labels and includes. Headings may read differently, but what can be referred to must be in both."""
    for path in sources(stage):
        language, name = path.parent.name, path.relative_to(stage).as_posix()
        if language not in LANGUAGES:
            continue
        other = stage / _other(language) / path.name
        there = other.relative_to(stage).as_posix()
        if not other.exists():
            yield name, 1, f"there is no {there}: the page has no {NAMES[_other(language)]}"
            continue
        theirs = other.read_text("utf-8")
        known = {*LABEL.findall(theirs), *INCLUDE.findall(theirs)}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for item in (*LABEL.findall(line), *INCLUDE.findall(line)):
                if item not in known:
                    yield name, number, f"{item} is not in {there}"


def _terms(stage: Path) -> Iterator[Place]:
    """Keys of `_language.yml`. English may leave to Quarto what Quarto says in English; Vietnamese may not."""
    files = {language: stage / language / "_language.yml" for language in LANGUAGES}
    texts = {language: path.read_text("utf-8") if path.exists() else "" for language, path in files.items()}
    try:
        trees = {language: yaml.safe_load(text) or {} for language, text in texts.items()}
    except yaml.YAMLError:
        return  # the renderer says where
    if not all(isinstance(tree, dict) for tree in trees.values()):
        return
    for language, tree in trees.items():
        other = trees[_other(language)]
        for group, terms in tree.items():
            if not isinstance(terms, dict) or (language == "vi" and group != "page-words"):
                continue
            lines = texts[language].splitlines()
            for key in terms.keys() - (other.get(group) or {}).keys():
                line = next((n for n, text in enumerate(lines, 1) if text.strip().startswith(f"{key}:")), 1)
                name = files[language].relative_to(stage).as_posix()
                yield name, line, f"{group}.{key} is not in {_other(language)}/_language.yml"
