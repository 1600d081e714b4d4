"""`upstander audit`: verify the record, read it, and print its heads."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
from django.db import DatabaseError, connection
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from upstander.audit import queries, services
from upstander.audit.findings import KINDS, Report
from upstander.audit.heads import Head
from upstander.audit.sealer import heads_files
from upstander.audit.verify import Progress, verify
from upstander.config import ConfigError, config

UNCHECKED = 2


@click.group()
def audit() -> None:
    """The sealed record of who saw what and did what."""


@audit.command("verify")
@click.option(
    "--heads", "files", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
    help="A heads file to compare with, best one kept elsewhere; several are possible. Default: those that the sealer writes.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify_command(files: tuple[Path, ...], as_json: bool) -> None:
    """Check every entry and every seal. Ends with 0: as written; 1: tampered with; 2: something could not be checked."""
    try:
        with _progress() as progress:
            report = verify(files or _existing(), progress=progress)
    except (ConfigError, DatabaseError) as error:
        text = (
            str(error).strip() if isinstance(error, ConfigError) else f"the database: {type(error).__name__}"
        )
        if as_json:
            click.echo(json.dumps({"result": "unchecked", "unchecked": [text]}))
        else:
            click.echo(f"NOT CHECKED: {text}", err=True)
        sys.exit(UNCHECKED)
    click.echo(json.dumps(report.as_dict(), indent=1) if as_json else _in_words(report))
    sys.exit(report.exit_code)


def _existing() -> list[Path]:
    """The sealer's heads files: the local one where it is there, the other one always, so that its absence is noticed."""
    local, *elsewhere = heads_files()
    return ([local] if local.exists() else []) + elsewhere


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar a step on standard error; nothing where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    tasks: dict[str, TaskID] = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total or 1)
            bars.update(tasks[step], completed=done if total else 1)

        yield show


def _in_words(report: Report) -> str:
    lines = [f"{found.kind.upper()}: {found.text}" for found in report.findings]
    for kind, count in sorted(report.counts.items()):
        more = f" ({count - report.keep} more are not listed)" if count > report.keep else ""
        lines.append(f"  {count} x {kind}: {KINDS[kind]}{more}")
    lines += [f"NOT CHECKED: {what}" for what in report.unchecked]
    lines += [f"Note: {note}" for note in report.notes]
    if report.waiting:
        waits = ngettext("%d entry is not sealed yet", "%d entries are not sealed yet", report.waiting)
        lines.append(f"{waits % report.waiting}, the oldest for {report.oldest_seconds} s.")
    if report.held_by:
        lines.append(f"The sealer is held back by {report.held_by}.")
    entries = ngettext("%d entry", "%d entries", report.entries) % report.entries
    seals = ngettext("%d seal", "%d seals", report.seals) % report.seals
    lines.append(f"{entries} in {seals} checked.")
    lines.append(("The record is as it was written.", "THE RECORD WAS TAMPERED WITH.", "Not everything could be checked.")[
        report.exit_code
    ])  # fmt: skip
    return "\n".join(lines)


@audit.command("show")
@click.option(
    "--object", "thing", nargs=2, metavar="KIND ID", help="What was done to one object, such as: tip ID."
)
@click.option("--actor", help="What one actor did, such as: account:17, reporter, system:worker.")
@click.option("--since", type=click.DateTime(), help="From this moment on (UTC).")
@click.option("--limit", default=200, show_default=True, help="Most entries to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line an entry.")
def show_command(
    thing: tuple[str, str] | None, actor: str | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """The auditor's reading, which is itself an entry."""
    if bool(thing) + bool(actor) + bool(since) == 0 or (thing and actor):
        raise click.UsageError("say what to show: --object KIND ID, --actor ACTOR or --since MOMENT")
    start = since.replace(tzinfo=UTC) if since else None
    services.record(
        f"system:{config().process}", "audit.read", "audit", "entries",
        of=":".join(thing) if thing else None, by=actor, since=start.isoformat() if start else None,
    )  # fmt: skip
    if thing:
        lines: Iterable[queries.Line] = (
            line for line in queries.for_object(*thing, limit=limit) if not start or line.at >= start
        )
    elif actor:
        lines = queries.by_actor(actor, queries.everything, start)
    else:
        lines = queries.since(start, queries.everything)
    for line in islice(lines, limit):
        click.echo(_line(line, as_json))


def _line(line: queries.Line, as_json: bool) -> str:
    if as_json:
        return json.dumps(vars(line) | {"at": line.at.isoformat()}, separators=(",", ":"))
    detail = " ".join(f"{name}={value}" for name, value in sorted(line.detail.items()))
    what = f"{line.object_kind} {line.object_id}"
    return f"{line.at:%Y-%m-%d %H:%M:%S}  {line.id:>8}  {line.actor:<18} {line.act:<24} {what}  {detail}".rstrip()


@audit.command("heads")
@click.option("--after", default=0, help="Only heads of seals after this number.")
def heads_command(after: int) -> None:
    """Print the heads of the chain, one JSON line each, to be kept where nobody of this machine can reach them."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT n, timestamptz_send(at), root, signature FROM audit_seal WHERE n > %s ORDER BY n LIMIT 1000",
                [after],
            )
            page = [
                Head(n, bytes(at), bytes(root), bytes(signature))
                for n, at, root, signature in cursor.fetchall()
            ]
            for head in page:
                click.echo(head.line())
            if not page:
                return
            after = page[-1].n
