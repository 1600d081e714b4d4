"""The whole space of facts of a pack, point by point, and what matters of each point's plan.

Every class with every sub-type and none, in progress or not, In- or Out-of-Network, with every set of flags; and every kind of
sub-type with every age, disability and decision on law enforcement. Beside it, with at most one flag: what may be in trouble
(contacts left out, nobody on file for PSAP, agency or contacts, in every combination), and every two kinds of sub-types at once.
The results of duties only add to a plan: they are no part of the space, and are tried by themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, product
from pathlib import Path
from typing import NamedTuple

from tests.protocol.people import ANA, BEN, facts
from upstander.packs import Pack, load
from upstander.protocol import Facts, Plan, RequiredAction, plan


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
    also: str = ""  # another sub-type
    excluded: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()  # who is not on file: of LACKING

    @property
    def facts(self) -> Facts:
        """The facts of this point."""
        nobody: dict[str, object] = {name: () if name == "contacts" else None for name in self.lacking}
        return facts(
            self.klass, *filter(None, (self.subtype, self.also)), network=self.network, in_progress=self.in_progress,
            flags=self.flags, age=self.age, disabled=self.disabled, law_enforcement=self.law_enforcement,
            excluded=self.excluded, **nobody,
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


CONTACTS = (ANA.ref, BEN.ref)
LACKING = ("psap", "agency", "contacts")


def troubles(pack: Pack) -> Iterator[Point]:
    """Contacts left out, and nobody on file, in every combination, for every kind of sub-type with at most one flag."""
    classes, flags = [c.code for c in pack.classes], sorted(f.code for f in pack.flags)
    usual = list(product(classes, ["", *subtype_kinds(pack)], (True, False)))
    for network, may_lack, may_exclude in (("in", LACKING, sets(list(CONTACTS))), ("out", LACKING[:2], sets([]))):
        for excluded, lacking in product(may_exclude, sets(list(may_lack))):
            if excluded or lacking:
                for point, marks in product(usual, sets(flags, 1)):
                    yield Point(*point, network, marks, excluded=excluded, lacking=lacking)


def pairs(pack: Pack) -> Iterator[Point]:
    """Every two kinds of sub-types at once, with at most one flag."""
    flags = sorted(f.code for f in pack.flags)
    for (one, other), network, marks in product(combinations(subtype_kinds(pack), 2), ("in", "out"), sets(flags, 1)):
        yield Point(pack.subtype(one).klass, one, False, network, marks, also=other)


Space = dict[Point, Summary]


@lru_cache(maxsize=4)
def walked(pack: Pack) -> Space:
    """Every point of a pack with what matters of its plan; walked once a test process."""
    return _walk(pack, points(pack))


@lru_cache(maxsize=4)
def troubled(pack: Pack) -> Space:
    """As `walked`, of the troubles."""
    return _walk(pack, troubles(pack))


def _walk(pack: Pack, there: Iterator[Point]) -> Space:
    known: dict[Summary, Summary] = {}
    return {
        point: known.setdefault(s, s)
        for point in there
        for s in (summary(pack, plan(pack, point.facts)),)
    }
