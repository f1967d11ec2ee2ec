"""The commands of the door: intake, templates, status. Arguments and summaries only."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from camket.commands import DESCRIPTOR, fails_well, say, shown

_PATH = click.Path(path_type=Path)


def _package(command):
    command = click.option(
        "--package", "descriptor", default=DESCRIPTOR, show_default=True, help="Descriptor of the data package."
    )(command)
    command = click.option("--root", type=_PATH, default=Path("."), help="Folder of the project.")(command)
    command = click.option("--outbox", type=_PATH, help="Folder for what is written. Default: outbox/ in the project.")(
        command
    )
    return fails_well(command)


@click.command()
@click.argument("files", nargs=-1, type=_PATH)
@click.option("--inbox", type=_PATH, help="Folder of received files. Default: inbox/ in the project.")
@click.option("--agency", help="Agency that sent the files. Default: the folder of the inbox they lie in.")
@click.option(
    "--received-at",
    help="When the files came, as 2025-10-03T09:15:00. Default: inbox/received.csv, else their time stamp.",
)
@click.option("--dry-run", is_flag=True, help="Judge only; write nothing.")
@click.option(
    "--language", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Of what is printed here."
)
@_package
def intake(files, inbox, agency, received_at, dry_run, language, descriptor, root, outbox) -> None:
    """Take in what agencies sent: accept it into the package, or return it with a slip.

    Takes FILES, or everything in inbox/. Exit code 1 when a file was returned or held.
    """
    from camket.intake.run import local_time, take_in

    root = root.resolve()
    outcomes = take_in(
        descriptor,
        project=root,
        files=files,
        inbox=inbox,
        outbox=outbox,
        received_at=local_time(received_at, "--received-at") if received_at else None,
        sender=agency,
        dry_run=dry_run,
        progress=lambda name: say(f"  {name}"),
    )
    _report(outcomes, language)
    if any(outcome.verdict in ("returned", "held") for outcome in outcomes):
        sys.exit(1)


def _report(outcomes, language: str) -> None:
    from collections import Counter

    from camket.messages import neutral, render

    marks = {
        "accepted": "green",
        "accepted_after_return": "green",
        "known": "cyan",
        "returned": "red",
        "held": "yellow",
    }
    for outcome in outcomes:
        verdict = outcome.verdict.replace("_", " ")
        name = click.style(verdict.upper(), fg=marks[outcome.verdict], bold=True)
        entry = f"  → {outcome.entry['file']}" if outcome.entry else ""
        click.echo(f"{name}  {neutral(outcome.received.name, 120)}{entry}")
        for item in [*outcome.remarks, *outcome.guesses]:
            click.echo("    · " + neutral(item.vi if language == "vi" else item.en, None))
        if outcome.problems:
            render(outcome.problems, language=language, limit=20)
        for path in outcome.slips:
            click.echo(f"    {shown(path)}")
    counted = Counter(outcome.verdict.replace("_", " ") for outcome in outcomes)
    say(", ".join(f"{number} {verdict}" for verdict, number in counted.items()) or "The inbox is empty.")


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.argument("agencies", nargs=-1)
@_package
def templates(round_id, agencies, descriptor, root, outbox) -> None:
    """Write one prefilled workbook an agency for a ROUND such as 2025-Q4 (or for the AGENCIES named)."""
    from camket.intake.template import write_templates
    from camket.package import load

    root = root.resolve()
    written = write_templates(load(descriptor, project=root), round_id, outbox or root / "outbox", agencies)
    say(f"{len(written)} template(s) in {shown((outbox or root / 'outbox') / 'templates' / round_id)}")


@click.command()
@click.argument("round_id", metavar="[ROUND]", required=False)
@click.option("--all", "everybody", is_flag=True, help="List agencies with nothing outstanding too.")
@click.option("--csv", "path", type=_PATH, help="Where to write the list. Default: outbox/status-ROUND.csv.")
@_package
def status(round_id, everybody, path, descriptor, root, outbox) -> None:
    """Who has not reported in a ROUND (default: the last one of the ledger), who was late, what is missing."""
    from camket.intake import status as step
    from camket.intake.ledger import Ledger
    from camket.messages import ToolFailed
    from camket.package import load

    root = root.resolve()
    outbox = outbox or root / "outbox"
    package = load(descriptor, project=root)
    if not round_id:
        round_id = max((entry["round_id"] for entry in Ledger(package).entries), default=None)
    if not round_id:
        raise ToolFailed("The ledger is empty, so there is no last round", "Name the round: camket status 2025-Q4")
    lines = step.status(package, round_id, outbox)
    _table([line for line in lines if everybody or line.state != "complete"], round_id)
    counted = {state: sum(line.state == state for line in lines) for state in step.STATES}
    say(f"{round_id}: " + ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in counted.items()))
    say(shown(step.write(lines, path or outbox / f"status-{round_id}.csv")))


def _table(lines, round_id: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colours = {"not_received": "red", "returned": "red", "incomplete": "yellow", "late": "yellow", "complete": "green"}
    table = Table(title=f"{round_id}", box=None, pad_edge=False)
    for name, style in (
        ("agency", "bold"),
        ("state", ""),
        ("received", ""),
        ("late", ""),
        ("owed", ""),
        ("missing", ""),
    ):
        table.add_column(
            name, style=style, justify="right" if name in ("late", "owed") else "left", no_wrap=name != "missing"
        )
    for line in lines:
        missing = ", ".join(line.missing[:8]) + (f" … ({len(line.missing)})" if len(line.missing) > 8 else "")
        table.add_row(
            line.agency_id,
            Text(line.state.replace("_", " "), style=colours[line.state]),
            line.first_received[:10],
            f"{line.days_late} d" if line.days_late else "",
            str(line.open_commitments),
            missing,
        )
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    console.print(table)
