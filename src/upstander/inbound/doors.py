"""The doors of the end-point: which address takes what of which carrier. A door reads and checks; it decides nothing.

    door("/sms/kannel", read, limit=16_384)

`read` runs on the event loop and must be quick. What it gives is stored, then the carrier is answered.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Request:
    """What a carrier sent: path, query as it came, headers in small letters, the whole body."""

    path: str
    query: bytes
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Arriving:
    """What is to be kept of it: the arguments of `services.store`; and what the carrier is told when it is kept."""

    channel: str
    carrier: str
    external_id: str
    payload: bytes | Mapping[str, Any]
    at: datetime | None = None
    answer: bytes = b""
    content_type: str = "text/plain"
    keep: Callable[[], bool] | None = None  # where it is kept otherwise than by `services.store`: whether it is new


class Rejected(Exception):
    """It is not kept, and the carrier is told so by `status`: 400 (makes no sense), 403 (not who it says), 404, 413."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


Read = Callable[[Request], Arriving]
Store = Callable[[Arriving], Awaitable[bool]]
Server = Callable[[Store], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True)
class Door:
    """One address: who reads what comes there, how many bytes that may be, and by which method."""

    read: Read
    limit: int
    methods: frozenset[str] = field(default_factory=lambda: frozenset(["POST"]))


DOORS: dict[str, Door] = {}
SERVERS: list[Server] = []
NUMBERS: list[Callable[[], dict[str, float]]] = []  # what servers say about themselves in the heartbeat


def door(path: str, read: Read, *, limit: int, methods: frozenset[str] = frozenset(["POST"])) -> None:
    """Open the address `path`; the same one a second time replaces the first."""
    DOORS[path] = Door(read, limit, methods)


def server(run: Server) -> None:
    """Have a server of another protocol beside the end-point: `run(store)` is entered when the process starts, left when it ends.

    `await store(arriving)` returns when it is on disk (False: it had come before), and raises where it could not be kept.
    """
    if run not in SERVERS:
        SERVERS.append(run)
