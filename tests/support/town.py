"""A small invented town for tests: a district in the network, one that is not, a private school, answering points, police."""

from dataclasses import dataclass

from upstander import clock
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


@dataclass
class Town:
    region: Organisation
    county: County
    district: Organisation
    school: Organisation
    other_school: Organisation
    far_district: Organisation
    far_school: Organisation
    private_school: Organisation
    police: Organisation
    counselling: Organisation
    psap: Organisation
    contacts: dict[str, Contact]


def organisation(kind: str, name: str, **fields: object) -> Organisation:
    return Organisation.objects.create(
        kind=kind, name=name, updated_at=clock.now(), search_text=name.lower(), **fields
    )


def contact(
    listed_for: Organisation, organisation_: Organisation, kind: str, name: str, email: str
) -> Contact:
    made = Contact.objects.create(
        listed_for=listed_for,
        organisation=organisation_,
        end_user_type=kind,
        name=name,
        role="",
        verified_on=clock.today(),
    )
    ContactPoint.objects.create(contact=made, kind="phone", value="217-555-0199")
    if email:
        ContactPoint.objects.create(contact=made, kind="email", value=email)
    return made


def enrol(organisation_: Organisation) -> Enrolment:
    now = clock.now()
    return Enrolment.objects.create(
        organisation=organisation_, requested_at=now, requested_by="A. Official", authority="superintendent",
        verified_at=now, verified_by="account:1", how_verified="called back", active_from=clock.today(),
    )  # fmt: skip


def build() -> Town:
    region = organisation(Kind.REGION, "Regional Office 99")
    county = County.objects.create(name="Prairie", key="prairie", region=region)
    district = organisation(
        Kind.DISTRICT, "Prairie Valley CUSD 7", parent=region, county=county, city="Millbrook"
    )
    school = organisation(
        Kind.SCHOOL,
        "Millbrook High School",
        parent=district,
        county=county,
        city="Millbrook",
        sector="public",
    )
    other_school = organisation(
        Kind.SCHOOL, "Millbrook Elementary", parent=district, county=county, city="Millbrook", sector="public"
    )
    far_district = organisation(Kind.DISTRICT, "Farfield SD 3", parent=region, county=county, city="Farfield")
    far_school = organisation(
        Kind.SCHOOL,
        "Farfield Middle School",
        parent=far_district,
        county=county,
        city="Farfield",
        sector="public",
    )
    private_school = organisation(
        Kind.SCHOOL, "Saint Ida Academy", county=county, city="Millbrook", sector="private"
    )
    police = organisation(Kind.LAW_ENFORCEMENT, "Millbrook Police", county=county, city="Millbrook")
    counselling = organisation(Kind.MENTAL_HEALTH, "Prairie Counselling", county=county, city="Millbrook")
    psap = organisation(Kind.PSAP, "Prairie County 9-1-1", county=county)
    AnsweringPoint.objects.create(
        organisation=psap, fcc_status="primary", transfer_number="217-555-0101", number_source="county",
        number_verified_on=clock.today(),
    )  # fmt: skip
    for kind, target in (("psap", psap), ("law_enforcement", police)):
        Route.objects.create(kind=kind, county=county, target=target, source="test", dated=clock.today())
    enrol(district)
    contacts = {
        "superintendent": contact(district, district, "district", "Ana Rivera", "rivera@prairie.example"),
        "officer": contact(district, police, "law_enforcement", "Officer Osei", "osei@police.example"),
        "counsellor": contact(district, counselling, "mental_health", "Dr Lind", "lind@care.example"),
        "principal": contact(school, school, "school", "P. Okafor", "okafor@prairie.example"),
        "other_principal": contact(other_school, other_school, "school", "R. Haas", "haas@prairie.example"),
    }
    return Town(
        region, county, district, school, other_school, far_district, far_school, private_school, police,
        counselling, psap, contacts,
    )  # fmt: skip
