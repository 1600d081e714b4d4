"""What a person sees while the house starts: each step with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Write a line for the person at the terminal. A terminal that is gone stops nothing."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        pass


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say that `name` was done, and how long it took."""
    begun = time.monotonic()
    yield
    say(f"  {name:<52} {time.monotonic() - begun:5.1f} s")
