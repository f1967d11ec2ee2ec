"""Where things are written and what is wrong with them: every problem has a file and a line."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn


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

    def __reduce__(self):
        return RenderError, (self.problems,)  # from a process to another with its problems, not with its text


class Line(NamedTuple):
    """A line of text and where it was written."""

    text: str
    path: Path
    number: int


class Places:
    """The lines that were read for one document, and the problems found in them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: list[Problem] = []
        self.text: list[Line] = []  # the document with its includes, as last expanded
        self.meta: list[Line] = []  # every line of YAML

    def name(self, path: Path) -> str:
        """A path as problems print it: relative to the project folder."""
        return os.path.relpath(path, self.folder).replace(os.sep, "/")

    def problem(self, at: Line, message: str) -> None:
        self.problems.append(Problem(self.name(at.path), at.number, message))

    def stop(self, at: Line, message: str) -> NoReturn:
        """Raise RenderError with this problem and those before it."""
        self.problem(at, message)
        raise RenderError(self.problems)

    def find(self, needle: str, default: Line, nth: int = 1) -> Line:
        """The nth line that holds `needle`, in the text first and then in the metadata.

        A needle that ends like a name is a whole name: `@fig-x` is not found in `@fig-xy` while it stands elsewhere.
        """
        if not needle:
            return default
        whole = re.compile(re.escape(needle) + (r"(?![\w-])" if re.search(r"\w\Z", needle) else ""))
        lines = (*self.text, *self.meta)
        hits = [line for line in lines if whole.search(line.text)] or [line for line in lines if needle in line.text]
        return hits[min(nth, len(hits)) - 1] if hits else default
