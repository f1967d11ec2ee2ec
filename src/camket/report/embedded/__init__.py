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
from camket.report.embedded import record as records
from camket.report.embedded.fonts import Fonts
from camket.report.embedded.pages import Document, renderer_name
from camket.report.embedded.places import Problem, RenderError

__all__ = ["Document", "Problem", "RenderError", "render", "renderer_name", "unchanged"]
Format = Literal["html", "pdf", "whole", "parts"]


def render(
    source: Path,
    formats: Sequence[Format],
    output_dir: Path,
    *,
    timestamp: datetime,
    profiles: Sequence[str] = (),
    fonts: Fonts | None = None,
    record: Path | None = None,
) -> list[Path]:
    """Render `source` (a .qmd in or below a folder with `_quarto.yml`) and return the files written.

    `pdf` are the PDFs that the document publishes: the `whole` of it, unless its metadata say `files-only: true`, and
    the sections that are files of their own (`parts`, see `Document.parts`); those two can be asked for by name.
    `timestamp` (with a time zone) is the date the PDF carries; `profiles` picks `_quarto-<profile>.yml` files;
    `fonts` are those that a stage keeps (`fonts.kept`), else they are cut anew; `record` is where to put down what the
    files were made from, for `unchanged`.
    Files appear in `output_dir` only when every format rendered. Raises `RenderError` with all problems found.
    """
    if timestamp.tzinfo is None:
        raise ValueError("timestamp needs a time zone")
    document = Document(Path(source).resolve(), tuple(profiles), fonts)
    forms = document.forms(formats)
    known = records.inputs(document, forms, timestamp) if record else None
    if "html" in forms and len(forms) > 1:
        document.prepare()
    stem = document.output_name()
    # Parts first: what Typst remembers of a long document only slows down short ones.
    parts = document.parts(timestamp) if "parts" in forms else {}
    makers = {"html": document.html, "whole": lambda: document.pdf(timestamp)}
    made = {f"{stem}.{'html' if form == 'html' else 'pdf'}": makers[form]() for form in forms if form in makers}
    made |= {f"{name}.pdf": data for name, data in parts.items()}
    if document.places.problems:
        raise RenderError(document.places.problems)
    written = [write_atomic(Path(output_dir) / name, data) for name, data in made.items()]
    if record and known:
        records.write(record, known, records.images(document, document.images), written, Path(output_dir))
    return written


def unchanged(
    source: Path,
    formats: Sequence[Format],
    output_dir: Path,
    *,
    timestamp: datetime,
    profiles: Sequence[str] = (),
    record: Path,
) -> list[Path] | None:
    """The files that `render` would write, where they are there and would be the same, by their record; else None."""
    if not record.is_file():
        return None
    try:
        document = Document(Path(source).resolve(), tuple(profiles))
        known = records.inputs(document, document.forms(formats), timestamp)
    except RenderError:
        return None  # `render` says what is wrong
    return records.made_of(record, known, document.project.folder.resolve(), Path(output_dir))
