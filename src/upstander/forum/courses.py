"""How far something may go from where it is: for contributions and for requests. Pure."""

from collections.abc import Mapping
from typing import Final

NEW: Final = "new"  # nothing was said of it yet
Course = Mapping[str, frozenset[str]]


def _course(**steps: str) -> Course:
    return {state: frozenset(kinds.split()) for state, kinds in steps.items()}


CONTRIBUTION: Final = _course(
    new="asked thanked published declined",
    asked="asked clarified thanked published declined",
    clarified="asked clarified thanked published declined",
    thanked="asked published",
    published="asked thanked",
    declined="asked published",
)
"""What may follow on what. Whoever gave it may only clarify."""

_WORKED: Final = "accepted asked clarified put answered closed refused"
REQUEST: Final = _course(
    new=_WORKED,
    accepted=_WORKED,
    asked=_WORKED,
    clarified=_WORKED,
    put=_WORKED,
    reopened=_WORKED,
    answered=f"{_WORKED} feedback",
    feedback=f"{_WORKED} feedback",
    closed="reopened",
    refused="reopened",
)

OPEN: Final = frozenset({NEW, "accepted", "asked", "clarified", "put", "reopened"})
"""Requests whose clock runs: nobody has answered. What was answered and found wanting is opened again."""
WAITING: Final = frozenset({NEW, "clarified"})
"""Contributions that wait for the School Intelligence Officer."""
OVER: Final = frozenset({"closed", "refused"})


def may(course: Course, state: str, step: str) -> bool:
    """Whether `step` may follow on `state`."""
    return step in course.get(state, frozenset())
