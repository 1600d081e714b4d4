"""`upstander bench`: start the real house in a folder of its own, measure, stop it, write the table."""

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]


@click.command()
@click.argument(
    "parts",
    nargs=-1,
    type=click.Choice(
        [
            "intake", "dispatch", "circulation", "search", "texts", "calls", "growth", "officer", "preparedness", "signals",
            "protocol", "all",
        ]  # fmt: skip
    ),
)
@click.option("--quick", is_flag=True, help="A tenth of everything: to see that it works, not to quote; kept in var/bench.")
@click.option(
    "--million", default=1_000_000, show_default=True, help="The larger size of the growth bench, tips."
)
@click.option(
    "--pack", "folder", type=click.Path(path_type=Path, exists=True), default=ROOT / "packs" / "illinois",
    help="The pack of the part `protocol`; default packs/illinois.",
)  # fmt: skip
def bench(parts: tuple[str, ...], quick: bool, million: int, folder: Path) -> None:
    """Measure PARTS (default: all) on the real processes and write their sections of bench/RESULTS.md and bench/out.

    Each figure stands beside its limit, measured in the same run. The full run takes about 40 minutes on two cores.
    """
    sys.path.insert(0, str(ROOT))
    wanted = set(parts or ("all",))
    from bench import parts as measured
    from bench.table import KEPT, results

    to_quote = not quick and folder.name == "illinois"
    if not to_quote:
        KEPT.folder = ROOT / "var" / "bench"
    of = {
        "intake": lambda: measured.intake_part(quick),
        "dispatch": lambda: measured.dispatch_part(quick),
        "circulation": lambda: measured.circulation_part(quick),
        "search": lambda: measured.search_part(quick),
        "texts": lambda: measured.texts_part(quick),
        "calls": lambda: calls_part(quick),
        "growth": lambda: measured.growth_part(max(million // 10, 20_000) if quick else million),
        "officer": lambda: measured.officer_part(quick),
        "preparedness": lambda: measured.preparedness_part(quick),
        "signals": lambda: signals_part(quick),
        "protocol": lambda: protocol_part(folder, quick),
    }
    for name, measure in of.items():
        if "all" in wanted or name in wanted:
            measure()
    if to_quote:
        results(ROOT / "bench" / "RESULTS.md")
        click.echo("Written: bench/RESULTS.md")


def calls_part(quick: bool) -> None:
    """The contact ladder; said and left out where this machine has no agent to ring with."""
    from bench import parts
    from upstander.delivery.telephone import agent

    if agent.program() is None or agent.modules() is None:
        click.echo("calls: left out, baresip is not installed (apt-get install baresip-core espeak-ng sox).")
        return
    parts.calls_part(quick)


def protocol_part(folder: Path, quick: bool) -> None:
    """Plans over the whole space of a pack, and another version over a year's tips."""
    from bench import protocol
    from bench.table import show

    show("protocol", protocol.measure(folder, quick))


def signals_part(quick: bool) -> None:
    """Suggestions from the words; said and left out where the texts are not on this machine."""
    from bench import signals
    from bench.table import show

    if not signals.TEXTS.is_dir():
        click.echo(f"signals: left out, {signals.TEXTS} is not on this machine.")
        return
    show("signals", signals.measure(quick))
