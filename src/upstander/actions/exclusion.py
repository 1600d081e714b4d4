"""Who is left out of a tip because it is about them, read wherever something would reach them (D-II.A).

The database refuses what is written for them (migration `exclusion`); this is so that nothing tries, that mails and pages leave
them out, and that whoever is reached at the same address is the same person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from upstander.actions.models import Exclusion, Notice
from upstander.directory.models import Contact, ContactPoint

EMAIL = "email:"


def key(point: ContactPoint) -> str:
    """A telephone number or e-mail address in the one spelling by which two are compared."""
    return f"{point.kind}:{point.value.lower()}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The contacts who are told nothing of a tip, and the addresses at which nobody is."""

    contacts: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()

    def holds(self, contact: Contact) -> bool:
        """Whether nothing reaches this contact, by whatever entry of the directory."""
        return contact.pk in self.contacts or not self.addresses.isdisjoint(map(key, contact.points.all()))


NOBODY = LeftOut()


def of(tip_ids: Iterable[UUID]) -> dict[UUID, LeftOut]:
    """Who is left out of these tips, by tip; tips of which nobody is are absent. One query."""
    found: dict[UUID, LeftOut] = {}
    rows = Exclusion.objects.filter(tip_id__in=set(tip_ids), ended_at=None)
    for tip_id, contact_id, addresses in rows.values_list("tip_id", "contact_id", "addresses"):
        so_far = found.get(tip_id, NOBODY)
        found[tip_id] = LeftOut(so_far.contacts | {contact_id}, so_far.addresses.union(addresses))
    return found


def of_tip(tip_id: UUID) -> LeftOut:
    """Who is left out of one tip."""
    return of([tip_id]).get(tip_id, NOBODY)


def bars(notice: Notice) -> bool:
    """Whether a notice is one of somebody who is left out: its link opens nothing and its mail does not leave."""
    return of_tip(notice.referral.tip_id).holds(notice.contact)


def barred(notices: Iterable[Notice]) -> set[UUID]:
    """The ids of those notices that are of somebody who is left out; referrals, contacts and points come with them."""
    notices = list(notices)
    left = of(n.referral.tip_id for n in notices)
    return {n.id for n in notices if left.get(n.referral.tip_id, NOBODY).holds(n.contact)}


def hidden_from(contact_ids: Iterable[int], email: str) -> QuerySet[Exclusion, Any]:
    """The tips of which a person is left out who is one of these contacts, or signs in with this address; for `tip_id__in`.

    By columns that the school's login may read.
    """
    ids = set(contact_ids)
    points = ContactPoint.objects.filter(contact_id__in=ids)
    addresses = {EMAIL + email.lower(), *map(key, points)}
    same = Q(contact_id__in=ids) | Q(addresses__overlap=sorted(addresses))
    same |= Q(contact__points__kind="email", contact__points__value__iexact=email)
    return Exclusion.objects.filter(same, ended_at=None).values("tip_id")
