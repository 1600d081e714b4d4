"""A text message as an upper room renders it, and as it leaves: in the alphabet that carries it."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.gsm import plain
from upstander.delivery.telephone.numbers import CannotDial, e164

CHANNEL = "sms"
LONGEST = 1530  # characters in ten parts of the small alphabet, which is what a gateway hands over in one


@dataclass(frozen=True)
class Text:
    """What a renderer hands over for the channel `sms`: a number, in any spelling of the directory, and the words."""

    to: str
    text: str
    although_stopped: bool = False  # an answer that carriers demand even then


_stopped: list[Callable[[str], bool]] = []


def ask_first(stopped: Callable[[str], bool]) -> None:
    """Have `stopped(number)` asked before a text leaves, whoever renders it; once, by the room that hears those who stop."""
    if stopped not in _stopped:
        _stopped.append(stopped)


def compose(text: Text, delivery_id: UUID, sender: str) -> Outgoing:
    """The text as it leaves. Raises CarrierError (permanent): `address`, `empty`, `stopped`."""
    words = plain(text.text).strip()
    if not words:
        raise CarrierError("empty", permanent=True)
    try:
        number = e164(text.to)
    except CannotDial:
        raise CarrierError("address", permanent=True) from None
    if not text.although_stopped and any(stopped(number) for stopped in _stopped):
        raise CarrierError("stopped", permanent=True)
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."
    return Outgoing(delivery_id, CHANNEL, sender, number, _for_the_sandbox(number, sender, words), words)


def _for_the_sandbox(number: str, sender: str, words: str) -> EmailMessage:
    """The text in the form in which the sandbox keeps all that would have left."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = f"<{(sender or 'sms').lstrip('+')}@sms>"
    message["To"] = f"<{number.lstrip('+')}@sms>"
    message["Subject"] = "(text message)"
    message.set_content(words)
    return message
