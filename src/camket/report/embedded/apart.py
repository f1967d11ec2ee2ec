"""Documents rendered in processes of their own, several at a time.

Within one process the documents share Python's lock and what Typst remembers, and both cost them time.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from camket.report.embedded import render
from camket.report.embedded.fonts import Fonts


class Renderer(Protocol):
    """`embedded.render`, or what does and raises the same elsewhere."""

    def __call__(
        self,
        source: Path,
        formats: Sequence[str],
        output_dir: Path,
        *,
        timestamp: datetime,
        fonts: Fonts,
        record: Path | None = None,
    ) -> list[Path]: ...


@contextmanager
def renderers(processes: int) -> Iterator[Renderer]:
    """A renderer that any number of threads may call; `processes` documents are under way at most."""
    # Started anew and not forked: this process may have threads, Typst's among them, that no fork would have.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent)

    def elsewhere(
        source: Path,
        formats: Sequence[str],
        output_dir: Path,
        *,
        timestamp: datetime,
        fonts: Fonts,
        record: Path | None = None,
    ) -> list[Path]:
        return pool.submit(_render, source, formats, output_dir, timestamp, fonts.folder, record).result()

    with pool:
        yield elsewhere


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _render(
    source: Path, formats: Sequence[str], output_dir: Path, timestamp: datetime, fonts: Path, record: Path | None
) -> list[Path]:
    return render(source, formats, output_dir, timestamp=timestamp, fonts=_fonts(fonts), record=record)


@cache
def _fonts(folder: Path) -> Fonts:
    """Read once in each process."""
    return Fonts(folder)
