"""Waiting for what another process does: as long as it needs, and no longer than a limit."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(what: Callable[[], T], seconds: float = 60.0, every: float = 0.05) -> T:
    """The first true value of `what()`; raises AssertionError with the last one after `seconds`."""
    until = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < until, f"not within {seconds} s; the last value was {value!r}"
        time.sleep(every)
    return value
