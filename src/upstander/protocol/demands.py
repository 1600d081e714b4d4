"""Which rules hold: a pack's cases as bit masks, so that a question to all of them is microseconds.

Everything that a case can ask of a tip, save what the tip is, becomes one bit of a whole number, the situation.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from upstander.packs.model import Case, Pack, Rule
from upstander.packs.vocabulary import DECISIONS
from upstander.protocol.facts import Facts, submitter
from upstander.protocol.grounds import Ground, gravest_class

_CACHED = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """A rule that holds, from the cases that hold: what of it does not depend on who the people are.

    Made once for what it depends on, and so compared by identity.
    """

    rule: Rule
    due_seconds: int | None
    cites: tuple[str, ...]
    because: str
    script: str
    klass: str
    about: tuple[str, ...]
    standing: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A case in bits: all of `all_of`, none of `none_of`, one of `any_of` where there are any; for these grounds."""

    case: Case
    demands: bool
    all_of: int
    none_of: int
    any_of: int
    grounds: frozenset[str]

    def holds(self, situation: int) -> bool:
        return (
            situation & self.all_of == self.all_of
            and not situation & self.none_of
            and (not self.any_of or bool(situation & self.any_of))
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule with its cases; `asked` are the bits that any of them looks at."""

    rule: Rule
    cases: tuple[_Case, ...]
    asked: int


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A pack's rules in bits."""

    rules: tuple[_Rule, ...]
    bits: dict[str, int]
    ages: tuple[int, ...]


def demands(pack: Pack, facts: Facts, found: tuple[Ground, ...]) -> tuple[Demand, ...]:
    """What the rules demand, in their order, and then what they offer."""
    compiled = _compiled(pack)
    there = situation(pack, facts)
    owed: list[Demand] = []
    offered: list[Demand] = []
    for rule, known in zip(compiled.rules, _answers(pack, found), strict=True):
        asked = there & rule.asked
        if asked not in known:
            known[asked] = _demand(pack, rule, asked, found)
        demand = known[asked]
        if demand is not None:
            (owed if demand.standing == "owed" else offered).append(demand)
    return (*owed, *offered)


@lru_cache(maxsize=_CACHED)
def _answers(pack: Pack, found: tuple[Ground, ...]) -> tuple[dict[int, Demand | None], ...]:
    """What each rule has answered for these grounds, by what it looked at: few bits, so few answers."""
    return tuple({} for _ in _compiled(pack).rules)


def _demand(pack: Pack, compiled: _Rule, situation: int, found: tuple[Ground, ...]) -> Demand | None:
    """What a rule demands or offers, or None: the citations of all its cases that hold, the first one's script,
    the strictest time. Where one of them demands it, those that only offer it say nothing more.
    """
    rule = compiled.rule
    held = [c for c in compiled.cases if c.holds(situation) and any(g.subtype in c.grounds for g in found)]
    owed = [c for c in held if c.demands]
    held = owed or held
    if not held:
        return None
    about = tuple(g for g in found if any(g.subtype in c.grounds for c in held))
    dues = [due for c in owed if (due := c.case.due_seconds or rule.due_seconds) is not None]
    return Demand(
        rule=rule,
        due_seconds=min(dues, default=None),
        cites=tuple(dict.fromkeys(cite for c in held for cite in c.case.cites)),
        because=" ".join(dict.fromkeys(c.case.because for c in held)),
        script=held[0].case.script or rule.script,
        klass=gravest_class(pack, about),
        about=tuple(dict.fromkeys(_shown(pack, rule, ground) for ground in about)),
        standing="owed" if owed else "offered",
    )


def _shown(pack: Pack, rule: Rule, ground: Ground) -> str:
    """What whoever a rule is toward hears of a ground: the sub-type, or its class and no more."""
    only = pack.subtype(ground.subtype).only
    hidden = only and rule.target not in only
    return pack.unspecified(ground.klass).key if hidden else ground.subtype


@lru_cache(maxsize=8)
def _compiled(pack: Pack) -> _Compiled:
    names = dict.fromkeys(name for rule in pack.rules for case in rule.cases for name in _asked(case))
    bits = {name: 1 << place for place, name in enumerate(names)}
    ages = sorted({case.age_under for rule in pack.rules for case in rule.cases if case.age_under})
    return _Compiled(tuple(_rule(pack, rule, bits) for rule in pack.rules), bits, tuple(ages))


def _rule(pack: Pack, rule: Rule, bits: dict[str, int]) -> _Rule:
    asked = {bits[name] for case in rule.cases for name in _asked(case)}
    return _Rule(rule, tuple(_bits(pack, rule, case, bits) for case in rule.cases), sum(asked))


def _asked(case: Case) -> Iterator[str]:
    """The names of all that a case asks for."""
    for wanted in (_wanted(case), _unwanted(case), _opened_by(case)):
        yield from wanted


def _wanted(case: Case) -> Iterator[str]:
    """What must be true."""
    yield from (f"flag {flag}" for flag in case.flags)
    if case.network is not None:
        yield f"network {case.network}"
    if case.age_under is not None:
        yield f"under {case.age_under}"
    if case.law_enforcement is not None:
        yield f"law {case.law_enforcement}"
    if case.submitter is not None:
        yield f"submitter {case.submitter}"
    yield from (name for name, value in _truths(case) if value)


def _unwanted(case: Case) -> Iterator[str]:
    """What must not be."""
    yield from (f"flag {flag}" for flag in case.unless_flags)
    if case.unless_submitter is not None:
        yield f"submitter {case.unless_submitter}"
    yield from (name for name, value in _truths(case) if value is False)


def _opened_by(case: Case) -> Iterator[str]:
    """What one of must be on record."""
    return (f"result {result}" for result in case.after)


def _truths(case: Case) -> Iterator[tuple[str, bool | None]]:
    yield "in progress", case.in_progress
    yield "disabled", case.disabled
    yield "nobody left", case.nobody_left


def _bits(pack: Pack, rule: Rule, case: Case, bits: dict[str, int]) -> _Case:
    def mask(names: Iterable[str]) -> int:
        return sum(bits[name] for name in dict.fromkeys(names))

    return _Case(
        case=case,
        demands=(case.standing or rule.standing) == "owed",
        all_of=mask(_wanted(case)),
        none_of=mask(_unwanted(case)),
        any_of=mask(_opened_by(case)),
        grounds=frozenset(s.key for s in pack.subtypes if _fits(pack, rule, case, Ground(s.klass, s.key))),
    )


def _fits(pack: Pack, rule: Rule, case: Case, ground: Ground) -> bool:
    """Whether a case speaks of this class and sub-type, and whoever it is toward may hear of it (D-IV.A.2.c.5)."""
    subtype = pack.subtype(ground.subtype)
    return (
        (not case.classes or ground.klass in case.classes)
        and (not case.subtypes or ground.subtype in case.subtypes)
        and ground.subtype not in case.unless_subtypes
        and (not subtype.only or rule.target in subtype.only | subtype.class_only)
    )


def situation(pack: Pack, facts: Facts) -> int:
    """All that a case of `pack` can ask of these facts, save what the tip is, as bits: equal situations of the same grounds
    demand the same. What no case asks for has no bit.
    """
    compiled = _compiled(pack)
    found = 0
    for name in _true(pack, facts):
        found |= compiled.bits.get(name, 0)
    for age in compiled.ages:
        if facts.age is None or facts.age < age:
            found |= compiled.bits[f"under {age}"]
    return found


def _true(pack: Pack, facts: Facts) -> Iterator[str]:
    """The names of all that is true of a tip as a whole."""
    yield from (f"network {network}" for network in networks(facts))
    yield f"law {facts.law_enforcement or DECISIONS[0]}"
    yield f"submitter {submitter(pack, facts)}"
    yield from (f"flag {flag}" for flag in facts.flags)
    yield from (f"result {result}" for result in facts.results)
    if facts.in_progress:
        yield "in progress"
    if facts.disabled:
        yield "disabled"
    if facts.nobody_left:
        yield "nobody left"


def networks(facts: Facts) -> tuple[str, ...]:
    """Whose rules hold: the school's network status, and Out-of-Network as well where nobody listed can be
    reached.
    """
    if facts.network == "in" and not any(c.reachable for c in facts.contacts):
        return ("in", "out")
    return (facts.network,)
