"""RSS 2.0. Its descriptions are HTML by custom; its dates are those of mail."""

from xml.etree.ElementTree import Element

from upstander.exchange.feeds.entries import taken
from upstander.exchange.feeds.fields import address, iso, mail, names
from upstander.exchange.feeds.html import text_of
from upstander.exchange.feeds.item import NAME, TEXT, TITLE, Feed, Item
from upstander.exchange.feeds.xml import all_of, child, raw
from upstander.exchange.plain import line
from upstander.exchange.refusals import Refusal

_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN = "http://purl.org/dc/elements/1.1/"


def feed(root: Element) -> Feed:
    """The items of a channel; raises Refusal where there is none, or none could be read."""
    channel = child(root, "", "channel")
    if channel is None:
        raise Refusal("not-a-feed", "channel")
    title = _plain(raw(channel, "", "title"), TITLE)

    def item(one: Element) -> Item:
        return _item(one, title)

    return taken("rss", title, all_of(channel, "", "item"), item)


def _item(item: Element, source: str) -> Item:
    link = address(raw(item, "", "link"))
    identity = line(raw(item, "", "guid") or link, NAME)
    if not identity:
        raise Refusal("no-identity")
    title = _plain(raw(item, "", "title"), TITLE)
    text = text_of(raw(item, _CONTENT, "encoded") or raw(item, "", "description"), TEXT)
    if not title and not text:
        raise Refusal("no-title")
    written, dublin = raw(item, "", "pubDate"), raw(item, _DUBLIN, "date")
    if not written and not dublin:
        raise Refusal("no-date")
    return Item(
        source=line(raw(item, _DUBLIN, "creator") or source, NAME), id=identity, title=title or line(text, 80), text=text,
        sent=mail(written, "pubDate") if written else iso(dublin, "date"), links=names([link]),
        categories=names([one.text or "" for one in all_of(item, "", "category")]),
    )  # fmt: skip


def _plain(words: str, most: int) -> str:
    return line(text_of(words, most), most)
