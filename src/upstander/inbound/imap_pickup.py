"""Mail picked up from a mailbox (IMAP, RFC 3501), where no mail server can hand it to us.

A mail is removed there (or marked as seen, as the settings say) when it is on disk here. Where we fall between the two it is
picked up again, and known by its bytes. One that cannot be kept, tried again and again, is set aside: it stays where it is, what
is behind it goes on, and it stands with what could not be routed until somebody has read it there.
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
from dataclasses import dataclass
from functools import partial
from typing import Any

from upstander.config import Config, config
from upstander.inbound.doors import NUMBERS, Arriving, Store
from upstander.inbound.mail_address import published
from upstander.inbound.mail_server import MEGABYTE, arriving
from upstander.ops.logs import event

LEFT, LEFT_CODE = "mailbox", "left_in_mailbox"  # how one stands that was set aside: its channel, and why
TRIES = 3  # in vain, until it is set aside
AGAIN = 3600.0  # seconds until one that was set aside is tried once more: a new version may read it
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
        self._validity = ""

    def unseen(self) -> list[bytes]:
        """What nobody has seen, by UID, the oldest first."""
        self._ask("noop")  # or an open line shows the box as it was
        found = self._ask("uid", "SEARCH", None, "UNSEEN")
        return (found[0] or b"").split()

    def named(self, uid: bytes) -> str:
        """What a mail is known by for as long as the mailbox keeps its numbers (RFC 3501, 2.3.1.1)."""
        return f"{self._validity}:{uid.decode()}"

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
        self._validity = (line.response("UIDVALIDITY")[1] or [b""])[0].decode()
        self._line = line
        return line


def _context(settings: Config) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.imap_ca or None)


@dataclass
class _Fault:
    """A mail that could not be kept: so often, `aside` for good, not tried before `next_at` (monotonic)."""

    times: int = 0
    aside: bool = False
    next_at: float = 0.0


class Pickup:
    """Looks again and again; what goes wrong is tried again at the next look."""

    def __init__(self, store: Store, settings: Config) -> None:
        self._store, self._settings = store, settings
        self._box = Mailbox(settings)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
        self._well_at, self._trouble = time.monotonic(), 0
        self._faults: dict[bytes, _Fault] = {}

    def numbers(self) -> dict[str, float]:
        """For how many seconds the mailbox has not been read to its end, and what keeps it from that; for the heartbeat."""
        return {"mailbox_seconds": round(time.monotonic() - self._well_at, 1), "mailbox_trouble": self._trouble}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
                self._trouble = 0 if all(fault.aside for fault in self._faults.values()) else NOT_KEPT
            except (*TROUBLE, Refused) as error:
                # (a line that breaks, and a time-out, are no refusal)
                refused = isinstance(error, Refused | imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort)
                self._trouble = REFUSED if refused else NO_LINE
                event(_log, logging.WARNING, "imap.waits", kind=type(error).__name__)
                await self._in_thread(self._box.hang_up)
            except Exception as error:  # noqa: BLE001 - not kept, for whatever reason: it is unseen still, and comes again
                self._trouble = NOT_KEPT  # (nothing is, now: one mail alone holds up nobody)
                event(_log, logging.WARNING, "mail.not_stored", kind=type(error).__name__)
            await asyncio.sleep(self._settings.imap_seconds)

    async def look(self) -> int:
        """Pick up everything that is there now; how many lie there. Those that failed come last, and the look ends with the
        second that fails in a row: then it is not the mails. Raises what kept them from being kept."""
        uids = await self._in_thread(self._box.unseen)
        self._faults = {uid: fault for uid, fault in self._faults.items() if uid in uids}
        none = _Fault()
        due = [uid for uid in uids if self._faults.get(uid, none).next_at <= time.monotonic()]
        failed = 0
        for uid in sorted(due, key=lambda uid: self._faults.get(uid, none).times):
            try:
                await self._pick(uid)
            except Exception as error:  # whatever one mail did, those behind it are picked up; two in a row are no mail's fault
                failed += 1
                await self._set_aside(uid)
                if failed > 1 or isinstance(error, TROUBLE):  # (after a fault of the line the next look has a new one)
                    raise
                event(_log, logging.WARNING, "mail.not_stored", kind=type(error).__name__)
            else:
                failed = 0
                self._faults.pop(uid, None)
                self._well_at = time.monotonic()
        if all(fault.aside for fault in self._faults.values()):
            self._well_at = time.monotonic()
        return len(uids)

    async def _pick(self, uid: bytes) -> None:
        """Keep one, and take it away there. Raises whatever keeps it from that."""
        most = self._settings.mail_in_megabytes * MEGABYTE
        raw, whole = await self._in_thread(self._box.fetch, uid, most)
        if raw:
            await self._store(arriving("imap", raw, [published(self._settings)], None, whole=whole))
            gone = self._settings.imap_delete and whole  # of what was too large the end is still there
            await self._in_thread(self._box.remove if gone else self._box.seen, uid)

    async def _set_aside(self, uid: bytes) -> None:
        """Count the try; after TRIES say that this one stays where it is. Where that cannot be kept either it is not the mail."""
        fault = self._faults.setdefault(uid, _Fault())
        fault.times += 1
        if fault.times < TRIES:
            return
        from upstander.inbound import services  # `upstander doctor` asks the rest of this without a database

        said = partial(services.left, LEFT, "imap", self._box.named(uid), LEFT_CODE)
        try:
            await self._store(Arriving(LEFT, "imap", "", b"", keep=said))
        except Exception as error:  # noqa: BLE001 - nothing can be kept at the moment, whatever the reason
            event(_log, logging.WARNING, "mail.not_stored", kind=type(error).__name__)
            return
        fault.aside, fault.next_at = True, time.monotonic() + AGAIN
        event(_log, logging.ERROR, "mail.set_aside", times=fault.times)

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
