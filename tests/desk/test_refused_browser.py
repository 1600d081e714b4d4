"""A refused mail in Chromium: by keyboard alone, without scripts, and with nothing that axe finds."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.test_browser import db_well, well  # noqa: F401 - fixtures
from tests.desk.test_refused import NEW, OLD, critical, mail_to, principal, refused  # noqa: F401 - fixtures
from tests.support.browser import press, violations
from upstander.directory.models import ContactPoint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_axe_finds_nothing_also_in_its_errors(tab: Tab, casey, refused, principal) -> None:  # noqa: F811
    tip, action = refused
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    row = page.locator(f"#a-{action.id.hex[-8:]}")
    row.locator("summary", has_text="Told in another way").click()
    assert violations(page) == []
    ContactPoint.objects.filter(contact=principal, kind="email").update(value=NEW, bounced_at=None)
    row.get_by_role("button", name=f"Send again to {OLD}").click()
    row.get_by_role("alert").wait_for()
    assert violations(page) == []


def test_one_key_sends_it_again_and_the_row_says_so(tab: Tab, casey, refused, principal) -> None:  # noqa: F811
    tip, action = refused
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("m")
    row = page.locator(f"#a-{action.id.hex[-8:]}")
    row.get_by_text("the words: on the way").wait_for()
    assert mail_to(principal, "narrative").state == "pending"
    expect(row).to_be_focused()
    expect(page.locator("#bar-red")).to_have_text(re.compile("0 red"))


def test_the_note_is_written_by_keyboard_alone(tab: Tab, casey, refused) -> None:  # noqa: F811
    tip, action = refused
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.type("Read to her by telephone")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(f"#a-{action.id.hex[-8:]}").get_by_text("told in another way").wait_for()
    expect(page.locator("#bar-red")).to_have_text(re.compile("0 red"))


def test_without_scripts_the_button_works_too(tab: Tab, casey, refused, principal) -> None:  # noqa: F811
    tip, action = refused
    page = tab(casey, java_script_enabled=False)
    page.goto(f"/tip/{tip.number}/")
    press(page, f"Send again to {OLD}", exact=False)
    assert page.url.endswith(f"#a-{action.id.hex[-8:]}")
    assert mail_to(principal, "narrative").state == "pending"


def test_more_words_are_released_from_those_that_were(tab: Tab, casey, critical) -> None:  # noqa: F811
    page = tab(casey)
    shown(page, f"/tip/{critical.number}/")
    page.keyboard.press("r")
    page.fill("#id_release_text", "A student plans an attack. He has a list.")
    page.get_by_role("button", name="Release to everybody who was told").click()
    expect(page.locator("#release[open]")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator("#id_release_text")).to_have_value("A student plans an attack. He has a list.")
