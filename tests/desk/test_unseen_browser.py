"""What of a reporter's words has been read, in Chromium: what stood on the screen when somebody pressed, live or not."""

import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.conftest import action_of
from tests.support.well import all_is_well
from upstander.intake import queries as intake
from upstander.intake.services import Receipt, Submission, receive, reply

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def told(transactional_db: None, town, casey, judged) -> Receipt:
    """A Critical with the receipt that its reporter holds; every process lives."""
    all_is_well()
    submission = Submission(channel="web", text="He said he will bring a gun", place_id=town.school.pk)
    receipt = receive(submission, secrets.token_urlsafe(24))
    found = intake.tip(receipt.tip_id)
    assert found is not None
    judged(found, casey.account, "planned_school_attack")
    return receipt


def read(receipt: Receipt) -> tuple[int, int]:
    """How many added words were read, of how many."""
    found = intake.tip(receipt.tip_id)
    assert found is not None
    return found.words_read, found.words_added


def send(page: Page, text: str) -> None:
    page.fill("#id_reply_text", text)
    page.get_by_role("button", name="Send").click()
    page.locator(".bubble--desk", has_text=text).wait_for()


def news(page: Any) -> None:
    """The live line tells that something changed."""
    page.evaluate("htmx.trigger(document.body, 'live:queue')")


def test_on_a_live_page_a_word_is_read_from_when_it_stands_there(tab: Tab, casey, told) -> None:  # noqa: F811
    page = tab(casey)
    shown(page, f"/tip/{told.number}/")
    reply(told.receipt, "It is today")
    send(page, "Where is he now?")
    assert read(told) == (0, 1), "the page had not shown it when the answer left"
    page.locator(".bubble", has_text="It is today").wait_for()
    expect(page.locator("#tip-unread")).to_be_visible()
    send(page, "Thank you.")
    assert read(told) == (1, 1)
    expect(page.locator("#tip-unread")).to_have_count(0)
    reply(told.receipt, "He is at the gym")
    news(page)
    page.locator(".bubble", has_text="He is at the gym").wait_for()
    reply(told.receipt, "He has gone in")
    row = page.locator(f"#a-{action_of(told.tip_id, 'call_psap').id.hex[-8:]}")
    row.locator("summary", has_text="Record the call").click()
    row.get_by_label("Answered by").fill("Operator 12")
    row.get_by_role("button", name="Answered").click()
    row.get_by_text("Operator 12").wait_for()
    assert read(told) == (2, 3), "the call was recorded by somebody who knew of the gym, and of no more"


def test_without_scripts_the_page_that_was_sent_says_what_was_read(tab: Tab, casey, told) -> None:  # noqa: F811
    page = tab(casey, java_script_enabled=False)
    page.goto(f"/tip/{told.number}/")
    reply(told.receipt, "It is today")
    send(page, "Where is he now?")
    assert read(told) == (0, 1)
    expect(page.locator("#tip-unread")).to_be_visible()
    send(page, "Thank you.")
    assert read(told) == (1, 1)
    expect(page.locator("#tip-unread")).to_have_count(0)


def test_a_word_that_arrives_below_is_said_and_is_not_taken_up_until_it_was_in_sight(tab: Tab, casey, told) -> None:  # noqa: F811
    for n in range(30):
        reply(told.receipt, f"Word {n} " + "of a long report that fills the page " * 6)
    page = tab(casey)
    shown(page, f"/tip/{told.number}/")
    first = page.locator(".bubble", has_text="Word 0 ")
    expect(first).to_be_in_viewport()  # it opens at the first word that nobody has taken up
    page.locator("#tip-scroll").evaluate("box => { box.scrollTop = 0; }")
    reply(told.receipt, "It is today")
    news(page)
    more = page.get_by_role("button", name="1 new word below")
    expect(more).to_be_visible()
    expect(page.locator("#tip-unread")).to_be_visible()
    page.fill("#id_reply_text", "Where is he?")
    page.locator("#reply").get_by_role("button", name="Send").click()
    page.locator(".bubble--desk", has_text="Where is he?").wait_for()
    assert read(told) == (30, 31), "the word below was not in sight"
    page.locator("#tip-scroll").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(page.locator("[data-new-words]")).to_be_hidden()
    send(page, "Thank you.")
    assert read(told) == (31, 31)


def test_who_reads_at_the_end_sees_new_words_come(tab: Tab, casey, told) -> None:  # noqa: F811
    for n in range(30):
        reply(told.receipt, f"Word {n} " + "of a long report that fills the page " * 6)
    page = tab(casey)
    shown(page, f"/tip/{told.number}/")
    page.locator("#tip-scroll").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    reply(told.receipt, "It is today")
    news(page)
    expect(page.locator(".bubble", has_text="It is today")).to_be_in_viewport()
    expect(page.locator("[data-new-words]")).to_be_hidden()
