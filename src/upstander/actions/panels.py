"""What upper rooms have to say about tips at the desk, without the desk importing them.

    register_panel("response", "What the schools wrote", entries)      # in the upper room's AppConfig.ready
    register_answer(answer)
    register_referrals(waiting)

`entries(tip_id)` gives a list of dicts, oldest first: `at` (datetime), `who`, `text`, perhaps `state` ("done", "now"), and
`asks` (a UUID) where the line is a question that the desk may answer. A panel with nothing to say is not shown.
`answer(tip_id, question_id, account, text, press)` writes the desk's answer; `waiting()` gives the lists of the page of
referrals. All run in the desk's process, with the desk's keys and the desk's login.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from upstander.people.models import Account

Entries = Callable[[UUID], list[dict[str, Any]]]
Answer = Callable[[UUID, UUID, Account, str, UUID], None]


class NoSuchQuestion(LookupError):
    """There is no such question about this tip."""


class CannotAnswer(ValueError):
    """Why the answer was not written, in words for the person."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of a tip's page: what it is called, and its entries in order of time."""

    name: str
    title: str | Promise
    entries: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A referral on which something is waited for: of which tip, where, how grave, and since when."""

    tip_number: str
    scope: str
    place: str
    klass: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One list of the page of referrals, what waits longest first; `total` counts also those that are not in `rows`."""

    name: str
    title: str | Promise
    rows: Sequence[Waiting]
    total: int


_registered: dict[str, tuple[str | Promise, Entries]] = {}
_answers: list[Answer] = []
_referrals: list[Callable[[], list[WaitingList]]] = []


def register_panel(name: str, title: str | Promise, entries: Entries) -> None:
    """Say once, at start, who fills the panel `name`; a second time replaces the first."""
    _registered[name] = (title, entries)


def register_answer(answer: Answer) -> None:
    """Say once, at start, who writes the desk's answers to the questions in panels; a second time replaces the first."""
    _answers[:] = [answer]


def register_referrals(waiting: Callable[[], list[WaitingList]]) -> None:
    """Say once, at start, who knows what is waited for; a second time replaces the first."""
    _referrals[:] = [waiting]


def panels(tip_id: UUID) -> list[Panel]:
    """The panels that have something to say about a tip, in the order in which they were registered."""
    found = (Panel(name, title, entries(tip_id)) for name, (title, entries) in _registered.items())
    return [panel for panel in found if panel.entries]


def answer(tip_id: UUID, question_id: UUID, account: Account, text: str, press: UUID) -> None:
    """Answer a question about a tip; the same `press` again writes nothing. Whether `account` may is the caller's to check.

    Raises NoSuchQuestion, CannotAnswer.
    """
    if not _answers:
        raise NoSuchQuestion(question_id)
    _answers[0](tip_id, question_id, account, text, press)


def referrals_waiting() -> list[WaitingList]:
    """The lists of the page of referrals."""
    return [found for waiting in _referrals for found in waiting()]
