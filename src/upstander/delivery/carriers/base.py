"""What every carrier is: it returns, or raises the one error type that says whether trying again makes
sense.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol
from uuid import UUID


class CarrierError(Exception):
    """A message was not accepted. `code` is a short constant for people and statistics, never a server's
    text.
    """

    def __init__(
        self, code: str, *, permanent: bool = False, after: float = 0.0, untouched: bool = False, line: bool = False
    ) -> None:
        """`after`: seconds that the other side asks us to wait, where it does. `untouched`: nothing of the message has been
        handed over, for certain; `line`: not even a line could be opened, which says nothing of this message."""
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.after = after
        self.untouched = untouched
        self.line = line


@dataclass(frozen=True)
class Outgoing:
    """One message on its way: the envelope's two addresses and what it holds."""

    delivery_id: UUID
    channel: str
    sender: str
    recipient: str
    message: EmailMessage
    text: str = ""  # of a text message
    body: bytes = b""  # of what is posted to an address of the web (`recipient`), with these headers
    headers: Mapping[str, str] = field(default_factory=dict)


def took(carrier: "Carrier") -> str:
    """The name of the carrier that has had the last message: its own, or that of the one it handed it on to."""
    return getattr(carrier, "last", "") or carrier.name


class Carrier(Protocol):
    """A way out of the house. One instance belongs to one sending thread and may keep a line open between
    messages.
    """

    name: str

    def send(self, mail: Outgoing) -> None:
        """Hand `mail` over; returning means that the other side has taken responsibility. Raises
        CarrierError.
        """

    def cut(self) -> None:
        """Called from another thread when a send takes too long: make it fail soon."""

    def close(self) -> None:
        """End politely; may be used again afterwards."""
