"""The school's day: one page on which everything stands that needs somebody now, and nothing that is not theirs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.response.conftest import ADMINISTRATOR, END_USER, enter
from tests.support.town import contact as list_contact
from tests.support.town import organisation
from tests.support.wrong import kept_out
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.directory.models import Contact, Kind
from upstander.people.models import Account, Designation
from upstander.response import day, services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school"), pytest.mark.req("D-II.A")]


@pytest.fixture
def dana(person, town) -> Account:
    return person("dana@prairie.example", (town.district, ADMINISTRATOR))


@pytest.fixture
def at_district(dana) -> Client:
    return enter(dana)


@pytest.fixture
def okafor(person, town) -> Account:
    return person("okafor@prairie.example", (town.school, END_USER), contact_id=town.contacts["principal"].pk)


@pytest.fixture
def at_school(okafor) -> Client:
    return enter(okafor)


def stale(contact: Contact) -> Contact:
    contact.verified_on = the_clock.today() - timedelta(days=800)
    contact.save(update_fields=["verified_on"])
    return contact


def tokens(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="entry" value="')[1:]]


def today(client: Client) -> str:
    answer = client.get("/today/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.req("D-II.I")
def test_what_nobody_has_confirmed_stands_first_and_goes_when_somebody_has(okafor, at_school, told):
    page = today(at_school)
    assert "1 tip that nobody has confirmed" in page and "LANTERN" not in page
    (waiting,) = day.of(okafor).unconfirmed
    services.confirm(okafor, waiting.id, None)
    assert "that nobody has confirmed" not in today(at_school)


def test_where_nothing_waits_it_says_so(person, town):
    assert "Nothing needs you now" in today(enter(person("lind@care.example", (town.counselling, END_USER))))


def test_one_press_verifies_all_that_is_ticked_of_a_place_as_it_was_shown(dana, at_district, town):
    vine = list_contact(town.school, town.school, "school", "B. Vine", "vine@prairie.example")
    first, second = stale(town.contacts["principal"]), stale(vine)
    page = today(at_district)
    found = [t for t in tokens(page) if t.startswith((f"{first.pk}:", f"{second.pk}:"))]
    assert len(found) == 2 and "217-555-0199" in page
    answer = at_district.post("/today/right/", {"entry": found}, follow=True).content.decode()
    assert "2 entries are verified today." in answer
    assert set(Contact.objects.filter(pk__in=(first.pk, second.pk)).values_list("verified_on", flat=True)) == {the_clock.today()}
    assert Entry.objects.filter(act="directory.contact_verified", actor=dana.actor).count() == 2


def test_what_was_changed_since_the_page_was_made_is_not_verified(at_district, town):
    contact = stale(town.contacts["principal"])
    (token,) = [t for t in tokens(today(at_district)) if t.startswith(f"{contact.pk}:")]
    contact.points.filter(kind="phone").update(value="217-555-0166")
    page = at_district.post("/today/right/", {"entry": token}, follow=True).content.decode()
    contact.refresh_from_db()
    assert "look at again" in page and contact.verified_on != the_clock.today()


def test_whoever_is_called_says_that_their_own_number_is_right(at_school, town):
    contact = stale(town.contacts["principal"])
    (token,) = tokens(today(at_school))
    at_school.post("/today/right/", {"entry": token})
    contact.refresh_from_db()
    assert contact.verified_on == the_clock.today() and "How you are reached" not in today(at_school)


@pytest.mark.parametrize("who", ["neighbour", "colleague", "of_another_district"])
def test_nobody_verifies_or_sees_what_is_not_theirs(who, at_district, person, town, told):
    contact = stale(town.contacts["principal"])
    (token,) = [t for t in tokens(today(at_district)) if t.startswith(f"{contact.pk}:")]
    stranger = {
        "neighbour": lambda: person("haas@prairie.example", (town.other_school, END_USER)),
        "colleague": lambda: person("vine@prairie.example", (town.school, END_USER)),
        "of_another_district": lambda: person("far@farfield.example", (town.far_district, ADMINISTRATOR)),
    }[who]()
    stranger = enter(stranger)
    page = today(stranger)
    assert token not in page and "217-555-0199" not in page and (who == "colleague" or "Millbrook High School:" not in page)
    stranger.post("/today/right/", {"entry": [token, "x:1", f"{contact.pk}", "9" * 40 + ":a"]})
    contact.refresh_from_db()
    assert contact.verified_on != the_clock.today()


def test_who_is_not_signed_in_or_no_more_designated_sees_nothing(okafor, at_school, told):
    assert Client().get("/today/").status_code == 302 and Client().post("/today/right/", {"entry": "1:a"}).status_code == 302
    Designation.objects.filter(account=okafor).update(ends_at=the_clock.now())
    assert kept_out(at_school.get("/today/"))


@pytest.mark.req("R-plans")
def test_a_hundred_and_twenty_buildings_cost_as_many_queries_as_two(dana, town):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            found = day.of(dana)
        queries.places = len(found.buildings)  # type: ignore[attr-defined]
        return len(caught)

    stale(town.contacts["principal"])
    few = queries()
    for n in range(120):
        place = organisation(Kind.SCHOOL, f"School {n}", parent=town.district, county=town.county)
        stale(list_contact(place, place, "school", f"P. {n}", f"p{n}@prairie.example"))
    assert queries() == few and queries.places > 120  # type: ignore[attr-defined]


@pytest.mark.req("R-plans")
def test_what_the_other_rooms_have_due_stands_there_with_the_way_to_it(dana, clock, town):
    now = the_clock.now()
    march = now.replace(month=3, day=1) + timedelta(days=366 if now.month > 2 else 0)
    clock((march - now).total_seconds())  # by then the first drills of a school year are late
    page = today(enter(dana))
    assert "Drills and plans: overdue at" in page and f"/preparedness/places/{town.school.pk}/" in page
