"""Lanes of the shim: what is large and may wait has its own limits and few threads, so that words go past it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from upstander.ops.shim import LIVE_ALLOWED, WHOSE, Limits, Receive, Refused, Scope

__all__ = ["WHOSE", "Lane"]

Apart = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Runs a call in one of the lane's threads and gives its result."""

Stream = Callable[[Scope, Receive, Limits, Apart | None], Awaitable[tuple[Scope, bytes]]]
"""Reads a request while it arrives; gives what the application shall see instead: a scope and a small body.

Without a thread to be had (None: every place is taken) it keeps the words and nothing else. Raises Refused and Gone.
"""


class Lane:
    """For addresses that begin with `prefix`: at most `places` requests at a time, of which `at_once` have a thread.

    `limits` are those of a body there. With `stream` the lane reads what is posted itself, and words are read past it where
    it is full. With `staff` only what somebody brings who is signed in is read (the application says 204 at `asks`, and in
    WHOSE who it is, if it keeps files apart by that); of others the words alone.
    """

    def __init__(
        self,
        prefix: str,
        limits: Limits,
        *,
        places: int = 200,
        at_once: int = 2,
        stream: Stream | None = None,
        staff: bool = False,
        asks: str = LIVE_ALLOWED,
    ) -> None:
        self.prefix, self.limits, self.stream, self.staff, self.asks = prefix, limits, stream, staff, asks
        self._places, self._inside = places, 0
        self._at_once = at_once
        self._turn: asyncio.Semaphore | None = None

    @property
    def full(self) -> bool:
        """Whether all places are taken."""
        return self._inside >= self._places

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places; raises Refused(503) where all are taken."""
        if self.full:
            raise Refused(503)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def turn(self) -> asyncio.Semaphore:
        """What is held while a thread works for this lane; made when it is first wanted, on the event loop that serves it."""
        if self._turn is None:
            self._turn = asyncio.Semaphore(self._at_once)
        return self._turn
