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


def asked(pack: Pack, facts: Facts) -> tuple[Duty, ...]:
    """The duties about which a person is asked for these facts. A yes opens the clock; nothing else does.

    Raises FactsError for a code that is not in the pack.
    """
    found = {ground.subtype for ground in grounds(pack, facts)}
    return tuple(d for d in pack.clocks.duties if d.subtypes & found or d.flags & facts.flags)


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
