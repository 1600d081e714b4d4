"""A push to a browser that asked for it (RFC 8030): what is sent is one constant word, encrypted to the browser (RFC 8291), and
signed as ours for its push service (RFC 8292). No word of ours, no name, no code is ever in one.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from upstander.config import Config
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.outward import checked
from upstander.vault.keys import derive
from upstander.vault.vapid import point, private_key

CHANNEL = "push"
WORD = b"news".ljust(128)  # every push is alike, in what it says and in how long it is
WAITS = timedelta(days=3)  # how long the push service keeps it for a phone that is off
_SIGNED_FOR = timedelta(hours=12)  # RFC 8292: a day at most
_RECORD = 4096
_AUTH = 16


@dataclass(frozen=True)
class Push:
    """What a renderer hands over for the channel `push`: whom a browser named, in its spelling (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


def spelled(data: bytes) -> str:
    """Bytes as base64url without its filling, as these RFCs write them."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def read(written: str) -> bytes:
    """What `spelled` wrote; raises ValueError."""
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


def checked_service(endpoint: str, config: Config) -> str:
    """The endpoint, where it is one of a push service that we know; raises CarrierError (permanent)."""
    parts = checked(endpoint)
    place = (parts.hostname or "") + (f":{parts.port}" if parts.port not in (None, 443) else "")
    for known in config.push_services.replace(",", " ").split():
        if place == known or (known.startswith("*.") and place.endswith(known[1:])):
            return endpoint
    raise CarrierError("unknown-service", permanent=True)


def browser_key(p256dh: str) -> ec.EllipticCurvePublicKey:
    """The browser's public key; raises CarrierError (permanent) where it is none."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), read(p256dh))
    except ValueError:
        raise CarrierError("key", permanent=True) from None


def check(push: Push, config: Config) -> Push:
    """The same, where a push can be made of it; raises CarrierError (permanent): `address`, `unknown-service`, `key`."""
    checked_service(push.endpoint, config)
    browser_key(push.p256dh)
    try:
        if len(read(push.auth)) == _AUTH:
            return push
    except ValueError:
        pass
    raise CarrierError("key", permanent=True)


def encrypted(word: bytes, push: Push, salt: bytes, own: ec.EllipticCurvePrivateKey) -> bytes:
    """RFC 8291 with the content coding aes128gcm (RFC 8188), in one record. `salt` (16 bytes) and `own` are used once."""
    theirs, auth = browser_key(push.p256dh), read(push.auth)
    sender = point(own.public_key())
    told = b"WebPush: info\0" + point(theirs) + sender
    material = derive(own.exchange(ec.ECDH(), theirs), auth, told)
    key = derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return header + AESGCM(key).encrypt(nonce, word + b"\x02", None)


def authorization(endpoint: str, secret: bytes, subject: str, at: datetime) -> str:
    """The header by which the push service knows us: a token signed with ES256 for this service and half a day."""
    service, key = urlsplit(endpoint), private_key(secret)
    claims = {"aud": f"https://{service.netloc}", "exp": int((at + _SIGNED_FOR).timestamp()), "sub": subject}
    parts = [
        spelled(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    ]
    r, s = decode_dss_signature(key.sign(".".join(parts).encode(), ec.ECDSA(SHA256())))
    signature = spelled(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={'.'.join((*parts, signature))}, k={spelled(point(key.public_key()))}"


def compose(push: Push, delivery_id: UUID, config: Config, secret: bytes, at: datetime) -> Outgoing:
    """The push as it leaves; raises CarrierError (permanent) where the browser named what cannot be one."""
    check(push, config)
    body = encrypted(WORD, push, secrets.token_bytes(16), ec.generate_private_key(ec.SECP256R1()))
    headers = {
        "Authorization": authorization(push.endpoint, secret, f"mailto:{config.mail_from}", at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(WAITS.total_seconds())),
        "Topic": "news",  # the next one takes the place of one that still waits
        "Urgency": "high",  # somebody waits for it, perhaps in distress
    }
    return Outgoing(
        delivery_id, CHANNEL, "", push.endpoint, _for_the_sandbox(push), body=body, headers=headers
    )


def _for_the_sandbox(push: Push) -> EmailMessage:
    """What the sandbox keeps: by which service it would have gone, and nothing of whose it is."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = "<push@push>"
    message["To"] = "<phone@push>"
    message["Subject"] = "(push)"
    message.set_content(f"A push without words, by {urlsplit(push.endpoint).hostname}.")
    return message
