"""The numbers and rules of distribution that are this programme's choice, in one place.

When urgent notices are asked for again, and by which ways, stands in the pack (`[confirming]` of network.toml); the rest of them
may move there, too (docs/decisions/0125-circulation.md).
"""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from upstander.markings import Level
from upstander.network.models import Member

URGENT, RECALLED, ORDINARY, DIGEST, NEWSLETTER = 2, 2, 6, 8, 9
"""Priorities in the outbox: a Critical's mail is 0 and 1, so that nothing of this room ever stands before it."""

WORDS_BY_MAIL: Final = Level.FOUO
"""Up to which level words leave the house, by mail and feed. What is above (LES) is read after sign-in: the mail says only that
there is something."""

REMIND: Final = (timedelta(days=3), timedelta(days=7))
"""When those are reminded who were asked to confirm what is not urgent."""
_HOUR: Final = time(6, 30)
_DAY: Final = 0  # Monday


def next_digest(told: str, after: datetime) -> datetime:
    """When the next digest of somebody leaves who is told daily or weekly: before the school day, where the programme is."""
    here = after.astimezone(ZoneInfo(settings.TIME_ZONE))
    day = here.date() + timedelta(days=here.time() >= _HOUR)
    if told == Member.Told.WEEKLY:
        day += timedelta(days=(_DAY - day.weekday()) % 7)
    return datetime.combine(day, _HOUR, here.tzinfo)
