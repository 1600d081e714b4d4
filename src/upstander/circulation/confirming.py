"""That somebody has read something is what they say by a press, by name; nothing is watched. Whoever was asked and has not said
so is asked again: of what is urgent by every way that they have, then by the School Intelligence Officer, who reads their name
in red.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation import limits
from upstander.circulation.models import Copy
from upstander.circulation.spreading import Ways, ping
from upstander.network import standing

PART = 200
_OLDEST = timedelta(days=30)  # of what somebody is still reminded

# Of copies that ask: not read, not replaced at their level by a later issue of the product, not in a digest that has not left.
_UNREAD = """
SELECT c.id FROM circulation_copy c JOIN circulation_issue i ON i.id = c.issue_id
WHERE i.asks AND c.read_at IS NULL AND (c.how = 'mail' OR c.digest_id IS NOT NULL)
  AND i.urgent = %(urgent)s AND c.made_at <= %(before)s AND i.made_at > %(oldest)s
  AND NOT EXISTS (SELECT FROM circulation_issue l WHERE l.product_id = i.product_id AND l.made_at > i.made_at
                  AND (l.what = 'recall' OR c.level = ANY (l.levels || l.left_out)))
"""
_NOT_ASKED = """
  AND NOT EXISTS (SELECT FROM circulation_ping p WHERE p.copy_id = c.id AND p.stage = %(stage)s)
ORDER BY c.made_at, c.id LIMIT %(part)s
"""


@transaction.atomic
def read(copy_id: UUID, member_id: UUID, account_id: int) -> bool:
    """A member says that they have read their copy; said twice it is once. False where it is not theirs."""
    mine = Copy.objects.filter(pk=copy_id, member=member_id)
    if mine.filter(read_at=None).update(read_at=clock.now()):
        audit.record(f"account:{account_id}", "circulation.read", "copy", copy_id)
        return True
    return mine.exists()


def turn() -> bool:
    """The worker's chore: ask a part of those again whose time has come; True where there is more."""
    more = _again(1, limits.ASK_AGAIN, urgent=True)
    for stage, after in enumerate(limits.REMIND, start=1):
        more |= _again(stage, after, urgent=False)
    return more


@transaction.atomic
def _again(stage: int, after: timedelta, *, urgent: bool) -> bool:
    ids = _unread(clock.now() - after, urgent=urgent, more=_NOT_ASKED, stage=stage, part=PART)
    waiting = Copy.objects.filter(pk__in=ids).select_related("member", "issue").select_for_update(skip_locked=True, of=("self",))
    copies = list(waiting)
    members = [copy.member_id for copy in copies]
    ways = Ways.of(members) if urgent else Ways({}, {})
    priority = limits.URGENT if urgent else limits.ORDINARY
    ping(copies, stage, ways, priority, mail=True)
    audit.record_all(
        audit.row("system:worker", "circulation.asked_again", "copy", copy.id, stage=stage) for copy in copies
    )
    return len(ids) == PART


def _unread(before: datetime, *, urgent: bool, more: str = "", **values: int) -> list[UUID]:
    asked: dict[str, Any] = {"before": before, "urgent": urgent, "oldest": clock.now() - _OLDEST, **values}
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD + more, asked)
        return [id for (id,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who was asked, and has not said that they have read it. `late`: the officer sees to it now."""

    copy: Copy
    late: bool


def waiting(issue_ids: list[UUID] | None = None, most: int = 500) -> list[Waiting]:
    """Who has not confirmed what they were asked to, the longest first, at most so many; whom nothing may reach is not asked."""
    now = clock.now()
    ids = [*_unread(now, urgent=True), *_unread(now, urgent=False)]
    rows = Copy.objects.filter(pk__in=ids).select_related("member__account", "member__organisation", "issue")
    if issue_ids is not None:
        rows = rows.filter(issue__in=issue_ids)
    copies = list(rows.order_by("made_at", "id")[:most])
    levels = standing.levels([copy.member_id for copy in copies])
    late = now - limits.BY_NAME
    return [Waiting(c, c.issue.urgent and c.made_at <= late) for c in copies if c.member_id in levels]
