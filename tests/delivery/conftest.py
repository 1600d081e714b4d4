"""A mail server and relays as processes of their own; the relay under its own login, with the rights it is
granted.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.support.eventually import eventually
from tests.support.own_login import Logged, environment_of
from tests.support.smtp_server import SmtpServer
from upstander.delivery import services
from upstander.delivery.models import Delivery

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
    return environment_of("relay", _ROOMS)


class Relay(Logged):
    """A relay's process."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        super().__init__("tests.support.relay_main", log, environment)


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
