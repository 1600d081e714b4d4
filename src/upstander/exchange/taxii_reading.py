"""What a TAXII client asks of a collection: filters, pages, versions. The database shows the reader's level and no other."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from upstander.exchange.feeds.fields import iso
from upstander.exchange.models import Shared
from upstander.exchange.refusals import Refusal
from upstander.markings import Level

MOST = 100  # objects of one answer
_SPACE = UUID("0d8f3f39-6f0e-4f6a-9a8c-3f5f8f0f4c62")
_WORDS = ("first", "last", "all")


class Bad(ValueError):
    """A filter that is none; the words are for whoever wrote the client."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one answer, in the order in which they were added, and where the next begins (empty: there is none)."""

    rows: list[Shared]
    next: str


def collection_id(level: int) -> UUID:
    """The collection of a level: each has its own."""
    return uuid5(_SPACE, Level(level).code)


def moment(at: datetime) -> str:
    """When something was added, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def page(asked: QueryDict, *, stix_id: str = "", versions: bool = False) -> Page:
    """The objects that are asked for; `versions`: all of them unless the filter says otherwise. Raises Bad."""
    rows = Shared.objects.order_by("id")
    if stix_id:
        rows = rows.filter(stix_id=stix_id) if stix_id.isprintable() else rows.none()
    if "added_after" in asked:
        rows = rows.filter(added_at__gt=_moment(asked.get("added_after", ""), "added_after"))
    if "next" in asked:
        rows = rows.filter(id__gt=_number(asked.get("next", ""), "next", 2**63 - 1))
    if ids := _many(asked, "id"):
        rows = rows.filter(stix_id__in=ids)
    if types := _many(asked, "type"):
        rows = rows.filter(stix_type__in=types)
    if (specs := _many(asked, "spec_version")) and "2.1" not in specs:
        rows = rows.none()
    rows = _versions(rows, _many(asked, "version") or ["all" if versions else "last"])
    most = min(_number(asked.get("limit", ""), "limit", 2**31), MOST) if "limit" in asked else MOST
    found = list(rows[: most + 1])
    return Page(found[:most], str(found[most - 1].id) if len(found) > most else "")


def _many(asked: QueryDict, name: str) -> list[str]:
    found = [one.strip() for one in asked.get(f"match[{name}]", "").split(",") if one.strip()]
    if len(found) > MOST or any(len(one) > MOST for one in found):
        raise Bad(f"match[{name}] is longer than is taken")
    if not all(one.isprintable() for one in found):
        raise Bad(f"match[{name}] holds what no id, type or version does")
    return found


def _versions(rows: QuerySet[Shared], asked: list[str]) -> QuerySet[Shared]:
    """`first`, `last`, `all` and moments, any of them."""
    if "all" in asked:
        if len(asked) > 1:
            raise Bad("match[version]=all stands alone")
        return rows
    same = Shared.objects.filter(level=OuterRef("level"), stix_id=OuterRef("stix_id"))
    wanted = Q(version__in=[_moment(one, "match[version]") for one in asked if one not in _WORDS])
    later, earlier = (
        same.filter(version__gt=OuterRef("version")),
        same.filter(version__lt=OuterRef("version")),
    )
    if "last" in asked:
        wanted |= Q(~Exists(later))
    if "first" in asked:
        wanted |= Q(~Exists(earlier))
    return rows.filter(wanted)


def _moment(words: str, name: str) -> datetime:
    try:
        return iso(words, name)
    except Refusal:
        raise Bad(f"{name} is no moment as RFC 3339 writes it") from None


def _number(words: str, name: str, most: int) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 20 and 0 < int(words) <= most):
        raise Bad(f"{name} is no number from 1 up")
    return int(words)
