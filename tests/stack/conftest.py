"""One house for the tests that only use it; those that break it make their own."""

from collections.abc import Iterator

import pytest

from tests.stack.harness import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here run in one worker, one after the other: each house is nine processes."""
    for item in items:
        if item.path.parent.name == "stack":
            item.add_marker(pytest.mark.stack)
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A running house with the demo's people, shared by all tests of this folder: leave it as you found it."""
    with Stack() as running:
        yield running
