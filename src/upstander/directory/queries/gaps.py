"""The red list: what would leave a call-taker without a number to call, found before a tip does (D-II.D)."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from upstander import clock
from upstander.directory.models import Contact, ContactPoint, County, Kind, Organisation, Route
from upstander.directory.queries.routing import OrgRef, _ref


@dataclass(frozen=True, slots=True)
class CountyGap:
    """A county for which no PSAP answers. `primaries`: how many could; 0 is a hole, more need a chosen
    default.
    """

    id: int
    name: str
    primaries: int


@dataclass(frozen=True, slots=True)
class ContactGap:
    """A contact who cannot be reached, and the organisation (`id`, `organisation`) on whose list they stand. `address`: the one
    that refuses mail; empty where they have neither a telephone nor an e-mail address.
    """

    id: int
    organisation: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Everything that is missing. Counties first: a whole county without an answering point weighs most."""

    counties_without_psap: tuple[CountyGap, ...]
    counties_undecided: tuple[CountyGap, ...]
    psaps_without_number: tuple[OrgRef, ...]
    routes_to_retired: tuple[OrgRef, ...]
    places_without_county: int
    contacts_without_address: tuple[ContactGap, ...]
    addresses_refusing: tuple[ContactGap, ...]

    @property
    def red(self) -> int:
        """How many things are red."""
        return (
            len(self.counties_without_psap)
            + len(self.counties_undecided)
            + len(self.psaps_without_number)
            + len(self.routes_to_retired)
            + len(self.contacts_without_address)
            + len(self.addresses_refusing)
        )


def _counties() -> list[CountyGap]:
    chosen = Route.objects.filter(kind=Route.Kind.PSAP, county=OuterRef("pk"), target__retired_on=None)
    primary = Q(
        organisations__kind=Kind.PSAP,
        organisations__retired_on=None,
        organisations__psap__fcc_status="primary",
    )
    found = (
        County.objects.filter(~Exists(chosen), pseudo=False)
        .annotate(primaries=Count("organisations", filter=primary, distinct=True))
        .exclude(primaries=1)
        .order_by("name")
    )
    return [CountyGap(c.pk, c.name, c.primaries) for c in found]


def _contacts() -> tuple[ContactGap, ...]:
    """Live contacts without any telephone or e-mail address: on the list, and never told."""
    live = Contact.objects.exclude(ended_on__lte=clock.today()).filter(listed_for__retired_on=None)
    found = live.filter(points=None).select_related("listed_for").order_by("listed_for__name", "name", "id")
    return tuple(ContactGap(c.listed_for_id, c.listed_for.name, c.name) for c in found)


def _refusing() -> tuple[ContactGap, ...]:
    """Addresses of live contacts that a mail server has refused for good."""
    found = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, bounced_at__isnull=False, contact__listed_for__retired_on=None
    ).exclude(contact__ended_on__lte=clock.today())
    found = found.select_related("contact__listed_for").order_by("contact__listed_for__name", "contact__name", "id")
    lists = [(p, p.contact, p.contact.listed_for) for p in found]
    return tuple(ContactGap(of.pk, of.name, contact.name, point.value) for point, contact, of in lists)


def gaps() -> Gaps:
    """What is missing, in six queries."""
    counties = _counties()
    routed = Route.objects.filter(kind=Route.Kind.PSAP, target=OuterRef("pk"))
    unnumbered = (
        Organisation.objects.filter(kind=Kind.PSAP, retired_on=None)
        .filter(Q(psap=None) | Q(psap__transfer_number=""))
        .filter(Q(psap__fcc_status="primary") | Exists(routed))
        .select_related("psap")
        .order_by("name", "id")
    )
    retired = Organisation.objects.filter(retired_on__isnull=False, routed_here__isnull=False).distinct()
    lost = Organisation.objects.filter(kind__in=[Kind.SCHOOL, Kind.DISTRICT], retired_on=None)
    lost = lost.filter(Q(county=None) | Q(county__pseudo=True), Q(parent=None) | Q(parent__county=None))
    return Gaps(
        counties_without_psap=tuple(c for c in counties if not c.primaries),
        counties_undecided=tuple(c for c in counties if c.primaries),
        psaps_without_number=tuple(r for r in (_ref(o, "") for o in unnumbered) if r),
        routes_to_retired=tuple(r for r in (_ref(o, "") for o in retired.order_by("name")) if r),
        places_without_county=lost.filter(~Q(routes__kind=Route.Kind.PSAP)).distinct().count(),
        contacts_without_address=_contacts(),
        addresses_refusing=_refusing(),
    )
