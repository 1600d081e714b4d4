"""Words are compared as people mean them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.directory.folding import asked, county_key, fold, patterns, search_text


@pytest.mark.parametrize(
    "spellings",
    [
        ("Du Page", "Dupage", "DuPage", "DU PAGE"),
        ("Saint Clair", "St. Clair", "St Clair", "st.clair"),
        ("La Salle", "LaSalle"),
        ("De Witt", "Dewitt", "DeWitt"),
        ("De Kalb", "Dekalb"),
        ("Jo Daviess", "JoDaviess"),
        ("McHenry", "Mchenry"),
    ],
)
def test_the_spellings_of_a_county_are_one(spellings: tuple[str, ...]) -> None:
    assert len({county_key(s) for s in spellings}) == 1


def test_different_counties_stay_different() -> None:
    assert len({county_key(n) for n in ("Adams", "Clark", "Clay", "Clinton", "Saline", "St. Clair")}) == 6


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("O'Hare", "ohare"),
        ("St. Mary\u2019s", "st marys"),
        ("Peña  Élementaire", "pena elementaire"),
        ("T.E.A.M. Academy", "team academy"),
        ("Mahomet-Seymour", "mahomet seymour"),
    ],
)
def test_accents_capitals_and_punctuation_do_not_matter(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def matches(word: str, place: str) -> bool:
    words = search_text(place)
    return any(p.strip("%") in words for p in patterns(fold(word)))


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("linc", "Lincoln Elem School"),
        ("elementary", "Lincoln Elem School"),
        ("elemen", "Lincoln Elem School"),
        ("elem", "Lincoln Elementary School"),
        ("hs", "Seymour High School"),
        ("high", "Jefferson Alt HS"),
        ("saint", "St James Lutheran"),
        ("junior", "Central Jr High School"),
        ("jhs", "Central Junior High School"),
        ("n", "North Elem School"),
    ],
)
def test_an_abbreviation_and_its_long_form_find_each_other(word: str, place: str) -> None:
    assert matches(word, place)


@pytest.mark.parametrize(("word", "place"), [("north", "Nature Center N"), ("linc", "Franklinc")])
def test_a_short_form_is_a_whole_word_and_a_beginning_is_a_beginning(word: str, place: str) -> None:
    assert matches(word, place) == (word == "north")


def test_school_is_not_asked_for_beside_other_words() -> None:
    assert asked("The Lincoln School") == ["lincoln"]
    assert asked("school") == ["school"]


@given(st.text(max_size=80))
def test_folding_is_stable_and_safe_for_patterns(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not set(folded) - set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert county_key(county_key(text)) == county_key(text)
    assert all("_" not in p and p.count("%") == 2 for w in asked(text) for p in patterns(w))


@given(st.text(max_size=300))
def test_what_is_typed_is_never_more_than_eight_words(text: str) -> None:
    assert len(asked(text)) <= 8
