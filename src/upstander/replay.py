"""`upstander pack diff`: what another version of the pack would demand otherwise, of all facts or of past days' tips."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from upstander.config import config
from upstander.packs import Pack, PackError
from upstander.packs.cli import near, open_pack, pack
from upstander.packs.kept import in_use, kept
from upstander.protocol import Facts, Target
from upstander.protocol.diff import Change, Comparison, compare

__all__ = ["diff", "pack"]

Named = Iterable[tuple[str, Facts]]


@pack.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--over",
    metavar="DATES",
    help="Past tips judged on these days: 2026-01-01..2026-06-30, 2026-01-01.., one day.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: str, new: str, over: str | None, as_json: bool) -> None:
    """Show whose actions would change if NEW were in force instead of OLD.

    Each is a folder, a version of the pack in use (as 2026.1), or the digest of one that was in use. With --over the tips of
    past days are judged by both, on the facts that they were judged on; without it, every class with every sub-type and flag.
    Nothing is written.
    """
    before, after = _pack(old), _pack(new)
    if over is None:
        found = compare(before, after, points(before))
    else:
        since, until = days(over, before.programme.time_zone)
        with _past(since, until) as facts:
            found = compare(before, after, facts)
    if as_json:
        json.dump(_as_json(before, after, found), sys.stdout, indent=2)
        click.echo()
    else:
        _show(before, after, found, "tips" if over else "points")


def _pack(name: str) -> Pack:
    """The version that a person named; a usage error where there is none."""
    path = Path(name)
    if path.is_dir():
        return open_pack(path)
    settings = config()
    try:
        found = in_use(settings.pack, settings.data / "packs").named(name) or kept(
            name, settings.data / "packs"
        )
    except PackError:
        found = None
    if found is None:
        raise click.BadParameter(f"{name!r} is no folder, and no version of {near(settings.pack)}.")
    return found


def days(text: str, zone: str) -> tuple[datetime | None, datetime | None]:
    """The moments between which lie the days `text` names, both included, in a time zone; a usage error for no days."""
    first, dots, last = text.partition("..")
    try:
        begin = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) if last else begin if not dots else None
    except ValueError:
        begin, end = date.max, date.min
    if begin and end and end < begin:
        raise click.BadParameter(
            f"{text!r}: write 2026-01-01..2026-06-30, the earlier day first.", param_hint="--over"
        )

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)

    return midnight(begin) if begin else None, midnight(end + timedelta(days=1)) if end else None


def points(found: Pack) -> Iterator[tuple[str, Facts]]:
    """Every class with every sub-type and none, in progress or not, In- or Out-of-Network, with no flag and with each."""
    contact = Target("contact", "1", "A contact")
    people: dict[str, Any] = {kind: Target(kind, kind, kind) for kind in ("psap", "agency", "troop", "zone")}
    subtypes = [(), *((s.key,) for s in found.subtypes)]
    flags = [frozenset[str](), *(frozenset({f.code}) for f in found.flags)]
    for klass, subtype, progress, network, marks in product(
        found.classes, subtypes, (False, True), ("in", "out"), flags
    ):
        listed = (contact,) if network == "in" else ()
        facts = Facts(klass.code, subtype, progress, network, marks, listed, **people)
        words = [klass.code, *subtype, f"{network}-network", *sorted(marks), *["in progress"] * progress]
        yield ", ".join(words), facts


@contextmanager
def _past(since: datetime | None, until: datetime | None) -> Iterator[Named]:
    """The facts of past judgements, with a bar of how far we are."""
    from upstander.ops.reach import database

    with database(config()) as address:
        os.environ["UPSTANDER_DSN"] = address
        config.cache_clear()
        import django

        django.setup()
        from upstander.actions import queries

        total, facts = queries.judged(since, until)
        columns = (TextColumn("judging again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield bar.track(facts, total=total)


def _show(old: Pack, new: Pack, found: Comparison, of: str) -> None:
    """Whose duties change, as a table."""
    console = Console()
    table = Table(title=f"{old.id} {old.version} -> {new.id} {new.version}", show_lines=True)
    for name, more in (
        ("owed by", {}),
        ("what changes", {"ratio": 2}),
        (of, {"justify": "right"}),
        ("as", {"ratio": 1}),
    ):
        table.add_column(name, **more)
    for owner, rows in found.by_owner().items():
        for change, times in rows:
            examples = "\n".join(found.examples[change][:3])
            table.add_row(
                _owner(new, owner), escape(_words(new, old, change)), f"{times:,}", escape(examples)
            )
    if found.times:
        console.print(table)
    console.print(
        f"{found.seen:,} {of}: {found.changed:,} would change, {found.seen - found.changed:,} would not."
    )
    for why, times in found.refused.most_common():
        console.print(f"[bold red]{times:,} could not be judged:[/] {escape(why)}")


def _owner(found: Pack, owner: str) -> str:
    return found.text(f"owner.{owner}")


def _words(new: Pack, old: Pack, change: Change) -> str:
    """One change in words."""
    key = f"kind.{change.kind}"
    title = (new if key in new.texts["en"] else old).text(key)
    if change.what != "changed":
        return f"{change.what}: {title} ({change.rule})"
    lines = [f"{name}: {_value(before)} -> {_value(after)}" for name, before, after in change.fields]
    return "\n".join([f"{title} ({change.rule})", *lines])


def _value(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else "-" if value is None else str(value)


def _as_json(old: Pack, new: Pack, found: Comparison) -> dict[str, Any]:
    def version(one: Pack) -> dict[str, str]:
        return {"id": one.id, "version": one.version, "digest": one.digest}

    rows = [
        {**asdict(change), "times": times, "examples": found.examples[change]}
        for rows in found.by_owner().values()
        for change, times in rows
    ]
    counts = {"seen": found.seen, "changed": found.changed, "refused": dict(found.refused)}
    return {"old": version(old), "new": version(new), **counts, "changes": rows}
