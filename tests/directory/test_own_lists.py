"""Our own lists: agencies, numbers, routes, placements, contacts; and the FCC's and the regions' files."""

from collections.abc import Callable

import pytest

from tests.directory.conftest import Rows
from tests.directory.world import contact, county, org, psap, route
from upstander.directory import services
from upstander.directory.importers.planning.plan import Plan
from upstander.directory.models import AnsweringPoint, County, Organisation, Route
from upstander.directory.queries import poc_list, routing

pytestmark = pytest.mark.django_db
Csv = Callable[[Rows], bytes]


def run(data: bytes, **options: object) -> Plan:
    return services.apply_import(data, "list.csv", "system:admin", **options)


def reasons(plan: Plan) -> list[tuple[int, str]]:
    return [(p.where.row, p.reason) for p in plan.problems]


def named(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


# ---- the FCC's registry --------------------------------------------------------------------------
FCC = ("psap_id", "psap_name", "state", "county", "city", "change", "date_last_modified", "status")


def fcc_row(pk: int, name: str, at: str, status: str = "primary", state: str = "IL") -> tuple[object, ...]:
    return (pk, name, state, at, "Town", "", "", status)


def test_only_the_packs_state_and_only_primaries_answer(as_csv: Csv) -> None:
    rows = [FCC, fcc_row(1, "Adams 911", "Adams"), fcc_row(2, "Old", "Shelby", "orphaned"),
            fcc_row(3, "Milwaukee", "Milwaukee", state="WI")]  # fmt: skip
    plan = run(as_csv(rows))
    assert set(Organisation.objects.filter(kind="psap").values_list("name", flat=True)) == {
        "Adams 911",
        "Old",
    }
    assert any("1 answering points of other states" in note for note in plan.notes)
    school = org("school", "A School", county=County.objects.get(name="Shelby"))
    assert "no_psap" in routing(school.pk).gaps


def test_another_state_on_demand_keeps_its_counties_apart(as_csv: Csv) -> None:
    rows = [FCC, fcc_row(1, "Adams 911", "Adams"), fcc_row(3, "Friendship", "Adams", state="WI")]
    run(as_csv(rows))
    run(as_csv(rows), state="wi")
    assert named("Adams 911").county.name == "Adams"
    assert named("Friendship").county.name == "Adams, WI"
    assert named("Adams 911").retired_on is None
    assert run(as_csv(rows), state="WI").empty


def test_a_number_survives_the_next_edition_and_a_gone_psap_is_retired(as_csv: Csv) -> None:
    run(as_csv([FCC, fcc_row(1, "Adams 911", "Adams"), fcc_row(2, "Gone 911", "Brown")]))
    AnsweringPoint.objects.update(transfer_number="217-555-0101")
    plan = run(as_csv([FCC, fcc_row(1, "Adams 911", "Adams", "secondary")]))
    assert plan.changed[0].changes == (("status", "primary", "secondary"),)
    assert [i.name for i in plan.gone] == ["Gone 911"]
    assert named("Adams 911").psap.transfer_number == "217-555-0101"
    assert named("Gone 911").retired_on is not None


def test_bad_rows_of_the_registry(as_csv: Csv) -> None:
    rows = [FCC, fcc_row(1, "A", "Adams", "prime"), ("x", *fcc_row(1, "B", "Adams")[1:]),
            fcc_row(5, "C", "Adams"), fcc_row(5, "D", "Adams")]  # fmt: skip
    found = reasons(run(as_csv(rows)))
    assert [row for row, _text in found] == [2, 3, 5]
    assert "already" in found[2][1]


# ---- regions -------------------------------------------------------------------------------------
ROE = ("region_number", "kind", "county", "provenance")
REGIONS = [
    ROE, ("01", "ROE", "Adams", "s"), ("1", "ROE", "Brown", "s"), ("19", "ROE", "DuPage", "s"),
    ("05", "North Cook ISC", "Cook (suburban part)", "s"), ("15", "Chicago (ISBE acts as ROE)", "Cook (City of Chicago)", "s"),
]  # fmt: skip


def test_regions_bring_counties_and_their_spelling_and_cook_belongs_to_several(as_csv: Csv) -> None:
    county("Dupage")
    run(as_csv(REGIONS))
    assert County.objects.get(key="dupage").name == "DuPage"
    assert County.objects.get(name="Brown").region == Organisation.objects.get(source_key="region:01")
    assert County.objects.get(name="Cook").region is None
    assert named("Chicago (ISBE acts as ROE)").kind == "region"
    assert run(as_csv(REGIONS)).empty


def test_a_regions_known_name_stays_and_schools_find_their_region_later(as_csv: Csv) -> None:
    known = org("region", "Adams/Brown ROE", source="isbe:regional", source_key="region:01")
    school = org("school", "Chicago School", rcdts="150162990250001")
    run(as_csv(REGIONS))
    known.refresh_from_db()
    school.refresh_from_db()
    assert (known.name, known.source) == ("Adams/Brown ROE", "isbe:regional")
    assert school.region == named("Chicago (ISBE acts as ROE)")


def test_bad_regions(as_csv: Csv) -> None:
    found = reasons(
        run(as_csv([ROE, ("one", "ROE", "Adams", ""), ("02", "ROE", "()", ""), ("03", "", "Bond", "")]))
    )
    assert [row for row, _text in found] == [2, 3, 4]


# ---- agencies ------------------------------------------------------------------------------------
AGENCIES = ("kind", "key", "name", "college", "city", "county", "phone", "status")


def test_agencies_colleges_with_campuses_and_psaps_of_our_own(as_csv: Csv) -> None:
    rows = [
        AGENCIES,
        ("campus", "", "North Campus", "PRAIRIE", "Quincy", "Adams", "", ""),
        ("college", "PRAIRIE", "Prairie College", "", "Quincy", "Adams", "217-555-0112", ""),
        ("law enforcement", "PD", "Payson Police", "", "Payson", "Adams", "217-555-0110", ""),
        ("psap", "", "Shelby 911", "", "Shelbyville", "Shelby", "", "primary"),
    ]
    assert run(as_csv(rows)).problems == []
    assert named("North Campus").parent == named("Prairie College")
    assert named("Payson Police").kind == "law_enforcement"
    assert routing(org("school", "S", county=County.objects.get(name="Shelby")).pk).psap.name == "Shelby 911"
    assert run(as_csv(rows)).empty
    rows[3] = ("law enforcement", "PD", "Payson Police Department", "", "Payson", "Adams", "217-555-0110", "")
    plan = run(as_csv(rows))
    assert [i.changes[0] for i in plan.renamed] == [("name", "Payson Police", "Payson Police Department")]


def test_the_file_is_complete_for_each_kind_that_it_holds(as_csv: Csv) -> None:
    police = [("law_enforcement", "", f"Police {n}", "", "Quincy", "Adams", "", "") for n in range(3)]
    run(as_csv([AGENCIES, *police, ("mental_health", "", "Clinic", "", "Quincy", "Adams", "", "")]))
    plan = run(as_csv([AGENCIES, *police[:2]]))
    assert [i.name for i in plan.gone] == ["Police 2"]
    assert named("Clinic").retired_on is None


def test_bad_agencies(as_csv: Csv) -> None:
    rows = [
        AGENCIES,
        ("army", "", "A", "", "", "", "", ""),
        ("college", "", "No key", "", "", "", "", ""),
        ("campus", "", "No college", "", "", "", "", ""),
        ("campus", "", "Lost", "NOWHERE", "", "", "", ""),
        ("psap", "", "No status", "", "", "", "", ""),
        ("zone", "Z", "Zone", "", "", "", "", ""),
        ("zone", "Z", "Zone again", "", "", "", "", ""),
    ]
    plan = run(as_csv(rows))
    assert sorted(row for row, _text in reasons(plan)) == [2, 3, 4, 5, 6, 8]
    assert named("Lost").parent is None


# ---- transfer numbers ----------------------------------------------------------------------------
NUMBERS = ("psap", "transfer_number", "source", "verified_on")


def test_a_transfer_number_is_dated_and_sourced_and_closes_the_gap(as_csv: Csv) -> None:
    adams = county("Adams")
    psap("Adams 911", adams, number="")
    school = org("school", "S", county=adams)
    assert "psap_without_number" in routing(school.pk).gaps
    rows = [NUMBERS, ("Adams 911", "(217) 555-0199", "Letter", "2026-10-15")]
    assert len(run(as_csv(rows)).new) == 1
    found = routing(school.pk)
    assert (found.psap.transfer_number, str(found.psap.number_verified_on)) == ("217-555-0199", "2026-10-15")
    assert "psap_without_number" not in found.gaps
    assert run(as_csv(rows)).empty
    plan = run(as_csv([NUMBERS, ("Adams 911", "217-555-0198", "Letter", "2026-11-01")]))
    assert plan.changed[0].changes[0] == ("transfer number", "217-555-0199", "217-555-0198")
    run(as_csv([NUMBERS, ("Adams 911", "", "", "")]))
    assert "psap_without_number" in routing(school.pk).gaps


def test_bad_numbers(as_csv: Csv) -> None:
    adams = county("Adams")
    psap("Adams 911", adams)
    org("school", "Adams School", county=adams)
    rows = [
        NUMBERS, ("Nowhere 911", "217-555-0101", "x", ""), ("Adams School", "217-555-0101", "x", ""),
        ("Adams 911", "911", "x", ""), ("Adams 911", "217-555-0101", "", ""), ("Adams 911", "217-555-0101", "x", "soon"),
    ]  # fmt: skip
    found = reasons(run(as_csv(rows)))
    assert [row for row, _text in found] == [2, 3, 4, 5, 6]
    assert "not in the directory" in found[0][1]
    assert "is no psap" in found[1][1]
    assert named("Adams 911").psap.transfer_number == "217-555-0199"


# ---- routes --------------------------------------------------------------------------------------
ROUTES = ("kind", "for", "county", "target", "source", "dated")


def test_routes_explicit_and_by_county(as_csv: Csv) -> None:
    adams = county("Adams")
    school = org("school", "Lincoln", None, "Anna", county=adams, rcdts="010010010262002")
    psap("Adams 911", adams)
    org("troop", "Troop X")
    rows = [
        ROUTES, ("psap", "rcdts:01-001-0010-26-2002", "", "Adams 911", "Agreement", "2026-10-15"),
        ("troop", "", "ADAMS", "Troop X", "State police", ""), ("troop", "", "Brown", "Troop X", "State police", ""),
    ]  # fmt: skip
    assert run(as_csv(rows)).problems == []
    found = routing(school.pk)
    assert (found.psap.basis, found.troop.basis) == ("place", "county")
    assert run(as_csv(rows)).empty
    plan = run(as_csv([ROUTES, ("troop", "", "Adams", "", "State police", "")]))
    assert [i.name for i in plan.gone] == ["Adams (county default): troop"]
    assert routing(school.pk).troop is None
    assert Route.objects.count() == 2


def test_bad_routes(as_csv: Csv) -> None:
    adams = county("Adams")
    for city in ("Anna", "Alton"):
        org("school", "Lincoln", None, city, county=adams)
    psap("Adams 911", adams)
    rows = [
        ROUTES, ("psap", "Lincoln", "", "Adams 911", "x", ""), ("psap", "Lincoln, Anna", "Adams", "Adams 911", "x", ""),
        ("psap", "", "", "Adams 911", "x", ""), ("troop", "Lincoln, Anna", "", "Adams 911", "x", ""),
        ("psap", "Lincoln, Anna", "", "Adams 911", "x", ""), ("psap", "Lincoln, Anna", "", "Adams 911", "y", ""),
        ("ambulance", "", "Adams", "Adams 911", "x", ""),
    ]  # fmt: skip
    found = reasons(run(as_csv(rows)))
    assert [row for row, _text in sorted(found)] == [2, 3, 4, 5, 7, 8]
    assert any("2 organisations are called" in text for _row, text in found)
    assert Route.objects.count() == 1


# ---- placements ----------------------------------------------------------------------------------
PLACES = ("place", "system", "county")


def test_a_private_school_under_its_system_and_a_programme_in_its_county(as_csv: Csv) -> None:
    system = org("system", "Example Diocese")
    private = org("school", "St Dominic", None, "Quincy", sector="private")
    programme = org("school", "Lafayette Academy", org("region", "ROE 1"))
    contact(system, "System Sam")
    rows = [PLACES, ("St Dominic, Quincy", "Example Diocese", ""), ("Lafayette Academy", "", "Morgan")]
    assert run(as_csv(rows)).problems == []
    assert [p.name for p in poc_list(private.pk)] == ["System Sam"]
    assert routing(programme.pk).county == "Morgan"
    private.refresh_from_db()
    assert "example diocese" in private.search_text
    assert run(as_csv(rows)).empty


def test_a_public_school_is_not_moved_under_a_system(as_csv: Csv) -> None:
    org("system", "Example Diocese")
    org("school", "Lincoln", org("district", "Payson CUSD 1"))
    plan = run(as_csv([PLACES, ("Lincoln", "Example Diocese", ""), ("Payson CUSD 1", "Example Diocese", "")]))
    assert len(plan.problems) == 2
    assert named("Lincoln").parent == named("Payson CUSD 1")


def test_a_route_keeps_its_target_when_it_is_retired(as_csv: Csv) -> None:
    rows = [
        AGENCIES,
        ("zone", "Z", "Zone X", "", "", "", "", ""),
        ("zone", "Y", "Zone Y", "", "", "", "", ""),
    ]
    run(as_csv(rows))
    route("zone", named("Zone X"), county=county("Adams"))
    run(as_csv([AGENCIES, rows[2]]))
    assert Route.objects.get().target.retired_on is not None
