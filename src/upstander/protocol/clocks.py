"""Duty clocks: about which duties to ask, and when a clock has run. Pure: the time is an argument.

Hours and days pass day and night; school and business days are days on the wall where the programme is, and end with
them, so that a change of clocks moves nothing.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upstander.packs.duties import AT_ONCE
from upstander.packs.model import Duty, Pack
from upstander.packs.values import Due
from upstander.protocol.facts import Facts
from upstander.protocol.grounds import grounds

_ELAPSED = {"hours": timedelta(hours=1), "days": timedelta(days=1)}


class NoSuchTime(ValueError):
    """A time that no clock on the wall has shown: it lies in the hour that is left out in spring."""


def asked(pack: Pack, facts: Facts) -> tuple[Duty, ...]:
    """The duties about which a person is asked for these facts. A yes opens the clock.

    Raises FactsError for a code that is not in the pack.
    """
    found = {ground.subtype for ground in grounds(pack, facts)}
    return tuple(d for d in pack.clocks.duties if d.subtypes & found or d.flags & facts.flags)


def asked_of_school(pack: Pack, subtypes: Collection[str]) -> tuple[Duty, ...]:
    """The school's duties about which it is asked, by the sub-types (their keys) that it was told of."""
    return tuple(d for d in pack.clocks.duties if d.owner == "school" and d.subtypes & set(subtypes))


def opened_by(pack: Pack, fact: str) -> tuple[Duty, ...]:
    """The duties whose clock a fact (one of CLOCK_FACTS) opens."""
    return tuple(duty for duty in pack.clocks.duties if duty.fact == fact)


def due_at(pack: Pack, duty: Duty, opened_at: datetime, closed: Collection[date] = ()) -> datetime:
    """When what was opened at a moment (aware) must be done: that moment itself for what is owed at once.

    `closed` are the place's own days without school or business, beside weekends and those of the pack.
    """
    return run_out(duty.due, opened_at, pack.programme.time_zone, {*pack.clocks.closed, *closed})


def run_out(due: Due, opened_at: datetime, zone: str, closed: Collection[date]) -> datetime:
    """When a clock that was opened at a moment has run, in UTC; days are those of `zone`."""
    if due.unit == AT_ONCE:
        return opened_at.astimezone(UTC)
    if due.unit in _ELAPSED:
        return opened_at.astimezone(UTC) + due.count * _ELAPSED[due.unit]
    where = ZoneInfo(zone)
    day = opened_at.astimezone(where).date()
    left = due.count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in closed
    return datetime.combine(day + timedelta(days=1), time(), where).astimezone(UTC)


def session(pack: Pack, at: datetime) -> str:
    """Whether schools are in session on the day of `at`, as far as the pack's calendar knows: "out" at a weekend and on a day
    that it lists as closed, else "unknown", for the schools' own calendars are not on file. No rule may ask (D-II.J).
    """
    day = at.astimezone(ZoneInfo(pack.programme.time_zone)).date()
    return "out" if day.weekday() >= 5 or day in pack.clocks.closed else "unknown"


def on_the_wall(day: date, hour: time, zone: str) -> datetime:
    """The moment, in UTC, at which clocks in `zone` showed a time on a day; the earlier one where they showed it twice
    (in autumn), so that a clock opened then runs out sooner. Raises NoSuchTime where they never did (in spring).
    """
    moment = datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, hour):
        raise NoSuchTime(f"{day} {hour}")
    return moment
