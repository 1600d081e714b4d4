"""The sealed envelope in which everything lies that a person wrote.

Bytes: version (1), algorithm (1), key id (2, big-endian), nonce (12), ciphertext with its tag. The associated data name the
table, column, holder and row, so that a ciphertext moved elsewhere does not open (decisions 2).
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
AES_256_GCM = 1
_HEAD = bytes([VERSION, AES_256_GCM])

Sealed = bytes | memoryview  # as the database driver hands it out


class CannotOpen(Exception):
    """The envelope does not open: wrong key, wrong place, or changed."""


def place(column: str, holder: UUID | str, row: UUID | str | int = "") -> bytes:
    """The associated data of `column` (written "table.column") in row `row` of the tip or referral `holder`."""
    return f"{column}|{holder}|{row}".encode()


def seal(key: bytes, text: str | bytes, where: bytes, key_id: int = 0) -> bytes:
    """`text` sealed under the 32-byte `key` for the place `where` (see `place`)."""
    nonce = os.urandom(12)
    data = text.encode() if isinstance(text, str) else text
    return _HEAD + key_id.to_bytes(2, "big") + nonce + AESGCM(key).encrypt(nonce, data, where)


def open_bytes(key: bytes, envelope: Sealed, where: bytes) -> bytes:
    """What `seal` sealed; raises CannotOpen."""
    raw = bytes(envelope)
    if raw[:2] != _HEAD:
        raise CannotOpen("unknown envelope version or algorithm")
    try:
        return AESGCM(key).decrypt(raw[4:16], raw[16:], where)
    except (InvalidTag, ValueError):
        raise CannotOpen("the key or the place is not the right one, or the envelope was changed") from None


def open_text(key: bytes, envelope: Sealed, where: bytes) -> str:
    """The same as text; raises CannotOpen."""
    return open_bytes(key, envelope, where).decode()
