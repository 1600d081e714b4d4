"""From facts to what must be done (D-IV): `plan` is the heart of the product, and it is only a filter
over the pack's rules.
"""

from dataclasses import dataclass

from upstander.packs.model import Case, Pack, Rule
from upstander.protocol.facts import Facts, Ground, Target, gravest_class, grounds
from upstander.protocol.gaps import Gap, gaps_of
from upstander.protocol.targets import targets_of

__all__ = ["Gap", "Plan", "RequiredAction", "plan"]


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """Something owed: by whom, within how many seconds of the judgement, toward whom, and why.

    `carries` says what of the tip may leave with it ("tip", "facts" or "nothing"); `script` is a text key of
    the pack (for e-mails the prefix of `.subject` and `.body`); `proof` a code with the text `proof.<code>`.
    `klass` and `about` (sub-type keys) are what the action is owed for: a recipient is told of these and of no
    other, so that a mail about bullying says nothing of an image that only law enforcement may know of.
    """

    rule: str
    kind: str
    owed_by: str
    due_seconds: int | None
    targets: tuple[Target, ...]
    cites: tuple[str, ...]
    because: str
    script: str
    proof: str
    carries: str
    klass: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is owed, in the order in which a person would do it, and all that the directory lacks for it.

    `klass` is the class that rules: the gravest of what was judged, of the sub-types, and of what the
    flags imply.
    """

    pack: str
    version: str
    digest: str
    klass: str
    actions: tuple[RequiredAction, ...]
    gaps: tuple[Gap, ...]

    def action(self, kind: str) -> RequiredAction | None:
        """The action of this kind, or None where none is owed."""
        return next((a for a in self.actions if a.kind == kind), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds owed, in order."""
        return tuple(a.kind for a in self.actions)


def plan(pack: Pack, facts: Facts) -> Plan:
    """What the directive demands for these facts.

    The plan is the union of the rules over everything that the tip is; a rule is owed once, however many
    paragraphs demand it. An In-Network school whose every contact is out of reach is owed what an
    Out-of-Network one is, in addition. Nothing is silently left out: what cannot be done as it stands is
    owed toward an unknown target, and named in `gaps`. Raises FactsError for a code that is not in the
    pack. Directive: III.B, IV.A.
    """
    found = grounds(pack, facts)
    networks = _networks(facts)
    actions = tuple(a for rule in pack.rules if (a := _owed(pack, rule, facts, found, networks)) is not None)
    return Plan(
        pack=pack.id,
        version=pack.version,
        digest=pack.digest,
        klass=gravest_class(pack, found),
        actions=actions,
        gaps=gaps_of(pack, [(a.kind, a.targets) for a in actions]),
    )


def _networks(facts: Facts) -> frozenset[str]:
    """Whose rules hold: the school's network status, and Out-of-Network as well where nobody listed can
    be reached.
    """
    if facts.network == "in" and not any(c.reachable for c in facts.contacts):
        return frozenset({"in", "out"})
    return frozenset({facts.network})


def _owed(
    pack: Pack, rule: Rule, facts: Facts, found: tuple[Ground, ...], networks: frozenset[str]
) -> RequiredAction | None:
    """What a rule demands, or None: the citations of all its cases that hold, the first one's script, the
    strictest time.
    """
    held = [case for case in rule.cases if _holds(case, facts, found, networks)]
    if not held:
        return None
    about = tuple(ground for ground in found if any(_fits(case, ground) for case in held))
    dues = [d for case in held if (d := case.due_seconds or rule.due_seconds) is not None]
    return RequiredAction(
        rule=rule.id,
        kind=rule.kind,
        owed_by=rule.owed_by,
        due_seconds=min(dues, default=None),
        targets=targets_of(pack, rule.target, facts),
        cites=tuple(dict.fromkeys(cite for case in held for cite in case.cites)),
        because=" ".join(dict.fromkeys(case.because for case in held)),
        script=held[0].script or rule.script,
        proof=rule.proof,
        carries=rule.carries,
        klass=gravest_class(pack, about),
        about=tuple(ground.subtype for ground in about),
    )


def _holds(case: Case, facts: Facts, found: tuple[Ground, ...], networks: frozenset[str]) -> bool:
    """Whether a case holds: for the tip as a whole, and for at least one of the things that it is."""
    return (
        (case.network is None or case.network in networks)
        and case.in_progress in (None, facts.in_progress)
        and case.flags <= facts.flags
        and any(_fits(case, ground) for ground in found)
    )


def _fits(case: Case, ground: Ground) -> bool:
    """Whether a case speaks of this class and sub-type."""
    return (
        (not case.classes or ground.klass in case.classes)
        and (not case.subtypes or ground.subtype in case.subtypes)
        and ground.subtype not in case.unless_subtypes
    )
