"""`upstander evidence`: lists of known images that agencies supply."""

from pathlib import Path

import click

from upstander.evidence import lists, sandboxed
from upstander.evidence.models import HashList

SHOWN = 20  # bad lines that are told one by one


@click.group()
def evidence() -> None:
    """Sealed files: lists of known images."""


@evidence.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", required=True, help="Who supplied the list; shown at the desk when a file matches.")
@click.option("--name", default="", help="What the agency calls it; default: the file's name.")
@click.option("--pdq", is_flag=True, help="Hashes of 64 digits without a kind are PDQ, not SHA-256.")
@click.option(
    "--threshold",
    type=click.IntRange(0, 60),
    default=lists.THRESHOLD,
    show_default=True,
    help="Bits of 256 in which two PDQ hashes of one picture may differ.",
)
def hashes(file: Path, agency: str, name: str, pdq: bool, threshold: int) -> None:
    """Import a list of hashes from FILE: lines of `kind,hash` (md5, sha256, pdq) or bare hashes.

    Files in quarantine are compared with it without anybody looking; one that matches is sealed as suspected.
    """
    with file.open(encoding="utf-8", errors="replace") as lines:
        found = lists.read(lines, "pdq" if pdq else "sha256")
    for bad in found.bad[:SHOWN]:
        click.echo(f"{file.name}:{bad.number}: {bad.why}", err=True)
    if len(found.bad) > SHOWN:
        click.echo(f"... and {len(found.bad) - SHOWN} more lines that were not taken", err=True)
    try:
        made = lists.keep(found, agency, name or file.name, threshold)
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from None
    counted = ", ".join(f"{len(values):,} {kind}" for kind, values in found.hashes.items() if values)
    click.echo(f"list {made.pk} of {agency}: {counted}; {len(found.bad)} lines not taken")
    if found.hashes["pdq"] and not sandboxed.makes_pdq():
        click.echo(
            "note: files are not compared by PDQ here, because pdqhash is not installed: make pdq", err=True
        )


@evidence.command(name="lists")
def show() -> None:
    """The lists that files are compared with."""
    rows = HashList.objects.order_by("id")
    for row in rows:
        state = f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "in use"
        click.echo(
            f"{row.pk:>4}  {row.imported_at:%Y-%m-%d}  {row.entries:>10,}  {row.agency}: {row.name}  ({state})"
        )
    if not rows:
        click.echo("There is no list. Agencies supply them; see docs/custodians.md.")


@evidence.command()
@click.argument("list_id", type=int)
def retire(list_id: int) -> None:
    """Compare with the list LIST_ID no more, and remove its hashes."""
    if not lists.retire(list_id):
        raise click.ClickException(f"There is no list {list_id} in use.")
    click.echo(f"list {list_id} is retired; what it has sealed stays sealed")
