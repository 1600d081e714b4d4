"""The state's directory, in small invented editions with the real one's traps."""

from collections.abc import Callable

import pytest

from tests.directory.conftest import Rows
from upstander.directory import services
from upstander.directory.importers.planning.plan import Plan
from upstander.directory.models import Contact, County, Identifier, Import, Organisation
from upstander.directory.services import Details

pytestmark = pytest.mark.django_db

HEAD = (
    "CountyName", "RecType", "Region-2\nCounty-3\nDistrict-4", "Type", "School", "FacilityName", "Administrator",
    "Mailing Address", "Delivery Address", "City", "Zip", "Telephone", "GradeServed", "NCES ID", "Website",
)  # fmt: skip


def row(
    rectype: str, rcd: str, kind: str, school: str, name: str, *, county: str = "Adams", city: str = "Payson",
    phone: str = "217-555-0101", address: str = "1 Main St", delivery: str = "", zip: str = "62360 1041", nces: str = "",
) -> tuple[object, ...]:  # fmt: skip
    return (
        county, rectype, rcd, kind, school, name, "N. N.", address, delivery, city, zip, phone, "K-5", nces, "",
    )  # fmt: skip


DISTRICT = row("Dist", "010010010", "26", "0000", "Payson CUSD 1", nces="1730990")
LINCOLN = row("Sch", "010010010", "26", "2002", "Lincoln Elem School", nces="173099003225")
HIGH = row("Sch", "010010010", "26", "0001", "Seymour High School", nces="173099003226")
ROE = row("ROE", "010000000", "00", "0000", "Adams ROE", county="")
PROGRAM = row("Reg Prg", "010000000", "00", "9201", "The Lafayette Academy", county="")
PRIVATE = row("Non Pub Sch", "01001002X", "06", "0000", "St James Lutheran")
PUBLIC_SHEET = [HEAD, DISTRICT, LINCOLN, HIGH]
Book = Callable[[dict[str, Rows]], bytes]


def run(data: bytes, **options: object) -> Plan:
    return services.apply_import(data, "isbe.xlsx", "system:admin", **options)


def named(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


@pytest.fixture
def edition(as_xlsx: Book) -> bytes:
    return as_xlsx(
        {
            "Category Guide": [("Category Guide", ""), ("1 REGIONAL OFFICES", "3 ROE")],
            "1 Public Dist & Sch": PUBLIC_SHEET,
            "3 ROE, ISC, Reg Prg": [HEAD, ROE, PROGRAM],
            "5 Non Pub Sch": [HEAD, PRIVATE],
        }
    )


def test_schools_stand_under_their_district_in_their_region_and_county(edition: bytes) -> None:
    plan = run(edition)
    assert plan.problems == []
    lincoln = named("Lincoln Elem School")
    assert (lincoln.kind, lincoln.sector, lincoln.city) == ("school", "public", "Payson")
    assert lincoln.parent == named("Payson CUSD 1")
    assert lincoln.region == named("Adams ROE")
    assert lincoln.county == County.objects.get(name="Adams")
    assert (lincoln.zip, lincoln.phone, lincoln.grades) == ("62360-1041", "217-555-0101", "K-5")
    identifiers = set(lincoln.identifiers.values_list("scheme", "value"))
    assert identifiers == {("rcdts", "010010010262002"), ("nces", "173099003225")}
    assert lincoln.search_text == " lincoln elem school payson payson cusd 1 "


def test_a_regional_programme_stands_under_its_region_and_a_private_school_under_nobody(
    edition: bytes,
) -> None:
    run(edition)
    assert named("The Lafayette Academy").parent == named("Adams ROE")
    private = named("St James Lutheran")
    assert (private.parent, private.sector, private.region) == (None, "private", named("Adams ROE"))


def test_a_second_import_changes_nothing(edition: bytes) -> None:
    run(edition)
    touched = set(Organisation.objects.values_list("id", "updated_at"))
    again = run(edition)
    assert again.empty
    assert again.same == 6
    assert set(Organisation.objects.values_list("id", "updated_at")) == touched
    assert Import.objects.count() == 2


def test_the_dry_run_writes_nothing(edition: bytes) -> None:
    plan = services.plan_import(edition)
    assert len([i for i in plan.new if i.kind == "school"]) == 4
    assert not Organisation.objects.exists()
    assert not County.objects.exists()
    assert not Import.objects.exists()


def test_a_later_edition_shows_new_changed_renamed_and_gone(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    kept = named("Lincoln Elem School").pk
    later = as_xlsx(
        {
            "1 Public Dist & Sch": [
                HEAD,
                row("Dist", "010010010", "26", "0000", "Payson CUSD 1", nces="1730990", phone="217-555-0199"),
                row("Sch", "010010010", "26", "2002", "Obama Elem School", nces="173099003225"),
                row("Sch", "010010010", "26", "2003", "Payson Preschool"),
            ]
        }
    )
    plan = services.plan_import(later)
    assert [i.name for i in plan.new] == ["Payson Preschool"]
    assert [(i.name, i.changes) for i in plan.changed] == [
        ("Payson CUSD 1", (("phone", "217-555-0101", "217-555-0199"),))
    ]
    assert [(i.name, i.changes) for i in plan.renamed] == [
        ("Lincoln Elem School", (("name", "Lincoln Elem School", "Obama Elem School"),))
    ]
    assert [i.name for i in plan.gone] == ["Seymour High School"]
    run(later)
    assert named("Obama Elem School").pk == kept
    assert named("Obama Elem School").search_text.startswith(" obama ")
    assert named("Seymour High School").retired_on is not None


def test_a_missing_sheet_retires_nobody(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    plan = run(as_xlsx({"1 Public Dist & Sch": PUBLIC_SHEET}))
    assert plan.gone == []
    assert any("private" in note and "regional" in note for note in plan.notes)
    assert not Organisation.objects.exclude(retired_on=None).exists()


def test_who_appears_again_comes_back_as_the_same(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    high = named("Seymour High School").pk
    run(as_xlsx({"1": [HEAD, DISTRICT, LINCOLN]}))
    plan = run(as_xlsx({"1": PUBLIC_SHEET}))
    assert [i.name for i in plan.returned] == ["Seymour High School"]
    assert named("Seymour High School").pk == high
    assert named("Seymour High School").retired_on is None


def test_a_retired_school_keeps_what_refers_to_it(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    high = named("Seymour High School")
    details = Details("Ana Rivera", "school", phones=["217-555-0101"])
    services.add_contact(high.pk, details, "system:test")
    run(as_xlsx({"1": [HEAD, DISTRICT, LINCOLN]}))
    assert Contact.objects.get().listed_for == high


def test_a_new_district_name_is_found_with_its_schools(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    renamed = row("Dist", "010010010", "26", "0000", "Riverbend CUSD 1", nces="1730990")
    run(as_xlsx({"1": [HEAD, renamed, LINCOLN, HIGH]}))
    assert "riverbend" in named("Lincoln Elem School").search_text


def test_a_renumbered_school_is_known_by_its_nces_id(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    high = named("Seymour High School").pk
    moved = row("Sch", "010010010", "26", "0007", "Seymour High School", nces="173099003226")
    plan = run(as_xlsx({"1": [HEAD, DISTRICT, LINCOLN, moved]}))
    assert (plan.new, plan.gone) == ([], [])
    assert named("Seymour High School").pk == high
    rcdts = Identifier.objects.filter(organisation=high, scheme="rcdts").values_list("value", flat=True)
    assert list(rcdts) == ["010010010260007"]
    assert run(as_xlsx({"1": [HEAD, DISTRICT, LINCOLN, moved]})).empty


def test_an_older_edition_with_a_blank_first_row_and_run_together_phones(as_xlsx: Book) -> None:
    blank = ("",) * len(HEAD)
    old = row("Sch", "010010010", "26", "2002", "Lincoln Elem School", phone="217656-3323", zip="62360")
    run(as_xlsx({"Public": [blank, HEAD, DISTRICT, old]}))
    assert named("Lincoln Elem School").phone == "217-656-3323"
    assert named("Lincoln Elem School").zip == "62360"


def test_a_detention_school_on_two_sheets_is_one_school(as_xlsx: Book) -> None:
    name = "Adams Co Juvenile Detention Cntr"
    school = row("Sch", "010010010", "26", "3005", name)
    center = row("Detention Center", "010010010", "26", "3005", name)
    plan = run(as_xlsx({"1": [HEAD, DISTRICT, school], "7 Detention Ctr": [HEAD, center]}))
    assert named(name).sector == "detention"
    assert named(name).parent == named("Payson CUSD 1")
    assert any("1 rows repeat an entity" in note for note in plan.notes)


def test_one_number_with_two_names_is_two_schools_whatever_their_order(as_xlsx: Book) -> None:
    first = row("Area Career Ctr", "010010010", "41", "4100", "Quincy Vocational Center")
    second = row("Area Career Ctr", "010010010", "41", "4100", "Quincy Technical Center")
    run(as_xlsx({"4": [HEAD, first, second]}))
    ids = {o.name: o.pk for o in Organisation.objects.filter(kind="school")}
    assert len(ids) == 2
    assert run(as_xlsx({"4": [HEAD, second, first]})).empty
    assert {o.name: o.pk for o in Organisation.objects.filter(kind="school")} == ids


def test_numbers_that_a_spreadsheet_made_of_codes(as_xlsx: Book) -> None:
    spoiled = list(LINCOLN)
    spoiled[2:5] = [10010010.0, 26.0, 2002.0]
    run(as_xlsx({"1": [HEAD, DISTRICT, spoiled]}))
    assert named("Lincoln Elem School").identifiers.filter(value="010010010262002").exists()


def test_private_ids_end_in_x_and_charters_in_c(as_xlsx: Book) -> None:
    charter = row("Dist Auth  Chtr", "010010010", "26", "201C", "Prairie Charter")
    run(as_xlsx({"1": [HEAD, DISTRICT, charter], "5": [HEAD, PRIVATE]}))
    assert named("Prairie Charter").sector == "charter"
    assert named("Prairie Charter").parent == named("Payson CUSD 1")
    assert Identifier.objects.filter(value="01001002X060000").exists()


def test_pseudo_counties_are_marked_and_known_counties_stay(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    rows = [HEAD, DISTRICT, LINCOLN, HIGH]
    rows += [row("Sch", "601054280", "30", "3015", "Il Youth Center", county="Dept Of Corrections")]
    run(as_xlsx({"1": rows}))
    assert County.objects.get(name="Dept Of Corrections").pseudo
    Organisation.objects.filter(name="The Lafayette Academy").update(county=County.objects.get(name="Adams"))
    run(as_xlsx({"3": [HEAD, ROE, PROGRAM]}))
    assert named("The Lafayette Academy").county is not None  # an empty cell takes nothing away


BAD = {
    "a record type nobody knows": (row("Dst", "010010010", "26", "0009", "A"), "record type"),
    "no name": (row("Sch", "010010010", "26", "0009", ""), "facilityname"),
    "a number that is none": (row("Sch", "01-1", "?", "0009", "A"), "RCDTS"),
    "a formula for a name": (row("Sch", "010010010", "26", "0009", "=CMD()"), "formula"),
    "a huge name": (row("Sch", "010010010", "26", "0009", "A" * 4_000), "longer"),
    "a long name": (row("Sch", "010010010", "26", "0009", "A" * 250), "longer"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_reported_with_sheet_row_and_reason_and_the_rest_is_taken(
    name: str, as_xlsx: Book
) -> None:
    bad, words = BAD[name]
    plan = run(as_xlsx({"1 Public": [HEAD, DISTRICT, bad, LINCOLN]}))
    (problem,) = plan.problems
    assert (problem.where.sheet, problem.where.row, problem.skipped) == ("1 Public", 3, True)
    assert words in problem.reason
    assert named("Lincoln Elem School")


def test_a_bad_row_does_not_retire_whom_it_names(edition: bytes, as_xlsx: Book) -> None:
    run(edition)
    spoiled = row("Sch", "010010010", "26", "0001", "=CMD()")
    plan = run(as_xlsx({"1": [HEAD, DISTRICT, LINCOLN, spoiled]}))
    assert plan.gone == []
    assert named("Seymour High School").retired_on is None


def test_a_bad_phone_costs_the_cell_not_the_school(as_xlsx: Book) -> None:
    plan = run(
        as_xlsx({"1": [HEAD, DISTRICT, row("Sch", "010010010", "26", "0001", "A School", phone="n/a")]})
    )
    assert [p.skipped for p in plan.problems] == [False]
    assert named("A School").phone == ""


def test_a_file_cut_off_does_not_empty_the_state(as_xlsx: Book) -> None:
    schools = [row("Sch", "010010010", "26", f"{n:04d}", f"School {n}") for n in range(1, 80)]
    run(as_xlsx({"1": [HEAD, DISTRICT, *schools]}))
    cut = as_xlsx({"1": [HEAD, DISTRICT, *schools[:30]]})
    with pytest.raises(services.Refused, match="complete"):
        run(cut)
    assert not Organisation.objects.exclude(retired_on=None).exists()
    assert len(run(cut, accept_gone=True).gone) == 49


def test_headings_nobody_knows_are_refused(as_csv: Callable[[Rows], bytes]) -> None:
    with pytest.raises(services.Refused, match="headings"):
        run(as_csv([("a", "b"), ("1", "2")]))


def test_a_table_without_rows_is_refused(as_xlsx: Book) -> None:
    with pytest.raises(services.Refused, match="no rows"):
        run(as_xlsx({"1": [HEAD]}))


def test_the_flattened_list_is_the_same_list(edition: bytes, as_csv: Callable[[Rows], bytes]) -> None:
    run(edition)
    head = ("Sheet", "RecType", "RCDTS", "CountyName", "FacilityName", "Mailing Address", "City", "Zip", "Telephone",
            "GradeServed", "NCES ID")  # fmt: skip
    lines = [
        ("1", r[1], f"{r[2]}{r[3]}{r[4]}", r[0], r[5], r[7], r[9], r[10], r[11], r[12], r[13])
        for r in (DISTRICT, LINCOLN, HIGH)
    ]
    assert run(as_csv([head, *lines])).empty
