"""A load of HTTP/1.1 requests over kept-alive connections, small enough to leave the processor to what is measured."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = bytes


@dataclass
class Load:
    """What came of a load: seconds, the milliseconds of each answer, statuses, and the answers' bodies where asked for."""

    seconds: float = 0.0
    millis: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    errors: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.millis) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds below which `share` (0 to 1) of the answers came."""
        ordered = sorted(self.millis)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def post(
    host: str, path: str, body: bytes, headers: dict[str, str], kind: str = "application/json"
) -> Request:
    """The bytes of a POST."""
    extra = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def get(host: str, path: str, headers: dict[str, str] | None = None) -> Request:
    """The bytes of a GET."""
    extra = "".join(f"{k}: {v}\r\n" for k, v in (headers or {}).items())
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One answer's status and body (Content-Length or chunked)."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1])
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:] if line)}
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int((await reader.readline()).strip() or b"0", 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return status, body
    return status, await reader.readexactly(int(headers.get("content-length", 0)))


async def _client(port: int, take: Callable[[], Request | None], load: Load, keep: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (request := take()) is not None:
            begun = time.perf_counter()
            writer.write(request)
            try:
                status, body = await answer(reader)
            except (OSError, asyncio.IncompleteReadError):
                load.errors += 1
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                continue
            load.millis.append((time.perf_counter() - begun) * 1000)
            load.statuses[status] = load.statuses.get(status, 0) + 1
            if keep:
                load.bodies.append(body)
    finally:
        writer.close()


async def run(port: int, requests: list[Request], clients: int, *, keep: bool = False) -> Load:
    """Send every request once, by so many clients at a time."""
    load, left = Load(), iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, lambda: next(left, None), load, keep) for _ in range(clients)))
    load.seconds = time.perf_counter() - begun
    return load


class Drip:
    """Clients that begin a POST and then send a byte every two seconds: each would hold a worker of a naive server."""

    def __init__(self, port: int, count: int) -> None:
        self.port, self.count = port, count
        self.tasks: list[asyncio.Task[None]] = []
        self.open = 0

    async def __aenter__(self) -> "Drip":
        self.tasks = [asyncio.create_task(self._one()) for _ in range(self.count)]
        while self.open < self.count * 0.95:
            await asyncio.sleep(0.05)
        return self

    async def _one(self) -> None:
        head = "POST /api/v1/tips HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(head.encode())
                await writer.drain()
                self.open += 1
                while not writer.is_closing():
                    await asyncio.sleep(2)
                    writer.write(b" ")
                    await writer.drain()
            except OSError:
                await asyncio.sleep(0.5)

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
