"""That somebody has read something is what they say by a press, by name; nothing is watched. Whoever was asked and has not said
so is asked again: of what is urgent by the ways and minutes of the pack, step after step; then the School Intelligence Officer
is told, and reads their name in red.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation import alarms, limits
from upstander.circulation.models import Copy
from upstander.circulation.silent import OLDEST, unread
from upstander.circulation.spreading import Ways, ping
from upstander.network import pack, standing

PART = 200
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
    """The worker's chore: ask a part of those again whose time has come, and tell the officer; True where there is more."""
    if pack.maybe() is None:
        return False
    steps = pack.network().confirming.steps
    ends = [timedelta(minutes=step.after_minutes) for step in steps[1:]] + [OLDEST]
    more = alarms.owe()
    for stage, step in enumerate(steps[1:], start=1):  # who was not asked in its time is asked by the step that is due now
        more |= _again(stage, ends[stage - 1], ends[stage], urgent=True, by=step.by)
    for stage, after in enumerate(limits.REMIND, start=1):
        more |= _again(stage, after, OLDEST, urgent=False)
    return more


@transaction.atomic
def _again(stage: int, after: timedelta, until: timedelta, *, urgent: bool, by: Collection[str] = ("email",)) -> bool:
    ids = unread(clock.now() - after, urgent=urgent, more=_NOT_ASKED, oldest=until, stage=stage, part=PART)
    waiting = Copy.objects.filter(pk__in=ids).select_related("member", "issue").select_for_update(skip_locked=True, of=("self",))
    copies = list(waiting)
    ways = Ways.of([copy.member_id for copy in copies]).only(by) if urgent else Ways({}, {})
    priority = limits.URGENT if urgent else limits.ORDINARY
    ping(copies, stage, ways, priority, mail="email" in by)
    audit.record_all(
        audit.row("system:worker", "circulation.asked_again", "copy", copy.id, stage=stage) for copy in copies
    )
    return len(ids) == PART


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who was asked, and has not said that they have read it. `late`: the officer sees to it now. `stands_in`: somebody
    of their organisation, who was asked, too, and has: there it is known."""

    copy: Copy
    late: bool
    stands_in: str = ""


def waiting(issue_ids: list[UUID] | None = None, most: int = 500, *, ordinary: bool = True) -> list[Waiting]:
    """Who has not confirmed what they were asked to: organisations where nobody has come first, then the longest; at most so
    many of these. Whom nothing may reach is not asked; `ordinary`: what is not urgent, too."""
    now = clock.now()
    ids = unread(now, urgent=True) + (unread(now, urgent=False) if ordinary else [])
    rows = Copy.objects.filter(pk__in=ids)
    if issue_ids is not None:
        rows = rows.filter(issue__in=issue_ids)
    reached = standing.levels(list(rows.values_list("member_id", flat=True).distinct()))
    there = Copy.objects.filter(
        issue=OuterRef("issue"), member__organisation=OuterRef("member__organisation"), read_at__isnull=False
    )
    rows = rows.filter(member__in=list(reached)).select_related("member__account", "member__organisation", "issue")
    copies = list(rows.order_by(Exists(there), "made_at", "id")[:most])
    late, known = now - timedelta(minutes=pack.network().confirming.name_minutes), _stand_in(copies)
    return [
        Waiting(c, c.issue.urgent and c.made_at <= late, known.get((c.issue_id, c.member.organisation_id), "")) for c in copies
    ]


def _stand_in(copies: list[Copy]) -> dict[tuple[UUID, int | None], str]:
    """Who of an organisation has confirmed an issue, by both: one of them."""
    issues = {c.issue_id for c in copies}
    places = {c.member.organisation_id for c in copies if c.member.organisation_id is not None}
    rows = Copy.objects.filter(issue__in=issues, member__organisation__in=places, read_at__isnull=False).order_by("-read_at")
    return {(row[0], row[1]): row[2] for row in rows.values_list("issue", "member__organisation", "member__account__name")}
