"""Stage the Quarto project, generate what it includes, and render it: genuine Quarto where there is one, else embedded.

    reports/ ──copy──► build/<package>/report/ ◄── snippets and variables ── figures
                              │ quarto or embedded
                              └──► out/review-vi.html, .pdf, review-en.html, .pdf

The steps are apart so that a changed sentence renders its own document again and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import yaml

from camket.figures import Figures
from camket.files import write_if_changed
from camket.messages import ToolFailed
from camket.report import quarto, snippets
from camket.report.tables import Quality
from camket.report.words import LANGUAGES, Voice, Words

Renderer = Literal["auto", "quarto", "embedded"]
DOCUMENT = "review.qmd"
NOT_STAGED = {"README.md"}
# For Quarto's typst, whose page template has no place for them.
RUNNING_MARK = '#set page(header: align(right, text(size: 8pt, weight: "semibold")[{}]))'
BANNER = '#block(fill: rgb("#fff3d6"), inset: 8pt, width: 100%)[*{}*]'


def voices(figures_folder: Path, reports_dir: Path, package_meta: dict[str, Any]) -> list[Voice]:
    """One voice a language for an edition."""
    figures, words = Figures(Path(figures_folder)), Words.read(Path(reports_dir) / "words.yml")
    return [Voice(figures, words, language, dict(package_meta)) for language in LANGUAGES]


def stage_folder(build_dir: Path, package_meta: dict[str, Any]) -> Path:
    """Where the project of a package is staged: build/<package>/report."""
    return Path(build_dir) / package_meta["package_id"] / "report"


def choose(renderer: Renderer) -> tuple[str, Path | None]:
    """Name of the renderer that will be used, and Quarto's executable if it is that one. Raises ToolFailed."""
    if renderer not in ("auto", "quarto", "embedded"):
        raise ToolFailed(f"unknown renderer {renderer!r}", "One of: auto, quarto, embedded.")
    executable = None if renderer == "embedded" else quarto.find()
    if renderer == "quarto" and executable is None:
        raise ToolFailed("Quarto is not on PATH", "Install it, set QUARTO_PATH, or use the embedded renderer.")
    return ("quarto" if executable else "embedded"), executable


def stage(reports_dir: Path, target: Path) -> None:
    """Copy the project's own files, unmodified; files that did not change keep their time stamp."""
    wanted = {path.relative_to(reports_dir) for path in Path(reports_dir).rglob("*") if path.is_file()}
    for path in sorted(wanted):
        if path.name not in NOT_STAGED and not path.name.startswith("."):
            write_if_changed(target / path, (Path(reports_dir) / path).read_bytes())
    for path in snippets.sources(target):  # a chapter that was taken out must not be read any more
        if path.relative_to(target) not in wanted:
            path.unlink()


def write_snippets(
    figures_folder: Path, quality_folder: Path, reports_dir: Path, build_dir: Path, *, package_meta: dict[str, Any],
    rules_folder: Path = Path("expectations/rules"),
) -> list[Path]:  # fmt: skip
    """Generate all charts and tables of an edition, in both languages; returns the files that changed."""
    target = stage_folder(build_dir, package_meta)
    stage(Path(reports_dir), target)
    quality = Quality.read(Path(quality_folder), Path(rules_folder))
    return snippets.write_snippets(voices(figures_folder, reports_dir, package_meta), quality, target)


def render_document(
    language: str, figures_folder: Path, reports_dir: Path, build_dir: Path, *, package_meta: dict[str, Any],
    formats: Sequence[str] = ("html", "pdf"), renderer: Renderer = "auto",
) -> list[Path]:  # fmt: skip
    """Render one language's review from snippets already written; returns the files. Raises ToolFailed."""
    name, executable = choose(renderer)
    target = stage_folder(build_dir, package_meta)
    if not (target / language / snippets.GENERATED).is_dir():
        raise ToolFailed("the charts and tables of the report are not there yet", "Run make snippets first.")
    stage(Path(reports_dir), target)
    spoken = voices(figures_folder, reports_dir, package_meta)
    snippets.write_variables(spoken, target, name)
    for voice in spoken:
        write_edition(voice, target, name)
    knowledge = spoken[0].figures.edition["knowledge_date"]
    timestamp = datetime.combine(knowledge, time(), tzinfo=UTC)
    source, output = target / language / DOCUMENT, target / "out"
    if executable:
        _fonts(target / "_fonts")
        return quarto.render(executable, source, formats, output, timestamp=timestamp)
    from camket.report import embedded

    try:
        return embedded.render(source, list(formats), output, timestamp=timestamp)
    except embedded.RenderError as error:
        raise ToolFailed(f"the report cannot be rendered:\n{error}", "Mend the documents at these lines.") from error


def render(
    figures_folder: Path, quality_folder: Path, reports_dir: Path, build_dir: Path, *, package_meta: dict[str, Any],
    languages: Sequence[str] = LANGUAGES, formats: Sequence[str] = ("html", "pdf"), renderer: Renderer = "auto",
    rules_folder: Path = Path("expectations/rules"),
) -> list[Path]:  # fmt: skip
    """Generate and render everything; returns the documents.

    package_meta   package_id, is_demonstration, title_en, title_vi
    renderer       auto takes Quarto where it is installed, else the embedded renderer; the report says which
    """
    write_snippets(figures_folder, quality_folder, reports_dir, build_dir, package_meta=package_meta, rules_folder=rules_folder)
    made = []
    for language in languages:
        made += render_document(language, figures_folder, reports_dir, build_dir, package_meta=package_meta,
                                formats=formats, renderer=renderer)  # fmt: skip
    return made


def write_edition(voice: Voice, target: Path, renderer: str) -> bool:
    """Write <language>/_edition.yml: what documents of this edition carry as metadata. True if it changed."""
    is_demonstration = bool(voice.meta.get("is_demonstration"))
    kind = "demonstration" if is_demonstration else "public_record"
    dates = {"T": voice.date(voice.figures.edition["valid_date"]), "K": voice.date(voice.figures.edition["knowledge_date"])}
    mark = voice.word("edition.mark") if is_demonstration else voice.word("edition.mark_public_record")
    banner = voice.word(f"edition.banner_{kind}")
    metadata: dict[str, Any] = {
        "subtitle": voice.word(f"edition.subtitle_{kind}").format(**dates),
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
    with as_file(files("fontpkg_be_vietnam_pro") / "files") as source:
        for weight in ("Regular", "Italic", "SemiBold", "Bold"):
            write_if_changed(folder / f"BeVietnamPro-{weight}.ttf", (source / f"BeVietnamPro-{weight}.ttf").read_bytes())
