"""What the relay holds in memory, on its way out: leased jobs, and of those the few whose mail is written.

Mails are prepared by the batch (what the database is asked costs the same for one as for ten) and sent one at a time, each by
whichever line is free: a server that hangs holds the one mail it has, never a batch.
"""

import heapq
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from upstander.delivery.ledger import Job
from upstander.delivery.registry import Message

BATCH = 16  # jobs that are prepared at once
FRESH = 1.0  # seconds for which a prepared mail is what is owed at this moment; an older one is prepared anew
# Mails that are being sent or sent and not written down yet: as many at most go out twice when the relay is killed.
UNWRITTEN = 24


@dataclass(frozen=True)
class Ready:
    """A mail that may go. `at` is when it was rendered, in monotonic seconds; `written_at` when that was begun: what it says,
    and where it goes, was so at that moment.
    """

    job: Job
    mail: Message
    at: float
    written_at: datetime


Work = Ready | Sequence[Job]
_Order = tuple[int, float, UUID]


def _order(job: Job) -> _Order:
    """Gravest first, then oldest."""
    return job.priority, job.not_before.timestamp(), job.id


class Queue:
    """Jobs and mails, gravest and oldest first; short, so that a new Critical overtakes."""

    def __init__(self, unwritten: int = UNWRITTEN) -> None:
        self._jobs: list[tuple[_Order, Job]] = []
        self._ready: list[tuple[_Order, Ready]] = []
        self._out: set[UUID] = set()
        self._most_out = unwritten
        self._change = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._jobs) + len(self._ready)

    def worst_of_next(self, n: int) -> int:
        """The highest priority number among the first `n` that wait; -1 where nothing does."""
        with self._change:
            first = heapq.nsmallest(n, (order for order, _ in [*self._jobs, *self._ready]))
            return max((order[0] for order in first), default=-1)

    def put(self, jobs: Iterable[Job]) -> None:
        """Add jobs, and wake senders."""
        with self._change:
            for job in jobs:
                heapq.heappush(self._jobs, (_order(job), job))
            self._change.notify_all()

    def put_ready(self, mails: Iterable[Ready]) -> None:
        """Add mails that may go, and wake senders."""
        with self._change:
            for ready in mails:
                heapq.heappush(self._ready, (_order(ready.job), ready))
            self._change.notify_all()

    def take(self, worst: int) -> Work | None:
        """What to do next, waited for: a mail to send, or up to BATCH jobs of one priority and purpose to prepare; none
        above priority number `worst`. None when the queue is closed.
        """
        with self._change:
            while not self._closed:
                self._give_up_stale()
                if self._may_send(worst):
                    ready = heapq.heappop(self._ready)[1]
                    self._out.add(ready.job.id)
                    return ready
                if self._may_prepare(worst):
                    return self._batch()
                self._change.wait()
        return None

    def written(self, ids: Collection[UUID]) -> None:
        """What became of these is in the ledger."""
        with self._change:
            self._out.difference_update(ids)
            self._change.notify_all()

    def close(self) -> list[Job]:
        """Let every sender end; returns what nobody has begun to send."""
        with self._change:
            self._closed = True
            left = [job for _, job in self._jobs] + [ready.job for _, ready in self._ready]
            self._jobs.clear()
            self._ready.clear()
            self._change.notify_all()
        return left

    def _give_up_stale(self) -> None:
        """Mails that waited for a line too long to be still what is owed are jobs again."""
        limit = time.monotonic() - FRESH
        while self._ready and self._ready[0][1].at < limit:
            order, ready = heapq.heappop(self._ready)
            heapq.heappush(self._jobs, (order, ready.job))

    def _may_send(self, worst: int) -> bool:
        if not self._ready or len(self._out) >= self._most_out:
            return False
        priority = self._ready[0][0][0]
        return priority <= worst and not (self._jobs and self._jobs[0][0][0] < priority)

    def _may_prepare(self, worst: int) -> bool:
        """Only what is graver than all that is ready: whoever prepares further ahead prepares what may change."""
        if not self._jobs or self._jobs[0][0][0] > worst:
            return False
        return not self._ready or self._jobs[0][0][0] < self._ready[0][0][0]

    def _batch(self) -> list[Job]:
        batch = [heapq.heappop(self._jobs)[1]]
        while self._jobs and len(batch) < BATCH and _alike(self._jobs[0][1], batch[0]):
            batch.append(heapq.heappop(self._jobs)[1])
        return batch


def _alike(one: Job, other: Job) -> bool:
    """Whether they are prepared together."""
    return (one.priority, one.purpose) == (other.priority, other.purpose)
