"""`upstander directory`: import other people's lists, see what is missing, find a place."""

import csv
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from upstander.config import config
from upstander.directory import queries, services
from upstander.directory.importers.files import MOST_BYTES, Refused
from upstander.directory.importers.planning.plan import Item, Plan
from upstander.directory.values import csv_safe

_SHOWN = 12  # of each list on the screen; --report writes all of them
_BAD_SHOWN = 200
_LISTS = ("new", "changed", "renamed", "returned", "gone")


@click.group()
def directory() -> None:
    """Regions, districts, schools, agencies, PSAPs and contacts."""


def _data(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from None


@directory.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Apply without asking; without any input there is nobody to ask.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--state", default="", help="Two letters; of the FCC's registry only this state. Default: the pack's."
)
@click.option("--accept-gone", is_flag=True, help="Apply although suspiciously many would be retired.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every change and bad row to a CSV.",
)
def import_command(
    file: Path, yes: bool, dry_run: bool, state: str, accept_gone: bool, report: Path | None
) -> None:
    """Import FILE, whatever it is: the state's directory, the FCC's PSAPs, regions, or a list of our own.

    It is recognised by its contents. Ends with 0 where it was applied (or nothing had to be), 1 where it was
    refused, 2 where the answer was no.
    """
    console = Console(highlight=False)
    data = _data(file)
    try:
        plan = services.plan_import(data, state)
        _show(console, plan)
        if report:
            _write_report(report, plan)
        if dry_run:
            console.print("Dry run: nothing was changed.")
            return
        if plan.alarm and not accept_gone:
            raise Refused(f"{plan.alarm} Nothing was changed; --accept-gone applies it all the same.")
        if not yes and not plan.empty and not _agreed():
            console.print("Nothing was changed.")
            sys.exit(2)
        plan = _apply(console, data, file.name, state, accept_gone)
    except Refused as refused:
        raise click.ClickException(f"{file.name}: {refused}") from None
    console.print("Nothing had to be changed." if plan.empty else "Applied.")


def _agreed() -> bool:
    """Whether the person says yes; where there is nobody to ask (a script, no input), the command itself is the yes."""
    try:
        return click.confirm("Apply?", default=False)
    except click.Abort:
        if sys.stdin.isatty():
            raise  # somebody pressed Ctrl-C
        return True


def _apply(console: Console, data: bytes, name: str, state: str, accept_gone: bool) -> Plan:
    columns = (TextColumn("Writing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task("Writing", total=None)
        return services.apply_import(
            data,
            name,
            f"system:{config().process}",
            state,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            accept_gone=accept_gone,
        )


def _line(item: Item) -> Text:
    line = Text("  ").append(item.kind.replace("_", " "), "dim").append(f"  {item.name}")
    for name, before, after in item.changes:
        line.append(f"\n      {name}: ").append(before or "(empty)", "red").append(" → ").append(
            after or "(empty)", "green"
        )
    return line


def _show(console: Console, plan: Plan) -> None:
    """The dry run: what was recognised, the figures, the first of each list, every bad row."""
    console.print(Text(f"{plan.read.title}: {plan.read.rows} rows", "bold"))
    for name in _LISTS:
        items = getattr(plan, name)
        if items:
            console.print(Text(f"\n{name} ({len(items)})", "bold"))
        for item in items[:_SHOWN]:
            console.print(_line(item))
        if len(items) > _SHOWN:
            console.print(f"  … and {len(items) - _SHOWN} more")
    if plan.problems:
        console.print(Text(f"\nbad rows ({len(plan.problems)})", "bold"))
    for p in plan.problems[:_BAD_SHOWN]:
        sheet = f"sheet “{p.where.sheet}”, " if p.where.sheet else ""
        left = "row left out" if p.skipped else "cell left out"
        console.print(Text(f"  {sheet}row {p.where.row}: {p.reason} ({left})"))
    if len(plan.problems) > _BAD_SHOWN:
        console.print(f"  … and {len(plan.problems) - _BAD_SHOWN} more; --report writes all of them")
    for note in plan.notes:
        console.print(Text(f"\nNote: {note}"))
    if plan.alarm:
        console.print(Text(f"\n{plan.alarm}", "bold red"))
    table = Table(box=None)
    for name in (counts := plan.counts()):
        table.add_column("bad cells" if name == "cells" else name, justify="right")
    table.add_row(*(f"{n:,}" for n in counts.values()))
    console.print()
    console.print(table)


def _write_report(path: Path, plan: Plan) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["list", "sheet", "row", "kind", "name", "field", "before", "after"])
        for name in _LISTS:
            for item in getattr(plan, name):
                where = [csv_safe(item.where.sheet), str(item.where.row)] if item.where else ["", ""]
                for change in item.changes or (("", "", ""),):
                    out.writerow([name, *where, item.kind, csv_safe(item.name), *map(csv_safe, change)])
        for p in plan.problems:
            out.writerow(["bad", csv_safe(p.where.sheet), p.where.row, "", csv_safe(p.reason), "", "", ""])


@directory.command("gaps")
def gaps_command() -> None:
    """The red list: counties without a PSAP, PSAPs without a number, contacts who cannot be
    reached. Ends with 1 where there is any."""
    found = queries.gaps()
    for title, names in (
        ("Counties without a primary PSAP", [c.name for c in found.counties_without_psap]),
        (
            "Counties with several and no default",
            [f"{c.name} ({c.primaries})" for c in found.counties_undecided],
        ),
        ("PSAPs without a transfer number", [r.name for r in found.psaps_without_number]),
        ("Routes to somebody retired", [r.name for r in found.routes_to_retired]),
        (
            "Contacts without phone or e-mail",
            [f"{c.name} ({c.organisation})" for c in found.contacts_without_address],
        ),
        (
            "Addresses that refuse mail",
            [f"{c.address} of {c.name} ({c.organisation})" for c in found.addresses_refusing],
        ),
    ):
        if names:
            click.echo(f"{title} ({len(names)}): {', '.join(names)}")
    if found.places_without_county:
        click.echo(f"Schools and districts without a county: {found.places_without_county}")
    if found.red:
        sys.exit(1)
    click.echo("No gaps.")


@directory.command("find")
@click.argument("words", nargs=-1, required=True)
def find_command(words: tuple[str, ...]) -> None:
    """Find schools by name, city and district, as reporters do."""
    hits = queries.find_schools(" ".join(words))
    for hit in hits:
        click.echo(f"{hit.id:>7}  {hit.name}, {hit.city}" + (f" ({hit.district})" if hit.district else ""))
    if not hits:
        raise click.ClickException("Nothing found.")


@directory.command("status")
@click.argument("place", type=int)
def status_command(place: int) -> None:
    """In- or Out-of-Network, and who answers: for the place with this id (`directory find` shows ids)."""
    try:
        card = queries.place_card(place)
    except LookupError:
        raise click.ClickException(f"There is no place {place}.") from None
    network, routing = queries.network(place), queries.routing(place)
    click.echo(f"{card.name}, {card.city}" + (" (retired)" if card.retired else ""))
    why = f" ({', '.join(network.reasons)})" if network.reasons else f", {network.contacts} contacts"
    click.echo(f"{'In-Network' if network.status == 'in' else 'Out-of-Network'}{why}")
    for title, ref in (
        ("PSAP", routing.psap),
        ("Law enforcement", routing.law_enforcement),
        ("Troop", routing.troop),
        ("Zone", routing.zone),
    ):
        if ref:
            click.echo(f"{title}: {ref.name} {ref.transfer_number or ref.phone} ({ref.basis})")
    for gap in routing.gaps:
        click.echo(f"GAP: {gap}")
