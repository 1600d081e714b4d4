"""A form that brings files, cut up while it arrives: no JavaScript needed, and no file is ever whole in memory.

A file is sealed chunk by chunk. Django gets the other fields, and in a file's place `upload` with its token, or `upload_fault`
with why it was not taken: the words are never refused for the file's sake.
"""

import asyncio
import secrets
from functools import partial

from django.db import DatabaseError, InterfaceError, connection

from upstander.evidence import receiving, tokens
from upstander.evidence.cutter import Arriving, Broken, Cutter, boundary_of
from upstander.evidence.limits import limits as most
from upstander.evidence.receiving import CannotTake
from upstander.ops.lanes import Apart
from upstander.ops.shim import Gone, Limits, Receive, Refused, Scope

SLOWEST = 8_192  # bytes a second at which a form with a file must come, beside the lane's own seconds
WINDOW = 30.0  # seconds over which that is looked at: an announced length buys no time that no bytes fill
_HEADERS = frozenset([b"content-type", b"content-length", b"transfer-encoding"])
_TOKENS = 8_000  # bytes of a form that are kept for the tokens of its files


class Pace:
    """Whether bytes come as fast as they must. Only the time for which we waited for them counts: not that of our database."""

    def __init__(self) -> None:
        self.waited, self.bytes = 0.0, 0

    def came(self, count: int, seconds: float) -> None:
        """So many bytes came after so many seconds; raises TimeoutError where a whole window brought too few."""
        self.waited, self.bytes = self.waited + seconds, self.bytes + count
        if self.waited < WINDOW:
            return
        if self.bytes < SLOWEST * self.waited:
            raise TimeoutError
        self.waited, self.bytes = 0.0, 0


async def stream(scope: Scope, receive: Receive, limits: Limits, apart: Apart | None) -> tuple[Scope, bytes]:
    """Read a form with files; see `ops.lanes.Stream`. Anything but multipart is read as a small body and handed on as it is.

    Without `apart` no file is kept: each is `full`, and the words go on.
    """
    head = dict(scope["headers"])
    announced = int(head.get(b"content-length", b"0")) if head.get(b"content-length", b"0").isdigit() else 0
    if announced > most().tip + limits.body:
        raise Refused(413)
    boundary = boundary_of(head.get(b"content-type", b""))
    small = bytearray()
    try:
        cutter = Cutter(boundary, limits.body - _TOKENS, "" if apart else "full") if boundary else None
        async with asyncio.timeout(limits.deadline + announced / SLOWEST):
            more, pace, clock = True, Pace(), asyncio.get_running_loop().time
            while more:
                asked = clock()
                message = await asyncio.wait_for(receive(), WINDOW)
                if message["type"] == "http.disconnect":
                    raise Gone
                part, more = message.get("body", b""), message.get("more_body", False)
                pace.came(len(part), clock() - asked)
                if cutter is None:
                    small += part
                    if len(small) > limits.body:
                        raise Refused(413)
                else:
                    await _pass_on(cutter, part, apart)
    except TimeoutError:
        raise Refused(408) from None
    except Broken as error:
        raise Refused(error.status) from None
    if cutter is None:
        return scope, bytes(small)
    if not cutter.whole:
        raise Refused(400)
    return _as_small_form(scope, cutter.fields)


async def _pass_on(cutter: Cutter, part: bytes, apart: Apart | None) -> None:
    """Give bytes to the cutter, and to the database what it has cut. Little at a time: one chunk lies in memory, not ten."""
    for at in range(0, len(part), 65_536):
        for file, data, last in cutter.write(part[at : at + 65_536]):
            if apart is not None:
                await apart(partial(_store, file, data, last))
            elif last and file.name:
                file.outcome = _outcome(file)
            if last and file.outcome:
                cutter.fields.append(file.outcome)


def _store(file: Arriving, data: bytes, last: bool) -> None:
    """In a thread: store a piece of a file, or remember why not. A fault of the file is no fault of the form."""
    try:
        if data and not file.fault:
            file.ticket = file.ticket or receiving.begin(most().file, file.name, exact=False)
            file.size += len(data)
            if file.size > most().file:
                raise CannotTake("too_large")
            receiving.store(file.ticket, file.n, data)
            file.n += 1
    except CannotTake as error:
        file.fault = error.code
    except (DatabaseError, InterfaceError):
        file.fault = "full"
    finally:
        connection.close()  # back to the pool
    if last:
        file.outcome = _outcome(file)


def _outcome(file: Arriving) -> tuple[str, str] | None:
    """The field that the form gets in the file's place; None where no file was chosen."""
    if file.fault:
        return "upload_fault", f"{file.fault}:{receiving.plain_name(file.name)}"
    if file.ticket is None:
        return ("upload_fault", f"empty:{receiving.plain_name(file.name)}") if file.name else None
    ticket = tokens.Ticket(file.ticket.id, file.ticket.key, file.size, file.ticket.name, file.ticket.at)
    return "upload", tokens.hide(ticket)


def _as_small_form(scope: Scope, fields: list[tuple[str, str]]) -> tuple[Scope, bytes]:
    """The same request with these fields only."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_plain(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    headers = [(name, value) for name, value in scope["headers"] if name not in _HEADERS]
    headers.append((b"content-type", f"multipart/form-data; boundary={boundary}".encode()))
    return {**scope, "headers": headers}, ("".join(parts) + f"--{boundary}--\r\n").encode()


def _plain(name: str) -> str:
    """A field's name, without what could end it."""
    return "".join(c for c in name if c.isalnum() or c in "_-")
