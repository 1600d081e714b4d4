"""What comes in, and a handler that says what it was given."""

from collections.abc import Callable, Iterator

import pytest

from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander.inbound import routing
from upstander.inbound.routing import Arrived, Handle, Outcome


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Arrived]]:
    """What came by the channel `test` and was routed."""
    seen: list[Arrived] = []

    def keep(arrived: Arrived) -> Outcome:
        seen.append(arrived)
        return Outcome("seen")

    monkeypatch.setitem(routing._handlers, "test", keep)
    yield seen


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handle], None]:
    """`handle(function)`: what comes by the channel `test` is handed to it."""
    return lambda function: monkeypatch.setitem(routing._handlers, "test", function)
