"""A principal on a phone and a district in Chromium: usable with a thumb, clean for axe, error states too."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.test_pages import enter
from tests.support.browser import follow, press
from upstander import clock
from upstander.ids import new_id
from upstander.preparedness import exercises, papers, reach, reviews, staff
from upstander.preparedness.papers import Brought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("R-plans")]


def test_a_principal_s_year_on_a_phone_and_the_district_s_pages(page, live_server, cast):  # noqa: F811
    school, today, exercise = cast.town.school.pk, clock.today(), new_id()
    drill = cast.drill("principal", "law_enforcement")
    with reach.acting(cast.principal) as mine:
        papers.add(mine, school, Brought("plan", "Response plan", today, where="Office"))
        staff.add_people(mine, school, ["P. Okafor", "R. Haas"])
        reviews.add_item(mine, school, "drill", "The east door", "Caretaker", today - timedelta(2))
        exercises.plan(mine, school, exercise, "told_and_lost", today)
    enter(page, live_server.url, cast.principal.email)
    follow(page, "Drills and plans")
    well(page)
    follow(page, "Plan or enter a drill")
    press(page, "Go on")
    expect(page.get_by_role("alert")).to_be_visible()
    well(page)
    page.get_by_label("Evacuation", exact=True).check()
    page.get_by_label("On which day?").fill(today.isoformat())
    press(page, "Go on")
    page.get_by_label("Students who took part").fill("380")
    press(page, "Record the drill")
    expect(page.get_by_text("The drill is recorded.")).to_be_visible()
    here = f"{live_server.url}/preparedness"
    one = f"{here}/places/{school}"
    for address, button in (
        (f"{here}/drills/{drill}/", ""), (f"{one}/fire/", ""), (f"{one}/building/", ""),
        (f"{here}/files/{school}/", "Put it on file"), (f"{one}/training/", "Add them"), (f"{one}/items/", "Note it"),
        (f"{one}/exercises/", "Go on"),
        (f"{here}/exercises/{exercise}/", ""), (f"{here}/?calendar", ""),
    ):  # fmt: skip
        page.goto(address)
        well(page)
        if button:
            press(page, button)
            expect(page.get_by_role("alert").first).to_be_visible()
            well(page)
    page.context.clear_cookies()
    enter(page, live_server.url, cast.district.email)
    page.goto(f"{here}/")
    well(page)
    for address in ("", "review/", "filings/threat_procedure/"):
        page.goto(f"{here}/places/{cast.town.district.pk}/{address}")
        well(page)
    press(page, "Note it")
    expect(page.get_by_role("alert")).to_be_visible()
    well(page)
    page.context.clear_cookies()
    enter(page, live_server.url, cast.region.email)
    page.goto(f"{here}/region/")
    well(page)
