"""The phones of people of the school that are told that there is news: asked for by a press, listed, tried and taken away (0113).

What a browser names for it is sealed to the relay. A row is one browser of one contact; nothing of a tip is in any.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from upstander import clock
from upstander.actions.models import ContactPush
from upstander.actions.push_models import PURPOSE, TRIED
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.carriers.webpush import GONE
from upstander.delivery.models import Delivery
from upstander.delivery.webpush import CHANNEL, Push, check
from upstander.directory.models import Contact, ContactPoint, Device
from upstander.ids import new_id
from upstander.people import access
from upstander.people.models import Account, Designation
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

MOST = 10  # phones of one person
_PRIORITY = 1
_MAC = 16
_PART = 200
# What the school origin may read of its rows: what is sealed it cannot even fetch.
_SHOWN = ("id", "browser", "contact_id", "account_id", "host", "made_at", "changed_at")


class TooMany(Exception):
    """This person has as many phones told as anybody may."""


class _Kept(msgspec.Struct):
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Shown:
    """A phone as its owner sees it: by which company it is told, since when, and how its last push stands (empty: none yet)."""

    browser: UUID
    host: str
    since: datetime
    at: datetime | None = None
    state: str = ""  # pending, sent, failed, cancelled
    error: str = ""


def key() -> bytes | None:
    """What a browser must be shown when it subscribes; None where this house tells no phones."""
    return keyring().secrets.get("vapid_public") if delivered.offers(CHANNEL) else None


def own(account: Account) -> list[int]:
    """The contacts who `account` is: whom its designations name, or who are listed with its address in those organisations."""
    reaches = access.reaches(account)
    named = Q(pk__in=[r.contact_id for r in reaches if r.contact_id])
    listed = Q(
        organisation__in=[r.organisation_id for r in reaches],
        points__kind="email",
        points__value__iexact=account.email,
    )
    found = Contact.objects.exclude(ended_on__lte=clock.today()).filter(named | listed)
    return sorted(set(found.values_list("pk", flat=True)))


@transaction.atomic
def tell(account: Account, push: Push, browser: UUID | None = None) -> UUID | None:
    """Tell this browser from now on of what `account` is asked as a contact; the id by which it is known. `browser`: the one that
    it had before, if it had one, which is then told there and nowhere else.

    None where nobody who is listed is meant, or this house tells no phones. Raises TooMany, and CarrierError where the browser
    named what no push can go to.
    """
    check(push, config())
    contacts = own(account)
    if key() is None or not contacts:
        return None
    mine = Device.objects.filter(account_id=account.pk)
    before = dict(mine.filter(browser=browser).values_list("contact_id", "id")) if browser else {}
    if not before and mine.values("browser").distinct().count() >= MOST:
        raise TooMany
    known = browser if before and browser else uuid4()
    mine.filter(browser=known).exclude(contact_id__in=contacts).delete()
    _seal_again({c: id for c, id in before.items() if c in contacts}, push)
    Device.objects.bulk_create(
        _new(account.pk, known, contact, push) for contact in contacts if contact not in before
    )
    audit.record(
        account.actor,
        "device.renewed" if before else "device.added",
        "account",
        account.pk,
        contacts=contacts,
    )
    return known


@transaction.atomic
def renew(browser: UUID, push: Push) -> bool:
    """The browser has got another place for its pushes: they go there from now on; False where it is told no more. Raises
    CarrierError."""
    check(push, config())
    rows = list(Device.objects.filter(browser=browser).values_list("contact_id", "id", "account_id"))
    if not rows:
        return False
    _seal_again({contact: id for contact, id, _account in rows}, push)
    audit.record(
        f"account:{rows[0][2]}", "device.renewed", "account", rows[0][2], contacts=[row[0] for row in rows]
    )
    return True


@transaction.atomic
def end(account_id: int, browser: UUID) -> bool:
    """Tell this browser of the account no more; False where it was not told."""
    gone = Device.objects.filter(account_id=account_id, browser=browser).delete()[0] > 0
    if gone:
        audit.record(f"account:{account_id}", "device.removed", "account", account_id)
    return gone


@transaction.atomic
def attempt(account_id: int, browser: UUID) -> bool:
    """Owe one of the account's phones a push that asks nothing, so that its owner sees whether it comes; False where it is
    none."""
    id = Device.objects.filter(account_id=account_id, browser=browser).values_list("id", flat=True).first()
    if id is None or not delivered.offers(CHANNEL):
        return False
    row = ContactPush.objects.create(id=new_id(), device_id=id, says=ContactPush.Says.TEST, at=clock.now())
    delivery.send_new(TRIED, row.id, address_key(id), _PRIORITY, channel=CHANNEL)
    return True


def of(account_id: int) -> list[Shown]:
    """The phones of an account, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT browser, at, state, last_error FROM actions_device_pushes(%s)", [account_id])
        last = {row[0]: row[1:] for row in cursor.fetchall()}
    found: dict[UUID, Shown] = {}
    for device in Device.objects.only(*_SHOWN).filter(account_id=account_id).order_by("-made_at", "pk"):
        found.setdefault(
            device.browser, Shown(device.browser, device.host, device.made_at, *last.get(device.browser, ()))
        )
    return list(found.values())


def last_told(account_id: int) -> list[UUID]:
    """The referrals of which the account's phones were told, the last one first."""
    mine = Device.objects.filter(account_id=account_id).values("id")
    rows = ContactPush.objects.filter(device_id__in=mine, notice__isnull=False).order_by("-at", "-pk")
    return list(dict.fromkeys(rows.values_list("notice__referral_id", flat=True)[:50]))


def opened(device_id: UUID) -> Push | None:
    """Where a phone's pushes go, in the relay; None where it is told no more."""
    device = Device.objects.filter(pk=device_id).first()
    if device is None:
        return None
    try:
        sealed = keyring().unwrap(
            "relay", device.key_version, device.sealed_relay, _info(device.contact_id, device.id)
        )
    except CannotOpen:
        return None
    kept = msgspec.json.decode(sealed, type=_Kept)
    return Push(kept.endpoint, kept.p256dh, kept.auth)


def failed(delivery_id: UUID, written_at: datetime | None = None) -> None:
    """The browser has ended it (event `delivery.failed`): forget it. One that got another place since stays (`written_at`: when
    the place was looked up)."""
    row = Delivery.objects.filter(
        pk=delivery_id, channel=CHANNEL, purpose__in=(PURPOSE, TRIED), last_error=GONE
    ).first()
    push = ContactPush.objects.filter(pk=row.subject_id).first() if row else None
    device = Device.objects.only(*_SHOWN).filter(pk=push.device_id).first() if push else None
    if device is None or (written_at and device.changed_at > written_at):
        return
    Device.objects.filter(browser=device.browser).delete()
    audit.record("system:relay", "device.gone", "account", device.account_id)


@transaction.atomic
def clear() -> bool:
    """Forget the phones of who may not open what they are told of any more, or left the list, or is not the contact any more:
    neither named by the designation nor listed with their address; and every one where this house tells none. True where there
    may be more."""
    listed = ContactPoint.objects.filter(
        contact_id=OuterRef(OuterRef("contact_id")), kind="email", value__iexact=OuterRef("account__email")
    )
    live = Designation.objects.filter(
        Q(contact_id=OuterRef("contact_id")) | Exists(listed),
        access.live(), account_id=OuterRef("account_id"), kind=Designation.Kind.END_USER, account__is_active=True,
        organisation_id=OuterRef("contact__organisation_id"),
    )  # fmt: skip
    going = Device.objects.filter(~Exists(live) | Q(contact__ended_on__lte=clock.today()))
    if not delivered.offers(CHANNEL):
        going = Device.objects.all()
    gone = list(going.values_list("id", "account_id")[:_PART])
    Device.objects.filter(pk__in=[id for id, _account in gone]).delete()
    for account_id in sorted({account_id for _id, account_id in gone}):
        audit.record("system:worker", "device.removed", "account", account_id)
    return len(gone) == _PART


def mark(browser: UUID) -> str:
    """By what a browser says that its pushes have got another place, while nobody is signed in. Nobody else can make one."""
    return base64.urlsafe_b64encode(browser.bytes + _mac(browser)).decode()


def marked(said: str) -> UUID | None:
    """The browser that shows this mark; None where it is none of ours."""
    try:
        browser = UUID(bytes=base64.urlsafe_b64decode(said.encode())[:16])
    except (binascii.Error, ValueError):
        return None
    return browser if hmac.compare_digest(mark(browser).encode(), said.encode()) else None


def whose(account_id: int, contacts: Iterable[int]) -> tuple[str, str]:
    """Two marks for the account's own browsers: who it is, and as which contacts. They say neither."""
    secret = keyring()
    named = ",".join(str(contact) for contact in contacts)
    made = (
        secret.mac("link", b"device/whose", said.encode())[:12]
        for said in (f"{account_id}", f"{account_id}:{named}")
    )
    one, other = (part.hex() for part in made)
    return one, other


def address_key(device_id: UUID) -> str:
    """By what the throttle counts."""
    return f"device:{device_id.hex[:24]}"


def _mac(browser: UUID) -> bytes:
    return keyring().mac("link", b"device/1", browser.bytes)[:_MAC]


def _info(contact_id: int, id: UUID) -> bytes:
    return f"upstander/device/1|{contact_id}|{id}".encode()


def _sealed(contact_id: int, id: UUID, push: Push) -> tuple[int, bytes]:
    kept = msgspec.json.encode(_Kept(push.endpoint, push.p256dh, push.auth))
    return keyring().wrap("relay", kept, _info(contact_id, id))


def _new(account_id: int, browser: UUID, contact_id: int, push: Push) -> Device:
    id, now = uuid4(), clock.now()
    version, sealed = _sealed(contact_id, id, push)
    return Device(
        id=id, browser=browser, contact_id=contact_id, account_id=account_id, host=_host(push), made_at=now, changed_at=now,
        key_version=version, sealed_relay=sealed,
    )  # fmt: skip


def _seal_again(rows: dict[int, UUID], push: Push) -> None:
    """Another place for the pushes of these rows, by contact."""
    for contact_id, id in rows.items():
        version, sealed = _sealed(contact_id, id, push)
        Device.objects.filter(pk=id).update(
            host=_host(push), changed_at=clock.now(), key_version=version, sealed_relay=sealed
        )


def _host(push: Push) -> str:
    return (urlsplit(push.endpoint).hostname or "")[:200]
