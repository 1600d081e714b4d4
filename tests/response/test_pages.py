"""The school's pages in Chromium on a phone, with their error states: usable, and clean for axe."""

import pytest

from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.conftest import ADMINISTRATOR, END_USER, OUTCOME_WORDS, SITE
from tests.support.browser import follow, press
from tests.support.town import contact as list_contact
from upstander.actions.links import token_for
from upstander.actions.models import Notice
from upstander.people.demo import PASSWORD, SECRET
from upstander.people.second_factor import current_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(origin, live_server) -> str:
    origin("school", SITE)
    return live_server.url


def enter(page, site: str, email: str) -> None:  # noqa: F811
    page.goto(f"{site}/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_label("Code").fill(current_code(SECRET))
    press(page, "Go on")


def test_from_the_link_to_the_outcome(page, site, person, town, told):  # noqa: F811
    head = person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor")
    list_contact(town.school, town.school, "school", "Second Person", "second@prairie.example")
    mine = told.referrals["Millbrook High School"]
    page.goto(f"{site}/c/{token_for(Notice.objects.get(referral=mine).pk)}/")
    well(page)
    page.get_by_text("Not me: I am somebody else").click()
    press(page, "I have this instead")
    well(page)
    press(page, "I have this")
    assert "The desk knows that you have this" in page.content()
    well(page)
    page.goto(f"{site}/c/nothing/")
    well(page)
    enter(page, site, head.email)
    well(page)
    follow(page, "Millbrook High School")
    well(page)
    press(page, "Write it down")
    assert page.get_by_role("alert").count() == 1
    well(page)
    page.get_by_label("What was done?").fill("Spoke with the student.")
    press(page, "Write it down")
    page.get_by_label("Ask the desk").fill("Which day was it?")
    press(page, "Ask")
    well(page)
    follow(page, "Report what came of it")
    well(page)
    page.get_by_text("close this tip on our side").click()
    press(page, "Report")
    assert "Please answer this before you close it" in page.content()
    well(page)
    page.get_by_text("Spoke with the student").click()
    for question in OUTCOME_WORDS:
        page.get_by_role("group", name=question).get_by_text("Yes").click()
    press(page, "Report")
    assert "has closed this tip" in page.content()
    well(page)


def test_looking_after_an_organisation(page, site, person, town):  # noqa: F811
    boss = person("dana@prairie.example", (town.district, ADMINISTRATOR), name="Dana Whitlock")
    page.goto(f"{site}/enrol/")
    page.get_by_label("Name and town").fill("farfield")
    press(page, "Find")
    assert page.url == f"{site}/enrol/", "what was typed stands in no address"
    well(page)
    page.goto(f"{site}/enrol/{town.far_district.pk}/")
    press(page, "Ask to take part")
    well(page)
    enter(page, site, boss.email)
    well(page)
    follow(page, "Our organizations", exact=True)
    well(page)
    follow(page, town.district.name)
    well(page)
    follow(page, "Add a contact")
    press(page, "Keep")
    well(page)
    page.goto(f"{site}/organizations/{town.district.pk}/")
    press(page, "Let Officer Osei read tips here")
    assert "We have sent a link to" in page.content(), "it says where the link went"
    assert "/set-up/" not in page.content(), "the link is for whom it was mailed to"
    well(page)


def test_an_organisations_own_system_from_naming_it_to_ending_it(page, site, person, town):  # noqa: F811
    head = person("dana@prairie.example", (town.district, ADMINISTRATOR), name="Dana")
    enter(page, site, head.email)
    page.goto(f"{site}/organizations/{town.district.pk}/")
    follow(page, "Your own dispatch or records system")
    well(page)
    press(page, "Post notices there")
    assert page.get_by_role("alert").count() == 1
    well(page)
    page.get_by_label("Address of your system").fill("https://dispatch.example/posts")
    press(page, "Post notices there")
    assert "whsec_" in page.content() and "dispatch.example" in page.content()
    well(page)
    press(page, "Post nothing any more")
    assert "Nothing is posted to your system any more." in page.content()
    well(page)
