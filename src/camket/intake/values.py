"""Numbers, codes and free text as they are sent → canonical texts. Every change of form is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from camket.intake import vietnamese
from camket.intake.column import Column, shown
from camket.intake.titles import plain

TRUE = {"true", "yes", "có", "đúng", "1", "x"}
FALSE = {"false", "no", "không", "sai", "0"}
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_WHOLE = re.compile(r"([+-]?\d{1,18})([.,])0{1,2}")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_PERCENT = re.compile(r"([+-]?\d{1,18}) ?%")
# What Excel, LibreOffice or Google would run: a call, a cell reference, a program.
_RUNS = re.compile(
    r"[+\-@]\s*(?:[A-Za-z_.][\w.]*\s*\(|\$?[A-Za-z]{1,3}\$?\d+(?![\w./-])|[\w.']+\s*[|!]|\d[\d.,]*\s*[+\-*/^]\s*[\d$A-Za-z(]|\()"
)
_WIDE = str.maketrans("＝＋－＠", "=+-@")  # Excel takes the wide signs of an East Asian keyboard for the others
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u00ad]")
_QUARTER = re.compile(r"(?:quý|q|quarter)\s*(iv|iii|ii|i|[1-4])\s*(?:[/.\- ]|năm|of)*\s*(\d{4})", re.I)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text, as it stands or once the spaces around it are trimmed.

    A list item (“- việc thứ nhất”) or a number is no formula.
    """
    bare = text.strip().translate(_WIDE)
    return text.startswith(("\t", "\r")) or bare.startswith("=") or bool(_RUNS.match(bare))


def read_texts(column: Column) -> None:
    """Free text and codes: composed, trimmed, line breaks as LF; formulas, lost letters and legacy fonts asked back."""
    composed, trimmed, breaks, numbers = [], [], [], []
    texts = column.texts = ["" if cell.is_empty else cell.text for cell in column.cells]
    trimmed += [at for at, cell in enumerate(column.cells) if cell.is_empty and cell.text]
    for at, cell in column.filled():
        text = texts[at]
        if cell.kind == "text" and runs_as_formula(text):
            column.ask("formula-text", at)
            continue
        if cell.kind in ("number", "boolean", "date"):
            numbers.append(at)
        if "\r" in text:
            breaks.append(at)
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not unicodedata.is_normalized("NFC", text):
            composed.append(at)
            text = unicodedata.normalize("NFC", text)
        if text.strip() != text:
            trimmed.append(at)
            text = text.strip()
        texts[at] = text
        if match := _HIDDEN.search(text):
            if match.group() != "\u00ad" or not vietnamese.legacy(text, least=1):
                column.ask("hidden-character", at, detail=f"U+{ord(match.group()):04X}")
        if vietnamese.lost_letters(text) and at not in column.asked:
            column.ask("lost-letters", at)
    _legacy(column)
    column.tell_cells("composed", composed)
    column.tell_cells("trimmed", trimmed)
    column.tell_cells("line-breaks", breaks)
    if numbers and column.field["type"] == "string":
        column.tell_cells("numbers-as-text", numbers)


def _legacy(column: Column) -> None:
    """Cells typed in a legacy font. Where one cell shows it beyond doubt, one word is enough in the others."""
    special = [at for at, cell in column.filled() if cell.kind == "text" and not column.texts[at].isascii()]
    sure = any(vietnamese.legacy(column.texts[at]) for at in special)
    for at in special:
        found = vietnamese.legacy(column.texts[at], least=1 if sure else 2)
        if found and at not in column.asked:
            column.ask(
                "legacy-font",
                at,
                encoding=found.name,
                meant=found.meant[:160] + ("…" if len(found.meant) > 160 else ""),
            )


def read_integers(column: Column) -> None:
    """Whole numbers; a decimal part of zero or a per cent sign is left out and told."""
    texts = column.texts = [cell.text.replace("\u00a0", " ").strip() for cell in column.cells]
    comma, point, percent = [], [], []
    for at, cell in column.filled():
        text = texts[at]
        if match := _PERCENT.fullmatch(text):
            percent.append(at)
            texts[at] = str(int(match[1]))
        elif cell.kind == "text" and (match := _WHOLE.fullmatch(text)):
            (comma if match[2] == "," else point).append(at)
            texts[at] = str(int(match[1]))
        elif cell.kind == "text" and (match := _GROUPED.fullmatch(text)):
            column.ask("unclear-number", at, mark=match[1])
        elif _INTEGER.fullmatch(text) and text.isascii():
            texts[at] = str(int(text))
    column.tell_cells("decimal-comma", comma)
    column.tell_cells("decimal-point", point)
    column.tell_cells("percent", percent)


def read_codes(column: Column, known: Mapping[str, str]) -> None:
    """Codes, or the words that stand for them. `known`: what may be written, as `plain` has it → code."""
    changed: dict[str, str] = {}
    zeros = []
    for at, cell in column.filled():
        text = column.texts[at]
        code = known.get(plain(text))
        if code is None and cell.kind == "number" and known.get("0" + text):
            zeros.append(at)
            code = known["0" + text]
        elif code is None and text.isdigit() and known.get("0" + text):
            zeros.append(at)
            code = known["0" + text]
        elif code is not None and code != text:
            changed.setdefault(text, code)
        if code is not None:
            column.texts[at] = code
    if changed:
        pairs = ", ".join(f"{shown(text)} → {code}" for text, code in list(changed.items())[:12])
        column.tell("labels", pairs=f"[{column.name}] " + pairs + (" …" if len(changed) > 12 else ""))
    column.tell_cells("leading-zero", zeros)


def read_rounds(column: Column) -> None:
    """Rounds as `2025-Q3`, or in words as “Quý III/2025”."""
    known = {}
    for text in set(column.texts):
        if match := _QUARTER.fullmatch(text.strip()):
            quarter = _ROMAN.get(match[1].lower(), match[1])
            known[plain(text)] = f"{match[2]}-Q{quarter}"
    read_codes(column, known)


def code_words(field: dict[str, Any]) -> dict[str, str] | None:
    """What may be written in a column of codes or of yes and no → the code; None for other columns."""
    if field["type"] == "boolean":
        return dict.fromkeys(TRUE, "true") | dict.fromkeys(FALSE, "false")
    codes = field.get("constraints", {}).get("enum")
    if not codes:
        return None
    known = {
        plain(item[label]): item["value"]
        for item in field.get("categories", ())
        for label in ("label", "label_vi")
        if label in item
    }
    return known | {plain(code): code for code in codes}
