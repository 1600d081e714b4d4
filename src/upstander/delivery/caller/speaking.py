"""What is said in a call, and what a key press does: upper rooms register, the caller asks at the moment of dialling, and when a
key is pressed. Nothing of it is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

PASSED_ON = "passed_on"  # the reply to a key by which whoever picked up leaves it to others: rung again, much later


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it is owed now.

    `numbers`: the contact's, in the order in which they are tried, E.164; none: a machine can ring none of them. `greeting` is
    said to whoever picks up, and so holds nothing of a tip; `after` what follows once a key has proved a human, for the sandbox
    to show. `asks`: a key is waited for; where not, the call tells something, and whoever picks up and hears it has been told.
    """

    numbers: tuple[str, ...]
    language: str
    greeting: str
    after: str = ""
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What a key press has done, as a code, and what is said then. `over`: nobody is rung for this call again."""

    code: str
    text: str
    over: bool = True


Render = Callable[[UUID], Call | None]
Pressed = Callable[[UUID, str, datetime | None], Reply | None]
_callers: dict[str, tuple[Render, Pressed]] = {}


def register(purpose: str, render: Render, pressed: Pressed) -> None:
    """Say that calls of `purpose` are rendered by `render(subject_id)`: None, where nothing is owed any more; and that
    `pressed(subject_id, key, at)` records a key, in the caller's transaction: None for a key that means nothing. `at`: when it
    was pressed, where that may be long ago.
    """
    if not 0 < len(purpose) <= 32:
        raise ValueError(f"a purpose has 1 to 32 characters: {purpose!r}")
    if _callers.setdefault(purpose, (render, pressed)) != (render, pressed):
        raise ValueError(f"somebody else calls for {purpose!r} already")


def known(purpose: str) -> bool:
    """Whether somebody has said what calls of this purpose say."""
    return purpose in _callers


def render(purpose: str, subject_id: UUID) -> Call | None:
    """The call as it is now; raises LookupError for an unknown purpose."""
    return _of(purpose)[0](subject_id)


def pressed(purpose: str, subject_id: UUID, key: str, at: datetime | None = None) -> Reply | None:
    """Record a key press, of now or of `at`."""
    return _of(purpose)[1](subject_id, key, at)


def _of(purpose: str) -> tuple[Render, Pressed]:
    try:
        return _callers[purpose]
    except KeyError:
        raise LookupError(f"nobody calls for {purpose!r}") from None
