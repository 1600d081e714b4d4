"""Who answers for a place: its PSAP, its law-enforcement agency, its Troop and Zone (D-II.D, D-IV.A.5).

Explicit first (the place's own route, then its district's), the county's default second. Where the county has
no default, its only primary PSAP answers; several primaries are a gap with candidates, not a guess.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from upstander.directory.models import County, Kind, Organisation, Route

_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class OrgRef:
    """An organisation to call. `basis` says by what it answers: place, district, county, only_primary,
    agency.
    """

    id: int
    name: str
    phone: str
    city: str = ""
    transfer_number: str = ""
    number_verified_on: date | None = None
    number_source: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Routing:
    """Who answers for a place. `gaps` are codes: no_place, no_county, no_psap, psap_without_number,
    no_law_enforcement.
    """

    psap: OrgRef | None
    law_enforcement: OrgRef | None
    troop: OrgRef | None
    zone: OrgRef | None
    county: str
    gaps: tuple[str, ...]
    psap_candidates: tuple[OrgRef, ...] = ()


NOWHERE = Routing(None, None, None, None, "", ("no_place",))


def _ref(org: Organisation | None, basis: str) -> OrgRef | None:
    if org is None:
        return None
    point = getattr(org, "psap", None)
    return OrgRef(
        id=org.pk,
        name=org.name,
        phone=org.phone,
        city=org.city,
        transfer_number=point.transfer_number if point else "",
        number_verified_on=point.number_verified_on if point else None,
        number_source=point.number_source if point else "",
        basis=basis,
    )


def _county(place: Organisation) -> County | None:
    """The place's county, else its district's; else its region's, where that is a single one (regional
    programmes).
    """
    for county in (place.county, place.parent.county if place.parent else None):
        if county and not county.pseudo:
            return county
    if place.county:  # out of state, in the State's own care: a region says nothing about where it lies
        return None
    region = place.pk if place.kind == Kind.REGION else place.region_id
    counties = list(County.objects.filter(region=region, pseudo=False)[:2]) if region else []
    return counties[0] if len(counties) == 1 else None


class _Origins:
    """From where routes may lead for one place: itself, its district or system, its county."""

    def __init__(self, place: Organisation) -> None:
        self.place = place
        self.county = _county(place)
        from_here = Q(organisation__in=[i for i in (place.pk, place.parent_id) if i])
        if self.county:
            from_here |= Q(county=self.county)
        agencies = Route.objects.filter(from_here, kind=Route.Kind.LAW_ENFORCEMENT).values("target")
        found = Route.objects.filter(from_here | Q(organisation__in=agencies), target__retired_on=None)
        self.routes = list(found.select_related("target", "target__psap"))

    def lead(self, kind: str, agency: OrgRef | None = None) -> OrgRef | None:
        """The target of the nearest live route of this kind."""
        ways: Iterable[tuple[str, str, int | None]] = (
            ("place", "organisation_id", self.place.pk),
            ("district", "organisation_id", self.place.parent_id),
            ("agency", "organisation_id", agency.id if agency else None),
            ("county", "county_id", self.county.pk if self.county else None),
        )
        for basis, column, origin in ways:
            for route in self.routes:
                if origin is not None and route.kind == kind and getattr(route, column) == origin:
                    return _ref(route.target, basis)
        return None

    def primaries(self) -> list[OrgRef]:
        """The county's live primary PSAPs, those of the place's own town first."""
        if not self.county:
            return []
        found = Organisation.objects.filter(
            kind="psap", county=self.county, retired_on=None, psap__fcc_status="primary"
        ).select_related("psap")
        refs = [r for r in (_ref(org, "only_primary") for org in found) if r]
        return sorted(refs, key=lambda r: (r.city.casefold() != self.place.city.casefold(), r.name))


def _gaps(county: bool, psap: OrgRef | None, law: OrgRef | None) -> tuple[str, ...]:
    checks = (
        ("no_county", not county),
        ("no_psap", psap is None),
        ("psap_without_number", psap is not None and not psap.transfer_number),
        ("no_law_enforcement", law is None),
    )
    return tuple(code for code, missing in checks if missing)


def routing(place_id: int | None) -> Routing:
    """Who answers for a place, and what is missing. At most four queries; None or an unknown place is a
    gap.
    """
    place = Organisation.objects.filter(pk=place_id or 0).select_related("county", "parent__county").first()
    if place is None:
        return NOWHERE
    origins = _Origins(place)
    psap = origins.lead(Route.Kind.PSAP)
    others = [] if psap else origins.primaries()
    if len(others) == 1:
        psap, others = others[0], []
    law = origins.lead(Route.Kind.LAW_ENFORCEMENT)
    return Routing(
        psap=psap,
        law_enforcement=law,
        troop=origins.lead(Route.Kind.TROOP, law),
        zone=origins.lead(Route.Kind.ZONE, law),
        county=origins.county.name if origins.county else "",
        gaps=_gaps(origins.county is not None, psap, law),
        psap_candidates=tuple(others[:_CANDIDATES]),
    )


def organisations(ids: Iterable[int]) -> dict[int, OrgRef]:
    """Organisations by id, with their numbers, in one query; unknown ids are absent."""
    found = Organisation.objects.filter(pk__in=list(ids)).select_related("psap")
    return {org.pk: ref for org in found if (ref := _ref(org, ""))}
