"""Long work on a file says at each step that it gets on; whoever watches over the thread that does it hears that."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[], None]
_of_thread = threading.local()


def nobody() -> None:
    """Hears nothing."""


def listener() -> Listener:
    """Who hears that the present thread gets on; callable from any thread."""
    found: Listener = getattr(_of_thread, "listener", nobody)
    return found


def got_on() -> None:
    """Say that a step is done: a piece was read, a part was written."""
    listener()()


@contextmanager
def heard_by(one: Listener) -> Iterator[None]:
    """Within the block, `one` is called at each step that this thread does."""
    before = listener()
    _of_thread.listener = one
    try:
        yield
    finally:
        _of_thread.listener = before
