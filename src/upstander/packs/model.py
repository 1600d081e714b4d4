"""The pack: what `load` returns and every other room asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from upstander.packs.assessment import Assessment
from upstander.packs.duties import Areas, Clocks
from upstander.packs.errors import UnknownCode
from upstander.packs.exercises import Exercise
from upstander.packs.library import Library
from upstander.packs.network import Network
from upstander.packs.officers import Officers
from upstander.packs.preparedness import Preparedness
from upstander.packs.sharing import Sharing
from upstander.packs.signals import Signals
from upstander.packs.steps import Escalation
from upstander.packs.steps import Step as Step
from upstander.packs.texts import fill, placeholders
from upstander.packs.training import Training
from upstander.packs.values import (
    Area,
    Case,
    Criterion,
    Duty,
    EndUserType,
    Flag,
    IdentifierScheme,
    Level,
    Limits,
    Outcome,
    OutcomeQuestion,
    Paragraph,
    Programme,
    Proof,
    ProofField,
    Question,
    Rule,
    Subtype,
    TipClass,
    WayIn,
)
from upstander.packs.vocabulary import UNSPECIFIED

__all__ = [
    "Area",
    "Case",
    "Criterion",
    "Duty",
    "EndUserType",
    "Flag",
    "IdentifierScheme",
    "Level",
    "Limits",
    "Outcome",
    "OutcomeQuestion",
    "Pack",
    "Paragraph",
    "Programme",
    "Proof",
    "ProofField",
    "Question",
    "Rule",
    "Subtype",
    "TipClass",
    "WayIn",
]


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A jurisdiction's pack, complete and checked. `digest` is the SHA-256 of its files."""

    id: str
    name: str
    jurisdiction: str
    version: str
    effective_from: date
    languages: tuple[str, ...]
    digest: str
    programme: Programme
    limits: Limits
    ways_in: tuple[WayIn, ...]
    end_users: tuple[EndUserType, ...]
    identifiers: tuple[IdentifierScheme, ...]
    paragraphs: tuple[Paragraph, ...]
    classes: tuple[TipClass, ...]
    subtypes: tuple[Subtype, ...]
    flags: tuple[Flag, ...]
    rules: tuple[Rule, ...]
    proofs: tuple[Proof, ...]
    outcomes: tuple[Outcome, ...]
    questions: tuple[OutcomeQuestion, ...]
    texts: Mapping[str, Mapping[str, str]] = field(repr=False)
    signals: Signals = field(default_factory=Signals, repr=False)
    areas: Areas = field(default_factory=Areas, repr=False)
    clocks: Clocks = field(default_factory=Clocks, repr=False)
    levels: tuple[Level, ...] = ()
    escalation: Escalation = field(default_factory=Escalation, repr=False)
    network: Network | None = field(default=None, repr=False)  # None: this jurisdiction has no network
    officers: Officers | None = field(default=None, repr=False)  # None: there are no pages for school resource officers
    sharing: Sharing | None = field(default=None, repr=False)  # None: no advisor
    assessment: Assessment | None = field(default=None, repr=False)  # None: no threat-assessment teams here
    preparedness: Preparedness | None = field(default=None, repr=False)  # None: no pages of drills and plans
    library: Library = field(default_factory=Library, repr=False)
    training: Training | None = field(default=None, repr=False)  # None: no trainer of call-takers
    exercises: tuple[Exercise, ...] = field(default=(), repr=False)
    _classes: Mapping[str, TipClass] = field(init=False, repr=False)
    _subtypes: Mapping[str, Subtype] = field(init=False, repr=False)
    _flags: Mapping[str, Flag] = field(init=False, repr=False)
    _paragraphs: Mapping[str, Paragraph] = field(init=False, repr=False)
    _proofs: Mapping[str, Proof] = field(init=False, repr=False)
    _rules: Mapping[str, Rule] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, found in (
            ("_classes", {c.code: c for c in self.classes}),
            ("_subtypes", {s.key: s for s in self.subtypes}),
            ("_flags", {f.code: f for f in self.flags}),
            ("_paragraphs", {p.id: p for p in self.paragraphs}),
            ("_proofs", {p.code: p for p in self.proofs}),
            ("_rules", {r.id: r for r in self.rules}),
        ):
            object.__setattr__(self, name, MappingProxyType(found))

    def klass(self, code: str) -> TipClass:
        """The class of this code; raises UnknownCode."""
        if code not in self._classes:
            raise UnknownCode("class", code, tuple(self._classes))
        return self._classes[code]

    def subtype(self, code: str, klass: str | None = None) -> Subtype:
        """The sub-type of this key, or code in the class `klass` (a bare `unspecified` needs it); raises
        UnknownCode.
        """
        found = self._subtypes.get(code) or self._subtypes.get(f"{klass}.{code}")
        if found is None:
            raise UnknownCode("sub-type", code, tuple(self._subtypes))
        return found

    def flag(self, code: str) -> Flag:
        """The flag of this code; raises UnknownCode."""
        if code not in self._flags:
            raise UnknownCode("flag", code, tuple(self._flags))
        return self._flags[code]

    def rank(self, class_code: str) -> int:
        """How grave a class is: 0 is the gravest (D-III.B); raises UnknownCode."""
        return self.klass(class_code).rank

    def gravity(self, class_code: str) -> int:
        """As `rank`, of what another version wrote down as well: a class that this one lacks is as grave as the gravest."""
        return self.rank(class_code) if class_code in self._classes else 0

    def knows_class(self, code: str) -> bool:
        """Whether this version has a class of this code."""
        return code in self._classes

    def knows_subtype(self, key: str) -> bool:
        """Whether this version has a sub-type of this key."""
        return key in self._subtypes

    def knows_flag(self, code: str) -> bool:
        """Whether this version has a flag of this code."""
        return code in self._flags

    def critical(self, class_code: str) -> bool:
        """Whether a class is Critical (D-III.B.1). One that this version lacks is: nobody is forgotten over a word."""
        return class_code not in self._classes or self.klass(class_code).critical

    def gravest(self, subtypes: Iterable[str]) -> str:
        """The class of a set of sub-types (their keys): the gravest one's; raises UnknownCode, ValueError
        for none.
        """
        classes = [self.subtype(s).klass for s in subtypes]
        if not classes:
            raise ValueError("the class of no sub-types at all is not defined")
        return min(classes, key=self.rank)

    def subtypes_of(self, class_code: str) -> tuple[Subtype, ...]:
        """The sub-types of a class, in the pack's order; raises UnknownCode."""
        self.klass(class_code)
        return tuple(s for s in self.subtypes if s.klass == class_code)

    def unspecified(self, class_code: str) -> Subtype:
        """The sub-type that says: of this class, and no more is known; raises UnknownCode."""
        return self.subtype(UNSPECIFIED, class_code)

    def for_reporters(self) -> tuple[tuple[str, tuple[Subtype, ...]], ...]:
        """What a reporter may choose: (group, sub-types) in the pack's order, named by `reporter.group.*`
        and `plain`.
        """
        groups: dict[str, list[Subtype]] = {}
        for subtype in self.subtypes:
            if subtype.reporter and subtype.group:
                groups.setdefault(subtype.group, []).append(subtype)
        return tuple((group, tuple(members)) for group, members in groups.items())

    def plain(self, subtype: str, language: str = "en") -> str:
        """A sub-type (its key) in a reporter's words and language; its label where reporters are not
        offered it.
        """
        found = self.subtype(subtype)
        return self.text(f"reporter.subtype.{found.key}", language) if found.reporter else found.label

    def class_name(self, code: str, language: str = "en") -> str:
        """What a class is called: `class.CODE` of the language's texts, else its label; the code itself where this version has
        no such class: what another one wrote down is shown all the same.
        """
        known = self._classes.get(code)
        return self.texts.get(language, {}).get(f"class.{code}") or (known.label if known else code)

    def subtype_name(self, key: str, language: str = "en") -> str:
        """What a sub-type is called: `subtype.KEY` of the language's texts, else its label; the key itself where this version
        has no such sub-type.
        """
        known = self._subtypes.get(key)
        return self.texts.get(language, {}).get(f"subtype.{key}") or (known.label if known else key)

    def flag_name(self, code: str) -> str:
        """What a flag is called; the code itself where this version has no such flag."""
        known = self._flags.get(code)
        return known.label if known else code

    def _template(self, key: str, language: str) -> str:
        own, english = self.texts.get(language, {}), self.texts["en"]
        if key not in own and key not in english:
            raise UnknownCode("text", key, tuple(english))
        return own.get(key) or english[key]

    def text(self, key: str, language: str = "en", **values: object) -> str:
        """The text of this key, filled in; in English where the language lacks it.

        What is not given in `values`, and is not the programme's own, reads as "not known": a warning
        with a gap is better than none. Raises UnknownCode for a key that is in no file of the pack.
        """
        given = {"programme": self.programme.name, "desk_phone": self.programme.desk_phone} | values
        return fill(self._template(key, language), given, self._template("word.not_known", language))

    def word(self, prefix: str, code: str) -> str:
        """The text `prefix.code`; the code itself where this version has no such text: what another version of the
        pack wrote down is shown all the same.
        """
        return self.text(f"{prefix}.{code}") if f"{prefix}.{code}" in self.texts["en"] else code

    def placeholders(self, key: str, language: str = "en") -> frozenset[str]:
        """The words that `text(key)` fills in, so that a test can see that a caller gives them; raises
        UnknownCode.
        """
        return placeholders(self._template(key, language))

    def texts_under(self, prefix: str, language: str = "en") -> dict[str, str]:
        """The texts below a prefix (`reporter.phrase`), unfilled, by what follows it, in the pack's order."""
        start = f"{prefix}."
        return {k[len(start) :]: self._template(k, language) for k in self.texts["en"] if k.startswith(start)}

    @property
    def psap_fallback(self) -> str:
        """What a person does where no PSAP is on file."""
        return self.text("gap.no_psap.do")

    def paragraph(self, id: str) -> Paragraph:
        """The paragraph or statute of this id; raises UnknownCode."""
        if id not in self._paragraphs:
            raise UnknownCode("paragraph", id, tuple(self._paragraphs))
        return self._paragraphs[id]

    def cited(self, ids: Iterable[str]) -> list[Paragraph]:
        """The paragraphs and statutes of these ids; one that this version lacks has no words."""
        return [self._paragraphs.get(id) or Paragraph(id, "", id) for id in ids]

    def proof(self, code: str) -> Proof:
        """The proof of this code; raises UnknownCode."""
        if code not in self._proofs:
            raise UnknownCode("proof", code, tuple(self._proofs))
        return self._proofs[code]

    def result_words(self, code: str) -> str:
        """A result in words, whichever proof it is of; the code itself where no proof knows it."""
        return next((p.results[code] for p in self.proofs if code in p.results), code)

    def rule(self, id: str) -> Rule | None:
        """The rule of this id; None where this version has none."""
        return self._rules.get(id)

    def steps(self, klass: str) -> tuple[Step, ...]:
        """What is done while somebody who was asked about a report of a class says nothing, by the clock; of a class that this
        version lacks, what is done for the gravest."""
        return self.escalation.of(klass if klass in self._classes else self.classes[0].code)

    def waits_for(self, rule: str, result: str) -> bool:
        """Whether some case opens when `result` is recorded for `rule`."""
        return any(f"{rule}:{result}" in case.after for r in self.rules for case in r.cases)
