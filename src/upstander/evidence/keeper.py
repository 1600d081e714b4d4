"""The custody process: it alone holds the key to what is sealed, hashes what came sealed, and packs what a custodian orders.

It may run on a host of its own. Stopped, it makes hand-overs wait, and the desk's bar says so.
"""

import logging
import signal
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from upstander.evidence import getting_on, hashing, packing
from upstander.evidence.models import File
from upstander.ops import pulse, watchdog
from upstander.ops.logs import event
from upstander.vault.keys import keyring

EVERY = 2.0  # seconds between two looks, and between heartbeats
_SOON = 0.5  # seconds after which a beat that did not come through is tried again

_log = logging.getLogger(__name__)


class Heart(threading.Thread):
    """The heartbeat, over a line of its own: packing is one transaction, and nobody would see a beat within it.

    It beats after a step of the work and not otherwise, so that work which is stuck is silent at once.
    """

    def __init__(self, numbers: Callable[[], dict[str, float]]) -> None:
        super().__init__(name="heart", daemon=True)
        self._numbers = numbers
        self._step = threading.Event()
        self._end = threading.Event()

    def got_on(self) -> None:
        """The work got on (from its thread)."""
        self._step.set()

    def stop(self) -> None:
        """End after the beat under way."""
        self._end.set()
        self._step.set()

    def run(self) -> None:
        """Beat until `stop`. A beat that does not come through is logged, and is the silence that counts."""
        while not self._end.is_set():
            self._step.wait()
            self._step.clear()
            try:
                with watchdog.house().within(pulse.PATIENCE, watchdog.database_cutter()):
                    pulse.beat("custody", **self._numbers())
                self._end.wait(EVERY)
            except (DatabaseError, InterfaceError) as error:
                event(_log, logging.WARNING, "pulse.missed", process="custody", kind=type(error).__name__)
                connection.close()
                self._end.wait(_SOON)
        connection.close()


class Keeper:
    """The loop: `run` until `stop`."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._packed = 0
        self._heart = Heart(lambda: {"packed": self._packed})

    def stop(self, *_: object) -> None:
        """End after what is under way."""
        self._end.set()

    def run(self) -> None:
        """Work until told to stop; a database that goes away, or says nothing, is waited for."""
        self._heart.start()
        while not self._end.is_set():
            try:
                busy = self.turn()
            except (DatabaseError, InterfaceError) as error:
                event(_log, logging.WARNING, "custody.waits", kind=type(error).__name__)
                connection.close()
                busy = False
            if not busy:
                self._end.wait(EVERY)
        self._heart.stop()
        self._heart.join()
        connection.close()

    def turn(self) -> bool:
        """One piece of work; whether there was any. Where the database does not answer a step of it in time, it fails."""
        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()) as watch:

            def got_on() -> None:
                watch.renew()
                self._heart.got_on()

            with getting_on.heard_by(got_on):
                busy = self._work()
                got_on()
        return busy

    def _work(self) -> bool:
        if packing.pack_next():
            self._packed += 1
            return True
        return hashing.hash_one(File.State.SEALED, "evidence", packing.ACTOR) is not None


def main() -> None:
    """Run until SIGTERM or SIGINT; Django is set up by whoever starts it. Raises ConfigError without a key file."""
    keyring()
    keeper = Keeper()
    signal.signal(signal.SIGTERM, keeper.stop)
    signal.signal(signal.SIGINT, keeper.stop)
    keeper.run()
