"""The text of a document, line by line: includes and shortcodes filled in, and checked against the subset.

Each line keeps its file and number, also through includes, so that whatever is wrong with it can be said in its place.
What can be told from the source alone is checked here: once parsed, escaped text looks like the real thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from camket.report.embedded.places import Line
from camket.report.embedded.project import Project

SHORTCODE = re.compile(r"\{\{(\{?)<\s*(.*?)\s*>\}?\}\}")
INCLUDE = re.compile(r"^ {0,3}\{\{<\s*include\s+(.+?)\s*>\}\}\s*$")
FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})\s*(.*?)\s*$")
SPAN_OR_COMMENT = re.compile(r"(?<![`\\])(`+)(?!`)(.*?)(?<!`)\1(?!`)|<!--.*?(?:-->|$)")
RAW_TAG = re.compile(r"(?<!\\)</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")
LABEL = re.compile(r"(?<!\\)\{[^{}]*#((?:fig|tbl|sec)-[\w.:-]+)")
NOTE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\](:?)")


@dataclass
class Reading:
    """A document's text as it is read for one format: what is open (a code fence, a comment, divs) and what was met."""

    project: Project
    meta: dict[str, Any]
    target: str = "html"
    lines: list[Line] = field(default_factory=list)
    labels: dict[str, Line] = field(default_factory=dict)
    notes: dict[str, Line] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    fence: str = ""
    fence_at: Line | None = None
    verbatim: bool = False
    comment_at: Line | None = None
    divs: int = 0
    previous: str = ""
    asked: dict[str, Any] = field(default_factory=dict)  # metadata that the text prints

    def read(self) -> list[Line]:
        """Every line, filled in; problems go to the project's places."""
        self.lines = list(self._expand(self.project.body, (self.project.source,)))
        if self.fence and self.fence_at:
            self._problem(self.fence_at, f"code fence is never closed: add a line {self.fence}")
        if self.comment_at:
            self._problem(self.comment_at, "comment is never closed: add -->")
        for name, at in self.notes.items():
            if name not in self.defined:
                self._problem(at, f"footnote [^{name}] is not defined: add a line [^{name}]: …")
        return self.lines

    def holds_for(self, meta: dict[str, Any]) -> bool:
        """Whether the text would be the same with other metadata."""
        return all(_at(meta, name) == value for name, value in self.asked.items())

    def text(self) -> str:
        """What Pandoc reads."""
        return "\n".join(line.text for line in self.lines) + "\n"

    def fill(self, value: Any) -> Any:
        """Metadata with the shortcodes in it filled in."""
        if isinstance(value, str) and "{{<" in value:
            at = self.project.places.find(value.split("\n")[0], self.project.start)
            return self._shortcodes(at._replace(text=value))
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value

    def _problem(self, at: Line, message: str) -> None:
        self.project.places.problem(at, message)

    def _expand(self, lines: Sequence[Line], stack: tuple[Path, ...]) -> Iterator[Line]:
        for line in lines:
            if not self.comment_at and not self.verbatim and (match := INCLUDE.match(line.text)):
                yield from self._include(match[1].strip("\"'"), line, stack)
                continue
            if self.comment_at or not self.fence:
                line = self._uncomment(line)
            fence = FENCE.match(line.text)
            if self.fence:
                if fence and fence[1].startswith(self.fence) and not fence[2]:
                    self.fence, self.verbatim = "", False
            elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
                self.fence, self.fence_at = fence[1], line
                self.verbatim = bool(re.search(r"shortcodes\s*=\s*[\"']?false", fence[2]))
                if re.match(r"\{\s*(?!\w+\s*=)[\w{]", fence[2]):
                    self._problem(line, "code cell: the embedded renderer runs no code; include a generated snippet")
            else:
                self._check(line)
            self.previous = line.text
            yield line if self.verbatim else line._replace(text=self._shortcodes(line))

    def _include(self, name: str, at: Line, stack: tuple[Path, ...]) -> Iterator[Line]:
        # Quarto reads every path from the main document, also in a snippet that another snippet includes.
        path = self.project.resolve(name)
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
            yield from self._expand(lines, (*stack, path))
            yield Line("", at.path, at.number)

    def _uncomment(self, line: Line) -> Line:
        text = line.text
        if self.comment_at:
            _, closed, text = text.partition("-->")
            if not closed:
                return line._replace(text="")
            self.comment_at = None

        def drop(match: re.Match) -> str:
            if match[1]:
                return match[0]
            if not match[0].endswith("-->"):
                self.comment_at = line
            return ""

        return line._replace(text=SPAN_OR_COMMENT.sub(drop, text))

    def _check(self, line: Line) -> None:
        bare = SPAN_OR_COMMENT.sub(lambda m: m[0] if re.match(r"\{\w+\}\s", m[2] or "") else "", line.text)
        if re.search(r"`\{\w+\}\s", bare):
            self._problem(line, "inline code cell: the embedded renderer runs no code; use {{< var … >}}")
        if tag := RAW_TAG.search(bare):
            self._problem(line, f"raw HTML {tag[0]}: write Markdown, or a ```{{=html}} block, or escape it as \\<")
        if re.search(r"=\s*\"[^\"]*\{\{<", bare):
            self._problem(line, "a shortcode inside an attribute breaks in Quarto: generate the line as a snippet")
        self.labels.update({label: line for label in LABEL.findall(bare)})
        for name, defines in NOTE.findall(bare):
            self.defined.add(name) if defines else self.notes.setdefault(name, line)
        if div := re.match(r"\s*:::+\s*(\S?)", line.text):
            if div[1] and self.previous.strip() and not re.match(r"\s*(:::|#)", self.previous):
                self._problem(line, "::: inside a paragraph is read as text: leave a blank line before it")
            self.divs += 1 if div[1] else -1
            if self.divs < 0:
                self._problem(line, "::: closes nothing: remove it, or open a div before")
                self.divs = 0

    def _shortcodes(self, line: Line) -> str:
        if "{{" not in line.text:
            return line.text

        def fill(match: re.Match) -> str:
            name, _, argument = match[2].partition(" ")
            argument = argument.strip().strip("\"'")
            if match[1]:  # {{{< … >}}} prints a shortcode
                return f"{{{{< {match[2]} >}}}}"
            if name == "pagebreak" and line.text.strip() == match[0]:
                return "[]{.pagebreak}"
            if name in ("var", "meta"):
                value = _at(self.project.variables if name == "var" else self.meta, argument)
                if name == "meta":
                    self.asked[argument] = value
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


def _at(tree: Any, name: str) -> Any:
    """What stands at `a.b.c` in a tree of dictionaries, or None."""
    for key in name.split("."):
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree
