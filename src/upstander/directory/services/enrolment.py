"""Signing up (D-II.B): asked for by an official, verified by the programme, active from a day, withdrawable.

A district, a system of private schools, a private school or a region signs up; a district's schools take part
through it.
"""

from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory import values
from upstander.directory.models import Enrolment, Kind, Organisation, Sector
from upstander.directory.services.errors import Invalid, NotNow

MOST_OPEN = 20  # requests of strangers for one organisation that wait for the programme
_SIGNS_UP = (Kind.DISTRICT, Kind.SYSTEM, Kind.REGION)
_PRIVATE = (Sector.PRIVATE, Sector.PRIVATE_SPECIAL_EDUCATION)
# Only what a request may say: the school login has no right to the other columns.
_REQUEST = """
INSERT INTO directory_enrolment (organisation_id, requested_at, requested_by, authority, contact_email,
contact_phone) VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
"""


def may_enrol(organisation: Organisation) -> bool:
    """Whether this organisation signs up for itself, rather than through its district."""
    if organisation.retired_on:
        return False
    if organisation.kind in _SIGNS_UP:
        return True
    return organisation.kind == Kind.SCHOOL and (
        organisation.sector in _PRIVATE or organisation.parent_id is None
    )


def check_request(requested_by: str, authority: str, email: str, phone: str) -> tuple[str, str, str, str]:
    """The four things that a request says, in one spelling; raises Invalid with every field that is not right."""
    errors: dict[str, str] = {}
    requested_by, authority = requested_by.strip(), authority.strip()
    if not requested_by or len(requested_by) > 120:
        errors["requested_by"] = _("Write the name of the official who asks, in at most 120 letters.")
    if not authority or len(authority) > 200:
        errors["authority"] = _("Write with whose authority, for example “Superintendent” or “Board, May 4”.")
    for field, read, text in (
        ("contact_email", values.email, email),
        ("contact_phone", values.phone, phone),
    ):
        try:
            read(text)
        except ValueError as error:
            errors[field] = str(error)
    if not email.strip() and not phone.strip():
        errors["contact_email"] = _("Give an e-mail address or a telephone number, so that we can verify it.")
    if errors:
        raise Invalid(**errors)
    return requested_by, authority, values.email(email), values.phone(phone)


def request_enrolment(
    organisation_id: int,
    requested_by: str,
    authority: str,
    contact_email: str,
    contact_phone: str,
    actor: str,
) -> int:
    """Ask that an organisation take part; returns the enrolment's id.

    Requests queue behind one another until one is verified. MOST_OPEN of them stop strangers, who sign nothing; whoever is known
    (`actor` is an account) is never stopped by them. Raises Invalid (what was typed), NotNow (it cannot sign up by itself, takes
    part already, or too many wait), LookupError.
    """
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise LookupError(organisation_id)
    if not may_enrol(organisation):
        raise NotNow(_("This organization does not sign up for itself: its district or system does."))
    row = check_request(requested_by, authority, contact_email, contact_phone)
    open_ones = Enrolment.objects.filter(organisation_id=organisation_id, refused_at=None, withdrawn_on=None)
    if open_ones.exclude(verified_at=None).exists():
        raise NotNow(_("It takes part already, or its request is verified already."))
    if not actor.startswith("account:") and open_ones.count() >= MOST_OPEN:
        raise NotNow(_("Several requests wait already."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REQUEST, [organisation_id, clock.now(), *row])
        pk = int(cursor.fetchone()[0])
        audit.record(actor, "directory.enrolment_requested", "organisation", organisation_id, enrolment=pk)
    return pk


def _locked(enrolment_id: int) -> Enrolment:
    found = Enrolment.objects.select_for_update().filter(pk=enrolment_id).first()
    if found is None:
        raise LookupError(enrolment_id)
    if found.refused_at or found.withdrawn_on:
        raise NotNow(_("This enrollment has ended. Ask for a new one."))
    return found


def _saved(enrolment: Enrolment, actor: str, act: str, *fields: str, **codes: object) -> None:
    enrolment.save(update_fields=list(fields))
    audit.record(actor, act, "organisation", enrolment.organisation_id, enrolment=enrolment.pk, **codes)


@transaction.atomic
def verify_enrolment(enrolment_id: int, how: str, actor: str) -> None:
    """The programme has made sure that whoever asked may ask; `how` says by what. Raises Invalid, NotNow,
    LookupError.
    """
    enrolment = _locked(enrolment_id)
    if enrolment.verified_at:
        raise NotNow(_("Somebody has verified this already."))
    if not how.strip() or len(how.strip()) > 200:
        raise Invalid(how=_("Write how it was verified, for example “called the district's listed number”."))
    enrolment.verified_at, enrolment.verified_by, enrolment.how_verified = clock.now(), actor, how.strip()
    try:
        with transaction.atomic():
            _saved(
                enrolment, actor, "directory.enrolment_verified", "verified_at", "verified_by", "how_verified"
            )
    except IntegrityError:
        raise NotNow(
            _("Another request of this organization is verified already. Refuse this one.")
        ) from None


@transaction.atomic
def activate(enrolment_id: int, active_from: date, actor: str) -> None:
    """Let a verified enrolment count from a day on. Raises NotNow, LookupError."""
    enrolment = _locked(enrolment_id)
    if not enrolment.verified_at:
        raise NotNow(_("The authority has to be verified first."))
    if enrolment.active_from:
        raise NotNow(_("It is active already."))
    enrolment.active_from = active_from
    _saved(enrolment, actor, "directory.enrolment_active", "active_from", active_from=active_from.isoformat())


@transaction.atomic
def refuse(enrolment_id: int, actor: str) -> None:
    """Refuse a request that is not active yet. Raises NotNow, LookupError."""
    enrolment = _locked(enrolment_id)
    if enrolment.active_from:
        raise NotNow(_("It is active: withdraw it instead."))
    enrolment.refused_at = clock.now()
    _saved(enrolment, actor, "directory.enrolment_refused", "refused_at")


@transaction.atomic
def withdraw(enrolment_id: int, actor: str) -> None:
    """End an enrolment today: the places under it are Out-of-Network from now on. Raises NotNow,
    LookupError.
    """
    enrolment = _locked(enrolment_id)
    enrolment.withdrawn_on = clock.today()
    _saved(enrolment, actor, "directory.enrolment_withdrawn", "withdrawn_on")
