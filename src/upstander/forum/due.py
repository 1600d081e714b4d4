"""When a request is due, and what its clock says. Pure."""

from datetime import datetime, timedelta
from typing import Final

WITHIN: Final = {"immediate": timedelta(hours=12), "priority": timedelta(days=3), "routine": timedelta(days=14)}
"""The program's own promise, by urgency."""
SOON: Final = timedelta(days=1)


def due_at(urgency: str, at: datetime, wanted: datetime | None = None) -> datetime:
    """When an answer is owed: when it is needed, if that was said, else as soon as its urgency promises."""
    return wanted or at + WITHIN[urgency]


def clock(due: datetime, now: datetime, *, is_open: bool) -> str:
    """What the list says: "overdue" (red), "soon", or nothing."""
    if not is_open:
        return ""
    if due <= now:
        return "overdue"
    return "soon" if due - now <= SOON else ""


def remind_at(due: datetime, now: datetime) -> datetime:
    """When whoever it was put to is reminded: a day before, or halfway where less is left."""
    return max(due - SOON, now + max(due - now, timedelta()) / 2)
