"""What rings: one carrier, or two, each by a telephone of its own, of whatever kind. A call goes by the first while it is well,
and by the second while the first is dead. What one of them rang is spoken in, and ended, by that one.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from upstander.config import Config
from upstander.delivery import budget, health
from upstander.delivery.caller.again import AGAINST
from upstander.delivery.caller.checks import WAIT, asked
from upstander.delivery.caller.paced import Paced
from upstander.delivery.caller.settings import Dialling
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.telephone.agent import Trunk
from upstander.delivery.telephone.exchange import Exchange
from upstander.delivery.telephone.lines import Answered, Ended, Placing, Report, Ringing
from upstander.delivery.telephone.sounds import Sounds
from upstander.delivery.twilio.exchange import Exchange as TwilioExchange
from upstander.delivery.twilio.probe import AccountProbe
from upstander.delivery.twilio.words import Words


class Probe:
    """A trunk that can be asked whether it is there (OPTIONS): nobody is rung by that."""

    def __init__(self, name: str, trunk: Trunk, wait: float = WAIT) -> None:
        """`wait`: seconds for its answer."""
        self.name, self._trunk, self._wait = name, trunk, wait

    def probe(self) -> None:
        """Raises CarrierError: `timeout`, `refused`, `lost`, or what it says of its own trouble, as `options-503`."""
        try:
            status = asked(self._trunk, self._wait)
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


class Voice(Protocol):
    """What makes what a telephone plays, under a name."""

    def greeting(self, text: str, language: str, times: int, silence_seconds: float) -> Path:
        """`text`, said `times` times, then silence for the keys: kept. Raises CannotSpeak."""

    def once(self, text: str, language: str) -> Path:
        """`text`, said twice, until `done` is told of it as often as it was asked for. Raises CannotSpeak."""

    def done(self, sound: Path) -> None:
        """A call that needed this is over."""


@dataclass(frozen=True)
class Way:
    """One carrier of calls; `twilio`: that of it which is told what Twilio says, where it is one at Twilio."""

    name: str
    phone: Telephone
    voice: Voice
    twilio: TwilioExchange | None = None


class Ways:
    """One way, or two in the order in which they are tried."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = {way.name: way for way in ways}
        self.name = "+".join(self._ways)

    def __iter__(self) -> Iterator[Way]:
        return iter(self._ways.values())

    def get(self, name: str) -> Way | None:
        """The way of this name."""
        return self._ways.get(name)

    @property
    def chosen(self) -> Way:
        """By which the next call goes: the first that is well; where none seems to be, the first that can be commanded at all."""
        able = [way for way in self if way.phone.up.is_set()]
        well = (way for way in able if not health.of(way.name).down)
        return next(well, able[0] if able else next(iter(self)))

    def instead_of(self, way: Way) -> Way:
        """By which a call goes that has failed by `way`: another one, unless that is dead and this one is not."""
        others = [other for other in self if other is not way and other.phone.up.is_set()]
        well = (other for other in others if not health.of(other.name).down)
        return next(well, others[0] if others and health.of(way.name).down else way)

    def free(self) -> int:
        """How many calls could be placed now."""
        return self.chosen.phone.free()

    def start(self) -> None:
        """Start all."""
        for way in self:
            way.phone.start()

    def stop(self, within: float) -> None:
        """Hang up everything and end, each within so many seconds."""
        for way in self:
            way.phone.stop()
        for way in self:
            way.phone.join(within)

    def is_alive(self) -> bool:
        """Whether all are at work."""
        return all(way.phone.is_alive() for way in self)


def ways(
    config: Config, how: Dialling, folder: Path, report: Callable[[Report], None], placed: Callable[[UUID, str], None]
) -> Ways | None:
    """What rings here; None for nothing. What happens is told to `report`, and that Twilio has taken a call, by its name, to
    `placed`, both from other threads."""
    found, two = [], len(how.carriers) > 1
    sounds = Sounds(folder / "sounds") if how.trunks else None
    for name, line in how.carriers.items():
        heard = partial(_heard, name, report) if two else report
        if isinstance(line, Trunk):
            assert sounds
            phone: Telephone = Exchange(line, how.lines, folder / (f"agent-{name}" if two else "agent"), heard)
            found.append(Way(name, _paced(config, name, phone), sounds))
        else:
            words = Words()
            api = TwilioExchange(line, words, how.lines, heard, placed)
            found.append(Way(name, _paced(config, name, api), words, api))
    return Ways(found) if found else None


def _paced(config: Config, name: str, phone: Telephone) -> Telephone:
    per_second = budget.of(config, name).per_second
    return Paced(phone, per_second) if per_second else phone


def probes(how: Dialling) -> list[Probe | AccountProbe]:
    """What of it can be asked whether it is there."""
    return [Probe(n, line) if isinstance(line, Trunk) else AccountProbe(n, line) for n, line in how.carriers.items()]


def _heard(name: str, then: Callable[[Report], None], report: Report) -> None:
    """What happened by one of two, in its thread: it is remembered which of them is well."""
    if isinstance(report, Ended):
        if report.code in AGAINST:
            health.of(name).failed(report.code)
    elif isinstance(report, Ringing | Answered):
        health.of(name).well()
    then(report)
