"""One house for the tests that only use it; those that break it make their own."""

from collections.abc import Iterator

import pytest

from tests.stack import carried
from tests.stack.harness import Stack
from tests.stack.troubled import Troubled
from tests.support.smtp_server import SmtpServer
from tests.support.twilio import Twilio


@pytest.hookimpl(tryfirst=True)  # before xdist asks which tests belong together
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here run in one worker, one after the other: each house is nine processes."""
    for item in items:
        if item.path.parent.name == "stack":
            item.add_marker(pytest.mark.stack)
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="package")
def twilio() -> Iterator[Twilio]:
    """Who carries the texts of `stack`."""
    with Twilio() as api:
        yield api


@pytest.fixture(scope="package")
def stack(twilio: Twilio) -> Iterator[Stack]:
    """A running house with the demo's people, shared by all tests of this folder: leave it as you found it."""
    with carried.house(twilio, UPSTANDER_NETWORK="1") as running:
        yield running


@pytest.fixture(scope="package")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    """A house with a real mail server, whose parts are stopped, frozen and refused; each test leaves it calm."""
    with SmtpServer(tmp_path_factory.mktemp("mail")) as mail:
        settings = {"HOST": "127.0.0.1", "PORT": str(mail.port), "TIMEOUT": "1", "PER_MINUTE": "1000000"}
        with Stack(**{f"UPSTANDER_SMTP_{name}": value for name, value in settings.items()}) as house:
            yield Troubled(house, mail)
