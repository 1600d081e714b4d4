"""Owing a phone its push, and whom one has reached: what other modules of this room need of pushes (see `pushed`)."""

from collections.abc import Iterable
from uuid import UUID

from upstander import clock
from upstander.actions import devices
from upstander.actions.models import ContactPush, Notice
from upstander.actions.push_models import PURPOSE
from upstander.delivery import services as delivery
from upstander.delivery.webpush import CHANNEL
from upstander.directory.models import Device
from upstander.ids import new_id


def owe(notice: Notice, device_id: UUID, says: str, urgency: int) -> UUID:
    """Owe a phone a push about what a notice asks now; its subject. `urgency`: as `delivery.send` has it."""
    row = ContactPush.objects.create(
        id=new_id(),
        notice_id=notice.id,
        device_id=device_id,
        says=says,
        asked_since=notice.asked_since,
        at=clock.now(),
    )
    delivery.send_new(PURPOSE, row.id, devices.address_key(device_id), urgency, channel=CHANNEL)
    return row.id


def remind(notice: Notice, urgency: int) -> UUID | None:
    """Owe a push to each phone of a notice's person, whatever was pushed before; the first one's subject, None where there is no
    phone."""
    ids = (
        Device.objects.filter(contact_id=notice.contact_id)
        .order_by("made_at", "pk")
        .values_list("id", flat=True)
    )
    owed = [owe(notice, id, ContactPush.Says.REMINDER, urgency) for id in ids]
    return owed[0] if owed else None


def told(notices: Iterable[Notice]) -> set[UUID]:
    """Those of these notices of whose person a phone was told, or is being told at this moment."""
    of = dict(ContactPush.objects.filter(notice__in=[n.id for n in notices]).values_list("id", "notice_id"))
    return {notice_id for id in delivery.gone([PURPOSE], list(of)) if (notice_id := of[id])}
