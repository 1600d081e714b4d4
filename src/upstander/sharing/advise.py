"""The advisor: what the laws of a pack say of facts.

Each law forbids, except where one of its rules holds: of these the one that permits most counts. Of the laws that cover the
record the strictest rules. The answer is a summary made from data, never a decision (docs/decisions/0134).
"""

from dataclasses import dataclass, field

from upstander.packs.sharing import URGENCIES, VERDICTS, Law, Rule, Sharing, Then

REFUSED, COUNSEL, CONDITIONS, PERMITTED = VERDICTS
_RANK = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
_URGENT = {urgency: rank for rank, urgency in enumerate(URGENCIES)}


class NotAFact(ValueError):
    """A code that the pack does not know; its `question` is the name of a field of `Facts`."""

    def __init__(self, question: str, code: str) -> None:
        super().__init__(f"{question}: {code!r}")
        self.question = question


@dataclass(frozen=True, slots=True)
class Facts:
    """Who asks, for what kind of record, why, how urgent it is, and which conditions hold: codes of the pack."""

    who: str
    record: str
    why: str
    urgency: str
    holds: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Ground:
    """What one law says: the rules that count, none where it says no."""

    law: Law
    verdict: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes out: the strictest law's verdict, what each law says, and what must then be done."""

    verdict: str
    grounds: tuple[Ground, ...]
    then: tuple[Then, ...]
    version: str

    @property
    def may(self) -> bool:
        """Whether it may be shared, perhaps under conditions."""
        return self.verdict in (CONDITIONS, PERMITTED)

    @property
    def notice(self) -> bool:
        """Whether the parents must be told by the next school day."""
        return any(then.notice for then in self.then)

    @property
    def cites(self) -> tuple[str, ...]:
        """Every citation, each once: of the rules that count, or of the laws that say no, and of what must be done."""
        found = [c for g in self.grounds for one in (g.rules or (g.law,)) for c in one.cites]
        return tuple(dict.fromkeys([*found, *(c for then in self.then for c in then.cites)]))


def rank(verdict: str) -> int:
    """How much a verdict permits: 0 refuses. Raises KeyError for another word."""
    return _RANK[verdict]


def advise(rules: Sharing, facts: Facts) -> Answer:
    """What the laws say of these facts. Raises NotAFact for a code that the pack lacks."""
    _known(rules, facts)
    grounds = tuple(_ground(rules, law, facts) for law in rules.laws if facts.record in law.covers)
    verdict = min((g.verdict for g in grounds), key=_RANK.__getitem__, default=COUNSEL)  # no law of ours: ask
    then: tuple[Then, ...] = ()
    if _RANK[verdict] >= _RANK[CONDITIONS]:
        named = {code for ground in grounds for rule in ground.rules for code in rule.then}
        then = tuple(t for t in rules.thens if t.code in named)
    return Answer(verdict, grounds, then, rules.version)


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether a rule holds of facts, whatever the others say."""
    return (
        (not rule.who or facts.who in rule.who)
        and (not rule.record or facts.record in rule.record)
        and (not rule.why or facts.why in rule.why)
        and _URGENT[facts.urgency] >= _URGENT[rule.urgency]
        and rule.needs <= facts.holds
    )


def _ground(rules: Sharing, law: Law, facts: Facts) -> Ground:
    found = [rule for rule in rules.of_law[law.code] if holds(rule, facts)]
    best = max((_RANK[rule.verdict] for rule in found), default=-1)
    if best <= _RANK[law.otherwise]:
        return Ground(law, law.otherwise, ())
    return Ground(law, VERDICTS[best], tuple(rule for rule in found if _RANK[rule.verdict] == best))


def _known(rules: Sharing, facts: Facts) -> None:
    for question, code, choices in (
        ("who", facts.who, rules.askers), ("record", facts.record, rules.records), ("why", facts.why, rules.purposes),
        ("urgency", facts.urgency, rules.urgencies),
    ):  # fmt: skip
        if all(code != choice.code for choice in choices):
            raise NotAFact(question, code)
    for code in facts.holds:
        if all(code != choice.code for choice in rules.conditions):
            raise NotAFact("holds", code)
