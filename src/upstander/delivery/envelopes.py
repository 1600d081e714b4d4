"""The sender on the envelope of each mail that leaves: an address that only we could have made, so that what comes back to it is
known to be about that mail (RFC 5321, 4.5.5). Anybody can write a report about a mail of ours; nobody can guess where it must go.

    tips+b0r8c...@upstander.example
"""

import hmac
from uuid import UUID

from upstander.config import Config
from upstander.ids import CROCKFORD, crockford, normalised
from upstander.vault.keys import Keyring

_MAC = 9  # bytes: nobody guesses one of 2^72 at a mail server
_MARK = 40  # characters of five bits: the delivery's sixteen bytes, and those
_LOCAL = 64  # characters before the @ (RFC 5321)


def sender_of(delivery_id: UUID, config: Config, ring: Keyring) -> str:
    """The envelope's sender of one mail; the plain `mail_from` where no mail comes in, or another would not do."""
    local, _, domain = (config.mail_to or config.mail_from).partition("@")
    comes_in = config.mail_in != "off" or bool(config.imap_host)
    same = domain.lower() == config.mail_from.rpartition("@")[2].lower()  # or the sender's domain is not ours to name
    made = f"{local}+{_mark(delivery_id, ring)}" if "peer" in ring.secrets else ""
    fits = bool(made) and len(made) <= _LOCAL
    return f"{made}@{domain}" if config.mail_bounces and comes_in and same and fits else config.mail_from


def delivery_of(address: str, ring: Keyring) -> UUID | None:
    """The delivery whose mail went out with `address` as its sender; None for any other, and for one that somebody made up."""
    mark = address.strip().rpartition("@")[0].rpartition("+")[2]
    code = normalised(mark[1:])
    if mark[:1].lower() != "b" or len(mark) != _MARK + 1 or len(code) != _MARK:
        return None
    value = 0
    for c in code:
        value = value << 5 | CROCKFORD.index(c)
    id = UUID(bytes=value.to_bytes(16 + _MAC, "big")[:16])
    return id if hmac.compare_digest(_mark(id, ring).encode(), mark.lower().encode()) else None


def _mark(delivery_id: UUID, ring: Keyring) -> str:
    mac = ring.mac("peer", b"bounce", delivery_id.bytes)[:_MAC]
    return "b" + crockford(delivery_id.bytes + mac, _MARK).lower()
