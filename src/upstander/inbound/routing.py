"""One arrival at a time: opened, handed to whoever knows its channel, and written down with what came of it.

What the handler does and the arrival's new state are one transaction: a kill -9 at any moment loses nothing and does nothing
twice. A try is counted before it begins, so that what ends the process itself stands behind all others next time, and is refused
in the end (docs/decisions/0095).
"""

import base64
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from upstander import clock
from upstander.audit import services as audit
from upstander.inbound.models import Arrival
from upstander.inbound.services import PAYLOAD, wrap_info
from upstander.ops.logs import event
from upstander.vault.envelope import open_bytes, place
from upstander.vault.keys import keyring

MOST_TRIES = 8  # over about four minutes
ACTOR = "system:router"

_GAVE_UP = "57014"  # a statement took longer than it may: that may be the arrival's doing

_log = logging.getLogger(__name__)
_uncounted: set[UUID] = set()  # whose try ended because of the database, which could not yet be told so


class Refuse(Exception):
    """It can never be routed: `code` says why, for people and statistics; never what it says or who sent it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Arrived:
    """An arrival, opened: what a handler is given."""

    id: UUID
    channel: str
    carrier: str
    at: datetime
    payload: bytes

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The payload that was stored as fields; raises Refuse."""
        try:
            return msgspec.msgpack.decode(self.payload, type=dict[str, Any])
        except msgspec.DecodeError:
            raise Refuse("not_fields") from None

    @property
    def key(self) -> str:
        """The idempotency key of what becomes of it: the same at each try, guessed by nobody."""
        mac = keyring().mac("arrival", b"idempotency", self.id.bytes)
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")


@dataclass(frozen=True)
class Outcome:
    """What became of an arrival, as a code, and the tip that it belongs to, if any."""

    code: str
    tip_id: UUID | None = None


Handle = Callable[[Arrived], Outcome]
_handlers: dict[str, Handle] = {}
_apart: set[str] = set()


def register(channel: str, handle: Handle) -> None:
    """Say once, at start, that `handle` decides about what comes by `channel`.

    It runs in the router, in the transaction that writes down what it says. Raises ValueError where another has the channel.
    """
    if _handlers.setdefault(channel, handle) != handle:
        raise ValueError(f"somebody else routes {channel!r} already")


def apart(channel: str) -> None:
    """Say once, at start, that what comes by `channel` is no matter of `route_next`: threads of its own see to it."""
    _apart.add(channel)


def route_next() -> bool:
    """Route one arrival whose time has come; False where there is none. Raises the database's errors."""
    _take_back()
    id = _take()
    if id is None:
        return False
    try:
        _route(id)
    except Refuse as refusal:
        refuse(id, refusal.code)
    except Exception as error:  # noqa: BLE001 - one arrival that cannot be routed must not stop all the others
        _failed(id, error)
    return True


@transaction.atomic
def _take() -> UUID | None:
    """Count a try of the next one: those that were never tried first, and of those the oldest."""
    due = Arrival.objects.filter(state=Arrival.State.NEW, next_at__lte=clock.now()).order_by("tries", "id")
    due = due.exclude(channel__in=_apart)
    found = due.select_for_update(skip_locked=True).values_list("id", flat=True).first()
    if found is not None:
        Arrival.objects.filter(id=found).update(tries=F("tries") + 1)
    return found


@transaction.atomic
def _route(id: UUID) -> None:
    row = Arrival.objects.select_for_update(skip_locked=True).filter(id=id, state=Arrival.State.NEW).first()
    if row is None:  # another router has it, or has had it
        return
    if row.tries > MOST_TRIES:  # it has ended the process, again and again
        raise Refuse("gave_up")
    done(row, _handler(row.channel)(opened(row)))


def done(row: Arrival, outcome: Outcome) -> None:
    """Write down what became of an arrival, in the transaction in which it did; its payload goes."""
    row.state, row.code, row.tip_id = Arrival.State.ROUTED, outcome.code[:48], outcome.tip_id
    row.wrapped, row.sealed_payload, row.done_at = None, None, clock.now()
    row.save(update_fields=["state", "code", "tip_id", "wrapped", "sealed_payload", "done_at"])
    audit.record(ACTOR, "inbound.routed", "arrival", row.id, channel=row.channel, code=row.code, tip=outcome.tip_id)


def _handler(channel: str) -> Handle:
    try:
        return _handlers[channel]
    except KeyError:
        raise Refuse("no_handler") from None


def opened(row: Arrival) -> Arrived:
    """What came, in clear; raises CannotOpen."""
    key = keyring().unwrap("relay", row.key_version, row.wrapped or b"", wrap_info(row.id))
    payload = open_bytes(key, row.sealed_payload or b"", place(PAYLOAD, row.id))
    return Arrived(row.id, row.channel, row.carrier, row.at, payload)


def _failed(id: UUID, error: Exception) -> None:
    """Put it off, longer each time; after MOST_TRIES it is refused. Raises the database's errors, where it is the database."""
    kind = type(error).__name__
    if _is_the_database(error):
        event(_log, logging.WARNING, "inbound.database", arrival=str(id), kind=kind)
        _uncounted.add(id)
        _take_back()
        return
    tries = Arrival.objects.values_list("tries", flat=True).get(id=id)
    event(_log, logging.ERROR, "inbound.failed", arrival=str(id), kind=kind, tries=tries)
    if tries >= MOST_TRIES:
        refuse(id, f"failed:{kind}")
        return
    Arrival.objects.filter(id=id).update(next_at=clock.now() + timedelta(seconds=2**tries))


def _is_the_database(error: Exception) -> bool:
    """Whether the arrival had no part in it: the line broke, the database goes down, or others stood in the way."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlstate", None) != _GAVE_UP


def _take_back() -> None:
    """Tries that the database ended do not count: a night in which it comes and goes must refuse nothing. Raises its errors."""
    for id in list(_uncounted):
        again = clock.now() + timedelta(seconds=2)  # others first: it must not stand in their way
        Arrival.objects.filter(id=id, tries__gt=0).update(tries=F("tries") - 1, next_at=again)
        _uncounted.discard(id)


@transaction.atomic
def refuse(id: UUID, code: str) -> None:
    """It stays as it came, sealed; the desk is red until somebody has decided about it."""
    new = Arrival.objects.filter(id=id, state=Arrival.State.NEW)
    if new.update(state=Arrival.State.REFUSED, code=code[:48], done_at=clock.now()):
        audit.record(ACTOR, "inbound.refused", "arrival", id, code=code[:48])
