"""The least that holds a page's live line open: what `open_lines` is measured beside."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """ASGI: a stream that says that it is there, every fifteen seconds, to whoever asks."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    gone = asyncio.ensure_future(_until_gone(receive))
    while not gone.done():
        await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
        await asyncio.wait([gone], timeout=15)


async def _until_gone(receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
