"""CAP 1.2 (OASIS Common Alerting Protocol): one alert a file."""

from datetime import datetime
from xml.etree.ElementTree import Element

from upstander.exchange.feeds.fields import address, iso, names
from upstander.exchange.feeds.item import NAME, SEVERITIES, TEXT, TITLE, Feed, Item
from upstander.exchange.feeds.xml import all_of, named, raw
from upstander.exchange.plain import line, lines
from upstander.exchange.refusals import Refusal

FAMILY = "urn:oasis:names:tc:emergency:cap:"
SPACE = f"{FAMILY}1.2"
STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
KINDS = ("Alert", "Update", "Cancel", "Ack", "Error")
_SEVERITIES = tuple(one.capitalize() for one in SEVERITIES)
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = frozenset("Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other".split())
_MOST_REFERENCES = 500


def feed(root: Element) -> Feed:
    """The alert as a feed of one item; raises Refusal, also for what is no information (tests, acknowledgements)."""
    if named(root)[0] != SPACE:
        raise Refusal("old-cap")
    return Feed("cap", raw(root, SPACE, "sender")[:NAME], (_alert(root),))


def _one_of(parent: Element, name: str, known: tuple[str, ...]) -> str:
    found = raw(parent, SPACE, name)
    if found not in known:
        raise Refusal("value", name)
    return found


def _alert(root: Element) -> Item:
    identifier, sender = _identity(root, "identifier", "no-identity"), _identity(root, "sender", "no-sender")
    kind, status = _one_of(root, "msgType", KINDS), _one_of(root, "status", STATUS)
    _one_of(root, "scope", SCOPES)
    if status not in ("Actual", "Exercise"):
        raise Refusal("not-actual", status)
    if kind in ("Ack", "Error"):
        raise Refusal("acknowledgement", kind)
    sent = iso(raw(root, SPACE, "sent"), "sent")
    replaces = _references(root, sender)
    if kind in ("Update", "Cancel") and not replaces:
        raise Refusal("references")
    blocks = _blocks(root)
    if not blocks and kind != "Cancel":
        raise Refusal("no-info")
    title, text = _words(root, blocks)
    return Item(
        source=sender, id=identifier, title=title or identifier, text=text, sent=sent, expires=_expires(blocks),
        areas=names([raw(area, SPACE, "areaDesc") for block in blocks for area in all_of(block, SPACE, "area")]),
        severity=_gravest([_one_of(block, "severity", _SEVERITIES).lower() for block in blocks]),
        categories=names([category for block in blocks for category in _categories(block)]),
        links=names([link for block in blocks for link in _links(block)]),
        replaces=replaces if kind != "Alert" else (), cancels=kind == "Cancel", exercise=status == "Exercise",
    )  # fmt: skip


def _identity(root: Element, name: str, code: str) -> str:
    """The identifier or sender: the standard forbids spaces, commas, and characters that would break a reference."""
    found = raw(root, SPACE, name)
    if not found or len(found) > NAME or any(c in found for c in " ,<&") or not found.isprintable():
        raise Refusal(code)
    return found


def _references(root: Element, sender: str) -> tuple[str, ...]:
    """The identifiers that this one updates or cancels. Of the same sender only: nobody ends what another said."""
    found = []
    given = raw(root, SPACE, "references").split()
    if len(given) > _MOST_REFERENCES:
        raise Refusal("too-many", "references")
    for one in given:
        parts = one.split(",")
        if len(parts) != 3 or not all(parts):
            raise Refusal("references")
        if parts[0] == sender:
            found.append(parts[1])
    return tuple(dict.fromkeys(found))


def _blocks(root: Element) -> list[Element]:
    """The blocks in English where there are some, else those in the language of the first: one alert says the same in several."""
    found: dict[str, list[Element]] = {}
    for block in all_of(root, SPACE, "info"):
        language = (raw(block, SPACE, "language") or "en-US").lower()
        found.setdefault("en" if language.startswith("en") else language, []).append(block)
    return found.get("en") or next(iter(found.values()), [])


def _words(root: Element, blocks: list[Element]) -> tuple[str, str]:
    """Title and text. CAP is plain text; what looks like a tag in it is shown as it stands, never read as one."""
    note = raw(root, SPACE, "note")
    if not blocks:
        return line(note, TITLE), lines(note, TEXT)
    title = raw(blocks[0], SPACE, "headline") or _event(blocks[0])
    said = [note, raw(root, SPACE, "restriction")]
    for block in blocks:
        _event(block)
        said += [raw(block, SPACE, name) for name in ("description", "instruction")]
    return line(title, TITLE), lines("\n\n".join(dict.fromkeys(part for part in said if part)), TEXT)


def _event(block: Element) -> str:
    found = raw(block, SPACE, "event")
    if not found:
        raise Refusal("no-title", "event")
    return found


def _expires(blocks: list[Element]) -> datetime | None:
    """When the last block ends; None where one of them does not end."""
    ends = [raw(block, SPACE, "expires") for block in blocks]
    found = [iso(end, "expires") for end in ends if end]
    return max(found) if found and len(found) == len(ends) else None


def _gravest(severities: list[str]) -> str:
    return min(severities, key=SEVERITIES.index, default="unknown")


def _categories(block: Element) -> list[str]:
    found = [(one.text or "").strip() for one in all_of(block, SPACE, "category")]
    if not found or any(one not in CATEGORIES for one in found):
        raise Refusal("value", "category")
    return found


def _links(block: Element) -> list[str]:
    given = [raw(block, SPACE, "web"), *(raw(one, SPACE, "uri") for one in all_of(block, SPACE, "resource"))]
    return [address(one) for one in given]
