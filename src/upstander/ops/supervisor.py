"""Keeps the processes of one machine running: starts them, starts the dead again, stops them all.

One thread, which sleeps until a child ends, a signal comes or something is due. The kernel ends every child when this
process dies (`procs`), so nothing is left behind even by kill -9.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from upstander.config import ConfigError
from upstander.ops import procs
from upstander.ops.bell import Bell
from upstander.ops.logs import log_file

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 15.0  # seconds before a dead process is started again
_SETTLED = 30.0  # seconds after which a process counts as well again
_TICK = 1.0
_DATABASE_PAUSE = 5.0


class Database(Protocol):
    """What the supervisor needs of the embedded server."""

    @property
    def running(self) -> bool: ...

    @property
    def pid(self) -> int | None: ...

    def start(self) -> str: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Service:
    """One process: what to execute with which environment, where it logs, and how to see that it is ready."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    log: Path
    ready: Callable[[], bool] | None = None
    socket: Path | None = None  # a unix socket of its own, which a killed predecessor may have left


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = _FIRST_PAUSE
    restarts: int = field(default=-1)


class Supervisor:
    """Runs `services` on top of `database` (None: an outside server) and tells `say` what a person should know."""

    def __init__(
        self, services: Sequence[Service], database: Database | None, say: Callable[[str], None]
    ) -> None:
        self._all = {service.name: _Running(service) for service in services}
        self._database = database
        self._database_due = 0.0
        self._say = say
        self._wake = Bell()
        self._stopping = False
        procs.adopt_orphans()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """While inside, SIGINT, SIGTERM and SIGHUP ask for the end instead of interrupting."""
        before = {n: signal.signal(n, self._asked) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: self._wake.ring())
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        self._wake.ring()

    @property
    def stopping(self) -> bool:
        """Whether the end was asked for."""
        return self._stopping

    def start(self) -> None:
        """Start every process that is not running."""
        for running in self._all.values():
            self._start(running)

    def ready(self, seconds: float) -> list[str]:
        """Keep things running until all are ready or `seconds` have passed; who is not ready."""
        limit = time.monotonic() + seconds
        waiting = [r.service for r in self._all.values()]
        while waiting and not self._stopping and time.monotonic() < limit:
            self._look()
            waiting = [s for s in waiting if not self._is_ready(s)]
            if waiting:
                self._sleep(0.1)
        return [service.name for service in waiting]

    def run(self) -> None:
        """Keep things running until the end is asked for."""
        while not self._stopping:
            self._sleep(_TICK)
            self._look()

    def stop(self, seconds: float = 8.0) -> None:
        """Ask every process to end, kill what has not ended after `seconds`, then stop the database."""
        self._stopping = True
        alive = [r.process for r in self._all.values() if r.process is not None]
        for process in alive:
            process.terminate()
        limit = time.monotonic() + seconds
        for process in alive:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, limit - time.monotonic()))
        for process in alive:
            procs.end_group(process.pid)
            process.wait()
        for running in self._all.values():
            running.process = None
        if self._database is not None:
            self._database.stop()

    def _sleep(self, seconds: float) -> None:
        now = time.monotonic()
        due = [r.due - now for r in self._all.values() if r.process is None]
        self._wake.wait(max(0.0, min([seconds, *due])))

    def _look(self) -> None:
        """Notice who died, and start whoever is due."""
        if self._database is not None and not self._database.running:
            self._start_database(self._database)
        for running in self._all.values():
            if running.process is not None and running.process.poll() is not None:
                self._died(running)
            if running.process is None and not self._stopping and time.monotonic() >= running.due:
                self._start(running)
        ours = {r.process.pid for r in self._all.values() if r.process is not None}
        procs.reap_orphans(ours | {self._database.pid if self._database else None})

    def _start_database(self, database: Database) -> None:
        now = time.monotonic()
        if now < self._database_due:
            return
        self._say("the database ended by itself; starting it again")
        try:
            database.start()
        except ConfigError as error:
            self._database_due = now + _DATABASE_PAUSE
            self._say(f"{error}\ntrying again in {_DATABASE_PAUSE:g} s")

    def _died(self, running: _Running) -> None:
        """End what its group has left (a server's workers keep the port), and set when to start it again."""
        if running.process is None:
            return
        code = running.process.returncode
        procs.end_group(running.process.pid)
        running.process = None
        now = time.monotonic()
        if now - running.started > _SETTLED:
            running.pause = _FIRST_PAUSE
        running.due = now + running.pause
        if not self._stopping:
            how = f"signal {-code}" if code < 0 else f"code {code}"
            again = f"starting it again in {running.pause:g} s"
            self._say(f"{running.service.name} ended ({how}); {again}; its log: {running.service.log}")
        running.pause = min(running.pause * 2, _LONGEST_PAUSE)

    def _start(self, running: _Running) -> None:
        service = running.service
        running.restarts += 1
        running.started = time.monotonic()
        if service.socket is not None:
            service.socket.unlink(missing_ok=True)
        with log_file(service.log).open("ab") as log:
            running.process = subprocess.Popen(
                service.argv,
                env=service.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=procs.tied_to_parent(signal.SIGKILL),
            )

    def _is_ready(self, service: Service) -> bool:
        process = self._all[service.name].process
        if process is None or process.poll() is not None:
            return False
        return service.ready is None or service.ready()
