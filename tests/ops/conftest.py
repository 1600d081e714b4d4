"""A server of PostgreSQL for tests that make roles or kill things; one for all tests of this folder."""

from collections.abc import Iterator

import pytest

from upstander.ops.pg import Embedded
from upstander.ops.pulse import Pulse


@pytest.fixture(autouse=True)
def no_heart_is_left() -> Iterator[None]:
    """A process has one pulse, and remembers it: a stuck one of a test here would have a later test's process not ready."""
    yield
    Pulse.own = None


@pytest.fixture(scope="session")
def private_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A running embedded server whose roles nobody else uses."""
    server = Embedded(tmp_path_factory.mktemp("private") / "pg", unsafe_fast=True)
    server.start()
    yield server
    server.stop()
