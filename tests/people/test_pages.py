"""The pages of signing in, in Chromium, at 320 pixels, with their error states: usable, and clean for axe."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.browser import chromium, follow, press, violations
from upstander.people import services
from upstander.people.demo import PASSWORD, SECRET
from upstander.people.second_factor import current_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page() -> Iterator[Any]:
    """A phone's page; what a browser complains about (a blocked resource, say) fails the test."""
    complaints: list[str] = []
    with chromium() as browser:
        made = browser.new_page(viewport={"width": 320, "height": 640})
        made.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        yield made
    assert complaints == []


def well(page: Any) -> None:
    """Nothing for axe to say, and nothing sticks out at the side."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url


def test_signing_in_with_mistakes_on_the_way(page, demo, origin, live_server):
    origin("desk")
    page.goto(live_server.url)
    well(page)
    press(page, "Sign in")
    well(page)
    page.get_by_label("E-mail address").fill(demo["casey"].email)
    page.get_by_label("Password").fill("not the password")
    press(page, "Sign in")
    assert page.get_by_role("alert").inner_text().count("is not right") == 1
    assert page.get_by_label("E-mail address").input_value() == demo["casey"].email
    well(page)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    well(page)
    page.get_by_label("Code").fill("000000")
    press(page, "Go on")
    well(page)
    assert f"your code now is {current_code(SECRET)}" in page.content()
    page.get_by_label("Code").fill(current_code(SECRET))
    press(page, "Go on")
    assert "the work" in page.content()
    for path in ("/account/", "/account/password/", "/sign-out/", "/account/confirm/"):
        page.goto(live_server.url + path)
        well(page)


def test_from_the_link_to_work(page, account, origin, live_server):
    origin("desk")
    token = services.invite("account:1", account.pk)
    services.grant_role("account:1", account.pk, "sio")
    page.goto(f"{live_server.url}/set-up/{token}/")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_label("The same password again").fill("other")
    press(page, "Keep this password")
    well(page)
    for label in ("Choose a password", "The same password again"):
        page.get_by_label(label).fill("nine tall paper lanterns")
    press(page, "Keep this password")
    well(page)
    follow(page, "Sign in")
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password").fill("nine tall paper lanterns")
    press(page, "Sign in")
    well(page)
    box = page.locator("svg[viewBox]").first.bounding_box()
    assert box["width"] > 150, "a phone must be able to scan it"
    page.get_by_label("The code that the app shows now").fill("123456")
    press(page, "Set up")
    well(page)
    secret = page.locator("code").first.inner_text().replace(" ", "")
    page.get_by_label("The code that the app shows now").fill(current_code(secret))
    press(page, "Set up")
    well(page)
    assert page.locator("li code").count() == 10
    follow(page, "I have kept them. Go on")
    assert "the work" in page.content()
    page.goto(f"{live_server.url}/set-up/{token}/")
    assert "does not work any more" in page.content()
    well(page)


def test_the_administrator_s_pages(page, demo, places, origin, live_server):
    origin("desk")
    page.goto(live_server.url + "/people/")
    page.get_by_label("E-mail address").fill(demo["alex"].email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_label("Code").fill(current_code(SECRET))
    press(page, "Go on")
    well(page)
    follow(page, "New account")
    press(page, "Make the account")
    well(page)
    page.get_by_label("Name").fill("Pat Novak")
    page.get_by_label("E-mail address").fill("pat@agency.example")
    press(page, "Make the account")
    assert "/set-up/" in page.content()
    well(page)
    follow(page, "Done")
    page.get_by_label("Find an organization to designate for").fill("lincoln")
    press(page, "Find")
    well(page)
    page.get_by_label("Lincoln Elementary, Payson, School").check(force=True)
    page.get_by_label("Designated end-user").check(force=True)
    press(page, "Designate")
    assert "End for Lincoln Elementary" in page.content()
    well(page)
