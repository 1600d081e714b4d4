"""The threads that send: each holds one line to the carrier and renders each mail at the last moment."""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from upstander import clock
from upstander.delivery import ledger, registry
from upstander.delivery.carriers.base import Carrier, CarrierError, Outgoing
from upstander.delivery.ledger import Job, Result
from upstander.delivery.mail import Sender, ascii_address, compose
from upstander.delivery.throttle import CRITICAL
from upstander.ops import logs
from upstander.ops.watchdog import Watchdog, database_cutter

_log = logging.getLogger(__name__)
DATABASE_LIMIT = 12.0  # seconds for what is asked of the database about one mail, or in one turn of the loop


@dataclass(frozen=True)
class Limits:
    """How long a send may take, and how long a lease lasts: always longer."""

    send: float
    lease: timedelta

    @classmethod
    def of(cls, smtp_timeout: float) -> "Limits":
        """A send has three of the carrier's time-outs; a lease lasts a minute longer."""
        send = 3 * smtp_timeout
        return cls(send, timedelta(seconds=send + 60))

    @property
    def needed(self) -> timedelta:
        """What must be left of a lease when it is held: rendering, sending, the watchdog's half second."""
        return timedelta(seconds=self.send + 2 * DATABASE_LIMIT)


class Queue:
    """Leased jobs in memory, gravest and oldest first; short, so that a new Critical overtakes."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, float, UUID, Job]] = []
        self._change = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._heap)

    def worst_of_next(self, n: int) -> int:
        """The highest priority number among the first `n` that wait; -1 where nothing does."""
        with self._change:
            return max((entry[0] for entry in heapq.nsmallest(n, self._heap)), default=-1)

    def put(self, jobs: Iterable[Job]) -> None:
        """Add jobs, and wake senders."""
        with self._change:
            for job in jobs:
                heapq.heappush(self._heap, (job.priority, job.not_before.timestamp(), job.id, job))
            self._change.notify_all()

    def take(self, worst: int) -> Job | None:
        """The first job of priority number `worst` or lower, waited for; None when the queue is closed."""
        with self._change:
            while not self._closed:
                if self._heap and self._heap[0][0] <= worst:
                    return heapq.heappop(self._heap)[3]
                self._change.wait()
        return None

    def close(self) -> list[Job]:
        """Let every sender end; returns what nobody has begun."""
        with self._change:
            self._closed = True
            left = [entry[3] for entry in self._heap]
            self._heap.clear()
            self._change.notify_all()
        return left


class SenderThread(threading.Thread):
    """Takes jobs, one at a time, and reports what became of each.

    `worst` keeps a line free: a sender of worst 0 touches nothing but Criticals, so that they never wait
    behind a newsletter that a slow server holds.
    """

    def __init__(
        self,
        number: int,
        *,
        relay: str,
        queue: Queue,
        carrier: Carrier,
        who: Sender,
        limits: Limits,
        watchdog: Watchdog,
        report: Callable[[Result | Job], None],
        worst: int = 9,
    ) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)
        self._relay, self._queue, self._carrier, self._who = relay, queue, carrier, who
        self._limits, self._watchdog, self._report, self._worst = limits, watchdog, report, worst

    def run(self) -> None:
        try:
            while (job := self._queue.take(self._worst)) is not None:
                self._report(self._deliver(job))
        finally:
            self._carrier.close()
            connection.close()

    def cut(self) -> None:
        """End the send under way, as failed for now."""
        self._carrier.cut()

    def _deliver(self, job: Job) -> Result | Job:
        """Send `job`; gives the job itself back where it is not ours any more."""
        started = time.monotonic()

        def result(code: str, *, permanent: bool = False) -> Result:
            return Result(job, code, clock.now(), int((time.monotonic() - started) * 1000), permanent)

        try:
            if not self._still_ours(job):
                return job
            outgoing = self._prepare(job)
            if outgoing is None:
                return result("not_owed")
            with self._watchdog.within(self._limits.send, self._carrier.cut):
                self._carrier.send(outgoing)
            return result("accepted")
        except CarrierError as error:
            return result(error.code, permanent=error.permanent)
        except (DatabaseError, InterfaceError) as error:
            self._log(job, "delivery-database", error)
            connection.close()
            return result("database")
        except Exception as error:  # noqa: BLE001 - a renderer's fault must not stop the mail of all the others
            self._log(job, "delivery-render", error)
            return result("render")

    def _still_ours(self, job: Job) -> bool:
        with self._watchdog.within(DATABASE_LIMIT, database_cutter()):
            return ledger.hold(self._relay, job, length=self._limits.lease, at_least=self._limits.needed)

    def _prepare(self, job: Job) -> Outgoing | None:
        """The mail as it is at this moment; None where it is not owed any more."""
        with self._watchdog.within(DATABASE_LIMIT, database_cutter()):
            mail = registry.render(job.purpose, job.subject_id)
        if mail is None:
            return None
        critical = job.priority == CRITICAL
        message = compose(mail, self._who, message_id=job.message_id, at=clock.now(), critical=critical)
        return Outgoing(job.id, job.channel, self._who.address, ascii_address(mail.to_address), message)

    def _log(self, job: Job, event: str, error: Exception) -> None:
        kind = type(error).__name__
        logs.event(_log, logging.ERROR, event, delivery=str(job.id), purpose=job.purpose, error=kind)
