"""What other programmes publish, read: CAP 1.2, Atom, RSS. Whatever is handed in, the answer is a feed or a reasoned refusal."""

from upstander.exchange.feeds import atom, cap, rss
from upstander.exchange.feeds.item import Feed, Item
from upstander.exchange.feeds.xml import named, parsed
from upstander.exchange.refusals import Refusal, Refused

__all__ = ["Feed", "Item", "Refused", "read"]


def read(data: bytes) -> Feed | Refused:
    """The feed in these bytes, of whichever kind it is; never an exception, whatever they are.

    Entries that cannot be taken are left out and told in `Feed.left_out`; a file that is none is refused whole.
    """
    try:
        root = parsed(data)
        space, name = named(root)
        if name == "alert" and space.startswith(cap.FAMILY):
            return cap.feed(root)
        if name == "feed" and space == atom.SPACE:
            return atom.feed(root)
        if name == "rss" and not space:
            return rss.feed(root)
        raise Refusal("not-a-feed")
    except Refusal as refusal:
        return refusal.why
