"""The report's typeface for Typst and for web pages; system fonts are never asked.

Cutting takes more than a second, so the fonts of a stage are kept in it, under a hash of what they are made from.
"""

from __future__ import annotations

import atexit
import base64
import io
import shutil
import tempfile
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path

import typst

from camket.files import sha256_bytes, write_atomic
from camket.report import typeface

KEPT = ".fonts"


class Fonts:
    """The fonts in one folder, which `cut` has filled."""

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def typst(self) -> typst.Fonts:
        return typst.Fonts(include_system_fonts=False, font_paths=[str(self.folder)])

    @cached_property
    def web(self) -> str:
        """@font-face rules with Be Vietnam Pro cut down to Latin with Vietnamese, as WOFF in base64."""
        return (self.folder / "web.css").read_text("utf-8")

    @cached_property
    def figures(self) -> str:
        """@font-face rules for digits of one width, which tables ask for by `_brand.yml`."""
        return (self.folder / "figures.css").read_text("utf-8")


@cache
def temporary() -> Fonts:
    """Fonts in a folder that goes when the process ends."""
    made = Path(tempfile.mkdtemp(prefix="camket-fonts-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return cut(made)


def kept(stage: Path) -> Fonts:
    """The fonts of a stage: those of the last run, where they were cut by the same code from the same files."""
    if are_kept(stage):
        return Fonts(_home(stage))
    shutil.rmtree(stage / KEPT, ignore_errors=True)
    return cut(_home(stage))


def are_kept(stage: Path) -> bool:
    """Whether `kept` has nothing to cut."""
    return (_home(stage) / "figures.css").is_file()  # it is written last


def _home(stage: Path) -> Path:
    code = Path(__file__).read_text("utf-8")
    return stage / KEPT / sha256_bytes(f"{typeface.origin()}\0{code}".encode())[:16]


def cut(folder: Path) -> Fonts:
    """Fill a folder with the fonts for Typst and the rules for web pages."""
    typeface.write(folder)
    write_atomic(folder / "web.css", _web())
    write_atomic(folder / "figures.css", _figures())
    return Fonts(folder)


def _web() -> str:
    from fontTools.subset import Options, Subsetter, load_font, save_font  # slow to import

    ranges = ((0x20, 0x7E), (0xA0, 0x17F), (0x1A0, 0x1B0), (0x300, 0x323), (0x1EA0, 0x1EF9), (0x2010, 0x203A))
    wanted = [code for low, high in ranges for code in range(low, high + 1)] + [0x20AB, 0x20AC, 0x2212, 0x2264, 0x2265]
    rules = []
    for name, weight, style in (("Regular", 400, "normal"), ("Italic", 400, "italic"), ("SemiBold", 600, "normal")):
        options = Options(flavor="woff", hinting=False, recalc_timestamp=False)
        with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{name}.ttf") as path:
            font = load_font(str(path), options)
        # Looking through all features for the names they use takes longer than cutting them: no page shows them.
        names = font["name"]
        names.names = [record for record in names.names if record.nameID in options.name_IDs]
        del font["name"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=wanted)
        subsetter.subset(font)
        font["name"] = names
        save_font(font, out := io.BytesIO(), options)
        data = base64.b64encode(out.getvalue()).decode()
        rules.append(
            f'@font-face{{font-family:"Be Vietnam Pro";font-style:{style};font-weight:{weight};'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
        )
    return "".join(rules)


def _figures() -> str:
    rules = []
    for name, weight in (("Regular", 400), ("SemiBold", 600)):
        data = base64.b64encode(typeface.digits(name)).decode()
        rules.append(
            f'@font-face{{font-family:"{typeface.FIGURES}";font-weight:{weight};unicode-range:U+30-39;'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
        )
    return "".join(rules)
