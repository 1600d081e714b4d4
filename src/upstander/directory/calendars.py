"""What a calendar says of a moment: school or none, quiet or not, on call from when to when. Pure: times are arguments.

Days and hours are those on the wall; where the wall shows an hour twice (in autumn) both are that hour, and one that it never
shows (in spring) is the moment at which the clocks jump over it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

TERM, CLOSED, OPEN = "term", "closed", "open"
IN, OUT, UNKNOWN = "in", "out", "unknown"
SHIFT_BEGINS = time(8)  # on-call weeks change at eight in the morning
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a calendar, both ends included; `kind` is TERM, CLOSED or OPEN (a school day all the same)."""

    kind: str
    first: date
    last: date
    name: str = ""

    def holds(self, day: date) -> bool:
        """Whether it covers a day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """A place's calendar: its `own` spans, those of its district or system `above`, and its hours by day of the week."""

    own: tuple[Span, ...] = ()
    above: tuple[Span, ...] = ()
    hours: Mapping[int, tuple[time, time]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def terms(self) -> tuple[Span, ...]:
        """The terms that count: its own, where it has any, else those above it."""
        own = tuple(s for s in self.own if s.kind == TERM)
        return own or tuple(s for s in self.above if s.kind == TERM)


@dataclass(frozen=True, slots=True)
class Day:
    """Whether there is school: IN, OUT or UNKNOWN; and why, as the calendar names it (empty: it needs no name)."""

    state: str
    why: str = ""


def school_day(calendar: Calendar, day: date, closed: Collection[date] = ()) -> Day:
    """Whether there is school on a day. What the place itself says of the day counts first, then what stands above it, then the
    programme's `closed` days and the weekend, and last the terms. UNKNOWN where nobody has entered terms.
    """
    for spans in (calendar.own, calendar.above):
        for kind, state in ((OPEN, IN), (CLOSED, OUT)):
            found = next((s for s in spans if s.kind == kind and s.holds(day)), None)
            if found:
                return Day(state, found.name)
    if day in closed or (day.weekday() >= 5 and day.weekday() not in calendar.hours):
        return Day(OUT)
    if not calendar.terms:
        return Day(UNKNOWN)
    term = next((s for s in calendar.terms if s.holds(day)), None)
    return Day(IN, term.name) if term else Day(OUT)


def session(calendar: Calendar, at: datetime, zone: str, closed: Collection[date] = ()) -> Day:
    """Whether school is in session at a moment (aware): on a school day, within its hours where they are known."""
    local = at.astimezone(ZoneInfo(zone))
    found = school_day(calendar, local.date(), closed)
    hours = calendar.hours.get(local.weekday())
    if found.state != IN or not calendar.hours:
        return found
    if hours is None:  # a day of the week without hours is none of school, unless somebody has said so of this very day
        opened = any(s.kind == OPEN and s.holds(local.date()) for s in (*calendar.own, *calendar.above))
        return found if opened else Day(OUT)
    opens, closes = hours
    return found if opens <= local.time() < closes else Day(OUT)


def days_without_school(calendar: Calendar, first: date, last: date) -> frozenset[date]:
    """Of the days from `first` to `last`, those on which the place's calendar says that there is no school."""
    days = _days(first, last)
    return frozenset(day for day in days if school_day(calendar, day).state == OUT)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY


def term_began(calendar: Calendar, day: date) -> date | None:
    """The first day of the newest term that has begun by a day; None where none has."""
    return max((s.first for s in calendar.terms if s.first <= day), default=None)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours on the wall in which somebody is not to be disturbed, perhaps over midnight; the same twice: at any hour."""

    starts: time
    ends: time

    def at(self, moment: time) -> bool:
        """Whether a time of day lies within them."""
        if self.starts < self.ends:
            return self.starts <= moment < self.ends
        return moment >= self.starts or moment < self.ends


def quiet_until(quiet: Quiet, at: datetime, zone: str) -> datetime | None:
    """The end of the quiet hours in which a moment (aware) lies, in UTC: None where it lies in none, or they never end."""
    where = ZoneInfo(zone)
    local = at.astimezone(where)
    if not quiet.at(local.time()) or quiet.starts == quiet.ends:
        return None
    day = local.date()
    while (end := wall(day, quiet.ends, zone)) <= at:
        day += _DAY
    return end


def wall(day: date, hour: time, zone: str) -> datetime:
    """The moment, in UTC, at which clocks in `zone` show a time on a day; one that they jump over is the moment of the jump.

    One that they show twice is the later, so that nobody is disturbed an hour early.
    """
    where = ZoneInfo(zone)
    early, late = (datetime.combine(day, hour, where).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if early > late:  # jumped over: the two guesses lie on the two sides of the jump
        return _jump(late, early, where)
    return late


def _jump(before: datetime, after: datetime, where: ZoneInfo) -> datetime:
    """The moment between two at which the clocks of `where` change, to the second."""
    old = before.astimezone(where).utcoffset()
    while after - before > timedelta(seconds=1):
        half = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (half, after) if half.astimezone(where).utcoffset() == old else (before, half)
    return after


def weeks(first: date, count: int, zone: str) -> tuple[datetime, datetime]:
    """From when to when somebody is on call for `count` weeks from a day on: as the wall shows SHIFT_BEGINS."""
    return wall(first, SHIFT_BEGINS, zone), wall(first + count * timedelta(weeks=1), SHIFT_BEGINS, zone)
