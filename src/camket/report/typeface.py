"""The report's typeface, and figures of equal width for its tables.

Be Vietnam Pro has proportional digits only, so columns of numbers would not stand under one another. `write` puts into
a folder the family as its package brings it and, beside it, `Be Vietnam Pro Figures`: the same with all digits on one
advance width, without kerning. Web pages get these digits and nothing else, and name them before the family. For Typst
the second is whole: it takes a twentieth longer to set tables from two fonts in turn.
"""

from __future__ import annotations

import io
from copy import deepcopy
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from camket.files import sha256_bytes, sha256_file, write_if_changed

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "Be Vietnam Pro"
FIGURES = "Be Vietnam Pro Figures"
DIGITS = "0123456789"
# Width of every digit in units of the em (1000): between the widest (4: 710) and the narrowest (1: 385).
ADVANCE = 650
WEIGHTS = ("Regular", "SemiBold")
FAMILY_WEIGHTS = ("Regular", "Italic", "SemiBold", "Bold")


def write(target: Path) -> None:
    """Put the fonts that documents are set in into a folder."""
    with as_file(files("fontpkg_be_vietnam_pro") / "files") as source:
        for weight in FAMILY_WEIGHTS:
            write_if_changed(
                target / f"BeVietnamPro-{weight}.ttf", (source / f"BeVietnamPro-{weight}.ttf").read_bytes()
            )
    for weight in WEIGHTS:
        write_if_changed(target / f"BeVietnamProFigures-{weight}.ttf", figures(weight))


def origin() -> str:
    """Hash of what the fonts are made from: the files of the package, the library that cuts, this module."""
    known = [version("fonttools"), Path(__file__).read_text("utf-8")]
    with as_file(files("fontpkg_be_vietnam_pro") / "files") as source:
        known += [sha256_file(source / f"BeVietnamPro-{weight}.ttf") for weight in FAMILY_WEIGHTS]
    return sha256_bytes("\0".join(known).encode())


@cache
def figures(weight: str) -> bytes:
    """One weight with its digits on one width, as TrueType; the same bytes each time."""
    return _saved(_tabular(weight))


@cache
def digits(weight: str) -> bytes:
    """The digits of `figures` and nothing else, as WOFF for web pages; the same bytes each time."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(figures(weight)), recalcTimestamp=False, lazy=True)
    options = Options(flavor="woff", hinting=False, recalc_timestamp=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    subsetter = Subsetter(options)
    subsetter.populate(text=DIGITS)
    subsetter.subset(font)
    font.flavor = "woff"
    return _saved(font)


def _tabular(weight: str) -> TTFont:
    from fontTools.ttLib import TTFont  # slow to import

    with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf") as path:
        font = TTFont(path, recalcTimestamp=False, lazy=False)
    del font["DSIG"]
    metrics, outlines, names = font["hmtx"], font["glyf"], font.getBestCmap()
    for digit in DIGITS:
        # A glyph of its own, which kerning and ligatures do not know.
        name, own = names[ord(digit)], f"{names[ord(digit)]}.tabular"
        advance, left = metrics[name]
        move = (ADVANCE - advance) // 2
        outlines[own] = deepcopy(outlines[name])
        outlines[own].coordinates.translate((move, 0))
        outlines[own].recalcBounds(outlines)
        metrics[own] = (ADVANCE, left + move)
        for table in font["cmap"].tables:
            if ord(digit) in table.cmap:
                table.cmap[ord(digit)] = own
    _name(font, weight)
    return font


def _name(font: TTFont, weight: str) -> None:
    for record in list(font["name"].names):
        if record.nameID in (16, 17, 18, 21, 22, 25):
            font["name"].removeNames(nameID=record.nameID)
    family = FIGURES if weight == "Regular" else f"{FIGURES} {weight}"
    for number, text in ((1, family), (2, "Regular"), (3, f"{FIGURES} {weight}"), (4, f"{FIGURES} {weight}"),
                         (6, f"BeVietnamProFigures-{weight}"), (16, FIGURES), (17, weight)):  # fmt: skip
        font["name"].setName(text, number, 3, 1, 0x409)


def _saved(font: TTFont) -> bytes:
    font.save(out := io.BytesIO(), reorderTables=False)
    return out.getvalue()
