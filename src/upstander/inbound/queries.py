"""What others ask of what came in: how much could not be routed, and how long the oldest waits. No word of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from upstander.config import config
from upstander.inbound.imap_pickup import NO_LINE, NOT_KEPT, REFUSED
from upstander.inbound.models import Arrival
from upstander.inbound.text_media import CHANNEL as FILES
from upstander.ops.models import Heartbeat

MAILBOX_MAY_WAIT = timedelta(seconds=45)  # beside the pause between two looks


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


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is not read: for how long, and why (`line`, `refused`, `not_kept`)."""

    late: timedelta
    trouble: str


_TROUBLE = {NO_LINE: "line", REFUSED: "refused", NOT_KEPT: "not_kept"}


def mailbox() -> Mailbox | None:
    """How the mailbox stands that is looked into, by the last heartbeat of the process that does; None where it is read in time,
    or none is looked into (that the process itself is silent is red by itself)."""
    beat = Heartbeat.objects.filter(process="inbound").values_list("state", flat=True).first() or {}
    late = timedelta(seconds=float(beat.get("mailbox_seconds") or 0))
    if late <= MAILBOX_MAY_WAIT + timedelta(seconds=config().imap_seconds):
        return None
    return Mailbox(late, _TROUBLE.get(int(beat.get("mailbox_trouble") or 0), "line"))


def refusals(limit: int = 100) -> list[Refusal]:
    """What could not be routed, the oldest first."""
    rows = Arrival.objects.filter(state=Arrival.State.REFUSED).order_by("id")
    return [Refusal(*row) for row in rows.values_list("id", "channel", "at", "code")[:limit]]
