"""The real house, every process with its own login: an open desk sees a tip come in, and works it to its end."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.browser import shown
from tests.stack.harness import Stack
from tests.support.browser import chromium
from upstander.people.demo import PASSWORD

pytestmark = [
    pytest.mark.stack, pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("stack"),
]  # fmt: skip


@pytest.fixture(scope="module")
def house() -> Iterator[Stack]:
    with Stack() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def signed_in(browser: Browser, house: Stack, who: str) -> Page:
    """A page of this demo person, signed in with both factors."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=house.desk).new_page()
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(page.locator(".usa-alert__text").inner_text().rsplit(" ", 1)[-1])
    page.get_by_role("button", name="Go on").click()
    page.locator("#queue-scroll").wait_for()
    return page


def tell(house: Stack, **what: Any) -> str:
    """A tip by the API; its number."""
    status, answer = house.ask(
        "public", "POST", "/api/v1/tips", json.dumps(what).encode(),
        Content_Type="application/json", Idempotency_Key=secrets.token_urlsafe(24),
    )  # fmt: skip
    assert status == 201, answer
    return str(json.loads(answer)["tip_number"])


def some_school(house: Stack) -> int:
    """A school of the demo's directory with contacts and a 9-1-1 center that has a number."""
    schools = json.loads(house.get("public", "/api/v1/schools?q=harrow+creek")[1])["schools"]
    return int(schools[0]["id"])


def test_a_new_tip_appears_on_an_open_desk_within_a_second_or_two_and_the_page_stays_calm(
    house: Stack, browser: Browser
) -> None:
    page = signed_in(browser, house, "casey")
    page.evaluate("window.never = 'reloaded'")
    number = tell(house, text="Somebody waits for him", danger_now=True)
    expect(page.locator(f"#q-{number}")).to_be_visible()
    assert page.evaluate("window.never") == "reloaded"
    assert page.locator("body.is-silent").count() == 0


def test_a_tip_is_worked_from_the_queue_to_a_lowering_under_the_desks_own_login(
    house: Stack, browser: Browser
) -> None:
    number = tell(
        house, text="He has a list of names and says Friday is the day", school_id=some_school(house)
    )
    page = signed_in(browser, house, "casey")
    shown(page, f"/tip/{number}/")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("#steps .action--now .action__number").wait_for()
    page.keyboard.press("c")
    page.locator("details[open] input[name=answered_by]").first.fill("Operator 12")
    page.get_by_role("button", name="Answered").first.click()
    expect(page.locator("#steps")).to_contain_text("Operator 12")
    page.keyboard.press("r")
    page.get_by_role("button", name="Release to everybody who was told").click()
    expect(page.locator("#referrals")).to_contain_text("words released")
    page.fill("#id_reply_text", "Thank you. Are you safe?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#dialogue")).to_contain_text("Thank you. Are you safe?")
    page.keyboard.press("j")
    page.keyboard.press("1")  # not that any more
    page.keyboard.press("4")
    page.locator("label[for=id_judge_bullying]").click()
    page.fill("#id_judge_reason", "It was a film project")
    page.get_by_role("button", name="Judge", exact=False).last.click()
    expect(page.locator("#tip-pending")).to_be_visible()
    for address in ("/red/", "/search/", f"/tip/{number}/callsheet/", f"/tip/{number}/place/"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
    boss = signed_in(browser, house, "morgan")
    boss.goto("/lowerings/")
    boss.locator("textarea[name=reason]").first.fill("The teacher confirmed it")
    boss.get_by_role("button", name="Lower it").first.click()
    expect(boss.locator("main")).to_contain_text("Nothing waits")


def test_words_are_found_once_the_worker_has_seen_them(house: Stack, browser: Browser) -> None:
    number = tell(house, text="She keeps a xylophone in the boiler room")
    page = signed_in(browser, house, "casey")
    found = page.locator(f"#q-{number}")
    page.goto("/search/")
    for _ in range(10):
        page.fill("#id_words", "xylophone boiler")
        page.get_by_role("button", name="Search").click()
        page.locator("#found").wait_for()
        if found.count():
            break
    expect(found).to_be_visible()
