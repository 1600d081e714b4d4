"""`upstander preparedness`: the state's counts, for who reports them."""

import csv
import sys
from pathlib import Path

import click

from upstander.preparedness import drawing, pack, rollup, years


@click.group()
def preparedness() -> None:
    """Drills and plans: the counts of the state."""


@preparedness.command("rollup")
@click.option("--year", default="", help="The school year, by the calendar year in which it begins; default: this one.")
@click.option("--map", "picture", type=click.Path(path_type=Path, dir_okay=False), help="Also write a map of squares (SVG) here.")
def rollup_command(year: str, picture: Path | None) -> None:
    """Counts of all buildings by region, duty and state, as CSV: no name of a building, no word of anybody."""
    if pack.maybe() is None:
        raise click.ClickException("This jurisdiction's pack has no preparedness.toml.")
    asked = years.asked(year)
    with click.progressbar(length=1, label=f"School year {asked.words}", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        regions = rollup.rolled_up(asked, told=told)
    csv.writer(sys.stdout).writerows(rollup.table(regions, asked))
    if picture:
        picture.write_text(drawing.squares(regions))
        click.echo(f"Written: {picture}", err=True)
