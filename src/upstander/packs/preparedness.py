"""What the law and good practice ask of each building in a school year: drills, plans, reviews, filings, exercises (R-plans).

Data of `preparedness.toml`. The rules that decide over it are the pure functions of `upstander.drills`.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

SECTORS = ("public", "private")
BINDING = ("law", "practice")
LEVELS = ("building", "district")
WITH = ("fire", "law")
DUE = ("year_end", "by", "days_after_first", "before_first")
PREFIXES = ("drill", "filing", "paper")
PLAIN = ("review", "exercise", "fire_dates")
NOTICE_NAMES = ("school", "drill", "day")


class Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=Coded)


@dataclass(frozen=True, slots=True)
class Law:
    """A text that a duty rests on, summed up. `checked`: somebody has compared it with the law's own words."""

    id: str
    says: str
    source: str
    read: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty is due. `how` is one of DUE; `month` and `day` of `by`, `days` of `days_after_first`."""

    how: str
    month: int = 0
    day: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Duty:
    """Something owed once or more in a school year.

    `counts`: which events count; `with_`: who must have taken part ("fire", "law", or empty); `level`: whether what the
    district did counts for each of its buildings; `waived_by`: the event that lifts it; `sort`: "law" binds.
    """

    code: str
    label: str
    says: str
    counts: tuple[str, ...]
    needed: int
    with_: str
    due: Due
    whom: frozenset[str]
    level: str
    sort: str
    waived_by: str
    cites: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class DrillKind:
    """A kind of drill. `notice`: parents are told beforehand; `with_`: who is expected to take part."""

    code: str
    label: str
    says: str
    notice: bool
    with_: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a drill of some kinds, ticked when it is planned or recorded."""

    code: str
    label: str
    drills: frozenset[str]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exemption:
    """A fact about a building that lifts duties."""

    code: str
    label: str
    lifts: frozenset[str]
    cites: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of document kept for a building or district."""

    code: str
    label: str
    says: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is invited to the yearly review, or takes part in an exercise."""

    code: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class FireDates:
    """The negotiation of the drill with the fire department. Days are (month, day) of the school year."""

    contact_by: tuple[int, int]
    propose_by: tuple[int, int]
    waive_by: tuple[int, int]
    month: int
    dates: int
    weeks: int
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParentsNotice:
    """What parents are told before a drill; `NOTICE_NAMES` in braces are put in."""

    title: str
    paragraphs: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inject:
    """Something that is told in an exercise: so many minutes after its beginning, to whom, and what."""

    minute: int
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of the exercise kit: built from a public, cited lesson."""

    code: str
    title: str
    lesson: str
    source: str
    begins: str
    roles: tuple[str, ...]
    injects: tuple[Inject, ...]
    questions: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """When the last inject is told."""
        return max((one.minute for one in self.injects), default=0)


@dataclass(frozen=True, slots=True)
class Preparedness:
    """The section of a pack."""

    year_begins: tuple[int, int]
    soon_days: int
    notice_days: int
    region_due: tuple[int, int]
    disclaimer: str
    opened_late: str
    reports_to: dict[str, str]
    laws: tuple[Law, ...]
    duties: tuple[Duty, ...]
    kinds: tuple[DrillKind, ...]
    conditions: tuple[Condition, ...]
    exemptions: tuple[Exemption, ...]
    papers: tuple[PaperKind, ...]
    seats: tuple[Seat, ...]
    groups: tuple[Seat, ...]
    fire: FireDates
    notice: ParentsNotice
    scenarios: tuple[Scenario, ...]

    def duty(self, code: str) -> Duty | None:
        """The duty of this code; None where this version has none."""
        return _named(self.duties, code)

    def kind(self, code: str) -> DrillKind | None:
        """The kind of drill of this code; None where this version has none."""
        return _named(self.kinds, code)

    def paper(self, code: str) -> PaperKind | None:
        """The kind of document of this code; None where this version has none."""
        return _named(self.papers, code)

    def scenario(self, code: str) -> Scenario | None:
        """The scenario of this code; None where this version has none."""
        return _named(self.scenarios, code)

    def law(self, id: str) -> Law | None:
        """The text of this id; None where this version has none."""
        return next((one for one in self.laws if one.id == id), None)

    def conditions_of(self, kind: str) -> tuple[Condition, ...]:
        """What must hold of a drill of this kind."""
        return tuple(one for one in self.conditions if kind in one.drills)

    def filings(self) -> tuple[Duty, ...]:
        """The duties that are met by saying that something was filed, told or trained."""
        return tuple(one for one in self.duties if any(what.startswith("filing:") for what in one.counts))


def _named(rows: tuple[C, ...], code: str) -> C | None:
    return next((one for one in rows if one.code == code), None)
