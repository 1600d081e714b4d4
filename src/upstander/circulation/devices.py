"""A member's browsers that are told of what is urgent. Where a push goes is sealed to the relay; it carries one constant word."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.core.signing import Signer
from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation.errors import CannotDo
from upstander.circulation.models import Device, Ping
from upstander.config import config
from upstander.delivery import queries as delivered
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.webpush import GONE
from upstander.delivery.models import Delivery
from upstander.delivery.webpush import CHANNEL, Push, check
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

MOST = 10
_SIGNED = Signer(salt="circulation.device")


class _Kept(msgspec.Struct):
    endpoint: str
    p256dh: str
    auth: str


def key() -> bytes | None:
    """What a browser must be shown when it subscribes; None where this house tells no browsers."""
    return keyring().secrets.get("vapid_public") if delivered.offers(CHANNEL) else None


@transaction.atomic
def tell(member_id: UUID, account_id: int, push: Push, before: UUID | None = None) -> UUID:
    """Tell this browser from now on; `before`: as what it was told until now. Raises CannotDo."""
    try:
        check(push, config())
    except CarrierError:
        raise CannotDo("service") from None
    mine = Device.objects.filter(member=member_id)
    if before is not None:
        mine.filter(pk=before).delete()
    if mine.only("id").count() >= MOST:
        raise CannotDo("most")
    id = new_id()
    version, sealed = keyring().wrap("relay", msgspec.json.encode(_Kept(push.endpoint, push.p256dh, push.auth)), _place(id))
    made = Device(
        id=id, member_id=member_id, host=_host(push), made_at=clock.now(), key_version=version, sealed_relay=sealed
    )
    Device.objects.bulk_create([made])
    audit.record(f"account:{account_id}", "circulation.device_added", "member", member_id, device=id)
    return id


def mark(device_id: UUID) -> str:
    """By what a browser says that its pushes have got another place, while nobody is signed in. Nobody else can make one."""
    return _SIGNED.sign(str(device_id))


@transaction.atomic
def renew(said: str, push: Push) -> None:
    """The browser of this mark has got another place for its pushes: they go there. Raises CannotDo, BadSignature."""
    id = UUID(_SIGNED.unsign(said))
    try:
        check(push, config())
    except CarrierError:
        raise CannotDo("service") from None
    with walls.reading(walls.STAFF):
        row = Device.objects.only("id", "member_id").filter(pk=id).first()
    if row is None:
        raise CannotDo("none")
    with walls.reading(Level.OPEN, row.member_id):
        version, sealed = keyring().wrap("relay", msgspec.json.encode(_Kept(push.endpoint, push.p256dh, push.auth)), _place(id))
        Device.objects.filter(pk=id).update(host=_host(push), key_version=version, sealed_relay=sealed)
        audit.record("system:network", "circulation.device_renewed", "member", row.member_id, device=id)


def _host(push: Push) -> str:
    return (urlsplit(push.endpoint).hostname or "")[:200]


@transaction.atomic
def end(member_id: UUID, account_id: int, device_id: UUID) -> bool:
    """Tell this browser no more; False where it was not told."""
    gone = Device.objects.filter(member=member_id, pk=device_id)._raw_delete("default") > 0
    if gone:
        audit.record(f"account:{account_id}", "circulation.device_removed", "member", member_id, device=device_id)
    return gone


def opened(device_id: UUID) -> Push | None:
    """Where a browser's pushes go, in the relay; None where it is told no more."""
    row = Device.objects.filter(pk=device_id).first()
    if row is None:
        return None
    try:
        kept = msgspec.json.decode(keyring().unwrap("relay", row.key_version, row.sealed_relay, _place(row.id)), type=_Kept)
    except CannotOpen:
        return None
    return Push(kept.endpoint, kept.p256dh, kept.auth)


def failed(delivery_id: UUID, written_at: datetime | None = None) -> None:
    """The browser has ended it (event `delivery.failed`): it is forgotten."""
    row = Delivery.objects.filter(pk=delivery_id, channel=CHANNEL, purpose="product_push", last_error=GONE).first()
    device = Ping.objects.filter(pk=row.subject_id).values_list("device_id", flat=True).first() if row else None
    if device is not None:
        Device.objects.filter(pk=device)._raw_delete("default")


def _place(id: UUID) -> bytes:
    return f"upstander/member-device/1|{id}".encode()
