"""A document rendered in a process of its own, so that several can be under way.

Within one process Typst's compilations share what they remember, which costs them time, and Python's own work its lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from camket.report.embedded import render
from camket.report.embedded.fonts import Fonts


def render_apart(
    source: Path, formats: Sequence[str], output_dir: Path, *, timestamp: datetime, fonts: Fonts
) -> list[Path]:
    """What `embedded.render` does and raises. May be called from several threads."""
    # Never a fork of this process, which may have threads: a server that has imported the renderer forks in no time.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_render, source, formats, output_dir, timestamp, fonts.folder).result()


def _render(source: Path, formats: Sequence[str], output_dir: Path, timestamp: datetime, fonts: Path) -> list[Path]:
    return render(source, formats, output_dir, timestamp=timestamp, fonts=Fonts(fonts))
