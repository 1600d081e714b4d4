"""The whole space of facts of a pack, point by point, and what matters of each point's plan.

Every class with every kind of sub-type and none, In- or Out-of-Network, with every set of flags, in progress or not, of every age
that a rule tells apart, with a disability or without, with every decision on law enforcement, whoever submitted it:
the full product. A kind are the sub-types that no rule tells apart; each of them stands in the space as well, with every set of
flags.
Beside it, with at most one flag: what may be in trouble (contacts left out, nobody on file for PSAP, agency or contacts, in every
combination), and every two kinds of sub-types at once.
The results of duties only add to a plan: they are no part of the space, and are tried by themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, combinations, product
from pathlib import Path
from typing import NamedTuple, Self

from tests.protocol.people import ANA, BEN, facts
from upstander.packs import Pack, load
from upstander.packs.vocabulary import DECISIONS, SUBMITTERS
from upstander.protocol import Facts, Plan, RequiredAction, plan
from upstander.protocol.demands import Demand, demands, situation
from upstander.protocol.grounds import Ground, grounds


@lru_cache(maxsize=8)
def loaded(folder: Path) -> Pack:
    """The pack of a folder, the same for every test, so that its space is walked once."""
    return load(folder)


def sets(codes: list[str], most: int | None = None) -> list[frozenset[str]]:
    """Every set of these codes, of at most `most` of them."""
    sizes = range((len(codes) if most is None else most) + 1)
    return [frozenset(c) for c in chain.from_iterable(combinations(codes, n) for n in sizes)]


class Rest(NamedTuple):
    """What else is known of a tip, and of whom it is about."""

    in_progress: bool = False
    age: int | None = None
    disabled: bool = False
    law_enforcement: str = ""
    submitter: str = "reporter"


class Point(NamedTuple):
    """What of the facts varies; the people are those of one school."""

    klass: str
    subtype: str
    network: str
    flags: frozenset[str]
    rest: Rest = Rest()
    also: str = ""  # another sub-type
    excluded: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()  # who is not on file: of LACKING

    @property
    def facts(self) -> Facts:
        """The facts of this point."""
        nobody: dict[str, object] = {name: () if name == "contacts" else None for name in self.lacking}
        return facts(
            self.klass, *filter(None, (self.subtype, self.also)), network=self.network, flags=self.flags,
            excluded=self.excluded, **self.rest._asdict(), **nobody,
        )  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """What matters of a plan."""

    klass: str
    owed: tuple[str, ...]
    offered: tuple[str, ...]
    told: frozenset[str]  # a contact by name, anybody else by kind
    known: frozenset[str]  # those of them who are on file
    gaps: frozenset[str]  # their codes
    hear: frozenset[str]  # who hears of a sub-type that few may hear of, as "sub-type target"
    to_outreach: str | None
    complete: bool


def told(found: Plan, *, known: bool = False) -> frozenset[str]:
    """Whom a plan tells; `known`: of those, who is on file. A PSAP covers its law-enforcement agency; the record, and a
    decision for the staff, tell nobody."""
    targets = {t for a in found.owed for t in a.targets if t.known or not known}
    names = {t.ref if t.kind == "contact" else t.kind for t in targets}
    return frozenset(names - {"record", "staff"} | ({"agency"} if "psap" in names else set()))


@lru_cache(maxsize=8)
def secrets(pack: Pack) -> frozenset[str]:
    """The sub-types that only some may hear of."""
    return frozenset(s.key for s in pack.subtypes if s.only)


def secret(pack: Pack, point: Point) -> bool:
    """Whether the tip of a point is, by itself or by a flag, something that only some may hear of."""
    implied = {pack.flag(f).implies for f in point.flags}
    return bool(secrets(pack) & {point.subtype, point.also, *implied})


def summary(pack: Pack, found: Plan) -> Summary:
    """What matters of a plan; see Summary."""
    outreach, owed, who = found.action("notify_outreach"), found.owed, told(found)
    missing = any(not t.known for a in owed for t in a.targets)
    return Summary(
        klass=found.klass,
        owed=tuple(a.kind for a in owed),
        offered=tuple(a.kind for a in found.actions if a.standing == "offered"),
        told=who,
        known=told(found, known=True) if missing else who,
        gaps=frozenset(g.code for g in found.gaps if g.message and g.remedy),
        hear=_hear(pack, found),
        to_outreach=outreach and outreach.carries,
        complete=bool(owed) and all(_complete(pack, a) for a in found.actions),
    )


def _hear(pack: Pack, found: Plan) -> frozenset[str]:
    hidden = secrets(pack)
    pairs = ((s, a.rule) for a in found.actions for s in a.about if s in hidden)
    return frozenset(f"{s} {pack.rule(rule).target}" for s, rule in pairs)  # type: ignore[union-attr]


def _complete(pack: Pack, action: RequiredAction) -> bool:
    """Whether an action has its paragraphs, its reason, somebody toward whom it is owed and, where it is owed, its time."""
    cited = bool(action.cites) and all(_known(pack, cite) for cite in action.cites)
    timed = (action.due_seconds is None) == (action.standing == "offered")
    return cited and timed and bool(action.because and action.targets)


@lru_cache(maxsize=512)
def _known(pack: Pack, cite: str) -> bool:
    return bool(pack.paragraph(cite).words)


def ages(pack: Pack) -> list[int | None]:
    """No age, and the lowest of every band that the rules tell apart (see `persons.age_band`)."""
    limits = {c.age_under for r in pack.rules for c in r.cases if c.age_under}
    return [None, *sorted({0, *limits} if limits else ())]


def submitters(pack: Pack) -> list[str]:
    """A reporter, and whoever else a rule asks for."""
    cases = [c for r in pack.rules for c in r.cases]
    asked = {who for c in cases for who in (c.submitter, c.unless_submitter) if who}
    return [who for who in SUBMITTERS if who == "reporter" or who in asked]


def rests(pack: Pack) -> list[Rest]:
    """Every one; the first two are of a tip of which nothing else is known, in progress or not."""
    decisions = ["", *DECISIONS[1:]]
    every = product(ages(pack), (False, True), decisions, submitters(pack), (False, True))
    return [Rest(in_progress, *who) for *who, in_progress in every]


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


def places(pack: Pack, subtypes: list[str]) -> Iterator[Point]:
    """Where the rest varies: every class with these sub-types, the networks, and every set of flags."""
    classes, flags = [c.code for c in pack.classes], sorted(f.code for f in pack.flags)
    return (Point(*point) for point in product(classes, subtypes, ("in", "out"), sets(flags)))


def points(pack: Pack) -> Iterator[Point]:
    """The full product, point by point."""
    every = rests(pack)
    return (place._replace(rest=rest) for place in places(pack, ["", *subtype_kinds(pack)]) for rest in every)


CONTACTS = (ANA.ref, BEN.ref)
LACKING = ("psap", "agency", "contacts")


def troubles(pack: Pack) -> Iterator[Point]:
    """Contacts left out, and nobody on file, in every combination, for every kind of sub-type with at most one flag."""
    classes, flags = [c.code for c in pack.classes], sorted(f.code for f in pack.flags)
    usual = list(product(classes, ["", *subtype_kinds(pack)], (True, False)))
    for network, may_lack, may_exclude in (("in", LACKING, sets(list(CONTACTS))), ("out", LACKING[:2], sets([]))):
        for excluded, lacking in product(may_exclude, sets(list(may_lack))):
            if excluded or lacking:
                for (klass, subtype, going_on), marks in product(usual, sets(flags, 1)):
                    yield Point(klass, subtype, network, marks, Rest(going_on), excluded=excluded, lacking=lacking)


def pairs(pack: Pack) -> Iterator[Point]:
    """Every two kinds of sub-types at once, with at most one flag."""
    flags = sorted(f.code for f in pack.flags)
    for (one, other), network, marks in product(combinations(subtype_kinds(pack), 2), ("in", "out"), sets(flags, 1)):
        yield Point(pack.subtype(one).klass, one, network, marks, also=other)


class Space:
    """Points of a pack, and what matters of the plan of each."""

    def __init__(self, pack: Pack) -> None:
        self._pack, self._rests = pack, rests(pack)
        self._at: dict[Point, tuple[Summary, ...]] = {}
        self._seen: dict[tuple[object, ...], dict[int, Summary]] = {}
        self._alike: dict[tuple[object, ...], Summary] = {}
        self._situated: dict[tuple[str, frozenset[str]], list[int]] = {}

    @classmethod
    def whole(cls, pack: Pack) -> Self:
        """The full product, and every sub-type by itself."""
        space, kinds = cls(pack), ["", *subtype_kinds(pack)]
        for place in places(pack, kinds):
            space._walk(place, space._rests)
        for place in places(pack, [s.key for s in pack.subtypes if s.key not in kinds]):
            space._walk(place, space._rests[:2])
        return space

    def __len__(self) -> int:
        """How many points."""
        return sum(map(len, self._at.values()))

    @cached_property
    def places(self) -> list[Point]:
        """The points without their rest."""
        return list(self._at)

    def items(self) -> Iterator[tuple[Point, Summary]]:
        """The points without their rest, and each that matters of the plans that there are with any rest."""
        for place, found in self._at.items():
            for one in dict.fromkeys(found):
                yield place, one

    def values(self) -> Iterator[Summary]:
        """All that matters of any plan."""
        return iter({one for found in self._at.values() for one in found})

    def at(self, place: Point) -> tuple[Summary, ...]:
        """Of the point without a rest, with each rest in order."""
        return self._at[place]

    def beside(self, place: Point, other: Point) -> Iterator[tuple[Summary, Summary]]:
        """Both, with the same rest, for every rest of the first; each pair once."""
        return iter(dict.fromkeys(zip(self._at[place], self._at[other], strict=True)))

    def _walk(self, place: Point, there: list[Rest]) -> None:
        found = grounds(self._pack, place.facts)
        here = self._seen.setdefault((place.network, found), {})
        asked = self._situations(place)
        # Shared by what the tip is only as long as that is no part of a situation: looked at for every place.
        assert asked[-1] == situation(self._pack, self._known(place, self._rests[-1])), place
        for rest, situated in zip(there, asked, strict=False):
            if situated not in here:
                here[situated] = self._of(self._known(place, rest), found)
        self._at[place] = tuple([here[situated] for situated in asked[: len(there)]])

    def _known(self, place: Point, rest: Rest) -> Facts:
        return replace(place.facts, **rest._asdict())

    def _situations(self, place: Point) -> list[int]:
        """Of every rest in order: what can be asked of a tip save what it is, so that all places with these flags share it."""
        key = (place.network, place.flags)
        if key not in self._situated:
            self._situated[key] = [situation(self._pack, self._known(place, rest)) for rest in self._rests]
        return self._situated[key]

    def _of(self, known: Facts, found: tuple[Ground, ...]) -> Summary:
        """What matters of the plan for these facts, which is made where something else is demanded than ever before.

        `test_a_plan_is_what_is_demanded_toward_these_people` shows that this is the plan of every other such point, too.
        """
        alike = (known.network, tuple(map(_meaning, demands(self._pack, known, found))))
        if alike not in self._alike:
            self._alike[alike] = summary(self._pack, plan(self._pack, known))
        return self._alike[alike]


@lru_cache(maxsize=1 << 16)
def _meaning(demand: Demand) -> tuple[object, ...]:
    """All of a demand that a summary can hold; whether it has its paragraphs, its reason and its time among it."""
    timed = (demand.due_seconds is None) == (demand.standing == "offered")
    return demand.rule.id, demand.standing, demand.klass, demand.about, demand.cites, bool(demand.because), timed


@lru_cache(maxsize=4)
def walked(pack: Pack) -> Space:
    """The whole space of a pack; walked once a test process."""
    return Space.whole(pack)


@lru_cache(maxsize=4)
def troubled(pack: Pack) -> dict[Point, Summary]:
    """Every trouble with what matters of its plan."""
    known: dict[Summary, Summary] = {}
    return {
        point: known.setdefault(s, s)
        for point in troubles(pack)
        for s in (summary(pack, plan(pack, point.facts)),)
    }
