"""The threads that send: each holds one line to the carrier; mails are rendered at the last moment."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from upstander import clock
from upstander.config import config
from upstander.delivery import envelopes, ledger, registry, texting, webhook, webpush
from upstander.delivery.carriers.base import Carrier, CarrierError, Outgoing, took
from upstander.delivery.ledger import Job, Result
from upstander.delivery.mail import Mail, Sender, ascii_address, compose
from upstander.delivery.queue import FRESH, Queue, Ready
from upstander.delivery.registry import Message
from upstander.delivery.throttle import CRITICAL
from upstander.ops import logs
from upstander.ops.watchdog import Watchdog, database_cutter
from upstander.vault.keys import keyring

_log = logging.getLogger(__name__)
_CHANNELS: dict[type, str] = {
    Mail: "email",
    texting.Text: texting.CHANNEL,
    webpush.Push: webpush.CHANNEL,
    webhook.Hook: webhook.CHANNEL,
}
_DATABASE = (DatabaseError, InterfaceError)
DATABASE_LIMIT = 12.0  # seconds for one thing asked of the database, or for one turn of the loop


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
        """What must be left of a lease when it is held: asking, rendering, waiting for a line, sending, and the
        watchdog's half seconds.
        """
        return timedelta(seconds=2 * DATABASE_LIMIT + FRESH + self.send + 2)


class SenderThread(threading.Thread):
    """Prepares jobs by the batch and sends mails one at a time, and reports what became of each.

    `worst` keeps a line free: a sender of worst 0 touches nothing but Criticals, so that they never wait
    behind a newsletter that a slow server holds.
    """

    broke_at = 0.0  # when a line to the database was last lost, by any of the threads (monotonic seconds)

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
        self._line_since = time.monotonic()

    def run(self) -> None:
        try:
            while (work := self._queue.take(self._worst)) is not None:
                if isinstance(work, Ready):
                    self._report(self._deliver(work))
                else:
                    self._prepare(work)
        finally:
            self._carrier.close()
            connection.close()

    def cut(self) -> None:
        """End the send under way, as failed for now."""
        self._carrier.cut()

    def _prepare(self, jobs: Sequence[Job]) -> None:
        """Make ready what of `jobs`, all of one purpose, is ours and owed at this moment; report the rest."""
        try:
            self._trust_no_older_line()
            ours = self._still_ours(jobs)
            written_at = clock.now()
            mails = self._rendered(jobs[0].purpose, [job for job in jobs if job.id in ours])
        except (OperationalError, InterfaceError) as error:
            self._unprepared(jobs, error)
        except Exception as error:  # noqa: BLE001 - a renderer's fault must not stop the mail of all the others
            if len(jobs) == 1:
                self._unprepared(jobs, error)
            else:
                for job in jobs:
                    self._prepare([job])
        else:
            at = time.monotonic()
            self._queue.put_ready(
                Ready(job, mails[job.id], at, written_at) for job in jobs if job.id in mails
            )
            for job in jobs:
                if job.id not in mails:
                    self._report(_result(job, "not_owed") if job.id in ours else job)

    def _trust_no_older_line(self) -> None:
        """What made one thread's line to the database mute made the others' mute, too: each would cost a mail its time."""
        if self._line_since <= SenderThread.broke_at:
            connection.close()
            self._line_since = time.monotonic()

    @staticmethod
    def _lost_line() -> None:
        connection.close()
        SenderThread.broke_at = time.monotonic()

    def _still_ours(self, jobs: Sequence[Job]) -> set[UUID]:
        with self._watchdog.within(DATABASE_LIMIT, database_cutter()):
            return ledger.hold(self._relay, jobs, length=self._limits.lease, at_least=self._limits.needed)

    def _rendered(self, purpose: str, jobs: Sequence[Job]) -> dict[UUID, Message]:
        """The mails as they are at this moment, by delivery; without those that are not owed any more."""
        with self._watchdog.within(DATABASE_LIMIT, database_cutter()):
            mails = registry.render(purpose, [job.subject_id for job in jobs])
        return {job.id: mails[job.subject_id] for job in jobs if job.subject_id in mails}

    def _deliver(self, ready: Ready) -> Result:
        """Send a mail."""
        job, started = ready.job, time.monotonic()
        self._trust_no_older_line()  # a carrier may write to the database, and another thread may have prepared this mail
        try:
            outgoing = self._composed(ready)
            with self._watchdog.within(self._limits.send, self._carrier.cut):
                self._carrier.send(outgoing)
            return replace(_result(job, "accepted", started), by=took(self._carrier))
        except CarrierError as error:
            refused = _result(job, error.code, started, permanent=error.permanent)
            return replace(refused, written_at=ready.written_at, after=timedelta(seconds=error.after), by=took(self._carrier))
        except _DATABASE as error:  # of a carrier that keeps instead of sending
            self._log(job, "delivery-database", error)
            self._lost_line()
            return _result(job, "database", started)
        except Exception as error:  # noqa: BLE001 - what cannot be composed must not stop the mail of all the others
            self._log(job, "delivery-render", error)
            return _result(job, "render", started)

    def _composed(self, ready: Ready) -> Outgoing:
        job, mail = ready.job, ready.mail
        if _CHANNELS[type(mail)] != job.channel:
            raise TypeError(f"{job.purpose} rendered something else than its channel carries")
        if isinstance(mail, texting.Text):
            return texting.compose(mail, job.id, self._who.number)
        if isinstance(mail, webpush.Push):
            return webpush.compose(mail, job.id, config(), keyring().secret("vapid"), clock.now())
        if isinstance(mail, webhook.Hook):
            return webhook.compose(mail, job.id, clock.now())
        critical = job.priority == CRITICAL
        message = compose(mail, self._who, message_id=job.message_id, at=clock.now(), critical=critical)
        sender = self._who.address
        if sender == config().mail_from:
            sender = ascii_address(envelopes.sender_of(job.id, config(), keyring()))
        return Outgoing(job.id, job.channel, sender, ascii_address(mail.to_address), message)

    def _unprepared(self, jobs: Sequence[Job], error: Exception) -> None:
        code = "database" if isinstance(error, _DATABASE) else "render"
        if code == "database":
            self._lost_line()
        for job in jobs:
            self._log(job, f"delivery-{code}", error)
            self._report(_result(job, code))

    def _log(self, job: Job, event: str, error: Exception) -> None:
        kind = type(error).__name__
        logs.event(_log, logging.ERROR, event, delivery=str(job.id), purpose=job.purpose, error=kind)


def _result(job: Job, code: str, started: float | None = None, *, permanent: bool = False) -> Result:
    """What became of `job`, now; `started`: monotonic seconds at which its send began."""
    millis = 0 if started is None else int((time.monotonic() - started) * 1000)
    return Result(job, code, clock.now(), millis, permanent)
