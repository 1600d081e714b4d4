"""Conversations with peers whose names nobody reads here: a keyed mark of who it is, and the tip's receipt, sealed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from upstander.ids import new_id
from upstander.inbound.models import Stop, Thread
from upstander.intake.models import Tip
from upstander.vault.keys import keyring

GOES_ON = timedelta(days=7)  # after the last word: later than this, about a tip that is closed, it is something new


def peer_mac(channel: str, peer: str) -> bytes:
    """Under what a peer's conversations are found; `peer` in its one spelling."""
    return keyring().mac("peer", channel.encode(), peer.encode())


def alone(mac: bytes) -> None:
    """Until the transaction ends nobody else decides about this peer: two texts that arrive at once are one tip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mac[:8], "big", signed=True)])


def open_thread(channel: str, mac: bytes, now: datetime) -> Thread | None:
    """The conversation to which a further word of this peer belongs: the last one, while its tip is open or it is fresh."""
    of_open_tip = Exists(Tip.objects.filter(id=OuterRef("tip_id"), closed_at=None))
    mine = Thread.objects.filter(channel=channel, peer_mac=mac)
    return mine.filter(of_open_tip | Q(last_at__gt=now - GOES_ON)).order_by("-last_at").first()


def begin(channel: str, mac: bytes, tip_id: UUID, receipt: str, at: datetime) -> Thread:
    """A new conversation, about a tip that came by this channel."""
    id = new_id()
    version, sealed = keyring().wrap("relay", receipt.encode(), _info(id))
    stopped = Stop.objects.filter(channel=channel, peer_mac=mac).values_list("at", flat=True).first()
    return Thread.objects.create(
        id=id, channel=channel, peer_mac=mac, tip_id=tip_id, key_version=version, sealed_receipt=sealed, began_at=at,
        last_at=at, stopped_at=stopped,
    )  # fmt: skip


def receipt_of(thread: Thread) -> str:
    """The tip's receipt; raises CannotOpen where this process does not hold the relay's key."""
    return keyring().unwrap("relay", thread.key_version, thread.sealed_receipt, _info(thread.id)).decode()


def heard(thread: Thread, at: datetime) -> None:
    """The peer has written again."""
    Thread.objects.filter(id=thread.id, last_at__lt=at).update(last_at=at)


def stop(channel: str, mac: bytes, at: datetime) -> None:
    """The peer wants no more messages by this channel, of no conversation."""
    Stop.objects.get_or_create(channel=channel, peer_mac=mac, defaults={"at": at})
    Thread.objects.filter(channel=channel, peer_mac=mac, stopped_at=None).update(stopped_at=at)


def go_on(channel: str, mac: bytes) -> bool:
    """The peer wants messages again; False where they had never been stopped."""
    found = Stop.objects.filter(channel=channel, peer_mac=mac).delete()[0]
    Thread.objects.filter(channel=channel, peer_mac=mac).update(stopped_at=None)
    return bool(found)


def stopped(channel: str, mac: bytes) -> bool:
    """Whether this peer wants no messages."""
    return Stop.objects.filter(channel=channel, peer_mac=mac).exists()


def wants_none(number: str) -> bool:
    """Whether whoever has this number wants no text messages (asked before any leaves)."""
    return stopped("sms", peer_mac("sms", number))


def _info(id: UUID) -> bytes:
    return f"upstander/thread/1|{id}".encode()
