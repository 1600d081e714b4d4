"""The real house: a tip comes in by the API, and an open desk shows it without a reload."""

import json
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

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


def test_a_new_tip_appears_on_an_open_desk_within_a_second_or_two_and_the_page_stays_calm(
    house: Stack,
) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{house.desk}/sign-in/")
        page.get_by_label("E-mail").fill("casey@demo.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        code = page.locator(".usa-alert__text").inner_text().rsplit(" ", 1)[-1]
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Go on").click()
        page.locator("#queue-list, #queue-scroll").first.wait_for()
        page.evaluate("window.never = 'reloaded'")
        body = json.dumps({"text": "Somebody waits for him", "danger_now": True}).encode()
        status, answer = house.ask(
            "public", "POST", "/api/v1/tips", body,
            Content_Type="application/json", Idempotency_Key=secrets.token_urlsafe(24),
        )  # fmt: skip
        assert status == 201, answer
        number = json.loads(answer)["tip_number"]
        expect(page.locator(f"#q-{number}")).to_be_visible(timeout=3000)
        assert page.evaluate("window.never") == "reloaded"
        assert page.locator("body.is-silent").count() == 0
