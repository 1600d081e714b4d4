"""Two trunks, each with an agent of its own, which together are one telephone: a call goes by the first while it is well, and by
the second while the first is dead. What the second rang is ended, and spoken in, by the second.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from upstander.delivery import health
from upstander.delivery.caller.checks import asked
from upstander.delivery.caller.settings import Dialling
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.exchange import Exchange
from upstander.delivery.telephone.lines import Answered, Ended, Placing, Report, Ringing

ALL, FIRST, SECOND = (
    "sip",
    "trunk",
    "trunk2",
)  # the rows of the telephone as a whole, and of each of two trunks
AGAINST = (
    "trunk",
    "agent_died",
    "unreachable",
)  # what speaks against a trunk, or its agent, whoever was rung


class Probe:
    """A trunk that can be asked whether it is there (OPTIONS): nobody is rung by that."""

    def __init__(self, name: str, trunk: Trunk) -> None:
        self.name, self._trunk = name, trunk

    def probe(self) -> None:
        """Raises CarrierError: `timeout`, `refused`, `lost`, or what it says of its own trouble, as `options-503`."""
        try:
            status = asked(self._trunk)
        except TimeoutError:
            raise CarrierError("timeout", untouched=True) from None
        except ConnectionRefusedError:
            raise CarrierError("refused", untouched=True) from None
        except (socket.gaierror, ValueError) as error:
            raise CarrierError(
                "dns" if isinstance(error, socket.gaierror) else "no-sip", untouched=True
            ) from None
        except OSError:
            raise CarrierError("lost", untouched=True) from None
        if status in (
            500,
            502,
            503,
            504,
        ):  # any other answer says that it is there, and perhaps does not like the question
            raise CarrierError(f"options-{status}", untouched=True)

    def cut(self) -> None:
        """Nothing: it has a few seconds of its own."""

    def close(self) -> None:
        """Nothing stays open."""


class Telephone(Protocol):
    """What the caller rings by."""

    @property
    def up(self) -> threading.Event:
        """Whether it can be commanded."""

    @property
    def deaths(self) -> int:
        """How often it has died in a row."""

    def free(self) -> int:
        """How many calls could be placed now (about: from another thread)."""

    def place(self, placing: Placing) -> None:
        """Ring."""

    def play(self, call: UUID, sound: Path) -> None:
        """Play this to who picked up."""

    def hang_up(self, call: UUID) -> None:
        """End a call."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end."""

    def is_alive(self) -> bool:
        """Whether it is at work."""


def telephone(how: Dialling, folder: Path, report: Callable[[Report], None]) -> Telephone:
    """What rings by the trunk, or by two. Only where one is set."""
    assert how.trunk
    if how.second:
        return Telephones((how.trunk, how.second), how.lines, folder, report)
    return Exchange(how.trunk, how.lines, folder, report)


def probes(how: Dialling) -> list[Probe]:
    """What of it can be asked whether it is there."""
    if how.second and how.trunk:
        return [Probe(FIRST, how.trunk), Probe(SECOND, how.second)]
    return [Probe(ALL, how.trunk)] if how.trunk else []


class Telephones:
    """As an `Exchange`, over two."""

    def __init__(
        self, trunks: Iterable[Trunk], lines: int, folder: Path, report: Callable[[Report], None]
    ) -> None:
        first, second = trunks
        self._report = report
        self._of = {
            name: Exchange(trunk, lines, folder / name, partial(self._heard, name))
            for name, trunk in ((FIRST, first), (SECOND, second))
        }
        self._by: dict[UUID, str] = {}  # who has which call

    @property
    def chosen(self) -> str:
        """By which the next call goes: the first where both seem to be dead."""
        dead = [name for name, one in self._of.items() if health.of(name).down or not one.up.is_set()]
        return SECOND if dead == [FIRST] else FIRST

    @property
    def up(self) -> threading.Event:
        """Whether there is an agent to be commanded."""
        return self._of[self.chosen].up

    @property
    def deaths(self) -> int:
        """How often the agent by which the next call goes has died in a row."""
        return self._of[self.chosen].deaths

    def free(self) -> int:
        """How many calls could be placed now."""
        return self._of[self.chosen].free()

    def place(self, placing: Placing) -> None:
        """Ring."""
        self._by[placing.call] = name = self.chosen
        self._of[name].place(placing)

    def play(self, call: UUID, sound: Path) -> None:
        """See `Exchange`."""
        if name := self._by.get(call):
            self._of[name].play(call, sound)

    def hang_up(self, call: UUID) -> None:
        """See `Exchange`."""
        if name := self._by.get(call):
            self._of[name].hang_up(call)

    def start(self) -> None:
        """Start both."""
        for one in self._of.values():
            one.start()

    def stop(self) -> None:
        """Hang up everything and end."""
        for one in self._of.values():
            one.stop()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end of both."""
        for one in self._of.values():
            one.join(timeout)

    def is_alive(self) -> bool:
        """Whether both are at work."""
        return all(one.is_alive() for one in self._of.values())

    def _heard(self, name: str, report: Report) -> None:
        """What happened by one of them, in its thread."""
        if isinstance(report, Ended):
            self._by.pop(report.call, None)
            if report.code in AGAINST:
                health.of(name).failed(report.code)
        elif isinstance(report, Ringing | Answered):
            health.of(name).well()
        self._report(report)
