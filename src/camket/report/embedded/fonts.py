"""The report's typeface for Typst and for web pages; system fonts are never asked."""

from __future__ import annotations

import base64
import functools
import io
import threading
from importlib.resources import as_file, files

import typst

from camket.report import typeface

_CUTTING = threading.Lock()


@functools.cache
def typst_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(typeface.folder())])


def web_fonts() -> str:
    """@font-face rules with Be Vietnam Pro cut down to Latin with Vietnamese, as WOFF in base64."""
    with _CUTTING:  # it takes a second: whoever renders beside us waits for it and does not do it too
        return _cut()


@functools.cache
def _cut() -> str:
    from fontTools.subset import Options, Subsetter, load_font, save_font  # slow to import, only for HTML

    ranges = ((0x20, 0x7E), (0xA0, 0x17F), (0x1A0, 0x1B0), (0x300, 0x323), (0x1EA0, 0x1EF9), (0x2010, 0x203A))
    wanted = [code for low, high in ranges for code in range(low, high + 1)] + [0x20AB, 0x20AC, 0x2212, 0x2264, 0x2265]
    rules = []
    for name, weight, style in (("Regular", 400, "normal"), ("Italic", 400, "italic"), ("SemiBold", 600, "normal")):
        options = Options(flavor="woff", hinting=False, recalc_timestamp=False)
        with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{name}.ttf") as path:
            font = load_font(str(path), options)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=wanted)
        subsetter.subset(font)
        save_font(font, out := io.BytesIO(), options)
        data = base64.b64encode(out.getvalue()).decode()
        rules.append(
            f'@font-face{{font-family:"Be Vietnam Pro";font-style:{style};font-weight:{weight};'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
        )
    return "".join(rules)


@functools.cache
def figure_fonts() -> str:
    """@font-face rules for digits of one width, which tables ask for by `_brand.yml`."""
    rules = []
    for name, weight in (("Regular", 400), ("SemiBold", 600)):
        data = base64.b64encode(typeface.figures(name, "woff")).decode()
        rules.append(
            f'@font-face{{font-family:"{typeface.FIGURES}";font-weight:{weight};unicode-range:U+30-39;'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
        )
    return "".join(rules)
