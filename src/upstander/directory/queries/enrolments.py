"""Who asked to take part, and how far that has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, Q, When
from django.db.models.functions import Coalesce

from upstander import clock
from upstander.directory.models import Contact, Enrolment


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """An enrolment with its state: requested, verified, active, withdrawn or refused (and `coming`: active
    from a later day).
    """

    id: int
    organisation_id: int
    organisation_name: str
    kind: str
    state: str
    requested_at: datetime
    requested_by: str
    authority: str
    contact_email: str
    contact_phone: str
    verified_at: datetime | None
    how_verified: str
    active_from: date | None
    withdrawn_on: date | None


def state_of(enrolment: Enrolment, today: date) -> str:
    """The state of one enrolment on a day; it is derived, not stored."""
    if enrolment.refused_at:
        return "refused"
    if enrolment.withdrawn_on and enrolment.withdrawn_on <= today:
        return "withdrawn"
    if enrolment.active_from:
        return "active" if enrolment.active_from <= today else "coming"
    return "verified" if enrolment.verified_at else "requested"


def _row(enrolment: Enrolment) -> EnrolmentRow:
    return EnrolmentRow(
        id=enrolment.pk,
        organisation_id=enrolment.organisation_id,
        organisation_name=enrolment.organisation.name,
        kind=enrolment.organisation.kind,
        state=state_of(enrolment, clock.today()),
        requested_at=enrolment.requested_at,
        requested_by=enrolment.requested_by,
        authority=enrolment.authority,
        contact_email=enrolment.contact_email,
        contact_phone=enrolment.contact_phone,
        verified_at=enrolment.verified_at,
        how_verified=enrolment.how_verified,
        active_from=enrolment.active_from,
        withdrawn_on=enrolment.withdrawn_on,
    )


def enrolment_of(organisation_id: int) -> EnrolmentRow | None:
    """The enrolment of an organisation: the verified one that has not ended, else the newest, whatever its state."""
    found = Enrolment.objects.filter(organisation_id=organisation_id).select_related("organisation")
    counts = Q(verified_at__isnull=False, refused_at=None, withdrawn_on=None)
    newest = found.order_by(Case(When(counts, then=0), default=1), "-requested_at", "-id").first()
    return _row(newest) if newest else None


def enrolments_waiting(limit: int = 200) -> list[EnrolmentRow]:
    """Requests that the programme has not decided, the oldest first."""
    found = Enrolment.objects.filter(active_from=None, refused_at=None, withdrawn_on=None)
    return [_row(e) for e in found.select_related("organisation").order_by("requested_at", "id")[:limit]]


@dataclass(frozen=True, slots=True)
class Joining:
    """How far an organisation is on the way into the network: its enrolment (None: nobody asked), and how many contacts are
    listed for it or under it."""

    enrolment: EnrolmentRow | None
    contacts: int

    @property
    def state(self) -> str:
        """The enrolment's state; empty where nobody asked."""
        return self.enrolment.state if self.enrolment else ""


def joining(organisation_ids: Iterable[int]) -> dict[int, Joining]:
    """The same for many organisations at once, in two queries."""
    ids, today = set(organisation_ids), clock.today()
    counts = Q(verified_at__isnull=False, refused_at=None, withdrawn_on=None)
    found = Enrolment.objects.filter(organisation__in=ids).select_related("organisation")
    enrolments: dict[int, EnrolmentRow] = {}
    for enrolment in found.order_by(Case(When(counts, then=0), default=1), "-requested_at", "-id"):
        enrolments.setdefault(enrolment.organisation_id, _row(enrolment))
    listed = Contact.objects.exclude(ended_on__lte=today).filter(
        Q(listed_for__in=ids) | Q(listed_for__parent__in=ids, listed_for__retired_on=None)
    )
    of = Case(When(listed_for__in=ids, then="listed_for_id"), default=Coalesce("listed_for__parent_id", "listed_for_id"))
    contacts = dict(listed.annotate(of=of).values_list("of").annotate(Count("id")))
    return {i: Joining(enrolments.get(i), contacts.get(i, 0)) for i in ids}
