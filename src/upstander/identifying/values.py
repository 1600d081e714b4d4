"""What is found, how sure it is, why; and what the caller knows of the world."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from upstander.identifying.plain import folded


class Kind(StrEnum):
    """What kind of thing could tell who it is about."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    LINK = "link"
    NUMBER = "number"
    TIP_NUMBER = "tip_number"
    PLATE = "plate"
    ADDRESS = "address"
    SCHOOL = "school"
    PLACE = "place"
    DATE = "date"
    TIME = "time"
    AGE = "age"
    GRADE = "grade"
    NARROW = "narrow"
    QUOTE = "quote"


class Sure(IntEnum):
    """How sure a finding is. What is only PERHAPS is shown, and is often nothing."""

    PERHAPS = 1
    LIKELY = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a text by which a person could be told: `text[start:end]`.

    `why` is a code of `reasons.WORDS`, which says it for a person. The words themselves are not in here: a finding may be kept,
    counted and logged; the text may not.
    """

    kind: Kind
    start: int
    end: int
    why: str
    sure: Sure


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller knows, folded: schools and districts, places (cities, counties), words that are the programme's own, and
    addresses and numbers that the programme itself publishes. Made by `Known.of`."""

    schools: frozenset[Words] = frozenset()
    places: frozenset[Words] = frozenset()
    ordinary: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        schools: Iterable[str] = (),
        places: Iterable[str] = (),
        ordinary: Iterable[str] = (),
        ours: Iterable[str] = (),
    ) -> "Known":
        """From names as registers write them. `ordinary` are words or sentences (a glossary, say): each of their words counts.
        `ours` are telephone numbers, e-mail addresses and sites as they are published."""
        return cls(
            frozenset(words for name in schools if (words := folded(name))),
            frozenset(words for name in places if (words := folded(name))),
            frozenset(word for text in ordinary for word in folded(text)),
            frozenset(bare(text) for text in ours if bare(text)),
        )


NOTHING_KNOWN = Known()


def bare(text: str) -> str:
    """An address or number as such are compared: letters and digits only; of a telephone number its last ten digits."""
    kept = "".join(c for c in text.casefold() if c.isalnum())
    return kept[-10:] if kept.isdigit() else kept


def counts(found: Iterable[Finding]) -> Mapping[Kind, int]:
    """How many of each kind: fit for a log or an audit entry."""
    result: dict[Kind, int] = {}
    for one in found:
        result[one.kind] = result.get(one.kind, 0) + 1
    return result
