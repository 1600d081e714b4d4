"""How each carrier is, from what it does and from probes: a dead one is known before the next Critical meets it.

A carrier is asked every few seconds whether it would take something (`probe`): without a message, so that nothing is sent by
being well. What comes of that, and of real sends through one of two carriers, stands in the carrier's row, from which the desk
computes what is red (decisions 14; docs/decisions/0100).
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol, runtime_checkable

from django.db import Error as DatabaseTrouble
from django.db import connection, transaction

from upstander import clock
from upstander.config import Config
from upstander.delivery import ledger
from upstander.delivery.carriers import made
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.channels import channel_of
from upstander.delivery.models import Carrier
from upstander.delivery.queries import FAILURES_UNTIL_RED
from upstander.ops import logs, watchdog

EVERY = 10.0  # seconds between two probes: three in vain are red, which is a minute at most with the slowest answers
AGAIN = 5.0  # seconds after one that failed
LOOK = 1.0
AVOIDED = (
    30.0  # seconds for which nothing is given to a carrier that has just failed, unless a probe finds it well
)
_SAME = (
    "refused",
    "dns",
    "greeting-",
    "helo-",
    "auth-",
    "unreachable",
)  # where a lone carrier writes the plain code
LINE = "line-"  # with what the code of a line that could not be opened begins: just what a probe finds out, and makes good
_TIMEOUT = 12.0  # seconds that a whole probe may take

_log = logging.getLogger(__name__)


@runtime_checkable
class Probed(Protocol):
    """A carrier that can be asked whether it is there."""

    name: str

    def probe(self) -> None:
        """Ask, and hand nothing over. Raises CarrierError."""

    def cut(self) -> None:
        """See `carriers.base.Carrier`."""

    def close(self) -> None:
        """See `carriers.base.Carrier`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen of a carrier: the code of a failure, empty for a success; whether by a probe."""

    at: datetime
    error: str
    probe: bool


class Health:
    """What this process knows of one carrier; asked and told by all its threads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._avoided_until = 0.0
        self._seen: deque[Seen] = deque(maxlen=1000)

    @property
    def down(self) -> bool:
        """Whether it has just failed and nobody has found it well since."""
        return time.monotonic() < self._avoided_until

    def failed(self, code: str, *, probe: bool = False) -> None:
        """It failed, through no fault of the message."""
        self._avoided_until = time.monotonic() + AVOIDED
        self._seen.append(Seen(clock.now(), code, probe))

    def well(self, *, probe: bool = False) -> None:
        """It has taken something, or answered a probe."""
        self._avoided_until = 0.0
        self._seen.append(Seen(clock.now(), "", probe))

    def news(self) -> list[Seen]:
        """What was seen since this was last asked."""
        found = []
        with suppress(IndexError):
            while True:
                found.append(self._seen.popleft())
        return found


@cache
def of(name: str) -> Health:
    """What this process knows of the carrier of this name."""
    return Health(name)


@transaction.atomic
def write(name: str, seen: Iterable[Seen]) -> None:
    """Add what was seen of a carrier to its row. That it answers a probe makes good that no line could be opened, never what
    messages met on an open one: a server may greet and take nothing."""
    row = Carrier.objects.select_for_update().get_or_create(name=name)[0]
    was_red = row.failures_in_a_row >= FAILURES_UNTIL_RED
    for one in seen:
        met = row.failures_in_a_row > 0 and not row.last_error.startswith(
            (LINE, *_SAME)
        )  # by a message on an open line
        if one.error:
            row.failures_in_a_row += 1
            row.last_failure_at = one.at
            row.last_error = row.last_error if one.probe and met else one.error
        elif not (one.probe and met):
            row.failures_in_a_row, row.last_success_at = 0, one.at
    row.save()
    if was_red and row.failures_in_a_row == 0:
        ledger.hurry(clock.now(), channel_of(name))


def probed(config: Config, *names: str) -> list[Probed]:
    """Of the carriers of these names those that can be asked, each with a line of its own."""
    each = dict.fromkeys(one for name in names for one in name.split("+"))
    return [carrier for carrier in (made(config, one) for one in each) if isinstance(carrier, Probed)]


class Prober(threading.Thread):
    """Probes carriers in turn, each on a line of its own, and keeps their rows; until `stop`."""

    def __init__(self, carriers: Iterable[Probed]) -> None:
        super().__init__(name="prober", daemon=True)
        self._carriers = tuple(carriers)
        self._next = {c.name: 0.0 for c in self._carriers}
        self._end = threading.Event()

    def stop(self) -> None:
        """End after the probe under way."""
        self._end.set()

    def run(self) -> None:
        """Probe until stopped; a database that is away is waited for."""
        while not self._end.wait(LOOK):
            self.turn()
        for carrier in self._carriers:
            carrier.close()
        connection.close()

    def turn(self) -> None:
        """Whatever is to be probed now, then what is known is written."""
        for carrier in self._carriers:
            if time.monotonic() >= self._next[carrier.name]:
                well = self._probe(carrier)
                self._next[carrier.name] = time.monotonic() + (EVERY if well else AGAIN)
        try:
            self._write()
        except DatabaseTrouble as error:  # what was seen is seen again
            logs.event(_log, logging.WARNING, "health-not-written", error=type(error).__name__)
            connection.close()

    def _probe(self, carrier: Probed) -> bool:
        try:
            with watchdog.house().within(_TIMEOUT, carrier.cut):
                carrier.probe()
        except CarrierError as error:
            of(carrier.name).failed(LINE + error.code, probe=True)
            return False
        except Exception as error:  # noqa: BLE001 - a fault in one probe must not end the watch over all the others
            logs.event(_log, logging.ERROR, "probe", carrier=carrier.name, error=type(error).__name__)
            return False
        of(carrier.name).well(probe=True)
        return True

    def _write(self) -> None:
        for name in self._next:
            if seen := of(name).news():
                with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
                    write(name, seen)
