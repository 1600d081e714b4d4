"""Heartbeats: each process says every 2 s that it works; silence turns the desk red (decisions 14)."""

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import cache

from django.db import DatabaseError, InterfaceError, connection

from upstander import clock
from upstander.ops.logs import event
from upstander.ops.models import Heartbeat

PROCESSES = ("public", "desk", "school", "events", "relay", "worker", "sealer")
EVERY = 2.0  # seconds
# Seconds of silence that the desk tolerates. The open page looks every 5 s: with this it is red 15 s after the last beat at most.
LIMIT = 10.0

_log = logging.getLogger(__name__)
_BEAT = """INSERT INTO ops_heartbeat (process, beat_at, started_at, state) VALUES (%s, %s, %s, %s)
ON CONFLICT (process) DO UPDATE
SET beat_at = excluded.beat_at, started_at = excluded.started_at, state = excluded.state"""


@cache
def _started() -> datetime:
    """When this process first had something to say."""
    return clock.now()


def beat(process: str, **numbers: float | bool | None) -> None:
    """Write that `process` works at this moment, with numbers about itself; raises the database's errors."""
    started = _started()
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [process, clock.now(), started, json.dumps(numbers)])


def silent(now: datetime, limit_seconds: float = LIMIT) -> list[str]:
    """The processes, in the order of PROCESSES, that have said nothing for `limit_seconds` or never."""
    heard = set(
        Heartbeat.objects.filter(beat_at__gt=now - timedelta(seconds=limit_seconds)).values_list(
            "process", flat=True
        )
    )
    return [process for process in PROCESSES if process not in heard]


class Pulse(threading.Thread):
    """The heartbeat of a web process. `submit` runs it where requests run: stuck threads are silent."""

    def __init__(
        self,
        process: str,
        submit: Callable[[Callable[[], None]], Future[None]],
        numbers: Callable[[], dict[str, float]] = dict,
    ) -> None:
        super().__init__(name="pulse", daemon=True)
        self._process = process
        self._submit = submit
        self._numbers = numbers
        self._end = threading.Event()

    def run(self) -> None:
        """Beat until `stop`. A beat that does not come through is logged and is the silence that counts."""
        while not self._end.is_set():
            try:
                self._submit(self._beat).result(LIMIT)
            except (DatabaseError, InterfaceError, TimeoutError, RuntimeError) as error:
                event(_log, logging.WARNING, "pulse.missed", process=self._process, kind=type(error).__name__)
            self._end.wait(EVERY)

    def _beat(self) -> None:
        try:
            beat(self._process, **self._numbers())
        finally:
            connection.close()  # back to the pool

    def stop(self) -> None:
        """End after the beat under way."""
        self._end.set()
