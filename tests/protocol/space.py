"""The whole space of facts of a pack, point by point, and what matters of each point's plan.

Every class with every sub-type and none, in progress or not, In- or Out-of-Network, with every set of flags; and every kind of
sub-type with every age, disability and decision on law enforcement. The results of duties only add to a plan: they are no part of
the space, and are tried by themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, product
from pathlib import Path
from typing import NamedTuple

from tests.protocol.people import facts
from upstander.packs import Pack, load
from upstander.protocol import Facts, Plan, plan


@lru_cache(maxsize=8)
def loaded(folder: Path) -> Pack:
    """The pack of a folder, the same for every test, so that its space is walked once."""
    return load(folder)


def sets(codes: list[str], most: int | None = None) -> list[frozenset[str]]:
    """Every set of these codes, of at most `most` of them."""
    sizes = range((len(codes) if most is None else most) + 1)
    return [frozenset(c) for c in chain.from_iterable(combinations(codes, n) for n in sizes)]


class Point(NamedTuple):
    """What of the facts varies; the people are those of one school."""

    klass: str
    subtype: str
    in_progress: bool
    network: str
    flags: frozenset[str]
    age: int | None = None
    disabled: bool = False
    law_enforcement: str = ""

    @property
    def facts(self) -> Facts:
        """The facts of this point."""
        named = (self.subtype,) if self.subtype else ()
        return facts(
            self.klass, *named, network=self.network, in_progress=self.in_progress, flags=self.flags, age=self.age,
            disabled=self.disabled, law_enforcement=self.law_enforcement,
        )  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """What matters of a plan."""

    klass: str
    owed: tuple[str, ...]
    offered: tuple[str, ...]
    told: frozenset[str]  # a contact by name, anybody else by kind
    hear: frozenset[str]  # who hears of a sub-type that few may hear of, as "sub-type target"
    to_outreach: str | None
    complete: bool


def told(found: Plan) -> frozenset[str]:
    """Whom a plan tells. A PSAP covers its law-enforcement agency; the record, and a decision for the staff, tell nobody."""
    names = {t.ref if t.kind == "contact" else t.kind for a in found.owed for t in a.targets}
    return frozenset(names - {"record", "staff"} | ({"agency"} if "psap" in names else set()))


def secrets(pack: Pack) -> frozenset[str]:
    """The sub-types that only some may hear of."""
    return frozenset(s.key for s in pack.subtypes if s.only)


def secret(pack: Pack, point: Point) -> bool:
    """Whether the tip of a point is, by itself or by a flag, something that only some may hear of."""
    implied = {pack.flag(f).implies for f in point.flags}
    return bool(secrets(pack) & {point.subtype, *implied})


def summary(pack: Pack, found: Plan) -> Summary:
    """What matters of a plan; see Summary."""
    hidden, outreach = secrets(pack), found.action("notify_outreach")
    hear = {f"{s} {pack.rule(a.rule).target}" for a in found.actions for s in hidden & set(a.about)}  # type: ignore[union-attr]
    return Summary(
        klass=found.klass,
        owed=found.kinds,
        offered=tuple(a.kind for a in found.offers),
        told=told(found),
        hear=frozenset(hear),
        to_outreach=outreach and outreach.carries,
        complete=bool(found.owed)
        and not found.gaps
        and all(
            a.cites
            and all(_known(pack, cite) for cite in a.cites)
            and a.because
            and a.targets
            and (a.due_seconds is None) == (a.standing == "offered")
            for a in found.actions
        ),
    )


@lru_cache(maxsize=512)
def _known(pack: Pack, cite: str) -> bool:
    return bool(pack.paragraph(cite).words)


def ages(pack: Pack) -> list[int | None]:
    """No age, and each side of every limit that a rule asks for."""
    limits = {c.age_under for r in pack.rules for c in r.cases if c.age_under}
    return [None, *sorted({age for limit in limits for age in (limit - 1, limit)})]


def subtype_kinds(pack: Pack) -> list[str]:
    """One sub-type of each kind that no rule tells apart; the first names the kind."""
    kinds: dict[object, str] = {}
    for subtype in pack.subtypes:
        if subtype.code != "unspecified":
            asks = tuple(
                (subtype.key in c.subtypes, subtype.key in c.unless_subtypes)
                for r in pack.rules
                for c in r.cases
            )
            kinds.setdefault((subtype.klass, subtype.only, subtype.class_only, asks), subtype.key)
    return list(kinds.values())


def points(pack: Pack) -> Iterator[Point]:
    """The whole space."""
    classes, flags = [c.code for c in pack.classes], sorted(f.code for f in pack.flags)
    subtypes = ["", *(s.key for s in pack.subtypes)]
    for point in product(classes, subtypes, (True, False), ("in", "out"), sets(flags)):
        yield Point(*point)
    people = list(product(ages(pack), (True, False), ["yes", "no", ""]))
    few = product(classes, ["", *subtype_kinds(pack)], (False,), ("in", "out"), sets(flags, 2))
    for point, person in product(few, people):
        yield Point(*point, *person)


Space = dict[Point, Summary]


@lru_cache(maxsize=4)
def walked(pack: Pack) -> Space:
    """Every point of a pack with what matters of its plan; walked once a test process."""
    known: dict[Summary, Summary] = {}
    return {
        point: known.setdefault(s, s)
        for point in points(pack)
        for s in (summary(pack, plan(pack, point.facts)),)
    }
