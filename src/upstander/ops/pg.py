"""The embedded PostgreSQL server: made, started, watched and stopped by us (docs/decisions/0010).

It listens on a unix socket only, asks everybody for a password (scram-sha-256), checks its pages, and ends
when this process ends, also after kill -9. Its log holds no statements, no parameters and no rows.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from upstander.config import ConfigError
from upstander.ops import pgbin, pgconf
from upstander.ops.logs import log_file
from upstander.ops.procs import alive, tied_to_parent

DATABASE = "upstander"
ADMIN = "upstander_admin"  # may create databases and roles; not a superuser
_SUPERUSER = "postgres"
_SOCKET_NAME_LIMIT = 107 - len("/.s.PGSQL.5432")
_RECOVERY_SECONDS = 900.0
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class CannotStart(ConfigError):
    """Why the embedded database did not start, in words, with what to do."""


def dsn(user: str, password: str, database: str, socket: Path | str) -> str:
    """`postgresql://user:password@/database?host=<socket folder>`."""
    return f"postgresql://{quote(user)}:{quote(password)}@/{database}?host={quote(str(socket), safe='')}"


class Embedded:
    """A PostgreSQL server whose data live in `folder`.

    `unsafe_fast` gives up durability for speed: tests only. `log` receives what the server has to say;
    default `folder/server.log`. One at a time: a second server on the same folder raises CannotStart.
    """

    def __init__(self, folder: Path, *, unsafe_fast: bool = False, log: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.cluster = self.folder / "data"
        self.log = log or self.folder / "server.log"
        self.unsafe_fast = unsafe_fast
        self.socket = self.folder / "socket"
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._passwords: dict[str, str] = {}

    def start(self) -> str:
        """Make the cluster if there is none, start the server, wait through recovery; the admin's DSN.

        Raises CannotStart. Call it from the main thread: the server ends with the thread that started it.
        """
        self._take_lock()
        try:
            self.who = pgbin.run_as()
            self.bin = pgbin.programs(self.who)
            self._prepare_folders()
            if not self.cluster.is_dir():
                self._initialise()
            self._check_version()
            self._write_settings()
            self._clear_leftovers()
            self._launch()
            self._admin()
        except BaseException:
            self.stop()
            raise
        return self.admin_dsn()

    def admin_dsn(self, database: str = DATABASE) -> str:
        """The address of `database` for the admin."""
        return dsn(ADMIN, self._passwords["admin"], database, self.socket)

    @property
    def running(self) -> bool:
        """Whether the server's main process lives."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int | None:
        """The id of the server's main process, while this object has one."""
        return self.process.pid if self.process is not None else None

    def stop(self, seconds: float = 20.0) -> None:
        """Stop the server (clients are cut off, nothing committed is lost) and let go of the folder."""
        if self.process is not None:
            for sig, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                if self.process.poll() is not None:
                    break
                self.process.send_signal(sig)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
            self.process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # The folder

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = open(self.folder / "lock", "a")
        except OSError as error:
            raise CannotStart(f"The database folder {self.folder} cannot be used: {error.strerror}") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise CannotStart(
                f"Another process of this machine already runs the database in {self.folder}"
            ) from None
        self._lock = lock

    def _prepare_folders(self) -> None:
        """Folders, who owns them, and the passwords, which must outlive a failed first start."""
        secret = self.folder / "passwords.json"
        if not secret.exists():
            if self.cluster.exists():
                raise CannotStart(
                    f"{secret} is missing: without it the data beside it cannot be opened; restore it"
                )
            spare = secret.with_suffix(".new")
            with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump({name: secrets.token_urlsafe(24) for name in ("superuser", "admin")}, file)
                file.flush()
                os.fsync(file.fileno())
            spare.replace(secret)
        self._passwords = json.loads(secret.read_text())
        self.socket = self._socket_folder()

    def _socket_folder(self) -> Path:
        """A private folder for the socket, whose path must be short and passable for the server's user."""
        own = self.folder / "socket"
        own.mkdir(mode=0o700, exist_ok=True)
        own.chmod(0o700)
        self.who.own(own)
        if len(os.fsencode(own)) <= _SOCKET_NAME_LIMIT and "," not in str(own) and self.who.can("x", own):
            return own
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        short = Path("/tmp") / f"upstander-{mark}"  # noqa: S108 - made 0700, and taken only where it is ours
        with suppress(FileExistsError):
            short.mkdir(mode=0o700)
            self.who.own(short)
        found = short.lstat()
        ours = self.who.uid if self.who.uid is not None else os.geteuid()
        if short.is_symlink() or found.st_uid != ours or found.st_mode & 0o077:
            short = Path(tempfile.mkdtemp(prefix="upstander-"))
            self.who.own(short)
        return short

    @contextmanager
    def _seen(self, path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
        """How the server's user may name `path`, and the open files to hand down for it.

        Below a folder that is closed to that user (a 0700 home) the name is that of an open file.
        """
        if self.who.can("x", path):
            yield str(path), ()
            return
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{handle}", (handle,)
        finally:
            os.close(handle)

    def _initialise(self) -> None:
        """Make the cluster beside its final place, so that it is there whole or not at all."""
        spare = self.folder / "data.new"
        shutil.rmtree(spare, ignore_errors=True)
        spare.mkdir(mode=0o700)
        self.who.own(spare)
        with self._seen(spare) as (name, handles), tempfile.NamedTemporaryFile("w") as password:
            password.write(self._passwords["superuser"])
            password.flush()
            self.who.own(Path(password.name))
            done = subprocess.run(
                [
                    str(self.bin / "initdb"),
                    f"--pgdata={name}",
                    f"--username={_SUPERUSER}",
                    f"--pwfile={password.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                    *(["--no-sync"] if self.unsafe_fast else []),
                ],
                pass_fds=handles,
                capture_output=True,
                text=True,
                **self._surroundings(),
            )
        if done.returncode:
            raise CannotStart(f"initdb failed in {spare} as user '{self.who.name}':\n{done.stderr.strip()}")
        spare.rename(self.cluster)

    def _check_version(self) -> None:
        there = (self.cluster / "PG_VERSION").read_text().strip()
        words = subprocess.run(
            [str(self.bin / "postgres"), "--version"], capture_output=True, text=True, env=_ENVIRONMENT
        )
        ours = words.stdout.split()[2].split(".")[0] if words.returncode == 0 else "?"
        if there != ours:
            raise CannotStart(
                f"The data in {self.cluster} are of PostgreSQL {there}, the programs in {self.bin} {ours}. "
                f"Set UPSTANDER_PG_BIN to programs of {there}, or dump and restore (see docs)."
            )

    def _write_settings(self) -> None:
        local = self.folder / "local.conf"
        if not local.exists():
            local.write_text(pgconf.LOCAL)
        settings = pgconf.settings(self.socket, local.read_text(), unsafe_fast=self.unsafe_fast)
        for file, content in {"postgresql.conf": settings, "pg_hba.conf": pgconf.HBA}.items():
            path = self.cluster / file
            path.write_text(content)
            path.chmod(0o600)
            self.who.own(path)

    def _surroundings(self) -> dict[str, Any]:
        return {"cwd": "/", "env": _ENVIRONMENT, "stdin": subprocess.DEVNULL, **self.who.popen()}

    # The server

    def _clear_leftovers(self) -> None:
        """After a kill: end what still runs on these data (we hold the lock), forget stale process ids."""
        main = self.cluster / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            pid = int(main.read_text().split()[0])
            if not self._works_here(pid):
                main.unlink()
        for sig, patience in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            limit = time.monotonic() + patience
            while (left := self._workers()) and time.monotonic() < limit:
                for pid in left:
                    with suppress(ProcessLookupError):
                        os.kill(pid, sig)
                time.sleep(0.1)

    def _workers(self) -> list[int]:
        return [int(p.name) for p in Path("/proc").glob("[0-9]*") if self._works_here(int(p.name))]

    def _works_here(self, pid: int) -> bool:
        """Whether `pid` is a live server process of this cluster."""
        try:
            return os.readlink(f"/proc/{pid}/cwd") == str(self.cluster) and alive(pid)
        except OSError:
            return False

    def _launch(self) -> None:
        """Start, again while the memory of a killed predecessor is there; wait until it takes connections."""
        limit = time.monotonic() + 20
        while True:
            start = self.log.stat().st_size if self.log.exists() else 0
            with open(log_file(self.log), "ab") as log, self._seen(self.cluster) as (name, handles):
                self.process = subprocess.Popen(
                    [str(self.bin / "postgres"), "-D", name],
                    pass_fds=handles,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=tied_to_parent(signal.SIGINT),
                    **self._surroundings(),
                )
            if self._takes_connections():
                return
            with open(self.log, "rb") as log:
                log.seek(start)
                words = log.read().decode(errors="replace").strip()
            if "pre-existing shared memory block" not in words or time.monotonic() > limit:
                raise CannotStart(f"The embedded database did not start (log: {self.log}):\n{words}")
            time.sleep(0.1)

    def _takes_connections(self) -> bool:
        limit = time.monotonic() + _RECOVERY_SECONDS
        while self.running and time.monotonic() < limit:
            with suppress(psycopg.OperationalError):
                self._superuser(_SUPERUSER).close()
                return True
            time.sleep(0.02)
        return False

    def _superuser(self, database: str) -> psycopg.Connection:
        address = dsn(_SUPERUSER, self._passwords["superuser"], database, self.socket)
        return psycopg.connect(address, autocommit=True, connect_timeout=10)

    def _admin(self) -> None:
        """The admin and the database, if they are not there; the admin's password as the file says."""
        with self._superuser(_SUPERUSER) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ADMIN]).fetchone()
            password = connection.pgconn.encrypt_password(
                self._passwords["admin"].encode(), ADMIN.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                    sql.SQL("ALTER" if known else "CREATE"),
                    sql.Identifier(ADMIN),
                    sql.Literal(password.decode()),
                )
            )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ADMIN)
                    )
                )
