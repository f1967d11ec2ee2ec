"""The YAML of a project as Quarto reads it: what is merged, what overrides what, what is outside the subset."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from camket.report import typeface
from camket.report.embedded.places import Line, Places

# Metadata that would change what is printed and that this renderer does not carry out.
UNSUPPORTED = (
    "bibliography book csl engine filters format-links include-after-body include-before-body include-in-header"
    " jupyter knitr manuscript metadata-file number-offset reference-location shift-heading-level-by shortcodes"
    " template template-partials website"
).split()
NOT_DOCUMENT = {"project", "profile", "format", "metadata-files", "execute", "brand"}
BRAND_COLOURS = ("primary", "foreground", "background", "info", "success", "warning", "danger")


TEXT = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # several times as fast, where PyYAML brings libyaml


class _Yaml(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as Quarto reads it: true/false are booleans, numbers and dates stay as written."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in rules if tag.endswith((":null", ":merge"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF")


def merge(base: Any, over: Any) -> Any:
    """Quarto's merge: dictionaries by key, lists joined, otherwise the later value."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: merge(base[k], v) if k in base else v for k, v in over.items()}}
    if isinstance(base, list) and isinstance(over, list):
        return base + [item for item in over if item not in base]
    return over


def project_folder(source: Path) -> Path | None:
    """The folder with `_quarto.yml` that `source` lies in or below."""
    return next((folder for folder in source.parents if (folder / "_quarto.yml").is_file()), None)


class Project:
    """One document's metadata with that of its project. `body` holds its lines below the front matter.

    Raises RenderError where nothing could be read; other problems are collected in `places`.
    """

    def __init__(self, source: Path, profiles: tuple[str, ...], places: Places):
        self.source, self.folder, self.places = source, places.folder, places
        self.start = Line("", source, 1)
        if not (self.folder / "_quarto.yml").is_file():
            places.stop(self.start, "no _quarto.yml in this folder or above: add one")
        config = self._read(self.folder / "_quarto.yml")
        default = (config.get("profile") or {}).get("default") or []
        self.profiles = profiles or tuple([default] if isinstance(default, str) else default)
        for profile in self.profiles:
            config = merge(config, self._read(self.folder / f"_quarto-{profile}.yml"))
        front, self.body = self._front_matter()
        self.meta = merge(self._with_files(config, self.folder), self._with_files(front, source.parent))
        self.brand = self._read(self.folder / "_brand.yml", optional=True)
        language = self.meta.get("language")
        if isinstance(language, str):  # `language: file.yml`
            language = self._read(source.parent / language)
        own = self._read(self.folder / "_language.yml", optional=True)
        self.meta["language"] = merge(own, language or {})
        # Variables are text as written: 12.50 stays 12.50.
        self.variables = self._read(self.folder / "_variables.yml", optional=True, loader=TEXT)
        self._check(config)

    def _check(self, config: dict[str, Any]) -> None:
        kind = (config.get("project") or {}).get("type", "default")
        if kind != "default":
            self._problem(f"type: {kind}", f"project type {kind} needs Quarto: use type: default")
        for key in UNSUPPORTED:
            if self.meta.get(key):
                self._problem(f"{key}:", f"`{key}` is not supported by the embedded renderer: remove it")
        if not self.meta.get("title"):
            self.places.problem(self.start, "no title: add `title:` to the front matter")
        date = str(self.meta.get("date") or "")
        if re.fullmatch(r"(?i)today|now|last-modified|\d+([-/])\d+\1\d+.*", date):
            self._problem("date:", f"date {date}: Quarto would rewrite it by clock or locale; use words")

    def _problem(self, needle: str, message: str) -> None:
        self.places.problem(self.places.find(needle, self.start), message)

    def _read(self, path: Path, *, optional: bool = False, loader: type = _Yaml) -> dict[str, Any]:
        if not path.is_file():
            if not optional:
                self._problem(path.name, f"{self.places.name(path)} is missing: write it or remove its mention")
            return {}
        return self._parse(path.read_text("utf-8"), path, 0, loader)

    def _parse(self, text: str, path: Path, offset: int, loader: type = _Yaml) -> dict[str, Any]:
        self.places.meta += [Line(t, path, offset + n) for n, t in enumerate(text.splitlines(), 1)]
        try:
            data = yaml.load(text, loader) or {}  # noqa: S506 (both loaders build plain values only)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or str(error)
            number = min(mark.line, text.count("\n")) if mark else 0  # the end of the text is on its last line
            self.places.stop(Line("", path, offset + number + 1), f"not valid YAML: {what}")
        if not isinstance(data, dict):
            self.places.stop(Line("", path, offset + 1), "expected `key: value` lines")
        return data

    def _with_files(self, meta: dict[str, Any], folder: Path) -> dict[str, Any]:
        for name in meta.get("metadata-files") or []:
            meta = merge(meta, self._read(folder / name))
        return meta

    def _front_matter(self) -> tuple[dict[str, Any], list[Line]]:
        try:
            text = self.source.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.places.stop(self.start, f"cannot be read as UTF-8 text: {error}")
        lines = [Line(t, self.source, n) for n, t in enumerate(text.splitlines(), 1)]
        if not lines or lines[0].text.rstrip() != "---":
            return {}, lines
        end = next((n for n, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")), None)
        if end is None:
            self.places.stop(lines[0], "front matter is never closed: add a line `---` after it")
        return self._parse("\n".join(line.text for line in lines[1:end]), self.source, 1), lines[end + 1 :]

    def metadata(self, target: str) -> dict[str, Any]:
        """Metadata for one Quarto format (`html` or `typst`); shortcodes are still in it."""
        formats = self.meta.get("format")
        own = formats.get(target) if isinstance(formats, dict) else None
        plain = {k: v for k, v in self.meta.items() if k not in NOT_DOCUMENT}
        merged = merge(plain, own if isinstance(own, dict) else {})
        authors = merged.get("author") or []
        authors = authors if isinstance(authors, list) else [authors]
        merged["author"] = [a.get("name", "") if isinstance(a, dict) else a for a in authors]
        return merged

    def resolve(self, name: str) -> Path | None:
        """The file that a path in the text means, or None if it lies outside the project folder."""
        base = self.folder if name.startswith("/") else self.source.parent
        path = (base / name.lstrip("/")).resolve()
        return path if path.is_relative_to(self.folder.resolve()) else None

    def figures(self) -> str | None:
        """The typeface of digits in tables, where `_brand.yml` asks for one."""
        digits = ((self.brand.get("defaults") or {}).get("camket") or {}).get("table-digits", "proportional")
        if digits not in ("tabular", "proportional"):
            self._problem("table-digits", f"table-digits {digits}: write tabular or proportional")
        return typeface.FIGURES if digits == "tabular" else None

    def colours(self) -> dict[str, str]:
        """Colours of `_brand.yml` by their role, as #rrggbb."""
        colour = self.brand.get("color") or {}
        palette = colour.get("palette") or {}
        family = (self.brand.get("typography") or {}).get("base") or typeface.FAMILY
        family = family.get("family", typeface.FAMILY) if isinstance(family, dict) else family
        if family != typeface.FAMILY:
            self._problem(family, f"the embedded renderer carries one font: set {typeface.FAMILY}")
        found = {}
        for key in BRAND_COLOURS:
            value = str(colour.get(key) or "")
            for _ in range(3):  # a colour may name another colour
                value = str(palette.get(value) or colour.get(value) or value)
            if re.fullmatch(r"#[0-9a-fA-F]{6}", value):
                found[key] = value
            elif value:
                self._problem(f"{key}:", f"brand colour {key} must be written #rrggbb")
        return found
