"""Who answers for a place, and what is missing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.directory.world import county, org, psap, route
from upstander import clock
from upstander.directory.models import Organisation
from upstander.directory.queries import gaps, routing

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.D")]


@pytest.fixture
def world() -> dict[str, object]:
    adams = county("Adams")
    region = org("region", "ROE 1")
    district = org("district", "Payson CUSD 1", region, county=adams)
    return {
        "adams": adams,
        "region": region,
        "district": district,
        "school": org("school", "Lincoln Elem School", district, "Payson", county=adams),
        "county_psap": psap("Adams County 911", adams, city="Quincy"),
        "city_psap": psap("Payson 911", adams, status="secondary", city="Payson"),
        "sheriff": org("law_enforcement", "Adams County Sheriff", county=adams),
        "police": org("law_enforcement", "Payson Police", county=adams),
        "troop": org("troop", "Troop X"),
        "other_troop": org("troop", "Troop Y"),
        "zone": org("zone", "Zone X"),
    }


def psap_of(place: Organisation) -> tuple[str, str]:
    found = routing(place.pk).psap
    return (found.name, found.basis) if found else ("", "")


def test_explicit_beats_district_beats_county_beats_the_only_primary(world) -> None:
    school = world["school"]
    assert psap_of(school) == ("Adams County 911", "only_primary")
    route("psap", world["city_psap"], county=world["adams"])
    assert psap_of(school) == ("Payson 911", "county")
    route("psap", world["county_psap"], place=world["district"])
    assert psap_of(school) == ("Adams County 911", "district")
    route("psap", world["city_psap"], place=school)
    assert psap_of(school) == ("Payson 911", "place")


def test_several_primaries_and_no_default_are_a_gap_with_candidates_of_the_town_first(world) -> None:
    psap("Payson Fire", world["adams"], city="Payson")
    found = routing(world["school"].pk)
    assert found.psap is None
    assert "no_psap" in found.gaps
    assert [c.name for c in found.psap_candidates] == ["Payson Fire", "Adams County 911"]


def test_a_psap_without_a_number_is_a_gap_not_a_silence(world) -> None:
    world["county_psap"].psap.transfer_number = ""
    world["county_psap"].psap.save()
    found = routing(world["school"].pk)
    assert found.psap is not None
    assert "psap_without_number" in found.gaps


def test_the_number_comes_with_its_date(world) -> None:
    found = routing(world["school"].pk).psap
    assert found is not None
    assert found.transfer_number == "217-555-0199"
    assert str(found.number_verified_on) == "2026-09-01"


def test_troop_and_zone_follow_the_school_then_the_agency_then_the_county(world) -> None:
    school = world["school"]
    route("troop", world["troop"], county=world["adams"])
    route("zone", world["zone"], county=world["adams"])
    found = routing(school.pk)
    assert (found.troop.name, found.troop.basis, found.zone.name) == ("Troop X", "county", "Zone X")
    route("law_enforcement", world["police"], place=school)
    route("troop", world["other_troop"], place=world["police"])
    found = routing(school.pk)
    assert (found.law_enforcement.name, found.troop.name, found.troop.basis) == (
        "Payson Police", "Troop Y", "agency",
    )  # fmt: skip
    route("troop", world["troop"], place=school)
    assert routing(school.pk).troop.basis == "place"


def test_the_countys_sheriff_answers_where_nobody_nearer_does(world) -> None:
    assert "no_law_enforcement" in routing(world["school"].pk).gaps
    route("law_enforcement", world["sheriff"], county=world["adams"])
    found = routing(world["school"].pk)
    assert (found.law_enforcement.name, found.law_enforcement.basis, found.gaps) == (
        "Adams County Sheriff", "county", (),
    )  # fmt: skip


def test_a_route_to_somebody_retired_is_passed_over_and_shown(world) -> None:
    route("psap", world["city_psap"], place=world["school"])
    Organisation.objects.filter(pk=world["city_psap"].pk).update(retired_on=clock.today())
    assert psap_of(world["school"]) == ("Adams County 911", "only_primary")
    assert [r.name for r in gaps().routes_to_retired] == ["Payson 911"]


def test_a_regional_programme_has_its_regions_county_where_that_is_a_single_one(world) -> None:
    programme = org("school", "Lafayette Academy", world["region"], region=world["region"])
    assert "no_county" in routing(programme.pk).gaps
    world["adams"].region = world["region"]
    world["adams"].save()
    assert routing(programme.pk).county == routing(world["region"].pk).county == "Adams"
    county("Brown", region=world["region"])
    assert "no_county" in routing(programme.pk).gaps


def test_a_pseudo_county_routes_nothing(world) -> None:
    away = county("OUT OF STATE", pseudo=True)
    school = org("school", "Far Away School", county=away)
    assert routing(school.pk).gaps == ("no_county", "no_psap", "no_law_enforcement")


def test_no_place_is_a_gap(world) -> None:
    assert routing(None).gaps == routing(999_999_999).gaps == ("no_place",)


def test_routing_asks_few_questions_however_many_psaps_there_are(world) -> None:
    for n in range(30):
        psap(f"PSAP {n}", world["adams"])
    with CaptureQueriesContext(connection) as asked:
        routing(world["school"].pk)
    assert len(asked) <= 4


def test_the_red_list(world) -> None:
    county("Brown")
    undecided = county("Cook")
    psap("Chicago", undecided, number="")
    psap("Cicero", undecided)
    psap("Old Dispatch", undecided, status="orphaned", number="")
    found = gaps()
    assert [c.name for c in found.counties_without_psap] == ["Brown"]
    assert [(c.name, c.primaries) for c in found.counties_undecided] == [("Cook", 2)]
    assert [r.name for r in found.psaps_without_number] == ["Chicago"]
    assert found.red == 3
    route("psap", world["county_psap"], county=undecided)
    assert gaps().counties_undecided == ()


def test_a_county_with_only_an_orphaned_psap_has_none(world) -> None:
    shelby = county("Shelby")
    psap("Shelby Old Dispatch", shelby, status="orphaned")
    school = org("school", "Shelbyville High", county=shelby)
    assert "no_psap" in routing(school.pk).gaps
    assert [c.name for c in gaps().counties_without_psap] == ["Shelby"]
