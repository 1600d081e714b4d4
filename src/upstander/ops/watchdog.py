"""Nothing waits for ever: whatever overruns its time is cut off, so that the waiting thread fails and goes on.

Time limits of sockets restart with every byte; the database's own are kept by the very process that may have frozen; and behind a
proxy or a firewall the kernel sees a healthy line. So a thread of its own looks at the deadlines of all the others
(docs/decisions/0086).
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from upstander.ops.logs import event

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds
LIMIT = 12.0  # seconds that one step of a loop may take with the database: longer than any statement may (`logins.TIMEOUTS`)


class Watch:
    """One block that is watched: how long it may still take."""

    def __init__(self, seconds: float, cut: Callable[[], None], again: float) -> None:
        self._seconds, self.cut, self.again = seconds, cut, again
        self.until = time.monotonic() + seconds

    def renew(self) -> None:
        """It got on: its whole time begins again."""
        self.until = time.monotonic() + self._seconds


class Watchdog(threading.Thread):
    """Cuts what overruns."""

    def __init__(self) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._lock = threading.Lock()
        self._watched: set[Watch] = set()
        self._ended = threading.Event()

    @contextmanager
    def within(self, seconds: float, cut: Callable[[], None], again: float = 0.0) -> Iterator[Watch]:
        """Run the block; once it has taken `seconds`, `cut` is called from the watchdog's thread, then every `again` seconds."""
        watch = Watch(seconds, cut, again)
        with self._lock:
            self._watched.add(watch)
        try:
            yield watch
        finally:
            with self._lock:  # from here on `cut` is not running and will not run
                self._watched.discard(watch)

    def run(self) -> None:
        """Look until told to end."""
        while not self._ended.wait(_LOOK_EVERY):
            now = time.monotonic()
            with self._lock:
                for watch in self._watched:
                    if now > watch.until:
                        watch.until = now + watch.again
                        self._cut(watch)

    @staticmethod
    def _cut(watch: Watch) -> None:
        try:
            watch.cut()
        except Exception as error:  # noqa: BLE001 - one cut that fails must not leave all the others unwatched
            event(_log, logging.ERROR, "watchdog.cannot_cut", kind=type(error).__name__)

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()


@cache
def _started() -> Watchdog:
    watchdog = Watchdog()
    watchdog.start()
    return watchdog


_starting = threading.Lock()


def house() -> Watchdog:
    """This process's own, at work since it was first asked for."""
    with _starting:
        return _started()


def hang_up(line: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
    """Shut a line to the database down, from any thread: whoever waits for an answer on it fails at once."""
    with suppress(OSError, psycopg.Error):  # it may be closed at this very moment
        if not line.closed:
            with socket.socket(fileno=os.dup(line.pgconn.socket)) as copy:
                copy.shutdown(socket.SHUT_RDWR)


def database_cutter() -> Callable[[], None]:
    """A function that hangs up the present thread's line to the database, callable from another thread.

    Where lines are pooled, those that wait in the pool are replaced: what made one line mute made the others mute, too.
    """
    # `connection` stands for another object in each thread: it is looked up here, in the thread concerned
    of_this_thread: Any = connections[DEFAULT_DB_ALIAS]
    thread = threading.current_thread().name

    def cut() -> None:
        line = of_this_thread.connection
        if line is None or line.closed:
            return
        event(_log, logging.WARNING, "watchdog.line_cut", thread=thread)
        hang_up(line)
        if pool := of_this_thread.pool:
            pool.drain()

    return cut
