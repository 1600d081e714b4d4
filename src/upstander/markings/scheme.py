"""What markings there are: their levels, their order, and what each is written as. The data come from a pack."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from upstander.markings.levels import Level

TLP = "tlp"
TLP_LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""The labels of TLP 2.0 (FIRST, August 2022), the mildest first: in capitals, without a space, and never translated."""


class UnknownMarking(LookupError):
    """A marking that the scheme does not have, or none at all."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)
        super().__init__(f"marking {code!r} is not known. Known: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Marking:
    """One marking. `rank` orders all markings of all schemes; whatever has the higher level has the higher rank."""

    code: str
    scheme: str  # markings of one scheme replace each other in a banner: the highest of each counts
    level: Level
    rank: int
    label: str  # as an editor chooses it
    portion: str  # before a paragraph, without its parentheses
    banner: str  # at the top and the bottom of each page
    handling: str  # what a reader may do with it
    source: str = ""
    read: str = ""  # when the source was read
    individuals: bool = False  # for named persons only: no list may carry it

    @property
    def portion_mark(self) -> str:
        """The mark before a paragraph: `(FOUO)`."""
        return f"({self.portion})"


@dataclass(frozen=True, slots=True)
class Scheme:
    """Every marking that may be used, of whichever scheme; in the pack's order, by which an editor offers them."""

    markings: tuple[Marking, ...]
    _by_code: MappingProxyType[str, Marking] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", MappingProxyType({m.code: m for m in self.markings}))

    def __iter__(self) -> Iterator[Marking]:
        return iter(self.markings)

    def get(self, code: str) -> Marking | None:
        """The marking of this code; None where there is none."""
        return self._by_code.get(code)

    def marking(self, code: str) -> Marking:
        """The marking of this code; raises UnknownMarking."""
        found = self._by_code.get(code)
        if found is None:
            raise UnknownMarking(code, tuple(self._by_code))
        return found


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the markings of a pack: which one (by its place), in which of its keys, and what would be right."""

    index: int
    key: str
    message: str
    hint: str


def flaws(markings: Sequence[Marking]) -> Iterator[Flaw]:
    """Whatever of these markings contradicts another one, or a standard."""
    for n, marking in enumerate(markings):
        before = markings[:n]
        for key in ("code", "rank", "portion"):
            if getattr(marking, key) in {getattr(other, key) for other in before}:
                yield Flaw(n, key, f"{key} {getattr(marking, key)!r} stands twice.", "give each marking one of its own.")
        if marking.scheme == TLP:
            yield from _tlp(n, marking, before)
        lower = [o for o in markings if o.level > marking.level and o.rank < marking.rank]
        if lower:
            hint = f"a rank below {min(o.rank for o in lower)}."
            yield Flaw(n, "rank", f"{marking.code!r} ranks above {lower[0].code!r}, which fewer may read.", hint)


def _tlp(n: int, marking: Marking, before: Iterable[Marking]) -> Iterator[Flaw]:
    """The labels of TLP 2.0 are written as FIRST writes them, and keep its order."""
    for key in ("label", "portion", "banner"):
        word = getattr(marking, key)
        if word not in TLP_LABELS:
            near = difflib.get_close_matches(word.upper().replace(" ", ""), TLP_LABELS, n=1, cutoff=0.0)[0]
            yield Flaw(n, key, f"{word!r} is no label of TLP 2.0.", f"{near!r}, exactly so.")
    if marking.banner == "TLP:RED" and not marking.individuals:
        yield Flaw(n, "individuals", "TLP:RED is for named persons only.", "individuals = true.")
    for other in before:
        if other.scheme == TLP and {other.banner, marking.banner} <= set(TLP_LABELS):
            lower, higher = sorted((other, marking), key=lambda m: TLP_LABELS.index(m.banner))
            if lower.rank > higher.rank:
                yield Flaw(n, "rank", f"{lower.banner} ranks above {higher.banner}.", "the order of TLP 2.0.")
