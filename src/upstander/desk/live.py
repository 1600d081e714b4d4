"""The events process: tells open desk pages that something changed. It sends ids and counts, never a word of a tip.

Woken by NOTIFY on a connection of its own, and it looks by itself every POLL seconds: a half-open line must not be a silent
Critical (decisions 12). Every page gets a beat every BEAT seconds; a page that misses it for 15 s turns red by itself.
"""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import django
import psycopg
from django.core import signing

POLL, BEAT, TICKET_AGE = 2.0, 4.0, 12 * 3600
CHANNELS = ("upstander_intake", "upstander_desk")
TICKET_SALT = "upstander.live.1"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
logger = logging.getLogger("upstander.live")

# One row that changes whenever something on the desk's screens may have: cheap, from indexes and tiny tables.
_STATE = """
SELECT (SELECT coalesce(max(running), 0) FROM intake_tip),
       (SELECT count(*) FROM intake_tip WHERE closed_at IS NULL),
       (SELECT count(*) FROM intake_tip WHERE closed_at IS NULL AND judged_at IS NULL AND danger_now)
"""


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
        self.state: tuple[int, ...] | None = None
        self.well = False
        self.task: asyncio.Task[None] | None = None

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
            except (psycopg.Error, OSError, TimeoutError) as error:
                logger.warning("live.database_lost", extra={"what": {"error": type(error).__name__}})
            self.well = False
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self.dsn, autocommit=True, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=2
        ) as line:
            for channel in CHANNELS:
                await line.execute(f"LISTEN {channel}")
            while True:
                async with asyncio.timeout(8):
                    await self._look(line)
                seen: set[str] = set()
                async for note in line.notifies(timeout=POLL, stop_after=1):
                    seen.add(note.payload)
                for tip_id in seen - {""}:
                    self.tell("tip", {"id": tip_id})
                if seen:
                    self.tell("queue", {})

    async def _look(self, line: psycopg.AsyncConnection[Any]) -> None:
        row = await (await line.execute(_STATE)).fetchone()
        await line.execute(
            "INSERT INTO ops_heartbeat (process, beat_at, started_at, state) VALUES ('events', %s, %s, %s) "
            "ON CONFLICT (process) DO UPDATE SET beat_at = excluded.beat_at, state = excluded.state",
            [_now(), _now(), json.dumps({"pages": len(self.pages)})],
        )
        self.well = True
        if row != self.state:
            self.state = row
            self.tell("queue", {"open": row[1] if row else 0, "danger": row[2] if row else 0})


def _now() -> Any:
    from upstander import clock

    return clock.now()


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
        shown = dict(p.split("=", 1) for p in scope["query_string"].decode().split("&") if "=" in p).get("ticket", "")
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
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        page: asyncio.Queue[str] = asyncio.Queue(maxsize=50)
        hub.pages.add(page)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            while not gone.done():
                line = f"event: beat\ndata: {json.dumps({'well': hub.well})}\n\n"
                with suppress(TimeoutError):
                    line = await asyncio.wait_for(page.get(), BEAT)
                await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
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
