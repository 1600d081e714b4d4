"""Writing the audit record: one call, in the transaction of what it records."""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from upstander.config import ConfigError

# Bottom of the house: keys come in from whoever starts the process (see `use` and `use_keys`).
_state: dict[str, Any] = {"process": "admin", "key": b"", "keys": None}

COLUMNS = "process, actor, act, object_kind, object_id, detail, nonce, mac"
_INSERT = f"INSERT INTO audit_entry ({COLUMNS}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s)"  # noqa: S608 - constants only


def use(process: str, key: bytes) -> None:
    """Say which process this is and with which key its rows are authenticated; called once at start."""
    _state.update(process=process, key=key)


def use_keys(secret: Callable[[str], bytes]) -> None:
    """Say where the sealer finds its signing key (`sign`) and verification its keys (`verify`, `mac.<process>`).

    `secret` gives the bytes of a name and raises ConfigError where this process does not hold it.
    """
    _state["keys"] = secret


def held(name: str) -> bytes:
    """The secret `name` of this process; raises ConfigError where it does not hold it."""
    if _state["keys"] is None:
        raise ConfigError("This process has no key file: set UPSTANDER_KEYS or UPSTANDER_DATA")
    secret: bytes = _state["keys"](name)
    return secret


def row(actor: str, act: str, kind: str, object_id: UUID | str | int, **detail: Any) -> tuple[Any, ...]:
    """The values of COLUMNS for one entry, for callers who write it within a statement of their own.

    `detail` holds codes, ids and numbers only. Raises RuntimeError where `use` was not called, ValueError for a number
    that JSON has no word for.
    """
    if not _state["key"]:
        raise RuntimeError("audit has no key: call audit.services.use() when the process starts")
    text = canonical(json.loads(json.dumps(detail, default=str, allow_nan=False)))
    nonce = os.urandom(16)
    mac = entry_mac(_state["key"], _state["process"], actor, act, kind, str(object_id), text, nonce)
    return _state["process"], actor, act, kind, str(object_id), text, nonce, mac


def canonical(detail: Any) -> str:
    """The one spelling of a parsed `detail`: what is written, and what PostgreSQL gives back later, spell the same.

    A float without a fraction becomes an integer, because `numeric` does not remember how `1e22` or `-0.0` was written.
    """

    def plain(value: Any) -> Any:
        match value:
            case float() if value.is_integer():
                return int(value)
            case dict():
                return {key: plain(item) for key, item in value.items()}
            case list():
                return [plain(item) for item in value]
        return value

    return json.dumps(plain(detail), sort_keys=True, separators=(",", ":"))


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
        cursor.execute(_INSERT, values)


def record_all(rows: Iterable[tuple[Any, ...]]) -> None:
    """Append the entries of these `row`s in the present transaction."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, list(rows))
