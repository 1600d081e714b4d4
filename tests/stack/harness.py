"""The real house in a test: `upstander up` in a process of its own, on free ports, in a folder of its own."""

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.stack import mould
from upstander.config import OFFSETS
from upstander.ops import logins, processes, rundir
from upstander.ops.procs import alive, tied_to_parent

ROOT = Path(__file__).resolve().parents[2]
_PAUSE = threading.Event()  # never set: `_PAUSE.wait(0.05)` is a pause while something outside happens


class DidNotStart(AssertionError):
    """The house did not become ready; what it said is in the message."""


# Below what the system hands out by itself, else a stranger's line takes a port of a house that is stopped for a moment.
LOWEST, HIGHEST = 12_000, 32_000


def free_ports() -> int:
    """A port that is free with the four that follow it, and stays so while a house is stopped and started."""
    for port in random.sample(range(LOWEST, HIGHEST, 5), 100):
        try:
            for one in range(port, port + 5):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", one))
        except OSError:
            continue
        return port
    raise DidNotStart("no five free ports in a row")


def until(condition: Any, seconds: float = 30.0, what: str = "") -> Any:
    """Wait until `condition()` is true, and return what it returned; AssertionError after `seconds`."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = condition()
        if found:
            return found
        _PAUSE.wait(0.05)
    raise AssertionError(f"not within {seconds} s: {what or condition}")


class Stack:
    """`upstander up`, started on entering and stopped on leaving.

    `env` is added to the environment (`UPSTANDER_SMTP_HOST`, ...). The processes' clock is moved by `clock(seconds)`. A folder
    that is made here is a copy of what a first start prepares (`mould`); where it is to be `fresh`, `up` begins from nothing.
    """

    def __init__(self, data: Path | None = None, *, fresh: bool = False, **env: str) -> None:
        self._made = data is None
        self.fresh = fresh
        self.data = data or Path(tempfile.mkdtemp(prefix="upstander-stack-"))
        self.data.chmod(0o755)
        self.port = free_ports()
        self.env = env
        self.process: subprocess.Popen[bytes] | None = None
        self.said_file = self.data / "said.txt"

    @property
    def public(self) -> str:
        """The address of the public origin, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def desk(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def school(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    def start(self, *, wait: bool = True) -> Self:
        """Start; raises DidNotStart with what was said where not every origin is ready within five minutes."""
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("UPSTANDER_", "DATABASE_URL"))
        }
        if "UPSTANDER_PG_BIN" in os.environ:
            environment["UPSTANDER_PG_BIN"] = os.environ["UPSTANDER_PG_BIN"]
        environment |= {
            "UPSTANDER_CLOCK_FILE": str(self.data / "clock"),
            "UPSTANDER_WEB_WORKERS": "1",
            "UPSTANDER_NETWORK": "0",  # (a process less for the two cores of a test; who wants it says so)
            "PYTHONUNBUFFERED": "1",
        } | self.env
        outside = "DATABASE_URL" in environment or environment["UPSTANDER_NETWORK"] != "0"  # these prepare something else
        if self._made and not self.fresh and not outside and not (self.data / "pg").exists():
            mould.copy(self.data, environment)
        with self.said_file.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "upstander", "up", "--port", str(self.port), "--data", str(self.data)],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGTERM),  # a test run that is killed leaves no house behind
            )
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds: float = 300.0) -> None:
        """Until all three origins are ready, and it was said that all is."""

        answers: dict[str, tuple[int, bytes]] = {}

        def ready() -> bool:
            if self.process is None or self.process.poll() is not None:
                raise DidNotStart(self.said())
            answers.update({process: self.get(process, "/readyz") for process in self.web()})
            return all(status == 200 for status, _ in answers.values()) and "Upstander is up" in self.said()

        try:
            until(ready, seconds, "ready")
        except AssertionError as error:
            raise DidNotStart(f"{error}\n{answers}\n{self.said()}\n{self.complaints()}") from None

    def web(self) -> tuple[str, ...]:
        """The processes that serve pages in this house."""
        return (*processes.WEB, processes.NETWORK) if self.env.get("UPSTANDER_NETWORK") == "1" else processes.WEB

    def said(self) -> str:
        """What `up` has told the person at the terminal."""
        return self.said_file.read_text(errors="replace")

    def log(self, process: str) -> str:
        """The log of a process (or of `postgres`)."""
        path = self.data / "logs" / f"{process}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def complaints(self) -> str:
        """The last lines of every process's log."""
        return "\n".join(f"--- {name}\n{self.log(name)[-1500:]}" for name in processes.ALL)

    def get(self, process: str, path: str, **headers: str) -> tuple[int, bytes]:
        """GET at one of the three origins; status 0 where it does not answer."""
        return self.ask(process, "GET", path, None, **headers)

    def ask(
        self, process: str, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """A request at one of the three origins; an underscore in a header's name stands for a dash."""
        line = http.client.HTTPConnection("127.0.0.1", self.port + OFFSETS[process], timeout=10)
        try:
            line.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()

    def pids(self, name: str) -> list[int]:
        """The main process of `name` first, then its workers; `postgres`: the database's main process."""
        if name == "postgres":
            path = self.data / "pg" / "data" / "postmaster.pid"
            return [int(path.read_text().split()[0])] if path.exists() else []
        assert self.process
        if name == "up":
            return [self.process.pid]
        mains = [p for p in children(self.process.pid) if self._is(p, name)]
        return [pid for main in mains for pid in (main, *children(main))]

    def _is(self, pid: int, name: str) -> bool:
        try:
            return f"UPSTANDER_PROCESS={name}".encode() in environ_of(pid)
        except OSError:
            return False

    def kill(self, name: str, sig: int = signal.SIGKILL) -> int:
        """Send `sig` to the main process of `name`; its process id."""
        pid = until(lambda: self.pids(name), what=f"{name} runs")[0]
        os.kill(pid, sig)
        return int(pid)

    def dsn(self, login: str) -> str:
        """The database address of a login, or of `owner`."""
        server = rundir.noted_database(_Settings(self.data))  # type: ignore[arg-type]
        assert server, "no database is running"
        return logins.read(self.data / "keys" / "db.json", server).dsn(login)

    def superuser(self) -> str:
        """The database address of who sees what every line does."""
        server = rundir.noted_database(_Settings(self.data))  # type: ignore[arg-type]
        assert server, "no database is running"
        secrets = json.loads((self.data / "pg" / "passwords.json").read_text())
        return logins.as_user(server, "postgres", secrets["superuser"])

    def clock(self, seconds: float) -> None:
        """Set the clock of all processes `seconds` ahead of real time."""
        spare = self.data / "clock.new"
        spare.write_text(str(seconds))
        spare.replace(self.data / "clock")

    def sign_ins(self) -> list[dict[str, str]]:
        """The demo's accounts."""
        return list(json.loads((self.data / "run" / "sign-ins.json").read_text()))

    def stop(self, sig: int = signal.SIGINT, seconds: float = 120.0) -> int:
        """Ask for the end as Ctrl-C does, and wait; the exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(sig)
        return self.process.wait(seconds)

    def restart(self) -> None:
        """Stop and start on the same data and ports."""
        self.stop()
        self.start()

    def leftovers(self) -> list[str]:
        """Processes that still name the data folder, and ports that still answer."""
        found = [f"{p}: {cmd}" for p, cmd in all_processes() if str(self.data) in cmd and alive(p)]
        for port in range(self.port, self.port + 4):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    found.append(f"port {port}")
        return found

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Stop whatever runs, by force if need be, and remove the data if they were made here."""
        if self.process is not None and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        until(lambda: not self.leftovers(), what=f"nothing is left: {self.leftovers()}")
        if self._made:
            shutil.rmtree(self.data, ignore_errors=True)


class _Settings:
    def __init__(self, data: Path) -> None:
        self.data = data


def all_processes() -> list[tuple[int, str]]:
    """Every process of this machine with its command line and environment, as far as they can be seen."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if int(folder.name) != os.getpid():
            found.append((int(folder.name), text.replace(b"\0", b" ").decode(errors="replace")))
    return found


def children(pid: int) -> list[int]:
    """The living children of `pid`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        fields = re.split(r"\s+", stat.rpartition(")")[2].strip())
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(folder.name))
    return sorted(found)


def environ_of(pid: int) -> bytes:
    """The environment with which `pid` was started."""
    return Path(f"/proc/{pid}/environ").read_bytes()
