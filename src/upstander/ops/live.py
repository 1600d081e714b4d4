"""Passing the stream of live events from the events process through the desk's own origin."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_REFUSED = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
# What a page hears while there is no events process: nothing new, and "ask again in two seconds".
_ABSENT = b"retry: 2000\nevent: absent\ndata: {}\n\n"
LOOK = 30.0  # seconds after which a page that listens is asked for its session again
_PATIENCE = 10.0  # seconds for the events process to begin its answer

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


Allowed = Callable[[], Awaitable[bool]]


async def pass_through(
    socket: Path, scope: dict[str, Any], receive: Receive, send: Send, allowed: Allowed
) -> None:
    """Hand a GET on to the server at the unix socket `socket` and its answer back, until either side ends.

    Only the address is handed on (the events process goes by the ticket in it): no cookie, no other header. `allowed` is asked
    before and then every LOOK seconds: who has signed out, or lost the role, hears no more.
    """
    writer: asyncio.StreamWriter | None = None
    if not await allowed():
        await send({"type": "http.response.start", "status": 403, "headers": _REFUSED})
        await send({"type": "http.response.body", "body": b""})
        return
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            query = scope["query_string"].decode("latin-1")
            writer.write(f"GET {scope['path']}?{query} HTTP/1.0\r\nHost: events\r\n\r\n".encode("latin-1"))
            head = await reader.readuntil(b"\r\n\r\n")
        await _until_one_ends(int(head.split(None, 2)[1]), reader, receive, send, allowed)
    except (OSError, TimeoutError, EOFError, ValueError, IndexError, asyncio.LimitOverrunError):
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _ABSENT})
    finally:
        if writer is not None:
            writer.close()


async def _until_one_ends(
    status: int, reader: asyncio.StreamReader, receive: Receive, send: Send, allowed: Allowed
) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": _HEADERS if status == 200 else _REFUSED}
    )
    parts = (_stream(reader, send), _gone(receive), _disallowed(allowed))
    tasks = {asyncio.ensure_future(part) for part in parts}
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _stream(reader: asyncio.StreamReader, send: Send) -> None:
    while part := await reader.read(65536):
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _disallowed(allowed: Allowed) -> None:
    await asyncio.sleep(LOOK)
    while await allowed():
        await asyncio.sleep(LOOK)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
