"""How long the report takes from figures to files, whole and in parts, with the embedded renderer.

    make figures && python bench/report_speed.py

Reads build/demonstration (`--build` names another) and works in a copy of it. The whole is `camket report`, a process
from the command line: all documents, both languages, HTML and PDF. The parts are the same work in one process and one
thread, so that they add up; their sum over the whole says what the second core gives. Then one sentence is changed and
the documents of its language are asked for, as `make` does. Prints Markdown. Wall time is only good on a quiet machine;
processor time, of the process and of the Pandocs it starts, is fairly good on a busy one; the shares, of processor
time, travel best. Exit code 1 if a second run writes other bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))


class Cost(NamedTuple):
    """Seconds of wall time and of processor time."""

    wall: float
    cpu: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def now() -> Cost:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Cost(perf_counter(), sum(item.ru_utime + item.ru_stime for item in used))


def command(root: Path, build: Path, *options: str) -> Cost:
    """What `camket report` takes."""
    start = now()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    arguments = [sys.executable, "-m", "camket", "report", "--root", str(root), "--build", str(build)]
    subprocess.run([*arguments, "--renderer", "embedded", *options], check=True, env=environment, capture_output=True)
    return now() - start


def hashes(build: Path) -> dict[str, str]:
    out = build / "report" / "out"
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*.*"))
    }


def parts(root: Path, build: Path) -> list[tuple[str, Cost]]:
    """The same work step by step, in this process."""
    found, start = [], now()

    def mark(name: str) -> None:
        nonlocal start
        found.append((name, now() - start))
        start = now()

    from camket.package import load
    from camket.report import DOCUMENTS, charts, render  # noqa: F401 (charts brings matplotlib)
    from camket.report.embedded import pages
    from camket.report.embedded.fonts import kept

    mark("importing")
    staged = render.copy(build, root / "reports", load("datapackage.json", project=root), renderer="embedded")
    render.write_pieces(staged)
    mark("charts and tables")
    render.write_words(staged)
    mark("variables")
    fonts = kept(staged.folder)
    mark("cutting the fonts")
    for name in DOCUMENTS:
        for language in render.LANGUAGES:
            document = pages.Document(staged.folder / language / f"{name}.qmd", fonts=fonts)
            document.prepare()
            mark(f"{name}, Pandoc")
            document.html()
            mark(f"{name}, the page around it")
            forms = document.forms(["pdf"])
            if "parts" in forms:
                document.parts(staged.timestamp)
                mark(f"{name}, a PDF each, Typst")
            if "whole" in forms:
                document.pdf(staged.timestamp)
                mark(f"{name}, Typst")
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--build", type=Path, default=ROOT / "build/demonstration")
    given = arguments.parse_args()
    if not (given.build / "figures/figures.parquet").exists():
        print("There are no figures: make figures first.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        root, build = Path(folder) / "project", Path(folder) / "build"
        root.mkdir()
        for name in ("datapackage.json", "schemas", "raw", "models", "expectations"):
            (root / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "reports", root / "reports")
        for name in ("figures", "quality"):
            shutil.copytree(given.build / name, build / name)
        whole = command(root, build)
        first = hashes(build)
        shutil.rmtree(build / "report")
        whole = min(whole, command(root, build))
        same = hashes(build) == first
        found = parts(root, build)
        again = {}
        for name, chapter in (("review", "_summary"), ("brief", "brief")):
            path = root / f"reports/en/{chapter}.qmd"
            path.write_text(path.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
            again[f"a changed sentence of the {name}"] = command(root, build, "--no-snippets", "--document", "en")
        again["nothing changed"] = command(root, build, "--no-snippets", "--document", "en")
    total = sum((cost for _, cost in found), Cost(0, 0))
    groups: dict[str, Cost] = {}
    for name, cost in found:
        groups[name] = groups.get(name, Cost(0, 0)) + cost
    print(f"{len(first)} files; written a second time: {'the same' if same else 'OTHER'} bytes.\n")
    print("| | wall s | processor s |\n|:--|--:|--:|")
    print(f"| `camket report`, two documents at a time | {whole.wall:.1f} | {whole.cpu:.1f} |")
    print(f"| the same, one after another in one process | {total.wall:.1f} | {total.cpu:.1f} |")
    for name, cost in again.items():
        print(f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} |")
    print(f"\nTwo at a time: {whole.wall / total.wall:.0%} of the wall time of one after another.")
    print("\n| part | share | processor s |\n|:-----|------:|--:|")
    for name, cost in sorted(groups.items(), key=lambda item: -item[1].cpu):
        print(f"| {name} | {cost.cpu / total.cpu:.0%} | {cost.cpu:.1f} |")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
