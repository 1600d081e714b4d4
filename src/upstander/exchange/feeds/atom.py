"""Atom 1.0 (RFC 4287)."""

from xml.etree.ElementTree import Element

from upstander.exchange.feeds.entries import taken
from upstander.exchange.feeds.fields import address, iso, names
from upstander.exchange.feeds.html import text_of
from upstander.exchange.feeds.item import NAME, TEXT, TITLE, Feed, Item
from upstander.exchange.feeds.xml import all_of, child, raw
from upstander.exchange.plain import line, lines
from upstander.exchange.refusals import Refusal

SPACE = "http://www.w3.org/2005/Atom"


def feed(root: Element) -> Feed:
    """The entries of a feed; raises Refusal where none could be read."""
    title = _text(child(root, SPACE, "title"), TITLE)
    source = _author(root) or title

    def entry(one: Element) -> Item:
        return _entry(one, source)

    return taken("atom", title, all_of(root, SPACE, "entry"), entry)


def _entry(entry: Element, source: str) -> Item:
    identity = line(raw(entry, SPACE, "id"), NAME)
    if not identity:
        raise Refusal("no-identity")
    dates = [raw(entry, SPACE, name) for name in ("updated", "published")]
    if not any(dates):
        raise Refusal("no-date")
    title = line(_text(child(entry, SPACE, "title"), TITLE), TITLE)
    summary = _text(child(entry, SPACE, "summary"), TEXT)
    text = _text(child(entry, SPACE, "content"), TEXT) or summary
    if not title and not text:
        raise Refusal("no-title")
    links = [
        one.get("href", "")
        for one in all_of(entry, SPACE, "link")
        if one.get("rel", "alternate") == "alternate"
    ]
    return Item(
        source=line(_author(entry) or source, NAME), id=identity, title=title or line(text, 80), text=text,
        sent=iso(next(d for d in dates if d), "updated"), links=names([address(one) for one in links]),
        categories=names([one.get("label") or one.get("term") or "" for one in all_of(entry, SPACE, "category")]),
    )  # fmt: skip


def _author(parent: Element) -> str:
    found = child(parent, SPACE, "author")
    return "" if found is None else line(raw(found, SPACE, "name"), NAME)


def _text(found: Element | None, most: int) -> str:
    """A text construct as plain text, whatever its type says: text is taken as it stands, everything else as HTML."""
    if found is None:
        return ""
    kind = found.get("type", "text").lower()
    words = "".join(found.itertext())
    if kind in ("html", "text/html"):
        return text_of(words, most)
    if kind == "xhtml":  # its elements were parsed with the feed: their text is what a person would read
        return lines(_without_hidden(found), most)
    return lines(words, most) if kind in ("text", "text/plain") else ""


def _without_hidden(element: Element) -> str:
    said = [element.text or ""]
    for one in element:
        name = str(one.tag).rpartition("}")[2].lower()
        if name not in ("script", "style"):
            said.append(_without_hidden(one))
        said.append("\n" if name in ("p", "br", "div", "li", "tr") else "")
        said.append(one.tail or "")
    return "".join(said)
