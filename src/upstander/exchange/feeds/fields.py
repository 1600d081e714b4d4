"""Dates and addresses as feeds write them, taken strictly and brought to one form."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from upstander.exchange.feeds.item import MOST_NAMES, NAME
from upstander.exchange.plain import line
from upstander.exchange.refusals import Refusal

_ISO = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[-+]\d\d:?\d\d)", re.ASCII | re.IGNORECASE
)
_LONGEST = 100  # of a date, before anything looks at it
_ADDRESS = 1000
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def iso(words: str, field: str) -> datetime:
    """A date with a time and a zone (RFC 3339, CAP), in UTC; raises Refusal for anything else."""
    if len(words) > _LONGEST or not _ISO.fullmatch(words):
        raise Refusal("date", field)
    try:
        return _sane(datetime.fromisoformat(words.upper()), field)
    except ValueError:
        raise Refusal("date", field) from None


def mail(words: str, field: str) -> datetime:
    """A date as RSS writes it (RFC 822), in UTC; a date without a zone is taken as UTC. Raises Refusal for anything else."""
    if len(words) > _LONGEST or not words.isascii():
        raise Refusal("date", field)
    try:
        found = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise Refusal("date", field) from None
    return _sane(found if found.tzinfo else found.replace(tzinfo=UTC), field)


def _sane(at: datetime, field: str) -> datetime:
    try:
        found = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("date", field) from None
    if not _EARLIEST <= found <= _LATEST:
        raise Refusal("date", field)
    return found


def address(words: str) -> str:
    """A link that a person may be given to press: http or https to a named host, without a name and password; else empty."""
    words = words.strip()
    if not words or len(words) > _ADDRESS or not words.isascii() or not words.isprintable() or " " in words:
        return ""
    try:
        parts = urlsplit(words)
        _ = parts.port
    except ValueError:
        return ""
    plain = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
    return words if plain and not set(words) & set("\"'<>`\\{}|^") else ""


def names(found: list[str]) -> tuple[str, ...]:
    """Short words, each once, in order, no more than are kept."""
    cleaned = (line(one, NAME) for one in found)
    return tuple(dict.fromkeys(one for one in cleaned if one))[:MOST_NAMES]
