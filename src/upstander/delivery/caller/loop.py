"""The caller's own loop: take what is due, have it rung, write down what came of it, say that it lives. One thread, one line to
the database; the telephone has a thread of its own, so that neither waits for the other.
"""

import logging
import queue
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from upstander.config import Config
from upstander.delivery import health
from upstander.delivery.caller import again, bridging, ledger, practice, speaking, standby
from upstander.delivery.caller.ledger import Job
from upstander.delivery.caller.settings import Dialling, dialling
from upstander.delivery.caller.speaking import Call
from upstander.delivery.caller.standby import Voice, Way
from upstander.delivery.spending import Spending
from upstander.delivery.telephone.lines import Answered, Ended, Key, Placing, Report, Ringing
from upstander.delivery.telephone.sounds import CannotSpeak
from upstander.delivery.twilio import events
from upstander.delivery.twilio.caller import FromTwilio
from upstander.ops import logs, pulse
from upstander.ops.watchdog import LIMIT, Watchdog, database_cutter

_log = logging.getLogger(__name__)
POLL = 2.0  # seconds; NOTIFY wakes earlier, and must never be needed (decisions 12)
_PAUSE = 1.0  # seconds before the database is tried again
_TALKS = 180.0  # seconds, at most, from the answer to the end
_SPARE = 60.0  # seconds that a lease outlasts the longest call
_TOLD = (2, 1.0)  # how often what asks for no key is said, and the silence after it, in seconds
_HEARD = 5  # seconds after which who picked up has heard what such a call says
_BUSY_NUMBER = timedelta(seconds=5)  # until a number on which we talk already is tried for somebody else
_OFF = timedelta(minutes=10)
_AWAY = (OperationalError, InterfaceError)  # the database: what was to be done is done when it is back


@dataclass
class Active:
    """A call under way."""

    job: Job
    call: Call
    number: str
    greeting: Path
    way: Way
    came_to: str = ""  # what a key has decided
    after: "Future[Path | None] | None" = None


class Caller:
    """`run` until `stop`."""

    def __init__(self, config: Config, name: str) -> None:
        self._name = name
        self._how: Dialling = dialling(config)
        folder = config.data / "caller"
        self._speech = ThreadPoolExecutor(1, "speech")  # one after the other
        self._news: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._todo: deque[Report] = deque()  # what happened and is not written down
        self._leased: deque[Job] = deque()  # what is ours and not begun
        self._active: dict[UUID, Active] = {}
        # also where no account rings any more: keys may wait of when one did
        self._from_twilio = FromTwilio(lambda: self._news.put(None))
        self._ways = standby.ways(config, self._how, folder, self._news.put, self._from_twilio.placed)
        self._spending = Spending(config, self._ways.name if self._ways else "")
        self._length = timedelta(seconds=self._how.rings + _TALKS + _SPARE)
        self._looked_at = self._beat_at = float("-inf")
        self._stopping = threading.Event()
        self.watchdog = Watchdog()
        self._bridging = bridging.made(config, self._how, name, lambda: self._news.put(None))

    def notified(self) -> None:
        """Something new is owed (called by the listener's thread)."""
        self._looked_at = float("-inf")
        if self._bridging:
            self._bridging.notified()
        self._news.put(None)

    def stop(self) -> None:
        """End soon (safe in a signal handler)."""
        self._stopping.set()
        self._news.put(None)

    def run(self) -> None:
        """Work until stopped."""
        self.watchdog.start()
        begun = False
        if self._ways:
            ledger.by(self._ways.name)
            self._ways.start()
        while not self._stopping.is_set():
            try:
                with self.watchdog.within(LIMIT, database_cutter()):
                    if not begun:
                        freed = self._take_up()
                        bridging.cut(self._name)
                        logs.event(_log, logging.INFO, "caller-started", how=self._how.mode, freed=freed)
                        begun = True
                    self._turn()
            except _AWAY as error:  # nothing is lost with it: what happened waits here, what is owed there
                logs.event(_log, logging.ERROR, "caller-database", error=type(error).__name__)
                connection.close()
                self._stopping.wait(_PAUSE)
            self._wait()
        self._finish()

    def _take_up(self) -> int:
        """Owe again what an earlier process of this name left, but calls that Twilio goes on with; how many."""
        ledger.in_use(*self._how.carriers)
        mine = [found for found in events.under_way(self._name) if self._goes_on(found)] if self._how.accounts else []
        return ledger.free_own(self._name, but=[found.job.id for found in mine])

    def _goes_on(self, found: events.UnderWay) -> bool:
        """Take up a call that Twilio has, or perhaps has; whether it could be."""
        job, way = found.job, self._ways.get(found.carrier) if self._ways else None
        try:
            call = speaking.render(job.purpose, job.subject_id)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - one call that cannot be taken up must not end the caller again and again
            logs.event(_log, logging.ERROR, "call-render", delivery=str(job.id), error=type(error).__name__)
            return False
        if call is None or not call.numbers or way is None or way.twilio is None:
            return False
        try:
            greeting = self._greeting(call, way.voice)
        except CannotSpeak:
            return False
        number = again.number(call.numbers, job.tries)
        self._active[job.id] = Active(replace(job, carrier=way.name), call, number, greeting, way)
        if found.sid:
            way.twilio.found(job.id, found.sid, self._length.total_seconds())
        else:
            way.twilio.perhaps(job.id, number, found.since, self._length.total_seconds())
        logs.event(_log, logging.INFO, "call-taken-up", delivery=str(job.id))
        return True

    def _wait(self) -> None:
        try:
            what = self._news.get(timeout=0.0 if self._todo else POLL / 4)
            while True:
                if what is not None:
                    self._todo.append(what)
                what = self._news.get_nowait()
        except queue.Empty:
            return

    def _turn(self) -> None:
        self._from_twilio.hear(self._active, self._take)
        while self._todo:
            self._take(self._todo[0])
            self._todo.popleft()
        if self._bridging:
            self._bridging.turn()
        self._begin_leased()
        if time.monotonic() - self._looked_at >= POLL:
            self._dial()
        self._beat()

    # ------------------------------------------------------------------------------------------------ what is owed

    def _dial(self) -> None:
        able = self._ways.free() if self._ways else self._how.lines
        free, spare = again.share(self._how.lines, len(self._active), able)
        if free <= 0:
            return
        self._looked_at = time.monotonic()
        left = self._spending.left(len(self._active))
        jobs = ledger.lease(self._name, most=free, again=spare, length=self._length, left=left)
        self._spending.gone(len(jobs))
        self._leased.extend(jobs)
        self._begin_leased()
        if len(jobs) == free:
            self._looked_at = float("-inf")

    def _begin_leased(self) -> None:
        while self._leased:
            self._begin(self._leased[0])
            self._leased.popleft()

    def _begin(self, job: Job) -> None:
        try:
            call = speaking.render(job.purpose, job.subject_id)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - a renderer's fault must not stop the calls of all the others
            logs.event(_log, logging.ERROR, "call-render", delivery=str(job.id), error=type(error).__name__)
            ledger.later(job, self._how.again)
            return
        if call is None:
            ledger.not_owed(job)
        elif self._how.mode == "sandbox":
            practice.keep(job, call)
            ledger.kept(job)
        elif self._ways is None:
            ledger.later(job, _OFF)
        elif not call.numbers:
            ledger.not_owed(job, "no_number")
        else:
            way = self._ways.chosen
            self._ring(replace(job, carrier=way.name), call, way)

    def _ring(self, job: Job, call: Call, way: Way) -> None:
        if self._ways and way.name == job.failed:  # a probe may have found it well since: it takes calls and completes none
            way = self._ways.instead_of(way)
            job = replace(job, carrier=way.name)
        number = again.number(call.numbers, job.tries)
        if number in {active.number for active in self._active.values()}:
            ledger.later(job, _BUSY_NUMBER)
            return
        try:
            greeting = self._greeting(call, way.voice)
        except CannotSpeak as error:
            logs.event(_log, logging.ERROR, "call-speech", delivery=str(job.id), code=error.code)
            self._over(job, "speech", 0, call)
            return
        if way.twilio:
            events.asked(job.id, way.name)
        self._active[job.id] = Active(job, call, number, greeting, way)
        way.phone.place(Placing(job.id, number, greeting, self._how.rings, _TALKS))

    # ------------------------------------------------------------------------------------------------ what happened

    def _take(self, report: Report) -> None:
        """Write down what happened; where an upper room's fault keeps it from being written, the truth is, without telling it."""
        try:
            self._happened(report)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - one call's fault must not stop all the others
            logs.event(_log, logging.ERROR, "call-hearer", delivery=str(report.call), error=type(error).__name__)
            if isinstance(report, Ended) and (active := self._active.get(report.call)):
                self._forget(active)
                ledger.later(active.job, self._how.again)
            elif active := self._active.get(report.call):
                active.way.phone.hang_up(report.call)

    def _happened(self, report: Report) -> None:
        active = self._active.get(report.call)
        if active is None:
            return
        if isinstance(report, Ringing):
            ledger.stands(active.job, "ringing")
        elif isinstance(report, Answered):
            ledger.stands(active.job, "talking")
        elif isinstance(report, Key):
            self._pressed(active, report)
        else:
            self._ended(active, report)

    def _pressed(self, active: Active, key: Key) -> None:
        """What is said now follows what is written down: nobody hears that it is recorded before it is."""
        if active.came_to:
            return
        reply = ledger.pressed(active.job, key.key, key.at)
        if reply is None:
            active.way.phone.play(active.job.id, active.greeting)
            return
        active.came_to = reply.code
        active.after = self._speech.submit(self._answer, active.job, reply.text, active.call.language, active.way)

    def _answer(self, job: Job, text: str, language: str, way: Way) -> Path | None:
        """Say what follows a key. In the speech's own thread: who picks up meanwhile is not kept waiting by it."""
        try:
            sound = way.voice.once(text, language)
        except CannotSpeak as error:
            logs.event(_log, logging.ERROR, "call-speech", delivery=str(job.id), code=error.code)
            way.phone.hang_up(job.id)
            return None
        way.phone.play(job.id, sound)
        return sound

    def _said(self, made: "Future[Path | None]", voice: Voice) -> None:
        """What was made for a call that is over is removed: in the same thread, which alone counts who needs a sound."""
        if sound := made.result():
            voice.done(sound)

    def _ended(self, active: Active, report: Ended) -> None:
        code = active.came_to or ("no_key" if report.code == "answered" else report.code)
        if code == "no_key" and not active.call.asks and report.seconds >= _HEARD:
            ledger.heard(active.job, report.seconds)
        else:
            self._over(active.job, code, report.seconds, active.call)
        self._forget(active)

    def _forget(self, active: Active) -> None:
        """It is over: what was said in it is removed, and its line is free."""
        del self._active[active.job.id]
        if active.after:
            self._speech.submit(self._said, active.after, active.way.voice)
        self._looked_at = float("-inf")
        if active.way.twilio:
            events.over([active.job.id])

    def _greeting(self, call: Call, voice: Voice) -> Path:
        return voice.greeting(call.greeting, call.language, *((3, self._how.keys) if call.asks else _TOLD))

    def _over(self, job: Job, code: str, seconds: int, call: Call) -> None:
        ledger.ended(job, code, seconds, numbers=len(call.numbers), first=self._how.again)

    # ------------------------------------------------------------------------------------------------ that it lives

    def _beat(self) -> None:
        now = time.monotonic()
        if now - self._beat_at < POLL:
            return
        self._beat_at = now
        if self._ways and not self._ways.is_alive():
            raise RuntimeError("the telephone's thread has ended: the supervisor starts the caller anew")
        self._look_at_agents()
        due, oldest = ledger.waiting()
        bridges = self._bridging.most if self._bridging else 0
        pulse.beat("caller", bridges=bridges, calls=len(self._active), due=due, oldest_seconds=round(oldest, 1))

    def _look_at_agents(self) -> None:
        """An agent that cannot be started is a dead carrier, though nobody is to be rung."""
        for way in self._ways or ():
            if way.phone.deaths > 2 and not way.phone.up.is_set():
                if "+" in ledger.CARRIER:  # of two, each one's row is kept by what is known of its health
                    health.of(way.name).failed("agent_died")
                else:
                    ledger.no_agent()

    def _finish(self) -> None:
        """Hang up, and owe again what was cut."""
        if self._ways:
            self._ways.stop(5)
        if self._bridging:
            self._bridging.stop()
        if self._ways:
            self._wait()
        try:
            with self.watchdog.within(LIMIT, database_cutter()):
                while self._todo:
                    self._take(self._todo.popleft())
                if self._bridging:
                    self._bridging.write()
        except _AWAY as error:  # the leases are freed by the next caller
            logs.event(_log, logging.ERROR, "caller-database", error=type(error).__name__)
        self._speech.shutdown(wait=False, cancel_futures=True)
        self.watchdog.end()
        connection.close()
        logs.event(_log, logging.INFO, "caller-ended")
