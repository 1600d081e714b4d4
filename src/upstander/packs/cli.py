"""`upstander pack`: look at a pack, and have what is wrong with it explained."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table

from upstander.packs.errors import PackError, Problem
from upstander.packs.loader import load
from upstander.packs.model import Case, Pack
from upstander.packs.network import Network
from upstander.packs.versions import versions

ILLINOIS = Path(__file__).resolve().parents[3] / "packs" / "illinois"
"""The pack that comes with the product."""

folder = click.argument("directory", type=click.Path(path_type=Path), default=None, required=False)


def near(path: Path) -> Path:
    """The path as people write it: from where they stand, where that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def open_pack(path: Path | None) -> Pack:
    """Load a pack for a command; where it is broken, print every problem with its line, and exit with 1."""
    try:
        return load(near(path or ILLINOIS))
    except PackError as error:
        _refuse(error.problems)


@click.group()
def pack() -> None:
    """The jurisdiction's pack: taxonomy, directive, texts."""


@pack.command()
@folder
def check(directory: Path | None) -> None:
    """Check the pack in DIRECTORY (default: packs/illinois) and every version within it.

    Each problem is printed as `file:line: what is wrong. try: what would be right`; then the exit code is 1. What is
    broken is not used, and the version in force stays in force.
    """
    try:
        found = versions(near(directory or ILLINOIS))
    except PackError as error:
        _refuse(error.problems)
    for one in found.packs:
        click.echo(
            f"ok: {one.id} {one.version}, in force from {one.effective_from}: "
            f"{len(one.classes)} classes, "
            f"{len(one.subtypes)} sub-types, {len(one.rules)} rules, {len(one.paragraphs)} paragraphs, "
            f"texts in {', '.join(one.languages)}; sha256 {one.digest[:12]}"
        )
        if found_network := one.network:
            click.echo(_network(found_network))
        if idle := _idle_flags(one):
            click.echo(f"note: no rule uses {', '.join(idle)}")
    if found.refused:
        _refuse(found.refused)


def _network(found: Network) -> str:
    """The network's section in a line; what was not reviewed by counsel is said aloud."""
    reviewed = "reviewed by counsel" if found.agreement.reviewed_by_counsel else "not reviewed by counsel"
    return (
        f"    network: {len(found.scheme.markings)} markings, {len(found.topics)} topics ({found.topics_version}), "
        f"{len(found.disciplines)} disciplines; agreement {found.agreement.version}, {reviewed}"
    )


def _refuse(problems: Sequence[Problem]) -> NoReturn:
    """Print every problem with its line, and exit with 1."""
    for problem in problems:
        click.echo(str(problem), err=True)
    count = len(problems)
    click.echo(f"{count} problem{'s' * (count != 1)}; the pack is not used.", err=True)
    sys.exit(1)


def _idle_flags(found: Pack) -> list[str]:
    """Flags that change nothing in a plan."""
    cases = [case for rule in found.rules for case in rule.cases]
    used = {flag for case in cases for flag in case.flags | case.unless_flags}
    return [f.code for f in found.flags if f.code not in used and f.implies is None]


@pack.command()
@folder
def show(directory: Path | None) -> None:
    """Show the rules of the pack in DIRECTORY, with what each paragraph demands."""
    found = open_pack(directory)
    table = Table(title=f"{found.name} {found.version}", show_lines=True)
    table.add_column("rule, owed by", ratio=1)
    table.add_column("when", ratio=2)
    table.add_column("within, s", justify="right")
    table.add_column("paragraphs", no_wrap=True)
    for rule in found.rules:
        name = f"{found.text(f'kind.{rule.kind}')}\n({found.text(f'owner.{rule.owed_by}')})"
        for case in rule.cases:
            seconds = case.due_seconds or rule.due_seconds
            table.add_row(
                name, _when(case, case.standing or rule.standing), str(seconds or ""), "\n".join(case.cites)
            )
            name = ""
    Console().print(table)


def _when(case: Case, standing: str) -> str:
    """A case's conditions in words."""
    parts = [", ".join(sorted(case.classes | case.subtypes)) or "any class"]
    if case.network is not None:
        parts.append(f"{case.network}-network")
    if case.in_progress is not None:
        parts.append("in progress" if case.in_progress else "not in progress")
    parts += [f"flag {flag}" for flag in sorted(case.flags)]
    parts += [f"not {code}" for code in sorted(case.unless_subtypes | case.unless_flags)]
    if case.age_under is not None:
        parts.append(f"under {case.age_under}, or age not known")
    if case.disabled is not None:
        parts.append("disabled" if case.disabled else "not disabled")
    if case.law_enforcement is not None:
        parts.append(f"law enforcement: {case.law_enforcement}")
    if case.submitter is not None:
        parts.append(f"submitted by: {case.submitter}")
    if case.unless_submitter is not None:
        parts.append(f"not submitted by: {case.unless_submitter}")
    if case.nobody_left:
        parts.append("every contact is left out")
    if case.after:
        parts.append("after " + " or ".join(sorted(case.after)))
    if standing == "offered":
        parts.append("offered")
    return "; ".join(parts)
