"""Which of the waiting deliveries may go now. Pure functions over values: no clock, no database."""

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

WINDOW = timedelta(minutes=1)
CRITICAL = 0
# Of the carrier's minute, the last fifth is kept for Criticals: a newsletter never uses it up.
_SHARE_OF_OTHERS = 0.8


@dataclass(frozen=True)
class Limits:
    """Messages a minute: through the whole carrier, and to one address; and how many that are not Critical a budget leaves (None:
    any number)."""

    per_minute: int
    per_address: int
    left: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A delivery that is due."""

    id: UUID
    priority: int
    address_key: str


@dataclass
class Choice:
    """Who goes, and who is held until when. Who is in neither waits for the carrier's next free moment."""

    go: list[UUID] = field(default_factory=list)
    hold: dict[UUID, datetime] = field(default_factory=dict)


def choose(
    candidates: Sequence[Candidate],
    to_address: Mapping[str, Sequence[datetime]],
    through_carrier: int,
    limits: Limits,
    now: datetime,
) -> Choice:
    """Decide over `candidates`, which come gravest and oldest first.

    `to_address`: when mail went to each address within the last minute (what is under way counts as now);
    `through_carrier`: how many went through the carrier in that minute. Criticals are exempt from the limit
    of an address and from budgets, and have the carrier's last fifth for themselves.
    """
    choice = Choice()
    history = {key: sorted(times) for key, times in to_address.items()}
    used, others = through_carrier, 0
    for one in candidates:
        times = history.setdefault(one.address_key, [])
        free_at = now if one.priority == CRITICAL else _free_at(times, limits.per_address, now)
        if free_at > now:
            choice.hold[one.id] = free_at
            insort(times, free_at)
        elif one.priority != CRITICAL and limits.left is not None and others >= limits.left:
            continue  # it waits where it stands: the age of the queue says so
        elif used < _allowance(limits.per_minute, one.priority):
            choice.go.append(one.id)
            insort(times, now)
            used += 1
            others += one.priority != CRITICAL
    return choice


def _allowance(per_minute: int, priority: int) -> int:
    return per_minute if priority == CRITICAL else max(1, int(per_minute * _SHARE_OF_OTHERS))


def _free_at(times: Sequence[datetime], limit: int, now: datetime) -> datetime:
    """The first moment, not before `now`, with fewer than `limit` of the sorted `times` in the minute
    before it.
    """
    return now if len(times) < limit else max(now, times[-limit] + WINDOW)
