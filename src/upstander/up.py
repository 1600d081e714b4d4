"""`upstander up`: everything on one machine, from nothing to three addresses, and cleanly down again."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

import psycopg

from upstander import clock
from upstander.config import Config, ConfigError
from upstander.ops import logins, processes, procs, reach, rundir
from upstander.ops.pg import Embedded
from upstander.ops.progress import say, step
from upstander.ops.supervisor import Service, Supervisor
from upstander.packs.errors import PackError
from upstander.packs.kept import keep
from upstander.vault import keygen

_READY_SECONDS = 90.0


def _listening(settings: Config) -> tuple[str, ...]:
    return (*processes.web(settings), processes.INBOUND)


class _Origin:
    """Whether an origin's /readyz answers 200, and else what it answered last."""

    def __init__(self, process: str, settings: Config) -> None:
        host = processes.host(process, settings)
        self._host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared
        self._port = processes.port(process, settings)
        own = urlsplit(settings.origin(process)).netloc if process in processes.web(settings) else host
        self._headers = {"Host": own}
        self.answer = "no answer"

    def ready(self) -> bool:
        line = http.client.HTTPConnection(self._host, self._port, timeout=1)
        try:
            line.request("GET", "/readyz", headers=self._headers)
            answer = line.getresponse()
            self.answer = f"{answer.status} {answer.read(300).decode(errors='replace')}"
            return answer.status == 200
        except (OSError, http.client.HTTPException) as error:
            self.answer = f"no answer ({type(error).__name__})"
            return False
        finally:
            line.close()


class Interrupted(Exception):
    """The end was asked for before everything had started."""


def up(settings: Config) -> None:
    """Start everything, watch over it until SIGINT or SIGTERM, stop everything. Raises ConfigError in words."""
    begun = time.monotonic()
    procs.raise_file_limit()
    os.umask(0o022)
    lock = rundir.Lock(settings)
    database: Embedded | None = None
    try:
        with _interruptible():
            _ports_free(settings)
            _pack_whole(settings)
            say(f"Starting Upstander in {settings.data}")
            database, admin = _database(settings)
            made = prepared(settings, admin)
            origins = {process: _Origin(process, settings) for process in _listening(settings)}
            supervisor = Supervisor(_services(settings, made, origins), database, say)
        with supervisor.signals():
            try:
                _watch(supervisor, settings, origins, begun)
            finally:
                say("Stopping ...")
                supervisor.stop()
    except Interrupted:
        say("Interrupted before everything had started.")
    finally:
        if database is not None:
            database.stop()
        rundir.note_database(settings, None)
        lock.release()
    say("Stopped. The data are kept.")


def prepared(settings: Config, admin: str) -> logins.Logins:
    """All that the processes need, in the data folder and in the database that runs at the admin's address: keys, logins,
    tables, rights, static files, the sandbox's demo. Returns the logins; raises ConfigError in words."""
    rundir.note_database(settings, admin)
    _keys_kept(settings, admin)
    with step("keys"):
        keygen.create(settings.data / "keys", sandbox=settings.mode == "sandbox")
    with step("logins"):
        made = logins.create(settings.data / "keys" / "db.json", admin)
    _prepare(settings, made)
    return made


@contextmanager
def _interruptible() -> Iterator[None]:
    """While inside, SIGINT and SIGTERM raise Interrupted; at its end once more, for what is raised while Python tidies up
    (a finalizer, a callback) is swallowed there, and the house would start and hear no later signal."""
    asked: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough: what follows is cleaning up
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Interrupted

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    yield
    if asked:
        raise Interrupted


def _ports_free(settings: Config) -> None:
    for process in _listening(settings):
        host, port = processes.host(process, settings), processes.port(process, settings)
        variable = "UPSTANDER_INBOUND_PORT" if process == processes.INBOUND else "UPSTANDER_PORT"
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except socket.gaierror as error:
                raise ConfigError(
                    f"{variable.replace('PORT', 'HOST')}: '{host}' is no address of this machine ({error.strerror})"
                ) from None
            except OSError as error:
                raise ConfigError(
                    f"{variable}: the {process} pages cannot be served at {host}:{port} "
                    f"({error.strerror}). Choose another: upstander up --port 9000"
                ) from None


def _pack_whole(settings: Config) -> None:
    """A pack that is broken would end every process that asks it, again and again: the version in force stays, and what is
    wrong is said. Raises ConfigError where there is none."""
    try:
        found = keep(settings.pack, settings.data / "packs")
    except PackError as error:
        raise ConfigError(
            f"UPSTANDER_PACK: the pack in {settings.pack} cannot be used, {len(error.problems)} problems; the first is\n"
            f"  {error.problems[0]}\nAll of them: upstander pack check {settings.pack}"
        ) from None
    for problem in found.refused:
        say(f"  pack: {problem}")
    if found.refused:
        stays = found.in_force(clock.now())
        say(f"  pack: what is broken is not used; in force stays {stays.id} {stays.version}.")


def _keys_kept(settings: Config, admin: str) -> None:
    """New keys beside stored tips would make them unreadable for ever: raises ConfigError where the keys are lost."""
    keys = settings.data / "keys"
    if (keys / "complete.json").exists():
        return
    try:
        with psycopg.connect(admin, connect_timeout=10) as line:
            stored = line.execute("SELECT 1 FROM pg_class WHERE relname = 'vault_wrapped_key'").fetchone()
    except psycopg.OperationalError as error:
        raise ConfigError(f"The database cannot be reached: {str(error).strip()}") from None
    if stored:
        raise ConfigError(
            f"The database holds tips, but the keys that open them are not in {keys}. Restore that folder, whole. "
            "Without it nothing that is stored can be read; to begin anew, use an empty database."
        )


def _database(settings: Config) -> tuple[Embedded | None, str]:
    """The embedded server, started, and its admin's address; or nothing and DATABASE_URL."""
    if address := reach.outside():
        say("  database: the one that DATABASE_URL names")
        return None, address
    server = Embedded(settings.data / "pg", log=settings.data / "logs" / "postgres.log")
    with step("database" if server.cluster.is_dir() else "database (made anew)"):
        return server, server.start()


def _prepare(settings: Config, made: logins.Logins) -> None:
    """Run `ops.prepare` as the owner of the tables, in a process of its own."""
    env = processes.environment("admin", settings, made.dsn(logins.OWNER))
    child = subprocess.Popen(
        [sys.executable, "-m", "upstander", "run", "prepare"],
        env=env,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=procs.tied_to_parent(signal.SIGKILL),
    )
    try:
        code = child.wait()
    finally:
        procs.end_group(child.pid)
        child.wait()
    if code:
        raise ConfigError("The database could not be prepared; what is wrong stands above.")


def _services(settings: Config, made: logins.Logins, origins: dict[str, _Origin]) -> list[Service]:
    return [
        Service(
            name=process,
            argv=processes.command(process, settings),
            env=processes.environment(process, settings, made.dsn(process)),
            log=settings.data / "logs" / f"{process}.log",
            ready=origins[process].ready if process in origins else None,
            socket=processes.events_socket(settings) if process == "events" else None,
        )
        for process in processes.running(settings)
    ]


def _watch(supervisor: Supervisor, settings: Config, origins: dict[str, _Origin], begun: float) -> None:
    with step("processes"):
        supervisor.start()
        late = supervisor.ready(_READY_SECONDS)
    if supervisor.stopping:
        return
    for name in late:
        why = f" ({origins[name].answer})" if name in origins else ""
        say(f"  {name} is not ready{why}; see {settings.data / 'logs' / name}.log")
    say(f"Upstander is up, {time.monotonic() - begun:.1f} s after the start.\n")
    for process in processes.web(settings):
        say(f"  {process:<8} {settings.origin(process)}/")
    say(f"  {'texts':<8} http://{settings.inbound_host}:{processes.port(processes.INBOUND, settings)}/ (for carriers)")
    if settings.mode == "sandbox":
        say("\nSandbox: nothing leaves this machine. What would have left is shown at the desk.")
        _say_sign_ins(settings)
    say("\nCtrl-C stops everything.")
    supervisor.run()


def _say_sign_ins(settings: Config) -> None:
    try:
        rows: list[dict[str, str]] = json.loads((rundir.folder(settings) / "sign-ins.json").read_text())
    except (OSError, ValueError):
        return
    if not rows:
        return
    names = list(rows[0])
    widths = [max(len(name), *(len(str(row[name])) for row in rows)) for name in names]
    say("")
    for line in [{name: name for name in names}, *rows]:
        say(
            "  "
            + "  ".join(
                f"{line[name]!s:<{width}}" for name, width in zip(names, widths, strict=True)
            ).rstrip()
        )
    say("\n  The second factor's six digits: upstander demo sign-ins")
