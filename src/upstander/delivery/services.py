"""The one door out: owe somebody a message, or owe it no more. The relay does the rest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from upstander import clock
from upstander.config import config
from upstander.delivery.mail import Mail
from upstander.delivery.models import Delivery
from upstander.delivery.registry import Render, RenderMany, register, register_many
from upstander.ids import new_id

__all__ = [
    "CHANNEL",
    "Mail",
    "Owed",
    "Render",
    "RenderMany",
    "cancel",
    "cancel_all",
    "gone",
    "register",
    "register_many",
    "send",
    "send_all",
    "send_all_new",
    "send_new",
    "try_again",
]

CHANNEL = "upstander_delivery"  # of NOTIFY: "there is something to do"; it carries nothing
_LONGEST_KEY = 32

_COLUMNS = """(id, channel, purpose, subject_id, address_key, priority, state,
    created_at, not_before, leased_by, attempts, message_id, carrier, last_error)"""
_NEW = f"""
INSERT INTO delivery_delivery AS d {_COLUMNS}
VALUES (%(id)s, %(channel)s, %(purpose)s, %(subject)s, %(key)s, %(priority)s, 'pending',
    %(now)s, %(not_before)s, '', 0, %(message_id)s, '', '')
"""  # noqa: S608 - constants only
_AGAIN = """
ON CONFLICT (purpose, subject_id) DO UPDATE SET state = 'pending', not_before = EXCLUDED.not_before,
    priority = EXCLUDED.priority,
    created_at = CASE d.state WHEN 'cancelled' THEN EXCLUDED.created_at ELSE d.created_at END,
    attempts = CASE d.state WHEN 'cancelled' THEN 0 ELSE d.attempts END,
    last_error = CASE d.state WHEN 'cancelled' THEN '' ELSE d.last_error END
WHERE d.state = 'cancelled' OR (d.state = 'pending' AND d.priority > EXCLUDED.priority)
RETURNING d.id
"""
_OWE = _NEW + _AGAIN
_NEW_ALL = f"""
INSERT INTO delivery_delivery AS d {_COLUMNS}
SELECT r.id, r.channel, r.purpose, r.subject, r.key, r.priority, 'pending', r.now, r.not_before, '', 0, r.message_id, '', ''
FROM unnest(%(id)s::uuid[], %(channel)s::text[], %(purpose)s::text[], %(subject)s::uuid[], %(key)s::text[],
    %(priority)s::smallint[], %(now)s::timestamptz[], %(not_before)s::timestamptz[], %(message_id)s::text[])
    AS r(id, channel, purpose, subject, key, priority, now, not_before, message_id)
"""  # noqa: S608 - constants only
_OWE_ALL = _NEW_ALL + _AGAIN


@dataclass(frozen=True, slots=True)
class Owed:
    """A message that is owed, as `send` is told of it."""

    purpose: str
    subject_id: UUID
    address: str
    priority: int
    channel: str = "email"


def send(
    purpose: str,
    subject_id: UUID,
    address: str,
    priority: int,
    channel: str = "email",
    not_before: datetime | None = None,
) -> UUID:
    """Owe the message (`purpose`, `subject_id`), in the caller's transaction; returns the delivery's id.

    Asked for again it is the same delivery: never sent twice; one that was cancelled is owed again, one that waits and is
    graver now overtakes.
    `address` is a key for the throttle (`contact:17`), never an address: that is found when the mail is
    rendered. `priority` runs from 0 (Critical) to 9 (newsletter). `not_before` lets it wait. Raises
    ValueError for what cannot be.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWE, _values(purpose, subject_id, address, priority, channel, not_before))
        row = cursor.fetchone()
    if row is None:
        return Delivery.objects.values_list("id", flat=True).get(purpose=purpose, subject_id=subject_id)
    _wake_the_relay_once()
    return UUID(str(row[0]))


def send_all(mails: Iterable[Owed]) -> None:
    """As `send`, for any number in one statement; raises ValueError, and owes none, where one cannot be."""
    _owe_together(_OWE_ALL, mails)


def send_all_new(mails: Iterable[Owed]) -> None:
    """As `send_new`, for any number in one statement. Raises as it does, and owes none then."""
    _owe_together(_NEW_ALL, mails)


def _owe_together(statement: str, mails: Iterable[Owed]) -> None:
    each = {(m.purpose, m.subject_id): m for m in mails}.values()
    rows = [_values(m.purpose, m.subject_id, m.address, m.priority, m.channel, None) for m in each]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, {name: [row[name] for row in rows] for name in rows[0]})
        changed = cursor.rowcount
    if changed:
        _wake_the_relay_once()


def send_new(purpose: str, subject_id: UUID, address: str, priority: int, channel: str = "email") -> UUID:
    """As `send`, for what nobody has asked for before: a login needs the right to add only, not to change.

    Raises IntegrityError where it was asked for before, ValueError for what cannot be.
    """
    values = _values(purpose, subject_id, address, priority, channel, None)
    with connection.cursor() as cursor:
        cursor.execute(_NEW, values)
    _wake_the_relay_once()
    return UUID(str(values["id"]))


def _values(
    purpose: str, subject_id: UUID, address: str, priority: int, channel: str, not_before: datetime | None
) -> dict[str, Any]:
    """The row of a delivery; raises ValueError for what cannot be."""
    if "@" in address or not 0 < len(address) <= _LONGEST_KEY:
        raise ValueError("address is a key such as contact:17 (32 characters), never an address")
    if not 0 <= priority <= 9:
        raise ValueError(f"priority is 0 (Critical) to 9 (newsletter), not {priority}")
    id, now = new_id(), clock.now()
    return {
        "id": id,
        "channel": channel,
        "purpose": purpose,
        "subject": subject_id,
        "key": address,
        "priority": priority,
        "now": now,
        "not_before": not_before or now,
        "message_id": f"<{id}@{config().mail_from.rpartition('@')[2]}>",
    }


def cancel(purpose: str, subject_id: UUID) -> bool:
    """Owe it no more; True where it was owed: waiting, or refused for good, which is then no longer to be tried again.

    What is being handed over at this very moment may still go out, and is then shown as sent.
    """
    return cancel_all(purpose, [subject_id]) == 1


def cancel_all(purpose: str, subject_ids: Collection[UUID]) -> int:
    """As `cancel`, for all of these; how many were owed."""
    if not subject_ids:
        return 0
    owed = Delivery.objects.filter(
        purpose=purpose, subject_id__in=subject_ids, state__in=(Delivery.State.PENDING, Delivery.State.FAILED)
    )
    return owed.update(state=Delivery.State.CANCELLED)


def gone(purposes: Collection[str], subject_ids: Collection[UUID]) -> set[UUID]:
    """Of which of these subjects a mail of one of `purposes` has left, or is in the relay's hands.

    No other of them leaves before the caller's transaction ends, and what does then says what is so then. Nobody waits: what
    the relay takes or writes down at this very moment counts as gone.
    """
    mails, now = Delivery.objects.filter(purpose__in=purposes, subject_id__in=subject_ids), clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    kept = mails.filter(free, state=Delivery.State.PENDING).select_for_update(skip_locked=True)
    held = list(kept.values_list("id", flat=True))
    # (one that was cancelled in the relay's hands may leave all the same)
    left = mails.filter(Q(state__in=(Delivery.State.SENT, Delivery.State.PENDING)) | Q(lease_until__gte=now))
    return set(left.exclude(id__in=held).values_list("subject_id", flat=True))


def try_again(delivery_id: UUID) -> bool:
    """Owe again what was refused for good, because the cause is gone (another address); True where it was.

    It is the same mail with the same Message-ID, and has all the time of a new one.
    """
    refused, now = Delivery.objects.filter(id=delivery_id, state=Delivery.State.FAILED), clock.now()
    again = {"created_at": now, "not_before": now, "attempts": 0, "last_error": ""}
    if not refused.update(state=Delivery.State.PENDING, **again):
        return False
    _wake_the_relay_once()
    return True


def _wake_the_relay_once() -> None:
    """After the commit, not in it: NOTIFY holds a lock through the commit (decisions 12).

    Once a transaction, however much it owes.
    """
    if any(entry[1] is _notify for entry in connection.run_on_commit):
        return
    transaction.on_commit(_notify, robust=True)  # lost, it costs two seconds: the relay also polls


def _notify() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
