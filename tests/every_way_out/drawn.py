"""What hypothesis draws for a batch: drafts of products, events and discussions with their markings; members, and what becomes of
them between release and sending.
"""

import hashlib
import re
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from hypothesis import strategies as st

from upstander.ids import new_id
from upstander.markings import Level

LEVELS = {"open": Level.OPEN} | dict.fromkeys(("tlp_green", "fouo", "cui"), Level.FOUO)
LEVELS |= dict.fromkeys(("les", "cui_lei"), Level.LES)
MARKING = st.sampled_from(sorted(LEVELS))
KINDS = ("bulletin", "bulletin", "notice", "newsletter_monthly")
# Between a release and its sending: nothing, another level, or something after which nothing may reach them.
STAYS, RAISED, LOWERED = "stays", "raised", "lowered"
GONE = ("suspended", "removed", "ended", "lapsed", "silent", "bounced")
WORD = re.compile("zqzq[a-z]{9}")  # (long enough that no random token of the thousands of pages ever reads like one)
_numbers = count(1)


def fresh() -> str:
    """A word that stands nowhere else: by it a line is known wherever it turns up."""
    digest = hashlib.sha256(str(next(_numbers)).encode()).digest()
    return "zqzq" + "".join(chr(ord("a") + byte % 26) for byte in digest[:9])


@dataclass
class Secret:
    """Something with words, each of a level: a product, an event, a discussion."""

    id: UUID = field(default_factory=new_id)
    words: dict[str, Level] = field(default_factory=dict)

    def word(self, level: Level) -> str:
        """Two new words of a level: whoever looks for the one does not read the other."""
        made = fresh(), fresh()
        self.words |= dict.fromkeys(made, level)
        return " ".join(made)


@dataclass
class Product(Secret):
    """A product as it is drawn: lines of (what, marking), a correction (lines, and the marking of what it says), a recall."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    later: tuple[list[tuple[str, str]], str] | None = None
    recalled: bool = False
    urgent: bool = False
    asks: bool = False
    kind: str = "bulletin"
    passed: bool = False
    files: list[UUID] = field(default_factory=list)
    lowest: Level = Level.LES  # of what was ever in it


@dataclass
class Event(Secret):
    marking: str = "open"
    then: str = STAYS  # changed, cancelled


@dataclass
class Talk(Secret):
    marking: str = "open"
    thread_id: UUID | None = None
    concern_id: UUID | None = None


@dataclass(frozen=True)
class Fate:
    """Of a member: their level when things are released, what becomes of them before the rest is sent, and how they are told."""

    level: Level
    then: str
    told: str

    def after(self, *, sworn: bool) -> Level | None:
        """Their level then; None: nothing may reach them."""
        level = self.before(sworn=sworn)
        if self.then in GONE:
            return None
        if self.then == RAISED:
            return Level.LES if sworn else Level.FOUO
        return Level(max(level - 1, 0)) if self.then == LOWERED else level

    def before(self, *, sworn: bool) -> Level:
        return self.level if sworn else min(self.level, Level.FOUO)


@st.composite
def lines(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A title that all may read, and others; one title a level; something for readers of some level."""
    line = st.tuples(st.sampled_from(["title", "text", "text", "file"]), MARKING)
    found = [("title", "open"), *draw(st.lists(line, max_size=4)), ("text", draw(MARKING))]
    headed = {LEVELS[marking]: n for n, (what, marking) in enumerate(found) if what == "title"}
    return [line for n, line in enumerate(found) if line[0] != "title" or headed[LEVELS[line[1]]] == n]


@st.composite
def products(draw: st.DrawFn) -> Product:
    kind = draw(st.sampled_from(KINDS))
    return Product(
        lines=draw(lines()), later=draw(st.none() | st.tuples(lines(), MARKING)), recalled=draw(st.integers(0, 3)) == 0,
        urgent=kind != "newsletter_monthly" and draw(st.booleans()), asks=draw(st.booleans()), kind=kind,
        passed=draw(st.booleans()),
    )  # fmt: skip


FATES = st.builds(
    Fate, level=st.sampled_from(Level), then=st.sampled_from([*[STAYS] * 8, *[RAISED] * 2, *[LOWERED] * 4, *GONE]),
    told=st.sampled_from(["at_once", "daily"]),
)  # fmt: skip
EVENTS = st.builds(Event, marking=MARKING, then=st.sampled_from([STAYS, "changed", "cancelled"]))
TALKS = st.builds(Talk, marking=MARKING)


@dataclass(frozen=True)
class Batch:
    products: list[Product]
    events: list[Event]
    talks: list[Talk]
    fates: list[Fate]

    @property
    def secrets(self) -> list[Secret]:
        return [*self.products, *self.events, *self.talks]


def batches(members: int, most: int) -> st.SearchStrategy[Batch]:
    """A batch for so many members, of so many products at most."""
    return st.builds(
        Batch, st.lists(products(), min_size=most - 2, max_size=most), st.lists(EVENTS, min_size=2, max_size=2),
        st.lists(TALKS, min_size=1, max_size=2), st.lists(FATES, min_size=members, max_size=members),
    )  # fmt: skip
