"""What a tip is, from what a person judged: its sub-types, what its flags say, and its class."""

from dataclasses import dataclass
from functools import lru_cache

from upstander.packs import Pack, UnknownCode
from upstander.packs.vocabulary import DECISIONS, DOUBTS, NETWORKS, SESSIONS, SUBMITTERS
from upstander.protocol.facts import Facts, FactsError


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that the tip is: a sub-type (its key), `unspecified` where only the class is known."""

    klass: str
    subtype: str


def grounds(pack: Pack, facts: Facts) -> tuple[Ground, ...]:
    """Everything that the tip is, each once: its sub-types, those that its flags imply, and its class on
    its own.

    The class stands on its own where it is graver than every sub-type. An `unspecified` says nothing
    beside a sub-type as grave or graver. Raises FactsError for a code that is not in the pack, or a word that is
    in none.
    """
    _plain_words(facts)
    return _grounds(pack, facts.klass, facts.subtypes, facts.flags)


@lru_cache(maxsize=4096)
def _grounds(pack: Pack, klass: str, subtypes: tuple[str, ...], flags: frozenset[str]) -> tuple[Ground, ...]:
    try:
        rank = pack.rank(klass)
        named = [pack.subtype(code, klass) for code in subtypes]
        implied = [pack.subtype(i) for f in sorted(flags) if (i := pack.flag(f).implies)]
    except UnknownCode as error:
        raise FactsError(str(error)) from None
    specific = {s.key: s for s in (*named, *implied) if s.key != pack.unspecified(s.klass).key}
    gravest = min((pack.rank(s.klass) for s in specific.values()), default=len(pack.classes))
    found = [Ground(s.klass, s.key) for s in specific.values()]
    found += [
        Ground(s.klass, s.key)
        for s in dict.fromkeys(named)
        if s.key not in specific and pack.rank(s.klass) < gravest
    ]
    if rank < min((pack.rank(g.klass) for g in found), default=len(pack.classes)):
        found.append(Ground(klass, pack.unspecified(klass).key))
    return tuple(found)


def _plain_words(facts: Facts) -> None:
    """Raise FactsError for a value that stands in no pack."""
    for name, value, known in (
        ("network", facts.network, NETWORKS),
        ("law_enforcement", facts.law_enforcement or DECISIONS[0], DECISIONS),
        ("session", facts.session, SESSIONS),
        ("submitter", facts.submitter, SUBMITTERS),
        *(("doubt", doubt, DOUBTS) for doubt in facts.doubts),
    ):
        if value not in known:
            raise FactsError(f"{name} {value!r} is none of {', '.join(map(repr, known))}")


def gravest_class(pack: Pack, found: tuple[Ground, ...]) -> str:
    """The class of the tip: the gravest of its grounds."""
    return min((g.klass for g in found), key=pack.rank)
