"""A notice to an organisation's own system: JSON, posted to an address that it named, signed as Standard Webhooks 1.0.0 says."""

import hmac
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from upstander.delivery.carriers.base import Outgoing
from upstander.delivery.carriers.outward import checked

CHANNEL = "webhook"
PREFIX = "whsec_"  # before a secret, as people copy it
SECRET = 32  # bytes


@dataclass(frozen=True)
class Hook:
    """What a renderer hands over for the channel `webhook`: where to, the secret that both sides know, and the JSON."""

    url: str
    secret: bytes
    body: bytes


def written(secret: bytes) -> str:
    """A secret as people copy it."""
    return PREFIX + b64encode(secret).decode()


def signature(secret: bytes, id: str, at: int, body: bytes) -> str:
    """What stands in `webhook-signature`; `at`: seconds since 1970 of this try."""
    mac = hmac.new(secret, f"{id}.{at}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(mac).decode()}"


def compose(hook: Hook, delivery_id: UUID, at: datetime) -> Outgoing:
    """The post as it leaves; each try of the same notice has the same id. Raises CarrierError (permanent) for no address."""
    checked(hook.url)
    id, moment = f"msg_{delivery_id.hex}", int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Upstander",
        "webhook-id": id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(hook.secret, id, moment, hook.body),
    }
    return Outgoing(
        delivery_id, CHANNEL, "", hook.url, _for_the_sandbox(hook), body=hook.body, headers=headers
    )


def _for_the_sandbox(hook: Hook) -> EmailMessage:
    """The post in the form in which the sandbox keeps all that would have left."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = "<webhook@webhook>"
    message["To"] = f"<post@{urlsplit(hook.url).hostname}>"
    message["Subject"] = "(webhook)"
    message.set_content(hook.body.decode())
    return message
