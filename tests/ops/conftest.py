"""A server of PostgreSQL for tests that make roles or kill things; one for all tests of this folder."""

from collections.abc import Iterator

import pytest

from upstander.ops.pg import Embedded


@pytest.fixture(scope="session")
def private_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A running embedded server whose roles nobody else uses."""
    server = Embedded(tmp_path_factory.mktemp("private") / "pg", unsafe_fast=True)
    server.start()
    yield server
    server.stop()
