"""A mail server and relays as processes of their own; the relay under its own login, with the rights it is
granted.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import pytest
from django.db import connection
from psycopg import sql

from tests.support.eventually import eventually
from tests.support.smtp_server import ROOT, SmtpServer
from upstander.delivery import services
from upstander.delivery.models import Delivery
from upstander.ops import grants

_ROLE = grants.role("relay")
_ROOMS = ["upstander.ops", "upstander.audit", "upstander.delivery"]


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpServer]:
    """A mail server that takes everything until it is told otherwise."""
    with SmtpServer(tmp_path / "smtp") as server:
        yield server


@pytest.fixture
def relay_login(transactional_db: None) -> dict[str, str]:
    """The environment of a process that is the database's `upstander_relay`, with exactly the rights these
    rooms grant.
    """
    name = sql.Identifier(_ROLE)
    with connection.cursor() as cursor:
        line = cursor.connection
        line.execute("SELECT pg_advisory_lock(7305)")  # roles are the whole server's
        if not line.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_ROLE]).fetchone():
            line.execute(sql.SQL("CREATE ROLE {}").format(name))
        line.execute(
            sql.SQL("GRANT {} TO CURRENT_USER").format(name)
        )  # who is no superuser must be a member to play it
        line.execute("SELECT pg_advisory_unlock(7305)")
        line.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        for table, clauses in grants.collect(_ROOMS)["relay"].items():
            grants._give(line, name, table, clauses)
    s = connection.settings_dict
    query = urlencode({"host": s["HOST"]}) if str(s["HOST"]).startswith("/") else ""
    place = "" if query else f"{s['HOST']}:{s['PORT']}"
    user = f"{quote(s['USER'])}:{quote(s['PASSWORD'])}"
    limits = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
    return {
        "UPSTANDER_DSN": f"postgresql://{user}@{place}/{s['NAME']}?{query}",
        "PGOPTIONS": f"-c role={_ROLE} {limits}",
    }


class Relay:
    """A relay's process."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.relay_main"], cwd=ROOT, env=environment, stderr=file
            )

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        return self.process.wait(60)

    def said(self, event: str) -> bool:
        """Whether the relay has logged `event`."""
        return f'"{event}"' in self.log.read_text()


@pytest.fixture
def run_relay(
    relay_login: dict[str, str], smtp: SmtpServer, tmp_path: Path
) -> Iterator[Callable[..., Relay]]:
    """`run_relay()` starts a relay before the mail server; keywords set UPSTANDER_ variables. All are
    stopped at the end.
    """
    started: list[Relay] = []

    def run(*, ready: bool = True, **variables: object) -> Relay:
        environment = os.environ | relay_login
        environment |= {
            "UPSTANDER_PROCESS": "relay",
            "UPSTANDER_SMTP_HOST": "127.0.0.1",
            "UPSTANDER_SMTP_PORT": str(smtp.port),
            "UPSTANDER_SMTP_TIMEOUT": "2",
        }
        environment |= {f"UPSTANDER_{name.upper()}": str(value) for name, value in variables.items()}
        relay = Relay(tmp_path / f"relay-{len(started)}.log", environment)
        started.append(relay)
        if ready:
            eventually(lambda: relay.said("relay-started"))
        return relay

    yield run
    for relay in started:
        relay.stop()


def owe(
    n: int = 1, purpose: str = "test", priority: int = 3, key: str = "", begins: str = "", **more: object
) -> list[UUID]:
    """Owe `n` mails, each to an address of its own (or all to `key`); returns the subjects, whose ids begin as told."""
    subjects = [UUID(hex=(begins + uuid4().hex)[:32]) for _ in range(n)]
    for subject in subjects:
        services.send(purpose, subject, key or f"contact:{subject.hex[:20]}", priority, **more)
    return subjects


def row(subject: UUID) -> Delivery:
    """The ledger's row."""
    return Delivery.objects.get(subject_id=subject)


def states() -> dict[str, int]:
    """How many deliveries there are in each state."""
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
