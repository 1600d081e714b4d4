"""The custody process: it alone holds the key to what is sealed, hashes what came sealed, and packs what a custodian orders.

Nothing in danger waits for it: stopped, it makes hand-overs wait and no screen red. It may run on a host of its own.
"""

import logging
import signal
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

from upstander.evidence import hashing, packing
from upstander.evidence.models import File
from upstander.ops import pulse
from upstander.ops.logs import event
from upstander.vault.keys import keyring

EVERY = 2.0  # seconds between two looks, and between heartbeats

_log = logging.getLogger(__name__)


class Keeper:
    """The loop: `run` until `stop`."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._beaten = float("-inf")
        self._packed = 0

    def stop(self, *_: object) -> None:
        """End after what is under way."""
        self._end.set()

    def run(self) -> None:
        """Work until told to stop; a database that goes away is waited for."""
        while not self._end.is_set():
            try:
                busy = self.turn()
            except (DatabaseError, InterfaceError) as error:
                event(_log, logging.WARNING, "custody.waits", kind=type(error).__name__)
                connection.close()
                busy = False
            if not busy:
                self._end.wait(EVERY)
        connection.close()

    def turn(self) -> bool:
        """One piece of work; whether there was any."""
        if time.monotonic() - self._beaten >= EVERY:
            pulse.beat("custody", packed=self._packed)
            self._beaten = time.monotonic()
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
