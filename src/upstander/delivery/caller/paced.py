"""A telephone that places no more calls a second than its account takes. Few wait here, so that whoever is gravest by then has
the next turn.
"""

import queue
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from upstander.delivery.budget import Pace
from upstander.delivery.telephone.lines import Placing

if TYPE_CHECKING:
    from upstander.delivery.caller.standby import Telephone


class Paced(threading.Thread):
    """As the telephone within, at a pace."""

    def __init__(self, phone: "Telephone", per_second: int) -> None:
        super().__init__(name="pace", daemon=True)
        self._phone, self._most, self._pace = phone, per_second, Pace(per_second)
        self._asked: queue.SimpleQueue[Placing] = queue.SimpleQueue()
        self._waiting = 0
        self._lock, self._end = threading.Lock(), threading.Event()

    @property
    def up(self) -> threading.Event:
        """See `standby.Telephone`."""
        return self._phone.up

    @property
    def deaths(self) -> int:
        """See `standby.Telephone`."""
        return self._phone.deaths

    def free(self) -> int:
        """How many calls could be placed now, or within the second."""
        return min(self._phone.free() - self._waiting, self._most - self._waiting)

    def place(self, placing: Placing) -> None:
        """Ring when it is its turn."""
        with self._lock:
            self._waiting += 1
        self._asked.put(placing)

    def play(self, call: UUID, sound: Path) -> None:
        """See `standby.Telephone`."""
        self._phone.play(call, sound)

    def hang_up(self, call: UUID) -> None:
        """End a call that was placed: nobody has a reason to end one that waits."""
        self._phone.hang_up(call)

    def start(self) -> None:
        """Begin."""
        self._phone.start()
        super().start()

    def stop(self) -> None:
        """End; whoever waits is not rung any more, and stays owed."""
        self._end.set()
        self._phone.stop()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end."""
        self._phone.join(timeout)

    def is_alive(self) -> bool:
        """Whether it is at work."""
        return self._phone.is_alive() and super().is_alive()

    def run(self) -> None:
        """Place one after the other until stopped."""
        while not self._end.is_set():
            try:
                placing = self._asked.get(timeout=0.25)
            except queue.Empty:
                continue
            if self._end.wait(self._pace.turn()):
                return
            self._phone.place(placing)
            with self._lock:
                self._waiting -= 1
