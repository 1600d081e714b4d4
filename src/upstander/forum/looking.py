"""What in a member's words could identify a child: found before they are kept, shown to whoever decides (issue 5, point 9)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from upstander.identifying import WORDS, Sure, findings
from upstander.network.known import known

_HOLDS = Sure.LIKELY
"""What is less sure is shown, and holds nothing up."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text, the words there, and why. `holds`: sure enough for a person to look before others read it."""

    why: str
    words: str
    holds: bool
    part: int
    start: int
    end: int

    @property
    def reason(self) -> str:
        """Why, in words."""
        return _(WORDS.get(self.why, self.why))

    @property
    def kept(self) -> list[Any]:
        """What is stored of it: a code and a place, never the words."""
        return [self.why, self.part, self.start, self.end, int(self.holds)]


def found(*parts: str) -> list[Found]:
    """What could identify somebody in these texts (a title and a text, say), in their order."""
    return [
        Found(one.why, part[one.start : one.end], one.sure >= _HOLDS, number, one.start, one.end)
        for number, part in enumerate(parts)
        for one in findings(part, known())
    ]


def kept(*parts: str) -> list[list[Any]]:
    """As `found`, as it is stored: without a word of the texts."""
    return [one.kept for one in found(*parts)]


def again(rows: list[list[Any]], *parts: str) -> list[Found]:
    """What was stored, with the words of the same texts."""
    return [
        Found(why, parts[part][start:end], bool(holds), part, start, end)
        for why, part, start, end, holds in rows
        if part < len(parts)
    ]
