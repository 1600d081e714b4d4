"""What in a typed line could tell which student it is about: asked before it is saved."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from upstander.identifying import NOTHING_KNOWN, WORDS, Kind, Sure, findings

_HELD = frozenset((Kind.PLACE, Kind.DATE, Kind.TIME))
"""What a line about work may say: where in the building, and when."""


@dataclass(frozen=True, slots=True)
class Found:
    """The words, and why somebody should look at them."""

    words: str
    why: str


def look(text: str) -> list[Found]:
    """All that is more than perhaps, in the order of the text; names even where it is only perhaps."""
    return [
        Found(text[one.start : one.end], _(WORDS[one.why]))
        for one in findings(text, NOTHING_KNOWN)
        if one.kind not in _HELD and (one.sure > Sure.PERHAPS or one.kind is Kind.NAME)
    ]
