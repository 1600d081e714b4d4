"""What Twilio says of our calls, on its way from the end-point, which keeps it, to the caller, which takes it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
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


_OURS = (Kind.ASKED, Kind.PLACED)  # what the caller writes for itself
_FIRST = "twilio_calls"  # the account that rang for versions that did not write down which they asked


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A call that an earlier process of ours asked `carrier` for, and did not see the end of. `sid`: empty where nobody knows
    whether it was placed. `since`: when it was asked for, or placed."""

    job: Job
    carrier: str
    sid: str
    since: datetime


def keep(delivery_id: UUID, sid: str, kind: str, value: str, *, code: str = "", seconds: int = 0,
         at: datetime | None = None) -> bool:  # fmt: skip
    """Keep what happened, now or `at`; when this returns it is on disk. Raises django.db.Error where it could not be kept."""
    CallEvent.objects.create(
        id=new_id(), at=at or clock.now(), delivery_id=delivery_id, sid=sid, kind=kind, value=value, code=code, seconds=seconds
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return True


def waiting() -> list[CallEvent]:
    """What the caller has not taken yet, in order."""
    return list(CallEvent.objects.exclude(kind__in=_OURS).order_by("id")[:500])


def taken(event: CallEvent) -> None:
    """The caller has acted by it."""
    CallEvent.objects.filter(pk=event.pk).delete()


def asked(delivery_id: UUID, carrier: str) -> None:
    """The account of this name is about to be asked for this call: whoever comes after us asks whether it was placed."""
    CallEvent.objects.create(id=new_id(), at=clock.now(), delivery_id=delivery_id, kind=Kind.ASKED, value=carrier)


def placed(delivery_id: UUID, sid: str) -> None:
    """Twilio has taken this call: written down, so that another process finds it."""
    CallEvent.objects.create(id=new_id(), at=clock.now(), delivery_id=delivery_id, sid=sid, kind=Kind.PLACED, value="")


def over(delivery_ids: Iterable[UUID]) -> None:
    """These calls are over and written down."""
    CallEvent.objects.filter(delivery_id__in=list(delivery_ids), kind__in=_OURS).delete()


def under_way(caller: str) -> list[UnderWay]:
    """The calls that this caller had leased when it died and for which Twilio was asked; what is said of others is forgotten."""
    rows = Delivery.objects.filter(channel=CALL, leased_by=caller, state=Delivery.State.PENDING).in_bulk()
    found: dict[UUID, UnderWay] = {}
    for event in CallEvent.objects.filter(delivery_id__in=rows).order_by("id"):
        one = found.get(event.delivery_id)
        if event.kind == Kind.ASKED:
            found[event.delivery_id] = UnderWay(_job(rows[event.delivery_id]), event.value, "", event.at)
        elif one is None and event.kind == Kind.PLACED:
            found[event.delivery_id] = UnderWay(_job(rows[event.delivery_id]), _FIRST, event.sid, event.at)
        elif one is not None:
            found[event.delivery_id] = replace(one, sid=event.sid)  # it is said to be placed, by us or by Twilio
    others = Delivery.objects.filter(channel=CALL, state=Delivery.State.PENDING).exclude(leased_by="").values("pk")
    CallEvent.objects.filter(kind__in=_OURS).exclude(delivery_id__in=others).delete()
    return list(found.values())


def job(delivery_id: UUID) -> Job | None:
    """The call that is owed, by its delivery; None where it is not (any more)."""
    row = Delivery.objects.filter(pk=delivery_id, channel=CALL, state=Delivery.State.PENDING).first()
    return _job(row) if row else None


def _job(row: Delivery) -> Job:
    return Job(row.id, row.purpose, row.subject_id, max(row.attempts - 1, 0))
