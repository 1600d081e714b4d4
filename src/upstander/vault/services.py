"""The verbs of the vault: new holders of keys, opening them, deriving receipts."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from upstander.ids import crockford, normalised
from upstander.vault.envelope import CannotOpen, open_bytes, seal
from upstander.vault.keys import Keyring, derive, keyring
from upstander.vault.models import WrappedKey

RECEIPT_LENGTH = 16  # Crockford characters: 80 bits


def new_key() -> bytes:
    """A fresh 32-byte content key for a tip or a referral."""
    return secrets.token_bytes(32)


def _info(holder: UUID, audience: str) -> bytes:
    return f"upstander/key/1|{audience}|{holder}".encode()


def wrap_info(holder: UUID, audience: str) -> bytes:
    """What a key wrapped by `wrapped_for` is bound to, for a room that keeps the wrapped key in a row of its own."""
    return _info(holder, audience)


def wrapped_for(holder: UUID, key: bytes, audience: str) -> tuple[int, bytes]:
    """`key` wrapped for an audience that has a key pair, with that pair's version."""
    return keyring().wrap(audience, key, _info(holder, audience))


def wrapped_for_receipt(holder: UUID, key: bytes, receipt: str) -> bytes:
    """`key` sealed under a key derived from the receipt, which only the reporter holds."""
    own = derive(normalised(receipt).encode(), holder.bytes, b"upstander/receipt/1")
    return seal(own, key, _info(holder, "receipt"))


def store_key(holder: UUID, key: bytes, audiences: Iterable[str]) -> None:
    """Write the wrapped key rows of a new holder, in the present transaction."""
    store_keys({holder: key}, audiences)


def store_keys(keys: Mapping[UUID, bytes], audiences: Iterable[str]) -> None:
    """As `store_key`, for several new holders, each with a key of its own."""
    rows = []
    for audience in audiences:
        for holder, key in keys.items():
            version, wrapped = wrapped_for(holder, key, audience)
            rows.append(WrappedKey(holder=holder, audience=audience, key_version=version, wrapped=wrapped))
    WrappedKey.objects.bulk_create(rows)


def content_keys(holders: Iterable[UUID], audience: str) -> dict[UUID, bytes]:
    """The content keys of `holders` as this process may open them; holders whose key was destroyed are absent."""
    ring = keyring()
    rows = WrappedKey.objects.filter(holder__in=list(holders), audience=audience)
    return {
        r.holder: ring.unwrap(audience, r.key_version, r.wrapped, _info(r.holder, audience)) for r in rows
    }


def content_key(holder: UUID, audience: str) -> bytes:
    """The content key of one holder; raises CannotOpen where it was expunged or is not for this audience."""
    try:
        return content_keys([holder], audience)[holder]
    except KeyError:
        raise CannotOpen("there is no key for this any more") from None


def key_by_receipt(holder: UUID, receipt: str, wrapped: bytes) -> bytes:
    """The content key as the returning reporter opens it; raises CannotOpen."""
    own = derive(normalised(receipt).encode(), holder.bytes, b"upstander/receipt/1")
    return open_bytes(own, wrapped, _info(holder, "receipt"))


def expunge(holder: UUID) -> int:
    """Destroy every wrapped key of `holder`: its content is unreadable from then on. Returns how many rows went."""
    return WrappedKey.objects.filter(holder=holder).delete()[0]


def receipt_for(idempotency_key: str, canonical_body: bytes, ring: Keyring | None = None) -> str:
    """The receipt of this submission: the same key and body always give the same one (decisions 5).

    The desk makes those of what it writes down with a secret of its own, and none that another process would make. Its key
    file of a version of before, where nobody has renewed it yet, has the one that it was given then: no call is turned away.
    """
    held = ring or keyring()
    name = "told" if held.process == "desk" and "told" in held.secrets else "receipt"
    mac = held.mac(name, idempotency_key.encode(), hashlib.sha256(canonical_body).digest())
    return crockford(mac, RECEIPT_LENGTH)


def receipt_lookup(receipt: str) -> bytes:
    """Under what a receipt is found: an HMAC whose key is not in the database."""
    return keyring().mac("pepper", normalised(receipt).encode())


def submission_tag(idempotency_key: str) -> bytes:
    """A keyed mark of the idempotency key, by which a second, different body under the same key is recognised."""
    return keyring().mac("pepper", b"submission", idempotency_key.encode())[:16]
