"""What in a draft could tell who it is about: shown to its author at saving, and to the second person. People decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from upstander import clock
from upstander.directory.models import County, Kind, Organisation
from upstander.identifying import WORDS, Finding, Known, Sure, findings
from upstander.packs.current import current
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
    hour, found = clock.now().strftime("%Y%m%d%H"), []
    for number, text in enumerate((f"{row.text}\n{row.alt}" if row.alt else row.text for row in rows), start=1):
        for one in _of(text, hour):
            words = text[one.start : one.end]
            found.append(Found(number, words, _(WORDS[one.why]), one.sure is Sure.SURE))
    return found


@lru_cache(maxsize=1024)
def _of(text: str, hour: str) -> tuple[Finding, ...]:
    """The findings of one paragraph; most of a draft is as it was when it was looked at last."""
    return findings(text, _known(hour))


@lru_cache(maxsize=1)
def _known(hour: str) -> Known:
    """The directory's schools and counties, and what the programme itself publishes; read anew every hour."""
    kinds = (Kind.SCHOOL, Kind.DISTRICT, Kind.COLLEGE)
    schools = Organisation.objects.filter(kind__in=kinds).values_list("name", flat=True)
    pack = current()
    return Known.of(
        schools=schools.iterator(),
        places=County.objects.values_list("name", flat=True),
        ordinary=(pack.programme.name, pack.programme.agency),
        ours=(pack.programme.desk_phone,),
    )
