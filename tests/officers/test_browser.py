"""Officers and administrators in Chromium on a phone: usable with a thumb, clean for axe, error states too."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.officers.conftest import agreed, learned, worked
from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.test_pages import enter
from tests.support.browser import follow, press
from upstander import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("R-climate")]


def test_an_officers_day_on_a_phone_and_the_districts_pages(page, live_server, cast):  # noqa: F811
    for _n in range(4):
        worked(cast.officer, cast.town.school.pk, "lesson")
    learned(cast.officer)
    agreed(cast.district, cast.town.district.pk, cast.town.police.pk, clock.today() - timedelta(9), clock.today())
    enter(page, live_server.url, cast.officer.email)
    follow(page, "Work in school")
    well(page)
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    well(page)
    page.get_by_label("What did you do?").select_option(label="Talked with a student")
    press(page, "Enter")
    expect(page.get_by_text("It is entered.")).to_be_visible()
    for address in ("year/", "certificates/", "codes/", "entries/"):
        page.goto(f"{live_server.url}/officers/{address}")
        well(page)
    page.goto(f"{live_server.url}/officers/certificates/")
    press(page, "Keep")
    expect(page.get_by_role("alert")).to_be_visible()
    well(page)
    page.context.clear_cookies()
    enter(page, live_server.url, cast.district.email)
    here = f"{live_server.url}/officers/of/{cast.town.district.pk}"
    page.goto(f"{live_server.url}/officers/")
    well(page)
    for address in ("year/", "training/", "training/overdue/", "agreements/"):
        page.goto(f"{here}/{address}")
        well(page)
    press(page, "Keep")
    expect(page.get_by_role("alert")).to_be_visible()
    well(page)
