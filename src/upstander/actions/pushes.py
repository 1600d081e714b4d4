"""Owing a phone its push, and whom one has reached: what other modules of this room need of pushes (see `pushed`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from upstander import clock
from upstander.actions import devices
from upstander.actions.models import ContactPush, Notice
from upstander.actions.push_models import PURPOSE
from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.delivery.webpush import CHANNEL
from upstander.directory.models import Device
from upstander.ids import new_id
from upstander.intake.models import Tip

_CRITICAL = 0
_TOLD = (ContactPush.Says.NOTICE, ContactPush.Says.REMINDER)
_KEPT = timedelta(days=30)  # of a test, and after a tip was closed: of an open one everything stays
_PART = 500


@dataclass(frozen=True)
class Pushed:
    """What the phones of a notice's person were told at one time of asking: when, and how far it is (a code of Delivery)."""

    at: datetime
    state: str


def owe(notice: Notice, device_id: UUID, says: str, urgency: int) -> UUID:
    """Owe a phone a push about what a notice asks now; its subject. `urgency`: as `delivery.send` has it."""
    row = ContactPush.objects.create(
        id=new_id(),
        notice_id=notice.id,
        device_id=device_id,
        says=says,
        asked_since=notice.asked_since,
        at=clock.now(),
    )
    delivery.send_new(PURPOSE, row.id, devices.address_key(device_id), urgency, channel=CHANNEL)
    return row.id


def at_once(contact_ids: Collection[int], notices: Mapping[int, Notice]) -> None:
    """Owe these people's phones their pushes of a Critical, in the judgement's own transaction. `notices` are theirs, by contact;
    all others the worker owes, outside quiet hours (`pushed`)."""
    phones = list(Device.objects.filter(contact_id__in=contact_ids).values_list("id", "contact_id"))
    if not phones or not delivered.offers(CHANNEL):
        return
    asked = {notices[contact_id].id for _id, contact_id in phones}
    since = dict(Notice.objects.filter(pk__in=asked).values_list("pk", "asked_since"))  # as the database has made it
    at = clock.now()
    _owe_all(
        ContactPush(
            id=new_id(), notice_id=(notice := notices[contact_id].id), device_id=id, says=ContactPush.Says.NOTICE,
            asked_since=since[notice], at=at,
        )
        for id, contact_id in phones
    )  # fmt: skip


def remind(notice: Notice, urgency: int) -> UUID | None:
    """Owe a push to each phone of a notice's person, whatever was pushed before; the first one's subject, None where there is no
    phone."""
    ids = (
        Device.objects.filter(contact_id=notice.contact_id)
        .order_by("made_at", "pk")
        .values_list("id", flat=True)
    )
    owed = [owe(notice, id, ContactPush.Says.REMINDER, urgency) for id in ids]
    return owed[0] if owed else None


def correct(notices: Iterable[Notice]) -> None:
    """Owe each phone that was told of these notices, and is told still, a push by which its person finds that it is over, in the
    stand-down's own transaction. What waits, and whoever is asked still, the relay looks at (`pushed.render`)."""
    of = {notice.id: notice for notice in notices}
    found = ContactPush.objects.filter(notice__in=of).values_list("id", "notice_id", "device_id", "says", "at")
    pushes = {id: (notice_id, device_id, says, at) for id, notice_id, device_id, says, at in found if notice_id}
    there = set(Device.objects.filter(pk__in={push[1] for push in pushes.values()}).values_list("id", flat=True))
    if not there or not delivered.offers(CHANNEL):
        return
    first = [id for id, push in pushes.items() if push[2] in _TOLD]
    gone = delivery.gone([PURPOSE], first)
    over = delivered.state_of(PURPOSE, [id for id, push in pushes.items() if push[2] == ContactPush.Says.OVER])
    said = {id for id, state in over.items() if state.state != "cancelled"}
    last: dict[tuple[UUID, UUID], bool] = {}  # whether what a phone heard last is that there is a tip
    for id, (notice_id, device_id, _says, _at) in sorted(pushes.items(), key=lambda p: (p[1][3], p[0] in said)):
        if device_id in there and id in gone | said:
            last[notice_id, device_id] = id in gone
    told = [of_phone for of_phone, tip in last.items() if tip]
    _owe_all(
        ContactPush(
            id=new_id(), notice_id=notice_id, device_id=device_id, says=ContactPush.Says.OVER,
            asked_since=of[notice_id].asked_since, at=clock.now(),
        )
        for notice_id, device_id in told
    )  # fmt: skip


def _owe_all(rows: Iterable[ContactPush]) -> None:
    """Owe these pushes as a Critical's."""
    made = ContactPush.objects.bulk_create(rows)
    delivery.send_all(Owed(PURPOSE, r.id, devices.address_key(r.device_id), _CRITICAL, CHANNEL) for r in made)


def clear() -> bool:
    """Forget what was pushed long ago, but what a correction, or the ladder of an open tip, needs; a part of it. True where there
    may be more (the worker's chore)."""
    before = clock.now() - _KEPT
    closed = Tip.objects.filter(pk=OuterRef("notice__referral__tip_id"), closed_at__lt=before)
    old = ContactPush.objects.filter(Q(notice=None) | Exists(closed), at__lt=before)
    ids = list(old.order_by("at").values_list("id", flat=True)[:_PART])
    ContactPush.objects.filter(pk__in=ids).delete()
    return len(ids) == _PART


def told(notices: Iterable[Notice]) -> set[UUID]:
    """Those of these notices of whose person a phone was told, or is being told at this moment."""
    of = dict(ContactPush.objects.filter(notice__in=[n.id for n in notices]).values_list("id", "notice_id"))
    return {notice_id for id in delivery.gone([PURPOSE], list(of)) if (notice_id := of[id])}


def of_tip(tip_id: UUID) -> dict[UUID, list[Pushed]]:
    """What phones were told of a tip's notices when they were asked, by notice: once a time of asking, however many phones they
    have. One that was handed over says that it was sent."""
    rows = ContactPush.objects.filter(notice__referral__tip_id=tip_id, says=ContactPush.Says.NOTICE).order_by(
        "at", "pk"
    )
    found = list(rows.values_list("id", "notice_id", "asked_since", "at"))
    states = delivered.state_of(PURPOSE, [id for id, *_more in found])
    grouped: dict[UUID, dict[datetime | None, list[tuple[datetime, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for id, notice_id, asked, at in found:
        if notice_id and id in states:
            grouped[notice_id][asked].append((at, states[id].state))
    return {notice_id: [_together(each) for each in of.values()] for notice_id, of in grouped.items()}


def _together(each: list[tuple[datetime, str]]) -> Pushed:
    return Pushed(min(at for at, _state in each), max((state for _at, state in each), key=_FURTHEST.index))


_FURTHEST = ("cancelled", "failed", "pending", "sent")
