"""Whom a tip is told to: the one list that calls, mails and the network status come from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.directory.world import contact, county, enrol, org
from upstander.directory.models import Organisation
from upstander.directory.queries import network, network_status, poc_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> dict[str, Organisation]:
    """A district with two schools, a private system with one, a private school alone, a region with its programme."""
    adams = county("Adams")
    region = org("region", "ROE 1")
    district = org("district", "Payson CUSD 1", region, county=adams)
    system = org("system", "Example Diocese")
    places = {
        "region": region,
        "district": district,
        "lincoln": org("school", "Lincoln Elem School", district, "Payson", sector="public", county=adams),
        "high": org("school", "Seymour High School", district, "Payson", sector="public", county=adams),
        "system": system,
        "dominic": org("school", "St Dominic", system, "Quincy", sector="private", county=adams),
        "alone": org("school", "Prairie Montessori", None, "Quincy", sector="private", county=adams),
        "programme": org("school", "Lafayette Academy", region, "Jacksonville", sector="public"),
        "police": org("law_enforcement", "Payson Police", county=adams),
    }
    contact(district, "District Dana", "district", position=1)
    contact(district, "Officer Olu", "law_enforcement", position=2, organisation=places["police"])
    contact(district, "Counselor Cleo", "mental_health", position=0)
    contact(places["lincoln"], "Lincoln Lee")
    contact(places["high"], "High Hana")
    contact(system, "System Sam", "district")
    contact(places["dominic"], "Dominic Dee")
    contact(places["alone"], "Alone Ali")
    contact(region, "Region Ren", "district")
    return places


def names(place: Organisation) -> list[str]:
    return [poc.name for poc in poc_list(place.pk)]


@pytest.mark.req("D-IV.A.2.a.1")
def test_a_school_has_its_own_first_then_everybody_of_its_district_whatever_their_kind(world) -> None:
    assert names(world["lincoln"]) == ["Lincoln Lee", "Counselor Cleo", "District Dana", "Officer Olu"]


@pytest.mark.req("D-II.K")
def test_whoever_works_at_a_school_may_be_listed_and_is_told_whatever_they_do_there(world) -> None:
    working = {"Aide Abe": "Teacher's aide, part-time", "Coach Cy": "Volunteer coach", "Nurse Nan": "Nurse of a contractor"}
    for name, role in working.items():
        contact(world["alone"], name, role=role)
    assert {poc.name: poc.role for poc in poc_list(world["alone"].pk)}.items() >= working.items()


@pytest.mark.req("D-IV.A.3.a")
def test_never_another_schools_own_contacts(world) -> None:
    assert "High Hana" not in names(world["lincoln"])
    assert "Lincoln Lee" not in names(world["high"])


@pytest.mark.req("D-IV.A.4.a")
def test_a_tip_about_the_whole_district_goes_to_all_its_schools_as_well(world) -> None:
    assert set(names(world["district"])) == {
        "District Dana", "Officer Olu", "Counselor Cleo", "Lincoln Lee", "High Hana",
    }  # fmt: skip


def test_a_private_school_has_its_own_or_its_systems_list_and_no_districts(world) -> None:
    assert names(world["dominic"]) == ["Dominic Dee", "System Sam"]
    assert names(world["alone"]) == ["Alone Ali"]
    assert set(names(world["system"])) == {"System Sam", "Dominic Dee"}


def test_a_region_has_those_listed_for_it_and_not_its_districts(world) -> None:
    assert names(world["region"]) == ["Region Ren"]
    assert names(world["programme"]) == ["Region Ren"]
    assert "Region Ren" not in names(world["district"])


def test_a_poc_says_how_and_at_whom(world) -> None:
    officer = next(p for p in poc_list(world["lincoln"].pk) if p.name == "Officer Olu")
    assert officer.organisation_name == "Payson Police"
    assert officer.end_user_type == "law_enforcement"
    assert len(officer.phones) == len(officer.emails) == 1
    assert officer.reachable


def test_phones_stand_in_the_order_to_try_them(world) -> None:
    person = contact(world["alone"], "Many Mo", phone="217-555-0150")
    person.points.create(kind="phone", value="217-555-0151", position=2)
    person.points.create(kind="phone", value="217-555-0149", position=1)
    poc = next(p for p in poc_list(world["alone"].pk) if p.name == "Many Mo")
    assert poc.phones == ("217-555-0150", "217-555-0149", "217-555-0151")


def test_who_has_only_a_bounced_address_cannot_be_reached(world, clock) -> None:
    from upstander import clock as the_clock

    person = world["alone"].contacts.get()
    person.points.filter(kind="phone").delete()
    person.points.update(bounced_at=the_clock.now())
    assert [p.reachable for p in poc_list(world["alone"].pk)] == [False]


def test_who_has_ended_is_told_nothing_and_who_ends_tomorrow_still_is(world) -> None:
    from datetime import timedelta

    from upstander import clock as the_clock

    world["alone"].contacts.update(ended_on=the_clock.today())
    assert names(world["alone"]) == []
    world["alone"].contacts.update(ended_on=the_clock.today() + timedelta(days=1))
    assert names(world["alone"]) == ["Alone Ali"]


def test_a_closed_schools_own_contacts_are_not_the_districts(world) -> None:
    from upstander import clock as the_clock

    Organisation.objects.filter(pk=world["high"].pk).update(retired_on=the_clock.today())
    assert "High Hana" not in names(world["district"])
    assert "High Hana" in names(world["high"])  # a tip that still names it


def test_an_unknown_place_has_nobody(world) -> None:
    assert poc_list(None) == []
    assert poc_list(999_999_999) == []
    assert network(None).reasons == network(999_999_999).reasons == ("no_place",)


def test_the_list_is_one_query_for_a_district_of_many_schools(world) -> None:
    for n in range(30):
        contact(org("school", f"School {n}", world["district"]), f"Person {n}")
    for ask in (poc_list, network_status):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask(world["district"].pk)
        assert len(asked) == 1


@pytest.mark.req("D-II.B")
def test_in_network_is_enrolled_and_somebody_listed(world) -> None:
    enrol(world["district"])
    assert network_status(world["lincoln"].pk) == "in"
    assert network_status(world["district"].pk) == "in"
    assert network(world["lincoln"].pk).enrolled_name == "Payson CUSD 1"


@pytest.mark.req("D-II.C")
def test_enrolled_without_anybody_listed_is_out(world) -> None:
    enrol(world["district"])
    world["district"].contacts.update(ended_on="2020-01-01")
    assert network_status(world["lincoln"].pk) == "in"  # its own contact remains
    world["lincoln"].contacts.update(ended_on="2020-01-01")
    assert network(world["lincoln"].pk).reasons == ("no_contact",)


@pytest.mark.req("D-II.C")
def test_listed_without_enrolment_is_out(world) -> None:
    assert network(world["lincoln"].pk).reasons == ("not_enrolled",)
    enrol(world["alone"])
    assert network_status(world["lincoln"].pk) == "out"
    assert network_status(world["alone"].pk) == "in"


def test_a_systems_enrolment_counts_for_its_schools_and_a_regions_not_for_its_districts(world) -> None:
    enrol(world["system"])
    enrol(world["region"])
    assert network_status(world["dominic"].pk) == "in"
    assert network_status(world["programme"].pk) == network_status(world["region"].pk) == "in"
    assert network_status(world["district"].pk) == network_status(world["lincoln"].pk) == "out"


@pytest.mark.parametrize(
    "unfinished",
    [
        {"active_from": None},
        {"active_from": "2100-01-01"},
        {"verified_at": None},
        {"withdrawn_on": "2020-01-01"},
        {"refused_at": "2020-01-01T00:00:00Z"},
    ],
)
def test_only_a_verified_active_enrolment_that_nobody_withdrew_counts(world, unfinished) -> None:
    enrol(world["district"], **unfinished)
    assert network_status(world["lincoln"].pk) == "out"
