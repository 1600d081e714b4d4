"""The live line of an open dialogue: it says that there is something new, never what (docs/decisions/0102).

A page asks by POST with the hidden field that opens its dialogue, so the code stands in no address. The streams live on the
event loop of the public process: no thread waits for them, and of whom they are nothing is read or kept. One listener on the
database serves all of a process; it is woken by NOTIFY and looks by itself every POLL seconds (decisions 12).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from upstander.intake import store
from upstander.intake.channels import returning, sealed
from upstander.intake.wake import CHANNEL
from upstander.ops import watchdog
from upstander.vault import services as vault

PATH = "/return/live"
MOST, MOST_OF_ONE = 500, 4  # streams of a process, and of one dialogue: the oldest makes room
POLL, BEAT = 2.0, 15.0  # seconds between two looks, and two signs of life
LASTS = timedelta(minutes=15)  # then the page asks again, with a fresh field
BODY, DEADLINE = 16_384, 10.0  # bytes and seconds of the request
BLIND = 6.0  # seconds without the database's answer after which another line is tried

_STATE = """
SELECT t.id, t.status, (SELECT count(*) FROM intake_message m WHERE m.tip_id = t.id AND m.sender <> 'note')
FROM intake_tip t
"""
_WHOSE = f"{_STATE} WHERE t.receipt_lookup = %(lookup)s"
_LOOK = f"{_STATE} WHERE t.id = ANY(%s)"
_HEADERS = [
    (b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]  # fmt: skip
_NEWS, _AGAIN, _ALIVE = b"event: news\ndata: {}\n\n", b"event: again\ndata: {}\n\n", b": here\n\n"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Apart = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


class Refused(Exception):
    """There is no stream for this request; `status` says why: 404, 408, 410, 413, 503."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Stream:
    """One page that listens: how many words it shows, and whether there is something that it has not heard."""

    def __init__(self, seen: int) -> None:
        self.state: tuple[str, int] | None = None
        self.seen, self.news, self.ended = seen, asyncio.Event(), False

    def look(self, state: tuple[str, int]) -> None:
        """The dialogue stands like this now: status, and number of words."""
        if state[1] != self.seen or self.state not in (None, state):
            self.news.set()
        self.state, self.seen = state, state[1]

    def end(self) -> None:
        """No more: the page is to ask again."""
        self.ended = True
        self.news.set()


class Hub:
    """The streams of this process, and its one listener, which lives while there are any."""

    def __init__(self, dsn: Callable[[], str]) -> None:
        self.streams: dict[UUID, list[Stream]] = {}
        self.count = 0
        self._dsn = dsn
        self.task: asyncio.Task[None] | None = None
        self._added = asyncio.Event()

    def add(self, tip_id: UUID, stream: Stream) -> None:
        """Let a page listen; raises Refused where there are too many."""
        if self.count >= MOST:
            raise Refused(503)
        those = self.streams.setdefault(tip_id, [])
        if len(those) >= MOST_OF_ONE:
            those[0].end()
            self.drop(tip_id, those[0])
            those = self.streams.setdefault(tip_id, [])
        those.append(stream)
        self.count += 1
        self._added.set()
        if self.task is None or self.task.done() or self.task.cancelling():
            self.task = asyncio.get_running_loop().create_task(self._forever())

    def drop(self, tip_id: UUID, stream: Stream) -> None:
        """A page that is gone; a second time changes nothing."""
        those = self.streams.get(tip_id, [])
        if stream in those:
            those.remove(stream)
            self.count -= 1
        if not those:
            self.streams.pop(tip_id, None)
        if not self.streams and self.task is not None:
            self.task.cancel()  # nobody listens: no line to the database is held

    async def _forever(self) -> None:
        while self.streams:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                _log.warning("chat.database_lost", extra={"what": {"error": type(error).__name__}})
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        line = await psycopg.AsyncConnection.connect(
            self._dsn(), autocommit=True, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=2
        )
        async with line:
            with watchdog.house().within(BLIND, partial(watchdog.hang_up, line)):
                await line.execute(f"LISTEN {CHANNEL}")
            while self.streams:
                self._added.clear()
                with watchdog.house().within(BLIND, partial(watchdog.hang_up, line)):
                    rows = await (await line.execute(_LOOK, [list(self.streams)])).fetchall()
                for tip_id, status, words in rows:
                    for stream in self.streams.get(tip_id, []):
                        stream.look((status, words))
                if not self._added.is_set():
                    async for _note in line.notifies(timeout=POLL, stop_after=1):
                        pass


class Live:
    """What answers PATH, beside the application: `apart` runs a call in one of its threads, `dsn` names its database."""

    def __init__(self, dsn: Callable[[], str]) -> None:
        self._dsn = dsn
        self.hub: Hub | None = None
        self.opening = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send, apart: Apart) -> None:
        """One page's stream, until it goes, or its time is over."""
        if self.hub is None:
            self.hub = Hub(self._dsn)
        try:
            tip_id, stream = await self._opened(self.hub, receive, apart)
        except Refused as refused:
            headers = [(b"cache-control", b"no-store"), (b"content-length", b"0"), (b"retry-after", b"15")]
            await send({"type": "http.response.start", "status": refused.status, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        except ConnectionError:
            return
        try:
            await _stream(stream, receive, send)
        finally:
            self.hub.drop(tip_id, stream)

    async def _opened(self, hub: Hub, receive: Receive, apart: Apart) -> tuple[UUID, Stream]:
        """Read the request and let it listen; raises Refused, or ConnectionError where the client went away."""
        if hub.count + self.opening >= MOST:
            raise Refused(503)
        self.opening += 1
        try:
            fields = parse_qs((await _body(receive)).decode("ascii", "replace"))
            seen = fields.get("seen", ["0"])[0]
            stream = Stream(int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else 0)
            tip_id, status, words = await apart(partial(_whose, fields.get("open", [""])[0]))
        finally:
            self.opening -= 1
        hub.add(tip_id, stream)
        stream.look((status, words))  # what came between the page and this line
        return tip_id, stream


async def _body(receive: Receive) -> bytes:
    """The request's body; raises Refused, or ConnectionError where the client went away."""
    parts = b""
    try:
        async with asyncio.timeout(DEADLINE):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionError
                parts += message.get("body", b"")
                if len(parts) > BODY:
                    raise Refused(413)
                if not message.get("more_body", False):
                    return parts
    except TimeoutError:
        raise Refused(408) from None


def _whose(hidden: str) -> tuple[UUID, str, int]:
    """The tip of the dialogue that this hidden field opens, its status and number of words; raises Refused.

    In a thread, with the process's own login.
    """
    try:
        opened = sealed.reveal("dialogue", hidden, returning.Opened, returning.LASTS)
        rows = store.fetch(_WHOSE, {"lookup": vault.receipt_lookup(opened.code)})
    except sealed.Stale:
        raise Refused(410) from None
    except sealed.NotOurs:
        raise Refused(404) from None
    except (DatabaseError, InterfaceError):
        raise Refused(503) from None
    finally:
        connection.close()  # back to the pool
    if not rows:
        raise Refused(404)
    tip_id, status, words = rows[0]
    return tip_id, status, words


async def _stream(stream: Stream, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _ALIVE, "more_body": True})
    gone = asyncio.ensure_future(_until_gone(receive))
    gone.add_done_callback(lambda _gone: stream.news.set())  # its place is free at once, not at the next sign of life
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LASTS.total_seconds()):
                while not gone.done() and not stream.ended:
                    said = _ALIVE
                    with suppress(TimeoutError):
                        async with asyncio.timeout(BEAT):
                            await stream.news.wait()
                            said = _NEWS
                    stream.news.clear()
                    if gone.done():
                        return
                    await send({"type": "http.response.body", "body": said, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": _AGAIN})
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
