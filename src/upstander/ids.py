"""Identifiers that we mint ourselves, so that a whole tip is one statement to the database."""

import os
import secrets
import uuid
from datetime import UTC, datetime

from upstander import clock

# Crockford's base 32: no I, L, O, U; read aloud and typed without mistakes.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, so that indexes stay small; 62 random bits.

    The bits after the milliseconds hold the microseconds (6.2, method 3): what one process keeps in one millisecond, parts of a
    long text say, is found again in its order.
    """
    now = clock.now()
    seconds, millis, micros = int(now.replace(microsecond=0).timestamp()), now.microsecond // 1000, now.microsecond % 1000
    value = (seconds * 1000 + millis) << 80 | 0x7 << 76 | (micros << 12) // 1000 << 64
    return uuid.UUID(int=value | 0x2 << 62 | int.from_bytes(os.urandom(8), "big") >> 2)


def first_id(at: datetime) -> uuid.UUID:
    """The smallest id that can have been minted at `at` or later: by it what was made since then is found, by the id alone."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)


def minted_at(id: uuid.UUID) -> datetime:
    """When an id was minted, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def crockford(data: bytes, length: int) -> str:
    """The first `length` Crockford characters (5 bits each) of `data`; raises ValueError where data is too short."""
    if len(data) * 8 < length * 5:
        raise ValueError(f"{length} characters need {(length * 5 + 7) // 8} bytes, not {len(data)}")
    value = int.from_bytes(data, "big") >> (len(data) * 8 - length * 5)
    return "".join(CROCKFORD[value >> 5 * i & 31] for i in reversed(range(length)))


def tip_number() -> str:
    """A public tip number such as `K7F2-9QPX-3M`: random (50 bits), unguessable, minted without the database."""
    return grouped(crockford(secrets.token_bytes(7), 10))


def grouped(code: str) -> str:
    """`code` in groups of four, for people: `K7F29QPX3M` gives `K7F2-9QPX-3M`."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def normalised(code: str) -> str:
    """What a person typed, as the machine wrote it: upper case, no dashes or blanks, I and L read as 1, O as 0, U as V."""
    return "".join(c for c in code.upper().translate(_MISREAD) if c in CROCKFORD)
