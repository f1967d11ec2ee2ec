"""From a document's text to one web page and one PDF: Pandoc with filter.lua, then our page around it, or Typst."""

from __future__ import annotations

import base64
import functools
import json
import mimetypes
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import pypandoc
import typst

from camket.report.embedded import fonts as typefaces
from camket.report.embedded.cells import Cells, Unshared
from camket.report.embedded.places import Line, Places
from camket.report.embedded.project import Project, project_folder
from camket.report.embedded.source import Reading

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"
PAGES = {"html": TEMPLATES / "page.html", "typst": TEMPLATES / "page.typ"}
Target = Literal["html", "typst"]

# Untrusted text must not become HTML, LaTeX or metadata; raw_attribute (```{=html}) stays, as authors' own door.
READER = (
    "markdown-raw_html-raw_tex-latex_macros-native_divs-native_spans-markdown_in_html_blocks"
    "-yaml_metadata_block-pandoc_title_block"
)
# In what Pandoc wrote for Typst: where a part begins that is a file of its own (filter.lua), what every such file has,
# and, in our template, the title that it takes over and the line after which its own text comes.
PART_BEGINS = re.compile(r"\{[^{}\n]*\bfile *=")  # in our text, or what looks like it
PART = re.compile(r"^// file: (\S+)\n(?=(.*)\n)", re.M)  # the heading follows
HEADING = re.compile(r"=+ (.*)|#heading\(.*?\)\[(.*)\]")
EVERY_FILE = re.compile(r"^// every file begins\n(.*?)^// every file ends\n", re.M | re.S)
TITLE = re.compile(r"^#let file-title = \[.*(?=\]$)", re.M)
BODY = re.compile(r"^// Body\.\n", re.M)
# A row of a table, and an interval in it, which is not to be broken; a rule in the template would take Typst longer.
ROW = re.compile(r"^  \[.*", re.M)
INTERVAL = re.compile(r"[\d.,]*\d--\d[\d.,]*(?:~?%)?(?=[)\]~ ])")
LOCAL = re.compile(r'#link\("(?![a-z][a-z0-9+.-]*:|/)')
IMAGE_TYPES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}
# What a browser would fetch: from an element, a style attribute or a style element of an author's raw HTML.
LOADS = re.compile(
    r"<(?:img|script|iframe|video|audio|source|embed|object|link|use)\b[^>]*?\b(?:src|srcset|data|href)\s*=\s*"
    r"[\"']?(?!data:|#)([^\"'\s>]+)|<[a-z][^>]*\sstyle\s*=[^>]*url\(\s*[\"']?(?!data:|#)([^\"')\s]+)"
    r"|<style\b[^>]*>(?:(?!</style).)*?(?:url\(|@import)\s*[\"']?(?!data:|#)([^\"')\s]+)",
    re.I | re.S,
)


@functools.cache
def renderer_name() -> str:
    """Which renderer made a report, e.g. ``embedded (Pandoc 3.9, Typst 0.15.2)``."""
    return f"embedded (Pandoc {pypandoc.get_pandoc_version()}, Typst {version('typst')})"


class Document:
    """One document, rendered to any format; the problems of all formats are in `places.problems`."""

    def __init__(self, source: Path, profiles: tuple[str, ...] = (), fonts: typefaces.Fonts | None = None):
        self.source = source
        self._fonts = fonts
        self.places = Places(project_folder(source) or source.parent)
        self.project = Project(source, profiles, self.places)
        self.images: list[str] = []
        self._readings: dict[str, Reading] = {}
        self._written: dict[str, tuple[str, dict[str, Any]]] = {}

    def output_name(self) -> str:
        """Stem of the files that are written."""
        meta = self.project.metadata("html")
        return Path(str(Reading(self.project, meta).fill(meta.get("output-file", self.source.stem)))).stem

    def forms(self, formats: Sequence[str]) -> tuple[str, ...]:
        """What is to be made for `formats`, in the order asked: `html`, and for `pdf` the `whole` and `parts` if any.

        Metadata `files-only: true` say that the PDFs of the document are its parts only.
        """
        if unknown := set(formats) - {"html", "pdf", "whole", "parts"}:
            raise ValueError(f"unknown formats: {sorted(unknown)}")
        pdf = [] if self._has_parts_only() else ["whole"]
        if not pdf or PART_BEGINS.search(self.read("typst")[0]):
            pdf.append("parts")
        return tuple(dict.fromkeys(form for name in formats for form in (pdf if name == "pdf" else (name,))))

    def _has_parts_only(self) -> bool:
        return self.project.meta.get("files-only") is True

    def html(self) -> bytes:
        """One HTML file with styles, script, fonts and images inside. Empty if there are problems."""
        page, meta = self._pandoc("html")
        for match in LOADS.finditer(page):
            name = unescape(match[1] or match[2] or match[3])
            if name not in self.images:
                self._problem(name, f"raw HTML loads {name}: the page must work offline, embed it")
        if self.places.problems:
            return b""

        def embed(match: re.Match) -> str:
            path = self.project.resolve(unescape(match[1]))
            assert path is not None  # _check_images has seen it
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return f'<img src="data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"'

        page = re.sub(r'<img src="((?!data:)[^"]+)"', embed, page)
        notes = str((meta.get("language") or {}).get("section-title-footnotes", "Footnotes"))
        page = page.replace('role="doc-endnotes"', f'role="doc-endnotes" aria-label="{escape(notes)}"')
        fonts = self._fonts or typefaces.temporary()
        style = (
            fonts.web + (fonts.figures if self.project.figures() else "") + (TEMPLATES / "page.css").read_text("utf-8")
        )
        page = page.replace("/*page.css*/", style).replace("/*page.js*/", (TEMPLATES / "page.js").read_text("utf-8"))
        return page.encode()

    def pdf(self, timestamp: datetime) -> bytes:
        """A tagged PDF that passes PDF/UA-1. Empty if there are problems."""
        text, _ = self._pandoc("typst")
        if self.places.problems:
            return b""
        return self._typeset(text, timestamp)

    def parts(self, timestamp: datetime) -> dict[str, bytes]:
        """The parts of the document that are PDFs of their own, by file name without suffix; empty if there are none.

        A part begins at a heading with `file="name"` and ends before the next one. It has the document's title block
        and what stands in a div `.in-every-file`, and is called "title: heading".
        """
        text, _ = self._pandoc("typst")
        if self.places.problems:
            return {}
        head, *rest = PART.split(text)
        start, end = TITLE.search(head), BODY.search(head)
        if not rest:
            if self._has_parts_only():
                self._problem("files-only:", 'files-only, but no heading has file="name": there would be no PDF')
            return {}
        assert start and end  # our template has them
        shared = "".join(EVERY_FILE.findall(head))
        made = {}
        for name, heading, body in zip(*[iter(rest)] * 3, strict=True):
            owner = HEADING.fullmatch(heading)
            assert owner  # Pandoc's two ways to write one
            if name in made:
                self._problem(f'file="{name}"', f"two parts are called {name}", 2)
            title = f"{head[: start.end()]}: {owner[1] or owner[2]}{head[start.end() : end.end()]}"
            up = "../" * name.count("/")  # a link to another file of the edition
            made[name] = self._typeset(title + LOCAL.sub(rf"\g<0>{up}", shared + body), timestamp)
        return made

    def _typeset(self, text: str, timestamp: datetime) -> bytes:
        fonts = self._fonts or typefaces.temporary()
        text = ROW.sub(lambda row: INTERVAL.sub(r"#box[\g<0>]", row[0]), text)
        compiler = typst.Compiler(root=str(self.project.folder), font_paths=fonts.typst)
        try:
            return compiler.compile(text.encode(), format="pdf", pdf_standards="ua-1", timestamp=timestamp)
        except typst.TypstError as error:
            # A line of an author's raw Typst block is found again in the source as it stands.
            place = re.search(r"typ:(\d+):", error.diagnostic or "")
            broken = text.split("\n")[int(place[1]) - 1].strip() if place else ""
            hints = "".join(f"; {hint}" for hint in error.hints)
            at = self.places.find(broken, self.project.start)
            self.places.stop(at, f"Typst stopped: {error.message}{hints} (near: {broken[:80]})")

    def _problem(self, needle: str, message: str, nth: int = 1) -> None:
        self.places.problem(self.places.find(needle, self.project.start, nth), message)

    def _reading(self, target: Target) -> Reading:
        """The document as one format reads it: read once, and once for both formats where both say the same."""
        if target not in self._readings:
            reading = Reading(self.project, self.project.metadata(target), target)
            reading.meta, reading.asked = reading.fill(reading.meta), {}
            other = next(iter(self._readings.values()), None)
            if other and other.holds_for(reading.meta):
                reading = replace(other, meta=reading.meta, target=target)
            else:
                self.places.text = reading.read()
            self._readings[target] = reading
        return self._readings[target]

    def read(self, target: Target) -> tuple[str, dict[str, Any]]:
        """The text that Pandoc will read and the metadata, with all includes and shortcodes filled in."""
        reading = self._reading(target)
        return reading.text(), reading.meta

    def prepare(self) -> None:
        """Run Pandoc once for the page and the PDF, where both have the same text: it is read once then."""
        page, pdf = self._reading("html"), self._reading("typst")
        if not self.places.problems and page.text() == pdf.text():
            self._run([page, pdf])

    def _pandoc(self, target: Target) -> tuple[str, dict[str, Any]]:
        """The document in Pandoc's `target` format, through filter.lua and our template, and its metadata."""
        if target not in self._written:
            self._run([self._reading(target)])
        return self._written[target]

    def _run(self, readings: list[Reading]) -> None:
        """Have Pandoc write a document in the formats of `readings`, which differ in their metadata only.

        Equal cells of tables are read once. Where anything is to be said about the document it is read again as it
        stands, so that every problem has its line.
        """
        first = readings[0]
        cells = Cells([line.text for line in first.lines])
        self.places.text = first.lines
        if cells.is_shared and not self.places.problems:
            try:
                written, log = self._call(readings, "\n".join(cells.lines) + "\n")
                if not any(map(_tells, log)):
                    self._written |= {r.target: (cells.fill(written[r.target], r.target), r.meta) for r in readings}
                    return self._read_log(log, first.labels)
            except (subprocess.CalledProcessError, Unshared):
                pass
        try:
            written, log = self._call(readings, first.text())
        except subprocess.CalledProcessError as error:
            self.places.stop(self.project.start, f"Pandoc stopped: {error.stderr.decode().strip()}")
        self._written |= {reading.target: (written[reading.target], reading.meta) for reading in readings}
        self._read_log(log, first.labels)

    def _call(self, readings: list[Reading], text: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """What Pandoc makes of `text` in the formats of `readings`, and its log. Raises CalledProcessError."""
        base = os.path.relpath(self.source.parent, self.project.folder).replace(os.sep, "/")
        first = readings[0]
        with tempfile.TemporaryDirectory() as temporary:
            work = Path(temporary)
            profiles = {"quarto-profiles": list(self.project.profiles)}
            known = {reading.target: {**reading.meta, **profiles} for reading in readings}
            (work / "meta.json").write_text(json.dumps(known), "utf-8")
            depth = int(first.meta.get("toc-depth", 3)) + (first.target == "html")  # HTML headings start at h2
            command = [
                pypandoc.get_pandoc_path(), "--from", READER, "--to", first.target, "--standalone", "--wrap=none",
                "--quiet", "--log", str(work / "log.json"), "--metadata-file", str(work / "meta.json"), "--mathml",
                "--syntax-highlighting=none", "--lua-filter", str(HERE / "filter.lua"),
                "--template", str(PAGES[first.target]),
                "--variable", f"image-base={'' if base == '.' else base + '/'}",
                "--variable", f"generator={renderer_name()}",
                *(("-V", f"brand-figures={figures}") if (figures := self.project.figures()) else ()),
                *(part for key, colour in self.project.colours().items() for part in ("-V", f"brand-{key}={colour}")),
                *(["--toc", f"--toc-depth={depth}"] if first.meta.get("toc") is True else []),
                "+RTS", "-A128m", "-RTS",  # a long document is parsed a sixth faster with fewer collections
            ]  # fmt: skip
            if len(readings) > 1:
                files = {"typst-file": work / "page.typ", "typst-template": PAGES["typst"]}
                command[1:1] = [part for key, path in files.items() for part in ("-V", f"{key}={path}")]
            done = subprocess.run(
                command, input=text.encode(), capture_output=True, cwd=self.project.folder, check=True
            )
            written = {first.target: done.stdout.decode()}
            for other in readings[1:]:
                written[other.target] = (work / "page.typ").read_text("utf-8")
            return written, json.loads((work / "log.json").read_text("utf-8") or "[]")

    def _read_log(self, log: list[dict[str, Any]], labels: dict[str, Line]) -> None:
        """Pandoc's warnings and what filter.lua reports through them, as problems with their places."""
        images, attached = [], set()
        for entry in log:
            message = entry.get("message", "")
            if message.startswith("camket:"):
                note = json.loads(message.removeprefix("camket:"))
                if note.get("image"):
                    images.append(note["image"])
                elif note.get("label"):
                    attached.add(note["label"])
                else:
                    self._problem(note["needle"], note["message"], int(note.get("nth", 1)))
            elif entry.get("verbosity") == "WARNING":
                number, text = int((entry.get("openpos") or entry).get("line", 0)), self.places.text
                at = text[number - 1] if 0 < number <= len(text) else self.project.start
                what = re.sub(r" ?(?:at|defined at)? ?(?:\S+ )?line \d+ column \d+", "", entry.get("pretty", ""))
                unclosed = "div is never closed: add a line ::: after it"
                self.places.problem(at, unclosed if entry["type"] == "UnclosedDiv" else f"Pandoc: {what}")
        for label in labels.keys() - attached:
            message = f"label {label} is not attached: it must follow a heading, image or caption"
            self.places.problem(labels[label], message)
        self.images = list(dict.fromkeys([*self.images, *images]))
        self._check_images()

    def _check_images(self) -> None:
        for name in self.images:
            path = self.project.resolve(name)
            if path is None or re.match(r"[a-z]+:", name):
                self._problem(name, f"image {name} is not in the project folder: keep images inside it")
            elif path.suffix.lower() not in IMAGE_TYPES:
                self._problem(name, f"image {name}: use one of {' '.join(sorted(IMAGE_TYPES))}")
            elif not path.is_file():
                self._problem(name, f"image {name}: no such file; generate it first or mend the path")


def _tells(entry: dict[str, Any]) -> bool:
    """Whether an entry of Pandoc's log is more than filter.lua's notes of images and labels."""
    message = entry.get("message", "")
    note = json.loads(message.removeprefix("camket:")) if message.startswith("camket:") else {"message": ""}
    return entry.get("verbosity") == "WARNING" and "message" in note
