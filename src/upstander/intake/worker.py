"""The worker process: words become search tokens after they are stored; addresses and sessions go when their time is over; and
what the rooms above want done every so often (`ops.chores`) is done.

It wakes by NOTIFY and looks every second anyway (decisions 12). What it does is written in the transaction that marks it done,
so that a kill -9 at any moment loses nothing and repeats nothing.
"""

import logging
import signal
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from upstander import clock
from upstander.evidence.background import Background
from upstander.intake import addresses, tokens
from upstander.intake.models import Message
from upstander.intake.wake import CHANNEL
from upstander.ops import chores, events, pulse, watchdog
from upstander.ops.logs import event
from upstander.ops.watchdog import Watch
from upstander.people import services as people
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place

BATCH = 200
CLEAR_EVERY = timedelta(hours=1)

_log = logging.getLogger(__name__)


@transaction.atomic
def tokenise(limit: int = BATCH) -> int:
    """Turn the words of up to `limit` new messages into search tokens; how many messages it was.

    Two workers share the work and never do it twice. For a tip's own words the house is told `intake.tip_received`.
    """
    new = Message.objects.filter(tokenised=False).select_related("tip").order_by("id")
    new = new.only(
        "id", "tip_id", "field", "body", "tip__id", "tip__running", "tip__place_id", "tip__received_at"
    )
    batch = list(new.select_for_update(skip_locked=True, of=("self",))[:limit])
    keys = _keys({m.tip_id for m in batch})
    found: dict[UUID, set[str]] = {}
    for m in batch:
        found.setdefault(m.tip_id, set()).update(_words(m, keys.get(m.tip_id)))
    tips = {m.tip_id: m.tip for m in batch}
    for tip_id in sorted(found):
        if tip_id in keys:
            tokens.add(tips[tip_id], found[tip_id])
    Message.objects.filter(id__in=[m.id for m in batch]).update(tokenised=True)
    for m in batch:
        if m.field == "text":
            events.tell("intake.tip_received", tip_id=m.tip_id)
    return len(batch)


def _keys(tip_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The content keys; one that does not open costs only its own tip. Expunged tips are absent."""
    ids = list(tip_ids)
    try:
        return vault.content_keys(ids, "desk")
    except CannotOpen:
        if len(ids) == 1:
            event(_log, logging.ERROR, "a tip's key does not open", tip=str(ids[0]))
            return {}
        return {tip_id: key for one in ids for tip_id, key in _keys([one]).items()}


def _words(m: Message, key: bytes | None) -> frozenset[str]:
    if key is None:
        return frozenset()
    try:
        return tokens.words(open_text(key, m.body, place("intake_message.body", m.tip_id, m.id)))
    except CannotOpen:
        event(_log, logging.ERROR, "a message does not open", message=str(m.id))
        return frozenset()


def clear() -> bool:
    """Remove a part of what is over: reporters' addresses, staff's sessions, failed sign-ins. True where there may be more."""
    if addresses.purge():
        return True
    people.tidy()
    return False


def _in_time() -> AbstractContextManager[Watch]:
    """A step that the database does not answer in time fails, and the loop goes on over another line."""
    return watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter())


class Worker:
    """The loop: `run` until `stop`."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._line: psycopg.Connection | None = None
        self._cleared: datetime | None = None
        self._done = 0
        self._batch = BATCH

    def stop(self, *_: object) -> None:
        """End after the batch under way."""
        self._end.set()

    def run(self) -> None:
        """Work until told to stop; a database that goes away, or says nothing, is waited for."""
        while not self._end.is_set():
            try:
                self.turn()
                self._wait()
            except (OperationalError, InterfaceError, psycopg.Error) as error:
                event(_log, logging.WARNING, "worker.waits", kind=type(error).__name__)
                self._hang_up()
                self._batch = max(1, self._batch // 2)  # what is too dear must not be tried for ever
                self._end.wait(1)
        self._hang_up()

    def turn(self) -> None:
        """Everything that is to be done now, with a heartbeat."""
        self._beat()
        while not self._end.is_set() and (n := self._tokenise()):
            self._done += n
            self._beat()
        self._chores()
        now = clock.now()
        if self._cleared is None or now - self._cleared >= CLEAR_EVERY:
            self._clear()
            self._cleared = now

    def _beat(self) -> None:
        with _in_time():
            pulse.beat("worker", done=self._done)

    def _tokenise(self) -> int:
        with _in_time():
            done = tokenise(self._batch)
        self._batch = min(BATCH, self._batch * 2)
        return done

    def _clear(self) -> None:
        more = True
        while more and not self._end.is_set():
            with _in_time():
                more = clear()
            self._beat()

    def _chores(self) -> None:
        """A part of each chore whose time has come; one that fails costs only itself, and comes again in its time."""
        for chore in chores.due(clock.now()):
            try:
                with _in_time():
                    chores.do(chore, clock.now())
            except Exception:  # words and addresses go on, whatever is wrong with this
                if connection.connection is None or connection.connection.closed:
                    raise
                _log.exception("worker.chore_failed")
            self._beat()

    def _wait(self) -> None:
        """Until somebody says that there is something, at most a second."""
        if self._line is None:
            self._line = psycopg.connect(**connection.get_connection_params(), autocommit=True)
            with watchdog.house().within(watchdog.LIMIT, partial(watchdog.hang_up, self._line)):
                self._line.execute(f"LISTEN {CHANNEL}")
        for _ in self._line.notifies(timeout=1.0, stop_after=1):
            return

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
        connection.close()


def main() -> None:
    """Run until SIGTERM or SIGINT; Django is set up by whoever starts it."""
    worker = Worker()
    Background().start()  # files, in a thread of its own: reading one may take a minute
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()
