"""What somebody writes of an incident, and what must be true of it."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from upstander.markings import Level, Scheme
from upstander.network import pack
from upstander.register import codes
from upstander.register.errors import CannotDo

EARLIEST = 1764  # the first attack on a school of which the country's own lists know
_WHEN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class When:
    """A day, a month or a year: as exactly as it is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def begins_on(self) -> date:
        """The first day that it may have been."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def ends_on(self) -> date:
        """The last one."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)])


def when(text: str, today: date) -> When:
    """`2019`, `2019-04` or `2019-04-12`. Raises CannotDo for what is no such date, or has not been yet."""
    found = _WHEN.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        raise CannotDo(_("Write a year (2019), a month (2019-04) or a day (2019-04-12)."), "when")
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        read = When(year or 0, month, day)
        begins = read.begins_on
    except ValueError:
        raise CannotDo(_("There is no such day."), "when") from None
    if begins > today or read.year < EARLIEST:
        raise CannotDo(_("This lies in the future, or too far back."), "when")
    return read


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: which part of the entry it is, its marking, its words."""

    part: str
    marking: str
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A source."""

    citation: str
    seen_on: date
    marking: str
    address: str = ""
    originator: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a version says."""

    marking: str
    title: str
    kind: str
    sector: str
    when: When
    state: str
    outcome: str
    lines: tuple[Line, ...]
    sources: tuple[Cited, ...]
    settings: tuple[str, ...] = ()
    place: str = ""
    organisation_id: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    weapon: str = ""
    killed: int | None = None
    injured: int | None = None
    signs: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is read for what could tell who it is about."""
        return (self.title, self.place, *(line.text for line in self.lines))


def scheme() -> Scheme:
    """The markings of the pack in force."""
    return pack.network().scheme


def level_of(marking: str, field: str = "marking") -> Level:
    """Who may read what has this marking. Raises CannotDo for none, and for one that no page may carry."""
    found = scheme().get(marking)
    if found is None or found.individuals:
        raise CannotDo(_("Choose a marking: without one nothing is saved."), field)
    return found.level


def check(entry: Entry) -> Level:
    """The level of the facts. Raises CannotDo where something is missing, or is none of the codes."""
    level = level_of(entry.marking)
    for group, said in (("kind", entry.kind), ("sector", entry.sector), ("outcome", entry.outcome)):
        if said not in codes.codes(group):
            raise CannotDo(_("Choose one of these."), group)
    if entry.weapon and entry.weapon not in codes.codes("weapon"):
        raise CannotDo(_("Choose one of these."), "weapon")
    for group, many in (("settings", entry.settings), ("signs", entry.signs)):
        if not set(many) <= codes.codes(group):
            raise CannotDo(_("Choose some of these."), group)
    if entry.state not in (*codes.STATES, codes.ABROAD):
        raise CannotDo(_("Choose a state."), "state")
    _check_words(entry)
    return level


def _check_words(entry: Entry) -> None:
    if not entry.title.strip():
        raise CannotDo(_("Give it a title that tells it from others."), "title")
    if not entry.lines:
        raise CannotDo(_("Write what happened."))
    if not entry.sources:
        raise CannotDo(_("Name a source: how does one know?"))
    for line in entry.lines:
        level_of(line.marking, "lines")
        if line.part not in codes.codes("part") or not line.text.strip():
            raise CannotDo(_("A paragraph has a part, a marking and words."), "lines")
    for source in entry.sources:
        level_of(source.marking, "sources")
    if (entry.latitude is None) != (entry.longitude is None):
        raise CannotDo(_("Give both latitude and longitude, or neither."), "latitude")
