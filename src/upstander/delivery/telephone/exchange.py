"""The telephone at work: one thread that drives one agent, its control line and its lines, and starts it anew when it dies.

It is the only writer of the control line. What happens is reported from its thread; what is asked of it may be asked from any.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from upstander.delivery.telephone.agent import Agent, Trunk, taken
from upstander.delivery.telephone.control import Answer, Control, Event, Lost
from upstander.delivery.telephone.lines import Command, Ended, Lines, Placing, Report
from upstander.ops import logs

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.25  # seconds, at most, until the clock is looked at
_STARTS_WITHIN = 5.0  # seconds until the agent's control line must be there, the first time; a busy machine is given more
_STARTS_AT_MOST = 20.0
_ANSWERS_WITHIN = 3.0  # seconds that a command's answer may take: after that it hangs
_PAUSES = (0.2, 1.0, 5.0, 15.0)  # seconds before an agent is started again, the more often it has died
_PORT_AGAIN = 1.0  # seconds until it is looked again whether the ports are free that the agent needs
_WELL_AFTER = 60.0  # seconds after which an agent counts as one that lives

Asked = Callable[[], None]
Heard = Event | Answer | Lost | Asked


class Exchange(threading.Thread):
    """Rings numbers over one trunk."""

    def __init__(self, trunk: Trunk, lines: int, folder: Path, report: Callable[[Report], None]) -> None:
        super().__init__(name="exchange", daemon=True)
        self._trunk, self._count, self._folder, self._report = trunk, lines, folder, report
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._lines = Lines((), trunk.realm)
        self._agent: Agent | None = None
        self._control: Control | None = None
        self._number = 0  # of the agent: what an earlier one's line still says is nobody's
        self._asked: deque[tuple[str, str, str]] = deque()  # (command, params, token) not given yet
        self._waits_for, self._wait_until = "", 0.0
        self._deaths, self._started_at, self._next_start = 0, 0.0, 0.0
        self._tokens = 0
        self._stopping = threading.Event()
        self.up = threading.Event()  # an agent is there to be commanded

    def free(self) -> int:
        """How many calls could be placed now (about: from another thread)."""
        return self._lines.free if self.up.is_set() else 0

    @property
    def agent_pid(self) -> int | None:
        """The present agent's process."""
        return self._agent.pid if self._agent else None

    def place(self, placing: Placing) -> None:
        """Ring; where no line is free any more, or no agent is there, it ends as `agent_died`."""
        self._heard.put(partial(self._place, placing))

    def play(self, call: UUID, sound: Path) -> None:
        """Play this to who picked up, from its beginning; the call ends with it."""
        self._heard.put(lambda: self._lines.play(call, sound))

    def connect(self, one: UUID, other: UUID) -> None:
        """Let two who have picked up hear each other."""
        self._heard.put(lambda: self._lines.connect(one, other))

    def press(self, call: UUID, key: str) -> None:
        """Press a key toward who picked up."""
        self._heard.put(lambda: self._lines.press(call, key))

    def hang_up(self, call: UUID) -> None:
        """End a call."""
        self._heard.put(lambda: self._lines.hang_up(call, time.monotonic()))

    def stop(self) -> None:
        """Hang up everything and end."""
        self._stopping.set()
        self._heard.put(lambda: None)

    def run(self) -> None:
        while not self._stopping.is_set():
            self._keep_an_agent()
            self._hear()
            self._lines.tick(time.monotonic())
            self._command()
            self._tell()
        self._drop("")
        self._tell()

    def _place(self, placing: Placing) -> None:
        try:
            if not self.up.is_set():
                raise LookupError
            self._lines.place(placing, time.monotonic())
        except LookupError:
            self._lines.reports.append(Ended(placing.call, "agent_died"))

    def _hear(self) -> None:
        """Wait for what happens next, and take all of it."""
        until = self._lines.deadline()
        wait = _LOOK_EVERY if until is None else max(0.0, min(_LOOK_EVERY, until - time.monotonic()))
        try:
            self._take(self._heard.get(timeout=wait))
            while True:
                self._take(self._heard.get_nowait())
        except queue.Empty:
            return

    def _take(self, what: Heard) -> None:
        if isinstance(what, Event):
            self._lines.happened(what, time.monotonic())
        elif isinstance(what, Answer):
            self._answered(what)
        elif isinstance(what, Lost):
            if what.agent == self._number and self._control is not None:
                self._drop("line-lost")
        else:
            what()

    def _answered(self, answer: Answer) -> None:
        if answer.token != self._waits_for:
            return
        self._waits_for = ""
        command = answer.token.partition(" ")[2]
        if command == "uafind" and not answer.ok:
            self._drop("account-unknown")  # the next command would be for another line

    def _command(self) -> None:
        """Give the agent one command after the other, each after the answer to the one before."""
        if self._control is None:
            return
        now = time.monotonic()
        if self._waits_for:
            if now > self._wait_until:
                self._drop("hangs")
            return
        while self._lines.commands:
            self._asked.extend(_messages(self._lines.commands.popleft()))
        if self._asked:
            command, params, _ = self._asked.popleft()
            self._tokens += 1
            self._waits_for, self._wait_until = f"{self._tokens} {command}", now + _ANSWERS_WITHIN
            try:
                self._control.send(command, params, self._waits_for)
            except OSError:
                self._drop("line-lost")

    def _tell(self) -> None:
        while self._lines.reports:
            self._report(self._lines.reports.popleft())

    def _keep_an_agent(self) -> None:
        now = time.monotonic()
        if self._agent is not None and not self._agent.alive():
            self._drop("died")
        if self._agent is not None and self._lines.worn_out:
            self._drop("line-stuck")
        if self._agent is None and now >= self._next_start:
            self._start()
        elif self._agent is not None and self._control is None:
            self._connect()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        if busy := taken(self._trunk):
            self._again_later("port-taken", _PORT_AGAIN, ports=" ".join(map(str, busy)))
            return
        self._number += 1
        try:
            self._agent = Agent(self._trunk, self._count, self._folder)
        except OSError as error:
            self._again_later(type(error).__name__)
            return
        self._lines = Lines(self._agent.lines, self._trunk.realm)

    def _connect(self) -> None:
        assert self._agent is not None
        try:
            self._control = Control(self._agent.port, self._number, self._heard.put)
        except OSError:
            within = min(_STARTS_WITHIN * (1 + self._deaths), _STARTS_AT_MOST)
            if time.monotonic() - self._started_at > within:
                self._drop("does-not-start")
            else:
                self._stopping.wait(0.02)
        else:
            self.up.set()
            logs.event(_log, logging.INFO, "agent-started", lines=self._count)

    def _drop(self, why: str) -> None:
        """Let go of the agent, whatever it is at; all its calls are accounted for. Another is started."""
        self.up.clear()
        self._asked.clear()
        self._waits_for = ""
        control, agent, self._control, self._agent = self._control, self._agent, None, None
        if control:
            control.close()
        if agent:
            agent.end()
        self._lines.lose()
        if why:
            self._again_later(why)

    def _again_later(self, why: str, pause: float = 0.0, **known: str) -> None:
        """Try again after `pause`; without one, the later the more often it has died."""
        now = time.monotonic()
        self._deaths = 0 if now - self._started_at > _WELL_AFTER else self._deaths + 1
        self._next_start = now + (pause or _PAUSES[min(max(self._deaths - 1, 0), len(_PAUSES) - 1)])
        logs.event(_log, logging.ERROR, "agent-lost", why=why, deaths=self._deaths, **known)

    @property
    def deaths(self) -> int:
        """How often the agent has died in a row."""
        return self._deaths


def _messages(command: Command) -> list[tuple[str, str, str]]:
    which = [("callfind", command.call, "")] if command.call else []
    return [("uafind", command.account, ""), *which, (command.command, command.params, "")]
