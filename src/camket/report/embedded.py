"""Render a Quarto project file to HTML and PDF without the Quarto CLI, with Pandoc and Typst from wheels.

    .qmd ─► includes, shortcodes (here) ─► Pandoc + filter.lua ─► page.html ─► one self-contained file
                                                              └─► page.typ  ─► Typst, PDF/UA-1

The source files stay as Quarto reads them. docs/renderer.md declares the subset; anything outside it is a
`RenderError` that names file, line and remedy. The same input gives the same bytes: no clock, no system fonts,
no network.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import mimetypes
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape, unescape
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pypandoc
import typst
import yaml

from camket.report import typeface

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"

# Untrusted text must not become HTML, LaTeX or metadata; raw_attribute (```{=html}) stays, as authors' own door.
READER = (
    "markdown-raw_html-raw_tex-latex_macros-native_divs-native_spans-markdown_in_html_blocks"
    "-yaml_metadata_block-pandoc_title_block"
)
IMAGE_TYPES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}
# Metadata that would change what is printed and that this renderer does not carry out.
UNSUPPORTED = (
    "bibliography book csl engine filters format-links include-after-body include-before-body include-in-header"
    " jupyter knitr manuscript metadata-file number-offset reference-location shift-heading-level-by shortcodes"
    " template template-partials website"
).split()
NOT_DOCUMENT = {"project", "profile", "format", "metadata-files", "execute", "brand"}

SHORTCODE = re.compile(r"\{\{(\{?)<\s*(.*?)\s*>\}?\}\}")
INCLUDE = re.compile(r"^ {0,3}\{\{<\s*include\s+(.+?)\s*>\}\}\s*$")
FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})\s*(.*?)\s*$")
SPAN_OR_COMMENT = re.compile(r"(?<![`\\])(`+)(?!`)(.*?)(?<!`)\1(?!`)|<!--.*?(?:-->|$)")
RAW_TAG = re.compile(r"(?<!\\)</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")
LABEL = re.compile(r"(?<!\\)\{[^{}]*#((?:fig|tbl|sec)-[\w.:-]+)")
NOTE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\](:?)")
# What a browser would fetch: from an element, a style attribute or a style element of an author's raw HTML.
LOADS = re.compile(
    r"<(?:img|script|iframe|video|audio|source|embed|object|link|use)\b[^>]*?\b(?:src|srcset|data|href)\s*=\s*"
    r"[\"']?(?!data:|#)([^\"'\s>]+)|<[a-z][^>]*\sstyle\s*=[^>]*url\(\s*[\"']?(?!data:|#)([^\"')\s]+)"
    r"|<style\b[^>]*>(?:(?!</style).)*?(?:url\(|@import)\s*[\"']?(?!data:|#)([^\"')\s]+)",
    re.I | re.S,
)


class Problem(NamedTuple):
    """One thing to mend: `path` relative to the project folder, `line` counted from 1."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class RenderError(Exception):
    """The document cannot be rendered. `problems` holds every one found, in document order."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = list(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Line(NamedTuple):
    """A line of text and where it was written."""

    text: str
    path: Path
    number: int


def renderer_name() -> str:
    """Which renderer made a report, e.g. ``embedded (Pandoc 3.9, Typst 0.15.2)``."""
    return f"embedded (Pandoc {pypandoc.get_pandoc_version()}, Typst {version('typst')})"


def render(
    source: Path,
    formats: Sequence[Literal["html", "pdf"]],
    output_dir: Path,
    *,
    timestamp: datetime,
    profiles: Sequence[str] = (),
) -> list[Path]:
    """Render `source` (a .qmd in or below a folder with `_quarto.yml`) and return the files written, one per format.

    `timestamp` (with a time zone) is the date the PDF carries; `profiles` picks `_quarto-<profile>.yml` files.
    Files appear in `output_dir` only when every format rendered. Raises `RenderError` with all problems found.
    """
    if timestamp.tzinfo is None:
        raise ValueError("timestamp needs a time zone")
    if unknown := set(formats) - {"html", "pdf"}:
        raise ValueError(f"unknown formats: {sorted(unknown)}")
    document = _Document(Path(source).resolve(), tuple(profiles))
    made: dict[str, bytes] = {}
    for name in formats:
        made[name] = document.html() if name == "html" else document.pdf(timestamp)
    if document.problems:
        raise RenderError(document.problems)
    stem = Path(str(document.settings("html").get("output-file", document.source.stem))).stem
    return [_write(Path(output_dir) / f"{stem}.{name}", data) for name, data in made.items()]


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
    return path


# ------------------------------------------------------------------------------------------------ metadata


class _Yaml(yaml.SafeLoader):
    """YAML as Quarto reads it: true/false are booleans, numbers and dates stay as written."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in rules if tag.endswith((":null", ":merge"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF")


def _merge(base: Any, over: Any) -> Any:
    """Quarto's merge: dictionaries by key, lists joined, otherwise the later value."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: _merge(base[k], v) if k in base else v for k, v in over.items()}}
    if isinstance(base, list) and isinstance(over, list):
        return base + [item for item in over if item not in base]
    return over


@dataclass
class _Scan:
    """What the reading of lines has open (a code fence, a comment, divs) and which labels and notes it met."""

    fence: str = ""
    fence_at: Line | None = None
    verbatim: bool = False
    comment_at: Line | None = None
    divs: int = 0
    previous: str = ""
    labels: dict[str, Line] = field(default_factory=dict)
    notes: dict[str, Line] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)


@dataclass
class _Document:
    source: Path
    profiles: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.project = next((p for p in self.source.parents if (p / "_quarto.yml").is_file()), self.source.parent)
        self.meta_lines: list[Line] = []  # every line of YAML read, to find the place of a problem
        self.lines: list[Line] = []  # the document with its includes, as last expanded
        self.images: list[str] = []
        if not (self.project / "_quarto.yml").is_file():
            self._stop(Line("", self.source, 1), "no _quarto.yml in this folder or above: add one")
        config = self._yaml_file(self.project / "_quarto.yml")
        default = (config.get("profile") or {}).get("default") or []
        self.profiles = self.profiles or tuple([default] if isinstance(default, str) else default)
        for profile in self.profiles:
            config = _merge(config, self._yaml_file(self.project / f"_quarto-{profile}.yml"))
        kind = (config.get("project") or {}).get("type", "default")
        if kind != "default":
            self._problem(self._find(f"type: {kind}"), f"project type {kind} needs Quarto: use type: default")
        front, self.body = self._front_matter()
        self.meta = _merge(self._with_files(config, self.project), self._with_files(front, self.source.parent))
        self.brand = self._yaml_file(self.project / "_brand.yml", optional=True)
        language = self.meta.get("language")
        if isinstance(language, str):  # `language: file.yml`
            language = self._yaml_file(self.source.parent / language)
        own = self._yaml_file(self.project / "_language.yml", optional=True)
        self.meta["language"] = _merge(own, language or {})
        # Variables are text as written: 12.50 stays 12.50.
        self.variables = self._yaml_file(self.project / "_variables.yml", optional=True, loader=yaml.BaseLoader)
        for key in UNSUPPORTED:
            if self.meta.get(key):
                self._problem(self._find(f"{key}:"), f"`{key}` is not supported by the embedded renderer: remove it")
        if not self.meta.get("title"):
            self._problem(Line("", self.source, 1), "no title: add `title:` to the front matter")
        date = str(self.meta.get("date") or "")
        if re.fullmatch(r"(?i)today|now|last-modified|\d+([-/])\d+\1\d+.*", date):
            self._problem(self._find("date:"), f"date {date}: Quarto would rewrite it by clock or locale; use words")

    def _yaml_file(self, path: Path, *, optional: bool = False, loader: type = _Yaml) -> dict[str, Any]:
        if not path.is_file():
            if not optional:
                self._problem(self._find(path.name), f"{self._name(path)} is missing: write it or remove its mention")
            return {}
        return self._yaml(path.read_text("utf-8"), path, 0, loader)

    def _yaml(self, text: str, path: Path, offset: int, loader: type = _Yaml) -> dict[str, Any]:
        self.meta_lines += [Line(t, path, offset + n) for n, t in enumerate(text.splitlines(), 1)]
        try:
            data = yaml.load(text, loader) or {}  # noqa: S506 (both loaders build plain values only)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or str(error)
            self._stop(Line("", path, offset + (mark.line + 1 if mark else 1)), f"not valid YAML: {what}")
        if not isinstance(data, dict):
            self._stop(Line("", path, offset + 1), "expected `key: value` lines")
        return data

    def _with_files(self, meta: dict[str, Any], folder: Path) -> dict[str, Any]:
        for name in meta.get("metadata-files") or []:
            meta = _merge(meta, self._yaml_file(folder / name))
        return meta

    def _front_matter(self) -> tuple[dict[str, Any], list[Line]]:
        try:
            text = self.source.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._stop(Line("", self.source, 1), f"cannot be read as UTF-8 text: {error}")
        lines = [Line(t, self.source, n) for n, t in enumerate(text.splitlines(), 1)]
        if not lines or lines[0].text.rstrip() != "---":
            return {}, lines
        end = next((n for n, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")), None)
        if end is None:
            self._stop(lines[0], "front matter is never closed: add a line `---` after it")
        return self._yaml("\n".join(line.text for line in lines[1:end]), self.source, 1), lines[end + 1 :]

    def settings(self, target: str) -> dict[str, Any]:
        """Metadata for one Quarto format (`html` or `typst`), its shortcodes filled in."""
        formats = self.meta.get("format")
        own = formats.get(target) if isinstance(formats, dict) else None
        plain = {k: v for k, v in self.meta.items() if k not in NOT_DOCUMENT}
        merged = _merge(plain, own if isinstance(own, dict) else {})
        authors = merged.get("author") or []
        authors = authors if isinstance(authors, list) else [authors]
        merged["author"] = [a.get("name", "") if isinstance(a, dict) else a for a in authors]

        def fill(value: Any) -> Any:
            if isinstance(value, str) and "{{<" in value:
                return self._shortcodes(self._find(value.split("\n")[0])._replace(text=value), merged)
            if isinstance(value, dict):
                return {k: fill(v) for k, v in value.items()}
            return [fill(v) for v in value] if isinstance(value, list) else value

        return fill(merged)

    # -------------------------------------------------------------------------------------------- problems

    def _name(self, path: Path) -> str:
        return os.path.relpath(path, self.project).replace(os.sep, "/")

    def _problem(self, at: Line, message: str) -> None:
        self.problems.append(Problem(self._name(at.path), at.number, message))

    def _stop(self, at: Line, message: str) -> Any:
        self._problem(at, message)
        raise RenderError(self.problems)

    def _find(self, needle: str, nth: int = 1) -> Line:
        """The nth line that holds `needle`, in the text first and then in the metadata."""
        hits = [line for line in (*self.lines, *self.meta_lines) if needle and needle in line.text]
        return hits[min(nth, len(hits)) - 1] if hits else Line("", self.source, 1)

    # ------------------------------------------------------------------------------------------------ text

    def _expand(self, lines: Sequence[Line], meta: dict, scan: _Scan, stack: tuple[Path, ...]) -> Iterator[Line]:
        """Lines with includes and shortcodes filled in and comments removed; notes what is outside the subset."""
        for line in lines:
            if not scan.comment_at and not scan.verbatim and (match := INCLUDE.match(line.text)):
                yield from self._include(match[1].strip("\"'"), line, meta, scan, stack)
                continue
            if scan.comment_at or not scan.fence:
                line = self._uncomment(line, scan)
            fence = FENCE.match(line.text)
            if scan.fence:
                if fence and fence[1].startswith(scan.fence) and not fence[2]:
                    scan.fence, scan.verbatim = "", False
            elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
                scan.fence, scan.fence_at = fence[1], line
                scan.verbatim = bool(re.search(r"shortcodes\s*=\s*[\"']?false", fence[2]))
                if re.match(r"\{\s*(?!\w+\s*=)[\w{]", fence[2]):
                    self._problem(line, "code cell: the embedded renderer runs no code; include a generated snippet")
            else:
                self._check(line, scan)
            scan.previous = line.text
            yield line if scan.verbatim else line._replace(text=self._shortcodes(line, meta))

    def _include(self, name: str, at: Line, meta: dict, scan: _Scan, stack: tuple[Path, ...]) -> Iterator[Line]:
        # Quarto reads every path from the main document, also in a snippet that another snippet includes.
        path = self._resolve(name)
        if path is None:
            self._problem(at, f"include {name} leaves the project folder: keep included files inside it")
        elif not path.is_file():
            self._problem(at, f"include {name}: no such file; generate it first or mend the path")
        elif path in stack:
            self._problem(at, f"include {name} includes itself: break the circle")
        else:
            lines = [Line(t, path, n) for n, t in enumerate(path.read_text("utf-8").splitlines(), 1)]
            if lines and lines[0].text.rstrip() == "---" and len(lines) > 1 and lines[1].text.strip():
                self._problem(lines[0], "front matter in an included file: move it to the document")
            yield from self._expand(lines, meta, scan, (*stack, path))
            yield Line("", at.path, at.number)

    def _resolve(self, name: str) -> Path | None:
        """The file a path in the text means, or None if it lies outside the project folder."""
        base = self.project if name.startswith("/") else self.source.parent
        path = (base / name.lstrip("/")).resolve()
        return path if path.is_relative_to(self.project.resolve()) else None

    def _uncomment(self, line: Line, scan: _Scan) -> Line:
        text = line.text
        if scan.comment_at:
            _, closed, text = text.partition("-->")
            if not closed:
                return line._replace(text="")
            scan.comment_at = None

        def drop(match: re.Match) -> str:
            if match[1]:
                return match[0]
            if not match[0].endswith("-->"):
                scan.comment_at = line
            return ""

        return line._replace(text=SPAN_OR_COMMENT.sub(drop, text))

    def _check(self, line: Line, scan: _Scan) -> None:
        """What can be told from the source alone: once parsed, escaped text looks like the real thing."""
        bare = SPAN_OR_COMMENT.sub(lambda m: m[0] if re.match(r"\{\w+\}\s", m[2] or "") else "", line.text)
        if re.search(r"`\{\w+\}\s", bare):
            self._problem(line, "inline code cell: the embedded renderer runs no code; use {{< var … >}}")
        if tag := RAW_TAG.search(bare):
            self._problem(line, f"raw HTML {tag[0]}: write Markdown, or a ```{{=html}} block, or escape it as \\<")
        if re.search(r"=\s*\"[^\"]*\{\{<", bare):
            self._problem(line, "a shortcode inside an attribute breaks in Quarto: generate the line as a snippet")
        scan.labels.update({label: line for label in LABEL.findall(bare)})
        for name, defines in NOTE.findall(bare):
            scan.defined.add(name) if defines else scan.notes.setdefault(name, line)
        if div := re.match(r"\s*:::+\s*(\S?)", line.text):
            if div[1] and scan.previous.strip() and not re.match(r"\s*(:::|#)", scan.previous):
                self._problem(line, "::: inside a paragraph is read as text: leave a blank line before it")
            scan.divs += 1 if div[1] else -1
            if scan.divs < 0:
                self._problem(line, "::: closes nothing: remove it, or open a div before")
                scan.divs = 0

    def _shortcodes(self, line: Line, meta: dict[str, Any]) -> str:
        def fill(match: re.Match) -> str:
            name, _, argument = match[2].partition(" ")
            argument = argument.strip().strip("\"'")
            if match[1]:  # {{{< … >}}} prints a shortcode
                return f"{{{{< {match[2]} >}}}}"
            if name == "pagebreak" and line.text.strip() == match[0]:
                return "[]{.pagebreak}"
            if name in ("var", "meta"):
                value = self.variables if name == "var" else meta
                for key in argument.split("."):
                    value = value.get(key) if isinstance(value, dict) else None
                if isinstance(value, (str, bool)) and "\n" not in str(value).strip():
                    return str(value).strip() if isinstance(value, str) else str(value).lower()
                where = "_variables.yml" if name == "var" else "the metadata"
                self._problem(line, f"unknown {name} `{argument}`: add it to {where} as one line of text")
            elif name in ("include", "pagebreak"):
                self._problem(line, f"{name} must stand alone on its line")
            else:
                self._problem(line, f"unknown shortcode `{name}`: the subset has var, meta, include and pagebreak")
            return "□"

        text = SHORTCODE.sub(fill, line.text)
        if "{{<" in SHORTCODE.sub("", line.text):
            self._problem(line, "shortcode not closed on its line: write {{< … >}} on one line")
        return text

    # -------------------------------------------------------------------------------------------- rendering

    def _pandoc(self, target: Literal["html", "typst"]) -> str:
        """The document in Pandoc's `target` format, through filter.lua and our template; collects problems."""
        meta, scan = self.settings(target), _Scan()
        self.lines = list(self._expand(self.body, meta, scan, (self.source,)))
        if scan.fence and scan.fence_at:
            self._problem(scan.fence_at, f"code fence is never closed: add a line {scan.fence}")
        if scan.comment_at:
            self._problem(scan.comment_at, "comment is never closed: add -->")
        for name, at in scan.notes.items():
            if name not in scan.defined:
                self._problem(at, f"footnote [^{name}] is not defined: add a line [^{name}]: …")
        base = os.path.relpath(self.source.parent, self.project).replace(os.sep, "/")
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            (work / "meta.json").write_text(json.dumps({**meta, "quarto-profiles": list(self.profiles)}), "utf-8")
            depth = [f"--toc-depth={int(meta.get('toc-depth', 3)) + (target == 'html')}"]  # HTML headings start at h2
            page = TEMPLATES / ("page.html" if target == "html" else "page.typ")
            command = [
                pypandoc.get_pandoc_path(), "--from", READER, "--to", target, "--standalone", "--wrap=none", "--quiet",
                "--log", str(work / "log.json"), "--metadata-file", str(work / "meta.json"), "--mathml",
                "--syntax-highlighting=none", "--lua-filter", str(HERE / "filter.lua"), "--template", str(page),
                "--variable", f"image-base={'' if base == '.' else base + '/'}",
                "--variable", f"generator={renderer_name()}", *self._colours(),
                *(["--toc", *depth] if meta.get("toc") is True else []),
            ]  # fmt: skip
            text = "\n".join(line.text for line in self.lines) + "\n"
            done = subprocess.run(command, input=text.encode(), capture_output=True, cwd=self.project)
            if done.returncode:
                self._stop(Line("", self.source, 1), f"Pandoc stopped: {done.stderr.decode().strip()}")
            self._read_log(json.loads((work / "log.json").read_text("utf-8") or "[]"), scan.labels)
        return done.stdout.decode()

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
                    self._problem(self._find(note["needle"], int(note.get("nth", 1))), note["message"])
            elif entry.get("verbosity") == "WARNING":
                number = int((entry.get("openpos") or entry).get("line", 0))
                at = self.lines[number - 1] if 0 < number <= len(self.lines) else Line("", self.source, 1)
                what = re.sub(r" ?(?:at|defined at)? ?(?:\S+ )?line \d+ column \d+", "", entry.get("pretty", ""))
                unclosed = "div is never closed: add a line ::: after it"
                self._problem(at, unclosed if entry["type"] == "UnclosedDiv" else f"Pandoc: {what}")
        for label in labels.keys() - attached:
            self._problem(labels[label], f"label {label} is not attached: it must follow a heading, image or caption")
        self.images = list(dict.fromkeys(images))
        for name in self.images:
            path = self._resolve(name)
            if path is None or re.match(r"[a-z]+:", name):
                self._problem(self._find(name), f"image {name} is not in the project folder: keep images inside it")
            elif path.suffix.lower() not in IMAGE_TYPES:
                self._problem(self._find(name), f"image {name}: use one of {' '.join(sorted(IMAGE_TYPES))}")
            elif not path.is_file():
                self._problem(self._find(name), f"image {name}: no such file; generate it first or mend the path")

    def _digits(self) -> str:
        """How `_brand.yml` wants the digits of tables: tabular or proportional."""
        return ((self.brand.get("defaults") or {}).get("camket") or {}).get("table-digits", "proportional")

    def _colours(self) -> list[str]:
        """Pandoc variables for the colours of `_brand.yml`, if any."""
        colour = self.brand.get("color") or {}
        palette = colour.get("palette") or {}
        family = (self.brand.get("typography") or {}).get("base") or "Be Vietnam Pro"
        family = family.get("family", "Be Vietnam Pro") if isinstance(family, dict) else family
        if family != "Be Vietnam Pro":
            self._problem(self._find(family), "the embedded renderer carries one font: set Be Vietnam Pro")
        found = []
        digits = self._digits()
        if digits == "tabular":
            found += ["--variable", f"brand-figures={typeface.FIGURES}"]
        elif digits != "proportional":
            self._problem(self._find("table-digits"), f"table-digits {digits}: write tabular or proportional")
        for key in ("primary", "foreground", "background", "info", "success", "warning", "danger"):
            value = str(colour.get(key) or "")
            for _ in range(3):  # a colour may name another colour
                value = str(palette.get(value) or colour.get(value) or value)
            if re.fullmatch(r"#[0-9a-fA-F]{6}", value):
                found += ["--variable", f"brand-{key}={value}"]
            elif value:
                self._problem(self._find(f"{key}:"), f"brand colour {key} must be written #rrggbb")
        return found

    def html(self) -> bytes:
        """One HTML file that needs nothing else: styles, script, fonts and images inside."""
        page = self._pandoc("html")
        for match in LOADS.finditer(page):
            name = unescape(match[1] or match[2] or match[3])
            if name not in self.images:
                self._problem(self._find(name), f"raw HTML loads {name}: the page must work offline, embed it")
        if self.problems:
            return b""

        def embed(match: re.Match) -> str:
            path = self._resolve(unescape(match[1]))
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return f'<img src="data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"'

        page = re.sub(r'<img src="((?!data:)[^"]+)"', embed, page)
        notes = str((self.settings("html").get("language") or {}).get("section-title-footnotes", "Footnotes"))
        page = page.replace('role="doc-endnotes"', f'role="doc-endnotes" aria-label="{escape(notes)}"')
        fonts = _web_fonts() + (_figure_fonts() if self._digits() == "tabular" else "")
        style = fonts + (TEMPLATES / "page.css").read_text("utf-8")
        page = page.replace("/*page.css*/", style).replace("/*page.js*/", (TEMPLATES / "page.js").read_text("utf-8"))
        return page.encode()

    def pdf(self, timestamp: datetime) -> bytes:
        """A tagged PDF that passes PDF/UA-1."""
        text = self._pandoc("typst")
        if self.problems:
            return b""
        compiler = typst.Compiler(root=str(self.project), font_paths=_typst_fonts())
        try:
            return compiler.compile(text.encode(), format="pdf", pdf_standards="ua-1", timestamp=timestamp)
        except typst.TypstError as error:
            # A line of an author's raw Typst block is found again in the source as it stands.
            place = re.search(r"typ:(\d+):", error.diagnostic or "")
            broken = text.split("\n")[int(place[1]) - 1].strip() if place else ""
            hints = "".join(f"; {hint}" for hint in error.hints)
            self._stop(self._find(broken), f"Typst stopped: {error.message}{hints} (near: {broken[:80]})")


# --------------------------------------------------------------------------------------------------- fonts


@functools.cache
def _typst_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(typeface.folder())])


@functools.cache
def _web_fonts() -> str:
    """@font-face rules with Be Vietnam Pro cut down to Latin with Vietnamese, as WOFF in base64."""
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
def _figure_fonts() -> str:
    """@font-face rules for digits of one width, which tables ask for by `_brand.yml`."""
    rules = []
    for name, weight in (("Regular", 400), ("SemiBold", 600)):
        data = base64.b64encode(typeface.figures(name, "woff")).decode()
        rules.append(
            f'@font-face{{font-family:"{typeface.FIGURES}";font-weight:{weight};unicode-range:U+30-39;'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
        )
    return "".join(rules)
