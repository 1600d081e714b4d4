"""Hearing NOTIFY, on a database line of its own. It only saves time: the relay polls as well (decisions
12).
"""

import logging
import threading
from collections.abc import Callable

from django.db import Error, connection

from upstander.delivery.services import CHANNEL
from upstander.ops import logs
from upstander.ops.watchdog import Watchdog, database_cutter

_log = logging.getLogger(__name__)
_ASK_EVERY = 15.0  # seconds without news after which the line is tried: a half-open one shows itself
_ANSWER_WITHIN = 10.0
_PAUSE = 2.0


class Listener(threading.Thread):
    """Calls `heard` whenever something new is owed, until the process ends."""

    def __init__(self, heard: Callable[[], None], watchdog: Watchdog) -> None:
        super().__init__(name="listener", daemon=True)
        self._heard = heard
        self._watchdog = watchdog
        self._pause = threading.Event()

    def run(self) -> None:
        while True:
            try:
                self._listen()
            except Error as error:
                logs.event(_log, logging.WARNING, "listener-lost", error=type(error).__name__)
            connection.close()
            self._pause.wait(_PAUSE)

    def _listen(self) -> None:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            line = connection.connection
            line.execute(f"LISTEN {CHANNEL}")
            self._heard()  # what came while nobody listened
            while True:
                news = False
                for _ in line.notifies(timeout=_ASK_EVERY, stop_after=1):
                    news = True
                if news:
                    self._heard()
                else:
                    with self._watchdog.within(_ANSWER_WITHIN, database_cutter()):
                        line.execute("SELECT 1")
