"""What an open chat and an open page of the desk hold in memory: real processes, real lines, before and after."""

import json
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from html import unescape

import psutil
from tests.stack.harness import Stack, free_ports, until

from bench.desk_session import Desk
from bench.table import Figure

_OPEN = re.compile(r'name="open" value="([^"]+)"')
_LIVE = re.compile(r'"(/live\?ticket=[^"]+)"')
SETTLED = 3.0  # seconds in which what was needed once, to open them, is given back


def measure(stack: Stack, *, chats: int, desks: int) -> list[Figure]:
    """Kilobytes an open line, beside a bare server's that does nothing but hold the same number."""
    public, desk, events = (stack.pids(name) for name in ("public", "desk", "events"))
    bare = _bare(chats)
    asks = _chats(stack, chats)
    first = _grown(public, lambda: [_open(stack.port, ask) for ask in asks])
    page = _desk_page(stack)
    second = _grown([*desk, *events], lambda: [_open(stack.port + 1, page) for _ in range(desks)])
    return [
        _figure("an open chat (`public`)", first / chats, bare, f"{chats} dialogues open at once, each of another report"),
        _figure("an open page of the desk (`desk`, `events`)", second / desks, bare, f"{desks} pages of one call-taker"),
    ]


def _figure(what: str, each: float, bare: float, note: str) -> Figure:
    return Figure("open lines", what, f"{each:.1f} kB", f"{bare:.1f} kB", f"{each / max(bare, 0.1):.1f}", note)


def _held(pids: Sequence[int]) -> float:
    """Kilobytes that these processes have of their own."""
    return sum(psutil.Process(pid).memory_full_info().uss for pid in pids) / 1024


def _grown(pids: Sequence[int], act: Callable[[], list[socket.socket]]) -> float:
    """By how many kilobytes they grow while the lines that `act` opens are held."""
    before = _held(pids)
    lines = act()
    time.sleep(SETTLED)
    grown = _held(pids) - before
    for line in lines:
        line.close()
    return grown


def _open(port: int, ask: bytes) -> socket.socket:
    """A line that was let in, and is held. Raises AssertionError where it was not."""
    line = socket.create_connection(("127.0.0.1", port), 30)
    line.sendall(ask)
    assert b" 200 " in line.recv(65536).split(b"\r\n", 1)[0]
    return line


def _post(url: str, data: bytes, **headers: str) -> str:
    request = urllib.request.Request(url, data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def _chats(stack: Stack, count: int) -> list[bytes]:
    """What each reporter's page asks, once the dialogue stands open."""
    asks = []
    for n in range(count):
        told = _post(
            f"{stack.public}/api/v1/tips", json.dumps({"text": f"report {n}"}).encode(),
            **{"Content-Type": "application/json", "Idempotency-Key": secrets.token_urlsafe(16)},
        )  # fmt: skip
        code = urllib.parse.urlencode({"code": json.loads(told)["receipt"]}).encode()
        page = _post(f"{stack.public}/return/", code)
        found = _OPEN.search(page)
        assert found, "the dialogue does not open"
        body = urllib.parse.urlencode({"open": unescape(found[1]), "seen": "1"}).encode()
        head = f"POST /return/live HTTP/1.1\r\nHost: 127.0.0.1:{stack.port}\r\nContent-Length: {len(body)}\r\n"
        asks.append(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body)
    return asks


def _desk_page(stack: Stack) -> bytes:
    """What a page of the desk asks."""
    desk = Desk(stack.desk)
    _, page = desk.get("/")
    found = _LIVE.search(page)
    assert found, "the desk's page names no live line"
    host = f"127.0.0.1:{stack.port + 1}"
    return f"GET {unescape(found[1])} HTTP/1.1\r\nHost: {host}\r\nCookie: {desk.cookies}\r\n\r\n".encode()


def _bare(count: int) -> float:
    """Kilobytes a line of a server that does nothing but hold it."""
    port = free_ports()
    command = ["granian", "--interface", "asgi", "--log-level", "warning", "--port", str(port), "bench.bare:app"]
    with subprocess.Popen([sys.executable, "-m", *command]) as server:
        try:
            until(lambda: _answers(port), 30, "the bare server")
            pids = [child.pid for child in psutil.Process(server.pid).children(recursive=True)]
            ask = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
            return _grown(pids, lambda: [_open(port, ask) for _ in range(count)]) / count
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
