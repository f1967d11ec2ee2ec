"""What the files of the checks step say of an edition beside its results and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from camket.checks.findings import Words
from camket.checks.life import Past
from camket.checks.register import Rule
from camket.checks.scores import Score


@dataclass(frozen=True)
class Edition:
    """The register, the past, what each rule reads, words, titles of the package, and how well each rule detects."""

    rules: dict[str, Rule]
    past: Past
    reads: Mapping[str, set[str]]
    words: Words
    titles: Mapping[str, str]
    scores: Mapping[str, Score] = field(default_factory=dict)
