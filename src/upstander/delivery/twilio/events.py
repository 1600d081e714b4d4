"""What Twilio says of our calls, on its way from the end-point, which keeps it, to the caller, which takes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from upstander import clock
from upstander.delivery.call_models import CallEvent
from upstander.delivery.caller.ledger import CHANNEL as CALL
from upstander.delivery.caller.ledger import Job
from upstander.delivery.models import Delivery
from upstander.delivery.services import CHANNEL
from upstander.ids import new_id

Kind = CallEvent.Kind


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A call that an earlier process of ours placed and did not see the end of."""

    job: Job
    sid: str


def keep(delivery_id: UUID, sid: str, kind: str, value: str, *, code: str = "", seconds: int = 0) -> bool:
    """Keep what happened; when this returns it is on disk. Raises django.db.Error where it could not be kept."""
    CallEvent.objects.create(
        id=new_id(), at=clock.now(), delivery_id=delivery_id, sid=sid, kind=kind, value=value, code=code, seconds=seconds
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return True


def waiting() -> list[CallEvent]:
    """What the caller has not taken yet, in order."""
    return list(CallEvent.objects.exclude(kind=Kind.PLACED).order_by("id")[:500])


def taken(event: CallEvent) -> None:
    """The caller has acted by it."""
    CallEvent.objects.filter(pk=event.pk).delete()


def placed(delivery_id: UUID, sid: str) -> None:
    """Twilio has taken this call: written down, so that another process finds it."""
    CallEvent.objects.create(id=new_id(), at=clock.now(), delivery_id=delivery_id, sid=sid, kind=Kind.PLACED, value="")


def over(delivery_ids: Iterable[UUID]) -> None:
    """These calls are over and written down."""
    CallEvent.objects.filter(delivery_id__in=list(delivery_ids), kind=Kind.PLACED).delete()


def under_way(caller: str) -> list[UnderWay]:
    """The calls that this caller had leased when it died and that Twilio had taken; what is said of others is forgotten."""
    rows = Delivery.objects.filter(channel=CALL, leased_by=caller, state=Delivery.State.PENDING).in_bulk()
    known = CallEvent.objects.filter(delivery_id__in=rows).order_by("id")
    sids = dict(known.values_list("delivery_id", "sid"))  # the last of each
    others = Delivery.objects.filter(channel=CALL, state=Delivery.State.PENDING).exclude(leased_by="").values("pk")
    CallEvent.objects.filter(kind=Kind.PLACED).exclude(delivery_id__in=others).delete()
    return [UnderWay(_job(rows[id]), sid) for id, sid in sids.items()]


def job(delivery_id: UUID) -> Job | None:
    """The call that is owed, by its delivery; None where it is not (any more)."""
    row = Delivery.objects.filter(pk=delivery_id, channel=CALL, state=Delivery.State.PENDING).first()
    return _job(row) if row else None


def _job(row: Delivery) -> Job:
    return Job(row.id, row.purpose, row.subject_id, max(row.attempts - 1, 0))
