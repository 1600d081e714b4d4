"""The token of an upload: the only place in which a file's key is until a tip takes the file over (docs/decisions/0077)."""

import base64
import binascii
from datetime import timedelta
from uuid import UUID

import msgspec

from upstander import clock
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal
from upstander.vault.keys import derive, keyring

LASTS = timedelta(hours=6)  # as long as a page that was left open
NAME = 200  # characters of a file's name that are kept
_WHERE = place("evidence.token", "upload")


class NotOurs(Exception):
    """The token is missing, damaged or altered, or its time is over."""


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """What a token says: which file, under which key, of what size, and what its owner called it."""

    id: UUID
    key: bytes
    size: int
    name: str
    at: float

    def mark_key(self) -> bytes:
        """Under which the marks of its chunks are made."""
        return derive(self.key, self.id.bytes, b"upstander/evidence/mark/1")


_decode = msgspec.msgpack.Decoder(Ticket).decode


def hide(ticket: Ticket) -> str:
    """The token of a ticket."""
    envelope = seal(keyring().secret("draft"), msgspec.msgpack.encode(ticket), _WHERE)
    return base64.urlsafe_b64encode(envelope).decode().rstrip("=")


def reveal(token: str) -> Ticket:
    """What `hide` hid; raises NotOurs."""
    try:
        envelope = base64.urlsafe_b64decode((token + "=" * (-len(token) % 4)).encode("ascii"))
        ticket = _decode(open_bytes(keyring().secret("draft"), envelope, _WHERE))
    except (binascii.Error, ValueError, CannotOpen, msgspec.DecodeError) as error:
        raise NotOurs from error
    if not 0 <= clock.now().timestamp() - ticket.at + 60 <= LASTS.total_seconds() + 60:
        raise NotOurs
    return ticket
