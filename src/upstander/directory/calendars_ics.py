"""Days of a school calendar, read from an iCalendar file (RFC 5545) that somebody exported. Pure: times are arguments.

The file is a stranger's. Only events' days and names are looked at: everything else (the file's own time zones, alarms, people,
attachments) is left out before a library sees it, repetition is bounded, and what cannot be read is counted, not guessed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vBroken

from upstander.directory.calendars import CLOSED, OPEN
from upstander.directory.calendars_rule import days, rule

LARGEST = 1_048_576  # bytes
EVENTS = 1_500  # of one file
REPEATED = 200  # of them
PROPOSED = 60  # days or breaks; a year has fewer
LONGEST = timedelta(
    days=120
)  # one event: a summer; what is longer is a mistake, or a calendar of something else
_AGO = timedelta(days=1100)  # a repetition that began before is of no school year that is planned
_DAY = timedelta(days=1)

_NAMES = frozenset("UID DTSTART DTEND DURATION SUMMARY RRULE EXDATE RDATE RECURRENCE-ID STATUS".split())
_LINE = re.compile(r"([A-Za-z0-9-]{1,40})[;:]")
_NO_SCHOOL = re.compile(
    r"no (school|class|student)|non.?attendance|holiday|break\b|recess|vacation|closed\b|day off|institute|in.?service"
    r"|thanksgiving"
    r"|emergency day|christmas|new year|memorial|labor day|juneteenth|independence day|veterans|presidents|lincoln'?s birth"
    r"|martin luther king|mlk|columbus|indigenous|casimir|good friday",
    re.IGNORECASE,
)
_SCHOOL_AGAIN = re.compile(r"make.?up day|school (is )?in session|emergency day used", re.IGNORECASE)


class NotACalendar(ValueError):
    """The file holds no calendar that can be read: `code` is `size`, `kind`, `events` or `repeated`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Proposal:
    """Days, both ends included, their name, and what they probably are: CLOSED, OPEN, or empty where the name says neither."""

    first: date
    last: date
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file says: whole days, in order; and how many events were left out, by why (`hours`, `over`, `long`, `unread`,
    `cancelled`, `more`).
    """

    days: tuple[Proposal, ...]
    left_out: Counter[str]


def read(content: bytes, zone: str, today: date, until: date) -> Found:
    """The whole days of a file from `today` to `until`; times of the file are seen in `zone`. Raises NotACalendar."""
    blocks = list(_events(_text(content)))
    if not blocks:
        raise NotACalendar("events")
    left_out: Counter[str] = Counter()
    events = [event for block in blocks if (event := _event(block, left_out)) is not None]
    if sum("RRULE" in event for event in events) > REPEATED:
        raise NotACalendar("repeated")
    replaced = _replaced(events, zone)
    found: set[Proposal] = set()
    for event in events:
        why = _put(event, zone, (today, until), replaced.get(_id(event), frozenset()), found)
        left_out.update([why] if why else [])
    rows = _joined(found)
    left_out.update({"more": len(rows) - PROPOSED} if len(rows) > PROPOSED else {})
    return Found(tuple(rows[:PROPOSED]), left_out)


def _text(content: bytes) -> list[str]:
    """The file's lines, unfolded. Raises NotACalendar."""
    if len(content) > LARGEST:
        raise NotACalendar("size")
    text = content.decode("utf-8-sig", "replace").replace("\x00", "")
    text = re.sub(r"\r\n?", "\n", text)
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise NotACalendar("kind")
    return re.sub(r"\n[ \t]", "", text).split("\n")


def _events(lines: Iterable[str]) -> Iterator[list[str]]:
    """Of each event the lines that say when and what; nothing of what stands within it or beside it. Raises NotACalendar."""
    event: list[str] | None = None
    depth = count = 0
    for line in lines:
        upper = line.strip().upper()
        if upper == "BEGIN:VEVENT" and event is None:
            event, depth, count = [], 0, count + 1
            if count > EVENTS:
                raise NotACalendar("size")
        elif event is None:
            continue
        elif upper.startswith("BEGIN:"):
            depth += 1
        elif upper.startswith("END:") and depth:
            depth -= 1
        elif upper == "END:VEVENT":
            yield event
            event = None
        elif not depth and len(line) < 4_000 and (name := _LINE.match(line)) and name[1].upper() in _NAMES:
            event.append(line)


def _event(lines: list[str], left_out: Counter[str]) -> Event | None:
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])
    try:
        (event,) = Calendar.from_ical(text).walk("VEVENT")
    except Exception:  # noqa: BLE001 - whatever a library says to a stranger's line: this event cannot be read, the others can
        left_out["unread"] += 1
        return None
    return event if isinstance(event, Event) else None


def _id(event: Event) -> str:
    return str(event.get("UID", id(event)))


def _replaced(events: list[Event], zone: str) -> dict[str, frozenset[date]]:
    """Of each repeated event the days that another event of the file moves or takes away."""
    found: dict[str, set[date]] = {}
    for event in events:
        with suppress(ValueError):
            if (moved := _days_of(event.get("RECURRENCE-ID"), zone)) and "RRULE" not in event:
                found.setdefault(_id(event), set()).update(moved)
    return {uid: frozenset(days) for uid, days in found.items()}


def _put(
    event: Event, zone: str, within: tuple[date, date], replaced: frozenset[date], found: set[Proposal]
) -> str:
    """Add an event's days; why it is left out, else."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled"
    try:
        span = _span(event, zone)
        if isinstance(span, str):
            return span
        if span[1] - span[0] > LONGEST:
            return "long"
        starts = _begins(event, zone, span, within, replaced)
    except (TypeError, ValueError, OverflowError, AttributeError):
        return "unread"
    name, length = _name(event), span[1] - span[0]
    found.update(Proposal(day, day + length, name, _kind(name)) for day in starts)
    return "" if starts else "over"


def _begins(
    event: Event, zone: str, span: tuple[date, date], within: tuple[date, date], replaced: frozenset[date]
) -> list[date]:
    """The days on which an event begins, of those that count. Raises ValueError, TypeError, OverflowError."""
    first, length, rule_ = span[0], span[1] - span[0], event.get("RRULE")
    repeats = _repeats(rule_, first, within) if rule_ is not None else ()
    skipped = {*_days_of(event.get("EXDATE"), zone), *(replaced if rule_ is not None else ())}
    starts = {first, *_days_of(event.get("RDATE"), zone), *repeats} - skipped
    return [day for day in starts if day <= within[1] and day + length >= within[0]]


def _span(event: Event, zone: str) -> tuple[date, date] | str:
    """First and last day of an event of whole days; else why not: `hours`, `unread`."""
    start, end, lasts = (event.get(name) for name in ("DTSTART", "DTEND", "DURATION"))
    if any(isinstance(value, list | vBroken) for value in (start, end, lasts)) or start is None:
        return "unread"
    begins = start.dt
    try:
        ends = (
            end.dt
            if end is not None
            else begins + (lasts.dt if lasts is not None else _DAY if _whole(begins) else timedelta())
        )
        return _days(begins, ends, zone)
    except (TypeError, ValueError, OverflowError, AttributeError):
        return "unread"


def _days(begins: Any, ends: Any, zone: str) -> tuple[date, date] | str:
    if _whole(begins) and _whole(ends):
        return begins, max(begins, ends - _DAY)
    first, last = _local(begins, zone), _local(ends, zone)
    if first.time() != time(0) or last.time() != time(0) or last <= first:
        return "hours"  # a meeting, a game: no day of school is closed for it
    return first.date(), last.date() - _DAY


def _whole(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _local(value: Any, zone: str) -> datetime:
    """A moment as the wall of `zone` shows it; one without a zone is meant so. Raises TypeError."""
    if not isinstance(value, datetime):
        raise TypeError
    return (value.astimezone(ZoneInfo(zone)) if value.tzinfo else value).replace(tzinfo=None)


def _days_of(value: Any, zone: str) -> set[date]:
    """The days that EXDATE, RDATE or RECURRENCE-ID name; raises ValueError for what cannot be read."""
    found: set[date] = set()
    for one in value if isinstance(value, list) else [] if value is None else [value]:
        if isinstance(one, vBroken):
            raise ValueError
        for part in islice(getattr(one, "dts", [one]), 1_000):
            day = getattr(part, "dt", None)
            if isinstance(day, datetime):
                with suppress(OverflowError, ValueError):  # (of the year 1 or 9999, seen from elsewhere)
                    found.add(_local(day, zone).date())
            elif isinstance(day, date):
                found.add(day)
    return found


def _repeats(given: Any, first: date, within: tuple[date, date]) -> Iterator[date]:
    """The days on which a repeated event begins, as far as they count. Raises ValueError for what is not read."""
    parts = {str(name).upper(): values for name, values in dict(given).items()}
    if first < within[0] - _AGO:
        raise ValueError
    last = within[1]
    for until in parts.pop("UNTIL", []):
        last = min(last, until.date() if isinstance(until, datetime) else until)
    return days(rule(parts), first, last)


def _name(event: Event) -> str:
    text = "".join(c if c.isprintable() else " " for c in str(event.get("SUMMARY", "")))
    return " ".join(text.split())[:80].strip()


def _kind(name: str) -> str:
    """What days of this name probably are; a person decides."""
    if _SCHOOL_AGAIN.search(name):
        return OPEN
    return CLOSED if _NO_SCHOOL.search(name) else ""


def _joined(found: Iterable[Proposal]) -> list[Proposal]:
    """Days of one name that follow each other, also over a weekend, as one."""
    whole: list[Proposal] = []
    for row in sorted(found, key=lambda p: (p.name, p.kind, p.first, p.last)):
        before = whole[-1] if whole else None
        if (
            before
            and (before.name, before.kind) == (row.name, row.kind)
            and row.first <= _next_weekday(before.last)
        ):
            whole[-1] = replace(before, last=max(before.last, row.last))
        else:
            whole.append(row)
    return sorted(whole, key=lambda p: (p.first, p.last, p.name))


def _next_weekday(day: date) -> date:
    following = day + _DAY
    while following.weekday() >= 5:
        following += _DAY
    return following


def horizon(now: datetime) -> tuple[date, date]:
    """From which day to which a file is read at `now`: what is over for a month, and what is two years off, is of no use."""
    today = now.astimezone(UTC).date()
    return today - timedelta(days=30), today + timedelta(days=600)
