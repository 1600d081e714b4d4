"""Who was asked and has said nothing, whom a step would tell, and what the pure ladder is told of each. Reads only.

The worker takes steps by it and the desk draws the ladder by it: so what the desk shows as coming is what comes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q, QuerySet

from upstander import clock
from upstander.actions import addresses, escalation_channels, exclusion
from upstander.actions.escalation_models import EscalationStep
from upstander.actions.exclusion import NOBODY, LeftOut
from upstander.actions.ledger import TO_CONTACTS
from upstander.actions.models import Notice, Referral, RequiredAction
from upstander.actions.refused import SET_ASIDE
from upstander.delivery import queries as delivered
from upstander.directory import queries as directory
from upstander.directory.calendars import Quiet
from upstander.directory.models import Contact, Organisation
from upstander.directory.queries import Away
from upstander.intake.models import Tip
from upstander.packs.model import Pack
from upstander.people import queries as people
from upstander.people.models import Account
from upstander.protocol.escalation import NoticeFacts

SELF, CONTACT, ACCOUNT = EscalationStep.Target.values
_COLUMNS = (
    "id", "contact_id", "action_id", "asked_since", "confirmed_at", "action__ended_by_id", "referral__tip_id", "referral__klass",
    "referral__place_id", "referral__state", "referral__stood_down_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step tells: the person again, another contact or an account; by name."""

    kind: str
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's notice as the ladder sees it: the facts, and by what a step needs those whom it would tell."""

    notice_id: UUID
    tip_id: UUID
    klass: str
    contact_id: int
    asked_since: datetime
    facts: NoticeFacts
    targets: Mapping[str, tuple[Target, ...]]


def silent(now: datetime, klasses: Collection[str] | None = None, but: Collection[str] = ()) -> QuerySet[Notice]:
    """The notices of open tips whose person has not confirmed what they were last asked, of these classes (None: of all) but
    those; as long as their link lasts."""
    open_ = Tip.objects.filter(closed_at=None).values("pk")
    found = Notice.objects.filter(
        Q(confirmed_at=None) | Q(confirmed_at__lt=F("asked_since")), link_until__gt=now,
        referral__tip_id__in=open_, referral__stood_down_at=None,
    ).exclude(referral__state=Referral.State.WITHDRAWN)  # fmt: skip
    if klasses is not None:
        found = found.filter(referral__klass__in=klasses)
    return found.exclude(referral__klass__in=but) if but else found


def confirmed(tip_ids: Collection[UUID]) -> set[UUID]:
    """Those of these tips of which somebody who was told, and still is asked, has confirmed."""
    told = _told(set(tip_ids))
    return {tip_id for tip_id, rows in told.items() if any(r.confirmed and not r.over for r in rows)}


def asked(pack: Pack, notices: QuerySet[Notice], now: datetime) -> list[Asked]:
    """These notices with all that the ladder needs to know. The number of queries does not grow with them, but with the
    districts and regions that they are about."""
    rows = [_Row(*row) for row in notices.order_by("asked_since", "pk").values_list(*_COLUMNS)]
    if not rows:
        return []
    reader = _Reader(pack, rows, now)
    return [reader.asked(row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    contact_id: int
    action_id: UUID | None
    asked_since: datetime
    confirmed_at: datetime | None
    ended_by_id: UUID | None
    tip_id: UUID
    klass: str
    place_id: int | None
    state: str
    stood_down_at: datetime | None

    @property
    def confirmed(self) -> bool:
        return self.confirmed_at is not None and self.confirmed_at >= self.asked_since

    @property
    def over(self) -> bool:
        """Whether nothing is asked by this notice any more."""
        gone = self.state == Referral.State.WITHDRAWN or self.stood_down_at is not None
        return gone or self.ended_by_id is not None


class _Reader:
    """What many notices need, asked once."""

    def __init__(self, pack: Pack, rows: list[_Row], now: datetime) -> None:
        self.pack, self.now = pack, now
        self.hour = now.astimezone(ZoneInfo(settings.TIME_ZONE)).time()
        tips = {row.tip_id for row in rows}
        self.open = set(Tip.objects.filter(pk__in=tips, closed_at=None).values_list("pk", flat=True))
        self.told = _told(tips)
        self.out = exclusion.of(tips)
        self.aside = _set_aside(tips)
        self.there = escalation_channels.there()
        self.pushed: set[int] = set()  # whose phone is told of news
        self.places = _Places({row.place_id for row in rows if row.place_id}, now)
        everybody = {r.contact_id for found in self.told.values() for r in found} | {row.contact_id for row in rows}
        self.away: dict[int, Away] = directory.away(everybody, clock.today())
        everybody |= {a.deputy_id for a in self.away.values() if a.deputy_id} | self.places.people
        self.contacts = Contact.objects.prefetch_related("points").in_bulk(everybody)
        if escalation_channels.PUSH in self.there and delivered.offers(escalation_channels.PUSH):
            self.pushed = directory.with_devices(everybody)
        self.quiet: dict[tuple[int, str], Quiet] = directory.quiet_of(everybody)
        self.taken = _taken(rows)
        self.supervisors = _accounts(people.supervisors_on_call())

    def asked(self, row: _Row) -> Asked:
        """One notice."""
        out = self.out.get(row.tip_id, NOBODY)
        targets = {name: found for name, found in self._targets(row, out).items() if found}
        contact = self.contacts[row.contact_id]
        facts = NoticeFacts(
            klass=row.klass,
            confirmed=row.confirmed,
            anybody=any(r.confirmed and not r.over for r in self.told.get(row.tip_id, ())),
            ended=row.over or row.tip_id not in self.open or out.holds(contact) or (row.tip_id, row.contact_id) in self.aside,
            able=frozenset(targets),
            quiet=frozenset(name for name, found in targets.items() if self._quiet(name, found)),
            taken=frozenset((s.step, s.round) for s in self.taken.get(row.id, ()) if s.asked_since == row.asked_since),
        )
        return Asked(row.id, row.tip_id, row.klass, row.contact_id, row.asked_since, facts, targets)

    def _targets(self, row: _Row, out: LeftOut) -> dict[str, tuple[Target, ...]]:
        contact = self.contacts[row.contact_id]
        themselves = (Target(SELF, contact.pk, contact.name),)
        found = {
            "email": themselves if addresses.live(contact, out) else (),
            "deputy": self._deputy(row, out),
            "next": self._next(row, out),
            "district": self._on_call("district", self.places.district(row.place_id), row, out),
            "region": self._on_call("region", self.places.region(row.place_id), row, out),
            "programme": self.supervisors,
        }
        phones = out.numbers_of(p.value for p in contact.points.all() if p.kind == "phone")
        ways = dict.fromkeys(self.there, bool(phones)) | {escalation_channels.PUSH: contact.pk in self.pushed}
        return found | {channel: themselves if way else () for channel, way in ways.items()}

    def _usable(self, contact_id: int, row: _Row, out: LeftOut, *, by_phone: bool = False) -> Contact | None:
        """A contact who can be told by mail (or `by_phone`) for somebody else, and has not confirmed already."""
        contact = self.contacts.get(contact_id)
        own = next((r for r in self.told.get(row.tip_id, ()) if r.contact_id == contact_id and not r.over), None)
        if contact is None or contact_id == row.contact_id or (own and own.confirmed) or out.holds(contact):
            return None
        phones = out.numbers_of(p.value for p in contact.points.all() if p.kind == "phone") if by_phone else ()
        return contact if phones or addresses.live(contact, out) else None

    def _deputy(self, row: _Row, out: LeftOut) -> tuple[Target, ...]:
        away = self.away.get(row.contact_id)
        found = self._usable(away.deputy_id, row, out) if away and away.deputy_id else None
        return (Target(CONTACT, found.pk, found.name),) if found else ()

    def _next(self, row: _Row, out: LeftOut) -> tuple[Target, ...]:
        """Behind the person in the order of the list, round to its beginning."""
        told = {r.contact_id for r in self.told.get(row.tip_id, ()) if not r.over} & self.contacts.keys()
        order = sorted((self.contacts[pk] for pk in told), key=lambda c: (c.position, c.name, c.pk))
        at = next((n for n, c in enumerate(order) if c.pk == row.contact_id), 0)
        for contact in order[at + 1 :] + order[:at]:
            if self._usable(contact.pk, row, out):
                return (Target(CONTACT, contact.pk, contact.name),)
        return ()

    def _on_call(self, act: str, candidates: tuple[int, ...], row: _Row, out: LeftOut) -> tuple[Target, ...]:
        by_phone = any(step.also for step in self.pack.steps(row.klass) if step.act == act)
        for contact_id in candidates:
            if found := self._usable(contact_id, row, out, by_phone=by_phone):
                return (Target(CONTACT, found.pk, found.name),)
        return ()

    def _quiet(self, name: str, targets: tuple[Target, ...]) -> bool:
        """Whether everybody whom a step would tell is not to be disturbed at this hour by its channel."""
        channel = name if name in ("email", *self.there) else "email"
        hours = [self.quiet.get((t.id, channel)) if t.kind != ACCOUNT else None for t in targets]
        return all(quiet is not None and quiet.at(self.hour) for quiet in hours)


class _Places:
    """Who is on call for the districts and regions of places: whom the calendar names, and behind them the list."""

    def __init__(self, place_ids: set[int], now: datetime) -> None:
        columns = ("pk", "kind", "parent_id", "parent__kind", "region_id", "parent__region_id", "county__region_id")
        self._district: dict[int, int | None] = {}
        self._region: dict[int, int | None] = {}
        for pk, kind, parent, above, *regions in Organisation.objects.filter(pk__in=place_ids).values_list(*columns):
            below = kind in ("school", "campus")
            self._district[pk] = parent if below else pk if kind in ("district", "system", "college") else None
            self._region[pk] = next((r for r in regions if r), parent if above == "region" else None)
        organisations = {o for o in (*self._district.values(), *self._region.values()) if o}
        self._on_call = {o: _on_call(o, now) for o in organisations}
        self.people = {contact for found in self._on_call.values() for contact in found}

    def district(self, place_id: int | None) -> tuple[int, ...]:
        """Who is on call for the district of a place."""
        return self._on_call.get(self._district.get(place_id or 0) or 0, ())

    def region(self, place_id: int | None) -> tuple[int, ...]:
        """Who is on call for the region of a place."""
        return self._on_call.get(self._region.get(place_id or 0) or 0, ())


def _on_call(organisation_id: int, now: datetime) -> tuple[int, ...]:
    listed = [contact.pk for contact in directory.contacts_of(organisation_id)]
    return tuple(dict.fromkeys([*directory.on_call(organisation_id, now), *listed]))


def _told(tips: set[UUID]) -> dict[UUID, list[_Row]]:
    """Every notice of these tips, by tip."""
    found: dict[UUID, list[_Row]] = defaultdict(list)
    for row in Notice.objects.filter(referral__tip_id__in=tips).order_by("created_at", "pk").values_list(*_COLUMNS):
        found[row[6]].append(_Row(*row))
    return found


def _set_aside(tips: set[UUID]) -> set[tuple[UUID, int]]:
    """Whom a person has set aside in every way in which they were to be told, by tip."""
    rows = RequiredAction.objects.filter(
        tip_id__in=tips, kind__in=TO_CONTACTS, target_kind="contact", ended_by=None
    ).values_list("tip_id", "target_ref", "result")
    results: dict[tuple[UUID, int], set[str]] = defaultdict(set)
    for tip_id, ref, result in rows:
        if ref.isdecimal():
            results[tip_id, int(ref)].add(result)
    return {who for who, found in results.items() if found == {SET_ASIDE}}


def _taken(rows: Iterable[_Row]) -> dict[UUID, list[EscalationStep]]:
    found: dict[UUID, list[EscalationStep]] = defaultdict(list)
    for step in EscalationStep.objects.filter(notice_id__in=[row.id for row in rows]).order_by("at", "pk"):
        found[step.notice_id].append(step)
    return found


def _accounts(found: Iterable[Account]) -> tuple[Target, ...]:
    return tuple(Target(ACCOUNT, account.pk, account.name) for account in found)
