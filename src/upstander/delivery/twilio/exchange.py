"""Calls through Twilio, as the caller drives a telephone: placed, spoken in and hung up by requests, in threads of their own.

What Twilio says of them by itself comes by the end-point and the database, and is handed over here in the caller's own turn.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from uuid import UUID

from upstander import clock
from upstander.delivery.telephone.lines import Ended, Placing, Report
from upstander.delivery.twilio.account import Account, Refused
from upstander.delivery.twilio.lines import Lines
from upstander.delivery.twilio.words import Words

_AT_ONCE = 8  # requests at a time
_LOOK_EVERY = 0.25  # seconds


class Exchange(threading.Thread):
    """Rings numbers by an account. `placed(call, sid)` is told of each call that Twilio has taken, from any thread; it is
    quick."""

    def __init__(
        self, account: Account, words: Words, lines: int, report: Callable[[Report], None], placed: Callable[[UUID, str], None]
    ) -> None:
        super().__init__(name="exchange", daemon=True)
        self._account, self._words, self._count, self._report, self._placed = account, words, lines, report, placed
        self._lines, self._lock = Lines(), threading.Lock()
        self._whom: dict[UUID, tuple[str, datetime]] = {}  # who is rung by a call, and since when
        self._requests = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="twilio")
        self._stopping = threading.Event()
        self.up = threading.Event()
        self.up.set()
        self.deaths = 0

    def free(self) -> int:
        """How many calls could be placed now."""
        return self._count - len(self._lines)

    def place(self, placing: Placing) -> None:
        """Ring."""
        with self._lock:
            self._whom[placing.call] = placing.number, clock.now()
            self._lines.begin(placing.call, time.monotonic(), placing.rings + placing.talks)
        self._requests.submit(self._place, placing)

    def found(self, call: UUID, sid: str, longest: float) -> None:
        """A call that an earlier caller has placed is perhaps still under way: Twilio is asked at once."""
        with self._lock:
            self._lines.begin(call, time.monotonic(), longest, sid)

    def perhaps(self, call: UUID, number: str, since: datetime, longest: float) -> None:
        """An earlier caller has asked for this call at `since`, and nobody knows whether Twilio has taken it."""
        with self._lock:
            self._whom[call] = number, since
            self._lines.perhaps(call, time.monotonic(), longest)

    def play(self, call: UUID, sound: Path) -> None:
        """Say this to who picked up, from its beginning; what follows is the end, or keys."""
        self._on(call, lambda sid: self._account.say(sid, self._words.twiml(sound, self._account.keys_to(call))))

    def hang_up(self, call: UUID) -> None:
        """End a call."""
        self._on(call, self._account.hang_up)

    def heard(self, call: UUID, sid: str, status: str, seconds: int, code: str) -> None:
        """What Twilio says of a call by itself."""
        with self._lock:
            new = self._lines.heard(call, sid, status, time.monotonic(), seconds, code)
        if new:
            self._placed(call, sid)
        self._tell()

    def stop(self) -> None:
        """End, and leave calls under way as they are: whoever comes next finds them."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY):
            now = time.monotonic()
            with self._lock:
                ask, search, end = self._lines.silent(now), self._lines.unsure(now), self._lines.tick(now)
            for call, sid in ask:
                self._requests.submit(self._look, call, sid)
            for call in search:
                self._requests.submit(self._search, call)
            for sid in end:
                self._requests.submit(self._quietly, self._account.hang_up, sid)
            self._tell()
        self._requests.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._lines.lose()

    def _place(self, placing: Placing) -> None:
        twiml = self._words.twiml(placing.sound, self._account.keys_to(placing.call))
        try:
            sid = self._account.place(placing.call, placing.number, twiml, rings=placing.rings, talks=placing.talks)
        except Refused as refusal:
            with self._lock:
                self._lines.refused(placing.call, refusal.code, time.monotonic(), unsure=refusal.placed)
        else:
            with self._lock:
                new = self._lines.placed(placing.call, sid, time.monotonic())
            if new:
                self._placed(placing.call, sid)
        self._tell()

    def _look(self, call: UUID, sid: str) -> None:
        try:
            status, seconds = self._account.look(sid)
        except Refused:
            return
        self.heard(call, sid, status, seconds, "")

    def _search(self, call: UUID) -> None:
        """Look in Twilio's list for a call whose request had no answer."""
        number, since = self._whom.get(call, ("", clock.now()))
        try:
            sids = self._account.find(number, since) if number else []
        except Refused:
            return
        with self._lock:
            sid = self._lines.found(call, sids, time.monotonic())
        if sid:
            self._placed(call, sid)

    def _on(self, call: UUID, what: Callable[[str], None]) -> None:
        with self._lock:
            sid = self._lines.sid(call)
        if sid:
            self._requests.submit(self._quietly, what, sid)

    def _quietly(self, what: Callable[[str], None], sid: str) -> None:
        """What cannot be said any more need not be: they have hung up."""
        try:
            what(sid)
        except Refused:
            return

    def _tell(self) -> None:
        with self._lock:
            reports = list(self._lines.reports)
            self._lines.reports.clear()
            for report in reports:
                if isinstance(report, Ended):
                    self._whom.pop(report.call, None)
        for report in reports:
            self._report(report)
