"""Heartbeats: each process says every 2 s that it works; silence turns the desk red (decisions 14)."""

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import cache

from django.db import DatabaseError, InterfaceError, connection

from upstander import clock
from upstander.ops import watchdog
from upstander.ops.logs import event
from upstander.ops.models import Heartbeat

PROCESSES = ("public", "desk", "school", "events", "relay", "worker", "sealer", "custody", "inbound", "router", "caller")
EVERY = 2.0  # seconds
# Seconds of silence that the desk tolerates: three beats that did not come. The open page looks every 5 s and has its answer
# within 2: it is red at most 15 s after the cause, for the last beat was before that (docs/decisions/0086).
LIMIT = 8.0
PATIENCE = 4.0  # seconds that a beat may take on a line of its own before that is cut
_SOON = 0.5  # seconds after which a beat that was missed is tried again
_STUCK = 5.0  # seconds without a beat after which a web process says that it is not ready

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
    """The heartbeat of a web process. `submit` runs it where requests run: stuck threads are silent.

    It is also the first to meet a line that has gone mute, before a reporter does: it is cut, and its pool made anew.
    """

    own: "Pulse | None" = None  # this process's, once it beats

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
        self._beaten = time.monotonic()

    @property
    def stuck(self) -> bool:
        """Whether no beat has come through for longer than a process that can work needs."""
        return time.monotonic() - self._beaten > _STUCK

    def run(self) -> None:
        """Beat until `stop`. A beat that does not come through is logged and is the silence that counts."""
        Pulse.own = self
        while not self._end.is_set():
            try:
                self._within_limit(self._submit(self._beat))
                self._end.wait(EVERY)
            except (DatabaseError, InterfaceError, TimeoutError, RuntimeError) as error:
                event(_log, logging.WARNING, "pulse.missed", process=self._process, kind=type(error).__name__)
                self._end.wait(_SOON)

    @staticmethod
    def _within_limit(beating: Future[None]) -> None:
        try:
            beating.result(LIMIT)
        finally:
            beating.cancel()  # one that has not begun while all threads are stuck must not queue up behind them

    def _beat(self) -> None:
        try:
            with watchdog.house().within(PATIENCE, watchdog.database_cutter(), _SOON):
                beat(self._process, **self._numbers())
            self._beaten = time.monotonic()
        finally:
            connection.close()  # back to the pool

    def stop(self) -> None:
        """End after the beat under way."""
        self._end.set()
