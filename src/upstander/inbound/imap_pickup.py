"""Mail picked up from a mailbox (IMAP, RFC 3501), where no mail server can hand it to us.

A mail is removed there (or marked as seen, as the settings say) when it is on disk here. Where we fall between the two it is
picked up again, and known by its bytes.
"""

import asyncio
import imaplib
import logging
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

from upstander.config import Config, config
from upstander.inbound.doors import NUMBERS, Store
from upstander.inbound.mail_address import published
from upstander.inbound.mail_server import MEGABYTE, arriving
from upstander.ops.logs import event

PATIENCE = 30.0  # seconds for one answer of the server
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# What keeps the mailbox from being read, as a number of the heartbeat (`queries.mailbox`).
NO_LINE, REFUSED, NOT_KEPT = 1, 2, 3
TROUBLE = (imaplib.IMAP4.error, OSError, ssl.SSLError, socket.timeout)

_log = logging.getLogger(__name__)


class Refused(Exception):
    """The server said no: to the login, the folder, or a command."""


class Mailbox:
    """One line to the mailbox. Everything blocks; every fault raises one of TROUBLE or Refused."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings
        self._line: imaplib.IMAP4 | None = None

    def unseen(self) -> list[bytes]:
        """What nobody has seen, by UID, the oldest first."""
        self._ask("noop")  # or an open line shows the box as it was
        found = self._ask("uid", "SEARCH", None, "UNSEEN")
        return (found[0] or b"").split()

    def fetch(self, uid: bytes, most: int) -> tuple[bytes, bool]:
        """The mail's first `most` bytes, and whether they are all; it stays unseen. Empty where it has gone."""
        found = self._ask("uid", "FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{most}>)")
        for part in found:
            if isinstance(part, tuple):
                size = _SIZE.search(part[0])
                return part[1], size is None or int(size[1]) <= most
        return b"", True

    def seen(self, uid: bytes) -> None:
        """Mark it."""
        self._ask("uid", "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def remove(self, uid: bytes) -> None:
        """Remove it for good: nobody needs it there any more, and whoever runs the mailbox could read it."""
        self._ask("uid", "STORE", uid, "+FLAGS.SILENT", r"(\Seen \Deleted)")
        if b"UIDPLUS" in (self._ask("capability")[0] or b"").upper().split():
            self._ask("uid", "EXPUNGE", uid)
        else:
            self._ask("expunge")

    def hang_up(self) -> None:
        """End the line, politely where that goes."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(*TROUBLE):
                line.logout()

    def _ask(self, command: str, *arguments: Any) -> list[Any]:
        line = self._line or self._connect()
        status, found = getattr(line, command)(*arguments)
        if status != "OK":
            raise Refused(command)
        return found

    def _connect(self) -> imaplib.IMAP4:
        s = self._settings
        if s.imap_tls == "tls":
            line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                s.imap_host, s.imap_port, ssl_context=_context(s), timeout=PATIENCE
            )
        else:
            line = imaplib.IMAP4(s.imap_host, s.imap_port, timeout=PATIENCE)
        try:
            if s.imap_tls == "starttls":
                line.starttls(_context(s))
            line.login(s.imap_user, s.imap_password)
            if line.select(f'"{s.imap_folder}"')[0] != "OK":
                raise Refused("SELECT")
        except BaseException:
            with suppress(*TROUBLE):
                line.shutdown()
            raise
        self._line = line
        return line


def _context(settings: Config) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.imap_ca or None)


class Pickup:
    """Looks again and again; what goes wrong is tried again at the next look."""

    def __init__(self, store: Store, settings: Config) -> None:
        self._store, self._settings = store, settings
        self._box = Mailbox(settings)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
        self._well_at, self._trouble = time.monotonic(), 0

    def numbers(self) -> dict[str, float]:
        """For how many seconds the mailbox has not been read to its end, and what keeps it from that; for the heartbeat."""
        return {"mailbox_seconds": round(time.monotonic() - self._well_at, 1), "mailbox_trouble": self._trouble}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
                self._trouble = 0
            except (*TROUBLE, Refused) as error:
                # (a line that breaks, and a time-out, are no refusal)
                refused = isinstance(error, Refused | imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort)
                self._trouble = REFUSED if refused else NO_LINE
                event(_log, logging.WARNING, "imap.waits", kind=type(error).__name__)
                await self._in_thread(self._box.hang_up)
            except Exception as error:  # noqa: BLE001 - not kept, for whatever reason: it is unseen still, and comes again
                self._trouble = NOT_KEPT
                event(_log, logging.WARNING, "mail.not_stored", kind=type(error).__name__)
            await asyncio.sleep(self._settings.imap_seconds)

    async def look(self) -> int:
        """Pick up everything that is there now; how many that were."""
        uids = await self._in_thread(self._box.unseen)
        most = self._settings.mail_in_megabytes * MEGABYTE
        for uid in uids:
            raw, whole = await self._in_thread(self._box.fetch, uid, most)
            if raw:
                await self._store(arriving("imap", raw, [published(self._settings)], None, whole=whole))
                gone = self._settings.imap_delete and whole  # of what was too large the end is still there
                await self._in_thread(self._box.remove if gone else self._box.seen, uid)
                self._well_at = time.monotonic()
        self._well_at = time.monotonic()
        return len(uids)

    async def end(self) -> None:
        """Close the line."""
        await self._in_thread(self._box.hang_up)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, what: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what, *arguments)


@asynccontextmanager
async def pick_up(store: Store) -> AsyncIterator[Any]:
    """Look into the mailbox that the settings name, until left."""
    settings = config()
    if not settings.imap_host:
        yield None
        return
    pickup = Pickup(store, settings)
    task = asyncio.create_task(pickup.run())
    NUMBERS.append(pickup.numbers)
    try:
        yield pickup
    finally:
        NUMBERS.remove(pickup.numbers)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await pickup.end()
