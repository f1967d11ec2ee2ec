"""The report's typeface, and figures of equal width for its tables.

Be Vietnam Pro has proportional digits only, so columns of numbers would not stand under one another. `write` puts into
a folder the family as its package brings it and, beside it, `Be Vietnam Pro Figures`: its digits on one advance width,
without kerning, and nothing else. A style that names the second before the first gets tabular figures and keeps all
other letters.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path

from camket.files import sha256_bytes, sha256_file, write_if_changed

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
def figures(weight: str, flavor: str | None = None) -> bytes:
    """The digits of one weight on one width, as TrueType or as `flavor` woff; the same bytes each time."""
    from fontTools.subset import Options, Subsetter, load_font, save_font  # slow to import

    options = Options(flavor=flavor, hinting=False, recalc_timestamp=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG"]
    with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf") as path:
        font = load_font(str(path), options)
    subsetter = Subsetter(options)
    subsetter.populate(text=DIGITS)
    subsetter.subset(font)
    metrics, outlines, names = font["hmtx"], font["glyf"], font.getBestCmap()
    for digit in DIGITS:
        name = names[ord(digit)]
        advance, left = metrics[name]
        move = (ADVANCE - advance) // 2
        outlines[name].coordinates.translate((move, 0))
        outlines[name].recalcBounds(outlines)
        metrics[name] = (ADVANCE, left + move)
    style = "Regular" if weight == "Regular" else weight
    for record in list(font["name"].names):
        if record.nameID in (16, 17, 18, 21, 22, 25):
            font["name"].removeNames(nameID=record.nameID)
    family = FIGURES if weight == "Regular" else f"{FIGURES} {style}"
    for number, text in ((1, family), (2, "Regular"), (3, f"{FIGURES} {style}"), (4, f"{FIGURES} {style}"),
                         (6, f"BeVietnamProFigures-{style}"), (16, FIGURES), (17, style)):  # fmt: skip
        font["name"].setName(text, number, 3, 1, 0x409)
    save_font(font, out := io.BytesIO(), options)
    return out.getvalue()
