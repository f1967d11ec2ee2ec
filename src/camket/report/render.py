"""Stage the Quarto project, generate what it includes, and render it: genuine Quarto where there is one, else embedded.

    reports/ ──copy──► build/<package>/report/ ◄── snippets and variables ── figures
                              │ quarto or embedded
                              └──► out/<document>-<language>.html, .pdf

The steps are apart so that a changed sentence renders its own document again and nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, time
from multiprocessing import get_context
from pathlib import Path
from string import Template
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import yaml

from camket.figures import Figures
from camket.files import sha256_file, write_if_changed
from camket.messages import ToolFailed
from camket.package import Package
from camket.report import DOCUMENTS, explorer, quarto, translations, typeface
from camket.report import snippets as pieces
from camket.report.quality import Quality
from camket.report.words import LANGUAGES, Voice, Words

if TYPE_CHECKING:
    from camket.report import embedded
    from camket.report.embedded.apart import Renderer as Apart

Renderer = Literal["auto", "quarto", "embedded"]
NOT_STAGED = {"README.md"}
LONG = ("scorecards", "partners", "review", "lists")  # rendered first, the longest first: two cores end together
RECORDS = ".made"  # in the stage: what each document was made from
# For Quarto's typst, whose page template has no place for them.
RUNNING_MARK = '#set page(header: align(right, text(size: 8pt, weight: "semibold")[{}]))'
FILTER = "_typst.lua"  # for genuine Quarto
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
    build: Path,
    reports_dir: Path,
    package: Package,
    *,
    renderer: Renderer = "auto",
    snippets: bool = True,
    stage: str = "report",
) -> Staged:
    """Stage the project in `build`/`stage` and write what its documents include and print.

    `build` is the package's build folder, with figures/ and quality/. `snippets=False` leaves the charts and tables
    of the last run, which is right when only sentences changed; the variables are written all the same, because a
    changed sentence may print another figure. Raises ToolFailed, by file and line, for what the figures do not have.
    """
    staged = copy(Path(build), Path(reports_dir), package, renderer=renderer, stage=stage)
    with _fonts_beside(staged):
        _write(staged, snippets)
    return staged


def _write(staged: Staged, snippets: bool) -> None:
    if snippets:
        write_pieces(staged, apart=True)
    elif not all((staged.folder / language / pieces.GENERATED).is_dir() for language in LANGUAGES):
        raise ToolFailed("the charts and tables of the report are not there yet", "Write them first: make report.")
    write_words(staged)


@contextmanager
def _fonts_beside(staged: Staged) -> Iterator[None]:
    """Have the fonts cut meanwhile, by a process of its own: it takes more than a second, at the first time."""
    from camket.report.embedded.fonts import are_kept, kept

    if staged.executable or are_kept(staged.folder):
        yield
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        cutting = pool.submit(kept, staged.folder)
        yield
        cutting.result()


def copy(
    build: Path, reports_dir: Path, package: Package, *, renderer: Renderer = "auto", stage: str = "report"
) -> Staged:
    """Copy the project's own files to the stage; what is generated is still to be written.

    Raises ToolFailed, by file and line, for what only one language has.
    """
    name, executable = choose(renderer)
    _copy(reports_dir, build / stage)
    translations.check(build / stage)
    figures, words = Figures(build / "figures"), Words.read(reports_dir / "words.yml")
    meta = {"package_id": package.package_id, "is_demonstration": package.is_demonstration}
    voices = tuple(Voice(figures, words, language, meta) for language in LANGUAGES)
    return Staged(build / stage, name, executable, voices)


def write_pieces(staged: Staged, *, apart: bool = False) -> None:
    """Write every chart and table of a stage; `apart`: the second language in a process of its own, where one can fork.

    Drawing is Python's own work, so threads would not help. What is the same in both languages is read before and
    shared.
    """
    quality = Quality.read(staged.voices[0].figures.folder.parent / "quality")
    first, *others = staged.voices
    if not apart or sys.platform != "linux":
        pieces.write_snippets(staged.voices, quality, staged.folder)
        return
    from camket.report import charts  # noqa: F401 (so that no process loads matplotlib again)

    first.figures.read_all()
    explorer.members(first.figures)
    # What the other process works on it has from the fork: arguments of a task would be written out and read again.
    inherited = (others, quality, staged.folder)
    with ProcessPoolExecutor(1, get_context("fork"), initializer=_inherit, initargs=inherited) as pool:
        rest = pool.submit(_write_inherited)
        pieces.write_snippets([first], quality, staged.folder)
        rest.result()


_inherited: list[Any] = []


def _inherit(*what: Any) -> None:
    _inherited[:] = what


def _write_inherited() -> None:
    pieces.write_snippets(*_inherited)


def write_words(staged: Staged) -> None:
    """Write the variables that the documents of a stage print, what they carry as metadata, and who renders them."""
    pieces.write_variables(staged.voices, staged.folder, staged.renderer)
    for voice in staged.voices:
        write_edition(voice, staged.folder, staged.renderer)
    if staged.executable:
        write_if_changed(staged.folder / FILTER, _filter(staged.folder / "_brand.yml"))
    version = quarto.version(staged.executable) if staged.executable else _embedded_version()
    made_by = {"name": staged.renderer, "version": version}
    write_if_changed(staged.folder / "renderer.json", json.dumps(made_by, indent=2) + "\n")


def render_document(
    staged: Staged,
    language: str,
    formats: Sequence[str] = ("html", "pdf"),
    *,
    document: str = "review",
    apart: Apart | None = None,
) -> list[Path]:
    """Render one document to `out/<document>-<language>`.html and .pdf; returns the files. Raises ToolFailed.

    `apart` renders in another process in the place of the embedded renderer in this one.
    Formats are those of the embedded renderer: `pdf` is what the document publishes, `whole` and `parts` name it. The
    embedded renderer makes sections that are PDFs of their own in either case: Quarto would have to be started anew
    for each. What was made from what is put down last, for `unchanged`.
    """
    from camket.report import embedded

    source, output, record = _places(staged, language, document)
    try:
        if not staged.executable:
            fonts, draw = embedded.fonts.kept(staged.folder), apart or embedded.render
            made = draw(source, formats, output, timestamp=staged.timestamp, fonts=fonts, record=record)
        else:
            made = _with_quarto(staged, source, formats, output, record)
    except embedded.RenderError as error:
        raise ToolFailed(f"the report cannot be rendered:\n{error}", "Mend the documents at these lines.") from error
    _remove_others(made, language, formats, document, output)
    return made


def unchanged(
    staged: Staged, language: str, formats: Sequence[str] = ("html", "pdf"), *, document: str = "review"
) -> list[Path] | None:
    """The files of a document, where they are there and rendering it again would give the same; else None."""
    from camket.report import embedded

    source, output, record = _places(staged, language, document)
    if not record.is_file():
        return None
    if not staged.executable:
        made = embedded.unchanged(source, formats, output, timestamp=staged.timestamp, record=record)
    else:
        known = _quartos_inputs(staged, embedded.Document(source), formats)
        made = embedded.records.made_of(record, known, staged.folder, output)
    if made is not None:
        _remove_others(made, language, formats, document, output)
    return made


def _places(staged: Staged, language: str, document: str) -> tuple[Path, Path, Path]:
    """The source of a document, the folder of its files, and its record. Raises ToolFailed."""
    if document not in DOCUMENTS:
        raise ToolFailed(f"unknown document {document!r}", f"One of: {', '.join(DOCUMENTS)}.")
    record = staged.folder / RECORDS / f"{document}-{language}.json"
    return staged.folder / language / f"{document}.qmd", staged.folder / "out", record


def _with_quarto(staged: Staged, source: Path, formats: Sequence[str], output: Path, record: Path) -> list[Path]:
    from camket.report import embedded

    assert staged.executable
    document = embedded.Document(source)
    forms = document.forms(formats)
    typeface.write(staged.folder / "_fonts")  # where Quarto's typst looks
    known = _quartos_inputs(staged, document, formats)
    own = [form for form in forms if form != "parts"]
    made = quarto.render(staged.executable, source, own, output, timestamp=staged.timestamp)
    if "parts" in forms:
        fonts = embedded.fonts.kept(staged.folder)
        made += embedded.render(source, ["parts"], output, timestamp=staged.timestamp, fonts=fonts)
    if known:
        embedded.records.write(record, known, {}, made, output)
    return made


def _quartos_inputs(staged: Staged, document: embedded.Document, formats: Sequence[str]) -> str | None:
    """What the files of a document are made from, where Quarto makes them: None where that cannot be said.

    The text is that which the embedded renderer reads: variables and chapters are shared by documents. Of other files
    Quarto does not say which it reads, so all count that it might.
    """
    from camket.report import embedded

    assert staged.executable
    try:
        text, _ = document.read("html")
        also = [(path.name, sha256_file(path)) for path in quarto.may_read(staged.folder, document.source, text)]
        code = embedded.records.code(Path(__file__), Path(quarto.__file__))
        settings = sorted((key, value) for key, value in os.environ.items() if key.startswith("QUARTO_"))
        also += [code, quarto.version(staged.executable), *settings]
        return embedded.records.inputs(document, document.forms(formats), staged.timestamp, also)
    except embedded.RenderError:
        return None  # outside the embedded renderer's subset


def _remove_others(made: Sequence[Path], language: str, formats: Sequence[str], document: str, output: Path) -> None:
    """Remove what a document made once and does not any more, such as the card of an agency that has none now."""
    if "pdf" in formats:
        whole = output / f"{document}-{language}.pdf"
        for path in {whole, *(output / document).glob(f"*-{language}.pdf")} - set(made):
            path.unlink(missing_ok=True)


def render_documents(
    staged: Staged,
    languages: Sequence[str] = LANGUAGES,
    documents: Sequence[str] = DOCUMENTS,
    formats: Sequence[str] = ("html", "pdf"),
    *,
    done: Callable[[str, str, float | None], None] = lambda document, language, seconds: None,
) -> list[Path]:
    """Render `documents` in `languages`, two at a time; returns the files, by language and document.

    A document that would come out the same is left alone. What is written does not depend on the order in which the
    documents are ready; `done` is told of each, with no seconds for what was left alone. Raises ToolFailed with the
    problems of all documents at once.
    """
    from camket.report import embedded
    from camket.report.embedded.apart import renderers

    def one(language: str, document: str) -> list[Path]:
        start = perf_counter()
        made = render_document(staged, language, formats, document=document, apart=apart)
        done(document, language, perf_counter() - start)
        return made

    wanted = [(name, spoken) for spoken in languages for name in documents]
    made = {key: found for key in wanted if (found := unchanged(staged, key[1], formats, document=key[0])) is not None}
    for name, spoken in made:
        done(name, spoken, None)
    left = [key for key in wanted if key not in made]
    if left and not staged.executable:
        embedded.fonts.kept(staged.folder)  # once, before several documents ask for them
    # Quarto keeps a project's state in one folder, which two of it must not share.
    at_once = 1 if staged.executable else 2
    with (
        nullcontext() if staged.executable or len(left) < 2 else renderers(at_once) as apart,
        ThreadPoolExecutor(at_once) as pool,
    ):
        left.sort(key=lambda key: LONG.index(key[0]) if key[0] in LONG else len(LONG))
        running = {key: pool.submit(one, key[1], key[0]) for key in left}
    failed = [error for key in wanted if key in running and (error := running[key].exception())]
    for error in failed:
        if not isinstance(error, ToolFailed):
            raise error
    if failed:
        raise ToolFailed("\n".join(dict.fromkeys(str(error.message) for error in failed)), failed[0].remedy)
    made |= {key: task.result() for key, task in running.items()}
    return [path for key in wanted for path in made[key]]


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
    return render_documents(staged, languages, documents, formats)


def _copy(reports_dir: Path, target: Path) -> None:
    """Copy the project's own files, unmodified; files that did not change keep their time stamp."""
    wanted = {path.relative_to(reports_dir) for path in reports_dir.rglob("*") if path.is_file()}
    for path in sorted(wanted):
        if path.name not in NOT_STAGED and not path.name.startswith("."):
            write_if_changed(target / path, (reports_dir / path).read_bytes())
    for path in pieces.sources(target):  # a chapter that was taken out must not be read any more
        if path.relative_to(target) not in wanted:
            path.unlink(missing_ok=True)


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
                "filters": [f"../{FILTER}"],
                "include-in-header": [{"text": RUNNING_MARK.format(mark)}],
                "include-before-body": [{"text": BANNER.format(banner)}],
            },
        }
    else:
        metadata["date"] = voice.word("edition.date").format(**dates)
    text = yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, width=10**6)
    return write_if_changed(target / voice.language / "_edition.yml", text)


def _filter(brand: Path) -> str:
    """What genuine Quarto's PDF needs beside Quarto, in the brand's colours."""
    colours = {name: str(value) for name, value in yaml.safe_load(brand.read_text("utf-8"))["color"].items()}
    return Template((Path(__file__).parent / "templates/quarto-typst.lua").read_text("utf-8")).substitute(colours)
