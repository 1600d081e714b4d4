"""The small values that a pack is made of, all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a rule may cite: a paragraph of the directive, in its own words, or a statute, summed up.

    `requirement` is the row of the requirements list that holds it. A statute names its `source` and when that
    was read; `checked` says whether somebody has compared it with the text of the law.
    """

    id: str
    words: str
    requirement: str
    source: str = ""
    read: str = ""
    checked: bool = True

    @property
    def statute(self) -> bool:
        """Whether it is law beside the directive."""
        return bool(self.source)


@dataclass(frozen=True, slots=True)
class TipClass:
    """A class of tips (D-III.B); `rank` 0 is the gravest."""

    code: str
    label: str
    rank: int
    critical: bool
    words: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask before settling on a sub-type, why, and what a yes adds: a sub-type (its key), a flag,
    or neither.
    """

    question: str
    why: str
    yes_subtype: str | None
    yes_flag: str | None


@dataclass(frozen=True, slots=True)
class Subtype:
    """A sub-type of a class.

    `code` is unique in its class and `key` in the pack: they differ for `unspecified`, whose key is
    `standard.unspecified` and so on. `plain` is what a reporter reads, where it is offered; `added` marks
    what the directive does not name. Where `only` names targets of rules, nobody else hears of this sub-type;
    those of `class_only` hear its class and no more (D-IV.A.2.c.5).
    """

    key: str
    code: str
    klass: str
    label: str
    words: str
    cites: tuple[str, ...]
    reporter: bool
    group: str | None
    plain: str
    added: bool
    asks: tuple[Question, ...]
    only: frozenset[str] = frozenset()
    class_only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Flag:
    """Something true of a whole tip. `implies` is the sub-type (its key) that the tip then also is; `submitter` who, by this
    flag, submitted it.
    """

    code: str
    label: str
    meaning: str
    cites: tuple[str, ...]
    implies: str | None
    supervisor: bool
    submitter: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """When a rule holds, which paragraphs say so, and why, in a sentence.

    What is empty or None does not matter. `age_under` holds also where the age is not known: the stricter
    reading. `after` are results on record ("command_review:notify"), one of which must be there; `nobody_left`
    says that every contact is excluded as the tip's subject; `submitter` who submitted it, `unless_submitter` who did not.
    `standing` is the rule's where it is None.
    """

    cites: tuple[str, ...]
    because: str
    classes: frozenset[str] = frozenset()
    subtypes: frozenset[str] = frozenset()
    unless_subtypes: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    unless_flags: frozenset[str] = frozenset()
    network: str | None = None
    in_progress: bool | None = None
    age_under: int | None = None
    disabled: bool | None = None
    law_enforcement: str | None = None
    submitter: str | None = None
    unless_submitter: str | None = None
    nobody_left: bool | None = None
    after: frozenset[str] = frozenset()
    standing: str | None = None
    due_seconds: int | None = None
    script: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing but class, network and progress decides: it holds whatever else is true."""
        return not (
            self.subtypes or self.unless_subtypes or self.flags or self.unless_flags or self.after
            or self.age_under or self.disabled or self.law_enforcement or self.nobody_left
            or self.submitter or self.unless_submitter
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something that whoever decides must find to be so: a question with yes, no or not known. `source` says exactly where
    it stands in what it cites.
    """

    code: str
    asks: str
    cites: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to do: what, by whom, toward whom, what may leave with it, what proves it, by when, which
    script, and whether it is owed or offered; `criteria` is the checklist of whoever decides what comes of it.
    """

    id: str
    kind: str
    owed_by: str
    target: str
    carries: str
    proof: str
    due_seconds: int | None
    script: str
    cases: tuple[Case, ...]
    standing: str = "owed"
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofField:
    """Something to write down with a result: demanded for those of `required_for`."""

    code: str
    label: str
    kind: str
    required_for: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What counts as proof: results that end a duty, results that are only tries, and what is written down.

    `closes` and `tries` are code to words, in the order in which a person is offered them.
    """

    code: str
    closes: Mapping[str, str]
    tries: Mapping[str, str]
    fields: tuple[ProofField, ...]

    @property
    def results(self) -> Mapping[str, str]:
        """Everything that can come of it."""
        return {**self.closes, **self.tries}


@dataclass(frozen=True, slots=True)
class Area:
    """A Troop or Zone of the State Police. No counties: not known, or none of its own."""

    code: str
    name: str
    counties: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock has run: `count` of `unit` after it was opened; `at_once` is no time at all."""

    unit: str
    count: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What the law demands because of a tip, of the desk or of the school, once a person has said so.

    `question` is put for tips of one of `subtypes` (their keys) or with one of `flags`; a yes opens the clock.
    `fact` names what opens it beside that: something that a person has done and put on record.
    """

    code: str
    title: str
    owner: str
    question: str
    due: Due
    to: str
    evidence: str
    cites: tuple[str, ...]
    subtypes: frozenset[str]
    flags: frozenset[str]
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """`percent` of all within `seconds`."""

    percent: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Level:
    """A service level: what is measured, and how it should be."""

    code: str
    label: str
    source: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that came of a tip; `human_service` marks a referral that the yearly report counts."""

    code: str
    label: str
    human_service: bool


@dataclass(frozen=True, slots=True)
class OutcomeQuestion:
    """A yes-or-no question that an end-user answers when a referral is closed."""

    code: str
    question: str


@dataclass(frozen=True, slots=True)
class WayIn:
    """A published way to reach the programme (D-V); an empty `value` means this site itself."""

    kind: str
    label: str
    value: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndUserType:
    """A kind of end-user (D-II.A)."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class IdentifierScheme:
    """A scheme of names that others gave to things of the directory, with the pattern that its values
    follow.
    """

    scheme: str
    label: str
    pattern: str
    applies_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """Who the programme is."""

    name: str
    short_name: str
    agency: str
    command: str
    outreach: str
    desk_phone: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The pack's times; each one is explained in pack.toml."""

    claim_minutes: int
    release_minutes: int
    contact_confirmation_minutes: int
    lowering_minutes: int
    crisis_answer_seconds: int
    link_days: int
    contact_check_days: int
    outcome_days: int
    address_days: int
    file_megabytes: int
    tip_megabytes: int
    tip_files: int
    evidence_days: int
