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
    """All tests here run in two workers, each one after the other, for each house is a dozen processes: those of a house in
    trouble, or killed in a burst, mostly wait; so do the others, for other things."""
    for item in items:
        if item.path.parent.name == "stack":
            item.add_marker(pytest.mark.stack)
            waits = "troubled" in getattr(item, "fixturenames", ()) or item.path.name == "test_burst.py"
            item.add_marker(pytest.mark.xdist_group("trouble" if waits else "stack"))


@pytest.fixture(scope="package")
def twilio() -> Iterator[Twilio]:
    """Who carries the texts of `stack`."""
    with Twilio() as api:
        yield api


@pytest.fixture(scope="package")
def stack(twilio: Twilio) -> Iterator[Stack]:
    """A running house with the demo's people, shared by all tests of this folder: leave it as you found it."""
    with carried.house(twilio, fresh=True, UPSTANDER_NETWORK="1") as running:
        yield running


@pytest.fixture(scope="package")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    """A house with a real mail server, whose parts are stopped, frozen and refused; each test leaves it calm."""
    with SmtpServer(tmp_path_factory.mktemp("mail")) as mail:
        settings = {"HOST": "127.0.0.1", "PORT": str(mail.port), "TIMEOUT": "1", "PER_MINUTE": "1000000"}
        with Stack(**{f"UPSTANDER_SMTP_{name}": value for name, value in settings.items()}) as house:
            yield Troubled(house, mail)
