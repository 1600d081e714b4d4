"""`upstander signals`: what a sentence would suggest; for who writes the phrases of a pack."""

import sys
from pathlib import Path

import click

from upstander.packs.cli import open_pack
from upstander.packs.errors import UnknownCode
from upstander.packs.model import Pack
from upstander.signals.suggest import suggest
from upstander.signals.values import Span, Suggestions


@click.command()
@click.argument("text")
@click.option("--class", "judged", help="The class that it is judged to be of.")
@click.option("--subtype", "subtypes", multiple=True, help="A sub-type that it is judged to be.")
@click.option(
    "--pack", "folder", type=click.Path(path_type=Path), help="Folder of the pack; default packs/illinois."
)
def signals(text: str, judged: str | None, subtypes: tuple[str, ...], folder: Path | None) -> None:
    """Print what TEXT suggests ("-": each line of the standard input), with the words that fired.

    For invented sentences: a shell keeps what is typed into it.
    """
    pack = open_pack(folder)
    for line in sys.stdin.read().splitlines() if text == "-" else [text]:
        try:
            found = suggest(pack, line, judged, subtypes)
        except UnknownCode as error:
            raise click.ClickException(str(error)) from error
        click.echo("\n".join(_lines(pack, line, found)))


def _lines(pack: Pack, text: str, found: Suggestions) -> list[str]:
    sure = "" if found.language.sure else ", not sure"
    lines = [f"{text}", f"  language: {found.language.name}{sure}"]
    for graver in found.graver:
        for why in graver.reasons:
            lines.append(
                f"  perhaps {pack.subtype(graver.subtype).label} ({graver.klass}), {why.signal}: {_words(why.words)}"
            )
    if missing := [m.label for m in found.missing if m.phrase]:
        lines.append(f"  not told: {', '.join(missing)}")
    lines += [f"  reveals {one.label}: {_words((one.span,))}" for one in found.reveals]
    return lines


def _words(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"“{span.text}”" for span in spans)
