"""Calls that a person at the desk begins by a press: asking for one, ending it, and how it stands. The caller does the rest."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.config import ConfigError
from upstander.delivery.models import Bridge
from upstander.delivery.services import CHANNEL
from upstander.ids import new_id
from upstander.ops.models import Heartbeat
from upstander.ops.pulse import LIMIT
from upstander.vault.envelope import open_text, place, seal
from upstander.vault.keys import keyring

OVER = "over"
SECRET = "bridge"  # noqa: S105 - its name
# No call stands longer than this; what seems to was cut with a caller that never came back.
LONGEST = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a call that a person began stands, see `Bridge`."""

    id: UUID
    account_id: int
    asked_at: datetime
    state: str
    result: str
    seconds: int | None

    @property
    def under_way(self) -> bool:
        """Whether it is not over."""
        return self.state != OVER


class AlreadyCalling(Exception):
    """This person, or somebody on the same row, is in a call that was begun like this."""


def ready() -> bool:
    """Whether a caller lives that bridges calls, and this process can ask it to."""
    try:
        keyring().secret(SECRET)
    except ConfigError:
        return False
    alive = clock.now() - timedelta(seconds=LIMIT)
    state = (
        Heartbeat.objects.filter(process="caller", beat_at__gt=alive).values_list("state", flat=True).first()
    )
    return bool(state and state.get("bridges"))


@transaction.atomic
def ask(subject_id: UUID, account_id: int, near: str, far: str, *, needs_key: bool) -> UUID:
    """Have `near`, the telephone of `account_id`, rung, then `far`, and the two bridged; `needs_key`: only once 1 was pressed at
    `near`. Raises AlreadyCalling."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(7306, %s)", [account_id % 2**31]
        )  # two presses at once are one call
    under_way = Bridge.objects.exclude(state=OVER).filter(asked_at__gt=now - LONGEST)
    if under_way.filter(account_id=account_id).exists() or under_way.filter(subject_id=subject_id).exists():
        raise AlreadyCalling
    id = new_id()
    numbers = seal(keyring().secret(SECRET), json.dumps([near, far]), _where(id))
    Bridge.objects.create(
        id=id,
        subject_id=subject_id,
        account_id=account_id,
        asked_at=now,
        needs_key=needs_key,
        sealed_numbers=numbers,
    )
    audit.record(f"account:{account_id}", "call.asked", "action", subject_id, bridge=str(id))
    _wake()
    return id


@transaction.atomic
def hang_up(subject_id: UUID, account_id: int) -> None:
    """End this person's call on a row; nothing where there is none."""
    rows = Bridge.objects.filter(subject_id=subject_id, account_id=account_id, hang_up_at=None).exclude(
        state=OVER
    )
    if rows.update(hang_up_at=clock.now()):
        audit.record(f"account:{account_id}", "call.hung_up", "action", subject_id)
        _wake()


def standing(subject_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """The newest such call of each of these rows."""
    rows = Bridge.objects.filter(subject_id__in=list(subject_ids)).order_by("subject_id", "-asked_at")
    long_ago = clock.now() - LONGEST
    found = {}
    for row in rows.distinct("subject_id"):
        cut = row.state != OVER and row.asked_at < long_ago
        found[row.subject_id] = Standing(
            row.id,
            row.account_id,
            row.asked_at,
            OVER if cut else row.state,
            "agent_died" if cut else row.result,
            row.seconds,
        )
    return found


def numbers(row: Bridge) -> tuple[str, str]:
    """Our own telephone and the other side's; raises CannotOpen."""
    near, far = json.loads(open_text(keyring().secret(SECRET), row.sealed_numbers or b"", _where(row.pk)))
    return str(near), str(far)


def _where(id: UUID) -> bytes:
    return place("delivery_bridge.sealed_numbers", "bridge", id)


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
