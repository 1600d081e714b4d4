"""The offer to have a phone told that there is news, as pages make it, and the mark by which a phone ends it again."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from uuid import UUID

from upstander.delivery.webpush import Push, spelled
from upstander.intake import push
from upstander.packs.current import current
from upstander.vault.keys import keyring

_MAC = 16


@dataclass(frozen=True)
class Offer:
    """What a page needs to offer it: our key for the browser, the sealed code, what the phone will show, which phone is told."""

    key: str
    hidden: str
    notice: str
    told: str


def offered(hidden: str, language: str, tip_id: UUID | None = None) -> Offer | None:
    """The offer for the dialogue that `hidden` opens; None where this house tells no phones."""
    key = push.key()
    if key is None:
        return None
    told = push.of(tip_id) if tip_id else None
    return Offer(
        spelled(key), hidden, current().text("reporter.push.news", language), told.hex if told else ""
    )


def mark(id: UUID) -> str:
    """By what a phone ends it later, without the code. Nobody else can make one, and it says of no report."""
    mac = keyring().mac("draft", b"push-off", id.bytes)[:_MAC]
    return base64.urlsafe_b64encode(id.bytes + mac).decode()


def ended(said: str) -> bool:
    """End it for the phone that shows this mark; False where it is none of ours, or ends nothing any more."""
    id = _marked(said)
    return id is not None and push.end(id)


def renewed(said: str, named: Push) -> UUID | None:
    """Tell the phone that shows this mark where its browser is now: the id by which it is ended from then on. None where it is
    told no more. Raises Refused."""
    id = _marked(said)
    return push.renew(id, named) if id else None


def _marked(said: str) -> UUID | None:
    """The phone that shows this mark; None where it is none of ours."""
    try:
        id = UUID(bytes=base64.urlsafe_b64decode(said.encode())[:16])
    except (binascii.Error, ValueError):
        return None
    return id if hmac.compare_digest(mark(id).encode(), said.encode()) else None
