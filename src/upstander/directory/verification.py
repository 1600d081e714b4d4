"""Who of the contacts is to be verified again: half of a school's contacts are other people after three years.

A contact is due who was never verified, not for the pack's days, not since their school's term began, or whose address bounced or
number was found to be wrong since. Nobody is taken off a list by it: every call and mail stays owed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.calendars import term_began
from upstander.directory.calendars_queries import calendars_of, day_of
from upstander.directory.models import Contact, ContactPoint, Organisation, Reverification
from upstander.packs.current import current

GRACE = timedelta(days=14)  # due for longer is overdue
FRESH = timedelta(days=30)  # whoever was verified so shortly before a term begins need not be again


@dataclass(frozen=True, slots=True)
class Due:
    """A contact to be verified again: on whose list, since when (None: always) and why, by code; and whether anything reaches
    them."""

    contact: Contact
    organisation: Organisation
    since: date | None
    reasons: tuple[str, ...]
    reachable: bool
    overdue: bool


def words() -> dict[str, str]:
    """What each reason means, in words."""
    return {
        "never": _("never verified"),
        "age": _("not verified for a long time"),
        "term": _("not verified since the term began"),
        "bounced": _("an address refuses mail"),
        "wrong_number": _("a number was found to be wrong"),
        "said_wrong": _("they say that something is not right"),
    }


def due(today: date, listed_for: Collection[int] | None = None) -> list[Due]:
    """Everybody who is due on a day, of these organisations' lists only where they are given: who cannot be reached at all first,
    then who has been due for longest."""
    live = Contact.objects.exclude(ended_on__lte=today).filter(listed_for__retired_on=None)
    if listed_for is not None:
        live = live.filter(listed_for__in=listed_for)
    contacts = list(live.select_related("listed_for").prefetch_related("points", "askings").order_by("name", "pk"))
    known = calendars_of({contact.listed_for_id for contact in contacts})
    found = []
    for contact in contacts:
        began = term_began(known[contact.listed_for_id], today)
        reasons = dict(_reasons(contact, began, today))
        if reasons:
            sinces = [since for since in reasons.values() if since is not None]
            since = None if None in reasons.values() else min(sinces)
            works = any(point.bounced_at is None for point in contact.points.all())
            late = since is None or today - since >= GRACE
            found.append(Due(contact, contact.listed_for, since, tuple(reasons), works, late))
    return sorted(found, key=lambda d: (d.reachable, d.since or date.min, d.contact.name, d.contact.pk))


def _reasons(contact: Contact, term: date | None, today: date) -> Iterator[tuple[str, date | None]]:
    """Why a contact is due, and since when."""
    verified = contact.verified_on
    if verified is None:
        yield "never", None
    else:
        old = verified + timedelta(days=current().limits.contact_check_days)
        if old <= today:
            yield "age", old
        if term and verified < term - FRESH:
            yield "term", term
    for point in contact.points.all():
        if point.bounced_at is not None:
            day = day_of(point.bounced_at)
            if verified is None or verified <= day:
                yield ("bounced" if point.kind == ContactPoint.Kind.EMAIL else "wrong_number"), day
    for asking in contact.askings.all():
        if asking.answer == Reverification.Answer.WRONG and asking.answered_at is not None:
            day = day_of(asking.answered_at)
            if verified is None or verified <= day:
                yield "said_wrong", day


@transaction.atomic
def wrong_number(contact_id: int, number: str, actor: str) -> None:
    """Somebody else answered at a contact's number: it counts as not working until the contact is verified. `number` empty:
    which of them it was is not known, and only a contact with a single number has it marked."""
    phones = ContactPoint.objects.filter(contact_id=contact_id, kind=ContactPoint.Kind.PHONE)
    chosen = phones.filter(value=number) if number else phones
    if chosen.count() == 1 and chosen.filter(bounced_at=None).update(bounced_at=clock.now()):
        audit.record(actor, "directory.wrong_number", "contact", contact_id)
