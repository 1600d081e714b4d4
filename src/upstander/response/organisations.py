"""What an organisation's administrator does: list contacts, and designate of them, person by person, who opens the dashboard.

Whom they may designate follows from whom they list: a contact of their place, for the organisation that the contact works
for; of an agency that others share, only for what concerns their own place (see `people.models.Designation.within`).
"""

from dataclasses import dataclass

from django.db import transaction

from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory.models import Contact, Kind, Organisation
from upstander.people import access
from upstander.people import queries as people
from upstander.people import services as accounts
from upstander.people.models import Account, Designation
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
    """Who was designated, and the token of the set-up link to hand over; empty where they have an account already."""

    account: Account
    token: str


@transaction.atomic
def designate(account: Account, organisation_id: int, contact_id: int, email: str) -> Designated:
    """D-II.I: let a listed contact open the dashboard, signing in with one of the addresses that are listed for them.

    Raises NotTheirs, CannotDo for an address that is not listed.
    """
    organisation = theirs(account, organisation_id)
    contact = contact_of(account, organisation_id, contact_id)
    listed = {p.value.lower() for p in contact.points.all() if p.kind == "email"}
    if email.strip().lower() not in listed:
        raise CannotDo("Choose one of the e-mail addresses that are listed for this person.")
    own = contact.organisation_id == organisation.pk or access.administers(account, contact.organisation_id)
    person, token = _account(account, email, contact.name)
    accounts.designate(
        account.actor,
        person.pk,
        contact.organisation_id,
        within_id=None if own else organisation.pk,
        contact_id=contact.pk,
    )
    return Designated(person, token)


def _account(by: Account, email: str, name: str) -> tuple[Account, str]:
    """The account with this address, made where there is none. A link is given only for one that nobody has set up:
    otherwise an administrator could take over an account by naming its address.
    """
    try:
        return accounts.create_account(by.actor, email, name)
    except accounts.AccountExists as known:
        found = known.account
        return found, accounts.invite(by.actor, found.pk) if _theirs_to_invite(by, found) else ""


def _theirs_to_invite(by: Account, found: Account) -> bool:
    """Whether `by` may hand over a new set-up link for an account that is there already: nobody has set it up, `by` alone
    has made links to it, and it is meant for places of `by` only. A link to one that the programme or a neighbour has
    prepared would open what they meant it for; they make the new one.
    """
    if found.last_login is not None or found.has_usable_password() or access.staff(found):
        return False
    meant_for = {d.within_id or d.organisation_id for d in people.designations_of(found.pk)}
    return people.invited_only_by(found.pk, by.actor) and all(access.administers(by, p) for p in meant_for)


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
