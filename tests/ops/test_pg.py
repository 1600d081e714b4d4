"""The embedded server starts, survives being killed, says what is wrong, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from upstander.ops import pg, pgbin
from upstander.ops.pg import CannotStart, Embedded
from upstander.ops.procs import alive


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path has a blank in it."""
    return tmp_path_factory.mktemp("data folder") / "pg"


@pytest.fixture
def server(folder: Path) -> Iterator[Embedded]:
    server = Embedded(folder, unsafe_fast=True)
    yield server
    server.stop()


def ask(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_the_admin_is_no_superuser_and_pages_are_checked(server: Embedded):
    dsn = server.start()
    assert ask(
        dsn,
        "SELECT rolcreaterole AND rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = current_user",
    )
    assert ask(dsn, "SELECT current_setting('data_checksums')") == "on"
    assert ask(dsn, "SELECT lower('ÅÉ')") == "åé"


def test_a_wrong_password_is_refused_and_so_is_none(server: Embedded):
    server.start()
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(pg.dsn(pg.ADMIN, password, pg.DATABASE, server.socket))


def test_nobody_else_can_reach_the_socket_and_it_does_not_listen_on_the_network(server: Embedded):
    dsn = server.start()
    assert server.socket.stat().st_mode & 0o077 == 0
    assert ask(dsn, "SELECT current_setting('listen_addresses')") == ""


def test_what_was_committed_is_there_after_kill_9(folder: Path, server: Embedded):
    durable = Embedded(folder)
    dsn = durable.start()
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    held = psycopg.connect(dsn)  # a backend that lives on after its main process
    assert durable.process
    durable.process.kill()
    durable.process.wait()
    assert not durable.running
    assert ask(durable.start(), "SELECT n FROM kept") == 7
    durable.stop()
    held.close()


def test_the_server_ends_when_whoever_started_it_is_killed(folder: Path):
    code = f"""
import sys, time
from pathlib import Path
from upstander.ops.pg import Embedded
server = Embedded(Path({str(folder)!r}), unsafe_fast=True)
server.start()
print(server.process.pid, flush=True)
sys.stdin.read()
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as starter:  # type: ignore[call-overload]
        pid = int(starter.stdout.readline())
        assert alive(pid)
        starter.kill()
    ended = threading.Event()
    for _ in range(200):
        if not alive(pid):
            break
        ended.wait(0.05)
    assert not alive(pid)


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_it(server: Embedded):
    server.start()
    content = (server.cluster / "postmaster.pid").read_text()
    server.stop()
    lines = content.splitlines(keepends=True)
    (server.cluster / "postmaster.pid").write_text("".join([f"{os.getppid()}\n", *lines[1:]]))
    assert ask(server.start(), "SELECT 1") == 1


def test_a_second_server_on_the_same_folder_is_refused_in_words(server: Embedded):
    server.start()
    with pytest.raises(CannotStart, match="already runs the database"):
        Embedded(server.folder).start()
    assert server.running


def test_data_of_another_version_are_refused_in_words(server: Embedded):
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").write_text("13\n")
    with pytest.raises(CannotStart, match="PostgreSQL 13.*UPSTANDER_PG_BIN"):
        server.start()


def test_a_long_path_gets_a_short_socket_folder(folder: Path):
    deep = folder / ("a" * 60) / ("b" * 60)
    server = Embedded(deep, unsafe_fast=True)
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert len(str(server.socket)) < 60
        assert server.socket.stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_the_log_holds_neither_statements_nor_rows(server: Embedded):
    dsn = server.start()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (word text UNIQUE)")
        for statement in (
            "INSERT INTO t VALUES ('canary-w0rd')",
            "INSERT INTO t VALUES ('canary-w0rd')",
            "SELECT 'canary-w0rd'::int",
            "SELECT 'canary-w0rd' FROM nothing",
        ):
            try:
                connection.execute(statement)
            except psycopg.Error as error:
                assert "canary" in f"{error}{error.diag.message_detail}" or "nothing" in str(error)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT %s::int", ["canary-w0rd"], prepare=True)
    server.stop()
    log = server.log.read_text()
    assert "ready to accept connections" in log
    assert "canary" not in log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_started_as_root_it_runs_as_somebody_else_even_below_a_closed_folder(folder: Path):
    closed = folder / "home"
    closed.mkdir(parents=True, mode=0o700)
    server = Embedded(closed / "var" / "pg", unsafe_fast=True)
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert server.process
        assert os.stat(f"/proc/{server.process.pid}").st_uid == pgbin.run_as().uid != 0
    finally:
        server.stop()


def test_stopping_leaves_no_process(server: Embedded):
    server.start()
    assert server.process
    pid = server.process.pid
    server.stop()
    server.stop()
    assert not alive(pid)
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
