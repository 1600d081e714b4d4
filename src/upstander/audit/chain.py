"""What the seals are made of: bytes, hashes and signatures. Pure; the same code seals and verifies (docs/audit.md).

Merkle trees are those of RFC 6962 (0x00 before a leaf, 0x01 before a node), so that an inner node never passes for a leaf.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS = bytes(32)  # what stands before the first seal
MARK = 8  # bytes of a leaf that are kept in the clear, to name a changed row
BATCH = 5000  # most entries in a seal
_SEAL, _HEAD = b"upstander/audit/seal/1", b"upstander/audit/head/1"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's own


class Row(NamedTuple):
    """Every column of an entry, as ROW reads it: `at` in PostgreSQL's binary form (so that 'infinity' is readable, too),
    `detail` in its text form. A tamperer may have put NULL anywhere."""

    id: int
    at: bytes
    process: str
    actor: str
    act: str
    object_kind: str
    object_id: str
    detail: str
    nonce: bytes
    mac: bytes
    xid: int
    cluster: int


ROW = "id, timestamptz_send(at), process, actor, act, object_kind, object_id, detail::text, nonce, mac, xid, cluster"


def leaf(row: Row) -> bytes:
    """The hash of one entry: all its columns, each with its length before it."""
    return hashlib.sha256(b"\0" + b"".join(map(_field, row))).digest()


def _field(value: Any) -> bytes:
    if value is None:
        return b"\xff\xff\xff\xff"
    data = (
        value
        if isinstance(value, bytes)
        else bytes(value)
        if isinstance(value, memoryview)
        else str(value).encode()
    )
    return len(data).to_bytes(4, "big") + data


def merkle(leaves: Sequence[bytes]) -> bytes:
    """The root over `leaves` (hashes already), of RFC 6962 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0]


def stamp(moment: datetime) -> bytes:
    """A moment in PostgreSQL's binary form: microseconds since 2000, 8 bytes."""
    return ((moment - _EPOCH) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)


def moment(stamped: bytes) -> str:
    """A stamped moment for people: ISO 8601 in UTC, or in words where no calendar has it."""
    micros = int.from_bytes(stamped, "big", signed=True)
    try:
        return (_EPOCH + timedelta(microseconds=micros)).isoformat(timespec="microseconds")
    except OverflowError:
        return "outside the calendar"


@dataclass(frozen=True)
class Link:
    """One seal as it stands in the table (see models.Seal); `at` is stamped."""

    n: int
    at: bytes
    entries: list[int]
    marks: bytes
    merkle_root: bytes
    previous: bytes
    root: bytes
    signature: bytes
    horizon: int
    upto: int
    cluster: int

    def own_root(self) -> bytes:
        """The root that follows from the other columns (`marks` only point, they prove nothing)."""
        numbers = (self.n, self.horizon, self.upto, self.cluster, len(self.entries))
        parts = [self.previous, self.at, self.merkle_root, *(str(number).encode() for number in numbers)]
        return hashlib.sha256(_SEAL + b"".join(map(_field, parts))).digest()

    def genuine(self, key: Ed25519PublicKey) -> bool:
        """Whether the sealer made this seal as it stands here (its entries are another question)."""
        return self.root == self.own_root() and signed(key, self.n, self.at, self.root, self.signature)


LINK = (
    "n, timestamptz_send(at), entries, marks, merkle_root, previous, root, signature, horizon, upto, cluster"
)


def head_message(n: int, at: bytes, root: bytes) -> bytes:
    """What the sealer signs: a head stands for itself, also outside the database."""
    return _HEAD + n.to_bytes(8, "big", signed=True) + at + root


def signed(key: Ed25519PublicKey, n: int, at: bytes, root: bytes, signature: bytes) -> bool:
    """Whether `signature` is the sealer's own under this head."""
    try:
        key.verify(signature, head_message(n, at, root))
    except InvalidSignature:
        return False
    return True


def link(values: Sequence[Any]) -> Link:
    """A seal as LINK reads it. Raises ValueError where a column holds what no seal can hold (NULL, nested arrays)."""
    n, at, entries, marks, merkle_root, previous, root, signature, horizon, upto, cluster = values
    if not isinstance(entries, list) or not all(isinstance(number, int) for number in entries):
        raise ValueError("entries")
    if any(part is None for part in values):
        raise ValueError("null")
    return Link(
        n, bytes(at), entries, bytes(marks), bytes(merkle_root), bytes(previous), bytes(root), bytes(signature),
        horizon, upto, cluster,
    )  # fmt: skip
