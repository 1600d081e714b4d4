"""Pushes about notices to the phones of the contacts who asked for them: beside mail, text message and call, and instead of none.

A Critical's are owed with its judgement, corrections with the stand-down (`pushes`), all others by comparing, as organisations'
systems are told (decision 113): what each phone was told last with what its contact is asked now. Only of open tips,
and of who has not confirmed: it costs the same however long the past is. A push says that there is news, and nothing else; it
confirms nothing, and nothing that is owed hangs on one.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from upstander import clock
from upstander.actions import devices, exclusion, pushes
from upstander.actions.escalation_facts import silent
from upstander.actions.models import ContactPush, Notice, Referral
from upstander.actions.referrals import priority
from upstander.delivery import queries as delivered
from upstander.delivery.webpush import CHANNEL, Push
from upstander.directory import queries as directory
from upstander.directory.models import Contact
from upstander.packs.current import current

_NOTICE, _OVER = ContactPush.Says.NOTICE, ContactPush.Says.OVER
_PART = 200  # pushes that are owed in one go
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('upstander.pushes'))"
_ENDED = Q(action__ended_by__isnull=False)
_OVER_NOW = Q(referral__stood_down_at__isnull=False) | Q(referral__state=Referral.State.WITHDRAWN) | _ENDED


@transaction.atomic
def turn() -> bool:
    """Owe each phone what it was not told yet; True where there is more (the worker's chore, every two seconds)."""
    if not delivered.offers(CHANNEL):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if not cursor.fetchone()[0]:  # another worker is at it
            return False
    now, pack = clock.now(), current()
    due = [row for row in _to_tell(now) if pack.critical(row.klass) or not row.quiet]
    for row in due[:_PART]:
        pushes.owe(row.notice, row.device_id, _NOTICE, priority(pack, row.klass))
    return len(due) > _PART


def render(push_id: UUID) -> Push | None:
    """The push as it leaves, in the relay; None where it is not owed any more: confirmed, ended, left out, the phone gone."""
    row = ContactPush.objects.filter(pk=push_id).first()
    if row is None or not (row.notice_id is None or _owed_still(row, row.notice_id)):
        return None
    return devices.opened(row.device_id)


def _owed_still(row: ContactPush, notice_id: UUID) -> bool:
    notice = Notice.objects.select_related("referral", "contact").filter(pk=notice_id).first()
    if notice is None or exclusion.bars(notice):
        return False
    if row.says == _OVER:
        return Notice.objects.filter(_OVER_NOW, pk=notice_id).exists()
    return (
        row.asked_since == notice.asked_since
        and silent(clock.now()).filter(pk=notice_id).exclude(_ENDED).exists()
    )


class _ToTell:
    """A phone that was not told of what its contact is asked now; `quiet`: they are not to be disturbed at this hour."""

    __slots__ = ("device_id", "klass", "notice", "quiet")

    def __init__(self, notice: Notice, device_id: UUID, klass: str, *, quiet: bool) -> None:
        self.notice, self.device_id, self.klass, self.quiet = notice, device_id, klass, quiet


def _to_tell(now: datetime) -> list[_ToTell]:
    """What phones were not told yet, the gravest first come by their time."""
    before = ContactPush.objects.filter(
        notice=OuterRef("pk"), device_id=OuterRef("device"), asked_since=OuterRef("asked_since"), says=_NOTICE
    )
    rows = (
        silent(now)
        .exclude(_ENDED)
        .annotate(device=F("contact__devices__id"), since=F("contact__devices__made_at"))
    )
    rows = rows.filter(since__lte=F("asked_since")).exclude(Exists(before)).order_by("asked_since", "pk")
    found = list(
        rows.values_list("id", "device", "asked_since", "contact_id", "referral__tip_id", "referral__klass")
    )
    barred = _barred((tip_id, contact_id) for _n, _d, _a, contact_id, tip_id, _k in found)
    quiet, hour = (
        directory.quiet_of({row[3] for row in found}),
        now.astimezone(ZoneInfo(settings.TIME_ZONE)).time(),
    )
    return [
        _ToTell(
            Notice(id=id, asked_since=asked), device, klass,
            quiet=(hours := quiet.get((contact_id, CHANNEL))) is not None and hours.at(hour),
        )
        for id, device, asked, contact_id, tip_id, klass in found
        if (tip_id, contact_id) not in barred
    ]  # fmt: skip


def _barred(rows: Iterable[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Those of these (tip, contact) of which the contact is left out."""
    rows = set(rows)
    left = exclusion.of(tip_id for tip_id, _contact in rows)
    if not left:
        return set()
    people = Contact.objects.prefetch_related("points").in_bulk({contact_id for _tip, contact_id in rows})
    return {(tip, contact) for tip, contact in rows if tip in left and left[tip].holds(people[contact])}
