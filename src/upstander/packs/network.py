"""The information-sharing network as a pack has it: its markings, words and numbers."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from upstander.markings import Level, Scheme
from upstander.packs.errors import UnknownCode

LEVELS = tuple(level.code for level in Level)
WHO_TICKS = ("sio", "second", "either")
"""Who may tick a vetting item: the School Intelligence Officer, a second person, or either of them."""
FOR_WHOM = ("all", "sworn", "not_sworn")
CADENCES = ("monthly", "quarterly")
WAYS = ("email", "push", "sms")
ROLES = ("consumer", "collaborator", "contributor")


class Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=Coded)


@dataclass(frozen=True, slots=True)
class LevelWords:
    """A level in words. `default_marking` is what an editor proposes for it."""

    level: Level
    label: str
    says: str
    default_marking: str
    source: str

    @property
    def code(self) -> str:
        return self.level.code


@dataclass(frozen=True, slots=True)
class Discipline:
    """What a member is. Only where `sworn` is true may somebody hold LES."""

    code: str
    label: str
    sworn: bool
    highest: Level
    source: str


@dataclass(frozen=True, slots=True)
class MemberRole:
    """One of the ways to be a member (S-roles), in the programme's own words."""

    code: str
    label: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Check:
    """An item of the vetting checklist, and who may tick it."""

    code: str
    label: str
    says: str
    who: str
    whom: str
    required: bool
    source: str

    def asked_of(self, sworn: bool) -> bool:
        """Whether it is asked of an applicant who is sworn, or is not."""
        return self.whom in ("all", "sworn" if sworn else "not_sworn")


@dataclass(frozen=True, slots=True)
class ProductKind:
    """A kind of product. `cadence` of a newsletter; `urgent`: it may be sent as an urgent notice."""

    code: str
    label: str
    says: str
    urgent: bool
    cadence: str
    source: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; `above` is the topic that it is part of, or empty. `subtypes`: the sub-types of tips whose pattern is about it."""

    code: str
    label: str
    above: str
    source: str
    subtypes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentKind:
    """A kind of incident of the event register, and the sub-types of tips with which it is compared (S-topics)."""

    code: str
    subtypes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A programme of another discipline with which items are shared (S-mash)."""

    code: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a regional office stands on a map of squares: `code` is its number in the directory's source; from the north-west."""

    code: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern that the board opens with (S-peer): what is said, and what it holds in particular."""

    code: str
    text: str
    points: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """The non-disclosure agreement. Whoever signed another version signs anew when asked."""

    version: str
    of: date
    title: str
    text: str
    reviewed_by_counsel: bool
    source: str

    @property
    def digest(self) -> str:
        """SHA-256 of what is signed: its title and text."""
        return hashlib.sha256(f"{self.title}\n\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """The network's numbers."""

    second_person_hours: int
    attest_months: int
    attest_notice_days: int
    bounces_suspend: int
    copycat_days: int
    source: str


@dataclass(frozen=True, slots=True)
class OnPhones:
    """What a member's phone may keep to be read without a line: text of which levels, and for how many days without contact."""

    keeps: frozenset[str]
    days: int
    source: str

    def may(self, level: Level) -> bool:
        """Whether text of this level may be kept."""
        return level.code in self.keeps


@dataclass(frozen=True, slots=True)
class AskStep:
    """When, after an urgent notice went out, and by which ways (WAYS) those are told who have not confirmed it."""

    after_minutes: int
    by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Confirming:
    """How an urgent notice is followed up: the steps, and when the School Intelligence Officer is told and reads names."""

    steps: tuple[AskStep, ...]
    officer_minutes: int
    name_minutes: int
    source: str


@dataclass(frozen=True, slots=True)
class Network:
    """The network as a pack has it."""

    topics_version: str
    scheme: Scheme
    levels: tuple[LevelWords, ...]
    disciplines: tuple[Discipline, ...]
    roles: tuple[MemberRole, ...]
    checks: tuple[Check, ...]
    products: tuple[ProductKind, ...]
    topics: tuple[Topic, ...]
    partners: tuple[Partner, ...]
    concerns: tuple[Concern, ...]
    agreement: Agreement
    phone: OnPhones
    confirming: Confirming
    limits: NetworkLimits = field(repr=False)
    tiles: tuple[Tile, ...] = field(default=(), repr=False)  # none: the regional offices stand in the order of their names
    incidents: tuple[IncidentKind, ...] = ()

    def level(self, level: Level) -> LevelWords:
        """A level in words."""
        return next(words for words in self.levels if words.level == level)

    def discipline(self, code: str) -> Discipline:
        """The discipline of this code; raises UnknownCode."""
        return _named("discipline", code, self.disciplines)

    def product(self, code: str) -> ProductKind:
        """The kind of product of this code; raises UnknownCode."""
        return _named("kind of product", code, self.products)

    def topic(self, code: str) -> Topic:
        """The topic of this code; raises UnknownCode."""
        return _named("topic", code, self.topics)

    def check(self, code: str) -> Check:
        """The vetting item of this code; raises UnknownCode."""
        return _named("vetting item", code, self.checks)

    def checklist(self, sworn: bool) -> tuple[Check, ...]:
        """What is asked of an applicant, in the pack's order."""
        return tuple(check for check in self.checks if check.asked_of(sworn))

    def topics_of(self, subtype: str) -> tuple[str, ...]:
        """The topics that a pattern of tips of this sub-type is about."""
        return tuple(topic.code for topic in self.topics if subtype in topic.subtypes)

    def subtypes_like(self, incident: str) -> tuple[str, ...]:
        """The sub-types of tips with which this kind of incident is compared; none where the pack names none."""
        return next((one.subtypes for one in self.incidents if one.code == incident), ())

    def label(self, kind: str, code: str) -> str:
        """What a code of `kind` (topics, products, disciplines, partners, roles) is called; the code itself where this version of
        the pack has no such code: what another one wrote down is shown all the same."""
        return next((one.label for one in getattr(self, kind) if one.code == code), code)


def _named(what: str, code: str, all_of_them: tuple[C, ...]) -> C:
    for one in all_of_them:
        if one.code == code:
            return one
    raise UnknownCode(what, code, tuple(one.code for one in all_of_them))
