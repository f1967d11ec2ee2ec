"""What a document was made from and what came of it, so that one that would come out the same is left alone.

A record is one JSON file, written after the files it tells of: a hash of all that went into them but images, the hash
of each image, and the hash of each file that came out. Time stamps say nothing here, and what is interrupted leaves
files that no record fits. Where it cannot be said what a document reads, there is no record of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from camket import files
from camket.files import sha256_file, write_atomic
from camket.report import typeface
from camket.report.embedded.pages import Document, renderer_name

HERE = Path(__file__).resolve().parent
CODE = (HERE, HERE.parent / "templates", Path(typeface.__file__), Path(files.__file__))
TARGETS = {"html": "html", "whole": "typst", "parts": "typst"}
# Raw Typst may read any file of the project, save a single call that names none.
NAMES_NO_FILE = re.compile(r"^```\{=typst\}\n#[a-z]+\((?:[a-z-]+: [a-z0-9.]+)?\)\n```$", re.M)


def inputs(
    document: Document, forms: Sequence[str], timestamp: datetime | None, also: Iterable[str] = ()
) -> str | None:
    """Hash of what the files of a document are made from, except images; None where that cannot be said.

    `forms` are html, whole and parts; `also` is what else the caller knows of. Raises RenderError where the document
    cannot be read.
    """
    project = document.project
    known: list[object] = [renderer_name(), platform.python_version(), typeface.origin(), code(), sorted(forms), *also]
    known += [timestamp and timestamp.isoformat(), document.output_name(), project.profiles]
    known += [project.colours(), project.figures(), os.path.relpath(document.source, project.folder)]
    for target in sorted({TARGETS[form] for form in forms}):
        text, meta = document.read(target)
        if target == "typst" and "=typst}" in NAMES_NO_FILE.sub("", text):
            return None
        known += [text, meta]
    if document.places.problems:
        return None
    return hashlib.sha256(json.dumps(known, ensure_ascii=False, default=repr).encode()).hexdigest()


def code(*more: Path) -> str:
    """Hash of the renderer: its modules, filters and templates, and `more` files."""
    paths = [path for home in (*CODE, *more) for path in (sorted(home.iterdir()) if home.is_dir() else [home])]
    found = [(path.name, sha256_file(path)) for path in paths if path.is_file()]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def images(document: Document, names: Iterable[str]) -> dict[str, str | None]:
    """Hash of each image that a document names, by its path below the project folder."""
    found = [path for name in names if (path := document.project.resolve(name))]
    return _hashes(found, document.project.folder.resolve())


def write(record: Path, inputs: str, shown: dict[str, str | None], made: Iterable[Path], folder: Path) -> None:
    """Put down that `made`, files below `folder`, came of `inputs` and of the images `shown`."""
    told = {"inputs": inputs, "images": shown, "files": _hashes(made, folder)}
    write_atomic(record, json.dumps(told, indent=1) + "\n")


def made_of(record: Path, inputs: str | None, project: Path, folder: Path) -> list[Path] | None:
    """The files that a record tells of, if they and what they were made from are still the same; else None."""
    try:
        told = json.loads(record.read_text("utf-8"))
        same = inputs is not None and told["inputs"] == inputs
        for home, names in ((project, told["images"]), (folder, told["files"])):
            same = same and _hashes([home / name for name in names], home) == names
        return [folder / name for name in told["files"]] if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none, or none of ours


def _hashes(paths: Iterable[Path], home: Path) -> dict[str, str | None]:
    return {path.relative_to(home).as_posix(): sha256_file(path) if path.is_file() else None for path in paths}
