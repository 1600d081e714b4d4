"""What two versions of a pack demand differently of the same facts, and how often: how a version is looked at before it is
adopted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from upstander.packs import Pack
from upstander.protocol.demands import Demand, demands
from upstander.protocol.facts import Facts, FactsError
from upstander.protocol.grounds import grounds

EXAMPLES = 5
_CACHED = 65_536
Shown = str | int | None | tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One rule that two versions do not demand alike: whose duty it is, and what becomes of it.

    `what` is "added", "removed" or "changed"; then `fields` names what of it, before and after.
    """

    what: str
    rule: str
    kind: str
    owed_by: str
    fields: tuple[tuple[str, Shown, Shown], ...] = ()


@dataclass(slots=True)
class Comparison:
    """What became of many facts: how many there were, how many changed, each change with how often and some names.

    `refused` counts what the new version cannot judge, by why.
    """

    seen: int = 0
    changed: int = 0
    times: Counter[Change] = field(default_factory=Counter)
    examples: dict[Change, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, found: tuple[Change, ...]) -> None:
        """Count one that can be judged."""
        self.seen += 1
        self.changed += bool(found)
        for change in found:
            self.times[change] += 1
            if len(self.examples[change]) < EXAMPLES:
                self.examples[change].append(name)

    def refuse(self, why: str) -> None:
        """Count one that cannot."""
        self.seen += 1
        self.refused[why] += 1

    def by_owner(self) -> dict[str, list[tuple[Change, int]]]:
        """Whose duties change, each one's changes with how often, the commonest first."""
        found: dict[str, list[tuple[Change, int]]] = defaultdict(list)
        for change, times in sorted(self.times.items(), key=lambda c: (-c[1], c[0].rule)):
            found[change.owed_by].append((change, times))
        return dict(found)


def compare(old: Pack, new: Pack, facts: Iterable[tuple[str, Facts]]) -> Comparison:
    """Ask both versions about each of these facts, which come with a name."""
    found = Comparison()
    for name, known in facts:
        try:
            found.add(name, changes(old, new, known))
        except FactsError as error:
            found.refuse(str(error))
    return found


def changes(old: Pack, new: Pack, facts: Facts) -> tuple[Change, ...]:
    """What `new` demands of these facts otherwise than `old`. Raises FactsError where one of them cannot judge them."""
    before = demands(old, facts, grounds(old, facts))
    after = demands(new, facts, grounds(new, facts))
    return _changes(before, after)


@lru_cache(maxsize=_CACHED)
def _changes(before: tuple[Demand, ...], after: tuple[Demand, ...]) -> tuple[Change, ...]:
    old, new = ({d.rule.id: d for d in demanded} for demanded in (before, after))
    return tuple(_between(old, new))


def _between(old: dict[str, Demand], new: dict[str, Demand]) -> Iterator[Change]:
    for id, demand in old.items():
        if id not in new:
            yield Change("removed", id, demand.rule.kind, demand.rule.owed_by)
    for id, demand in new.items():
        if id not in old:
            yield Change("added", id, demand.rule.kind, demand.rule.owed_by)
        elif fields := _fields(old[id], demand):
            yield Change("changed", id, demand.rule.kind, demand.rule.owed_by, fields)


def _fields(old: Demand, new: Demand) -> tuple[tuple[str, Shown, Shown], ...]:
    """What of a duty is not as it was; the words of its reasons and scripts do not count."""
    values: tuple[tuple[str, Shown, Shown], ...] = (
        ("standing", old.standing, new.standing),
        ("owed_by", old.rule.owed_by, new.rule.owed_by),
        ("target", old.rule.target, new.rule.target),
        ("due_seconds", old.due_seconds, new.due_seconds),
        ("carries", old.rule.carries, new.rule.carries),
        ("proof", old.rule.proof, new.rule.proof),
        ("about", old.about, new.about),
        ("cites", old.cites, new.cites),
    )
    return tuple(value for value in values if value[1] != value[2])
