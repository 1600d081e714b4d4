"""Nothing waits for ever: whatever overruns its time is cut off, so that the waiting thread fails and goes
on.

Time limits of sockets restart with every byte, and a database that was frozen answers no limit of its own;
so a thread of its own looks at the deadlines of all the others.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, connections

_LOOK_EVERY = 0.5  # seconds


class Watchdog(threading.Thread):
    """Cuts what overruns."""

    def __init__(self) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._lock = threading.Lock()
        self._watched: dict[object, tuple[float, Callable[[], None]]] = {}
        self._ended = threading.Event()

    @contextmanager
    def within(self, seconds: float, cut: Callable[[], None]) -> Iterator[None]:
        """Run the block; once it has taken `seconds`, call `cut` (again and again) from the watchdog's
        thread.
        """
        token = object()
        with self._lock:
            self._watched[token] = (time.monotonic() + seconds, cut)
        try:
            yield
        finally:
            with self._lock:  # from here on `cut` is not running and will not run
                del self._watched[token]

    def run(self) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            now = time.monotonic()
            with self._lock:
                for until, cut in self._watched.values():
                    if now > until:
                        cut()

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()


def database_cutter() -> Callable[[], None]:
    """A function that shuts the present thread's database line down, callable from another thread."""
    # `connection` stands for another object in each thread: it is looked up here, in the thread concerned
    of_this_thread = connections[DEFAULT_DB_ALIAS]

    def cut() -> None:
        line = of_this_thread.connection
        if line is not None and not line.closed:
            with suppress(OSError), socket.socket(fileno=os.dup(line.pgconn.socket)) as copy:
                copy.shutdown(socket.SHUT_RDWR)

    return cut
