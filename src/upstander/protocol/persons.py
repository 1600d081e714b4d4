"""What the rules ask of the person whom a tip is about: for which tips an age is asked, and how exactly it need be known."""

from collections.abc import Iterable

from upstander.packs.model import Case, Pack
from upstander.packs.vocabulary import ALERTS


def age_band(pack: Pack, age: int | None) -> int | None:
    """The lowest age that is the same to every rule of `pack` as `age` (years): 0 for 9 where rules ask for 16 and 18.

    None: not known. So a judgement keeps what its rules asked, and not how old a child is (docs/decisions/0079).
    """
    if age is None:
        return None
    limits = {case.age_under for rule in pack.rules for case in rule.cases if case.age_under}
    return max((limit for limit in limits if limit <= age), default=0)


def asks_of_person(pack: Pack, subtypes: Iterable[str], flags: Iterable[str]) -> bool:
    """Whether age and disability matter for a tip of these sub-types (keys) and flags: a rule asks for them, or law
    enforcement may be given a packet about the person.
    """
    chosen = {s for s in subtypes if s in {known.key for known in pack.subtypes}}
    chosen |= {flag.implies for flag in pack.flags if flag.implies and flag.code in flags}
    asking = [
        case
        for rule in pack.rules
        for case in rule.cases
        if case.age_under or case.disabled is not None or rule.kind in ALERTS
    ]
    return any(_speaks(pack, case, key) for case in asking for key in chosen)


def _speaks(pack: Pack, case: Case, key: str) -> bool:
    """Whether a case names this sub-type, or all of its class."""
    named = key in case.subtypes if case.subtypes else pack.subtype(key).klass in case.classes
    return named and key not in case.unless_subtypes
