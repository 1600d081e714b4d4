"""A trunk on loopback, and the real agent that dials through it: started once a file."""

import queue
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.actions.conftest import call_taker, new_tip, town  # noqa: F401 - fixtures
from tests.support.sip import PASSWORD, USER, SipTrunk, free_port
from tests.support.sipp import Sipp
from upstander.delivery.telephone import agent
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.exchange import Exchange
from upstander.delivery.telephone.lines import Ended, Placing, Report
from upstander.delivery.telephone.sounds import Sounds

if agent.program() is None or not shutil.which("espeak-ng") or not shutil.which("sox"):
    pytest.skip("baresip, espeak-ng or sox is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def line_to_the_world() -> Iterator[SipTrunk]:
    with SipTrunk() as trunk:
        yield trunk


@pytest.fixture
def trunk(line_to_the_world: SipTrunk) -> Iterator[SipTrunk]:
    """The trunk, of which this test's calls are checked at its end."""
    line_to_the_world.forget()
    yield line_to_the_world
    line_to_the_world.check()


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Sounds:
    return Sounds(tmp_path_factory.mktemp("sounds") / "made")


@pytest.fixture(scope="module")
def greeting(sounds: Sounds) -> Path:
    return sounds.greeting("Press one or two.", "en", 1, 0.1)


class House:
    """The house's end: the exchange, and what it reports."""

    def __init__(
        self, trunk: SipTrunk | Sipp, folder: Path, greeting: Path, *, lines: int = 4, rtp: str = "21000-21400"
    ) -> None:
        self.heard: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self.greeting = greeting
        self.port = free_port()  # where the agent hears SIP
        us = Trunk(
            "127.0.0.1", "+12175550100", trunk.port, domain="trunk.example", user=USER, password=PASSWORD,
            listen=self.port, rtp=rtp,
        )  # fmt: skip
        self.exchange = Exchange(us, lines, folder, self.heard.put)
        self.exchange.start()
        assert self.exchange.up.wait(10)

    def rings(self, number: str, *, rings: float = 20.0, talks: float = 30.0) -> UUID:
        """Place a call."""
        call = uuid4()
        self.exchange.place(Placing(call, number, self.greeting, rings, talks))
        return call

    def hears(self, seconds: float = 15.0) -> Report:
        """What is reported next."""
        return self.heard.get(timeout=seconds)

    def end_of(self, call: UUID) -> Ended:
        """How a call ended."""
        while True:
            report = self.hears()
            if isinstance(report, Ended) and report.call == call:
                return report


@pytest.fixture(scope="module")
def running(line_to_the_world: SipTrunk, tmp_path_factory: pytest.TempPathFactory, greeting: Path) -> Iterator[House]:
    house = House(line_to_the_world, tmp_path_factory.mktemp("agent"), greeting)
    yield house
    house.exchange.stop()
    house.exchange.join(10)


@pytest.fixture
def house(running: House, trunk: SipTrunk) -> House:
    """The house, with an agent that is up and nothing left of the last test."""
    assert running.exchange.up.wait(15)
    while not running.heard.empty():
        running.heard.get()
    return running

