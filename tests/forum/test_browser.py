"""The forum in Chromium: nothing that axe finds, no sideways scroll on a phone, all of it without a script."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser

from tests.forum.support import ANSWER, ASK, GIFT, People, people_of
from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.support.browser import chromium, follow, served, violations
from upstander.forum import board, contributions, packed, requests
from upstander.forum.models import Answer
from upstander.ids import new_id

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("S-peer")]
LONG = "Aveeerylongwordwithoutanyblank" * 6


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def pages(network) -> tuple[People, dict[str, list[str]]]:  # noqa: F811
    """Everybody's pages, filled."""
    them = people_of()
    with them.sio.acting() as sio:
        board.open_board(sio, packed.concerns())
        concern = board.open_concern(sio, 1, "A concern of ours", "One point\nAnother", "members", new_id())
        thread = board.open_thread(sio, 1, "", "Side doors", f"What do you do? {LONG}", new_id()).thread
    with them.ana.acting() as ana:
        gift = contributions.contribute(ana, contributions.Given(**GIFT), new_id())
        asked = requests.ask(ana, requests.Asked(**ASK), new_id())
        post = board.say(ana, thread.pk, f"We ring at noon. {LONG}", new_id())
        board.say(ana, concern.thread_id, "A list.", new_id(), "proposal")
    them.ana.post("/forum/peers/mine/", shows_name="on", reach="217-555-0142", knows="drills")
    with them.sio.acting() as sio:
        contributions.step(sio, gift.pk, "asked", "When?", new_id())
        requests.put(sio, asked.pk, them.ben.member.pk)
        board.rule(sio, post.pk, "withdrawn", "Too loud.", new_id())
        board.concern_step(sio, concern.pk, "doing", "The SIO", "Being written.", None, new_id())
    with them.ben.acting() as ben:
        third = ANSWER | {"source_kind": "third", "originator": "Millbrook Police"}
        requests.answer(ben, asked.pk, requests.Said(**third), new_id())
    assert Answer.objects.count() == 1
    forum = [
        "", "contribute/", f"contributions/{gift.pk}/", "requests/", "requests/new/", f"requests/{asked.pk}/", "threads/",
        "threads/new/", f"threads/{thread.pk}/", "concerns/", f"concerns/{concern.pk}/", "peers/", "peers/mine/", "terms/",
    ]  # fmt: skip
    desk = [
        "", f"contributions/{gift.pk}/", f"requests/{asked.pk}/", f"posts/{post.pk}/", "concerns/new/",
        f"concerns/{concern.pk}/",
    ]  # fmt: skip
    return them, {"ana": [f"/forum/{page}" for page in forum], "sio": [f"/desk/forum/{page}" for page in desk]}


def test_axe_finds_nothing_a_phone_scrolls_down_only_and_no_script_is_needed(pages, browser) -> None:
    them, addresses = pages
    wrong: list[str] = []
    with served(get_wsgi_application()) as origin:
        for name, listed in addresses.items():
            cookie = getattr(them, name).client.cookies[settings.SESSION_COOKIE_NAME].value
            plain = browser.new_context(java_script_enabled=False)
            phone = browser.new_context(viewport={"width": 360, "height": 740})
            for context in (plain, phone):
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
            page = phone.new_page()
            for address in listed:
                answer = page.goto(f"{origin}{address}")
                assert answer and answer.status == 200, address
                wrong += [f"{address}: {line}" for line in violations(page)]
                width = page.evaluate("document.documentElement.scrollWidth")
                wrong += [f"{address}: {width} px wide"] if width > 360 else []
            if name == "ana":
                wrong += _comes_back(page, origin)
                _told_without_script(plain, origin)
            plain.close()
            phone.close()
    assert wrong == []


def _comes_back(page, origin: str) -> list[str]:
    """A form with a mistake, looked at too."""
    page.goto(f"{origin}/forum/contribute/")
    page.get_by_label("In your words").fill("Marcus Bellweather, 9th grade.")
    page.get_by_label("Title").fill("Doors")
    page.get_by_text("Observation", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Send", exact=True).click()
    assert page.get_by_label("In your words").input_value() == "Marcus Bellweather, 9th grade."
    assert page.get_by_text("Marcus Bellweather”").is_visible()
    return [f"the form that came back: {line}" for line in violations(page)]


def _told_without_script(context, origin: str) -> None:
    """From the front to what was given, by links and buttons alone."""
    page = context.new_page()
    page.goto(f"{origin}/forum/")
    follow(page, "Share something")
    page.get_by_label("Title").fill("Gates")
    page.get_by_label("In your words").fill("A gate was left open in the evenings.")
    page.locator("label", has_text="Lesson learned").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Gates").wait_for()
