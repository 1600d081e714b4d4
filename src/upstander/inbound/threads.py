"""Conversations with peers whom nobody can read here: a keyed mark of who it is, and the tip's receipt, sealed to the relay's
key.
"""

from datetime import datetime
from uuid import UUID

from upstander.ids import new_id
from upstander.inbound.models import Thread
from upstander.vault.keys import keyring


def peer_mac(channel: str, peer: str) -> bytes:
    """Under what a peer's conversations are found; `peer` in its one spelling."""
    return keyring().mac("peer", channel.encode(), peer.encode())


def begin(channel: str, mac: bytes, tip_id: UUID, receipt: str, at: datetime) -> Thread:
    """A new conversation, about a tip that came by this channel."""
    id = new_id()
    version, sealed = keyring().wrap("relay", receipt.encode(), _info(id))
    return Thread.objects.create(
        id=id, channel=channel, peer_mac=mac, tip_id=tip_id, key_version=version, sealed_receipt=sealed, began_at=at,
        last_at=at,
    )  # fmt: skip


def receipt_of(thread: Thread) -> str:
    """The tip's receipt; raises CannotOpen where this process does not hold the relay's key."""
    return keyring().unwrap("relay", thread.key_version, thread.sealed_receipt, _info(thread.id)).decode()


def heard(thread: Thread, at: datetime) -> None:
    """The peer has written again."""
    Thread.objects.filter(id=thread.id, last_at__lt=at).update(last_at=at)


def _info(id: UUID) -> bytes:
    return f"upstander/thread/1|{id}".encode()
