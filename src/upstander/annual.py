"""What the yearly audit and report count: `upstander audit duties`, the duties of the law that were not met in a year,
`upstander audit referrals`, of how many tips help was offered, with what result (5 ILCS 860/40), and `upstander audit levels`,
how the service levels were kept month by month.
"""

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import click

from upstander import clock
from upstander.actions import level_queries
from upstander.actions.clock_queries import Line, yearly
from upstander.actions.level_queries import Window
from upstander.actions.yearly import help_referrals
from upstander.audit import services as record
from upstander.audit.cli import audit
from upstander.config import config
from upstander.packs.current import current

__all__ = ["audit", "duties", "levels", "referrals"]


@audit.command()
@click.option("--year", type=click.IntRange(2000, 2999), help="Of which year; this one unless given.")
@click.option("--all", "everything", is_flag=True, help="Also what was met in time, and what is not due yet.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of CSV.")
def duties(year: int | None, everything: bool, as_json: bool) -> None:
    """List the duties of the law that were due in a year and not met in time, as CSV.

    Late, waived or still open, of the desk and of schools: codes, citations, times and accounts; nothing that a person wrote
    about a tip. The listing is itself an entry of the record.
    """
    wanted = year or _this_year()
    record.record(f"system:{config().process}", "duties.listed", "audit", str(wanted), everything=everything)
    lines = yearly(wanted, clock.now(), everything=everything)
    (_json if as_json else _csv)(lines)


@audit.command()
@click.option("--year", type=click.IntRange(2000, 2999), help="Of which year; this one unless given.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a text.")
def referrals(year: int | None, as_json: bool) -> None:
    """Count the tips of a year for which help was offered (988, a mental-health agency, a local service), by result.

    A tip counts once for each result. Numbers alone: never which tip, nor a word of one.
    """
    [found] = help_referrals(year or _this_year(), year or _this_year())
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    click.echo(f"{found.year}: {found.referred} {'tip' if found.referred == 1 else 'tips'} referred to help")
    for result, tips in found.by_result.items():
        click.echo(f"{tips:>7}  {current().result_words(result)}")


@audit.command()
@click.option("--year", type=click.IntRange(2000, 2999), help="Of which year; this one unless given.")
def levels(year: int | None) -> None:
    """List how the service levels were kept in each month of a year, as CSV.

    `within` of `measured` spans were within the goal. What was written on paper and entered afterwards is counted apart
    (`entered`, `entered_within`): no clock of ours took it. Numbers alone, nothing of a tip.
    """
    months = _months(year or _this_year())
    names = "month level percent seconds measured within entered entered_within".split()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(names)
    for figures in level_queries.figures(current(), months):
        for kept in figures.goals:
            for month, live, later in zip(months, kept.tallies, kept.entered, strict=True):
                goal = (figures.level.code, kept.goal.percent, kept.goal.seconds)
                out.writerow([month.key, *goal, live.n, live.kept, later.n, later.kept])


def _months(year: int) -> list[Window]:
    """The months of a year that have begun, by the programme's own calendar."""
    zone, now = ZoneInfo(current().programme.time_zone), clock.now()
    first = [datetime.combine(date(year + n // 12, n % 12 + 1, 1), time(), zone) for n in range(13)]
    spans = zip(first, first[1:], strict=False)
    return [Window(f"{a:%Y-%m}", a, min(b, now)) for a, b in spans if a < now]


def _this_year() -> int:
    return clock.today(current().programme.time_zone).year


def _json(lines: Iterable[Line]) -> None:
    for line in lines:
        click.echo(json.dumps({name: _plain(value) for name, value in asdict(line).items()}))


def _csv(lines: Iterable[Line]) -> None:
    names = [field.name for field in fields(Line)]
    out = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    out.writeheader()
    for line in lines:
        out.writerow({name: _plain(value) for name, value in asdict(line).items()})


def _plain(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value or ""
