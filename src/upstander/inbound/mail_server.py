"""The receiver of mail, SMTP (RFC 5321) or LMTP (RFC 2033), beside the end-point: for the mail server that stands before us.

It takes mail to the programme's addresses and to no other, and says 250 when the mail is on disk. It never sends anything: what
it cannot take it refuses in the conversation, what it cannot keep now it asks for again (4xx). It logs neither who sent nor to
whom.
"""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.db import DatabaseError, connection

from upstander.config import Config, config
from upstander.inbound.doors import Arriving, Store
from upstander.inbound.mail_address import is_ours
from upstander.ops import watchdog
from upstander.ops.logs import event

MEGABYTE = 2**20
CONNECTIONS = 8  # at once, each with a mail in memory; the next one is asked to come again
RECIPIENTS = 20
BACKLOG = 4 * 2**30  # bytes that wait for the router; what is beyond waits better at the server before us, which has a queue
LOOKED_AT = 5.0  # seconds for which a look at the backlog holds
_AGAIN = "451 4.3.0 Cannot be kept now, please try again"

_log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"\s*<?(?:@[^:<>]*:)?([^<>]*)>?(.*)", re.DOTALL)


def arriving(carrier: str, raw: bytes, to: list[str], sender: str | None, *, whole: bool = True) -> Arriving:
    """A mail as it is kept. The same bytes to the same addresses are the same mail, however often a server hands them over.

    Of `sender` only this counts: empty for the null sender, None where the envelope is not known.
    """
    known_as = hashlib.sha256(b"\x00".join((*sorted(a.lower().encode() for a in to), raw))).hexdigest()
    fields = {"raw": raw, "to": to, "from": sender, "whole": whole}
    return Arriving("email", carrier, known_as, fields)


class Handler:
    """What is said to each command that is ours to decide."""

    def __init__(self, store: Store, carrier: str, settings: Config) -> None:
        self._store, self._carrier, self._settings = store, carrier, settings

    _looked, _full = 0.0, False  # of all conversations together

    async def _is_full(self) -> bool:
        """Whether as much waits already as may; where the database does not say, storing will."""
        if time.monotonic() >= Handler._looked:
            Handler._looked = time.monotonic() + LOOKED_AT
            try:
                Handler._full = await asyncio.to_thread(_backlog) > BACKLOG
            except DatabaseError:
                Handler._full = False
        return Handler._full

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The programme's addresses and no others: this is no relay."""
        if not is_ours(address, self._settings):
            return "550 5.1.1 There is nobody of this name here"
        # (LMTP wants an answer for each recipient after the mail: there is one a mail, and the server comes again for the next)
        if len(envelope.rcpt_tos) >= (1 if self._carrier == "lmtp" else RECIPIENTS):
            return "452 4.5.3 Too many recipients at once"
        if await self._is_full():
            return "452 4.3.1 Too much waits here, please try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail is here: keep it, then say so."""
        sender = "" if envelope.mail_from == "<>" else "given"  # who it was stands in the mail; odd bytes could not be kept
        await self._store(
            arriving(self._carrier, envelope.original_content or b"", envelope.rcpt_tos, sender)
        )
        return "250 2.0.0 Kept"


def _backlog() -> int:
    """In a thread, with a line of its own to the database."""
    from upstander.inbound import services  # `upstander doctor` asks the rest of this without a database

    try:
        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
            return services.backlog()
    finally:
        connection.close()


class _Tolerant(SMTP):
    """aiosmtpd, silent and patient with what mail servers really send."""

    open_now = 0  # connections, over all
    most = 0  # bytes of a line of a mail: one may be longer than it should, nobody's words are refused for that

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Only here lines may be long: what is no command yet waits in no memory of ours."""
        reader, usual = self._reader, self.line_length_limit
        self.line_length_limit = reader._limit = self.most  # type: ignore[attr-defined]
        try:
            await super().smtp_DATA(arg)
        finally:
            self.line_length_limit = reader._limit = usual  # type: ignore[attr-defined]

    async def _handle_client(self) -> None:
        if _Tolerant.open_now >= CONNECTIONS:
            await self.push("421 4.7.0 Too many connections, please come again")
            if self.transport is not None:
                self.transport.close()
            return
        _Tolerant.open_now += 1
        try:
            await super()._handle_client()
        finally:
            _Tolerant.open_now -= 1

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Any address that a server believed in: the library's own reading raises, or refuses, at odd ones."""
        found = _ADDRESS.fullmatch(arg)
        return (found[1].strip() or "<>", found[2].strip()) if found else (None, None)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever went wrong here, the mail is the server's still, and comes again."""
        event(_log, logging.WARNING, "mail.not_stored", kind=type(error).__name__)
        return _AGAIN


class _TolerantLmtp(_Tolerant, LMTP):
    """The same for LMTP."""


@asynccontextmanager
async def serve(store: Store) -> AsyncIterator[Any]:
    """Listen where the settings say so, until left."""
    settings = config()
    if settings.mail_in not in ("smtp", "lmtp"):
        yield None
        return
    logging.getLogger("mail.log").disabled = True  # it would log addresses
    most = settings.mail_in_megabytes * MEGABYTE
    kind = _TolerantLmtp if settings.mail_in == "lmtp" else _Tolerant
    kind.most = most

    def conversation() -> SMTP:
        return kind(
            Handler(store, settings.mail_in, settings),
            data_size_limit=most,
            enable_SMTPUTF8=True,
            hostname=settings.mail_from.rpartition("@")[2],
            ident="Upstander",
            loop=loop,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, settings.mail_in_host, settings.mail_in_port)
    event(_log, logging.INFO, "mail.listens", how=settings.mail_in, port=settings.mail_in_port)
    try:
        yield server
    finally:
        server.close()
