"""Stage the Quarto project, generate what it includes, and render it: genuine Quarto where there is one, else embedded.

    reports/ ──copy──► build/<package>/report/ ◄── snippets and variables ── figures
                              │ quarto or embedded
                              └──► out/<document>-<language>.html, .pdf

The steps are apart so that a changed sentence renders its own document again and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

import yaml

from camket.figures import Figures
from camket.files import write_if_changed
from camket.messages import ToolFailed
from camket.package import Package
from camket.report import quarto, typeface
from camket.report import snippets as pieces
from camket.report.quality import Quality
from camket.report.words import LANGUAGES, Voice, Words

Renderer = Literal["auto", "quarto", "embedded"]
DOCUMENTS = ("review", "brief", "scorecards", "partners", "lists", "dictionary")
NOT_STAGED = {"README.md"}
# For Quarto's typst, whose page template has no place for them.
RUNNING_MARK = '#set page(header: align(right, text(size: 8pt, weight: "semibold")[{}]))'
BANNER = '#block(fill: rgb("#fff3d6"), inset: 8pt, width: 100%)[*{}*]'


@dataclass(frozen=True)
class Staged:
    """A project ready to render. `renderer` is quarto or embedded."""

    folder: Path
    renderer: str
    executable: Path | None
    voices: tuple[Voice, ...]

    @property
    def timestamp(self) -> datetime:
        """The date that documents carry: the knowledge cut-off, not the clock."""
        return datetime.combine(self.voices[0].figures.edition["knowledge_date"], time(), tzinfo=UTC)


def choose(renderer: Renderer) -> tuple[str, Path | None]:
    """Name of the renderer that will be used, and Quarto's executable if it is that one. Raises ToolFailed."""
    if renderer not in ("auto", "quarto", "embedded"):
        raise ToolFailed(f"unknown renderer {renderer!r}", "One of: auto, quarto, embedded.")
    executable = None if renderer == "embedded" else quarto.find()
    if renderer == "quarto" and executable is None:
        raise ToolFailed("Quarto is not on PATH", "Install it, set QUARTO_PATH, or use the embedded renderer.")
    return ("quarto" if executable else "embedded"), executable


def prepare(
    build: Path, reports_dir: Path, package: Package, *, renderer: Renderer = "auto", snippets: bool = True
) -> Staged:
    """Stage the project in `build`/report and write what its documents include and print.

    `build` is the package's build folder, with figures/ and quality/. `snippets=False` leaves the charts and tables
    of the last run, which is right when only sentences changed; the variables are written all the same, because a
    changed sentence may print another figure. Raises ToolFailed, by file and line, for what the figures do not have.
    """
    build, reports_dir = Path(build), Path(reports_dir)
    name, executable = choose(renderer)
    target = build / "report"
    _copy(reports_dir, target)
    figures, words = Figures(build / "figures"), Words.read(reports_dir / "words.yml")
    meta = {"package_id": package.package_id, "is_demonstration": package.is_demonstration}
    voices = tuple(Voice(figures, words, language, meta) for language in LANGUAGES)
    if snippets:
        pieces.write_snippets(voices, Quality.read(build / "quality"), target)
    elif not all((target / language / pieces.GENERATED).is_dir() for language in LANGUAGES):
        raise ToolFailed("the charts and tables of the report are not there yet", "Write them first: make report.")
    pieces.write_variables(voices, target, name)
    for voice in voices:
        write_edition(voice, target, name)
    made_by = {"name": name, "version": quarto.version(executable) if executable else _embedded_version()}
    write_if_changed(target / "renderer.json", json.dumps(made_by, indent=2) + "\n")
    return Staged(target, name, executable, voices)


def render_document(
    staged: Staged, language: str, formats: Sequence[str] = ("html", "pdf"), *, document: str = "review"
) -> list[Path]:
    """Render one document to `out/<document>-<language>`.html and .pdf; returns the files. Raises ToolFailed."""
    if document not in DOCUMENTS:
        raise ToolFailed(f"unknown document {document!r}", f"One of: {', '.join(DOCUMENTS)}.")
    source, output = staged.folder / language / f"{document}.qmd", staged.folder / "out"
    if staged.executable:
        _fonts(staged.folder / "_fonts")
        return quarto.render(staged.executable, source, formats, output, timestamp=staged.timestamp)
    from camket.report import embedded

    try:
        return embedded.render(source, list(formats), output, timestamp=staged.timestamp)
    except embedded.RenderError as error:
        raise ToolFailed(f"the report cannot be rendered:\n{error}", "Mend the documents at these lines.") from error


def render(
    build: Path,
    reports_dir: Path,
    package: Package,
    *,
    languages: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = ("html", "pdf"),
    renderer: Renderer = "auto",
    documents: Sequence[str] = ("review",),
) -> list[Path]:
    """Prepare and render `documents` in `languages`; returns the files."""
    staged = prepare(build, reports_dir, package, renderer=renderer)
    return [
        path
        for language in languages
        for document in documents
        for path in render_document(staged, language, formats, document=document)
    ]


def _copy(reports_dir: Path, target: Path) -> None:
    """Copy the project's own files, unmodified; files that did not change keep their time stamp."""
    wanted = {path.relative_to(reports_dir) for path in reports_dir.rglob("*") if path.is_file()}
    for path in sorted(wanted):
        if path.name not in NOT_STAGED and not path.name.startswith("."):
            write_if_changed(target / path, (reports_dir / path).read_bytes())
    for path in pieces.sources(target):  # a chapter that was taken out must not be read any more
        if path.relative_to(target) not in wanted:
            path.unlink()


def _embedded_version() -> str:
    from camket.report import embedded

    return embedded.renderer_name()


def write_edition(voice: Voice, target: Path, renderer: str) -> bool:
    """Write <language>/_edition.yml: what documents of this edition carry as metadata. True if it changed."""
    is_demonstration = bool(voice.meta.get("is_demonstration"))
    edition = voice.figures.edition
    dates = {"T": voice.date(edition["valid_date"]), "K": voice.date(edition["knowledge_date"])}
    banner, mark = voice.word("edition.banner"), voice.word("edition.mark")
    metadata: dict[str, Any] = {
        "subtitle": voice.word("edition.subtitle").format(**dates),
        "is-demonstration": is_demonstration,
        "is-public-record": not is_demonstration,
        "made-with-quarto": renderer == "quarto",
        "banner": banner,
        "edition-mark": mark,
    }
    if renderer == "quarto":
        # Quarto's own pages know neither banner nor running mark and read a date in words as none.
        metadata["format"] = {
            "html": {"include-before-body": [{"text": f'<div class="banner">{banner}</div>'}]},
            "typst": {
                "include-in-header": [{"text": RUNNING_MARK.format(mark)}],
                "include-before-body": [{"text": BANNER.format(banner)}],
            },
        }
    else:
        metadata["date"] = voice.word("edition.date").format(**dates)
    text = yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, width=10**6)
    return write_if_changed(target / voice.language / "_edition.yml", text)


def _fonts(folder: Path) -> None:
    """Put the typeface where Quarto's typst looks for it; the embedded renderer takes it from the wheel itself."""
    for path in sorted(typeface.folder().iterdir()):
        write_if_changed(folder / path.name, path.read_bytes())
