"""The caller's side of calls that people begin: take up what is asked for, have it bridged, write down how it stands.

The switchboard moves a call on by itself, in the telephone's thread; what it tells waits here until the database has it.
"""

import logging
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.config import Config
from upstander.delivery import bridging
from upstander.delivery.caller.settings import Dialling
from upstander.delivery.models import Bridge
from upstander.delivery.telephone.bridge import Asked, Stands, Switchboard
from upstander.delivery.telephone.numbers import is_extension
from upstander.delivery.telephone.sounds import CannotSpeak
from upstander.ops import events, logs
from upstander.vault.envelope import CannotOpen

_log = logging.getLogger(__name__)
LOOK = 2.0  # seconds; NOTIFY wakes earlier, and must never be needed
# After the press: later nobody is rung any more, for who pressed has turned to something else.
FRESH = timedelta(seconds=30)
_WHOLE = re.compile(r"\+\d{8,15}")


@dataclass
class Bridging:
    """The calls of one caller, whose name is `name`."""

    board: Switchboard
    name: str
    _told: "deque[Stands]"
    _looked_at: float = float("-inf")

    def notified(self) -> None:
        """Something is asked for (from another thread)."""
        self._looked_at = float("-inf")

    def turn(self) -> None:
        """Write down what happened, end what people want ended, take up what is asked for. Raises the database's errors."""
        self.write()
        if time.monotonic() - self._looked_at < LOOK:
            return
        self._looked_at = time.monotonic()
        for id in ending(self.name):
            self.board.hang_up(id)
        for asked in take(self.name, self.board.free):
            self.board.begin(asked)

    def write(self) -> None:
        """Write down what happened. Raises the database's errors; then it waits."""
        while self._told:
            write(self._told[0])
            self._told.popleft()

    @property
    def most(self) -> int:
        """How many calls can be bridged at once; 0 while there is nothing to dial with."""
        return self.board.most if self.board.up else 0

    def stop(self) -> None:
        """Hang up everything, and write down that it is over."""
        self.board.stop()


def made(config: Config, how: Dialling, name: str, wake: Callable[[], None]) -> Bridging | None:
    """What bridges calls here; None where no trunk is set, or nobody wants it, or it cannot be spoken. `wake` is called from
    another thread when something waits for `turn`."""
    if how.bridge_trunk is None:
        return None
    told: deque[Stands] = deque()

    def tell(stands: Stands) -> None:
        told.append(stands)
        wake()

    try:
        board = Switchboard(
            how.bridge_trunk,
            how.bridges,
            config.data / "caller" / "bridge",
            _("Press 1 to be connected."),
            "en",
            how.rings,
            tell,
        )
    except CannotSpeak as error:
        logs.event(_log, logging.ERROR, "bridge-speech", code=error.code)
        return None
    board.start()
    return Bridging(board, name, told)


@transaction.atomic
def cut(name: str) -> None:
    """What an earlier process of this name was at when it died is over."""
    for row in Bridge.objects.filter(leased_by=name).exclude(state=bridging.OVER).select_for_update():
        _over(row, "agent_died", 0)


@transaction.atomic
def take(name: str, most: int) -> list[Asked]:
    """Take up to `most` of the calls that are asked for; what was asked for too long ago is over."""
    now = clock.now()
    found: list[Asked] = []
    rows = (
        Bridge.objects.filter(state="asked", leased_by="")
        .order_by("asked_at")
        .select_for_update(skip_locked=True)
    )
    for row in rows:
        if row.asked_at < now - FRESH:
            _over(row, "expired", 0)
        elif row.hang_up_at:
            _over(row, "given_up", 0)
        elif len(found) < most and (asked := _opened(row)):
            Bridge.objects.filter(pk=row.pk).update(leased_by=name, state="near")
            found.append(asked)
    return found


def ending(name: str) -> list[UUID]:
    """Which of our calls people want ended."""
    rows = Bridge.objects.filter(leased_by=name, hang_up_at__isnull=False).exclude(state=bridging.OVER)
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def write(stands: Stands) -> None:
    """Write down how a call stands, and tell who looks at it."""
    row = Bridge.objects.select_for_update().filter(pk=stands.id).exclude(state=bridging.OVER).first()
    if row is None:
        return
    if stands.code == bridging.OVER:
        _over(row, stands.result, stands.seconds)
    else:
        Bridge.objects.filter(pk=row.pk).update(state=stands.code)
        events.tell("delivery.bridged", subject_id=row.subject_id)


def _opened(row: Bridge) -> Asked | None:
    """The call as the switchboard is told of it; over at once where its numbers are none that may be rung."""
    try:
        near, far = bridging.numbers(row)
    except CannotOpen:
        near = far = ""
    if (_WHOLE.fullmatch(near) or is_extension(near)) and _WHOLE.fullmatch(far):
        return Asked(row.pk, near, far, row.needs_key)
    logs.event(_log, logging.ERROR, "bridge-numbers", bridge=str(row.pk))
    _over(row, "wrong_number", 0)
    return None


def _over(row: Bridge, result: str, seconds: int) -> None:
    """It is over: the numbers go with it."""
    Bridge.objects.filter(pk=row.pk).update(
        state=bridging.OVER, result=result, seconds=seconds if result == "answered" else None, over_at=clock.now(),
        sealed_numbers=None,
    )  # fmt: skip
    audit.record("system:caller", "call.bridged", "action", row.subject_id, bridge=str(row.pk), result=result)
    events.tell("delivery.bridged", subject_id=row.subject_id)
