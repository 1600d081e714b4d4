"""Who is left out of a tip because it is about them, read wherever something would reach them (D-II.A).

The database refuses what is written for them (migrations `exclusion`, `an_address_alone`); this is so that nothing tries, that
mails and pages leave them out. At their addresses nobody is told; a colleague to whose entry one of these came later is told at
the others, and is red where none is left (decision 72).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from upstander.actions.ledger import TO_CONTACTS
from upstander.actions.models import Exclusion, Notice, RequiredAction
from upstander.directory.models import Contact, ContactPoint

EMAIL, PHONE = "email:", "phone:"


def key(point: ContactPoint) -> str:
    """A telephone number or e-mail address in the one spelling by which two are compared."""
    return f"{point.kind}:{point.value.lower()}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The contacts who are told nothing of a tip, and the addresses at which nobody is told of it."""

    contacts: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()

    def holds(self, contact: Contact) -> bool:
        """Whether nothing reaches this contact: left out, or without an address that is not of somebody who is."""
        return contact.pk in self.contacts or self.cuts_off(contact)

    def numbers_of(self, phones: Iterable[str]) -> tuple[str, ...]:
        """Those of a contact's telephone numbers at which they may be told."""
        return tuple(number for number in phones if f"{PHONE}{number.lower()}" not in self.addresses)

    def cuts_off(self, contact: Contact) -> bool:
        """Whether a contact whom nobody has left out has no address of their own: each is of somebody who is left out."""
        points = contact.points.all() if self.addresses and contact.pk not in self.contacts else ()
        return bool(points) and all(key(point) in self.addresses for point in points)


NOBODY = LeftOut()


def of(tip_ids: Iterable[UUID]) -> dict[UUID, LeftOut]:
    """Who is left out of these tips, by tip; tips of which nobody is are absent. One query."""
    return _by_tip(Exclusion.objects.filter(tip_id__in=set(tip_ids), ended_at=None))


def _by_tip(rows: QuerySet[Exclusion]) -> dict[UUID, LeftOut]:
    found: dict[UUID, LeftOut] = {}
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


def cut_off(tip_ids: Iterable[UUID] | None = None) -> list[RequiredAction]:
    """The calls and mails that are owed, of open tips (of `tip_ids` alone, where given), to contacts whom nobody has left out
    and who are told nothing all the same: a person must decide about them."""
    found = Exclusion.objects.filter(ended_at=None, tip__closed_at=None)
    left = _by_tip(found if tip_ids is None else found.filter(tip_id__in=list(tip_ids)))
    if not left:
        return []
    rows = RequiredAction.objects.filter(tip_id__in=left, kind__in=TO_CONTACTS, target_kind="contact", ended_by=None)
    owed = [row for row in rows.order_by("owed_since", "id") if row.target_ref.isdecimal()]
    people = Contact.objects.prefetch_related("points").in_bulk({int(row.target_ref) for row in owed})
    return [
        row for row in owed
        if (contact := people.get(int(row.target_ref))) and left[row.tip_id].cuts_off(contact)
    ]  # fmt: skip


def hidden_from(contact_ids: Iterable[int], email: str) -> QuerySet[Exclusion, Any]:
    """The tips of which a person is left out who is one of these contacts, or signs in with this address; for `tip_id__in`.

    One address among others that a contact shares hides nothing: it may have been added to cut them off. By columns that the
    school's login may read.
    """
    theirs: dict[int, set[str]] = {id: set() for id in contact_ids}
    for point in ContactPoint.objects.filter(contact_id__in=theirs):
        theirs[point.contact_id].add(key(point))
    same = Q(contact_id__in=theirs) | Q(addresses__contains=[EMAIL + email.lower()])
    for keys in filter(None, theirs.values()):
        same |= Q(addresses__contains=sorted(keys))
    if not theirs:
        same |= Q(contact__points__kind="email", contact__points__value__iexact=email)
    return Exclusion.objects.filter(same, ended_at=None).values("tip_id")
