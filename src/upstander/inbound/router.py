"""The router process: decides about what came in. It wakes by NOTIFY, and looks every POLL seconds anyway (decisions 12, 13)."""

import logging
import signal
import threading
from functools import partial

import psycopg
from django.db import InterfaceError, OperationalError, connection

from upstander.config import config
from upstander.evidence.limits import limits
from upstander.inbound.routing import route_next
from upstander.inbound.services import CHANNEL
from upstander.inbound.text_media import fetch_next
from upstander.inbound.twilio_media import Media
from upstander.ops import pulse, watchdog
from upstander.ops.logs import event
from upstander.vault.keys import keyring

POLL = 2.0  # seconds
_PAUSE = 1.0  # seconds before the database is tried again
FETCHERS = 2  # files of texts fetched at once

_log = logging.getLogger(__name__)


class Router:
    """The loop: `run` until `stop`. Several routers share the work."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._line: psycopg.Connection | None = None
        self._routed = 0

    def stop(self, *_: object) -> None:
        """End after the arrival under way."""
        self._end.set()

    def run(self) -> None:
        """Work until told to stop; a database that goes away, or says nothing, is waited for."""
        for n in range(FETCHERS):
            threading.Thread(target=self._fetch, name=f"fetcher-{n}", daemon=True).start()
        while not self._end.is_set():
            try:
                self.turn()
                self._wait()
            except (OperationalError, InterfaceError, psycopg.Error) as error:
                event(_log, logging.WARNING, "router.waits", kind=type(error).__name__)
                self._hang_up()
                self._end.wait(_PAUSE)
        self._hang_up()

    def _fetch(self) -> None:
        """A thread that fetches what came with texts, beside the loop: no words wait for it."""
        media = Media(config())
        while not self._end.is_set():
            try:
                while not self._end.is_set() and fetch_next(media, limits().file):
                    pass
                self._end.wait(POLL)
            except Exception as error:  # noqa: BLE001 - whatever one file did, the next one is fetched; it comes again by itself
                event(_log, logging.WARNING, "router.fetch_failed", kind=type(error).__name__)
                connection.close()
                self._end.wait(_PAUSE)
        connection.close()

    def turn(self) -> None:
        """Everything that is to be routed now, with a heartbeat after each."""
        self._beat()
        while not self._end.is_set() and self._one():
            self._routed += 1
            self._beat()

    def _one(self) -> bool:
        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
            return route_next()

    def _beat(self) -> None:
        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
            pulse.beat("router", routed=self._routed)

    def _wait(self) -> None:
        """Until something came in, at most POLL seconds."""
        if self._line is None:
            self._line = psycopg.connect(**connection.get_connection_params(), autocommit=True)
            with watchdog.house().within(watchdog.LIMIT, partial(watchdog.hang_up, self._line)):
                self._line.execute(f"LISTEN {CHANNEL}")
            return  # what came while nobody listened
        for _ in self._line.notifies(timeout=POLL, stop_after=1):
            return

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
        connection.close()


def main() -> None:
    """Run until SIGTERM or SIGINT; Django is set up by whoever starts it. Raises ConfigError without a key file."""
    keyring()
    router = Router()
    signal.signal(signal.SIGTERM, router.stop)
    signal.signal(signal.SIGINT, router.stop)
    router.run()
