"""The process that stands open to carriers: small, always up. It keeps what comes and answers only when it is on disk.

A carrier that is told nothing, or 503, tries again: so nothing is lost while the database is away. What comes twice is kept once.
It logs neither who sent nor what.
"""

import asyncio
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

from upstander.inbound.doors import DOORS, NUMBERS, SERVERS, Arriving, Door, Rejected, Request

Scope = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

THREADS = 4
WAITING = 200  # more are told to come again
PATIENCE = 8.0  # seconds that storing may take with the database
READY_FOR = 1.0  # seconds for which an answer of /readyz holds
BODY_WITHIN = 20.0  # seconds for a whole body, from the head

_log = logging.getLogger(__name__)


class Busy(Exception):
    """Too much waits to be stored: come again."""


class Endpoint:
    """ASGI: every door, `/healthz`, `/readyz`; and the servers beside it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._probe = ThreadPoolExecutor(1, thread_name_prefix="probe")
        self._beside = AsyncExitStack()
        self._inside = 0
        self._kept = 0
        self._rejected = 0
        self._ready_until = 0.0
        self._ready: list[str] = []
        self._asking: asyncio.Future[list[str]] | None = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request, or begin and end."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            status, headers, body = await self._answer(scope, receive)
            headers = [*headers, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def store(self, arriving: Arriving) -> bool:
        """Keep it; returns when it is on disk. Raises Busy, TimeoutError, or the database's error."""
        if self._inside >= THREADS + WAITING:
            raise Busy
        self._inside += 1
        try:
            async with asyncio.timeout(PATIENCE + 2):
                new = await asyncio.wrap_future(self._pool.submit(_store, arriving))
        finally:
            self._inside -= 1
        self._kept += new
        return new

    async def _answer(self, scope: Scope, receive: Any) -> tuple[int, Headers, bytes]:
        path = scope["path"]
        if path in ("/healthz", "/readyz"):
            return await self._health(path)
        found = DOORS.get(path)
        try:
            if found is None:
                raise Rejected(404)
            if scope["method"] not in found.methods:
                raise Rejected(405)
            arriving = found.read(await _request(scope, receive, found))
        except Rejected as refusal:
            self._rejected += 1
            return refusal.status, [(b"connection", b"close")], b""
        except Exception as error:  # noqa: BLE001 - whatever a stranger sends, the door stays open
            self._rejected += 1  # counted: who sends rubbish must fill no log
            _log.debug("inbound.unreadable", extra={"what": {"kind": type(error).__name__}})
            return 400, [(b"connection", b"close")], b""
        try:
            await self.store(arriving)
        except ValueError:
            return 413, [], b""
        except Exception as error:  # noqa: BLE001 - not kept: the carrier must hear it, whatever the reason
            _log.warning("inbound.not_stored", extra={"what": {"kind": type(error).__name__}})
            return 503, [(b"retry-after", b"5")], b""
        return 200, [(b"content-type", arriving.content_type.encode())], arriving.answer

    async def _health(self, path: str) -> tuple[int, Headers, bytes]:
        if path == "/healthz":
            return 200, [], b"ok"
        # Strangers reach this door: they learn whether, never why (`upstander doctor` and the desk say why).
        return (503, [], b"not ready") if await self._unready() else (200, [], b"ready")

    async def _unready(self) -> list[str]:
        """Why not; asked of the database at most once in READY_FOR, however many ask."""
        if time.monotonic() >= self._ready_until:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.wrap_future(self._probe.submit(_reasons))
            self._ready = await asyncio.shield(self._asking)
            self._ready_until = time.monotonic() + READY_FOR
        return self._ready

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._pulse()
                for run in SERVERS:
                    await self._beside.enter_async_context(run(self.store))
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._beside.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _pulse(self) -> None:
        from upstander.ops.pulse import Pulse

        Pulse("inbound", self._pool.submit, self._numbers).start()

    def _numbers(self) -> dict[str, float]:
        of_servers = {name: n for numbers in NUMBERS for name, n in numbers().items()}
        return {"inside": self._inside, "kept": self._kept, "rejected": self._rejected, **of_servers}


async def _request(scope: Scope, receive: Any, door: Door) -> Request:
    """The whole request; raises Rejected (413, 408, 400)."""
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    announced = headers.get("content-length", "0")
    if not announced.isdigit() or len(announced) > 12 or int(announced) > door.limit:
        raise Rejected(413)
    parts, size, more = [], 0, True
    try:
        async with asyncio.timeout(BODY_WITHIN):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Rejected(400)
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > door.limit:
                    raise Rejected(413)
                more = message.get("more_body", False)
    except TimeoutError:
        raise Rejected(408) from None
    return Request(scope["path"], scope["query_string"], headers, b"".join(parts))


def _store(arriving: Arriving) -> bool:
    """In a thread, with a line of its own to the database."""
    from django.db import connection

    from upstander.inbound import services
    from upstander.ops import watchdog

    try:
        with watchdog.house().within(PATIENCE, watchdog.database_cutter()):
            if arriving.keep is not None:
                return arriving.keep()
            return services.store(
                arriving.channel, arriving.carrier, arriving.external_id, arriving.payload, arriving.at
            )
    finally:
        connection.close()  # back to the pool


def _reasons() -> list[str]:
    from upstander.ops.pulse import Pulse
    from upstander.ops.readiness import readiness

    stuck = Pulse.own is not None and Pulse.own.stuck
    return [*readiness().reasons(), *(["requests_stuck"] if stuck else [])]


if os.environ.get("UPSTANDER_PROCESS") == "inbound":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    import django

    django.setup()
    from upstander.vault.keys import keyring

    keyring()  # a process without its keys must not look ready
application = Endpoint()
