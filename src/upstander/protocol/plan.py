"""From facts to what must be done (D-IV): `plan` is the heart of the product, and it is only a filter
over the pack's rules.
"""

from dataclasses import dataclass

from upstander.packs.model import Pack
from upstander.protocol.demands import Demand, demands
from upstander.protocol.facts import Facts, Target
from upstander.protocol.gaps import Gap, gaps_of
from upstander.protocol.grounds import gravest_class, grounds
from upstander.protocol.targets import People

__all__ = ["Gap", "Plan", "RequiredAction", "plan"]


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """Something owed or offered: by whom, within how many seconds of the judgement, toward whom, and why.

    `standing` is "owed", or "offered": then it may be done and recorded, has no time and is never late.

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
    standing: str = "owed"

    @property
    def owed(self) -> bool:
        """Whether it must be done."""
        return self.standing == "owed"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is owed, in the order in which a person would do it, then what is offered, and all that the
    directory lacks for what is owed.

    `klass` is the class that rules: the gravest of what was judged, of the sub-types, and of what the
    flags imply.
    """

    pack: str
    version: str
    digest: str
    klass: str
    actions: tuple[RequiredAction, ...]
    gaps: tuple[Gap, ...]

    @property
    def owed(self) -> tuple[RequiredAction, ...]:
        """What must be done."""
        return tuple(a for a in self.actions if a.owed)

    @property
    def offers(self) -> tuple[RequiredAction, ...]:
        """What may be done."""
        return tuple(a for a in self.actions if not a.owed)

    def action(self, kind: str) -> RequiredAction | None:
        """What is owed of this kind, or None where nothing is."""
        return next((a for a in self.actions if a.kind == kind and a.owed), None)

    def offer(self, kind: str) -> RequiredAction | None:
        """What is offered of this kind, or None where nothing is."""
        return next((a for a in self.actions if a.kind == kind and not a.owed), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds owed, in order."""
        return tuple(a.kind for a in self.owed)


def plan(pack: Pack, facts: Facts) -> Plan:
    """What the directive demands for these facts.

    The plan is the union of the rules over everything that the tip is; a rule is owed once, however many
    paragraphs demand it. An In-Network school whose every contact is out of reach is owed what an
    Out-of-Network one is, in addition. Nothing is silently left out: what cannot be done as it stands is
    owed toward an unknown target, and named in `gaps`. Raises FactsError for a code that is not in the
    pack. Directive: III.B, IV.A.
    """
    found = grounds(pack, facts)
    people = People(pack, facts)
    actions = tuple(_action(demand, people) for demand in demands(pack, facts, found))
    return Plan(
        pack=pack.id,
        version=pack.version,
        digest=pack.digest,
        klass=gravest_class(pack, found),
        actions=actions,
        gaps=gaps_of(pack, facts, [a for a in actions if a.owed]),
    )


def _action(demand: Demand, people: People) -> RequiredAction:
    """What is demanded, toward those whom it means here."""
    rule = demand.rule
    return RequiredAction(
        rule=rule.id,
        kind=rule.kind,
        owed_by=rule.owed_by,
        due_seconds=demand.due_seconds,
        targets=people.of(rule.target),
        cites=demand.cites,
        because=demand.because,
        script=demand.script,
        proof=rule.proof,
        carries=rule.carries,
        klass=demand.klass,
        about=demand.about,
        standing=demand.standing,
    )
