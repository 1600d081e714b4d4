"""What others ask of what came in: how much could not be routed, and how long the oldest waits. No word of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from upstander.inbound.models import Arrival
from upstander.inbound.text_media import CHANNEL as FILES


@dataclass(frozen=True, slots=True)
class Waiting:
    """How what came in stands: how many wait, since when the oldest should have been routed, how many could not be."""

    new: int
    late: timedelta
    refused: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One arrival that could not be routed."""

    id: UUID
    channel: str
    at: datetime
    code: str


def waiting(now: datetime) -> Waiting:
    """How what came in stands at `now`; counted from the rows (decisions 14)."""
    new = Q(state=Arrival.State.NEW) & ~Q(channel=FILES)  # (the words that these came with are a tip already)
    refused = Q(state=Arrival.State.REFUSED)
    found = Arrival.objects.filter(new | refused).aggregate(
        new=Count("id", filter=new), oldest=Min("at", filter=new), refused=Count("id", filter=refused)
    )
    late = max(now - found["oldest"], timedelta()) if found["oldest"] else timedelta()
    return Waiting(found["new"], late, found["refused"])


def refusals(limit: int = 100) -> list[Refusal]:
    """What could not be routed, the oldest first."""
    rows = Arrival.objects.filter(state=Arrival.State.REFUSED).order_by("id")
    return [Refusal(*row) for row in rows.values_list("id", "channel", "at", "code")[:limit]]
