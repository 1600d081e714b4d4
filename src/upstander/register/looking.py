"""What in an entry could tell who a child is: shown before it is saved. Schools, places and days are what a register
holds; names are not.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from upstander.identifying import WORDS, Kind, Sure, findings
from upstander.network.known import known
from upstander.register.entry import Entry

_HELD = frozenset((Kind.SCHOOL, Kind.PLACE, Kind.DATE, Kind.TIME, Kind.LINK, Kind.GRADE, Kind.AGE))
"""What a report in the press says of an incident, too, and readers need."""


@dataclass(frozen=True, slots=True)
class Found:
    """The words, and why somebody should look at them."""

    words: str
    why: str


def look(said: Entry) -> list[Found]:
    """All that is more than perhaps, in the order of the entry."""
    return [
        Found(text[one.start : one.end], _(WORDS[one.why]))
        for text in said.texts
        for one in findings(text, known())
        if one.kind not in _HELD and one.sure > Sure.PERHAPS
    ]
