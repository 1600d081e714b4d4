"""The relay's own loop: settle what was sent, lease what is due, say that it lives. One thread, one
database line.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection

from upstander import clock
from upstander.config import Config
from upstander.delivery import carriers, lanes, ledger, queries
from upstander.delivery.deadman import DeadMan
from upstander.delivery.lanes import Lane
from upstander.delivery.ledger import Job, Result
from upstander.delivery.mail import Sender
from upstander.delivery.queue import BATCH, UNWRITTEN, Queue
from upstander.delivery.sender import DATABASE_LIMIT, Limits, SenderThread
from upstander.delivery.spending import Spending
from upstander.delivery.throttle import CRITICAL
from upstander.delivery.throttle import Limits as Throttle
from upstander.ops import logs, pulse
from upstander.ops.watchdog import Watchdog, database_cutter

_log = logging.getLogger(__name__)
POLL = 2.0  # seconds; NOTIFY wakes earlier, and must never be needed (decisions 12)
_GRACE = 4.0  # seconds that mail under way has to end well when the relay is told to end
_PAUSE = 1.0  # seconds before the database is tried again
# Jobs that one relay holds, waiting, under way and not yet written down: enough to lease and to prepare them by the batch.
_DEPTH = 4 * BATCH
# Settled together: half of what may go out twice, or what came within so many seconds of the first. Nobody waits for it.
_TOGETHER = UNWRITTEN // 2
_GATHER = 0.02
_SILENT = 4 * POLL  # seconds after which a lane that says nothing is taken for stuck
_ANY = 10  # above every priority number


class Relay:
    """One relay. `run` returns when `stop` was called, with everything under way settled."""

    def __init__(
        self, config: Config, name: str, programme: str, lane: Lane | None = None, beside: "Sequence[Relay]" = ()
    ) -> None:
        """`lane`: which channel's (that of e-mail by itself). `beside`: those of other lanes in this process; where one hangs,
        this one is silent."""
        self._name = name
        self._lane = lane or lanes.email(config)
        self._beside = beside
        self._well_at = time.monotonic()
        self._carrier = self._lane.carrier
        self._limits = Limits.of(self._lane.timeout)
        self._throttle = Throttle(self._lane.per_minute, self._lane.per_address)
        self._spending = Spending(config, self._carrier)
        self._lines = self._lane.lines
        self._depth = max(_DEPTH, 4 * self._lines)
        self._queue = Queue(max(UNWRITTEN, 2 * self._lines))
        self._done: deque[Result | Job] = deque()
        self._under_way = 0
        self._progress_at = time.monotonic()
        self._news = threading.Event()  # something was owed since we last looked
        self._more = True  # there was more that is due than we took
        self._looked_at = self._beat_at = float("-inf")
        self.wake = threading.Event()
        self._hurry = threading.Event()  # something is worth a turn at once
        self._stopping = threading.Event()
        self.watchdog = Watchdog()
        self._deadman = DeadMan(config.deadman_url, _all_well)
        self._senders = [
            SenderThread(
                n,
                relay=name,
                queue=self._queue,
                carrier=carriers.made(config, self._carrier),
                who=Sender(programme, config.mail_from, config.sms_number),
                limits=self._limits,
                watchdog=self.watchdog,
                report=self._reported,
                worst=0 if n == 0 and self._lines > 1 else _ANY,
            )
            for n in range(self._lines)
        ]

    @property
    def carrier(self) -> str:
        """The name of the carrier of this lane."""
        return self._carrier

    @property
    def channel(self) -> str:
        """What this lane carries."""
        return self._lane.channel

    @property
    def well(self) -> bool:
        """Whether this lane got on lately, or had nothing to do."""
        return time.monotonic() - self._well_at < _SILENT

    def notified(self) -> None:
        """Something new is owed (called by the listener's thread)."""
        self._news.set()
        self._at_once()

    def stop(self) -> None:
        """End soon (safe in a signal handler)."""
        self._stopping.set()
        self._at_once()

    def _at_once(self) -> None:
        self._hurry.set()
        self.wake.set()

    def run(self) -> None:
        """Work until stopped."""
        self.watchdog.start()
        self._begin()
        for sender in self._senders:
            sender.start()
        while not self._stopping.is_set():
            if self.wake.wait(POLL):
                self._hurry.wait(_GATHER)
            self.wake.clear()
            self._hurry.clear()
            self._turn()
        self._finish()

    def _begin(self) -> None:
        while not self._stopping.is_set():
            try:
                with self.watchdog.within(DATABASE_LIMIT, database_cutter()):
                    ledger.in_use(self._carrier, *(other.carrier for other in self._beside))
                    freed = ledger.free_own(self._name)
            except (OperationalError, InterfaceError) as error:
                self._database_lost(error)
            else:
                logs.event(_log, logging.INFO, "relay-started", carrier=self._carrier, freed=freed)
                self._at_once()
                return

    def _turn(self) -> None:
        try:
            with self.watchdog.within(DATABASE_LIMIT, database_cutter()):
                self._settle()
                self._fill()
                self._beat()
                if self._lane.channel == "email":
                    self._deadman.tick()
        except DatabaseTrouble as error:
            self._database_lost(error)

    def _database_lost(self, error: Exception) -> None:
        """Nothing is lost with it: results wait in memory, rows in the ledger."""
        state = getattr(error.__cause__, "sqlstate", None)
        logs.event(_log, logging.ERROR, "relay-database", error=type(error).__name__, sqlstate=state)
        connection.close()
        self._news.set()
        self._stopping.wait(_PAUSE)
        self._at_once()

    def _reported(self, what: Result | Job) -> None:
        """A sender is done with a job (called in its thread)."""
        self._done.append(what)
        if len(self._done) >= _TOGETHER:
            self._hurry.set()
        self.wake.set()

    def _settle(self) -> None:
        """Write down what is done. What cannot be written now stays in memory and is written later."""
        batch = [self._done[i] for i in range(len(self._done))]
        results = [r for r in batch if isinstance(r, Result)]
        if results:
            try:
                ledger.settle(self._name, self._carrier, results)
            except (OperationalError, InterfaceError):
                raise
            except Exception:  # noqa: BLE001 - a hearer's fault; found out one by one
                self._settle_each(results)
        not_ours = [job.id for job in batch if isinstance(job, Job)]
        if not_ours:  # cancelled, perhaps owed again since: nobody should have to wait until the lease runs out
            ledger.give_back(self._name, not_ours)
        for _ in batch:
            self._done.popleft()
        self._under_way -= len(batch)
        self._queue.written([r.job.id for r in results])
        if batch:
            self._progress_at = time.monotonic()

    def _settle_each(self, results: list[Result]) -> None:
        """One transaction each; where the upper room's handler fails, the truth is written without telling
        it.
        """
        for result in results:
            try:
                ledger.settle(self._name, self._carrier, [result])
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # noqa: BLE001 - what has left must not leave again because a hearer fails
                what = {"delivery": str(result.job.id), "error": type(error).__name__}
                logs.event(_log, logging.ERROR, "delivery-hearer", **what)
                ledger.settle(self._name, self._carrier, [result], tell=False)

    def _fill(self) -> None:
        """Lease more where the queue runs low; and, when there is news, whatever is graver than what comes
        next.
        """
        news = self._news.is_set() or time.monotonic() - self._looked_at >= POLL
        room = self._depth - self._under_way
        if room >= self._depth // 2:
            if news or self._more:
                self._more = self._lease(room, _ANY)
                if self._more and self._depth - self._under_way >= self._depth // 2:
                    self._at_once()  # all of them were held back; there are others behind
        elif news and (below := self._queue.worst_of_next(self._lines)) > CRITICAL:
            self._more = True  # nobody looked for the rest
            if self._lease(self._lines, below):
                self._news.set()

    def _lease(self, most: int, below: int) -> bool:
        """Lease into the queue; True where there may be more."""
        self._looked_at = time.monotonic()
        self._news.clear()  # before the look: what is told during it is not forgotten
        limits = replace(self._throttle, left=self._spending.left(self._under_way))
        found = ledger.lease(
            self._name,
            self._carrier,
            most=most,
            below=below,
            limits=limits,
            length=self._limits.lease,
            channel=self._lane.channel,
        )
        self._spending.gone(sum(job.priority != CRITICAL for job in found.jobs))
        if found.jobs and not self._under_way:
            self._progress_at = time.monotonic()
        self._under_way += len(found.jobs)
        self._queue.put(found.jobs)
        return found.more

    def _beat(self) -> None:
        """Say that mail moves. Silent while it does not, so that the desk turns red."""
        now = time.monotonic()
        if now - self._beat_at < POLL:
            return
        if not all(sender.is_alive() for sender in self._senders):
            raise RuntimeError("a sender has ended: the supervisor starts the relay anew")
        longest = self._limits.send + 2 * DATABASE_LIMIT
        if self._under_way and now - self._progress_at > longest:
            logs.event(_log, logging.ERROR, "relay-stuck", under_way=self._under_way)
            return
        self._well_at = self._beat_at = now
        if self._lane.channel != "email":  # the process has one heartbeat: that of the lane that all houses have
            return
        for other in self._beside:
            if not other.well:
                logs.event(_log, logging.ERROR, "relay-stuck", lane=other.channel)
                return
        waiting = queries.backlog()
        pulse.beat(
            "relay", pending=waiting.pending, due=waiting.due, oldest_seconds=round(waiting.oldest_seconds, 1),
            criticals=waiting.criticals, oldest_critical_seconds=round(waiting.oldest_critical_seconds, 1),
        )

    def _finish(self) -> None:
        """Begin nothing more, wait a little for what is being sent, write it down, return the rest."""
        unbegun = self._queue.close()
        self._join(time.monotonic() + _GRACE)
        for sender in self._senders:
            sender.cut()  # a server that hangs: what it was at goes back, to be sent by the next relay
        self._join(time.monotonic() + _GRACE)
        unbegun += self._queue.close()  # what was being prepared meanwhile
        try:
            with self.watchdog.within(DATABASE_LIMIT, database_cutter()):
                self._settle()
                ledger.give_back(self._name, [job.id for job in unbegun])
        except DatabaseTrouble as error:  # the leases are freed by the next relay, or run out
            logs.event(_log, logging.ERROR, "relay-database", error=type(error).__name__)
        self.watchdog.end()
        connection.close()
        logs.event(_log, logging.INFO, "relay-ended", returned=len(unbegun))

    def _join(self, until: float) -> None:
        for sender in self._senders:
            sender.join(max(0.0, until - time.monotonic()))


def _all_well() -> bool:
    """No process is silent, and no carrier is red: what the outside watch is told every half minute."""
    return not pulse.silent(clock.now()) and not any(carrier.red for carrier in queries.carriers())
