"""What an organisation's administrator does: list contacts, and designate of them, person by person, who opens the dashboard.

Whom they may designate follows from whom they list: a contact of their place, for the organisation that the contact works
for; of an agency that others share, only for what concerns their own place (see `people.models.Designation.within`).
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from upstander.delivery import services as delivery
from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory.models import Contact, Kind, Organisation
from upstander.people import access
from upstander.people import queries as people
from upstander.people import services as accounts
from upstander.people.models import Account, Designation
from upstander.response import invitation
from upstander.response.services import CannotDo

AGENCIES = (Kind.LAW_ENFORCEMENT, Kind.MENTAL_HEALTH)


class NotTheirs(LookupError):
    """There is no such organisation, contact or designation for this administrator."""


def of(account: Account) -> list[Organisation]:
    """The organisations that `account` administers, each followed by the live schools under it."""
    own = Organisation.objects.filter(pk__in=access.administered(account)).order_by("name")
    found: list[Organisation] = []
    for organisation in own:
        found.append(organisation)
        if organisation.kind in (Kind.DISTRICT, Kind.SYSTEM):
            found += organisation.children.filter(kind=Kind.SCHOOL, retired_on=None).order_by("name")
    return list(dict.fromkeys(found))


def theirs(account: Account, organisation_id: int) -> Organisation:
    """The organisation, where `account` administers it; raises NotTheirs, also where there is none."""
    found = Organisation.objects.filter(pk=organisation_id).select_related("parent").first()
    if found is None or not access.administers(account, organisation_id):
        raise NotTheirs(organisation_id)
    return found


def contact_of(account: Account, organisation_id: int, contact_id: int) -> Contact:
    """A live contact that is listed for an organisation of this administrator; raises NotTheirs."""
    theirs(account, organisation_id)
    for contact in directory.contacts_of(organisation_id):
        if contact.pk == contact_id:
            return contact
    raise NotTheirs(contact_id)


def agencies(words: str) -> list[tuple[int, str]]:
    """Agencies by what was typed, as (id, name and town): whom a contact of police or mental health works for."""
    hits = directory.find_organisations(words, [k.value for k in AGENCIES])
    return [(hit.id, ", ".join(filter(None, (hit.name, hit.city)))) for hit in hits]


@dataclass(frozen=True, slots=True)
class Designated:
    """Who was designated, and whether a set-up link is on its way to their address: not where they have set up their account."""

    account: Account
    mailed: bool


@transaction.atomic
def designate(account: Account, organisation_id: int, contact_id: int, email: str) -> Designated:
    """D-II.I: let a listed contact open the dashboard, signing in with one of the addresses that are listed for them.

    Raises NotTheirs, CannotDo for an address that is not listed.
    """
    organisation = theirs(account, organisation_id)
    contact = contact_of(account, organisation_id, contact_id)
    listed = {p.value.lower() for p in contact.points.all() if p.kind == "email"}
    if email.strip().lower() not in listed:
        raise CannotDo(_("Choose one of the e-mail addresses that are listed for this person."))
    own = contact.organisation_id == organisation.pk or access.administers(account, contact.organisation_id)
    person, mailed = _account(account, email, contact)
    accounts.designate(
        account.actor,
        person.pk,
        contact.organisation_id,
        within_id=None if own else organisation.pk,
        contact_id=contact.pk,
    )
    return Designated(person, mailed)


def _account(by: Account, email: str, contact: Contact) -> tuple[Account, bool]:
    """The contact's account with this address, made where there is none, and whether a set-up link was mailed to it.

    Only to its own address, never shown: an officer whom several districts share has one account, and whoever set it up
    first would hold what every one of them opens to it later.
    """
    try:
        person = accounts.prepare_account(by.actor, email, contact.name)
    except accounts.AccountExists as known:
        person = known.account
        if not _may_be_invited(person):
            return person, False
    mail = accounts.invite_by_mail(by.actor, person.pk, contact.language)
    delivery.send_new(invitation.PURPOSE, mail, person.actor, priority=2)
    return person, True


def _may_be_invited(found: Account) -> bool:
    """Whether nobody has set up this account yet. Staff set theirs up at the desk; an ended account stays ended."""
    in_use = found.last_login is not None or found.has_usable_password()
    return found.is_active and not in_use and not access.staff(found)


def designations(organisation: Organisation) -> list[Designation]:
    """Who may open the dashboard for this organisation or, of an agency, because this organisation said so."""
    found = list(people.designated_at([organisation.pk]))
    within = people.designated_within([organisation.pk])
    return found + [d for d in within if d.organisation_id != organisation.pk]


@transaction.atomic
def end_designation(account: Account, organisation_id: int, designation_id: int) -> None:
    """Close the dashboard to a person. Administrators are ended by the programme. Raises NotTheirs."""
    organisation = theirs(account, organisation_id)
    for found in designations(organisation):
        if found.pk == designation_id and found.kind == Designation.Kind.END_USER:
            accounts.end_designation(account.actor, designation_id)
            return
    raise NotTheirs(designation_id)


@transaction.atomic
def end_contact(account: Account, organisation_id: int, contact_id: int) -> None:
    """Take a person off the list; what was opened to them as this contact is closed with it. Raises NotTheirs, NotNow."""
    organisation = theirs(account, organisation_id)
    contact_of(account, organisation_id, contact_id)
    listing.end_contact(contact_id, account.actor)
    for found in designations(organisation):
        if found.contact_id == contact_id:
            accounts.end_designation(account.actor, found.pk)


@transaction.atomic
def put_back(account: Account, organisation_id: int, contact_id: int) -> None:
    """List a person again who was taken off the list; what was opened to them stays closed. Raises NotTheirs, NotNow."""
    theirs(account, organisation_id)
    if contact_id not in {c.pk for c in directory.contacts_of(organisation_id, ended=True)}:
        raise NotTheirs(contact_id)
    listing.put_back(contact_id, account.actor)
