"""A small invented map, made row by row as a test needs it."""

from datetime import date
from itertools import count

from upstander import clock
from upstander.directory.folding import county_key, search_text
from upstander.directory.models import (
    AnsweringPoint,
    Contact,
    ContactPoint,
    County,
    Enrolment,
    Identifier,
    Organisation,
    Route,
)

_serial = count(1)


def county(name: str, **more: object) -> County:
    return County.objects.create(name=name, key=county_key(name), **more)


def org(
    kind: str, name: str, parent: Organisation | None = None, city: str = "", **more: object
) -> Organisation:
    rcdts = more.pop("rcdts", "")
    words = search_text(name, city, parent.name if parent else "")
    made = Organisation.objects.create(
        kind=kind, name=name, parent=parent, city=city, search_text=words, updated_at=clock.now(), **more
    )
    if rcdts:
        Identifier.objects.create(organisation=made, scheme="rcdts", value=rcdts)
    return made


def psap(
    name: str, at: County, status: str = "primary", number: str = "217-555-0199", **more: object
) -> Organisation:
    made = org("psap", name, county=at, **more)
    verified = date(2026, 9, 1) if number else None
    AnsweringPoint.objects.create(
        organisation=made, fcc_status=status, transfer_number=number, number_verified_on=verified
    )
    return made


def contact(
    listed_for: Organisation, name: str, kind: str = "school", phone: str = "", **more: object
) -> Contact:
    more.setdefault("organisation", listed_for)
    made = Contact.objects.create(listed_for=listed_for, name=name, end_user_type=kind, **more)
    n = next(_serial)
    ContactPoint.objects.create(contact=made, kind="phone", value=phone or f"217-555-{n:04d}", position=0)
    ContactPoint.objects.create(contact=made, kind="email", value=f"poc{n}@schools.example", position=1)
    return made


def enrol(organisation: Organisation, **more: object) -> Enrolment:
    now = clock.now()
    fields = {
        "requested_at": now,
        "requested_by": "A. Official",
        "authority": "Superintendent",
        "verified_at": now,
        "active_from": clock.today(),
    } | more
    return Enrolment.objects.create(organisation=organisation, **fields)


def route(
    kind: str, target: Organisation, place: Organisation | None = None, county: County | None = None
) -> Route:
    return Route.objects.create(
        kind=kind, target=target, organisation=place, county=county, source="a test", dated=date(2026, 9, 1)
    )
