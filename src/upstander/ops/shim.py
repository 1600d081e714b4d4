"""Between the server's event loop and Django's WSGI application (decisions 16, docs/decisions/0011).

A request takes a thread only when its whole body has arrived, within a limit of size and a *total* time: a
thousand phones that drip their words stop nobody. Nothing by which a device could be known is handed on.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from upstander.ops.live import pass_through

if TYPE_CHECKING:
    from upstander.ops.lanes import Lane

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Stream = Callable[[Scope, Receive, Send, Callable[[Callable[[], Any]], Awaitable[Any]]], Awaitable[None]]

# By which a client's network could be known; never handed on, whoever set them.
_NETWORK = frozenset(
    b"forwarded via x-forwarded-for x-real-ip x-client-ip x-cluster-client-ip cf-connecting-ip "
    b"true-client-ip".split()
)
# By which a reporter's device could be known; not handed on at the public origin.
_DEVICE = frozenset([b"user-agent"])
_DEVICE_HINTS = b"sec-ch-"


LIVE_ALLOWED = "/live-allowed"
WHOSE = "X-Whose"  # in the answer to what a lane asks: who it is that brings something
BROUGHT_BY = "upstander.brought_by"  # the same in a scope; nobody outside can write there
# Asked by whoever watches this process: answered also while every thread waits for a database that says nothing.
_PROBES = frozenset(["/healthz", "/readyz"])

_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """A whole response."""

    status: int
    headers: Headers
    body: bytes
    rest: Iterator[bytes] | None = None  # of a large file: fetched piece by piece, each when the line has taken the one before


class Gone(Exception):
    """The client went away."""


class Refused(Exception):
    """The request is not handed on; `status` says why: 400, 408, 413, 503."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Limits:
    """Largest body in bytes, seconds for a whole body, threads, and requests that may wait for a thread.

    `answer`: seconds from the whole body to the answer; who waits longer, for a thread or in one, is told to try again.
    """

    body: int = 65536
    deadline: float = 20.0
    threads: int = 8
    queue: int = 200
    answer: float = 30.0


class Shim:
    """An ASGI application around a WSGI one.

    `page(status, path)` gives the answer to what is refused; `scheme` is what the client speaks (`https` behind
    a proxy); `anonymous` keeps the device from the application; `live` is the unix socket of the events process,
    whose stream is passed through at `/live` to whom the application answers 204 at LIVE_ALLOWED. `guard()` is entered
    around each call of the application, in its thread: it frees a thread that waits for ever. `lanes` are for what is no
    words, so that words never wait for it. An application's answer that says `piece_by_piece` is closed at once, and its pieces,
    which must need nothing of the request, are fetched one by one. `streams` answer a POST to their path on the event loop, for
    as long as they like.
    """

    def __init__(
        self,
        application: Wsgi,
        page: Callable[[int, str], Answer],
        *,
        limits: Limits | None = None,
        scheme: str = "http",
        anonymous: bool = False,
        live: Path | None = None,
        guard: Callable[[], AbstractContextManager[Any]] = nullcontext,
        lanes: Iterable["Lane"] = (),
        streams: Mapping[str, Stream] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._application = application
        self._page = page
        self._scheme = scheme
        self._anonymous = anonymous
        self._live = live
        self._guard = guard
        self._lanes = tuple(lanes)
        self._streams = dict(streams or {})
        self._prefixes = tuple(lane.prefix for lane in self._lanes)
        self._pool = ThreadPoolExecutor(self.limits.threads, thread_name_prefix="request")
        self._probes = ThreadPoolExecutor(1, thread_name_prefix="probe")
        self._inside = 0
        self._refused = 0

    def numbers(self) -> dict[str, float]:
        """How busy this process is: requests in threads or waiting for one, and refused since it started."""
        return {"inside": self._inside, "refused": self._refused}

    def submit(self, call: Callable[[], None]) -> Future[None]:
        """Run `call` where requests are run."""
        return self._pool.submit(call)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if self._live and scope["path"] == "/live" and scope["method"] == "GET":
            await pass_through(self._live, scope, receive, send, lambda: self._may_listen(scope))
            return
        if scope["method"] == "POST" and (stream := self._streams.get(scope["path"])):
            await stream(scope, receive, send, self._guarded)
            return
        try:
            if self._prefixes and scope["path"].startswith(self._prefixes):
                answer = await self._in_lane(scope, receive)
            else:
                answer = await self._run(scope, await self._body(scope, receive, self.limits))
        except Gone:
            return
        except Refused as refusal:
            self._refused += 1
            answer = self._page(refusal.status, scope["path"])
            answer.headers.append((b"connection", b"close"))
        await _send(send, answer, head=scope["method"] == "HEAD", following=self._following(answer))

    async def _following(self, answer: Answer) -> AsyncIterator[bytes]:
        """The pieces of a large file. A thread is held while one is fetched, and none while a slow line takes it."""
        rest = answer.rest
        while rest is not None and (piece := await self._guarded(lambda: next(rest, b""))):
            yield piece

    async def _brings(self, lane: "Lane", scope: Scope) -> str | None:
        """Who sent this request's cookie, where they may bring files now: before any takes up room. None: they may not."""
        answer = await self._asked({**scope, "method": "GET"}, lane.asks)
        if answer is None or answer.status != 204:
            return None
        return next((value.decode() for name, value in answer.headers if name.decode().lower() == WHOSE.lower()), "")

    async def _may_listen(self, scope: Scope) -> bool:
        """Whether the application lets whoever sent this request's cookie listen, now."""
        answer = await self._asked(scope, LIVE_ALLOWED)
        return answer is not None and answer.status == 204

    async def _asked(self, scope: Scope, at: str) -> Answer | None:
        """What the application answers at another address to whoever sent this request."""
        try:
            return await self._run({**scope, "path": at, "query_string": b""}, b"")
        except Refused:  # too busy to know; the page asks again by itself
            return None

    async def _in_lane(self, scope: Scope, receive: Receive) -> Answer:
        """The answer to what has a lane of its own; raises Refused(503) where all its places are taken and no words can come."""
        lane = next(lane for lane in self._lanes if scope["path"].startswith(lane.prefix))
        if lane.stream is not None and self._is_small(scope):
            return await self._run(scope, await self._body(scope, receive, self.limits))
        if lane.stream is not None:
            brings = None if lane.full else await self._brings(lane, scope) if lane.staff else ""
            if brings is None:
                return await self._run(*await lane.stream(scope, receive, lane.limits, None))
            scope = {**scope, BROUGHT_BY: brings}
        with lane.place():
            if lane.stream is not None and scope["method"] == "POST":
                scope, body = await lane.stream(scope, receive, lane.limits, lambda call: self._apart(lane, call))
            else:
                body = await self._body(scope, receive, lane.limits)
            async with lane.turn():
                return await self._run(scope, body)

    def _is_small(self, scope: Scope) -> bool:
        """Whether a request says that it brings no more than words: they need no lane, and slow files must not stop them."""
        if scope["method"] != "POST":
            return True
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"")
        return announced.isdigit() and len(announced) <= 12 and int(announced) <= self.limits.body

    async def _apart(self, lane: "Lane", call: Callable[[], Any]) -> Any:
        """The result of `call`, from one of the threads that the lane may have at once."""
        async with lane.turn():
            return await self._guarded(call)

    async def _guarded(self, call: Callable[[], Any]) -> Any:
        """The result of `call`, from one of the threads."""

        def guarded() -> Any:
            with self._guard():
                return call()

        return await asyncio.wrap_future(self._pool.submit(guarded))

    async def _body(self, scope: Scope, receive: Receive, limits: Limits) -> bytes:
        """The whole body. Raises Refused (413, at once where the length is announced; 408) or Gone."""
        limit = limits.body
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if not announced.isdigit() or len(announced) > 12 or int(announced) > limit:
            raise Refused(413)
        parts, size, more = [], 0, True
        try:
            async with asyncio.timeout(limits.deadline):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    part = message.get("body", b"")
                    parts.append(part)
                    size += len(part)
                    if size > limit:
                        raise Refused(413)
                    more = message.get("more_body", False)
        except TimeoutError:
            raise Refused(408) from None
        return b"".join(parts)

    async def _run(self, scope: Scope, body: bytes) -> Answer:
        """The application's answer, from a thread; raises Refused(503) where too many wait already, or this one too long."""
        if self._inside >= self.limits.threads + self.limits.queue:
            raise Refused(503)
        environ = self._environ(scope, body)
        pool = self._probes if scope["path"] in _PROBES else self._pool
        self._inside += 1
        try:
            async with asyncio.timeout(self.limits.answer):  # what has not begun by then never begins
                return await asyncio.wrap_future(pool.submit(self._answer, environ))
        except TimeoutError:
            raise Refused(503) from None
        finally:
            self._inside -= 1

    def _environ(self, scope: Scope, body: bytes) -> dict[str, Any]:
        """PEP 3333, with no client address."""
        server = scope.get("server") or ("localhost", 80)
        environ = {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": scope["path"].encode().decode("latin-1"),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_NAME": str(server[0]),
            "SERVER_PORT": str(server[1] or 80),
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
            "REMOTE_ADDR": "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self._scheme,
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in self._kept(scope["headers"]):
            key = name.decode("latin-1").upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            text = value.decode("latin-1")
            if key in environ:
                text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
            environ[key] = text
        environ["CONTENT_LENGTH"] = str(len(body))  # also of a body that came in chunks
        return environ

    def _kept(self, headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
        """The headers that the application may see. One with an underscore could pass for another."""
        for name, value in headers:
            if b"_" in name or name in _NETWORK or name == b"transfer-encoding":
                continue
            if self._anonymous and (name in _DEVICE or name.startswith(_DEVICE_HINTS)):
                continue
            yield name, value

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        """Run the application, in a thread."""
        said: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            said["status"] = int(status[:3])
            said["headers"] = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]

        try:
            with self._guard():
                result = self._application(dict(environ), start)
                rest = iter(result) if getattr(result, "piece_by_piece", False) else None
                try:
                    body = b"" if rest else b"".join(result)
                finally:
                    close = getattr(result, "close", None)
                    if close:
                        close()
        except Exception:  # noqa: BLE001 - Django answers for its views; what comes here broke Django itself
            _log.exception("request.failed")
            return self._page(500, environ["PATH_INFO"])
        return Answer(said["status"], said["headers"], body, rest)


async def _send(send: Send, answer: Answer, *, head: bool, following: AsyncIterator[bytes]) -> None:
    names = {name for name, _ in answer.headers}
    headers = answer.headers
    if b"content-length" not in names and answer.status not in (204, 304) and answer.rest is None:
        headers = [*headers, (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.rest is not None and not head:
        async for piece in following:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
