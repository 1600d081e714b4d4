"""What an account is in the network at this moment: computed from live facts, kept in no session (S-membership)."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from upstander import clock
from upstander.markings import Level
from upstander.network.models import Entitlement, Member
from upstander.people import access
from upstander.people.models import Role

SIO = (Role.SIO,)
SECOND = (Role.STIC_STAFF, Role.STIC_ANALYST)  # whom the SIO asks for a second pair of eyes


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is here. `level` is None for whom nothing may reach now; `staff`: the SIO and the second persons."""

    account_id: int
    member_id: UUID | None = None
    level: Level | None = None
    staff: bool = False
    sio: bool = False
    regions: tuple[int, ...] = ()
    discipline: str = ""


def standing(account: access.Anybody) -> Standing:
    """What `account` (a request's user) is now."""
    roles = access.roles(account)
    sio = not roles.isdisjoint(SIO)
    staff = sio or not roles.isdisjoint(SECOND)
    member = Member.objects.filter(account_id=account.pk).first() if account.is_authenticated else None
    if member is None or not account.is_active or access.public_by_intention(account):
        return Standing(account.pk or 0, staff=staff, sio=sio)
    return Standing(
        account_id=member.account_id,
        member_id=member.id,
        level=level_of(member.id),
        staff=staff,
        sio=sio,
        regions=tuple(member.regions),
        discipline=member.discipline,
    )


def level_of(member_id: UUID) -> Level | None:
    """Up to which level this member may read now; None where nothing may reach them: suspended, removed, without entitlement.

    Asked at each request, and by the relay at the moment it writes a message.
    """
    return levels([member_id]).get(member_id)


def levels(member_ids: list[UUID]) -> dict[UUID, Level]:
    """As `level_of`, for any number in one statement; whom nothing may reach is not among them."""
    now = clock.now()
    demo = {} if settings.UPSTANDER_SANDBOX else {"member__account__is_demo": False}
    live = Entitlement.objects.filter(
        access.live(), member_id__in=member_ids, member__state=Member.State.ACTIVE, member__account__is_active=True,
        member__joined_at__lte=now, **demo,
    )  # fmt: skip
    found: dict[UUID, Level] = {}
    for member_id, level in live.values_list("member_id", "level"):
        found[member_id] = max(Level(level), found.get(member_id, Level.OPEN))
    return found


def has_business(account: access.Anybody) -> bool:
    """Whether the network's pages are open to `account` at all: staff of it, and members whom something may reach."""
    found = standing(account)
    return found.staff or found.level is not None
