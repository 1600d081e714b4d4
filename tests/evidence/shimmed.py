"""The public origin behind its shim: for one request, or served to a browser."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from upstander.evidence.lanes import lanes
from upstander.ops.refusals import page
from upstander.ops.shim import Limits, Shim

Start = Callable[..., Any]


def shim_around(application: Callable[..., Any], **more: Any) -> Shim:
    """The shim as `ops.asgi` makes it for the public process."""
    return Shim(application, page, limits=Limits(threads=2), anonymous=True, lanes=lanes(), **more)


def through(
    shim: Shim, method: str, path: str, parts: Iterable[bytes | None], headers: dict[str, str]
) -> tuple[int, bytes]:
    """Status and body of one request whose body comes in these pieces; None: the client goes away."""
    waiting = [
        {"type": "http.disconnect"}
        if part is None
        else {"type": "http.request", "body": part, "more_body": True}
        for part in parts
    ]
    if waiting and waiting[-1]["type"] == "http.request":
        waiting[-1]["more_body"] = False
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    bare, _mark, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": bare, "query_string": query.encode(),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()], "server": ("testserver", 80),
    }  # fmt: skip
    asyncio.run(shim(scope, receive, send))
    return (sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:])) if sent else (0, b"")


def wsgi(application: Callable[..., Any]) -> Callable[[dict[str, Any], Start], Any]:
    """A WSGI application that goes through a shim of its own for each request, for servers that know no ASGI."""

    class Whole(list):  # type: ignore[type-arg]
        def close(self) -> None: ...

    def serve(environ: dict[str, Any], start: Start) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        parts = []
        while length > 0 and (part := environ["wsgi.input"].read(min(length, 65536))):
            parts.append(part)
            length -= len(part)
        headers = {k[5:].replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_")}
        headers |= {
            k.replace("_", "-"): v
            for k, v in environ.items()
            if k in ("CONTENT_TYPE", "CONTENT_LENGTH") and v
        }
        got: dict[str, Any] = {}

        def inner(inside: dict[str, Any], begin: Start) -> Any:
            def note(status: str, heads: list[tuple[str, str]], error: Any = None) -> None:
                got.update(status=status, headers=heads)
                begin(status, heads, error)

            return application(inside, note)

        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
        status, body = through(shim_around(inner), environ["REQUEST_METHOD"], path, parts or [b""], headers)
        start(got.get("status", f"{status} Refused"), got.get("headers", [("Content-Type", "text/html")]))
        return Whole([body])

    return serve
