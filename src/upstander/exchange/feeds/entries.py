"""What Atom and RSS have in common: entries taken one by one, and a wrong one left out with its reason."""

from collections.abc import Callable, Iterable
from itertools import islice
from xml.etree.ElementTree import Element

from upstander.exchange.feeds.item import MOST_ITEMS, NAME, Feed, Item
from upstander.exchange.plain import line
from upstander.exchange.refusals import Refusal, Refused


def taken(kind: str, title: str, entries: Iterable[Element], read: Callable[[Element], Item]) -> Feed:
    """A feed of what could be read; where one id stands twice, the newest counts. Raises Refusal where nothing could be."""
    items: dict[str, Item] = {}
    left_out: list[Refused] = []
    found = iter(entries)
    for entry in islice(found, MOST_ITEMS):
        try:
            item = read(entry)
        except Refusal as refusal:
            left_out.append(refusal.why)
            continue
        if item.id not in items or items[item.id].sent < item.sent:
            items[item.id] = item
    if next(found, None) is not None:
        left_out.append(Refused("too-many"))
    if not items and left_out:
        raise Refusal(left_out[0].code, left_out[0].detail)
    return Feed(kind, line(title, NAME), tuple(items.values()), tuple(left_out))
