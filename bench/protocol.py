"""The directive: how long a plan takes over the whole space of facts, and how long another version takes over a year's tips."""

import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.protocol.space import points

from bench.table import Figure
from upstander.packs import Pack, load
from upstander.protocol import Facts, Target, plan
from upstander.protocol.codec import facts_from_json, facts_to_json
from upstander.protocol.diff import compare

YEAR = 70_000  # tips a year, were Illinois to tell as much as Colorado does
POINTS = 400_000  # drawn of the space: in one process all of them would take gigabytes
CONTACTS = tuple(Target("contact", str(n), f"Contact {n}") for n in range(1, 6))


def measure(folder: Path, quick: bool) -> list[Figure]:
    """Both figures for the pack in `folder`."""
    pack = load(folder)
    whole = sum(1 for _ in points(pack))
    space = drawn(pack, POINTS // 10 if quick else POINTS)
    return [_plans(pack, space, whole), _replay(pack, folder, space, YEAR // 10 if quick else YEAR)]


def drawn(pack: Pack, count: int) -> list[Facts]:
    """As many points, drawn from the whole space, or all of them: each as likely as any other."""
    whole = sum(1 for _ in points(pack))
    chosen = set(random.Random(3).sample(range(whole), min(count, whole)))
    return [point.facts for n, point in enumerate(points(pack)) if n in chosen]


def _plans(pack: Pack, space: list[Facts], whole: int) -> Figure:
    """Each of these points once, in an order in which nothing helps the next."""
    shuffled = random.Random(1).sample(space, len(space))
    empty = _each(lambda facts: facts, shuffled)
    taken = _each(lambda facts: plan(pack, facts), shuffled)
    median, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    bare = statistics.median(empty)
    return Figure(
        "protocol",
        f"plan() over the space of {pack.id}: {len(space):,} of its {whole:,} points, {len(pack.rules)} rules",
        f"median {median:.0f} us; p99 {p99:.0f} us; all of them in {sum(taken) / 1e6:.1f} s",
        f"{bare:.1f} us a call that does nothing",
        f"{1e6 / statistics.fmean(taken):,.0f} plans/s",
    )


def _each(ask: object, space: list[Facts]) -> list[float]:
    """Microseconds of each call."""
    assert callable(ask)
    taken = []
    for facts in space:
        begun = time.perf_counter_ns()
        ask(facts)
        taken.append((time.perf_counter_ns() - begun) / 1000)
    return taken


def _replay(pack: Pack, folder: Path, space: list[Facts], count: int) -> Figure:
    """A year's judgements, as they are stored, asked of a version in which every time is halved."""
    chance = random.Random(2)
    stored = [
        json.dumps(facts_to_json(replace(facts, contacts=CONTACTS if facts.network == "in" else ())))
        for facts in chance.choices(space, k=count)
    ]
    other = _halved(folder)
    begun = time.perf_counter()
    read = [json.loads(text) for text in stored]
    bare = time.perf_counter() - begun
    begun = time.perf_counter()
    found = compare(pack, other, _facts(read))
    taken = time.perf_counter() - begun
    return Figure(
        "protocol",
        f"pack diff over {count:,} past judgements",
        f"{taken:.1f} s; {found.changed:,} would change",
        f"{bare:.1f} s to read them as JSON",
        f"{count / taken:,.0f}/s",
        "the judging alone, without the database; the whole command is measured in `growth`",
    )


def _facts(read: list[dict[str, object]]) -> Iterator[tuple[str, Facts]]:
    for number, data in enumerate(read):
        yield str(number), facts_from_json(data)


def _halved(folder: Path) -> Pack:
    """The pack with half the time for everything."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.name))
        halved(copy)
        return load(copy)


def halved(folder: Path) -> None:
    """Write half the time for everything into the pack in `folder`."""
    file = folder / "directive.toml"
    file.write_text("\n".join(_half(line) for line in file.read_text().splitlines()) + "\n")


def _half(line: str) -> str:
    key, equals, value = line.partition("due_seconds = ")
    return f"{key}{equals}{max(1, int(value) // 2)}" if equals else line
