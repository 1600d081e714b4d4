"""A command that cannot do what it is asked says why, in words and with what to do; nobody reads a traceback, and no password."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.stack.harness import free_ports
from upstander.ops import logins
from upstander.ops.pg import Embedded

Run = Callable[..., "Said"]


class Said(str):
    """Everything that a command wrote, and its exit code."""

    code: int


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("doctor", UPSTANDER_PACK="/nowhere")`: the command as a person starts it, with a data folder of its own."""

    def start(*arguments: str, before: str = "", **more: str) -> Said:
        env = {
            k: v for k, v in os.environ.items() if not k.startswith(("UPSTANDER_", "DATABASE_URL", "DJANGO_"))
        }
        env |= {
            "UPSTANDER_DATA": str(tmp_path / "data"),
            "UPSTANDER_PORT": str(free_ports()),
            "COLUMNS": "200",
        } | more
        code = f"{before}\nfrom upstander.cli import main\nmain()"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
        )  # fmt: skip
        said = Said(done.stdout)
        said.code = done.returncode
        assert "Traceback" not in said, said
        return said

    return start


@pytest.fixture
def elsewhere(private_server: Embedded) -> Iterator[str]:
    """The address of an empty database for its admin."""
    with psycopg.connect(private_server.admin_dsn(), autocommit=True) as line:
        line.execute("CREATE DATABASE elsewhere")
        yield private_server.admin_dsn("elsewhere")
        line.execute("DROP DATABASE elsewhere WITH (FORCE)")


def test_the_bench_without_its_packages_says_what_installs_them(run: Run):
    said = run("bench", "intake", before="import sys; sys.modules['psutil'] = None")
    assert said.code == 1 and "psutil" in said and "make bench" in said


def test_the_bench_names_itself_once(run: Run):
    assert "Usage: -c bench [OPTIONS]" in run("bench", "nonsense")


@pytest.mark.parametrize(
    "command", [("up",), ("doctor",), ("directory", "gaps"), ("audit", "verify"), ("demo", "sign-ins")]
)
def test_an_address_that_is_none_is_named_and_not_repeated(
    run: Run, tmp_path: Path, command: tuple[str, ...]
):
    """A mistyped address may hold the password: neither it nor one of ours stands in what is said."""
    keys = tmp_path / "data" / "keys"
    keys.mkdir(parents=True)
    passwords = dict.fromkeys(("owner", *logins.LOGINS), "a-secret")
    (keys / "db.json").write_text(json.dumps(passwords))
    said = run(*command, DATABASE_URL="postgres//me:my-secret@host/db")
    assert "DATABASE_URL" in said and "postgresql://" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    "command", [("directory", "gaps"), ("people", "link", "a@b.example"), ("manage", "showmigrations")]
)
def test_a_database_that_is_not_there_is_said_to_be_so(run: Run, command: tuple[str, ...]):
    said = run(*command, UPSTANDER_DSN="postgresql://a:secret@127.0.0.1:1/x")
    assert said.code == 2 and "The database cannot be reached" in said and "secret" not in said


def test_the_doctor_finds_that_the_database_is_not_there_and_goes_on(run: Run):
    said = run("doctor", UPSTANDER_DSN="postgresql://a:secret@127.0.0.1:1/x")
    assert said.code == 1 and "database" in said and "cannot be reached" in said and "secret" not in said


def test_the_doctor_finds_a_broken_pack(run: Run, tmp_path: Path):
    said = run("doctor", UPSTANDER_PACK=str(tmp_path))
    assert said.code == 1 and "pack" in said and "upstander pack check" in said


def test_up_does_not_start_with_a_broken_pack(run: Run, tmp_path: Path):
    """Else it would start processes that end, again and again."""
    said = run("up", UPSTANDER_PACK=str(tmp_path))
    assert said.code == 2 and "upstander pack check" in said and "Starting" not in said


def test_up_says_of_a_host_that_is_none_that_it_is_the_host(run: Run):
    said = run("up", UPSTANDER_HOST="no.such.host.invalid")
    assert said.code == 2 and "UPSTANDER_HOST" in said


def test_up_says_which_port_is_taken(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = run("up", "--port", str(port))
    assert said.code == 2 and str(port) in said and "--port" in said


@pytest.mark.parametrize("where", ["/proc/nowhere", "/dev/null"])
def test_up_says_that_the_data_folder_cannot_be_used(run: Run, where: str):
    said = run("up", "--data", where)
    assert said.code == 2 and where in said and "cannot be used" in said


def test_a_file_in_the_data_folder_that_cannot_be_written_is_named(run: Run, tmp_path: Path):
    lock = tmp_path / "data" / "run" / "up.lock"
    lock.mkdir(
        parents=True
    )  # a folder stands for what this user may not write: tests may run as root, who may
    said = run("up")
    assert said.code == 2 and str(lock) in said


def test_up_makes_no_new_keys_for_a_database_whose_keys_are_lost(run: Run, elsewhere: str, tmp_path: Path):
    """With other keys nothing that is stored could ever be read again, and nobody would notice at once."""
    with psycopg.connect(elsewhere) as line:
        line.execute("CREATE TABLE vault_wrapped_key (holder uuid)")
    said = run("up", DATABASE_URL=elsewhere)
    assert said.code == 2 and "keys" in said and "restore" in said.lower()
    assert not (tmp_path / "data" / "keys" / "complete.json").exists()


def test_a_command_on_data_without_keys_says_that_they_are_missing(run: Run, tmp_path: Path):
    (tmp_path / "data" / "pg" / "data").mkdir(parents=True)
    said = run("audit", "verify")
    assert said.code == 2 and "db.json" in said and "restore" in said.lower()
