"""Writing the invented map into an empty directory."""

from datetime import date
from typing import Any

from upstander import clock
from upstander.demo import places
from upstander.directory.folding import search_text
from upstander.directory.models import (
    AnsweringPoint,
    Contact,
    ContactPoint,
    County,
    Enrolment,
    Kind,
    Organisation,
    Route,
)

SOURCE = "demo"
_serial = iter(range(110, 200))


def _phone() -> str:
    """The next of the numbers that are reserved for fiction."""
    return f"217-555-0{next(_serial):03d}"


def _organisation(kind: str, name: str, key: str, **fields: Any) -> Organisation:
    parent = fields.get("parent")
    words = search_text(name, fields.get("city", ""), parent.name if parent else "")
    return Organisation.objects.create(
        kind=kind,
        name=name,
        source=SOURCE,
        source_key=f"demo:{key}",
        search_text=words,
        updated_at=clock.now(),
        **fields,
    )


def fill() -> dict[str, Organisation]:
    """Create every place and contact; returns the organisations by name (districts, agencies) or "name, city" (schools)."""
    made: dict[str, Organisation] = {}
    regions = {
        code: _organisation(Kind.REGION, name, f"region:{code}") for code, name in places.REGIONS.items()
    }
    troops = {code: _organisation(Kind.TROOP, name, f"troop:{code}") for code, name in places.TROOPS.items()}
    zones = {code: _organisation(Kind.ZONE, name, f"zone:{code}") for code, name in places.ZONES.items()}
    counties = {}
    for name, (region, psap, sheriff) in places.COUNTIES.items():
        county = County.objects.create(name=name, key=name.lower(), region=regions[region])
        counties[name] = county
        agency = _organisation(
            Kind.LAW_ENFORCEMENT, sheriff, f"sheriff:{name}", county=county, phone=_phone()
        )
        made[sheriff] = agency
        _route("law_enforcement", county, agency)
        _route("troop", county, troops[region])
        _route("zone", county, zones[region])
        if psap[0]:
            _route("psap", county, _psap(name, county, *psap))
    made |= _agencies(counties)
    for district in places.DISTRICTS:
        made |= _district(district, counties[district.county], regions, made)
    for college, where, city, campuses in places.COLLEGES:
        there = {"county": counties[where], "city": city}
        parent = _organisation(Kind.COLLEGE, college, f"college:{college}", **there)
        for campus in campuses:
            _organisation(Kind.CAMPUS, campus, f"campus:{campus}", parent=parent, **there)
    return made


def _route(kind: str, county: County, target: Organisation) -> None:
    Route.objects.create(kind=kind, county=county, target=target, source=SOURCE, dated=date(2026, 9, 1))


def _psap(county_name: str, county: County, name: str, number: str) -> Organisation:
    psap = _organisation(Kind.PSAP, name, f"psap:{county_name}", county=county)
    AnsweringPoint.objects.create(
        organisation=psap, fcc_status="primary", transfer_number=number,
        number_source="demo" if number else "", number_verified_on=date(2026, 9, 1) if number else None,
    )  # fmt: skip
    return psap


def _agencies(counties: dict[str, County]) -> dict[str, Organisation]:
    found = {}
    for kind, names in ((Kind.LAW_ENFORCEMENT, places.POLICE), (Kind.MENTAL_HEALTH, places.CARE)):
        for county, name in names.items():
            found[name] = _organisation(kind, name, f"agency:{name}", county=counties[county], phone=_phone())
    return found


def _district(
    district: places.District, county: County, regions: dict[str, Organisation], made: dict[str, Organisation]
) -> dict[str, Organisation]:
    parent = regions[places.COUNTIES[district.county][0]] if district.kind == "district" else None
    own = _organisation(
        district.kind, district.name, f"district:{district.name}", parent=parent, county=county,
        city=district.city, phone=_phone(),
    )  # fmt: skip
    found = {district.name: own}
    for school in district.schools:
        found[f"{school.name}, {school.city}"] = _organisation(
            Kind.SCHOOL, school.name, f"school:{school.name}:{school.city}", parent=own, county=county,
            city=school.city, grades=school.grades, sector=school.sector, address="1 School Street",
        )  # fmt: skip
    if district.enrolled:
        _enrol(own)
    for position, (listed, kind, name, role) in enumerate(district.contacts):
        target = next((o for n, o in found.items() if listed and n.startswith(f"{listed},")), own)
        _contact(target, _employer(kind, target, district, made), kind, name, role, position)
    return found


def _employer(
    kind: str, listed_for: Organisation, district: places.District, made: dict[str, Organisation]
) -> Organisation:
    agency = {"law_enforcement": places.POLICE, "mental_health": places.CARE}.get(kind, {}).get(
        district.county
    )
    return made[agency] if agency else listed_for


def _enrol(organisation: Organisation) -> None:
    now = clock.now()
    Enrolment.objects.create(
        organisation=organisation, requested_at=now, requested_by="Demo official", authority="Superintendent",
        verified_at=now, verified_by="system:demo", how_verified="demo", active_from=date(2026, 8, 15),
    )  # fmt: skip


def _contact(
    listed_for: Organisation, employer: Organisation, kind: str, name: str, role: str, position: int
) -> None:
    contact = Contact.objects.create(
        listed_for=listed_for, organisation=employer, end_user_type=kind, name=name, role=role,
        position=position, verified_on=date(2026, 9, 1),
    )  # fmt: skip
    local = name.lower().split()[-1].encode("ascii", "ignore").decode()
    ContactPoint.objects.create(contact=contact, kind="phone", value=_phone(), label="mobile")
    ContactPoint.objects.create(
        contact=contact, kind="email", value=f"{local}@schools.example", label="office"
    )
