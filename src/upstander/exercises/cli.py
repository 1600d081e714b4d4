"""`upstander exercise`: run a scripted exercise on the practice system, and its report."""

import time
from pathlib import Path

import click

from upstander import clock
from upstander.exercises import measure, report, run, state
from upstander.exercises.state import Running
from upstander.packs.current import current
from upstander.web import paper


@click.group()
def exercise() -> None:
    """Scripted exercises on the practice system: list them, run one, make its report."""


@exercise.command("list")
def list_command() -> None:
    """The exercises of the pack."""
    for one in current().exercises:
        click.echo(f"{one.code:<12} {one.minutes:>3} min  {one.title}. {one.about}")
    if not current().exercises:
        click.echo("The pack has none: they stand in exercises.toml.")


@exercise.command("run")
@click.argument("code")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the report goes; beside the exercise unless given."
)
def run_command(code: str, out: Path | None) -> None:
    """Run the exercise CODE on the practice system that is running. Ctrl-C ends it early; the report is made either way."""
    _direct(run.begin(code), out)


@exercise.command("go-on")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the report goes; beside the exercise unless given."
)
def go_on_command(out: Path | None) -> None:
    """Go on with the last exercise, whose command was cut off. What is due meanwhile comes at once."""
    running = state.newest()
    if running is None or running.ended_at is not None:
        raise click.ClickException("No exercise is under way here.")
    _direct(running, out)


def _direct(running: Running, out: Path | None) -> None:
    click.echo(f"Exercise {running.id} is under way. Ctrl-C ends it.")
    try:
        while running.ended_at is None:
            for line in run.step(running):
                click.echo(f"{clock.now():%H:%M:%S}  {line}")
            if running.ended_at is None:
                time.sleep(1)
    except KeyboardInterrupt:
        run.end(running)
    _report(running, out)


@exercise.command("report")
@click.argument("id", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Where the report goes.")
def report_command(id: str | None, out: Path | None) -> None:
    """Make the report of exercise ID anew, of the last one unless given: what was done since counts as late."""
    running = state.load(id) if id else state.newest()
    if running is None:
        raise click.ClickException("There is no such exercise here.")
    _report(running, out)


def _report(running: Running, out: Path | None) -> None:
    found = measure.result(running)
    file = out or state.folder() / f"after-action-{running.id[-8:]}.pdf"
    file.write_bytes(paper.pdf(report.document(running, found), clock.now()))
    missed = "  Something was missed in what matters most." if found.fatal else ""
    click.echo(f"{found.percent} % of the points.{missed}\nReport: {file}")
