"""What happens to files by themselves, in a thread of the worker: they are hashed, and what nobody took over goes."""

import logging
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction

from upstander import clock
from upstander.evidence import getting_on, hashing, matching
from upstander.evidence.models import File
from upstander.evidence.tokens import LASTS
from upstander.ops import watchdog
from upstander.ops.logs import event

EVERY = 1.0  # seconds between two looks
CLEAR_EVERY = timedelta(minutes=5)
SPARE = timedelta(minutes=30)  # after the token's time: a report that is just being sent
BEGUN = timedelta(
    minutes=15
)  # by when something of an upload must have come, or it takes up room for nothing
ACTOR = "system:worker"

_log = logging.getLogger(__name__)


@transaction.atomic
def clear(limit: int = 200) -> int:
    """Remove uploads that no tip took over in their time, with their chunks, and those of which nothing came; how many."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM evidence_upload WHERE id IN"
            " (SELECT id FROM evidence_upload u WHERE begun_at < %s OR (begun_at < %s"
            " AND NOT EXISTS (SELECT 1 FROM evidence_chunk c WHERE c.file_id = u.id)) ORDER BY begun_at LIMIT %s) RETURNING id",
            [now - LASTS - SPARE, now - BEGUN, limit],
        )
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute("DELETE FROM evidence_chunk WHERE file_id = ANY(%s)", [gone])
    return len(gone)


def hash_next() -> bool:
    """Hash the next file in quarantine and compare it with the lists; False where there is none."""
    done = hashing.hash_one(File.State.QUARANTINED, "desk", ACTOR)
    getting_on.got_on()
    if done is not None:
        matching.compare(*done)
    return done is not None


class Background(threading.Thread):
    """The loop, until `stop`. A database that goes away is waited for; a file that breaks its reading costs only itself."""

    def __init__(self) -> None:
        super().__init__(name="evidence", daemon=True)
        self._end = threading.Event()
        self._cleared: datetime | None = None

    def stop(self) -> None:
        """End after what is under way."""
        self._end.set()

    def run(self) -> None:
        """Work until told to stop."""
        while not self._end.is_set():
            try:
                busy = self.turn()
            except (DatabaseError, InterfaceError) as error:
                event(_log, logging.WARNING, "evidence.waits", kind=type(error).__name__)
                connection.close()
                busy = False
            except Exception:  # noqa: BLE001 - the thread must live on: the next file is none of this one's faults
                _log.exception("evidence.failed")
                busy = False
            if not busy:
                self._end.wait(EVERY)
        connection.close()

    def turn(self) -> bool:
        """One piece of work; whether there was any. Where the database does not answer a step of it in time, it fails."""
        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()) as watch:
            with getting_on.heard_by(watch.renew):
                return self._work()

    def _work(self) -> bool:
        now = clock.now()
        if self._cleared is None or now - self._cleared >= CLEAR_EVERY:
            while clear():
                getting_on.got_on()
            self._cleared = now
        return hash_next() or matching.compare_next()
