"""The caller, where Twilio makes the calls: what it reports is taken from the database, in order, and calls that were under way
when a caller died are taken up again.
"""

import logging
import queue
from typing import Any, cast
from uuid import UUID

from upstander.config import Config
from upstander.delivery.call_models import CallEvent
from upstander.delivery.caller import again, ledger, speaking
from upstander.delivery.caller.loop import Active, Caller
from upstander.delivery.telephone.lines import Key
from upstander.delivery.telephone.sounds import CannotSpeak, Sounds
from upstander.delivery.twilio import events
from upstander.delivery.twilio.exchange import Exchange
from upstander.delivery.twilio.words import Words
from upstander.ops import logs

_log = logging.getLogger(__name__)
CARRIER = "twilio_calls"


class TwilioCaller(Caller):
    """`run` until `stop`."""

    def __init__(self, config: Config, name: str) -> None:
        super().__init__(config, name)
        assert self._how.account is not None
        ledger.by(CARRIER)
        self._named: queue.SimpleQueue[tuple[UUID, str]] = queue.SimpleQueue()
        words = Words()
        self._twilio = Exchange(self._how.account, words, self._how.lines, self._news.put, self._placed)
        # (they do as a telephone and its sounds do, and share no line with them)
        self._sounds, self._exchange = cast(Sounds, words), cast(Any, self._twilio)

    def _placed(self, call: UUID, sid: str) -> None:
        self._named.put((call, sid))
        self._news.put(None)

    def _take_up(self) -> int:
        """Calls that were placed go on; whatever else was ours is owed at once."""
        mine = [found for found in events.under_way(self._name) if self._goes_on(found)]
        return ledger.free_own(self._name, but=[found.job.id for found in mine])

    def _goes_on(self, found: events.UnderWay) -> bool:
        job = found.job
        call = speaking.render(job.purpose, job.subject_id)
        if call is None or not call.numbers or self._sounds is None:
            return False
        try:
            greeting = self._greeting(call, self._sounds)
        except CannotSpeak:
            return False
        self._active[job.id] = Active(job, call, again.number(call.numbers, job.tries), greeting)
        self._twilio.found(job.id, found.sid, self._length.total_seconds())
        logs.event(_log, logging.INFO, "call-taken-up", delivery=str(job.id))
        return True

    def _turn(self) -> None:
        self._hear()
        super()._turn()

    def _hear(self) -> None:
        """Take what has come in, each for good once it is acted by."""
        while not self._named.empty():
            call, sid = self._named.get()
            if call in self._active:
                events.placed(call, sid)
        for event in events.waiting():
            if event.kind == CallEvent.Kind.KEY:
                self._key(event)
            else:
                self._twilio.heard(event.delivery_id, event.sid, event.value, event.seconds, event.code)
            events.taken(event)

    def _key(self, event: CallEvent) -> None:
        """A key was pressed. Where we had lost sight of the call it counts all the same: a human at the number has pressed it."""
        if event.delivery_id in self._active:
            self._twilio.heard(event.delivery_id, event.sid, "in-progress", 0, "")
            self._take(Key(event.delivery_id, event.value))
        elif job := events.job(event.delivery_id):
            ledger.pressed(job, event.value)

    def _forget(self, active: Active) -> None:
        super()._forget(active)
        events.over([active.job.id])
