"""Who has a seat, who waits: the verbs of members, and what follows from them by itself.

A member's own wall decides whether there is such a gathering for them. What they press is then written by the house (it plays
staff
for as long as that takes), one press at a time for each gathering, so that the last seat is given once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.gatherings.errors import CannotDo, NotThere
from upstander.gatherings.letters import PRIORITY, PURPOSE
from upstander.gatherings.models import Gathering, Letter, Registration
from upstander.ids import new_id
from upstander.network import standing, walls
from upstander.network.models import Member
from upstander.network.standing import Standing

State = Registration.State
REMINDED = timedelta(hours=24)  # before it starts
_WHEN = (
    "id",
    "level",
    "starts_at",
    "ends_at",
    "capacity",
    "published_at",
    "cancelled_at",
)  # what the worker may read


def seen(gathering_id: UUID) -> Gathering:
    """The gathering, as far as the wall shows it to who asks. Raises NotThere."""
    found = Gathering.objects.filter(pk=gathering_id, published_at__isnull=False).first()
    if found is None:
        raise NotThere(gathering_id)
    return found


@transaction.atomic
def register(gathering_id: UUID, who: Standing) -> Registration:
    """Give a member a seat, or a place on the waiting list; pressed twice it is the same. Raises NotThere, CannotDo."""
    seen(gathering_id)
    member_id = member_of(who)
    with walls.reading(walls.STAFF):
        gathering = alone(gathering_id)
        _must_be_open(gathering)
        found = Registration.objects.filter(gathering=gathering, member_id=member_id).first()
        if found and found.state in (State.SEAT, State.WAITING):
            return found
        waiting = Registration.objects.filter(gathering=gathering, state=State.WAITING).exists()
        state = State.SEAT if not waiting and _free(gathering) else State.WAITING
        row = found or Registration(id=new_id(), gathering=gathering, member_id=member_id)
        _become(row, state, revision=row.revision + 1 if found else 0)
        owe(gathering.id, [member_id], Letter.Kind.SEATED if state == State.SEAT else Letter.Kind.WAITS)
        audit.record(f"account:{who.account_id}", f"gatherings.{state}", "gathering", gathering.id)
        return row


@transaction.atomic
def give_up(gathering_id: UUID, who: Standing) -> None:
    """Free a member's seat, or their place on the waiting list; whoever waits longest moves up. Raises NotThere, CannotDo."""
    seen(gathering_id)
    member_id = member_of(who)
    with walls.reading(walls.STAFF):
        gathering = alone(gathering_id)
        _must_be_open(gathering)
        row = Registration.objects.filter(
            gathering=gathering, member_id=member_id, state__in=(State.SEAT, State.WAITING)
        ).first()
        if row is None:
            return
        had_seat = row.state == State.SEAT
        _become(row, State.GIVEN_UP, revision=row.revision + 1)
        if had_seat:
            owe(gathering.id, [member_id], Letter.Kind.GONE)
        audit.record(f"account:{who.account_id}", "gatherings.given_up", "gathering", gathering.id)
        settle(gathering)


def declined(gathering_id: UUID, member_id: UUID, at: datetime) -> bool:
    """Free the seat of whoever declined in their calendar, by the worker; whether there was one. What was taken since stands."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [gathering_id.int & (2**63 - 1)])
        open_ = Gathering.objects.filter(pk=gathering_id, cancelled_at=None, ends_at__gt=clock.now())
        gathering = open_.only(*_WHEN).first()
        taken = Registration.objects.filter(gathering=gathering_id, member=member_id, since__lt=at)
        row = taken.filter(state__in=(State.SEAT, State.WAITING)).first()
        if gathering is None or row is None:
            return False
        had_seat = row.state == State.SEAT
        _become(row, State.GIVEN_UP, revision=row.revision + 1)
        if had_seat:
            owe(gathering.id, [member_id], Letter.Kind.GONE)
        audit.record("system:house", "gatherings.declined", "gathering", gathering.id, member=str(member_id))
        settle(gathering)
        return True


def member_of(who: Standing) -> UUID:
    """The member that somebody is. Raises CannotDo for staff who are none."""
    if who.member_id is None:
        raise CannotDo(_("Only members do this."))
    return who.member_id


def _must_be_open(gathering: Gathering) -> None:
    if gathering.cancelled_at:
        raise CannotDo(_("This was cancelled."))
    if gathering.ends_at <= clock.now():
        raise CannotDo(_("This is over."))


def alone(gathering_id: UUID) -> Gathering:
    """The gathering as it is now, and nobody else changes who comes before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [gathering_id.int & (2**63 - 1)])
    return Gathering.objects.get(pk=gathering_id)


def _free(gathering: Gathering) -> int:
    """How many seats are left."""
    if gathering.capacity is None:
        return 1_000_000
    return max(
        0, gathering.capacity - Registration.objects.filter(gathering=gathering.id, state=State.SEAT).count()
    )


def _become(row: Registration, state: str, *, revision: int) -> None:
    row.state, row.since, row.revision = state, clock.now(), revision
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=["state", "since", "revision"])


def settle(gathering: Gathering) -> bool:
    """Release the seats of whoever may not come any more, and let whoever waits move up; whether anything changed.

    Nobody is written to who may not come any more: that there is such a gathering is not theirs to know. The caller holds it
    `alone`.
    """
    rows = list(
        Registration.objects.filter(gathering=gathering.id, state__in=(State.SEAT, State.WAITING)).order_by(
            "since", "pk"
        )
    )
    levels = standing.levels([row.member_id for row in rows])
    out = [row for row in rows if levels.get(row.member_id, -1) < gathering.level]
    for row in out:
        _become(row, State.RELEASED, revision=row.revision + 1)
        audit.record(
            "system:house", "gatherings.released", "gathering", gathering.id, member=str(row.member_id)
        )
    waiting = [row for row in rows if row.state == State.WAITING]
    up = waiting[: _free(gathering)]
    for row in up:
        _become(row, State.SEAT, revision=row.revision + 1)
        audit.record(
            "system:house", "gatherings.moved_up", "gathering", gathering.id, member=str(row.member_id)
        )
    owe(gathering.id, [row.member_id for row in up], Letter.Kind.MOVED_UP)
    return bool(out or up)


def settle_by_worker(gathering_id: UUID) -> bool:
    """As `settle`, with what the worker may read of a gathering."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [gathering_id.int & (2**63 - 1)])
        return settle(Gathering.objects.only(*_WHEN).get(pk=gathering_id))


def owe(gathering_id: UUID, member_ids: Iterable[UUID], kind: str, about: datetime | None = None) -> int:
    """Owe each of them a mail of this kind; how many. What it says is written when it leaves, if it may still leave."""
    now = clock.now()
    made = [
        Letter(id=new_id(), gathering_id=gathering_id, member_id=member_id, kind=kind, at=now, about=about)
        for member_id in member_ids
    ]
    Letter.objects.bulk_create(made)
    accounts = dict(Member.objects.filter(pk__in=[letter.member_id for letter in made]).values_list("pk", "account"))
    delivery.send_all_new(  # under the account, as every mail to members: bounces are counted by it
        Owed(PURPOSE, letter.id, f"account:{accounts[letter.member_id]}", PRIORITY[kind]) for letter in made
    )
    return len(made)
