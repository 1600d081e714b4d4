"""The mobile number that a member has texted when something is urgent: sealed to the relay, and confirmed by a code that is
texted to it.

Whoever answers STOP gets no text of this house any more (docs/decisions/0095-inbound.md): the relay asks before each leaves,
and it is written here, so that the member sees it and is reached by the other ways.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation.errors import CannotDo
from upstander.circulation.models import Number, Ping
from upstander.delivery import services as delivery
from upstander.delivery.models import Delivery
from upstander.delivery.texting import CHANNEL, Text
from upstander.ids import new_id
from upstander.network import standing
from upstander.network.standing import Standing
from upstander.packs.current import current
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

PURPOSE = "product_code"
LASTS = timedelta(minutes=15)
TRIES = 5  # of one code
A_DAY = 5  # codes that are texted for one member
_PRIORITY = 3  # somebody waits for it
_STOPPED = "stopped"
_SHOWN = ("id", "member_id", "ends_in", "asked_at", "tries", "confirmed_at", "stopped_at")


class _Kept(msgspec.Struct):
    number: str
    code: str


@transaction.atomic
def ask(who: Standing, number: str) -> None:
    """Text a code to a number (E.164), to be confirmed. Raises CannotDo."""
    assert who.member_id is not None
    now = clock.now()
    if Number.objects.filter(member=who.member_id, asked_at__gt=now - timedelta(days=1)).only("id").count() >= A_DAY:
        raise CannotDo(_("We have texted you as many codes as we may in a day. Try again tomorrow."))
    id, code = new_id(), f"{secrets.randbelow(10**6):06}"
    version, sealed = keyring().wrap("relay", msgspec.json.encode(_Kept(number, code)), _place(id))
    made = Number(
        id=id, member_id=who.member_id, ends_in=number[-2:], key_version=version, sealed_relay=sealed, code=_digest(id, code),
        asked_at=now,
    )  # fmt: skip
    Number.objects.bulk_create([made])
    delivery.send_new(PURPOSE, id, f"account:{who.account_id}", _PRIORITY, CHANNEL)
    audit.record(f"account:{who.account_id}", "circulation.number_asked", "member", who.member_id, number=id)


@transaction.atomic
def confirm(who: Standing, code: str) -> bool:
    """The number is theirs, by the code; the one before is forgotten. False for a wrong code, which is counted. Raises CannotDo
    where no code is good any more."""
    assert who.member_id is not None
    row = _waiting(who.member_id)
    if row is None or not Number.objects.filter(pk=row.pk, tries__lt=TRIES).update(tries=F("tries") + 1):
        raise CannotDo(_("This code is not good any more. Ask for another one."))
    if not constant_time_compare(_digest(row.id, code), bytes(row.code)):
        return False
    _confirmed(who.member_id).exclude(pk=row.pk)._raw_delete("default")
    Number.objects.filter(pk=row.pk).update(confirmed_at=clock.now())
    audit.record(f"account:{who.account_id}", "circulation.number_confirmed", "member", who.member_id, number=row.pk)
    return True


@transaction.atomic
def end(who: Standing) -> bool:
    """No texts any more; False where there were none."""
    assert who.member_id is not None
    gone = _confirmed(who.member_id)._raw_delete("default") > 0
    if gone:
        audit.record(f"account:{who.account_id}", "circulation.number_ended", "member", who.member_id)
    return gone


def mine(member_id: UUID) -> tuple[Number | None, Number | None]:
    """The number that is texted, and the one that waits for its code."""
    return _confirmed(member_id).only(*_SHOWN).first(), _waiting(member_id)


def texted(member_ids: list[UUID]) -> set[UUID]:
    """Who of these has a number that may be texted."""
    rows = Number.objects.filter(member__in=member_ids, confirmed_at__isnull=False, stopped_at=None)
    return set(rows.values_list("member", flat=True))


def opened(member_ids: list[UUID]) -> dict[UUID, str]:
    """Their numbers, in the relay."""
    rows = Number.objects.filter(member__in=member_ids, confirmed_at__isnull=False, stopped_at=None)
    return {row.member_id: kept.number for row in rows if (kept := _open(row)) is not None}


def code(number_id: UUID) -> Text | None:
    """The text with the code, in the relay; None where it is not good any more, or nothing may reach the member now."""
    row = Number.objects.filter(pk=number_id, confirmed_at=None, asked_at__gt=clock.now() - LASTS).first()
    kept = _open(row) if row is not None and standing.level_of(row.member_id) is not None else None
    if kept is None:
        return None
    words = _("%(programme)s: your code is %(code)s. Tell it nobody. Answer STOP to get no texts.")
    return Text(kept.number, words % {"programme": current().programme.name, "code": kept.code})


def failed(delivery_id: UUID, written_at: datetime | None = None) -> None:
    """A text did not leave (event `delivery.failed`), for whoever has the number answered STOP: it is not texted any more."""
    row = Delivery.objects.filter(pk=delivery_id, channel=CHANNEL, last_error=_STOPPED).first()
    if row is None or row.purpose not in (PURPOSE, "product_text"):
        return
    found = Number.objects.filter(pk=row.subject_id, stopped_at=None)
    if row.purpose == "product_text":
        member = Ping.objects.filter(pk=row.subject_id).values_list("copy__member", flat=True).first()
        found = Number.objects.filter(member=member, confirmed_at__isnull=False, stopped_at=None)
    for id, member in list(found.values_list("id", "member")):
        Number.objects.filter(pk=id).update(stopped_at=clock.now())
        audit.record("system:relay", "circulation.number_stopped", "member", member, number=id)


def clear() -> bool:
    """Forget numbers that nobody confirmed; True where there may be more. The worker's chore."""
    old = Number.objects.filter(confirmed_at=None, asked_at__lt=clock.now() - timedelta(days=1))
    ids = list(old.values_list("id", flat=True)[:500])
    Number.objects.filter(pk__in=ids)._raw_delete("default")
    return len(ids) == 500


def _confirmed(member_id: UUID | None) -> QuerySet[Number]:
    return Number.objects.filter(member=member_id, confirmed_at__isnull=False).order_by("-asked_at")


def _waiting(member_id: UUID | None) -> Number | None:
    """The newest number that was entered, where its code is good still."""
    newest = Number.objects.only(*_SHOWN, "code").filter(member=member_id).order_by("-asked_at", "-id").first()
    good = newest is not None and newest.confirmed_at is None and newest.stopped_at is None and newest.tries < TRIES
    return newest if good and newest is not None and newest.asked_at > clock.now() - LASTS else None


def _digest(id: UUID, code: str) -> bytes:
    return salted_hmac("upstander.circulation.number", f"{id}:{code}", algorithm="sha256").digest()


def _open(row: Number) -> _Kept | None:
    try:
        return msgspec.json.decode(keyring().unwrap("relay", row.key_version, row.sealed_relay, _place(row.id)), type=_Kept)
    except CannotOpen:
        return None


def _place(id: UUID) -> bytes:
    return f"upstander/member-number/1|{id}".encode()
