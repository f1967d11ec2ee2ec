"""What the commands share: options, exit codes, progress on the terminal."""

from __future__ import annotations

import functools
import os
import sys
import time
from pathlib import Path

import click

DESCRIPTOR = "datapackage.json"


def say(text: str = "") -> None:
    click.echo(text, err=True)


def fails_well(command):
    """Turn the two ways of failing into exit codes: 1 the data failed, 2 the tool or its use failed."""

    @functools.wraps(command)
    def wrapped(*args, **kwargs):
        from camket.messages import DataFailed, ToolFailed, render

        try:
            return command(*args, **kwargs)
        except DataFailed as failure:
            render(failure.problems, limit=50)
            say(f"\n{len(failure.problems)} problem(s). Nothing was changed. Mend the rows named above and run again.")
            sys.exit(1)
        except ToolFailed as failure:
            say(click.style("Cannot go on: ", fg="red", bold=True) + _lines(failure.message))
            if failure.remedy:
                say(click.style("→ ", fg="green") + _lines(failure.remedy))
            sys.exit(2)

    return wrapped


def _lines(text: str) -> str:
    """Text of several lines with whatever could act on a terminal neutralised; line ends are ours."""
    from camket.messages import neutral

    return "\n".join(neutral(line, None) for line in text.splitlines())


def package_options(command):
    command = click.option(
        "--package", "descriptor", default=DESCRIPTOR, show_default=True, help="Descriptor of the data package."
    )(command)
    command = click.option("--root", type=click.Path(path_type=Path), default=Path("."), help="Folder of the project.")(
        command
    )
    command = click.option(
        "--valid-date", "-T", help="T: what is true by the end of this day. Default: of the package."
    )(command)
    command = click.option(
        "--knowledge-date", "-K", help="K: what had been received by the end of this day. Default: of the package."
    )(command)
    command = click.option(
        "--build",
        "build_dir",
        type=click.Path(path_type=Path),
        help="Folder for what is built. Default: build/<package>.",
    )(command)
    return fails_well(command)


def edition_of(descriptor: str, root: Path, valid_date: str | None, knowledge_date: str | None, build_dir: Path | None):
    from datetime import date

    from camket.build import Edition
    from camket.messages import ToolFailed
    from camket.package import load

    root = root.resolve()
    package = load(descriptor, project=root)
    dates = {"T": valid_date or package.T.isoformat(), "K": knowledge_date or package.K.isoformat()}
    for name, text in dates.items():
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ToolFailed(
                f"{name} is {text!r}, which is no date", f"Write it as 2025-12-31: make {name}=2025-12-31"
            ) from None
    build = (
        (build_dir or Path("build") / package.package_id).resolve()
        if build_dir
        else root / "build" / package.package_id
    )
    build.mkdir(parents=True, exist_ok=True)
    return Edition(package=package, valid_date=dates["T"], knowledge_date=dates["K"], root=root, build=build)


class Step:
    """Print what a step does and how long it took; steps of more than two seconds must not be silent."""

    def __init__(self, what: str):
        self.what = what

    def __enter__(self):
        self.start = time.perf_counter()
        say(f"{self.what} …")
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            say(f"  done in {time.perf_counter() - self.start:.1f} s")


def shown(path: Path) -> str:
    """A path as the user would type it."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)
