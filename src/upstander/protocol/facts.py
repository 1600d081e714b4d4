"""What is known of a tip and of the people around its school, as the rules see it."""

from dataclasses import dataclass

from upstander.packs import Pack, UnknownCode
from upstander.packs.vocabulary import NETWORKS

UNKNOWN = "unknown"
"""The `ref` of a target that the directory does not know: owed all the same, and a gap says what a person
does.
"""


class FactsError(ValueError):
    """Facts that the pack cannot judge: a code it does not know. The message says which ones it knows."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody, or something, toward whom an action is owed.

    `kind` is "contact", "psap", "agency", "command", "outreach" or "record"; `ref` the directory's own
    id, as text; `label` what a person reads. `missing` names what is not on file: "phone" (for a PSAP its
    transfer number), "email".
    """

    kind: str
    ref: str
    label: str
    missing: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether the directory knows who this is."""
        return self.ref != UNKNOWN

    @property
    def reachable(self) -> bool:
        """Whether a phone number or an e-mail address is on file."""
        return not {"phone", "email"} <= self.missing


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one judgement.

    `klass` is the class judged; `subtypes` their keys (a bare "unspecified" means the class's own);
    `network` is "in" or "out", as the directory computes it (D-II.B, D-II.C); `contacts` all contacts
    listed, `psap` and `agency` those of the school's place, None where the directory has none.
    """

    klass: str
    subtypes: tuple[str, ...] = ()
    in_progress: bool = False
    network: str = "in"
    flags: frozenset[str] = frozenset()
    contacts: tuple[Target, ...] = ()
    psap: Target | None = None
    agency: Target | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that the tip is: a sub-type (its key), `unspecified` where only the class is known."""

    klass: str
    subtype: str


def grounds(pack: Pack, facts: Facts) -> tuple[Ground, ...]:
    """Everything that the tip is, each once: its sub-types, those that its flags imply, and its class on
    its own.

    The class stands on its own where it is graver than every sub-type. An `unspecified` says nothing
    beside a sub-type as grave or graver. Raises FactsError for a code that is not in the pack.
    """
    try:
        rank = pack.rank(facts.klass)
        named = [pack.subtype(code, facts.klass) for code in facts.subtypes]
        implied = [pack.subtype(i) for f in sorted(facts.flags) if (i := pack.flag(f).implies)]
    except UnknownCode as error:
        raise FactsError(str(error)) from None
    if facts.network not in NETWORKS:
        raise FactsError(f"network {facts.network!r} is neither 'in' nor 'out'")
    specific = {s.key: s for s in (*named, *implied) if s.key != pack.unspecified(s.klass).key}
    gravest = min((pack.rank(s.klass) for s in specific.values()), default=len(pack.classes))
    found = [Ground(s.klass, s.key) for s in specific.values()]
    found += [
        Ground(s.klass, s.key)
        for s in dict.fromkeys(named)
        if s.key not in specific and pack.rank(s.klass) < gravest
    ]
    if rank < min((pack.rank(g.klass) for g in found), default=len(pack.classes)):
        found.append(Ground(facts.klass, pack.unspecified(facts.klass).key))
    return tuple(found)


def gravest_class(pack: Pack, found: tuple[Ground, ...]) -> str:
    """The class of the tip: the gravest of its grounds."""
    return min((g.klass for g in found), key=pack.rank)
