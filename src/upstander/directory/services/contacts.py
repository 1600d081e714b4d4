"""Listing points of contact (POCs): who they are, how they are reached, verified when (D-II.A)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory import values
from upstander.directory.models import Contact, ContactPoint, EndUserType, Kind, Organisation
from upstander.directory.services.errors import Invalid, NotNow

PUT_BACK = timedelta(days=30)  # so long who was taken off by mistake is put back as they were; later they are listed anew
LANGUAGES = tuple(dict(settings.LANGUAGES))
# For whom contacts can be listed; agencies' own people are listed for the place that they look after.
_LISTS = (Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM, Kind.REGION, Kind.COLLEGE, Kind.CAMPUS)


@dataclass(frozen=True, slots=True)
class Details:
    """What is written of a contact. `phones` and `emails` in the order in which they are to be tried."""

    name: str
    end_user_type: str
    role: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    language: str = "en"
    organisation_id: int | None = None  # whom they work for; None: the organisation that they are listed for


def _points(field: str, texts: Iterable[str], errors: dict[str, str]) -> list[str]:
    read = values.phone if field == "phones" else values.email
    found, wrong = [], []
    for text in texts:
        try:
            found.append(read(text))
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        errors[field] = "; ".join(wrong[:8])
    return list(dict.fromkeys(filter(None, found)))


def checked(details: Details) -> Details:
    """`details` in one spelling; raises Invalid with every field that is not right."""
    errors: dict[str, str] = {}
    name, role = " ".join(details.name.split()), " ".join(details.role.split())
    if not name or len(name) > 120:
        errors["name"] = _("Write the person's name, in at most 120 letters.")
    if len(role) > 120:
        errors["role"] = _("At most 120 letters.")
    if details.end_user_type not in EndUserType.values:
        errors["end_user_type"] = _("Choose what kind of end-user this is.")
    if details.language not in LANGUAGES:
        errors["language"] = _("Choose one of the languages.")
    phones = _points("phones", details.phones, errors)
    emails = _points("emails", details.emails, errors)
    if not phones and not emails and not errors.keys() & {"phones", "emails"}:
        errors["phones"] = _(
            "Give at least one telephone number or e-mail address: somebody must be reached."
        )
    if errors:
        raise Invalid(**errors)
    return Details(
        name, details.end_user_type, role, phones, emails, details.language, details.organisation_id
    )


def write_points(contact: Contact, details: Details) -> None:
    """Make the contact's points those of `details`; a point that stays keeps what is known of it (bounces)."""
    wanted = [("phone", v) for v in details.phones] + [("email", v) for v in details.emails]
    have = {(p.kind, p.value): p for p in contact.points.all()}
    ContactPoint.objects.filter(pk__in=[p.pk for key, p in have.items() if key not in wanted]).delete()
    for position, (kind, value) in enumerate(wanted):
        point = have.get((kind, value))
        if point is None:
            ContactPoint.objects.create(contact=contact, kind=kind, value=value, position=position)
        elif point.position != position:
            ContactPoint.objects.filter(pk=point.pk).update(position=position)


@transaction.atomic
def add_contact(listed_for_id: int, details: Details, actor: str, verified: bool = False) -> int:
    """List a person for an organisation, last in its order; returns the contact's id.

    `verified`: the details were checked with the person just now. Raises Invalid, NotNow, LookupError.
    """
    place = Organisation.objects.filter(pk=listed_for_id).first()
    if place is None:
        raise LookupError(listed_for_id)
    if place.retired_on or place.kind not in _LISTS:
        raise NotNow(_("Contacts are listed for live schools, districts, systems, regions and colleges."))
    details = checked(details)
    last = place.contacts.aggregate(last=Max("position"))["last"]
    contact = Contact.objects.create(
        listed_for=place,
        organisation_id=details.organisation_id or place.pk,
        end_user_type=details.end_user_type,
        name=details.name,
        role=details.role,
        language=details.language,
        position=0 if last is None else min(last + 1, 32_000),
        verified_on=clock.today() if verified else None,
    )
    write_points(contact, details)
    audit.record(actor, "directory.contact_added", "contact", contact.pk, listed_for=place.pk)
    return contact.pk


def _live(contact_id: int) -> Contact:
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise LookupError(contact_id)
    if contact.ended_on and contact.ended_on <= clock.today():
        raise NotNow(_("This contact has ended. Add the person anew."))
    return contact


@transaction.atomic
def change_contact(contact_id: int, details: Details, actor: str) -> None:
    """Write a contact's details anew. Changed numbers or addresses are no longer verified. Raises as
    `add_contact`.
    """
    contact = _live(contact_id)
    details = checked(details)
    before = {(p.kind, p.value) for p in contact.points.all()}
    after = {("phone", v) for v in details.phones} | {("email", v) for v in details.emails}
    contact.name, contact.role, contact.language = details.name, details.role, details.language
    contact.end_user_type = details.end_user_type
    contact.organisation_id = details.organisation_id or contact.organisation_id
    if before != after:
        contact.verified_on = None
    contact.save()
    write_points(contact, details)
    audit.record(actor, "directory.contact_changed", "contact", contact_id, points=before != after)


@transaction.atomic
def end_contact(contact_id: int, actor: str) -> None:
    """Take a person off the list from today on; the row stays, because notices refer to it. Raises NotNow,
    LookupError.
    """
    contact = _live(contact_id)
    contact.ended_on = clock.today()
    contact.save(update_fields=["ended_on"])
    audit.record(actor, "directory.contact_ended", "contact", contact_id, listed_for=contact.listed_for_id)


def ended_lately(contact: Contact) -> bool:
    """Whether this contact was taken off the list so short a time ago that they can be put back."""
    return contact.ended_on is not None and clock.today() - PUT_BACK <= contact.ended_on <= clock.today()


@transaction.atomic
def put_back(contact_id: int, actor: str) -> None:
    """List somebody again who was taken off the list, as they stood there. Raises NotNow, LookupError."""
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise LookupError(contact_id)
    if not ended_lately(contact):
        raise NotNow(_("This contact cannot be put back. Add the person anew."))
    contact.ended_on = None
    contact.save(update_fields=["ended_on"])
    audit.record(actor, "directory.contact_put_back", "contact", contact_id, listed_for=contact.listed_for_id)


@transaction.atomic
def verify_contact(contact_id: int, actor: str) -> None:
    """Somebody has made sure today that this person is reached like this. Raises NotNow, LookupError."""
    contact = _live(contact_id)
    contact.verified_on = clock.today()
    contact.save(update_fields=["verified_on"])
    contact.points.filter(kind="phone").update(bounced_at=None)  # (what a mail server refuses, it refuses still)
    audit.record(actor, "directory.contact_verified", "contact", contact_id, listed_for=contact.listed_for_id)
