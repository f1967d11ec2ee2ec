"""The command line: arguments and summaries. A step is imported only when it runs, so --help is quick."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from camket.cli_intake import intake, status, templates
from camket.commands import DESCRIPTOR, Step, edition_of, fails_well, package_options, say, shown
from camket.report import DOCUMENTS


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="camket")
def main() -> None:
    """camket: from agencies' submissions to a checked data package and a published review.

    Exit codes: 0 done, 1 the data failed, 2 the tool or its use failed.
    """


@main.command()
@package_options
def validate(**options) -> None:
    """Check every raw file against its schema; print all problems at once."""
    _validate(edition_of(**options))


def _validate(edition) -> None:
    from camket.contract.validate import validate_package
    from camket.messages import DataFailed

    with Step(f"Checking the raw files of {edition.package.package_id} against schemas/"):
        result = validate_package(edition.package)
    if result.problems:
        raise DataFailed(result.problems)
    say(f"  {len(result.tables)} tables, {sum(result.tables.values()):,} rows: no problem")


@main.command()
@package_options
@click.option("--rebuild/--no-rebuild", default=True, help="Build a second time and compare (rule REP-01).")
def build(rebuild: bool, **options) -> None:
    """Build the marts in DuckDB with dbt, and test them."""
    edition = edition_of(**options)
    _build(edition, rebuild)


def _build(edition, rebuild: bool = True) -> None:
    from camket import build as step

    (edition.build / "quality" / "check_results.csv").unlink(missing_ok=True)  # they judged the build before
    with Step(f"Building the marts as of T = {edition.valid_date}, K = {edition.knowledge_date}"):
        step.run(edition, "marts")
    (edition.build / "rebuild.csv").unlink(missing_ok=True)
    if rebuild:
        with Step("Building them a second time to compare"):
            step.rebuild(edition)


@main.command()
@click.argument("rules", nargs=-1)
@click.option(
    "--partial",
    is_flag=True,
    help="Go on when a rule blocks: the figures that stand on it are withheld, the rest is published.",
)
@click.option(
    "--explain", is_flag=True, help="Print what a rule reads, its SQL and its parameters instead of running it."
)
@package_options
def check(rules: tuple[str, ...], explain: bool, partial: bool, **options) -> None:
    """Run the data-quality rules over the marts; exit code 1 when one that blocks fails."""
    edition = edition_of(**options)
    if explain:
        from camket.checks.show import explain as explain_rule

        if not rules:
            raise click.UsageError("Name the rules to explain: camket check TIM-01 --explain")
        for rule in rules:
            click.echo(explain_rule(rule, project_root=edition.root, database=edition.database))
        return
    _check(edition, rules, partial)


def _check(edition, rules: tuple[str, ...] = (), partial: bool = False, stage: str = "data") -> None:
    from camket.checks.register import load_register
    from camket.checks.run import run_checks
    from camket.checks.show import print_run
    from camket.parameters import check_parameters

    check_parameters(edition.root, edition.package.folder, load_register(edition.root))
    with Step(f"Running the checks of the {stage}"):
        run = run_checks(
            edition.database,
            edition.build / "quality",
            stage=stage,
            only=set(rules) or None,
            project_root=edition.root,
            rebuild=(edition.build / "rebuild.csv").exists(),
            titles={"en": edition.package.title, "vi": edition.package.title_vi},
        )
    print_run(run)
    if run.errored and not partial:
        names = ", ".join(rule.rule_id for rule in run.errored)
        say(f"\nCould not run {names}: a rule that has not run has not passed. Why stands in the table.")
        sys.exit(2)
    if not run.blocking:
        return
    names = ", ".join(rule.rule_id for rule in run.blocking)
    say(f"\nBlocked by {names}. All failing rows: {shown(edition.build / 'quality' / 'findings.csv')}")
    if partial:
        say("Going on without the figures that stand on these rules; the manifest and the report name them.")
        return
    say("Nothing is published until these rows are mended. To publish what does not stand on them: make PARTIAL=1")
    sys.exit(1)


def _require_checks(edition) -> None:
    """Raise ToolFailed unless every rule has judged this build: report and release print all of them."""
    from camket.checks.outputs import require_complete
    from camket.checks.register import load_register

    require_complete(edition.build / "quality", load_register(edition.root))


@main.command()
@click.option("--partial", is_flag=True, help="Go on when a rule about figures blocks.")
@package_options
def figures(partial: bool, **options) -> None:
    """Compute the figures table, check it, and export it with the marts."""
    _figures(edition_of(**options), partial)


def _figures(edition, partial: bool = False) -> None:
    from camket import build as step
    from camket import figures as door

    with Step("Computing the figures"):
        step.run(edition, "figures")
    _check(edition, stage="figures", partial=partial)
    with Step("Counting the results of the checks"):
        step.run(edition, "recount")
        changed = door.export(edition.database, edition.build / "figures")
    say(f"  {len(changed)} exported table(s) changed")


@main.command()
@click.option("--snippets/--no-snippets", default=True, help="Write variables, tables and charts from the figures.")
@click.option(
    "--document", "documents", multiple=True, type=click.Choice(["vi", "en", "none"]), help="Default: vi and en."
)
@click.option("--renderer", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(DOCUMENTS),
    help="Of each language, render this alone. Default: every document.",
)
@package_options
def report(snippets: bool, documents: tuple[str, ...], renderer: str, only: tuple[str, ...], **options) -> None:
    """Write the report's numbers, tables and charts, and render its documents."""
    _report(edition_of(**options), snippets, documents or ("vi", "en"), renderer, only)


def _report(
    edition,
    snippets: bool = True,
    documents: tuple[str, ...] = ("vi", "en"),
    renderer: str = "auto",
    only: tuple[str, ...] = (),
) -> None:
    from camket.report import render as step

    _require_checks(edition)
    staged = step.prepare(
        edition.build, edition.root / "reports", edition.package, renderer=renderer, snippets=snippets
    )
    languages = [name for name in documents if name != "none"]
    if not languages:
        return
    wanted = only or DOCUMENTS
    with Step(f"Rendering {', '.join(wanted)} ({', '.join(languages)}) with {staged.renderer}"):
        step.render_documents(
            staged,
            languages,
            wanted,
            done=lambda document, language, seconds: say(
                f"  {document} ({language}): {'unchanged' if seconds is None else f'{seconds:.1f} s'}"
            ),
        )


@main.command()
@click.option("--port", default=4848, show_default=True, help="0 takes any free port.")
@package_options
def preview(port: int, **options) -> None:
    """Show the report in a browser on this machine, and again whenever a file of reports/ or the figures change."""
    from camket.report import preview as step

    edition = edition_of(**options)
    server = step.listen(port)
    address = f"http://{step.HOST}:{server.server_address[1]}/"
    try:
        with Step("Preparing the preview"):
            pages = step.Preview(edition.build, edition.root / "reports", edition.package, say)
        say(f"Preview at {address} (Ctrl-C ends it)")
        step.serve(server, pages)
    except KeyboardInterrupt:
        pass
    say("The preview has ended.")


@main.command()
@package_options
@click.option("--dist", type=click.Path(path_type=Path), help="Folder to publish to. Default: dist/<package>.")
def release(dist: Path | None, **options) -> None:
    """Collect report, data package, figures and check results into dist/, with hashes."""
    edition = edition_of(**options)
    _release(edition, dist)


def _release(edition, dist: Path | None = None) -> None:
    from camket import release as step

    _require_checks(edition)
    target = (dist or edition.root / "dist" / edition.package.package_id).resolve()
    with Step("Writing the release"):
        summary = step.write(edition, target)
    say()
    say(click.style(summary.headline, bold=True))
    for line in summary.lines:
        say(f"  {line}")
    for path in summary.reports:
        click.echo(shown(path))


@main.command(name="all")
@package_options
def everything(**options) -> None:
    """Everything that `make` does, for machines without make."""
    edition = edition_of(**options)
    _validate(edition)
    _build(edition)
    _check(edition)
    _figures(edition)
    _report(edition)
    _release(edition)


@main.command()
@fails_well
@click.option("--root", type=click.Path(path_type=Path), default=Path("."))
def demonstrate(root: Path) -> None:
    """Write the demonstration package again: invented submissions, the same bytes each time."""
    from camket.demonstrate import generate
    from camket.package import refresh

    with Step("Generating raw/demonstration"):
        summary = generate(root.resolve())
        refresh(DESCRIPTOR, project=root)
    for name, number in summary.items():
        say(f"  {name}: {number}")


@main.command()
@fails_well
@click.option("--package", "descriptor", default=DESCRIPTOR, show_default=True)
@click.option("--root", type=click.Path(path_type=Path), default=Path("."))
def package(descriptor: str, root: Path) -> None:
    """Record hash and bytes of the raw files in the descriptor, after an intended edit."""
    from camket.package import refresh

    changed = refresh(descriptor, project=root)
    say(f"{descriptor}: " + (f"updated {', '.join(changed)}" if changed else "already up to date"))


@main.command()
@click.option("--rounds", is_flag=True, help="Build every round before T again and freeze each: minutes.")
@click.option("--replace", is_flag=True, help="Record a round anew that was frozen with other findings.")
@package_options
def freeze(rounds: bool, replace: bool, **options) -> None:
    """Keep the ids of this edition's findings, under the round of T, for the editions to come."""
    from dataclasses import replace as changed

    from camket.checks import freeze as step
    from camket.package import refresh

    edition = edition_of(**options)
    known = step.rounds(edition.package.resource("review_rounds").file)
    editions = [edition]
    if rounds:
        dates = {item.round_id: {"valid_date": f"{item.valid_date}", "knowledge_date": f"{item.knowledge_date}"}
                 for item in known if f"{item.valid_date}" < edition.valid_date}  # fmt: skip
        editions = [changed(edition, **of, build=edition.build / "rounds" / name) for name, of in dates.items()]
    for item in editions:
        if rounds:
            item.build.mkdir(parents=True, exist_ok=True)
            _build(item, rebuild=False)
            _check(item, partial=True)
            _figures(item, partial=True)
        say(step.freeze(item.build / "quality", item.package.resource("findings_history").file, known,
                         T=item.valid_date, K=item.knowledge_date, replace=replace or rounds))  # fmt: skip
    refresh(options["descriptor"], project=edition.root)


for _command in (intake, templates, status):
    main.add_command(_command)
