"""Render a Quarto project file to HTML and PDF without the Quarto CLI, with Pandoc and Typst from wheels.

    .qmd ─► includes, shortcodes ─► Pandoc + filter.lua ─► page.html ─► one self-contained file
            source, project         pages               └─► page.typ  ─► Typst, PDF/UA-1

The source files stay as Quarto reads them. docs/renderer.md declares the subset; anything outside it is a
`RenderError` that names file, line and remedy. The same input gives the same bytes: no clock, no system fonts,
no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from camket.files import write_atomic
from camket.report.embedded.fonts import Fonts
from camket.report.embedded.pages import Document, renderer_name
from camket.report.embedded.places import Problem, RenderError

__all__ = ["Document", "Problem", "RenderError", "render", "renderer_name"]


def render(
    source: Path,
    formats: Sequence[Literal["html", "pdf", "parts"]],
    output_dir: Path,
    *,
    timestamp: datetime,
    profiles: Sequence[str] = (),
    fonts: Fonts | None = None,
) -> list[Path]:
    """Render `source` (a .qmd in or below a folder with `_quarto.yml`) and return the files written.

    `parts` are the sections that are PDFs of their own (see `Document.parts`), `html` and `pdf` the whole document.
    `timestamp` (with a time zone) is the date the PDF carries; `profiles` picks `_quarto-<profile>.yml` files;
    `fonts` are those that a stage keeps (`fonts.kept`), else they are cut anew.
    Files appear in `output_dir` only when every format rendered. Raises `RenderError` with all problems found.
    """
    if timestamp.tzinfo is None:
        raise ValueError("timestamp needs a time zone")
    if unknown := set(formats) - {"html", "pdf", "parts"}:
        raise ValueError(f"unknown formats: {sorted(unknown)}")
    document = Document(Path(source).resolve(), tuple(profiles), fonts)
    if "html" in formats and len(set(formats)) > 1:
        document.prepare()
    stem = document.output_name()
    # Parts first: what Typst remembers of a long document only slows down short ones.
    parts = document.parts(timestamp) if "parts" in formats else {}
    makers = {"html": document.html, "pdf": lambda: document.pdf(timestamp)}
    made = {f"{stem}.{name}": makers[name]() for name in formats if name in makers}
    made |= {f"{name}.pdf": data for name, data in parts.items()}
    if document.places.problems:
        raise RenderError(document.places.problems)
    return [write_atomic(Path(output_dir) / name, data) for name, data in made.items()]
