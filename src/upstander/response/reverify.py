"""Contacts are asked by mail whether what is listed of them is right, and answer by one press (decision 103).

The link's token is the asking's id and a MAC over it under the secret `link`, which only the relay and the school origin hold.
"""

import base64
import binascii
import hmac
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from upstander import clock
from upstander.actions.render import moment
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.services import Mail
from upstander.directory import services as listing
from upstander.directory import verification
from upstander.directory.calendars_queries import day_of
from upstander.directory.models import Contact, Reverification
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.vault.keys import keyring

PURPOSE = "reverify"
AGAIN = timedelta(days=7)
MOST_ASKINGS = 3  # since somebody was last verified; then a person calls them
LASTS = timedelta(days=30)
OPENS, CLOSES = time(9), time(16)  # on weekdays, where the programme is: nobody is woken by it
PART = 50
_PRIORITY, _MAC_BYTES = 8, 14
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('upstander.reverify'))"


def turn() -> bool:
    """Ask a part of those who are due, have an address that works, and were not asked lately; True where there are more."""
    now = clock.now()
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.weekday() >= 5 or not OPENS <= local.time() < CLOSES:
        return False
    return _ask(now) == PART


@transaction.atomic
def _ask(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if not cursor.fetchone()[0]:
            return 0
    done = 0
    for one in verification.due(clock.today()):
        if done == PART:
            break
        if _address(one.contact) and not _asked_enough(one.contact, now):
            made = Reverification.objects.create(id=new_id(), contact=one.contact, asked_at=now, until=now + LASTS)
            delivery.send_new(PURPOSE, made.id, f"contact:{one.contact.pk}", _PRIORITY)
            audit.record("system:worker", "directory.verification_asked", "contact", one.contact.pk)
            done += 1
    return done


def _address(contact: Contact) -> str:
    """The first address of a contact that no mail server refuses; empty where there is none."""
    mails = [p for p in contact.points.all() if p.kind == "email" and p.bounced_at is None]
    return min(mails, key=lambda p: (p.position, p.pk)).value if mails else ""


def _asked_enough(contact: Contact, now: datetime) -> bool:
    """Whether somebody was asked lately, or so often since they were last verified that a person had better call them."""
    asked = Reverification.objects.filter(contact=contact)
    if contact.verified_on:
        asked = asked.filter(asked_at__gte=datetime.combine(contact.verified_on, time(), ZoneInfo(settings.TIME_ZONE)))
    times = list(asked.values_list("asked_at", flat=True))
    return len(times) >= MOST_ASKINGS or any(now - at < AGAIN for at in times)


def render(asking_id: UUID) -> Mail | None:
    """The mail that asks; None where it is answered, over, or the contact has left the list or was verified meanwhile."""
    found = _open().filter(pk=asking_id).first()
    if found is None or not (address := _address(found.contact)):
        return None
    if found.contact.verified_on and found.contact.verified_on >= day_of(found.asked_at):
        return None
    pack, language = current(), found.contact.language
    values = {"contact": found.contact.name, "link": url_for(found.id), "until": moment(found.until, pack, language)}
    return Mail(
        to_address=address,
        to_name=found.contact.name,
        subject=pack.text("mail.reverify.subject", language),
        text=pack.text("mail.reverify.body", language, **values),
    )


def _open() -> QuerySet[Reverification]:
    """The askings that wait for an answer."""
    live = Reverification.objects.select_related("contact__listed_for").prefetch_related("contact__points")
    return live.filter(answered_at=None, until__gt=clock.now()).exclude(contact__ended_on__lte=clock.today())


def _mac(asking_id: UUID) -> bytes:
    return keyring().mac("link", b"reverify/1", asking_id.bytes)[:_MAC_BYTES]


def token_for(asking_id: UUID) -> str:
    """The link token of an asking."""
    return base64.b32encode(asking_id.bytes + _mac(asking_id)).decode().rstrip("=").lower()


def url_for(asking_id: UUID) -> str:
    """The address of the page where a contact answers, on the school origin."""
    return f"{config().origin('school')}/v/{token_for(asking_id)}/"


def asking_for(token: str) -> Reverification | None:
    """The asking that `token` names; None where it is forged, unknown, answered or over."""
    try:
        raw = base64.b32decode(token.upper().encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _MAC_BYTES or not hmac.compare_digest(raw[16:], _mac(UUID(bytes=raw[:16]))):
        return None
    return _open().filter(pk=UUID(bytes=raw[:16])).first()


@transaction.atomic
def answer(asking: Reverification, right: bool) -> None:
    """Write down what the contact says: they are verified today, or somebody must look after their entry. A second press changes
    nothing. Raises NotNow where they have left the list."""
    said = Reverification.Answer.RIGHT if right else Reverification.Answer.WRONG
    first = Reverification.objects.filter(pk=asking.pk, answered_at=None)
    if not first.update(answered_at=clock.now(), answer=said):
        return
    actor = f"contact:{asking.contact_id}"
    if right:
        listing.verify_contact(asking.contact_id, actor)
    else:
        audit.record(actor, "directory.contact_said_wrong", "contact", asking.contact_id)
