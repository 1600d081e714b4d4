"""Visits by coverage: who has nobody, who was visited longest ago; the log on a phone (S-sio, S-geo)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.network.support import client_for, make_member, make_sio
from tests.support import town as towns
from upstander import clock
from upstander.audit.models import Entry
from upstander.gatherings import coverage, visits
from upstander.gatherings.models import Step, Visit
from upstander.ids import new_id
from upstander.network import walls
from upstander.network.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-sio"), pytest.mark.usefixtures("network")]


@pytest.fixture
def town():
    return towns.build()


def visited(place, days_ago: int) -> None:
    with walls.reading(walls.STAFF):
        made = visits.plan(place.pk, clock.today(), 1, new_id())
        visits.log(made.id, clock.today() - timedelta(days=days_ago), "Two doors stand open at noon.", 1)


@pytest.mark.req("S-geo")
def test_a_school_is_covered_by_its_own_member_or_its_districts_and_a_region_by_its_schools(town):
    with walls.reading(walls.STAFF):
        (before,) = [one for one in coverage.regions() if one.id == town.region.pk]
    assert (
        before.schools >= 3
        and before.uncovered == before.schools
        and before.last_visit is None
        and before.share == 0
    )
    make_member(organisation=town.district, regions=[town.region.pk])
    make_member(organisation=town.far_school, state=Member.State.REMOVED)  # no member any more
    visited(town.school, 3)
    with walls.reading(walls.STAFF):
        (after,) = [one for one in coverage.regions() if one.id == town.region.pk]
        schools = coverage.schools(town.region.pk)
    assert before.uncovered - after.uncovered == 2  # both schools of the district
    assert after.members == 1 and after.last_visit == clock.today() - timedelta(days=3)
    covered = {one.id for one in schools if one.has_member}
    assert covered == {town.school.pk, town.other_school.pk}
    assert [one.has_member for one in schools] == sorted(one.has_member for one in schools)


def test_never_visited_comes_first_then_visited_longest_ago(town):
    other = towns.organisation("region", "Regional Office 98")
    third = towns.organisation("region", "Regional Office 97")
    for region, school in ((other, "School A"), (third, "School B")):
        towns.organisation("school", school, region=region)
    visited(town.school, 100)
    visited(third, 5)
    a = towns.Organisation.objects.get(name="School B")
    visited(a, 10)
    with walls.reading(walls.STAFF):
        names = [one.name for one in coverage.regions()]
    assert names == ["Regional Office 98", "Regional Office 99", "Regional Office 97"]


def test_a_visit_is_planned_made_and_written_down_in_three_presses_each_once(town):
    sio = make_sio()
    browser, press = client_for(sio), str(new_id())
    assert "Millbrook High School" in browser.get(f"/desk/visits/regions/{town.region.pk}/").content.decode()
    day = (clock.today() + timedelta(days=7)).isoformat()
    for _ in range(2):
        answer = browser.post(f"/desk/visits/places/{town.school.pk}/", {"day": day, "press": press})
    visit = Visit.objects.get()
    assert answer.headers["Location"] == f"/desk/visits/{visit.id}/"
    assert "Millbrook High School" in browser.get("/desk/visits/").content.decode()
    said = {"day": clock.today().isoformat(), "findings": "Two doors stand open at noon."}
    for _ in range(2):
        assert browser.post(f"/desk/visits/{visit.id}/", said).status_code == 302
    step = {"what": "Mend the doors", "owner": "Principal", "due": day, "press": str(new_id())}
    for _ in range(2):
        assert browser.post(f"/desk/visits/{visit.id}/steps/", step).status_code == 302
    assert "Mend the doors" in browser.get("/desk/visits/").content.decode()
    one = Step.objects.get()
    for _ in range(2):
        browser.post(f"/desk/visits/{visit.id}/steps/{one.id}/")
    assert "Mend the doors" not in browser.get("/desk/visits/").content.decode()
    acts = [entry.act for entry in Entry.objects.order_by("pk") if entry.act.startswith("gatherings.")]
    assert acts == [
        "gatherings.visit_planned",
        "gatherings.visited",
        "gatherings.step_agreed",
        "gatherings.step_done",
    ]


def test_what_is_overdue_is_said_and_what_is_dropped_is_gone(town, clock):
    with walls.reading(walls.STAFF):
        made = visits.plan(town.school.pk, visits.clock.today(), 1, new_id())
        visits.agree(made.id, "Send the plan", "Principal", visits.clock.today(), 1, new_id())
    clock(3 * 86400)
    browser = client_for(make_sio())
    assert browser.get("/desk/visits/").content.decode().count("Overdue") == 2
    for _ in range(2):
        assert browser.post(f"/desk/visits/{made.id}/drop/").status_code == 302
    assert browser.get("/desk/visits/").content.decode().count("Overdue") == 1
    later = browser.post(f"/desk/visits/{made.id}/", {"day": "2020-01-01", "findings": "x"})
    assert later.status_code == 422


def test_mistakes_come_back_with_words(town):
    browser = client_for(make_sio())
    plan = browser.post(
        f"/desk/visits/places/{town.school.pk}/", {"day": "1999-01-01", "press": str(new_id())}
    )
    assert plan.status_code == 422 and "within two years" in plan.content.decode()
    assert browser.get(f"/desk/visits/places/{town.police.pk}/").status_code == 404
    assert browser.get(f"/desk/visits/places/{2**70}/").status_code == 404
    assert browser.get(f"/desk/visits/regions/{town.school.pk}/").status_code == 404
    with walls.reading(walls.STAFF):
        made = visits.plan(town.school.pk, clock.today(), 1, new_id())
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    ahead = browser.post(f"/desk/visits/{made.id}/", {"day": tomorrow, "findings": "Good <b>locks</b>."})
    page = ahead.content.decode()
    assert (
        ahead.status_code == 422 and "once it was made" in page and "Good &lt;b&gt;locks&lt;/b&gt;." in page
    )
    bare = browser.post(
        f"/desk/visits/{made.id}/steps/", {"what": "", "owner": "", "due": "x", "press": str(new_id())}
    )
    assert bare.status_code == 422 and "Say who does it." in bare.content.decode()


def test_the_page_asks_as_little_for_many_schools_as_for_few(town):
    browser = client_for(make_sio())

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/desk/visits/").status_code == 200
        return len(caught)

    few = cost()
    for n in range(5):
        region = towns.organisation("region", f"Office {n}")
        towns.organisation("school", f"School {n}", region=region)
    assert cost() == few
