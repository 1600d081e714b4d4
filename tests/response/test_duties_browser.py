"""A school's duties in Chromium on a phone, with their error states: usable, and clean for axe."""

import pytest

from tests.people.test_pages import page, press, well  # noqa: F401
from tests.response.conftest import END_USER
from tests.response.test_pages import enter, site  # noqa: F401
from upstander.actions.clock_models import SchoolClock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_from_the_question_to_the_evidence(page, site, person, town, told):  # noqa: F811
    head = person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor")
    mine = told.referrals[town.school.name]
    enter(page, site, head.email)
    page.goto(f"{site}/tips/{mine.pk}/")
    well(page)
    page.get_by_text("Yes: Alleged bullying").click()
    press(page, "We have determined it: start the clock")
    assert "a clock is never opened without" in page.content()
    well(page)
    page.get_by_label("Who has determined it, and why").first.fill("The assistant principal, this morning.")
    press(page, "We have determined it: start the clock")
    assert SchoolClock.objects.get().runs
    well(page)
    page.goto(site)
    assert "A duty of yours runs" in page.content()
    well(page)
    page.goto(f"{site}/tips/{mine.pk}/")
    page.get_by_text("We have done it").click()
    page.get_by_label("Evidence").fill("Both families by telephone, 3:10 p.m.")
    card = page.locator("article", has_text="Alleged bullying").first
    with page.expect_navigation():
        card.get_by_role("button", name="Write it down").click()
    assert "Both families by telephone" in page.content() and not SchoolClock.objects.get().runs
    well(page)
