"""The red list: what would leave a call-taker without a number to call, found before a tip does (D-II.D)."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from upstander.directory.models import County, Kind, Organisation, Route
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
class Gaps:
    """Everything that is missing. Counties first: a whole county without an answering point weighs most."""

    counties_without_psap: tuple[CountyGap, ...]
    counties_undecided: tuple[CountyGap, ...]
    psaps_without_number: tuple[OrgRef, ...]
    routes_to_retired: tuple[OrgRef, ...]
    places_without_county: int

    @property
    def red(self) -> int:
        """How many things are red."""
        return (
            len(self.counties_without_psap)
            + len(self.counties_undecided)
            + len(self.psaps_without_number)
            + len(self.routes_to_retired)
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


def gaps() -> Gaps:
    """What is missing, in four queries."""
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
    )
