"""Bytes → text. What can be known is taken, what is guessed is said, what could be two things is asked back."""

from __future__ import annotations

import unicodedata

from camket.intake import vietnamese
from camket.intake.model import Guess
from camket.intake.words import guess, problem
from camket.messages import Problem

_BOMS = (
    (b"\xff\xfe\x00\x00", None),
    (b"\x00\x00\xfe\xff", None),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def decode(data: bytes, file: str) -> tuple[str | None, list[Guess], list[Problem]]:
    """The text of a file, or None with the problem that says why not. Never raises for what is in `data`."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            if name is None:
                return None, [], [problem("encoding-unknown", file, detail="UTF-32")]
            return _strictly(data[len(mark) :], name, file, marked=True)
    if name := _utf16_without_mark(data):
        return _strictly(data, name, file, marked=False)
    try:
        return data.decode("utf-8"), [], []
    except UnicodeDecodeError as error:
        return _one_byte(data, file, error.start)


def _strictly(data: bytes, name: str, file: str, *, marked: bool) -> tuple[str | None, list[Guess], list[Problem]]:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        row = data[: error.start].decode(name, errors="replace").count("\n") + 1
        return None, [], [problem("encoding-unknown", file, row, detail=f"{name.upper()}, byte {error.start + 1}")]
    label = {"utf-8": "UTF-8 (BOM)"}.get(name, name.upper())
    return text, [guess("encoding-marked" if marked else "encoding", encoding=label)], []


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark shows in the zero bytes of ASCII: all on one side."""
    half = len(data) // 2
    if half < 4 or len(data) % 2:
        return None
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.02:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.02:
        return "utf-16-be"
    return None


def _one_byte(data: bytes, file: str, wrong: int) -> tuple[str | None, list[Guess], list[Problem]]:
    """Not UTF-8: a Windows code page, or a legacy font over one. The share of valid syllables decides."""
    if b"\0" in data:
        return None, [], [problem("encoding-unknown", file, detail="NUL")]
    western = data.decode("latin-1")
    readings: dict[str, str] = {}
    try:
        readings["Windows-1258"] = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        pass
    for name in ("TCVN3 (ABC, .VnTime)", "VNI (VNI-Times)"):
        readings[name] = vietnamese.LEGACY[name](western)
    scores = {name: vietnamese.score(vietnamese.special_words(text)) for name, text in readings.items()}
    ranked = sorted(scores, key=scores.get, reverse=True)
    best, second = ranked[0], ranked[1]
    if scores[best] < 0.7 or scores[best] - scores[second] < 0.2:
        row = data[:wrong].count(b"\n") + 1
        detail = " ".join(f"{byte:02X}" for byte in data[wrong : wrong + 4])
        return None, [], [problem("encoding-unknown", file, row, detail=detail)]
    if best == "Windows-1258":
        return readings[best], [guess("encoding-scored", encoding=best, share=f"{scores[best]:.0%}")], []
    # The font's text goes on as it stands, so that every cell of it is named with what it seems to say.
    return western, [guess("encoding-scored", encoding=best, share=f"{scores[best]:.0%}")], []
