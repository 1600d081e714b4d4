"""Reading the record. Who may see an object may see what was done to it; whatever spans objects is filtered by the reader.

The filter is not optional: a log that shows entries of things which the reader may not see tells on them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from upstander.audit.models import Entry

# Of these objects of one kind, which may the reader see? One question a kind, not one an entry.
MaySee = Callable[[str, frozenset[str]], Collection[str]]
_PAGE = 500


@dataclass(frozen=True)
class Line:
    """One entry as a person reads it."""

    id: int
    at: datetime
    process: str
    actor: str
    act: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


_NAMES = ("id", "at", "process", "actor", "act", "object_kind", "object_id", "detail")


def everything(kind: str, ids: frozenset[str]) -> Collection[str]:
    """The filter of an auditor, who may see all."""
    return ids


def for_object(kind: str, object_id: UUID | str | int, limit: int = 500) -> list[Line]:
    """What was done to one object, and who looked at it, the latest `limit` entries in order.

    For a reader who may see this object: the caller has asked that already, being the object's own page.
    """
    found = (
        Entry.objects.filter(object_kind=kind, object_id=str(object_id)).order_by("-id").values_list(*_NAMES)
    )
    return [Line(*values) for values in reversed(found[:limit])]


def by_actor(actor: str, may_see: MaySee, since: datetime | None = None) -> Iterator[Line]:
    """What `actor` did and saw, oldest first, as far as the reader may see its objects."""
    return _filtered(Entry.objects.filter(actor=actor), may_see, since)


def since(moment: datetime | None, may_see: MaySee) -> Iterator[Line]:
    """Everything from `moment` on (None: from the beginning), oldest first, as far as the reader may see its objects."""
    return _filtered(Entry.objects.all(), may_see, moment)


def _filtered(entries: "QuerySet[Entry]", may_see: MaySee, since: datetime | None) -> Iterator[Line]:
    """A page at a time, by number, so that a long reading holds no transaction open."""
    if since is not None:
        entries = entries.filter(at__gte=since)
    last = 0
    while page := [Line(*v) for v in entries.filter(id__gt=last).order_by("id").values_list(*_NAMES)[:_PAGE]]:
        objects: dict[str, set[str]] = defaultdict(set)
        for line in page:
            objects[line.object_kind].add(line.object_id)
        seen = {kind: set(may_see(kind, frozenset(ids))) for kind, ids in objects.items()}
        yield from (line for line in page if line.object_id in seen[line.object_kind])
        last = page[-1].id
