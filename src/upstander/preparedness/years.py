"""The school year that a page is about, and the room's own day."""

from upstander import clock
from upstander.drills.years import Year, year_of, year_starting
from upstander.preparedness import pack

BACK = 12  # years that a page offers at most


def this_year() -> Year:
    """The school year of today."""
    return year_of(clock.today(), pack.rules().year_begins)


def asked(text: str | None) -> Year:
    """The year that an address names by its number; today's where it names none, or one too far away."""
    now = this_year()
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) == 4 else now.number
    return year_starting(number, pack.rules().year_begins) if -BACK <= number - now.number <= 1 else now
