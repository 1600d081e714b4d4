"""The programme's own addresses: the one that is published, and one for each conversation, which nobody can guess.

tips@upstander.example
tips+0r8c...@upstander.example
"""

import hmac
import re
from uuid import UUID

from upstander.config import Config
from upstander.ids import CROCKFORD, crockford, normalised
from upstander.vault.keys import Keyring

_MAC = 9  # bytes: nobody guesses one of 2^72 at a mail server
_MARK = 40  # characters of five bits: the id's sixteen bytes, and those
_FORM = re.compile(r"[0-9a-z]{1,60}")


def published(config: Config) -> str:
    """The address that people write to, in small letters."""
    return (config.mail_to or config.mail_from).lower()


def is_ours(address: str, config: Config) -> bool:
    """Whether mail to `address` is for us: the published one, the voicemail box's, or of the form of a conversation's."""
    if config.voicemail_to and address.strip().lower() == config.voicemail_to.strip().lower():
        return True
    local, _, domain = address.strip().lower().rpartition("@")
    ours, _, here = published(config).rpartition("@")
    base, plus, mark = local.partition("+")
    return domain == here and (local == ours or (base == ours and bool(plus) and bool(_FORM.fullmatch(mark))))


def for_thread(thread_id: UUID, config: Config, ring: Keyring) -> str:
    """The address of one conversation: its id, and a keyed mark of it."""
    mark = crockford(thread_id.bytes + _mac(thread_id, ring), _MARK).lower()
    local, _, domain = published(config).rpartition("@")
    return f"{local}+{mark}@{domain}"


def thread_of(address: str, config: Config, ring: Keyring) -> UUID | None:
    """The conversation whose address this is; None for any other, and for one that somebody made up."""
    mark = normalised(address.rpartition("@")[0].partition("+")[2])
    if not is_ours(address, config) or len(mark) != _MARK:
        return None
    value = 0
    for c in mark:
        value = value << 5 | CROCKFORD.index(c)
    id = UUID(bytes=value.to_bytes(16 + _MAC, "big")[:16])
    ours = for_thread(id, config, ring)
    return id if hmac.compare_digest(ours.encode(), address.strip().lower().encode()) else None


def _mac(thread_id: UUID, ring: Keyring) -> bytes:
    return ring.mac("peer", b"mail", thread_id.bytes)[:_MAC]
