"""What in a draft could tell who it is about: shown to its author at saving, and to the second person. People decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from upstander.identifying import WORDS, Finding, Known, Sure, findings
from upstander.network.known import known
from upstander.products.models import Paragraph


@dataclass(frozen=True, slots=True)
class Found:
    """Something to look at: in which paragraph (from 1), the words themselves, why, and whether it is hardly ever nothing."""

    number: int
    words: str
    why: str
    sure: bool


def look(rows: Sequence[Paragraph]) -> list[Found]:
    """All that could identify somebody in these paragraphs, and in what is said of their pictures, in their order."""
    world, found = known(), []
    for number, text in enumerate((f"{row.text}\n{row.alt}" if row.alt else row.text for row in rows), start=1):
        for one in _of(text, world):
            words = text[one.start : one.end]
            found.append(Found(number, words, _(WORDS[one.why]), one.sure is Sure.SURE))
    return found


@lru_cache(maxsize=1024)
def _of(text: str, known: Known) -> tuple[Finding, ...]:
    """The findings of one paragraph; most of a draft is as it was when it was looked at last."""
    return findings(text, known)
