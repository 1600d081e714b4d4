"""What an answer, or none, says of an address; when it is looked at again; which addresses are broken. Pure (R-library)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

FOUND: Final = ("ok", "moved", "gone", "closed", "failed", "forbidden")
"""ok: it answered. moved: it leads to another site. gone: the site says that there is no such page. closed: the site answers, but
no machine. failed: nobody answered, or with an error of theirs. forbidden: an address to which no line of ours may go."""

FAILURES: Final = 3
"""So many looks in a row without an answer, a day apart, and the address counts as broken: a site may be down for a night."""

HOPS: Final = 4
"""How often an answer that leads on within the same site is followed."""

_AGAIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found, a code of FOUND, with the status of HTTP or 0."""

    found: str
    status: int = 0


def judged(status: int) -> Look:
    """What an answer with this status says."""
    if 200 <= status < 300:
        return Look("ok", status)
    if 300 <= status < 400:
        return Look("moved", status)
    if status in (404, 410):
        return Look("gone", status)
    return Look("closed" if 400 <= status < 500 else "failed", status)


def onward(address: str, to: str) -> str:
    """Where an answer leads that stays with the same host, by https; empty where it leads elsewhere."""
    try:
        target = urljoin(address, to)
        here, there = urlsplit(address), urlsplit(target)
        same = (there.scheme, there.hostname, there.port) == ("https", here.hostname, here.port)
    except ValueError:
        return ""
    return target.partition("#")[0] if same and target.isascii() and target.isprintable() and " " not in target else ""


def broken(found: str, failures: int) -> bool:
    """Whether a person should look: it moved, is gone, forbidden, or failed for days. Closed to machines is not broken."""
    return found in ("moved", "gone", "forbidden") or (found == "failed" and failures >= FAILURES)


def due_at(found: str, failures: int, at: datetime, every: timedelta) -> datetime:
    """When an address is looked at again: tomorrow while it fails and is not yet broken, else in its time."""
    return at + (_AGAIN if found == "failed" and failures < FAILURES else every)
