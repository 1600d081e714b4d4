"""What others ask about deliveries: how each one stands, how the carriers fare, what is waiting."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from upstander import clock
from upstander.config import config
from upstander.delivery import budget
from upstander.delivery.budget import UsedUp
from upstander.delivery.carriers import chosen_for_push, chosen_for_texts, chosen_for_webhooks
from upstander.delivery.channels import channel_of
from upstander.delivery.models import Carrier, Delivery
from upstander.delivery.throttle import CRITICAL

FAILURES_UNTIL_RED = 3
# With the desk's look every 5 s it is red on the screen within 15 (docs/decisions/0086).
CRITICAL_MAY_WAIT = timedelta(seconds=8)
SAID_FOR = timedelta(hours=1)  # that a text was not reported: then the clock of its notice has asked somebody else
WELL_WITHIN = timedelta(minutes=1)  # six probes


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
    """How a carrier fares. `reason`: empty, `failing` or `critical_waiting`; `error` is the last failure's code.

    `channel` is what it carries, `waiting` how many messages of Criticals wait on that channel, `instead` who carries it
    meanwhile.
    """

    name: str
    red: bool
    reason: str
    error: str
    failures_in_a_row: int
    last_success_at: datetime | None
    last_failure_at: datetime | None
    channel: str = "email"
    waiting: int = 0
    instead: str = ""


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

    A Critical that no carrier has taken within CRITICAL_MAY_WAIT makes those of its channel red, all of them where none is of
    that channel; where no relay has ever run, a carrier named `none` stands for the missing one.
    """
    waits = backlog().oldest_critical_seconds > CRITICAL_MAY_WAIT.total_seconds()
    rows = list(Carrier.objects.order_by("name"))
    if waits and not rows:
        rows = [Carrier(name="none")]
    dead = {row.name for row in rows if row.failures_in_a_row >= FAILURES_UNTIL_RED}
    waiting, instead = criticals_waiting(), _standing_in(rows)
    said = [row for row in rows if not ("+" in row.name and dead.issuperset(row.name.split("+")))]  # each of them says more
    late = _of_the_late(said, waiting) if waits else set()
    return [_carrier_state(r, r.name in late, waiting.get(channel_of(r.name), 0), instead.get(r.name, "")) for r in said]


def _of_the_late(rows: Iterable[Carrier], waiting: Mapping[str, int]) -> set[str]:
    """Which carriers have a Critical to take: two that are tried one after the other are one."""
    names = {row.name for row in rows}
    single = names - {one for name in names if "+" in name for one in name.split("+")}
    return {name for name in single if waiting.get(channel_of(name))} or names


def _standing_in(rows: Iterable[Carrier]) -> dict[str, str]:
    """Who carries instead of whom: the other of a pair, where it has done or answered anything within the last minute."""
    lately = clock.now() - WELL_WITHIN
    well = {row.name for row in rows if not row.failures_in_a_row and row.last_success_at and row.last_success_at > lately}
    pairs = [row.name.split("+") for row in rows if "+" in row.name]
    return {one: other for a, b in pairs for one, other in ((a, b), (b, a)) if other in well}


def criticals_waiting() -> dict[str, int]:
    """How many messages of Criticals should have left and have not, by channel."""
    due = Delivery.objects.filter(state=Delivery.State.PENDING, priority=CRITICAL)
    due = due.filter(Q(attempts__gt=0) | Q(not_before__lte=clock.now()))
    return dict(due.values_list("channel").annotate(n=Count("id")))


_UNREPORTED = """
SELECT d.carrier, count(*) FROM delivery_delivery d
WHERE d.state = 'sent' AND d.channel = 'sms' AND d.priority = 0 AND d.carrier <> 'sandbox' AND d.sent_at > %s AND d.sent_at <= %s
    AND NOT EXISTS (SELECT FROM delivery_attempt a WHERE a.delivery_id = d.id AND a.result = 'delivered')
GROUP BY d.carrier
"""


def unreported() -> dict[str, int]:
    """How many Criticals' texts each carrier has taken, within the last hour, and not said in time that they arrived."""
    now, minutes = clock.now(), config().sms_report_minutes
    if not minutes:
        return {}
    late = now - timedelta(minutes=minutes)
    with connection.cursor() as cursor:
        cursor.execute(_UNREPORTED, [late - SAID_FOR, late])
        return dict(cursor.fetchall())


def _carrier_state(row: Carrier, critical_waits: bool, waiting: int, instead: str) -> CarrierState:
    failing = row.failures_in_a_row >= FAILURES_UNTIL_RED
    return CarrierState(
        name=row.name,
        red=failing or critical_waits,
        reason="failing" if failing else "critical_waiting" if critical_waits else "",
        error=row.last_error if row.failures_in_a_row else "",
        failures_in_a_row=row.failures_in_a_row,
        last_success_at=row.last_success_at,
        last_failure_at=row.last_failure_at,
        channel=channel_of(row.name),
        waiting=waiting,
        instead=instead if failing else "",
    )


# Calls are apart: a contact who does not answer is no carrier's fault. Pushes and webhooks are, too: nothing that is owed hangs
# on one. And what was owed by texts, in a house that sends none any more, waits for no carrier.
# A Critical that was tried in vain counts as waiting since it was owed, however long its back-off is. One that was owed in the
# clock's future has waited for nobody knows how long.
_BACKLOG = """
SELECT count(*),
    count(*) FILTER (WHERE not_before <= %(now)s),
    min(not_before) FILTER (WHERE not_before <= %(now)s),
    count(*) FILTER (WHERE priority = 0),
    min(CASE WHEN created_at > %(soon)s THEN %(long_ago)s WHEN attempts > 0 THEN created_at ELSE not_before END)
        FILTER (WHERE priority = 0)
FROM delivery_delivery WHERE state = 'pending' AND channel = ANY(%(carried)s)
"""


def _carried() -> list[str]:
    return [channel for channel in ("email", "sms") if offers(channel)]


def backlog() -> Backlog:
    """What is waiting now."""
    now = clock.now()
    with connection.cursor() as cursor:
        soon, long_ago = now + CRITICAL_MAY_WAIT, now - timedelta(minutes=1)
        cursor.execute(_BACKLOG, {"now": now, "soon": soon, "long_ago": long_ago, "carried": _carried()})
        pending, due, oldest, criticals, oldest_critical = cursor.fetchone()
    return Backlog(pending, due, _age(oldest, now), criticals, _age(oldest_critical, now))


@lru_cache(maxsize=1)
def _used_up(half_minute: int) -> list[UsedUp]:
    """As counted in this half minute: a month's messages are many."""
    return budget.used_up(config(), list(Carrier.objects.values_list("name", flat=True)))


def used_up() -> list[UsedUp]:
    """Which budgets of providers' accounts are used up, as it was within the last half minute."""
    return _used_up(int(time.monotonic() // 30))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
