"""What somebody has learned, what is missing, what is overdue: from the pack's list and the certificates. Pure (R-climate)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.packs.officers import Officers, Training

HAVE, EXPIRING, EXPIRED, MISSING, OVERDUE, NONE = "have", "expiring", "expired", "missing", "overdue", "none"


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate: of which training, done when, until when it counts."""

    training: str
    done_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How one person stands with one training: one of the words above, done when, until when it counts, until when it is owed."""

    training: str
    state: str
    done_on: date | None = None
    expires_on: date | None = None
    due: date | None = None

    @property
    def counts(self) -> bool:
        """Whether the person has it today."""
        return self.state in (HAVE, EXPIRING)


def cells(pack: Officers, post: str, since: date, held: Iterable[Held], today: date) -> list[Cell]:
    """How a person in `post` since a day stands with each training that is for them, in the pack's order."""
    mine = list(held)
    return [
        _cell(pack, t, since, [h for h in mine if h.training == t.code], today)
        for t in pack.trainings
        if post in t.posts
    ]


def _cell(pack: Officers, training: Training, since: date, held: list[Held], today: date) -> Cell:
    due = (
        since + timedelta(days=training.within_days) if training.mandatory and training.within_days else None
    )
    if not held:
        state = NONE if due is None else OVERDUE if due < today else MISSING
        return Cell(training.code, state, due=due)
    best = max(held, key=lambda h: (h.expires_on or date.max, h.done_on))
    last = best.expires_on
    if last is None:
        return Cell(training.code, HAVE, best.done_on)
    if last < today:
        state = OVERDUE if training.mandatory else EXPIRED
        return Cell(training.code, state, best.done_on, last, last if due else None)
    soon = last - today <= timedelta(days=pack.expiring_days)
    return Cell(training.code, EXPIRING if soon else HAVE, best.done_on, last)
