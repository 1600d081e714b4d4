"""What the worker does for this room: seats that became free, invitations, reminders. It reads when and how many, and no word."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from upstander import clock
from upstander.gatherings import seats
from upstander.gatherings.models import Gathering, Letter, Registration
from upstander.network import audience, standing
from upstander.network.models import Member
from upstander.packs.current import current

PART = 100
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"
State, Kind = Registration.State, Letter.Kind


def _first(name: str) -> bool:
    """Whether no other worker does this at the moment; to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"upstander.gatherings.{name}"])
        return bool(cursor.fetchone()[0])


def settle() -> bool:
    """Whoever may not come any more has no seat; whoever waits moves up."""
    if current().network is None:  # a pack in force by mistake takes nobody's seat
        return False
    taken = Registration.objects.filter(gathering=OuterRef("pk"), state__in=(State.SEAT, State.WAITING))
    ahead = Gathering.objects.filter(Exists(taken), ends_at__gt=clock.now(), cancelled_at=None)
    for gathering_id in list(ahead.order_by("starts_at").values_list("pk", flat=True)):
        seats.settle_by_worker(gathering_id)
    return False


@transaction.atomic
def invitations() -> bool:
    """Invite a part of the audience of what is to be mailed now; True where there are more."""
    if not _first("invitations"):
        return False
    now = clock.now()
    columns = ("pk", "level", "regions", "disciplines")
    due = Gathering.objects.filter(
        invite_from__lte=now, starts_at__gt=now, cancelled_at=None, published_at__isnull=False
    ).order_by("starts_at")
    left = PART
    for pk, level, regions, disciplines in due.values_list(*columns):
        left -= seats.owe(pk, _audience(pk, level, regions, disciplines, left), Kind.INVITED)
        if left <= 0:
            return True
    return False


def _audience(
    gathering_id: UUID, level: int, regions: list[int], disciplines: list[str], most: int
) -> list[UUID]:
    """Members for whom it is meant, who may read it, and who have neither been invited nor registered."""
    meant = Q(state=Member.State.ACTIVE) & audience.members(regions, disciplines)
    told = Letter.objects.filter(gathering=gathering_id, kind=Kind.INVITED, member=OuterRef("pk"))
    comes = Registration.objects.filter(gathering=gathering_id, member=OuterRef("pk"))
    found: list[UUID] = []
    last: UUID | None = None
    while len(found) < most:
        ahead = Member.objects.filter(
            meant, ~Exists(told), ~Exists(comes), **({"pk__gt": last} if last else {})
        )
        ids = list(ahead.order_by("pk").values_list("pk", flat=True)[: most * 2])
        if not ids:
            break
        levels = standing.levels(ids)
        found += [pk for pk in ids if levels.get(pk, -1) >= level]
        last = ids[-1]
    return found[:most]


@transaction.atomic
def reminders() -> bool:
    """Remind a part of those who have a seat in what starts within a day, and who took it before that; True where there are
    more."""
    if not _first("reminders"):
        return False
    now = clock.now()
    soon = Gathering.objects.filter(
        starts_at__gt=now, starts_at__lte=now + seats.REMINDED, cancelled_at=None, published_at__isnull=False
    )
    left = PART
    for pk, starts_at in soon.order_by("starts_at").values_list("pk", "starts_at"):
        told = Letter.objects.filter(
            gathering=pk, kind=Kind.REMINDER, about=starts_at, member=OuterRef("member")
        )
        took = Registration.objects.filter(~Exists(told), gathering=pk, state=State.SEAT)
        members = took.filter(since__lt=starts_at - seats.REMINDED + timedelta(minutes=1))
        left -= seats.owe(pk, list(members.values_list("member", flat=True)[:left]), Kind.REMINDER, starts_at)
        if left <= 0:
            return True
    return False
