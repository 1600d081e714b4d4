"""Waking a thread that sleeps, also from a signal handler.

Neither `threading.Event` nor `Condition` may be used in one: Python runs a handler between two steps of whatever the main thread
does, also of another handler, and their lock is not reentrant. Many children that end at once would stop the house for ever.
"""

import os
import select
from contextlib import suppress

_FULL = 1 << 16  # bytes that a pipe holds


class Bell:
    """Rung by any thread or signal handler, waited for by one thread."""

    def __init__(self) -> None:
        self._hear, self._ring = os.pipe()
        os.set_blocking(self._hear, False)
        os.set_blocking(self._ring, False)

    def ring(self) -> None:
        """Wake whoever waits, or will wait next."""
        with suppress(BlockingIOError):  # full: it rings already
            os.write(self._ring, b"\0")

    def wait(self, seconds: float) -> None:
        """Sleep until it rings, at most so many seconds; all that has rung is heard with it."""
        select.select([self._hear], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._hear, _FULL)
