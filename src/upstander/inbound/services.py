"""The verb of whoever stands open to carriers: keep what came in, whole, before anything is decided about it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import Error as DatabaseTrouble
from django.db import connection

from upstander import clock
from upstander.ids import new_id
from upstander.intake import store as database
from upstander.vault.envelope import place, seal
from upstander.vault.keys import keyring
from upstander.vault.services import new_key

CHANNEL = "upstander_inbound"  # of NOTIFY: "something came in"; it carries nothing
PAYLOAD = "inbound_arrival.sealed_payload"
LARGEST = 64 * 2**20  # bytes

# (no columns are named as the conflict's: for that the login would have to read them)
_STORE = """
INSERT INTO inbound_arrival (id, channel, carrier, at, mark, size, key_version, wrapped, sealed_payload, state, code, tries,
    next_at)
VALUES (%(id)s, %(channel)s, %(carrier)s, %(at)s, %(mark)s, %(size)s, %(version)s, %(wrapped)s, %(sealed)s, %(state)s, %(code)s,
    0, %(now)s)
ON CONFLICT DO NOTHING RETURNING true
"""


class TooLarge(ValueError):
    """More than an arrival may hold."""


def store(
    channel: str,
    carrier: str,
    external_id: str,
    payload: bytes | Mapping[str, Any],
    at: datetime | None = None,
    *,
    wake: bool = True,
) -> bool:
    """Keep what came in; when this returns it is on disk. False where the same thing had come before.

    `external_id` is the carrier's own id of it, the same at each retry; empty where the carrier has none: then the same payload
    is the same thing. `payload`: bytes as they came, or fields (see `routing.Arrived.fields`). It is sealed to the relay's key:
    the process that keeps it cannot open it. `wake`: tell the router now; else it finds it by itself. Raises
    django.db.Error where it could not be stored: the carrier must try again; and
    TooLarge above LARGEST.
    """
    raw = bytes(payload) if isinstance(payload, bytes | bytearray) else msgspec.msgpack.encode(dict(payload))
    if len(raw) > LARGEST:
        raise TooLarge
    if not _stored(channel, carrier, external_id, raw, at, ("new", "")):
        return False
    if wake:
        _wake_the_router()
    return True


def left(channel: str, carrier: str, external_id: str, code: str) -> bool:
    """Say that something which cannot be kept was left where it lies: nothing of it is here, and it stands with what could not be
    routed until somebody has seen to it. False where it was said before. Raises django.db.Error."""
    return _stored(channel, carrier, external_id, b"", None, ("refused", code))


def _stored(
    channel: str, carrier: str, external_id: str, raw: bytes, at: datetime | None, stands: tuple[str, str]
) -> bool:
    id, key, ring, now = new_id(), new_key(), keyring(), clock.now()
    known_as = external_id.encode() or b"payload|" + hashlib.sha256(raw).digest()
    version, wrapped = ring.wrap("relay", key, wrap_info(id))
    values = {
        "id": id,
        "channel": channel,
        "carrier": carrier,
        "at": at or now,
        "now": now,
        "mark": ring.mac("arrival", channel.encode(), carrier.encode(), known_as)[:16],
        "size": len(raw),
        "version": version,
        "wrapped": wrapped,
        "sealed": seal(key, raw, place(PAYLOAD, id)),
        "state": stands[0],
        "code": stands[1],
    }
    return bool(database.fetch(_STORE, values))


def backlog() -> int:
    """About how many bytes wait for the router; all that the process which keeps them may know of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inbound_backlog()")
        return int(cursor.fetchone()[0])


def wrap_info(id: object) -> bytes:
    """What the wrapped key of an arrival is bound to."""
    return f"upstander/arrival/1|{id}".encode()


def _wake_the_router() -> None:
    """After the commit; it only saves time: the router also looks by itself."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    except DatabaseTrouble:
        if connection.in_atomic_block:
            raise
