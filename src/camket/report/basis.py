"""The mark beside every figure: its two dates, how many of its checks passed, and the way to its rows.

A mark is a Markdown link to the line of the evidence annex (`#ev-R2`). Which indicators a table, chart or sentence
stands on is not written down anywhere: the figures know what was looked up since they were last asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from camket.report.quality import Quality
from camket.report.words import Voice, attribute

ANCHOR = "ev-"
_read: dict[Path, tuple[int, dict[str, str]]] = {}


def results(voice: Voice) -> dict[str, str]:
    """How each rule ended, by rule id; empty before the checks have run."""
    path = voice.figures.folder.parent / "quality" / "check_results.csv"
    if not path.exists():
        return {}
    stamp = path.stat().st_mtime_ns
    if _read.get(path, (None,))[0] != stamp:
        _read[path] = stamp, {row["rule_id"]: row["result"] for row in Quality.read(path.parent).results}
    return _read[path][1]


def checks(voice: Voice, codes: Iterable[str]) -> list[str]:
    """Rules that the indicators stand on, once each, in order."""
    known = voice.figures.checks
    return sorted({rule for code in codes for rule in known.get(code, "").split()})


def _counted(voice: Voice, codes: Iterable[str]) -> tuple[int, int]:
    """Rules passed and rules that applied."""
    found = results(voice)
    ended = [found[rule] for rule in checks(voice, codes) if found.get(rule, "not_applicable") != "not_applicable"]
    return ended.count("pass"), len(ended)


def _dates(voice: Voice) -> dict[str, str]:
    edition = voice.figures.edition
    return {
        "T": voice.date(edition["valid_date"], short=True),
        "K": voice.date(edition["knowledge_date"], short=True),
    }


def caption_mark(voice: Voice) -> str:
    """What a caption ends with: T, K and the checks of all that was looked up since the last mark."""
    codes = voice.figures.take_read()
    passed, number = _counted(voice, codes)
    if not codes:
        return voice.word("basis.dates").format(**_dates(voice))
    key = "basis.caption" if number else "basis.dates"
    said = voice.word(key).format(**_dates(voice), passed=voice.number(passed), number=voice.number(number))
    return f'[{said}](#{ANCHOR}{codes[0]}){{.basis codes="{" ".join(codes)}"}}'


def small_mark(voice: Voice) -> str:
    """What a sentence or a key figure ends with: a tick that leads to its basis; empty if it printed no figure."""
    codes = voice.figures.take_read()
    if not codes:
        return ""
    said = voice.word("basis.title").format(", ".join(codes))
    # The no-break space keeps the tick on the line of its figure, and Pandoc from reading a footnote.
    return f'[\u00a0^✓^](#{ANCHOR}{codes[0]} "{said}"){{.basis codes="{" ".join(codes)}"}}'


def marked(voice: Voice, figure_id: str, part: str) -> str:
    """A figure in running text that carries its mark itself: a link, which says fraction, T, K and checks on hover."""
    voice.figures.take_read()
    row, said = voice.figures.row(figure_id), voice.part(figure_id, part)
    codes = voice.figures.take_read()
    passed, number = _counted(voice, codes)
    dates = voice.word("basis.caption" if number else "basis.dates")
    dates = dates.format(**_dates(voice), passed=voice.number(passed), number=voice.number(number))
    fraction = voice.fraction(row) if row["unit"] == "share" else voice.part(figure_id, "value")
    title = attribute(f"{codes[0]}: {fraction} · {dates}")
    return f'[{said}](#{ANCHOR}{codes[0]} "{title}"){{.basis .figure codes="{codes[0]}"}}'


def away(text: str, document: str) -> str:
    """The same marks for a document that has no evidence annex: they lead to the page of `document`."""
    return text.replace(f"](#{ANCHOR}", f"]({document}#{ANCHOR}")
