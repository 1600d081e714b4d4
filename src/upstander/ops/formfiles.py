"""A form that brings files, cut up while it arrives: no JavaScript needed, and no file is ever whole in memory.

Whoever keeps files says how (`Keeper`). Django gets the other fields, and in a file's place the field that the keeper gives: a
token, or why it was not taken. The words are never refused for the file's sake.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from upstander.ops.cutter import Arriving, Broken, Cutter, boundary_of
from upstander.ops.lanes import Apart
from upstander.ops.shim import BROUGHT_BY, Gone, Limits, Receive, Refused, Scope

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


@dataclass(frozen=True)
class Keeper:
    """Who keeps what comes. `store(file, data, last)` runs in a thread: it stores a piece of a file, or remembers why not, and
    with the last one sets its `outcome`; `outcome` is that of a file of which nothing was kept. `total`: bytes of a whole form.
    """

    store: Callable[[Arriving, bytes, bool], None]
    outcome: Callable[[Arriving], tuple[str, str] | None]
    total: Callable[[], int]

    async def __call__(
        self, scope: Scope, receive: Receive, limits: Limits, apart: Apart | None
    ) -> tuple[Scope, bytes]:
        """Read a form with files; see `ops.lanes.Stream`. Anything but multipart is read as a small body and handed on as it is.

        Without `apart` no file is kept: each is `full`, and the words go on.
        """
        return await _stream(self, scope, receive, limits, apart)


async def _stream(
    keeper: Keeper, scope: Scope, receive: Receive, limits: Limits, apart: Apart | None
) -> tuple[Scope, bytes]:
    head = dict(scope["headers"])
    announced = int(head.get(b"content-length", b"0")) if head.get(b"content-length", b"0").isdigit() else 0
    if announced > keeper.total() + limits.body:
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
                    await _pass_on(keeper, cutter, part, apart, str(scope.get(BROUGHT_BY, "")))
    except TimeoutError:
        raise Refused(408) from None
    except Broken as error:
        raise Refused(error.status) from None
    if cutter is None:
        return scope, bytes(small)
    if not cutter.whole:
        raise Refused(400)
    return _as_small_form(scope, cutter.fields)


async def _pass_on(keeper: Keeper, cutter: Cutter, part: bytes, apart: Apart | None, whose: str) -> None:
    """Give bytes to the cutter, and to the database what it has cut. Little at a time: one chunk lies in memory, not ten."""
    for at in range(0, len(part), 65_536):
        for file, data, last in cutter.write(part[at : at + 65_536]):
            file.whose = whose
            if apart is not None:
                await apart(partial(keeper.store, file, data, last))
            elif last and file.name:
                file.outcome = keeper.outcome(file)
            if last and file.outcome:
                cutter.fields.append(file.outcome)


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
