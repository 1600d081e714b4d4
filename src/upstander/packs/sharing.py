"""Sharing what is known of a student (R-privacy): the pack's questions, laws, rules, duties and letters, and how they are read.

Every law forbids, except where a rule of its own holds. What that makes of facts is `upstander.sharing`'s to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from upstander.packs.reader import Source, Table
from upstander.packs.sections import statutes
from upstander.packs.values import Paragraph

FILES: Final = ("sharing",)
URGENCIES: Final = ("none", "concern", "threat", "imminent")
"""How urgent, the least first; codes that rules compare."""
VERDICTS: Final = ("refused", "counsel", "conditions", "permitted")
"""What may come out, the strictest first."""
FACTORS: Final = ("seriousness", "need", "able", "time")
"""The four that an emergency release weighs (105 ILCS 10/6(a)(7)): the database asks for these (disclosure, migration 0002)."""
CONSENT: Final = "consent"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to one question: who asks, what record, why, how urgent, what holds. `wall`: an officer on the team does not
    pass such a record on; `factor`: one of the factors of an emergency release."""

    code: str
    label: str
    wall: bool = False
    factor: bool = False


@dataclass(frozen=True, slots=True)
class Then:
    """What must be done where something is shared; `notice`: the parents are told, by the next school day."""

    code: str
    label: str
    cites: tuple[str, ...]
    notice: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """When a law lets something be shared: empty `who`, `record` or `why` is anybody, any that the law covers, anything."""

    code: str
    law: str
    verdict: str
    says: str
    cites: tuple[str, ...]
    who: frozenset[str] = frozenset()
    record: frozenset[str] = frozenset()
    why: frozenset[str] = frozenset()
    urgency: str = "none"
    needs: frozenset[str] = frozenset()
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """A law: which records it covers, and what it says where none of its rules holds."""

    code: str
    label: str
    covers: frozenset[str]
    otherwise: str
    says: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of the notice to the parents, in one language."""

    language: str
    title: str
    greeting: str
    body: str
    date: str
    recipient: str
    purpose: str
    what: str
    rights: str
    sender: str
    signature: str
    contact: str
    foot: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """The whole section. `version` stands beside each answer that is kept."""

    version: str
    disclaimer: str
    counsel: str
    askers: tuple[Choice, ...]
    records: tuple[Choice, ...]
    purposes: tuple[Choice, ...]
    urgencies: tuple[Choice, ...]
    conditions: tuple[Choice, ...]
    thens: tuple[Then, ...]
    laws: tuple[Law, ...]
    rules: tuple[Rule, ...]
    letters: tuple[Letter, ...]
    statutes: tuple[Paragraph, ...] = ()  # what the rules cite, beside what the pack cites elsewhere
    of_law: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_law = {law.code: tuple(r for r in self.rules if r.law == law.code) for law in self.laws}
        object.__setattr__(self, "of_law", MappingProxyType(by_law))

    @property
    def factors(self) -> tuple[Choice, ...]:
        """The factors that an emergency release weighs."""
        return tuple(c for c in self.conditions if c.factor)

    @property
    def walled(self) -> frozenset[str]:
        """The records that an officer on the team passes on in a recorded emergency only."""
        return frozenset(c.code for c in self.records if c.wall)

    def label(self, question: str, code: str) -> str:
        """The words of an answer; the code itself where this version lacks it. `question`: a field's name, as "askers"."""
        return next((c.label for c in getattr(self, question) if c.code == code), code)

    def letter(self, language: str) -> Letter:
        """The letter in a language, in the first one there is where it lacks that."""
        return next((one for one in self.letters if one.language == language), self.letters[0])


def sharing(sources: Mapping[str, Source]) -> Sharing | None:
    """The section of a pack; None where it has none. What is wrong is noted in its source."""
    if "sharing" not in sources:
        return None
    root = sources["sharing"].root()
    found = Sharing(
        version=root.string("version"),
        disclaimer=root.string("disclaimer"),
        counsel=root.string("counsel"),
        askers=tuple(_choices(root, "asker")),
        records=tuple(_choices(root, "record")),
        purposes=tuple(_choices(root, "purpose")),
        urgencies=tuple(_choices(root, "urgency")),
        conditions=tuple(_choices(root, "condition")),
        thens=tuple(
            Then(
                t.code("code"),
                t.string("label"),
                t.strings("cites", required=True),
                t.truth("notice", default=False),
            )
            for t in root.tables("then")
        ),
        laws=tuple(_laws(root)),
        rules=tuple(_rules(root)),
        letters=tuple(_letters(root)),
        statutes=tuple(statutes(root)),
    )
    _check(found, root)
    root.done()
    return found


def _choices(root: Table, name: str) -> Iterator[Choice]:
    for t in root.tables(name):
        yield Choice(
            t.code("code"),
            t.string("label"),
            t.truth("wall", default=False),
            t.truth("factor", default=False),
        )


def _laws(root: Table) -> Iterator[Law]:
    for t in root.tables("law"):
        yield Law(
            code=t.code("code"), label=t.string("label"), covers=frozenset(t.strings("covers", required=True)),
            otherwise=t.choice("otherwise", VERDICTS), says=t.string("says"), cites=t.strings("cites", required=True),
        )  # fmt: skip


def _rules(root: Table) -> Iterator[Rule]:
    for t in root.tables("rule"):
        yield Rule(
            code=t.code("code"),
            law=t.string("law"),
            verdict=t.choice("verdict", VERDICTS),
            says=t.string("says"),
            cites=t.strings("cites", required=True),
            who=frozenset(t.strings("who")),
            record=frozenset(t.strings("record")),
            why=frozenset(t.strings("why")),
            urgency=t.optional_choice("urgency", URGENCIES) or "none",
            needs=frozenset(t.strings("needs")),
            then=t.strings("then"),
        )


def _letters(root: Table) -> Iterator[Letter]:
    for t in root.tables("letter"):
        yield Letter(*(t.string(name) for name in Letter.__dataclass_fields__))


def _check(found: Sharing, root: Table) -> None:
    """Every code that a law or a rule names is one; what is urgent is told in the known order; no code stands twice."""
    groups: dict[str, tuple[Choice | Then | Law | Rule, ...]] = {
        "asker": found.askers, "record": found.records, "purpose": found.purposes, "condition": found.conditions,
        "then": found.thens, "law": found.laws, "rule": found.rules,
    }  # fmt: skip
    codes = {name: [one.code for one in many] for name, many in groups.items()}
    for name, all_of in codes.items():
        for code in {c for c in all_of if all_of.count(c) > 1}:
            root.problem(f"the {name} {code!r} stands twice.", "name each once.", name)
    if tuple(c.code for c in found.urgencies) != URGENCIES:
        root.problem(
            "'urgency' is not complete, or in another order.", f"use {', '.join(URGENCIES)}.", "urgency"
        )
    if found.factors and {c.code for c in found.factors} != set(FACTORS):
        root.problem("the factors of an emergency are not the four.", f"use {', '.join(FACTORS)}.", "condition")
    for law in found.laws:
        _known(root, "law", law.code, "record", law.covers, codes)
    for rule in found.rules:
        _known(root, "rule", rule.code, "law", [rule.law], codes)
        named = (
            ("asker", rule.who),
            ("record", rule.record),
            ("purpose", rule.why),
            ("condition", rule.needs),
            ("then", rule.then),
        )
        for kind, names in named:
            _known(root, "rule", rule.code, kind, names, codes)


def _known(
    root: Table, what: str, code: str, kind: str, names: Iterable[str], codes: Mapping[str, list[str]]
) -> None:
    for name in names:
        if name not in codes[kind]:
            root.problem(
                f"the {what} {code!r} names the {kind} {name!r}, which is not known.",
                f"add a [[{kind}]] of it.",
                what,
            )
