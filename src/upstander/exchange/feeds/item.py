"""What an item of another programme is here, whichever way it came."""

from dataclasses import dataclass
from datetime import datetime

from upstander.exchange.refusals import Refused

MOST_ITEMS = 200  # of one feed: the first; a feed that holds more is a history, not news
TITLE, TEXT, NAME = 300, 20_000, 200  # characters that are kept
MOST_NAMES = 100  # areas, categories, links of one item
SEVERITIES = ("extreme", "severe", "moderate", "minor", "unknown")


@dataclass(frozen=True, slots=True)
class Item:
    """One alert or entry, as plain text. `replaces`: the ids of what it updates or, with `cancels`, ends, of the same source."""

    source: str
    id: str
    title: str
    text: str
    sent: datetime
    expires: datetime | None = None
    areas: tuple[str, ...] = ()
    severity: str = "unknown"
    categories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    cancels: bool = False
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """What was read: its kind (cap, atom, rss), its own title, its items, and why others were left out."""

    kind: str
    title: str
    items: tuple[Item, ...]
    left_out: tuple[Refused, ...] = ()
