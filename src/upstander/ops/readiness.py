"""Whether this process could take a tip now: asked often, so the answer costs little and never waits long.

The look at the database happens in a thread of its own with a line of its own: whoever asks waits two seconds at most, and a
database that hangs holds up one thread, not the pages. A line that says nothing is cut and made anew.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import Any

import psycopg
from django.db import connection

from upstander.ops import watchdog
from upstander.ops.logs import event

_log = logging.getLogger(__name__)
LIMIT = 2.0  # seconds that a look at the database may take
_FRESH = 1.0  # seconds for which an answer is given again
# What must be on, or a power cut may lose what a reporter was told is received (decisions 4).
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_SHOWN = ", ".join(f"current_setting('{name}')" for name in _DURABLE)
_LOOK = f"SELECT {_SHOWN}, pg_is_in_recovery()"


@cache
def _wanted_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this version of the programme consists of."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, load=False)
    loader.load_disk()  # not the graph: in `public` the rooms of sign-in are missing on which others' migrations depend
    return frozenset(loader.disk_migrations or ())


class Readiness:
    """Looks at the database and remembers, briefly, what was seen. `parameters` are psycopg's."""

    def __init__(self, parameters: Callable[[], dict[str, Any]]) -> None:
        self._parameters = parameters
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._lock = Lock()
        self._line: psycopg.Connection[Any] | None = None
        self._looking: Future[tuple[str, ...]] | None = None
        self._seen: tuple[str, ...] = ()
        self._seen_at = 0.0

    def reasons(self) -> tuple[str, ...]:
        """Why this process is not ready, as codes; empty: it is."""
        with self._lock:
            if self._seen_at and time.monotonic() - self._seen_at < _FRESH:
                return self._seen
            if self._looking is None or self._looking.done():
                self._looking = self._thread.submit(self._look)
            looking = self._looking
        try:
            seen = looking.result(LIMIT)
        except TimeoutError:
            return ("database_slow",)
        if seen != self._seen or not self._seen_at:
            event(_log, logging.WARNING if seen else logging.INFO, "readiness", reasons=",".join(seen))
        self._seen, self._seen_at = seen, time.monotonic()
        return seen

    def _look(self) -> tuple[str, ...]:
        with watchdog.house().within(LIMIT, self._cut, again=LIMIT):
            return self._try_twice()

    def _cut(self) -> None:
        if (line := self._line) is not None:
            watchdog.hang_up(line)

    def _try_twice(self) -> tuple[str, ...]:
        try:
            return self._ask()
        except psycopg.Error:
            if self._line is not None:
                self._line.close()
            self._line = None
        try:
            return self._ask()  # the line may have been dead only because the database was started again
        except psycopg.Error:
            self._line = None
            return ("database_unreachable",)

    def _ask(self) -> tuple[str, ...]:
        if self._line is None or self._line.closed:
            patience = {
                "connect_timeout": 2,
                "tcp_user_timeout": 2000,
                "options": "-c statement_timeout=2000",
            }
            self._line = psycopg.connect(**(self._parameters() | patience), autocommit=True)
        row = self._line.execute(_LOOK).fetchone()
        applied = set(self._line.execute("SELECT app, name FROM django_migrations").fetchall())
        if row is None:
            return ("database_unreachable",)
        found = [f"{name}_off" for name, value in zip(_DURABLE, row, strict=False) if value == "off"]
        if row[-1]:
            found.append("database_read_only")
        if _wanted_migrations() - applied:
            found.append("migrations_missing")
        return tuple(found)


def _own_parameters() -> dict[str, Any]:
    """How this process connects, without the pool."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "application_name")
    return {name: parameters[name] for name in names if parameters.get(name)}


@cache
def readiness() -> Readiness:
    """This process's own."""
    return Readiness(_own_parameters)
