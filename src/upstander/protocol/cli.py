"""`upstander protocol`: ask what the directive demands, without a tip, a database or a server."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from upstander.packs.cli import open_pack
from upstander.packs.errors import UnknownCode, suggest
from upstander.packs.model import Pack
from upstander.packs.vocabulary import DOUBTS, SESSIONS, SUBMITTERS
from upstander.protocol.codec import Json, plan_to_json
from upstander.protocol.facts import Facts, Target, recorded
from upstander.protocol.plan import Plan, RequiredAction, plan

pack_option = click.option(
    "--pack", "folder", type=click.Path(path_type=Path), help="Folder of the pack; default packs/illinois."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def protocol() -> None:
    """What the directive demands for given facts."""


@protocol.command()
@click.option("--class", "klass", required=True, help="Class of the tip; `protocol facts` lists them.")
@click.option("--subtype", "subtypes", multiple=True, help="Sub-type; may be given several times.")
@click.option("--in-progress", type=click.Choice(["yes", "no"]), default="no", show_default=True)
@click.option("--network", type=click.Choice(["in", "out"]), default="in", show_default=True)
@click.option("--flag", "flags", multiple=True, help="Flag; may be given several times.")
@click.option(
    "--contacts", type=click.IntRange(0, 1000), help="How many contacts are listed; 1 In-Network, else 0."
)
@click.option("--no-psap", is_flag=True, help="As if no PSAP were on file.")
@click.option("--no-agency", is_flag=True, help="As if no law-enforcement agency were on file.")
@click.option("--age", type=click.IntRange(0, 130), help="Age of whom it is about; not known unless given.")
@click.option(
    "--session", type=click.Choice(SESSIONS), default="unknown", show_default=True,
    help="Whether the school is in session: no rule may ask for it, the plan is the same.",
)  # fmt: skip
@click.option("--disabled", is_flag=True, help="Whom it is about has a disability.")
@click.option(
    "--law-enforcement", type=click.Choice(["yes", "no"]), help="What was recorded: does it need this?"
)
@click.option(
    "--submitter", type=click.Choice(SUBMITTERS), default="reporter", show_default=True, help="Who submitted it."
)
@click.option("--after", "results", multiple=True, help="A result on record, as command_review:notify_troop.")
@click.option(
    "--exclude", multiple=True, help="Number of a contact whom the tip is about; may be given several times."
)
@click.option(
    "--doubt", "doubts", multiple=True, type=click.Choice(DOUBTS), help="What is unsure about the place."
)
@json_option
@pack_option
def explain(folder: Path | None, as_json: bool, klass: str, **given: Any) -> None:
    """Print what must be done for these facts, and what may be: by whom, by when, and which paragraph says so."""
    pack = open_pack(folder)
    found = plan(pack, _facts(pack, _known("--class", klass, (c.code for c in pack.classes)), given))
    if found.klass != klass:
        click.echo(f"note: judged as {found.klass}, the gravest of what the tip is", err=True)
    if as_json:
        _print_json(plan_to_json(found))
    else:
        _print_plan(pack, found)


def _facts(pack: Pack, klass: str, given: dict[str, Any]) -> Facts:
    """The facts that the options speak of, about a school with so many contacts."""
    count = int(given["network"] == "in") if given["contacts"] is None else given["contacts"]
    contacts = tuple(Target("contact", str(n), f"Contact {n}") for n in range(1, count + 1))
    refs = [c.ref for c in contacts]
    facts = Facts(
        klass=klass,
        subtypes=tuple(_subtype(pack, code, klass) for code in given["subtypes"]),
        in_progress=given["in_progress"] == "yes",
        network=given["network"],
        flags=frozenset(_known("--flag", flag, (f.code for f in pack.flags)) for flag in given["flags"]),
        contacts=contacts,
        psap=None if given["no_psap"] else Target("psap", "psap", "The county's PSAP"),
        agency=None if given["no_agency"] else Target("agency", "agency", "The agency of jurisdiction"),
        troop=Target("troop", "troop", "The county's Troop"),
        zone=Target("zone", "zone", "The county's Zone"),
        excluded=frozenset(_known("--exclude", ref, refs) for ref in given["exclude"]),
        age=given["age"],
        disabled=given["disabled"],
        law_enforcement=given["law_enforcement"] or "",
        doubts=frozenset(given["doubts"]),
        session=given["session"],
        submitter=given["submitter"],
    )
    can_come = [f"{r.id}:{result}" for r in pack.rules for result in pack.proof(r.proof).results]
    return recorded(pack, facts, frozenset(_known("--after", r, can_come) for r in given["results"]))


@protocol.command("facts")
@json_option
@pack_option
def list_facts(as_json: bool, folder: Path | None) -> None:
    """List the classes, the sub-types with their class, and the flags."""
    pack = open_pack(folder)
    if as_json:
        _print_json(_facts_json(pack))
        return
    table = Table("class", "sub-type", "name", "the directive's words", title=f"{pack.name} {pack.version}")
    for klass in pack.classes:
        table.add_row(klass.code, "", f"{klass.label}{' (Critical)' if klass.critical else ''}", klass.words)
        for subtype in pack.subtypes_of(klass.code):
            table.add_row(
                "", subtype.code, subtype.label, f"({subtype.words})" if subtype.added else subtype.words
            )
        table.add_section()
    for flag in pack.flags:
        table.add_row("flag", flag.code, flag.label, flag.meaning)
    Console().print(table)


def _facts_json(pack: Pack) -> Json:
    return {
        "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
        "classes": [
            {"code": c.code, "label": c.label, "rank": c.rank, "critical": c.critical, "cites": c.cites}
            for c in pack.classes
        ],
        "subtypes": [
            {
                "code": s.code,
                "class": s.klass,
                "key": s.key,
                "label": s.label,
                "added": s.added,
                "cites": s.cites,
            }
            for s in pack.subtypes
        ],
        "flags": [
            {"code": f.code, "label": f.label, "meaning": f.meaning, "implies": f.implies, "cites": f.cites}
            for f in pack.flags
        ],
        "results": [
            {"rule": r.id, "result": result, "label": label, "closes": result in proof.closes}
            for r in pack.rules
            for proof in (pack.proof(r.proof),)
            for result, label in proof.results.items()
        ],
    }


def _known(option: str, code: str, known: Iterable[str]) -> str:
    """The code, where it is known; else a usage error that names the right ones (exit 2)."""
    names = list(known)
    if code not in names:
        raise click.BadParameter(f"{code!r} is not known. {suggest(code, names)}", param_hint=option)
    return code


def _subtype(pack: Pack, code: str, klass: str) -> str:
    """The key of a sub-type given as key or code."""
    try:
        return pack.subtype(code, klass).key
    except UnknownCode as error:
        raise click.BadParameter(str(error), param_hint="--subtype") from None


def _print_json(data: Json) -> None:
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    click.echo()


def _print_plan(pack: Pack, found: Plan) -> None:
    """The plan as a table, what is missing below it."""
    table = Table(title=pack.klass(found.klass).label, show_lines=True)
    table.add_column("within", no_wrap=True)
    table.add_column("what, by whom, and why", ratio=1)
    table.add_column("paragraphs", no_wrap=True)
    for action in found.actions:
        what, owner = pack.text(f"kind.{action.kind}"), pack.text(f"owner.{action.owed_by}")
        toward = ", ".join(target.label for target in action.targets)
        words = f"[bold]{escape(what)}[/]: {escape(toward)}\n{escape(owner)}. {escape(action.because)}"
        table.add_row(_within(action), words, "\n".join(action.cites))
    console = Console()
    console.print(table)
    for gap in found.gaps:
        console.print(f"[bold red]MISSING[/] {escape(gap.message)} {escape(gap.remedy)}")


def _within(action: RequiredAction) -> str:
    """The time in which an action is owed, as people say it."""
    seconds = action.due_seconds
    if not action.owed:
        return "offered"
    if seconds is None:
        return "as needed"
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds} s"
