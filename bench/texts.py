"""From a text at the end-point to its tip in an open queue: real end-point, router, live line and page; Twilio on loopback."""

import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urljoin

from tests.stack import carried
from tests.stack.harness import Stack

from bench.desk_session import Desk
from bench.table import Figure, spread

_LIVE = re.compile(r'"(/live\?ticket=[^"]+)"')
_TIP = re.compile(r'href="/tip/([0-9A-Z-]+)/')
_BEAT = "beat"
GATHER = 0.2  # seconds in which the live line joins news (`upstander.desk.live.GATHER`, whose module wants a house)


class OpenPage:
    """A desk's page that stays open: when the live line says that something changed, it fetches the queue anew."""

    def __init__(self, stack: Stack) -> None:
        self._desk = Desk(stack.desk)
        _, page = self._desk.get("/")
        found = _LIVE.search(page.replace("&amp;", "&"))
        assert found, "the page has a live line"
        self._line = HTTPConnection("localhost", stack.port + 1, timeout=60)
        self._line.request("GET", found[1], headers={"Cookie": self._desk.cookies, "Accept": "text/event-stream"})
        self._events: HTTPResponse = self._line.getresponse()
        assert self._events.status == 200, self._events.status
        self.seen: dict[str, float] = {}
        self.fetches: list[float] = []  # ms
        self.changed = threading.Condition()
        self._fetch()  # what stands there already
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with suppress(OSError, ValueError, AttributeError):  # (the line is closed under it at the end)
            while line := self._events.readline():
                name = line.decode().strip()
                if name.startswith("event:") and not name.endswith(_BEAT):
                    self._fetch()

    def _fetch(self) -> None:
        begun = time.monotonic()
        _, rows = self._desk.get(urljoin(self._desk.base, "/queue/?n=1000"))
        now = time.monotonic()
        self.fetches.append((now - begun) * 1000)
        with self.changed:
            for number in _TIP.findall(rows):
                self.seen.setdefault(number, now)
            self.changed.notify_all()

    def next_after(self, known: set[str], seconds: float = 30) -> float:
        """When the first tip that is not in `known` was seen."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.seen.keys() - known, seconds), "no tip was seen"
            return min(at for number, at in self.seen.items() if number not in known)

    def close(self) -> None:
        """Leave the page."""
        self._line.close()


@contextmanager
def open_page(stack: Stack) -> Iterator[OpenPage]:
    """A page that is left at the end."""
    page = OpenPage(stack)
    try:
        yield page
    finally:
        page.close()


def measure(stack: Stack, count: int) -> list[Figure]:
    """`count` texts, one after the other, each from somebody new (no number of the demo: a supervisor's text is no tip)."""
    waits, answers = [], []
    with open_page(stack) as page:
        for n in range(count):
            known = set(page.seen)
            begun = time.monotonic()
            assert carried.text(stack, f"+1309555{n:04d}", f"bench: text {n}", f"SM-bench-{n}") == 200
            answers.append((time.monotonic() - begun) * 1000)
            waits.append((page.next_after(known) - begun) * 1000)
    kept, fetched = statistics.median(answers), statistics.median(page.fetches)
    floor = kept + GATHER * 1000 + fetched
    return [
        Figure(
            "texts", "text at the end-point -> its tip in an open queue",
            spread(waits),
            f"median {floor:.0f} ms: kept, the live line's 200 ms, the page fetched", f"{statistics.median(waits) / floor:.2f}",
            f"{count} texts, one after the other; the carrier is told after {kept:.0f} ms, the page takes {fetched:.0f} ms",
        )
    ]  # fmt: skip
