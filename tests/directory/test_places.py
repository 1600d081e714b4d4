"""A worried person types, and finds one school among all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.directory.world import county, org
from upstander import clock
from upstander.directory.models import Organisation
from upstander.directory.queries import find_organisations, find_schools, place_card, place_cards

pytestmark = pytest.mark.django_db


@pytest.fixture
def schools() -> dict[str, Organisation]:
    adams = county("Adams")
    found = {}
    for city, district in (
        ("Anna", "Anna CCSD 37"),
        ("Peoria", "Peoria SD 150"),
        ("Addison", "Addison SD 4"),
    ):
        parent = org("district", district, county=adams, city=city)
        found[city] = org("school", "Lincoln Elem School", parent, city, county=adams)
    found["high"] = org("school", "Seymour High School", parent, "Payson", grades="9-12", sector="public")
    found["ohare"] = org("school", "St. Mary's O'Hare School", None, "Springfield", sector="private")
    return found


def cities(text: str) -> list[str]:
    return [hit.city for hit in find_schools(text)]


def test_schools_of_one_name_are_told_apart_by_city_and_district(schools) -> None:
    hits = find_schools("lincoln elem")
    assert [(h.city, h.district) for h in hits] == [
        ("Addison", "Addison SD 4"), ("Anna", "Anna CCSD 37"), ("Peoria", "Peoria SD 150"),
    ]  # fmt: skip
    assert {h.name for h in hits} == {"Lincoln Elem School"}


@pytest.mark.parametrize(
    "typed",
    [
        "lincoln anna", "Lincoln Elementary, Anna", "LINC ELEM ANN", "anna 37 lincoln", "lincoln school in anna",
        "lincon elementry anna", "linclon anna",
    ],
)  # fmt: skip
def test_words_in_any_order_beginnings_abbreviations_and_slips_find_it(schools, typed: str) -> None:
    assert cities(typed) == ["Anna"]


@pytest.mark.parametrize("typed", ["ohare", "O\u2019Hare", "saint marys springfeild", "st mary springfield"])
def test_punctuation_saints_and_misspelt_cities(schools, typed: str) -> None:
    assert cities(typed) == ["Springfield"]


@pytest.mark.parametrize(
    "typed", ["", " ", "l", "?", "%%%", "___", "'; DROP TABLE directory_organisation; --", "\x00"]
)
def test_what_means_nothing_finds_nothing(schools, typed: str) -> None:
    assert find_schools(typed) == []


def test_every_word_has_to_be_there(schools) -> None:
    assert cities("lincoln high peoria") == []


def test_retired_schools_and_other_kinds_are_not_offered(schools) -> None:
    Organisation.objects.filter(pk=schools["Anna"].pk).update(retired_on=clock.today())
    assert cities("lincoln anna") == []
    assert cities("peoria sd") == ["Peoria"]  # the school of that district, not the district
    assert [h.kind for h in find_organisations("peoria sd 150", ["district"])] == ["district"]


def test_in_state_comes_before_out_of_state(schools) -> None:
    away = county("OUT OF STATE", pseudo=True)
    org("school", "Academy Two", None, "Canton", county=away)
    org("school", "Academy Two", None, "Zion")
    assert cities("academy two") == ["Zion", "Canton"]


def test_never_more_than_asked_for_and_never_more_than_twenty(schools) -> None:
    for n in range(30):
        org("school", f"Oak School {n}", None, "Oak Park")
    assert len(find_schools("oak")) == 20
    assert len(find_schools("oak", 5)) == 5
    assert len(find_schools("oak", 500)) == 20


def test_a_search_is_one_query_and_a_slip_two(schools) -> None:
    for typed, most in (("lincoln anna", 1), ("lincon anna", 2)):
        with CaptureQueriesContext(connection) as asked:
            find_schools(typed)
        assert len(asked) == most


def test_a_place_in_words(schools) -> None:
    region = org("region", "ROE 1")
    schools["Anna"].county.region = region
    schools["Anna"].county.save()
    card = place_card(schools["Anna"].pk)
    assert (card.kind, card.name, card.district, card.region, card.county, card.city) == (
        "school", "Lincoln Elem School", "Anna CCSD 37", "ROE 1", "Adams", "Anna",
    )  # fmt: skip
    assert not card.retired
    with pytest.raises(LookupError):
        place_card(999_999_999)


def test_a_districts_card_names_its_region_and_no_district() -> None:
    region = org("region", "ROE 9")
    card = place_card(org("district", "Payson CUSD 1", region).pk)
    assert (card.district, card.region) == ("", "ROE 9")


def test_many_cards_are_one_query(schools) -> None:
    with CaptureQueriesContext(connection) as asked:
        cards = place_cards([o.pk for o in schools.values()] + [999_999_999])
    assert len(asked) == 1
    assert set(cards) == {o.pk for o in schools.values()}
