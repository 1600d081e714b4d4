"""What the worker does by itself every so often. The rooms above say what (`register`, when they are ready), the worker when.

A chore does a small part of its work at a time and says whether there is more: tips' words are never kept waiting by it. What it
does is repeatable, for a process may die in the middle, and two workers may do it at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Act = Callable[[], bool]


@dataclass(slots=True)
class Chore:
    """One chore: how often it is looked at, and when it is next."""

    name: str
    every: timedelta
    act: Act
    next: datetime | None = None


_chores: dict[str, Chore] = {}


def register(name: str, every: timedelta, act: Act) -> None:
    """Say once, at start, that `act` is to be done every so often; a second time replaces the first. `act` does one part and
    returns whether there is more to do at once."""
    _chores[name] = Chore(name, every, act)


def due(now: datetime) -> list[Chore]:
    """The chores whose time has come."""
    return [chore for chore in _chores.values() if chore.next is None or chore.next <= now]


def do(chore: Chore, now: datetime) -> None:
    """One part of a chore; it comes again at once where there is more, else in its time. Raises what it raises, in its time."""
    chore.next = now + chore.every
    if chore.act():
        chore.next = now
