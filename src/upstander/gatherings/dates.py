"""Days and hours as a wall clock shows them somewhere. Pure: times are arguments."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spoken_by_django
from django.utils.translation import gettext as _

# Where whoever takes part in a forum of states may sit; the programme's own zone stands first (forms.py).
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "Pacific/Honolulu",
)  # fmt: skip


class NoSuchTime(ValueError):
    """A wall clock never shows this: the hour is left out when clocks are put forward."""


def moment(wall: datetime, zone: str) -> datetime:
    """The moment at which a clock in `zone` shows `wall` (without a zone); of an hour that comes twice, the first. Raises
    NoSuchTime."""
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    there = local.astimezone(UTC)
    if there.astimezone(local.tzinfo).replace(tzinfo=None) != wall:
        raise NoSuchTime
    return there


def spoken(starts: datetime, ends: datetime, zone: str) -> str:
    """From when to when, with weekday and zone: `Tuesday, December 8, 2026, 10 a.m. to 11:30 a.m. CST`."""
    first, last = starts.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
    until = "P T" if first.date() == last.date() else "l, F j, P T"
    begins, ends_at = spoken_by_django(first, "l, F j, Y, P"), spoken_by_django(last, until)
    return _("%(begins)s to %(ends)s") % {"begins": begins, "ends": ends_at}


def in_next_month(starts: datetime, zone: str) -> datetime:
    """The same weekday of the next month, the second Tuesday after a second Tuesday, at the same hour of the wall; where that
    month has
    no fifth, its last."""
    local = starts.astimezone(ZoneInfo(zone))
    nth = (local.day - 1) // 7
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    first = date(year, month, 1)
    day = first + timedelta(days=(local.weekday() - first.weekday()) % 7 + 7 * nth)
    if day.month != month or day.day > monthrange(year, month)[1]:
        day -= timedelta(days=7)
    wall = datetime.combine(day, local.time())
    try:
        return moment(wall, zone)
    except NoSuchTime:
        return moment(wall + timedelta(hours=1), zone)


def spoken_day(at: datetime, zone: str) -> str:
    """A day as people say it: `Tuesday, December 8, 2026`."""
    return spoken_by_django(at.astimezone(ZoneInfo(zone)), "l, F j, Y")
