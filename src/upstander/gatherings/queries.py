"""What the pages of this room show. What a member sees is what their wall shows; how many seats are taken is counted by the
house."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander import clock
from upstander.directory.models import Kind as Place
from upstander.directory.models import Organisation
from upstander.gatherings import dates, letters
from upstander.gatherings.models import Certificate, Gathering, Registration
from upstander.network import audience, walls
from upstander.network.models import Member
from upstander.network.standing import Standing
from upstander.packs.current import current

State = Registration.State


@dataclass(frozen=True, slots=True)
class Card:
    """A gathering as a page shows it."""

    gathering: Gathering
    when: str
    marking: str
    taken: int
    waiting: int
    mine: Registration | None = None
    for_me: bool = False
    over: bool = False

    @property
    def full(self) -> bool:
        """Whether who registers now waits."""
        capacity = self.gathering.capacity
        return capacity is not None and (self.taken >= capacity or self.waiting > 0)

    @property
    def seats(self) -> str:
        """How many have a seat, of how many, in words; who waits is told apart."""
        capacity = self.gathering.capacity
        if capacity is None:
            return _("%(n)s registered, no limit") % {"n": self.taken} if self.taken else _("Nobody yet, no limit")
        if self.taken >= capacity:
            return ngettext("The only seat is taken", "All %(n)s seats are taken", capacity) % {"n": capacity}
        if not self.taken:
            return _("None of %(all)s taken") % {"all": capacity}
        return _("%(taken)s of %(all)s taken") % {"taken": self.taken, "all": capacity}

    @property
    def coming(self) -> bool:
        """Whether who looks has a seat."""
        return self.mine is not None and self.mine.state == State.SEAT

    @property
    def waits(self) -> bool:
        return self.mine is not None and self.mine.state == State.WAITING

    @property
    def attended(self) -> bool:
        return self.mine is not None and self.mine.attended_at is not None


def ahead(who: Standing) -> list[Card]:
    """What is to come and who asks may read, soonest first."""
    found = Gathering.objects.filter(published_at__isnull=False, ends_at__gt=clock.now()).order_by(
        "starts_at", "pk"
    )
    return cards(found, who)


def past(who: Standing, most: int = 50) -> list[Card]:
    """What was, latest first: its material is still there."""
    found = Gathering.objects.filter(published_at__isnull=False, ends_at__lte=clock.now()).order_by(
        "-starts_at", "pk"
    )
    return cards(found[:most], who)


def card(gathering_id: UUID, who: Standing) -> Card | None:
    """One of them; None where there is none for who asks."""
    found = Gathering.objects.filter(pk=gathering_id, published_at__isnull=False)
    return next(iter(cards(found, who)), None)


def planned(now: datetime) -> tuple[list[Card], list[Card]]:
    """For staff: what is to come, drafts too; and the latest of what was."""
    nobody = Standing(0)
    coming = Gathering.objects.filter(ends_at__gt=now).order_by("starts_at", "pk")
    gone = Gathering.objects.filter(ends_at__lte=now).order_by("-starts_at", "pk")[:30]
    return cards(coming, nobody), cards(gone, nobody)


def planned_card(gathering_id: UUID) -> Card | None:
    """One of them, for staff."""
    return next(iter(cards(Gathering.objects.filter(pk=gathering_id), Standing(0))), None)


def cards(found: QuerySet[Gathering], who: Standing) -> list[Card]:
    """Three statements, however many there are."""
    rows = list(found)
    mine = {}
    if who.member_id:
        own = Registration.objects.filter(member=who.member_id, gathering__in=[row.pk for row in rows])
        mine = {one.gathering_id: one for one in own}
    counts, now = _counts([row.pk for row in rows]), clock.now()
    return [
        Card(
            gathering=row, when=dates.spoken(row.starts_at, row.ends_at, row.zone), marking=letters.marking(row.level),
            taken=counts.get(row.pk, (0, 0))[0], waiting=counts.get(row.pk, (0, 0))[1], mine=mine.get(row.pk),
            for_me=audience.meant(row.regions, row.disciplines, who), over=row.ends_at <= now,
        )
        for row in rows
    ]  # fmt: skip


def _counts(ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Seats taken and people waiting. A member sees nobody's registration but their own: the house counts."""
    if not ids:
        return {}
    with walls.reading(walls.STAFF):
        rows = Registration.objects.filter(gathering__in=ids).values("gathering").order_by("gathering")
        counted = rows.annotate(
            taken=Count("pk", filter=Q(state=State.SEAT)), waiting=Count("pk", filter=Q(state=State.WAITING))
        )
        return {row["gathering"]: (row["taken"], row["waiting"]) for row in counted}


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes, waits or came."""

    registration: Registration
    name: str
    organisation: str
    discipline: str


def guests(gathering_id: UUID) -> list[Guest]:
    """Who has a seat or came, by name; then who waits, in turn. For staff."""
    rows = Registration.objects.filter(gathering=gathering_id).select_related(
        "member__account", "member__organisation"
    )
    shown = [
        row for row in rows if row.attended_at or row.state in (State.SEAT, State.WAITING, State.WALKED_IN)
    ]
    shown.sort(
        key=lambda row: (
            row.state == State.WAITING,
            row.since.isoformat() if row.state == State.WAITING else row.member.account.name.casefold(),
        )
    )
    return [
        Guest(
            row,
            row.member.account.name,
            row.member.works_at,
            discipline(row.member.discipline),
        )
        for row in shown
    ]


def members_named(words: str, most: int = 8) -> list[Member]:
    """Active members whose name or address holds these words: for who came without a seat."""
    if len(words.strip()) < 2:
        return []
    found = Member.objects.filter(
        Q(account__name__icontains=words.strip()) | Q(account__email__icontains=words.strip()),
        state=Member.State.ACTIVE,
    )
    return list(found.select_related("account", "organisation").order_by("account__name")[:most])


def issued(gathering_id: UUID) -> list[Certificate]:
    """The certificates of a gathering, without their files. For staff."""
    rows = Certificate.objects.filter(registration__gathering=gathering_id).select_related("member__account")
    return list(rows.defer("pdf").order_by("number"))


def regions() -> list[tuple[int, str]]:
    """The regional offices, by name."""
    rows = Organisation.objects.filter(kind=Place.REGION, retired_on=None).order_by("name")
    return list(rows.values_list("pk", "name"))


def disciplines() -> list[tuple[str, str]]:
    """The pack's disciplines."""
    network = current().network
    return [(one.code, one.label) for one in network.disciplines] if network else []


def discipline(code: str) -> str:
    """A discipline in the pack's words; its code where the pack has no such any more."""
    return dict(disciplines()).get(code, code)


def registered(who: Standing) -> Iterable[Registration]:
    """What calendars of a member show as certain: what they have a seat in."""
    rows = Registration.objects.filter(member=who.member_id, state=State.SEAT)
    return rows.select_related("gathering").order_by(F("gathering__starts_at"))
