"""Writing the audit record: one call, in the transaction of what it records."""

import hashlib
import hmac
import json
import os
from typing import Any
from uuid import UUID

from django.db import connection

# Bottom of the house: the key comes in as bytes from whoever starts the process (see `use`).
_state: dict[str, Any] = {"process": "admin", "key": b""}

COLUMNS = "process, actor, act, object_kind, object_id, detail, nonce, mac"


def use(process: str, key: bytes) -> None:
    """Say which process this is and with which key its rows are authenticated; called once at start."""
    _state.update(process=process, key=key)


def row(actor: str, act: str, kind: str, object_id: UUID | str | int, **detail: Any) -> tuple[Any, ...]:
    """The values of COLUMNS for one entry, for callers who write it within a statement of their own.

    `detail` holds codes, ids and numbers only. Raises RuntimeError where `use` was not called.
    """
    if not _state["key"]:
        raise RuntimeError("audit has no key: call audit.services.use() when the process starts")
    text = json.dumps(detail, sort_keys=True, separators=(",", ":"), default=str)
    nonce = os.urandom(16)
    mac = entry_mac(_state["key"], _state["process"], actor, act, kind, str(object_id), text, nonce)
    return _state["process"], actor, act, kind, str(object_id), text, nonce, mac


def entry_mac(key: bytes, *parts: str | bytes) -> bytes:
    """HMAC-SHA-256 over the length-prefixed parts of an entry."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode() if isinstance(part, str) else bytes(part)
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.digest()


def record(actor: str, act: str, kind: str, object_id: UUID | str | int, **detail: Any) -> None:
    """Append one entry in the present transaction. See `row`."""
    values = row(actor, act, kind, object_id, **detail)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO audit_entry ({COLUMNS}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s)", values)  # noqa: S608
