"""The ticket of a file that is on its way in, and the token that hides it: the only place of the file's key until something takes
the file over (docs/decisions/0077, 0139). Rooms that take files in use it with a secret and labels of their own.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec

from upstander import clock
from upstander.vault.envelope import CannotOpen, open_bytes, seal
from upstander.vault.keys import derive

LASTS = timedelta(hours=6)  # as long as a page that was left open
_SLOW = 60  # seconds by which the clock of who made it may be ahead of ours


class NotOurs(Exception):
    """The token is missing, damaged or altered, or its time is over."""


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """What a token says: which file, under which key, of what size, and what its owner called it."""

    id: UUID
    key: bytes
    size: int
    name: str
    at: float

    def mark(self, label: bytes, n: int, data: bytes) -> bytes:
        """By which piece `n` is known when it is sent again; `label` is that of the room's marks."""
        return hmac.digest(derive(self.key, self.id.bytes, label), n.to_bytes(4, "big") + data, "sha256")[:16]


_decode = msgspec.msgpack.Decoder(Ticket).decode


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one room: sealed under its `secret`, at its `where` (`envelope.place`)."""

    secret: Callable[[], bytes]
    where: bytes

    def hide(self, ticket: Ticket) -> str:
        """The token of a ticket."""
        envelope = seal(self.secret(), msgspec.msgpack.encode(ticket), self.where)
        return base64.urlsafe_b64encode(envelope).decode().rstrip("=")

    def reveal(self, token: str) -> Ticket:
        """What `hide` hid; raises NotOurs."""
        try:
            envelope = base64.urlsafe_b64decode((token + "=" * (-len(token) % 4)).encode("ascii"))
            ticket = _decode(open_bytes(self.secret(), envelope, self.where))
        except (binascii.Error, ValueError, CannotOpen, msgspec.DecodeError) as error:
            raise NotOurs from error
        if not -_SLOW <= clock.now().timestamp() - ticket.at <= LASTS.total_seconds():
            raise NotOurs
        return ticket
