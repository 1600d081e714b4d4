"""What others ask about deliveries: how each one stands, how the carriers fare, what is waiting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from upstander import clock
from upstander.config import config
from upstander.delivery.carriers import chosen_for_push, chosen_for_texts, chosen_for_webhooks
from upstander.delivery.models import Carrier, Delivery

FAILURES_UNTIL_RED = 3
# With the desk's look every 5 s it is red on the screen within 15 (docs/decisions/0086).
CRITICAL_MAY_WAIT = timedelta(seconds=8)


@dataclass(frozen=True)
class DeliveryState:
    """How one delivery stands. `next_try_at` only while it waits; `error` is the last code, or empty."""

    id: UUID
    purpose: str
    subject_id: UUID
    state: str  # pending, sent, failed, cancelled
    attempts: int
    message_id: str
    next_try_at: datetime | None
    sent_at: datetime | None
    error: str


@dataclass(frozen=True)
class CarrierState:
    """How a carrier fares. `reason`: empty, `failing` or `critical_waiting`; `error` is the last failure's
    code.
    """

    name: str
    red: bool
    reason: str
    error: str
    failures_in_a_row: int
    last_success_at: datetime | None
    last_failure_at: datetime | None


@dataclass(frozen=True)
class Backlog:
    """What waits. `due` may go now; seconds are those of the oldest due one, 0 where none is."""

    pending: int
    due: int
    oldest_seconds: float
    criticals: int
    oldest_critical_seconds: float


def state_of(purpose: str, subject_ids: Iterable[UUID]) -> dict[UUID, DeliveryState]:
    """The deliveries of `purpose` for `subject_ids`, by subject; what was never owed is absent."""
    rows = Delivery.objects.filter(purpose=purpose, subject_id__in=list(subject_ids))
    return {row.subject_id: _state(row) for row in rows}


def offers(channel: str) -> bool:
    """Whether this house has a carrier for the channel: what is owed on another would wait for ever."""
    chosen = {"sms": chosen_for_texts, "push": chosen_for_push, "webhook": chosen_for_webhooks}.get(channel)
    return channel == "email" or (chosen is not None and chosen(config()) is not None)


def delivery(delivery_id: UUID) -> DeliveryState:
    """The delivery that an event names; raises Delivery.DoesNotExist."""
    return _state(Delivery.objects.get(id=delivery_id))


def message_ids_of(purpose: str, subject_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The Message-IDs under which those mails leave or left, by subject, for the threads of later ones; without those
    that are not owed.
    """
    rows = Delivery.objects.filter(purpose=purpose, subject_id__in=list(subject_ids))
    return dict(rows.exclude(state=Delivery.State.CANCELLED).values_list("subject_id", "message_id"))


def _state(row: Delivery) -> DeliveryState:
    waits = row.state == Delivery.State.PENDING
    return DeliveryState(
        id=row.id,
        purpose=row.purpose,
        subject_id=row.subject_id,
        state=row.state,
        attempts=row.attempts,
        message_id=row.message_id,
        next_try_at=row.not_before if waits else None,
        sent_at=row.sent_at,
        error=row.last_error,
    )


def carriers() -> list[CarrierState]:
    """Every carrier in use, judged now, from what it did: red by absence, never by a worker's flag
    (decisions 14).

    A Critical that no carrier has taken within CRITICAL_MAY_WAIT makes all of them red; where no relay has ever run, a
    carrier named `none` stands for the missing one.
    """
    waits = backlog().oldest_critical_seconds > CRITICAL_MAY_WAIT.total_seconds()
    rows = list(Carrier.objects.order_by("name"))
    if waits and not rows:
        rows = [Carrier(name="none")]
    return [_carrier_state(row, waits) for row in rows]


def _carrier_state(row: Carrier, critical_waits: bool) -> CarrierState:
    failing = row.failures_in_a_row >= FAILURES_UNTIL_RED
    return CarrierState(
        name=row.name,
        red=failing or critical_waits,
        reason="failing" if failing else "critical_waiting" if critical_waits else "",
        error=row.last_error if row.failures_in_a_row else "",
        failures_in_a_row=row.failures_in_a_row,
        last_success_at=row.last_success_at,
        last_failure_at=row.last_failure_at,
    )


# Calls are apart: a contact who does not answer is no carrier's fault. Pushes and webhooks are, too: nothing that is owed hangs
# on one.
# A Critical that was tried in vain counts as waiting since it was owed, however long its back-off is.
_BACKLOG = """
SELECT count(*),
    count(*) FILTER (WHERE not_before <= %(now)s),
    min(not_before) FILTER (WHERE not_before <= %(now)s),
    count(*) FILTER (WHERE priority = 0),
    min(CASE WHEN attempts > 0 THEN created_at ELSE not_before END) FILTER (WHERE priority = 0)
FROM delivery_delivery WHERE state = 'pending' AND channel NOT IN ('call', 'push', 'webhook')
"""


def backlog() -> Backlog:
    """What is waiting now."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_BACKLOG, {"now": now})
        pending, due, oldest, criticals, oldest_critical = cursor.fetchone()
    return Backlog(pending, due, _age(oldest, now), criticals, _age(oldest_critical, now))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
