"""The caller, where Twilio makes calls: what it reports is taken from the database, in order."""

import logging
import queue
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import InterfaceError, OperationalError

from upstander.delivery.call_models import CallEvent
from upstander.delivery.caller import ledger
from upstander.delivery.telephone.lines import Key, Report
from upstander.delivery.twilio import events
from upstander.ops import logs

if TYPE_CHECKING:
    from upstander.delivery.caller.loop import Active

_log = logging.getLogger(__name__)


class FromTwilio:
    """What Twilio says of the calls of one caller."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called from other threads when there is something for `hear`."""
        self._named: queue.SimpleQueue[tuple[UUID, str]] = queue.SimpleQueue()
        self._wake = wake

    def placed(self, call: UUID, sid: str) -> None:
        """Twilio has taken a call (from another thread)."""
        self._named.put((call, sid))
        self._wake()

    def hear(self, active: Mapping[UUID, "Active"], take: Callable[[Report], None]) -> None:
        """Take what has come in, each for good once it is acted by; keys are handed to `take`. Raises the database's errors."""
        while not self._named.empty():
            call, sid = self._named.get()
            if call in active:
                events.placed(call, sid)
        for event in events.waiting():
            call_of = active.get(event.delivery_id)
            if event.kind == CallEvent.Kind.KEY:
                self._key(event, call_of, take)
            elif call_of and call_of.way.twilio:
                call_of.way.twilio.heard(event.delivery_id, event.sid, event.value, event.seconds, event.code)
            events.taken(event)

    def _key(self, event: CallEvent, active: "Active | None", take: Callable[[Report], None]) -> None:
        """A key was pressed. Where we had lost sight of the call it counts all the same: a human at the number has pressed it."""
        if active is not None:
            if active.way.twilio:
                active.way.twilio.heard(event.delivery_id, event.sid, "in-progress", 0, "")
            take(Key(event.delivery_id, event.value, event.at))
        elif job := events.job(event.delivery_id):
            try:
                ledger.pressed(job, event.value, event.at)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # noqa: BLE001 - it would come again for ever, and stop the calls of all the others
                what = {"delivery": str(event.delivery_id), "error": type(error).__name__}
                logs.event(_log, logging.ERROR, "call-hearer", **what)
