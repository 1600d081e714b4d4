"""What would have left a practice system: sealed to the desk when it is kept, opened when somebody looks."""

import email
from dataclasses import dataclass
from datetime import datetime
from email import policy
from uuid import UUID

from upstander import clock
from upstander.delivery.models import SandboxMessage
from upstander.ids import new_id
from upstander.vault.envelope import open_bytes, place, seal
from upstander.vault.keys import keyring
from upstander.vault.services import new_key

_COLUMN = "delivery_sandboxmessage.sealed_message"
_SHOWN = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "Auto-Submitted",
    "X-Priority",
)


@dataclass(frozen=True)
class Kept:
    """One kept message, opened."""

    id: UUID
    at: datetime
    channel: str
    recipient: str
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str


def keep(channel: str, raw: bytes, delivery_id: UUID | None = None) -> UUID:
    """Seal `raw` (a whole RFC 5322 message) to the desk and keep it. The process that keeps it cannot open
    it.
    """
    id, key = new_id(), new_key()
    version, wrapped = keyring().wrap("desk", key, _info(id))
    SandboxMessage.objects.create(
        id=id,
        delivery_id=delivery_id,
        channel=channel,
        at=clock.now(),
        key_version=version,
        wrapped=wrapped,
        sealed_message=seal(key, raw, place(_COLUMN, id)),
    )
    return id


def newest(limit: int, before: UUID | None = None) -> list[Kept]:
    """The newest `limit` messages, or those older than the message `before`; needs the desk's key."""
    rows = SandboxMessage.objects.order_by("-at", "-id")
    if before is not None:
        last = SandboxMessage.objects.filter(id=before).values_list("at", flat=True).first()
        if last is None:
            return []
        # ids of one moment are ordered too, so no message falls between two pages
        rows = rows.filter(at__lte=last).exclude(at=last, id__gte=before)
    return [_opened(row) for row in rows[:limit]]


def one(id: UUID) -> Kept:
    """One message; raises SandboxMessage.DoesNotExist."""
    return _opened(SandboxMessage.objects.get(id=id))


def _info(id: UUID) -> bytes:
    return f"upstander/sandbox/1|{id}".encode()


def _opened(row: SandboxMessage) -> Kept:
    key = keyring().unwrap("desk", row.key_version, bytes(row.wrapped), _info(row.id))
    raw = open_bytes(key, bytes(row.sealed_message), place(_COLUMN, row.id))
    message = email.message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return Kept(
        id=row.id,
        at=row.at,
        channel=row.channel,
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        headers=tuple((name, str(message[name])) for name in _SHOWN if message[name] is not None),
        text=str(body.get_content()) if body is not None else "",
    )
