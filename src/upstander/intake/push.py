"""Telling a reporter's phone that there is news (D-II.E): only where they asked, without a word, by the browser's own service.

What the browser named for it is a way to reach the reporter: it is sealed to the relay and bound to the tip, and to nobody else.
That service learns that something of ours goes to that phone, and when (decision 0107).
"""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.webpush import GONE
from upstander.delivery.models import Delivery
from upstander.delivery.webpush import CHANNEL, Push, check
from upstander.intake.dialogue import open_dialogue
from upstander.intake.models import Message, PushAddress, Tip
from upstander.intake.submission import Refused
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring
from upstander.vault.models import WrappedKey

PURPOSE = "push_answer"
PRIORITY = 1  # as the answer itself
_PART = 500  # rows that a chore looks at


class _Kept(msgspec.Struct):
    endpoint: str
    p256dh: str
    auth: str


def key() -> bytes | None:
    """What a browser must be shown when it subscribes; None where this house tells no phones."""
    return keyring().secrets.get("vapid_public") if delivered.offers(CHANNEL) else None


def of(tip_id: UUID) -> UUID | None:
    """The phone that is told of this tip; None where none is."""
    return PushAddress.objects.filter(tip_id=tip_id).values_list("id", flat=True).first()


@transaction.atomic
def subscribe(receipt: str, push: Push) -> UUID:
    """Tell this phone from now on, instead of another one; the id by which it can be ended.

    Raises NoSuchReceipt; Refused where the report is closed, where this house tells none, or where the browser named what it
    should not.
    """
    dialogue = open_dialogue(receipt)
    if key() is None or dialogue.closed:
        raise Refused({"endpoint": _("This cannot be switched on for this report now.")})
    _check(push)
    id = _put(dialogue.tip_id, push)
    audit.record("reporter", "intake.push_added", "tip", dialogue.tip_id)
    return id


@transaction.atomic
def renew(id: UUID, push: Push) -> UUID | None:
    """The browser of this phone has got another place for its pushes: they go there from now on. The id by which it can be ended
    then; None where it is not told any longer. Raises Refused where the browser named what it should not."""
    _check(push)
    tip_id = PushAddress.objects.filter(pk=id).values_list("tip_id", flat=True).first()
    if tip_id is None:
        return None
    new = _put(tip_id, push)
    audit.record("reporter", "intake.push_renewed", "tip", tip_id)
    return new


def _check(push: Push) -> None:
    try:
        check(push, config())
    except CarrierError:
        raise Refused(
            {"endpoint": _("Your browser uses a service that we do not know. We cannot tell this phone.")}
        ) from None


def _put(tip_id: UUID, push: Push) -> UUID:
    """Tell this phone, and no other, of a tip."""
    id = uuid4()
    kept = msgspec.json.encode(_Kept(push.endpoint, push.p256dh, push.auth))
    version, sealed = keyring().wrap("relay", kept, _info(tip_id, id))
    PushAddress.objects.filter(tip_id=tip_id).delete()
    PushAddress.objects.create(id=id, tip_id=tip_id, key_version=version, sealed_relay=sealed)
    return id


@transaction.atomic
def end(id: UUID) -> bool:
    """Tell this phone no more; False where it is not told any longer."""
    tip_id = PushAddress.objects.filter(pk=id).values_list("tip_id", flat=True).first()
    if tip_id is None:
        return False
    PushAddress.objects.filter(pk=id).delete()
    audit.record("reporter", "intake.push_removed", "tip", tip_id)
    return True


def said(tip_id: UUID, message_id: UUID, sender: str) -> None:
    """The desk has said something (event `intake.said`): owe the phone that asked for it its push."""
    if sender != Message.From.DESK or not delivered.offers(CHANNEL):
        return
    id = of(tip_id)
    if id is not None:
        delivery.send(PURPOSE, message_id, _key_of(id), PRIORITY, channel=CHANNEL)


def render(message_id: UUID) -> Push | None:
    """The push for what the desk said, in the relay; None where nobody wants to be told any more."""
    found = _asked_for(message_id)
    if found is None:
        return None
    id, tip_id, version, sealed = found
    try:
        kept = msgspec.json.decode(keyring().unwrap("relay", version, sealed, _info(tip_id, id)), type=_Kept)
    except CannotOpen:
        return None
    return Push(kept.endpoint, kept.p256dh, kept.auth)


def failed(delivery_id: UUID, written_at: datetime | None = None) -> None:
    """The browser has ended it (event `delivery.failed`): forget it. Another phone that has asked since stays."""
    row = Delivery.objects.filter(pk=delivery_id, channel=CHANNEL, purpose=PURPOSE, last_error=GONE).first()
    found = _asked_for(row.subject_id) if row else None
    if row and found and _key_of(found[0]) == row.address_key:
        PushAddress.objects.filter(pk=found[0]).delete()
        audit.record("system:relay", "intake.push_removed", "tip", found[1])


def clear() -> bool:
    """Forget the phones of tips that are closed, or that nobody can open any more; True where there may be more (a chore)."""
    closed = Tip.objects.exclude(closed_at=None).values("id")
    legible = WrappedKey.objects.values("holder")
    going = PushAddress.objects.filter(tip_id__in=closed) | PushAddress.objects.exclude(tip_id__in=legible)
    gone = list(going.values_list("id", flat=True)[:_PART])
    PushAddress.objects.filter(pk__in=gone).delete()
    return len(gone) == _PART


def _asked_for(message_id: UUID) -> tuple[UUID, UUID, int, bytes] | None:
    """Which phone is to be told of a word of the desk, of which tip, and sealed where (migration 0009)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tip_id, key_version, sealed_relay FROM intake_push(%s)", [message_id])
        row = cursor.fetchone()
    return (row[0], row[1], row[2], bytes(row[3])) if row else None


def _info(tip_id: UUID, id: UUID) -> bytes:
    return f"upstander/push/1|{tip_id}|{id}".encode()


def _key_of(id: UUID) -> str:
    """By what the throttle counts, and by which the phone of a delivery is known again."""
    return f"push:{id.hex[:26]}"
