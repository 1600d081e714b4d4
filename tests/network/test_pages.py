"""The pages of membership in Chromium, at 320 pixels and without script, with their error states: usable, and clean for axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tests.network.applying import OFFICER, agency, apply, filled, link_in, mail_of, waiting
from tests.network.support import client_for, make_member, make_second, make_sio
from tests.people.test_pages import well
from tests.support.browser import PATIENCE, chromium, follow, press, served
from upstander.people.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(request, browser, network) -> Iterator[Any]:
    complaints: list[str] = []
    with served(get_wsgi_application()) as origin:
        context = browser.new_context(
            viewport={"width": 320, "height": 640}, java_script_enabled=request.param, base_url=origin, locale="en-US"
        )
        made = context.new_page()
        made.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        made.set_default_timeout(PATIENCE)
        made.scripted, made.origin = request.param, origin
        yield made
        context.close()
    assert complaints == []


def fine(page: Any) -> None:
    """Clean for axe; without script it is only looked whether the page came (axe is a script)."""
    if page.scripted:
        well(page)
    assert page.locator("h1").count() == 1, page.url


def enter(page: Any, who: Any) -> None:
    """Be signed in as this person."""
    cookie = client_for(who).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.origin}])


@pytest.mark.req("S-membership")
def test_applying_signing_and_answering_for_somebody(page, client):
    agency()
    page.goto("/apply/")
    fine(page)
    press(page, "Send the application")
    assert page.get_by_text("Write your name.").count() >= 1
    fine(page)
    given = filled(**OFFICER)
    fields = {"Your name": "name", "Work e-mail address": "email", "Work telephone": "telephone", "Position": "position"}
    for label, field in fields.items():
        page.get_by_label(label, exact=True).fill(str(given[field]))
    page.get_by_label("School, district, college or agency that you work for").fill("Nowhere Listed Academy")
    page.get_by_text("School (K-12)").click()
    page.get_by_text("Sworn officer (SRO").click()
    page.get_by_label("If you are sworn: your agency").fill("Harrow Creek Police")
    page.get_by_text("Consumer:").click()
    page.get_by_label("Your sponsor's name").fill("Ida Berg")
    page.get_by_label("Your sponsor's work e-mail address").fill("ida@switchgrass.example")
    page.get_by_label("What do you need it for?").fill("I am the school's resource officer.")
    press(page, "Send the application")
    assert page.get_by_label("Your name", exact=True).input_value() == given["name"], "the form comes back filled"
    fine(page)
    page.get_by_text("Harrow Creek Police Department").click()
    press(page, "Send the application")
    assert "Look into your mailbox" in page.content()
    fine(page)
    page.goto(link_in(mail_of("network_confirm").text))
    fine(page)
    page.get_by_label("Type your name to sign").fill("Somebody Else")
    press(page, "Sign and send the application")
    fine(page)
    page.get_by_label("Type your name to sign").fill("Chris Delgado")
    press(page, "Sign and send the application")
    assert "It is being looked at" in page.content()
    fine(page)
    page.goto(link_in(mail_of("network_inquiry").text))
    fine(page)
    press(page, "Send my answer")
    fine(page)
    for question in ("Do you know this person?", "Do they hold this position?", "Is this e-mail address theirs?"):
        page.get_by_role("group", name=question).get_by_text("Yes", exact=True).click()
    page.get_by_label("Your name").fill("Ida Berg")
    press(page, "Send my answer")
    assert "Thank you" in page.content()
    fine(page)
    page.goto("/apply/vouch/nothing/")
    fine(page)
    page.goto("/agreement/")
    fine(page)


@pytest.mark.req("S-sio")
def test_the_queue_is_cleared_by_keyboard(page, client):
    waiting(client)
    waiting(client, email="kim@switchgrass.example", name="Kim Sorensen")
    sio = make_sio()
    enter(page, sio)
    page.goto("/desk/members/")
    fine(page)
    if not page.scripted:
        follow(page, "Dana Whitlock")
        fine(page)
        press(page, "In order: Is who they say")
        fine(page)
        return
    page.keyboard.press("o")
    page.wait_for_url("**/applications/**")
    fine(page)
    for key in "12345":
        with page.expect_navigation():
            page.keyboard.press(key)
    fine(page)
    page.keyboard.press("r")
    press(page, "Refuse and tell them")
    fine(page)
    page.keyboard.press("Alt+k")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_load_state()
    fine(page)
    one = page.url
    page.context.clear_cookies()
    enter(page, make_second())
    page.goto(one)
    with page.expect_navigation():
        page.keyboard.press("6")
    page.context.clear_cookies()
    enter(page, sio)
    page.goto(one)
    with page.expect_navigation():
        page.keyboard.press("a")
    assert "is a member" in page.content() and "Kim Sorensen" in page.content(), "the next one is there at once"
    fine(page)
    page.goto("/desk/members/all/")
    fine(page)
    follow(page, "Dana Whitlock")
    fine(page)
    page.keyboard.press("d")
    press(page, "Suspend")
    fine(page)
    page.goto("/desk/members/lists/")
    press(page, "Look at the list")
    fine(page)


@pytest.mark.req("S-membership")
def test_a_members_own_pages(page, client):
    member = make_member(position="Principal", organisation_name="Bluestem School", wishes=["consumer"])
    enter(page, member)
    for path in ("/", "/me/", "/me/agreement/", "/me/changed/", "/me/attest/"):
        page.goto(path)
        fine(page)
    press(page, "Yes, all of this is so")
    fine(page)
    page.goto("/me/")
    page.get_by_text("Consumer:").click()
    press(page, "Keep")
    assert "Choose at least one." in page.content()
    fine(page)
    page.get_by_text("Leave the network").click()
    page.get_by_text("I am sure").click()
    press(page, "Leave")
    assert "You have left the network" in page.content()
    fine(page)
    assert Account.objects.filter(pk=member.account_id, is_active=True).exists(), "the account may have other uses"
    assert apply(client).startswith("/apply/confirm/")
