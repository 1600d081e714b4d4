"""The library beside a school's own work: in the header, beside the tip, and letters in the name of one's own school."""

import pytest
from django.test import Client

from tests.response.conftest import ADMINISTRATOR, END_USER, enter
from upstander.library.queries import helps_with

pytestmark = [pytest.mark.django_db, pytest.mark.illinois]


@pytest.fixture
def ana(school, person, town) -> Client:
    return enter(person("ana@x.example", (town.school, END_USER)))


@pytest.mark.req("R-library")
def test_the_tip_has_beside_it_what_helps_with_its_kind(ana, told, town):
    referral = told.referrals[town.school.name]
    html = ana.get(f"/tips/{referral.id}/").content.decode()
    helps = helps_with(referral.subtypes)
    assert helps and "Related to this kind of tip" in html
    for entry in helps:
        assert f'href="/resources/#{entry.code}"' in html
    assert 'href="/resources/"' in html[: html.index("<main")], "the header leads there"


@pytest.mark.req("S-terms")
def test_the_schools_own_pages_of_it_open_and_are_searched(ana):
    assert ana.get("/resources/?audience=sro&subject=nonsense").status_code == 200
    assert ana.post("/resources/", {"q": "ferpa"}).status_code == 200
    assert b"Officers say" in ana.get("/resources/words/").content
    assert ana.get("/resources/collections/threat_team/").status_code == 200
    assert ana.get("/resources/embed/").status_code == ana.get("/resources/feed.json").status_code == 404, (
        "the public's"
    )


def ask(client: Client, place: int, letter: str = "what_it_is", language: str = "es"):
    return client.post("/letters/", {"letter": letter, "place": place, "language": language})


@pytest.mark.req("D-II.J")
def test_a_letter_is_made_for_ones_own_school_only(ana, town):
    assert b"A safe way to tell" in ana.get("/letters/").content
    made = ask(ana, town.school.pk)
    assert made["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF")
    for other in (town.far_school.pk, 10**12, "x", "\x00"):
        refused = ask(ana, other)
        assert refused.status_code == 422 and b"%PDF" not in refused.content, other
    assert ask(ana, town.school.pk, letter="none").status_code == 422
    assert ask(ana, town.school.pk, language="xx").status_code == 422


def test_a_district_writes_for_its_schools_and_an_agency_for_none(school, person, town):
    chief = enter(person("chief@x.example", (town.district, ADMINISTRATOR)))
    assert ask(chief, town.school.pk).status_code == 200
    assert ask(chief, town.far_school.pk).status_code == 422, "a neighbour's"
    officer = enter(person("officer@x.example", (town.police, END_USER)))
    assert b"You work for no school here" in officer.get("/letters/").content


def test_without_sign_in_nothing_of_it_answers(school):
    for address in ("/letters/", "/resources/", "/resources/words/"):
        assert Client().get(address)["Location"].startswith("/sign-in/")
