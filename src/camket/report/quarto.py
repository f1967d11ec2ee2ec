"""Genuine Quarto, where it is installed: on PATH, or where QUARTO_PATH says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from camket.messages import ToolFailed, neutral
from camket.report.snippets import GENERATED
from camket.report.words import LANGUAGES

FILLED_IN = {".qmd", ".md"}  # text, which counts as it reads in the end
MADE = {"_variables.yml", "renderer.json", "words.yml"}  # of the stage, what is in the text or not for documents
FORMATS = {"html": "html", "whole": "typst"}


def find() -> Path | None:
    """Quarto's executable, or None. Raises ToolFailed if QUARTO_PATH names something that is not there."""
    given = os.environ.get("QUARTO_PATH")
    if not given:
        found = shutil.which("quarto")
        return Path(found) if found else None
    path = Path(given)
    path = path / "quarto" if path.is_dir() else path
    if not path.is_file():
        raise ToolFailed(
            "QUARTO_PATH does not name Quarto's executable", "Correct it, or unset it to go without Quarto."
        )
    return path


def version(executable: Path) -> str:
    """What `quarto --version` says. Raises ToolFailed if it cannot be run."""
    try:
        return subprocess.run([str(executable), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolFailed(
            "Quarto is there but does not run", "Reinstall it, or go without: --renderer embedded."
        ) from error


def may_read(stage: Path, source: Path, text: str) -> list[Path]:
    """Files of a stage that Quarto might read beside the `text` of a document: in doubt, one that it does not.

    Not those of the other language, nor charts that the text does not name, nor what is made or kept.
    """
    found = [source]
    for path in sorted(stage.rglob("*")):
        first, *rest = path.relative_to(stage).parts
        if not path.is_file() or first == "out" or first.startswith("."):
            continue
        is_other = (rest and first in LANGUAGES and first != source.parent.name) or path.suffix == ".ok"
        is_unnamed = path.parent.name == GENERATED and path.stem not in text
        if not (is_other or is_unnamed or path.name in MADE or path.suffix in FILLED_IN):
            found.append(path)
    return found


def render(
    executable: Path, source: Path, formats: Sequence[str], output_dir: Path, *, timestamp: datetime
) -> list[Path]:
    """Render `source`, a document below a folder with _quarto.yml; files land in `output_dir`, named by output-file.

    Raises ToolFailed with Quarto's own last words. Warnings of Quarto about references and figures count as failures,
    because it would print a question mark instead.
    """
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(timestamp.timestamp())), "NO_COLOR": "1", "TZ": "UTC"}
    output_dir.mkdir(parents=True, exist_ok=True)
    made = []
    for name in formats:
        command = [str(executable), "render", source.name, "--to", FORMATS[name]]
        done = subprocess.run(command, cwd=source.parent, env=environment, capture_output=True, text=True)
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        unresolved = [line for line in said if "Unable to resolve crossref" in line or "not found" in line]
        if done.returncode or unresolved:
            reason = "; ".join(neutral(line, 200) for line in (unresolved or said)[-5:])
            raise ToolFailed(f"Quarto could not render {source.name} to {name}: {reason}", "Mend the document.")
        output = next((line.split("Output created:", 1)[1].strip() for line in said if "Output created:" in line), "")
        file = (source.parent / output).resolve()
        if not output or not file.is_file():
            raise ToolFailed(f"Quarto made no {name} of {source.name}", "Run quarto render by hand to see why.")
        target = output_dir / file.name
        shutil.move(file, target)
        made.append(target)
    return made
