"""The calendars' pages in Chromium on a phone, with their error states, on both origins: usable, and clean for axe."""

import pytest

from tests.directory.world import contact, county, enrol, org
from tests.people.conftest import origin, quick_passwords  # noqa: F401 - fixtures
from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.conftest import ADMINISTRATOR, SITE, person  # noqa: F401 - a fixture
from tests.response.test_pages import enter
from tests.support.browser import follow, press
from tests.support.people import holding
from upstander import clock
from upstander.directory import calendars_services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_districts_calendar_and_weeks_and_a_contacts_hours(page, origin, person, live_server):  # noqa: F811
    district = org("district", "Payson CUSD 1", county=county("Prairie"))
    enrol(district)
    school = org("school", "Lincoln Elementary", district)
    head, deputy = contact(school, "P. Okafor"), contact(district, "Ana Rivera")
    origin("school", SITE)
    boss, today = person("dana@payson.example", (district, ADMINISTRATOR)), clock.today()
    calendars_services.add_span(district.pk, "term", "Fall term", today, today, boss.actor)
    enter(page, live_server.url, boss.email)

    page.goto(f"{live_server.url}/organizations/{school.pk}/calendar/")
    well(page)
    page.get_by_text("Add days").click()
    press(page, "Add these days")
    assert page.get_by_role("alert").count() == 1
    well(page)
    page.get_by_label("First day").fill("2026-12-21")
    page.get_by_label("Last day").fill("2027-01-01")
    press(page, "Add these days")
    page.get_by_text("From when to when there is school").click()
    page.get_by_label("Monday, school begins").fill("08:00")
    press(page, "Keep these hours")
    well(page)
    page.get_by_label("Monday, school ends").fill("15:10")
    press(page, "Keep these hours")
    well(page)

    follow(page, "Take the days from a calendar file")
    well(page)
    press(page, "Show what it says")
    assert page.get_by_role("alert").count() == 1
    well(page)
    event = b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:%s\nSUMMARY:No school\nEND:VEVENT\n" % today.strftime("%Y%m%d").encode()
    file = {"name": "year.ics", "mimeType": "text/calendar", "buffer": b"BEGIN:VCALENDAR\n" + event + b"END:VCALENDAR\n"}
    page.get_by_label("iCalendar file").set_input_files(file)  # type: ignore[arg-type]
    press(page, "Show what it says")
    well(page)
    press(page, "Keep these days")
    well(page)

    page.goto(f"{live_server.url}/contacts/{head.pk}/reached/")
    well(page)
    press(page, "Note the absence")
    well(page)
    page.get_by_label("Away from").fill(today.isoformat())
    page.get_by_label("Until and including").fill(today.isoformat())
    page.get_by_label("Who stands in").select_option(str(deputy.pk))
    press(page, "Note the absence")
    assert "Ana Rivera stands in" in page.content()
    assert not page.get_by_label("Text messages: not from").is_visible(), "no hours where none were chosen"
    page.get_by_label("Text messages", exact=True).select_option("between")
    assert page.get_by_label("Text messages: not from").is_visible()
    assert not page.get_by_label("E-mail: not from").is_visible()
    press(page, "Keep these hours")
    assert page.get_by_label("Text messages: not from").is_visible()
    well(page)

    page.goto(f"{live_server.url}/organizations/{district.pk}/on-call/")
    press(page, "Put on call")
    well(page)
    page.get_by_label("Who is on call").select_option(str(deputy.pk))
    page.get_by_label("From this day on").fill(today.isoformat())
    press(page, "Put on call")
    assert "Take Ana Rivera out" in page.content()
    calendars_services.add_absence(deputy.pk, today, today, None, boss.actor)
    page.reload()
    well(page)

    page.goto(f"{live_server.url}/organizations/{district.pk}/")
    well(page)
    follow(page, "Take Ana Rivera off the list")
    well(page)
    press(page, "Yes, take Ana Rivera off")
    well(page)
    press(page, "Put Ana Rivera back")
    assert page.get_by_role("link", name="Take Ana Rivera off the list").count() == 1


def test_the_programmes_weeks_at_the_desk(page, origin, person, live_server):  # noqa: F811
    origin("desk", "upstander.urls.desk")
    boss = holding(person("boss@desk.example", name="Super Visor"), "supervisor")
    enter(page, live_server.url, boss.email)
    page.goto(f"{live_server.url}/directory/on-call/")
    well(page)
    press(page, "Put on call")
    well(page)
    page.get_by_label("Who is on call").select_option(str(boss.pk))
    page.get_by_label("From this day on").fill(clock.today().isoformat())
    press(page, "Put on call")
    assert "Take Super Visor out" in page.content()
    well(page)
