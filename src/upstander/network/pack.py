"""The network as the pack in force has it, and the pack's months on the calendar."""

import calendar
from datetime import datetime

from upstander.packs.current import current
from upstander.packs.network import Network


class NoNetwork(RuntimeError):
    """The pack in force has no network: there are no members, and nothing reaches anybody."""


def maybe() -> Network | None:
    """The network's part of the pack in force; None where it has none."""
    return current().network


def network() -> Network:
    """The same; raises NoNetwork where it has none."""
    found = maybe()
    if found is None:
        raise NoNetwork("The pack in force has no network.toml.")
    return found


def months_after(at: datetime, months: int) -> datetime:
    """The same day and hour so many months later; the month's last day where it has no such day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


def months_before(at: datetime, months: int) -> datetime:
    """The same, earlier."""
    return months_after(at, -months)
