"""The way by which a calendar's file comes in: larger than a form of words, two at a time."""

from upstander.directory.calendars_ics import LARGEST
from upstander.ops.lanes import Lane
from upstander.ops.shim import Limits


def lanes(origin: str) -> list[Lane]:
    """The lane of an origin, `desk` or `school`."""
    prefix = "/directory/calendar-file/" if origin == "desk" else "/calendar-file/"
    return [Lane(prefix, Limits(body=LARGEST + 16_384, deadline=60.0), places=10)]
