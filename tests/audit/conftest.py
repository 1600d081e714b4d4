"""A record with entries and seals, and a sealer that knows how to wait for other databases' transactions."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from upstander.audit import services
from upstander.audit.sealing import Sealer, State
from upstander.config import config


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until `condition()` is true; fail after `seconds`."""
    tick = Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        tick.wait(0.05)
    pytest.fail(f"not so after {seconds} s: {condition}")


def sign_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(services.held("sign"))


def seal_all(sealer: Sealer) -> State:
    """Turns until nothing waits. The horizon is the server's: other databases' transactions hold it for a moment, too."""
    state: list[State] = []

    def sealed() -> bool:
        state[:] = [sealer.turn()]
        return not state[0].unsealed and not state[0].more

    until(sealed)
    return state[0]


def write(count: int, first: int = 0) -> None:
    """`count` entries, a transaction each."""
    for number in range(first, first + count):
        services.record(f"account:{number % 3}", "tip.viewed", "tip", f"tip-{number % 5}", number=number)


def sql(query: str, *values: object, using: str = "default") -> list[tuple]:
    """What the owner of the database can do."""
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    return tmp_path / "heads.jsonl"


@pytest.fixture
def sealer(transactional_db: None, heads: Path) -> Iterator[Sealer]:
    """The one sealer of this test's database."""
    made = Sealer(sign_key(), [heads])
    assert made.take()
    yield made
    made.let_go()


def address(name: str | None = None) -> str:
    """The DSN of this test's database, or of another on its server."""
    database = connections["default"].settings_dict
    who = quote(database["USER"], safe="") + (
        f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    )
    host = database["HOST"]
    place = f"/{name or database['NAME']}"
    if host.startswith("/"):
        return f"postgresql://{who}@{place}?host={quote(host, safe='')}"
    return f"postgresql://{who}@{host}:{database['PORT'] or 5432}{place}"


def environment(process: str, data: Path, dsn: str) -> dict[str, str]:
    """Of a real process with its own key file, its own data folder and the database `dsn`."""
    keys = config().data / "keys" / f"{process}.json"
    own = {"PROCESS": process, "DATA": str(data), "KEYS": str(keys), "DSN": dsn, "AUDIT_HEADS": ""}
    return os.environ | {f"UPSTANDER_{name}": value for name, value in own.items()}


@contextmanager
def sealer_process(data: Path, dsn: str) -> Iterator[subprocess.Popen[str]]:
    """The real process; it ends with the block at the latest."""
    command = [sys.executable, "-m", "upstander.audit.sealer"]
    with (data / "sealer.log").open("a") as log:
        process = subprocess.Popen(command, env=environment("sealer", data, dsn), stderr=log, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def audit_command(data: Path, dsn: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`upstander audit ...` as a process of its own."""
    code = "import django; django.setup(); from upstander.audit.cli import audit; audit()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment("admin", data, dsn), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
