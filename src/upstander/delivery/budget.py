"""Budgets of a provider's account, from the settings: how much a second, and of what is not Critical, how much a day and a month.

A Critical is never stopped by a budget. That one is used up is said at the desk.
"""

import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db import connection

from upstander import clock
from upstander.config import Config
from upstander.delivery.caller.again import HOUSE
from upstander.delivery.carriers import SECOND, SETTINGS
from upstander.delivery.channels import channel_of

DAY, MONTH = timedelta(days=1), timedelta(days=30)  # the last 24 hours, the last 30 days
_PART = re.compile(r"(\d+)/(s|day|month)")


@dataclass(frozen=True)
class Budget:
    """Of one account; None: no bound. `per_second` holds for Criticals, too, which come first."""

    per_second: int | None = None
    day: int | None = None
    month: int | None = None

    @property
    def bounds(self) -> tuple[tuple[timedelta, int], ...]:
        """What is not Critical: how many within which time."""
        return tuple(
            (span, most) for span, most in ((DAY, self.day), (MONTH, self.month)) if most is not None
        )


def parsed(written: str) -> Budget:
    """As it stands in the settings: `1/s 2000/day 40000/month`, any of them."""
    found = {what: int(n) for n, what in _PART.findall(written)}
    return Budget(found.get("s"), found.get("day"), found.get("month"))


def of(config: Config, carrier: str) -> Budget:
    """The budget of one carrier's account; none where that cannot have one."""
    begin = SETTINGS.get(carrier.removesuffix(SECOND))
    return (
        parsed(getattr(config, f"{begin}{SECOND if carrier.endswith(SECOND) else ''}_budget"))
        if begin
        else Budget()
    )


@dataclass(frozen=True)
class UsedUp:
    """A budget that is used up: of which carrier, within which time, how many it allows and how many have left."""

    carrier: str
    span: timedelta
    most: int
    used: int


def used_up(config: Config, carriers: list[str]) -> list[UsedUp]:
    """Which budgets of these carriers are used up."""
    found = [
        (c, span, most, taken(c, span, clock.now())) for c in carriers for span, most in of(config, c).bounds
    ]
    return [UsedUp(*one) for one in found if one[3] >= one[2]]


_RUNG = "SELECT count(*) FROM delivery_attempt WHERE carrier = %s AND at > %s AND result <> ALL(%s)"
_TAKEN = "SELECT count(*) FROM delivery_delivery WHERE state = 'sent' AND carrier = %s AND sent_at > %s"


def taken(carrier: str, span: timedelta, now: datetime) -> int:
    """How many messages the carrier has taken, or how many calls it has rung, within `span` before `now`."""
    with connection.cursor() as cursor:
        if channel_of(carrier) == "call":
            cursor.execute(_RUNG, [carrier, now - span, list(HOUSE)])
        else:
            cursor.execute(_TAKEN, [carrier, now - span])
        return int(cursor.fetchone()[0])


class Pace:
    """So many a second, one after the other, whichever thread asks."""

    def __init__(self, per_second: int) -> None:
        self._pause, self._next, self._lock = 1 / per_second, 0.0, threading.Lock()

    def turn(self) -> float:
        """Seconds until this one may go; the next one is later."""
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + self._pause
            return at - now


@cache
def pace(carrier: str, per_second: int) -> Pace:
    """The pace of one account, for all lines to it."""
    return Pace(per_second)
