"""The events process: tells open desk pages that something changed. It sends ids and counts, never a word of a tip.

Woken by NOTIFY on a connection of its own, and it looks by itself every POLL seconds: a half-open line must not be a silent
Critical (decisions 12). Every page gets a beat every BEAT seconds; a page that misses it for 12 s turns red by itself.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import django
import psycopg
from django.core import signing
from django.utils.translation import gettext

from upstander import clock
from upstander.ops import watchdog

POLL, BEAT, TICKET_AGE = 2.0, 4.0, 12 * 3600
BLIND = 6.0  # seconds without the database's answer after which no page hears a heartbeat, and another line is tried
CHANNELS = ("upstander_intake", "upstander_desk")
TICKET_SALT = "upstander.live.1"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
logger = logging.getLogger("upstander.live")

# One row that changes whenever something on the desk's screens may have: cheap, from the index of open tips and a tiny table.
_STATE = """
SELECT newest.id, o.*, held.* FROM
    (SELECT (SELECT id FROM intake_tip ORDER BY id DESC LIMIT 1) AS id) newest,
    (SELECT count(*), max(until) FROM desk_claim) held,
    (SELECT max(last_from_reporter_at) AS word, count(*), sum(rank), max(answered_at), sum(words_added - words_read)
     FROM intake_tip WHERE closed_at IS NULL) o
"""
GATHER = 0.2  # seconds in which further news join the first, so that a burst of tips is five swaps a second, not a hundred


def ticket(key: bytes, account_id: int) -> str:
    """What a signed-in page shows to be let in: the account's id, signed, with the time."""
    return signing.TimestampSigner(key=key.hex(), salt=TICKET_SALT).sign(str(account_id))


def admitted(key: bytes, shown: str) -> bool:
    """Whether a ticket is ours and not too old."""
    try:
        signing.TimestampSigner(key=key.hex(), salt=TICKET_SALT).unsign(shown, max_age=TICKET_AGE)
    except signing.BadSignature:
        return False
    return True


class Hub:
    """One listener on the database for all pages of this process."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.pages: set[asyncio.Queue[str]] = set()
        self.state: tuple[Any, ...] | None = None
        self.looked_at = float("-inf")
        self.task: asyncio.Task[None] | None = None

    @property
    def well(self) -> bool:
        """Whether the database has answered just now: a line that has gone dead without a word makes us blind at once."""
        return time.monotonic() - self.looked_at < BLIND

    def start(self) -> None:
        """Begin to listen; does nothing the second time."""
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self._forever())

    def tell(self, event: str, data: Any) -> None:
        """Put one event into every page's queue; a page that does not read loses the oldest."""
        line = f"event: {event}\ndata: {json.dumps(data)}\n\n"
        for page in self.pages:
            if page.full():
                page.get_nowait()
            page.put_nowait(line)

    async def _forever(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("live.database_lost", extra={"what": {"error": type(error).__name__}})
            self.looked_at = float("-inf")
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self.dsn,
            autocommit=True,
            connect_timeout=5,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
        ) as line:
            with watchdog.house().within(BLIND, partial(watchdog.hang_up, line)):
                for channel in CHANNELS:
                    await line.execute(f"LISTEN {channel}")
            while True:
                with watchdog.house().within(BLIND, partial(watchdog.hang_up, line)):
                    await self._look(line)
                for tip_id in sorted(await _news(line) - {""}):
                    self.tell("tip", {"tip": tip_id})

    async def _look(self, line: psycopg.AsyncConnection[Any]) -> None:
        row = await (await line.execute(_STATE)).fetchone()
        await line.execute(
            "INSERT INTO ops_heartbeat (process, beat_at, started_at, state) VALUES ('events', %s, %s, %s) "
            "ON CONFLICT (process) DO UPDATE SET beat_at = excluded.beat_at, state = excluded.state",
            [clock.now(), clock.now(), json.dumps({"pages": len(self.pages)})],
        )
        self.looked_at = time.monotonic()
        if row != self.state:
            said = _said(self.state, row)
            self.state = row
            self.tell("queue", {"say": said} if said else {})


def _said(before: tuple[Any, ...] | None, now: tuple[Any, ...] | None) -> str:
    """What is told aloud of a change: a tip, or a word on one, that nobody has read. A word that went is none that came."""
    if before is None or now is None or before == now:
        return ""
    if before[0] != now[0]:
        return gettext("A new tip.")
    return gettext("A reporter has written.") if now[1] and (not before[1] or now[1] > before[1]) else ""


async def _news(line: psycopg.AsyncConnection[Any]) -> set[str]:
    """The tips of which something was told, within POLL seconds; an empty string stands for "look at the queue"."""
    told: set[str] = set()
    async for note in line.notifies(timeout=POLL, stop_after=1):
        told.add(note.payload)
    if told:
        async for note in line.notifies(timeout=GATHER):
            told.add(note.payload)
    return told


def _heartbeat() -> str:
    return f"event: heartbeat\ndata: {json.dumps({'now': clock.now().isoformat()})}\n\n"


class Application:
    """ASGI: `GET /live?ticket=...` answers with server-sent events until the page goes."""

    def __init__(self) -> None:
        self.hub: Hub | None = None
        self.key = b""

    def prepare(self) -> Hub:
        """Read this process's configuration when first asked for a page."""
        if self.hub is None:
            from upstander.config import config
            from upstander.vault.keys import keyring

            self.key = keyring().secret("ticket")
            self.hub = Hub(config().dsn)
        self.hub.start()
        return self.hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        hub = self.prepare()
        shown = dict(p.split("=", 1) for p in scope["query_string"].decode().split("&") if "=" in p).get(
            "ticket", ""
        )
        if scope["path"] != "/live" or not admitted(self.key, shown.replace("%3A", ":")):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._stream(hub, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.prepare()  # listens, and beats, before the first page comes
                await send({"type": "lifespan.startup.complete"})
            else:
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _stream(self, hub: Hub, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        page: asyncio.Queue[str] = asyncio.Queue(maxsize=50)
        hub.pages.add(page)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            wait = 0.0  # the first word comes at once
            while not gone.done():
                lines = []
                with suppress(TimeoutError):
                    lines.append(await asyncio.wait_for(page.get(), wait))
                while not page.empty():
                    lines.append(page.get_nowait())
                if hub.well:  # asked now, not before the wait; a page without a beat turns red: so it must if we are blind
                    lines.insert(0, _heartbeat())
                wait = BEAT if hub.well else 1.0
                body = "".join(lines) or ": waiting\n\n"
                await send({"type": "http.response.body", "body": body.encode(), "more_body": True})
        finally:
            hub.pages.discard(page)
            gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


if os.environ.get("UPSTANDER_PROCESS") == "events":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    django.setup()
application = Application()
