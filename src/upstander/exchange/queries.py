"""What is shown of items, states and exchanges. The database shows each reader what is theirs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Max, Q, QuerySet

from upstander.exchange.models import Item, Offer, Package, Peer, Received, Shared, Source
from upstander.packs.current import current

MOST = 20  # topics or programmes by which somebody filters


@dataclass(frozen=True, slots=True)
class Titled:
    """A product that was passed on: what peers of one level have of it."""

    product_id: Any
    level: int
    version: int
    title: str
    recalled: bool
    had: int = 0  # the latest version of which a package was made for the peer in question

    @property
    def behind(self) -> bool:
        """Whether that peer got an earlier version as a file."""
        return 0 < self.had < self.version


def label(kind: str, code: str) -> str:
    """A code of the pack in words."""
    known = current().network
    return known.label(kind, code) if known else code


def labels(kind: str, codes: Iterable[str]) -> list[str]:
    """Codes of the pack in words."""
    return [label(kind, code) for code in codes]


def level_label(level: int) -> str:
    """A level in words."""
    known = current().network
    return next((words.label for words in known.levels if words.level == level), "") if known else ""


# What a source is beside its name: members' roles may not read it.
_SHOWN = ("id", "name", "programme")
SOURCES_OWN = tuple(f"source__{field.name}" for field in Source._meta.concrete_fields if field.name not in _SHOWN)


def items(programme: str = "", topic: str = "") -> QuerySet[Item]:
    """What was shared, the latest first; what was replaced is read from its successor, unless nobody shared that yet."""
    found = Item.objects.filter(state=Item.State.SHARED).exclude(replaced_by__state=Item.State.SHARED)
    if programme:
        found = found.filter(programmes__contains=[programme])
    if topic:
        found = found.filter(topics__contains=[topic])
    return found.select_related("source").defer(*SOURCES_OWN).order_by("-decided_at", "-id")


def received(topic: str = "") -> QuerySet[Received]:
    """What other states' programmes sent, the latest first."""
    found = Received.objects.order_by("-modified", "-id")
    return found.filter(topics__contains=[topic]) if topic else found


def inbox() -> QuerySet[Item]:
    """What nobody has looked at, the gravest and the latest first; what was replaced meanwhile is not asked about."""
    found = Item.objects.filter(state=Item.State.NEW, replaced_by=None).select_related("source")
    return found.order_by("-arrived_at", "-sent", "-id")


def waiting() -> int:
    """How many items wait for somebody to look."""
    return inbox().count()


def sources() -> list[Source]:
    """Every feed."""
    return list(Source.objects.order_by("name", "id"))


def peers() -> list[Peer]:
    """States with which we exchange, then those with which it ended."""
    return sorted(Peer.objects.order_by("name", "id"), key=lambda peer: peer.ended_at is not None)


def passed_on(level: int | None = None) -> list[Titled]:
    """The latest of each product that was passed on, at one level or at each."""
    rows = (
        Shared.objects.filter(stix_type="report")
        .order_by("product_id", "level", "-version")
        .distinct("product_id", "level")
    )
    rows = rows if level is None else rows.filter(level=level)
    found = [
        Titled(
            row.product_id,
            row.level,
            row.product_version or 0,
            row.body["name"],
            bool(row.body.get("revoked")),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.title, one.level))


def for_peer(peer: Peer) -> list[Titled]:
    """What a peer may have, and which version of it was made into a package for it, what it lacks first."""
    made = (
        Package.objects.filter(peer=peer, outward=True)
        .values_list("product_id")
        .annotate(version=Max("version"))
    )
    had = dict(made)
    found = [replace(one, had=had.get(one.product_id) or 0) for one in passed_on(peer.level)]
    return sorted(found, key=lambda one: not one.behind)


def offers() -> QuerySet[Offer]:
    """What peers' collections hold and nobody has decided about, the latest first."""
    rows = Offer.objects.filter(state=Offer.State.NEW).select_related("collection__peer")
    return rows.order_by("-arrived_at", "-id")


def packages(peer: Peer | None = None) -> QuerySet[Package]:
    """The record of packages, the latest first."""
    found = Package.objects.select_related("peer").order_by("-at", "-id")
    return found.filter(Q(peer=peer)) if peer else found
