"""What must hold within the network's section of a pack."""

from collections.abc import Iterable, Mapping

from upstander.markings import Level
from upstander.markings.scheme import flaws
from upstander.packs.network import ROLES, Coded, Network
from upstander.packs.reader import Source

WIDEST = 20  # squares of a map, across and down


def check(found: Network | None, subtypes: Iterable[str], sources: Mapping[str, Source]) -> None:
    """Note what contradicts itself between the parts of the section; `subtypes` are the keys of the pack's taxonomy."""
    if found is None:
        return
    _once(found, sources)
    for flaw in flaws(found.scheme.markings):
        sources["network.markings"].problem(("marking", flaw.index, flaw.key), flaw.message, flaw.hint)
    _check_levels(found, sources["network"])
    _check_disciplines(found, sources["network"])
    _check_topics(found, sources["network"])
    _check_vetting(found, sources["network"])
    _check_tiles(found, sources["network"])
    _check_subtypes(found, frozenset(subtypes), sources["network"])
    _check_confirming(found, sources["network"])
    for role in ROLES:
        if role not in {r.code for r in found.roles}:
            sources["network"].problem(("role",), f"the role {role!r} is missing.", "add a [[role]] of this code.")


def _once(found: Network, sources: Mapping[str, Source]) -> None:
    tables: tuple[tuple[str, str, Iterable[Coded]], ...] = (
        ("network", "level", found.levels),
        ("network", "discipline", found.disciplines),
        ("network", "role", found.roles),
        ("network", "check", found.checks),
        ("network", "product", found.products),
        ("network", "topic", found.topics),
        ("network", "partner", found.partners),
        ("network", "tile", found.tiles),
        ("network", "incident", found.incidents),
        ("network.concerns", "concern", found.concerns),
    )
    for file, table, rows in tables:
        first: dict[str, int] = {}
        for n, row in enumerate(rows):
            if first.setdefault(row.code, n) != n:
                already = f"it stands already on line {sources[file].lines.of((table, first[row.code]))}."
                sources[file].problem((table, n), f"{table} {row.code!r} stands twice.", already)


def _check_levels(found: Network, source: Source) -> None:
    """Each level has its words, and a marking to propose that is of this level."""
    for level in Level:
        if level not in {words.level for words in found.levels}:
            source.problem(("level",), f"the level {level.code!r} is missing.", "add a [[level]] of this code.")
    for n, words in enumerate(found.levels):
        marking = found.scheme.get(words.default_marking)
        if marking is None or marking.level != words.level:
            right = ", ".join(repr(m.code) for m in found.scheme if m.level == words.level and not m.individuals) or "none yet"
            where = ("level", n, "default_marking")
            source.problem(where, f"{words.default_marking!r} is no marking of this level.", f"one of {right}.")


def _check_disciplines(found: Network, source: Source) -> None:
    """LES is for the sworn, whatever a pack says (S-levels); and somebody holds it."""
    for n, one in enumerate(found.disciplines):
        if one.highest is Level.LES and not one.sworn:
            where = ("discipline", n, "highest")
            source.problem(where, f"{one.code!r} is not sworn, and would hold LES.", 'highest = "fouo", or sworn = true.')


def _check_topics(found: Network, source: Source) -> None:
    """A topic is part of one that there is, and no part has parts of its own."""
    top = {t.code for t in found.topics if not t.above}
    for n, topic in enumerate(found.topics):
        if topic.above and topic.above not in top:
            hint = f"one of {', '.join(sorted(top))}; topics have two floors and no more."
            source.problem(("topic", n, "above"), f"{topic.above!r} is no topic that others can be part of.", hint)


def _check_tiles(found: Network, source: Source) -> None:
    """No two regional offices stand on one square of the map, and the map is one that a page can hold."""
    first: dict[tuple[int, int], int] = {}
    for n, tile in enumerate(found.tiles):
        if max(tile.column, tile.row) >= WIDEST:
            source.problem(("tile", n), "this square is far off.", f"columns and rows are counted from 0 to {WIDEST - 1}.")
        if (other := first.setdefault((tile.column, tile.row), n)) != n:
            source.problem(("tile", n), f"{found.tiles[other].code!r} stands on this square already.", "another column or row.")


def _check_vetting(found: Network, source: Source) -> None:
    """Two persons vet: of what is required somebody else than the School Intelligence Officer ticks something, too."""
    for sworn in (True, False):
        who = {c.who for c in found.checklist(sworn) if c.required}
        if who and "second" not in who:
            kind = "who is sworn" if sworn else "who is not sworn"
            message = f"nothing that is required of {kind} is ticked by a second person."
            source.problem(("check",), message, 'who = "second" for one of them at least.')


def _check_subtypes(found: Network, known: frozenset[str], source: Source) -> None:
    """What is compared with tips names sub-types that there are."""
    hint = "a key of taxonomy.toml, as standard.unspecified."
    named = [("topic", [one.subtypes for one in found.topics]), ("incident", [one.subtypes for one in found.incidents])]
    for table, rows in named:
        for n, subtypes in enumerate(rows):
            for code in sorted(set(subtypes) - known):
                source.problem((table, n, "subtypes"), f"{code!r} is no sub-type of the taxonomy.", hint)


def _check_confirming(found: Network, source: Source) -> None:
    """An urgent notice is asked for again, each time later; the officer is told before she reads names in red."""
    minutes = [step.after_minutes for step in found.confirming.steps]
    for n, step in enumerate(found.confirming.steps):
        where = ("confirming", "step", n)
        if not step.by:
            source.problem(where, "a step that tells by no way.", 'by = ["push", "sms"].')
        if n and minutes[n] <= minutes[n - 1]:
            source.problem(where, "a step that is not later than the one before.", "after_minutes grows from step to step.")
    if not minutes or minutes[0] != 0 or len(minutes) < 2:
        source.problem(("confirming",), "an urgent notice is asked for again.", "a step of 0 minutes, and later ones.")
    if found.confirming.officer_minutes > found.confirming.name_minutes:
        source.problem(("confirming", "officer_minutes"), "names are red before the officer is told.", "officer_minutes first.")
