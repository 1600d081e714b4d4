"""What an account is in the network at this moment: computed from live facts, kept in no session (S-membership)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from upstander import clock
from upstander.markings import Level
from upstander.network import pack
from upstander.network.models import (
    AgencyCheck,
    Agreement,
    Attestation,
    Bounce,
    Entitlement,
    Member,
    Signature,
)
from upstander.people import access
from upstander.people.models import Role

SIO = (Role.SIO,)
SECOND = (Role.STIC_STAFF, Role.STIC_ANALYST)  # whom the SIO asks for a second pair of eyes


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is here. `level` is None for whom nothing may reach now; `staff`: the SIO and the second persons.

    `lacks`: what a member can mend by themselves, where it is that which keeps everything from them ("agreement", "attestation").
    """

    account_id: int
    member_id: UUID | None = None
    level: Level | None = None
    staff: bool = False
    sio: bool = False
    regions: tuple[int, ...] = ()
    discipline: str = ""
    lacks: tuple[str, ...] = ()


def standing(account: access.Anybody) -> Standing:
    """What `account` (a request's user) is now."""
    roles = access.roles(account)
    sio = not roles.isdisjoint(SIO)
    staff = sio or not roles.isdisjoint(SECOND)
    member = Member.objects.filter(account_id=account.pk).first() if account.is_authenticated else None
    if member is None or not account.is_active or access.public_by_intention(account):
        return Standing(account.pk or 0, staff=staff, sio=sio)
    level = level_of(member.id)
    return Standing(
        account_id=member.account_id,
        member_id=member.id,
        level=level,
        staff=staff,
        sio=sio,
        regions=tuple(member.regions),
        discipline=member.discipline,
        lacks=() if level is not None else lacks(member.id),
    )


def standing_once(account: access.Anybody) -> Standing:
    """The same, looked up once for this object: a request's user lives as long as its request."""
    known: Standing | None = getattr(account, "network_standing", None)
    if known is None:
        known = standing(account)
        account.network_standing = known  # type: ignore[union-attr]
    return known


def level_of(member_id: UUID) -> Level | None:
    """Up to which level this member may read now; None where nothing may reach them: suspended, removed, without entitlement,
    without a live agreement or attestation, or behind an address that does not work.

    Asked at each request, and by the relay at the moment it writes a message.
    """
    return levels([member_id]).get(member_id)


def levels(member_ids: list[UUID]) -> dict[UUID, Level]:
    """As `level_of`, for any number in one statement; whom nothing may reach is not among them."""
    known = pack.maybe()
    if known is None:
        return {}
    now = clock.now()
    highest = {one.code: one.highest for one in known.disciplines}
    live = _entitled(now, member_ids).filter(_signed(now), _attested(now), _reached()).annotate(vouched=_vouched())
    found: dict[UUID, Level] = {}
    for member_id, level, discipline, vouched in live.values_list("member_id", "level", "member__discipline", "vouched"):
        most = min(highest.get(discipline, Level.OPEN), Level.LES if vouched else Level.FOUO)  # as the pack in force has it
        found[member_id] = max(min(Level(level), most), found.get(member_id, Level.OPEN))
    return found


def lacks(member_id: UUID) -> tuple[str, ...]:
    """What this member must do so that something reaches them again; nothing where it is not theirs to do."""
    if pack.maybe() is None:
        return ()
    now = clock.now()
    entitled = _entitled(now, [member_id])
    if not entitled.filter(_reached()).exists():
        return ()
    missing = (("agreement", _signed(now)), ("attestation", _attested(now)))
    return tuple(word for word, there in missing if not entitled.filter(there).exists())


def _entitled(now: datetime, member_ids: list[UUID]) -> QuerySet[Entitlement]:
    """The live entitlements of who is a member by everybody's decision."""
    demo = {} if settings.UPSTANDER_SANDBOX else {"member__account__is_demo": False}
    return Entitlement.objects.filter(
        access.live(), member_id__in=member_ids, member__state=Member.State.ACTIVE, member__account__is_active=True,
        member__joined_at__lte=now, member__left_at=None, **demo,
    )  # fmt: skip


def _vouched() -> Exists:
    """Who is sworn, and whose agency said so to one person while another looked."""
    of = {"member": OuterRef("member_id"), "discipline": OuterRef("member__discipline")}
    return Exists(AgencyCheck.objects.filter(**of, member__sworn=True, ended_at=None, second_at__isnull=False))


def _signed(now: datetime) -> Exists:
    """Who signed the agreement that everybody must have signed by now, or a later one."""
    must = Agreement.objects.filter(sign_by__lte=now).order_by("-first_at").values("first_at")[:1]
    return Exists(Signature.objects.filter(member=OuterRef("member_id"), agreement__first_at__gte=Subquery(must)))


def _attested(now: datetime) -> Q:
    """Who joined or attested within the pack's months."""
    since = pack.months_before(now, pack.network().limits.attest_months)
    said = Attestation.objects.filter(member=OuterRef("member_id"), at__gt=since)
    return Q(member__joined_at__gt=since) | Q(Exists(said))


def _reached() -> Q:
    """Who has an address at which mail arrives."""
    open_ = Bounce.objects.filter(member=OuterRef("member_id"), cleared_at=None).order_by().values("member")
    many = open_.annotate(n=Count("delivery_id")).filter(n__gte=pack.network().limits.bounces_suspend)
    return ~Q(Exists(many))


def has_business(account: access.Anybody) -> bool:
    """Whether the network's pages are open to `account` at all: staff of it, members whom something may reach, and members who
    can mend what keeps it from them."""
    found = standing_once(account)
    return found.staff or found.level is not None or bool(found.lacks)
