# ruff: noqa: F811 - tests take fixtures by name
"""Taking a call in Chromium: one key opens the form, each key press is kept, and the code is read out."""

import re
from typing import Any

import pytest

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import follow, violations
from tests.support.eventually import eventually
from tests.support.well import all_is_well
from upstander.desk import phone
from upstander.desk.models import Call
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.req("D-II.E")]
SAVED = '[data-autosave-status][data-state="saved"]'


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives, so that what is red is red for a reason."""
    all_is_well()


def clean(page: Any, state: str, width: int) -> None:
    """Nothing that axe finds, and no sideways scroll."""
    assert violations(page) == [], state
    assert page.evaluate("document.documentElement.scrollWidth") <= width, state


@pytest.mark.parametrize("size", [(320, 640), (1366, 768)])
def test_axe_finds_nothing_from_the_first_ring_to_the_supervisors_page(tab: Tab, casey, morgan, town, size) -> None:
    page = tab(casey, *size)
    page.goto("/enter/phone/")
    clean(page, "empty", size[0])
    page.get_by_role("button", name="Store, and read out").click()
    page.get_by_text("Please tell us what is happening").first.wait_for()
    clean(page, "errors", size[0])
    page.get_by_label("What is happening").fill("He has a list of names")
    page.locator(SAVED).wait_for()
    page.goto("/enter/phone/")
    clean(page, "one is not finished", size[0])
    follow(page, "the call begun")
    assert page.get_by_label("What is happening").input_value() == "He has a list of names"
    page.get_by_label("Somebody is in danger").check()
    page.locator("#id_place").fill("Millbrook")
    page.get_by_role("button", name="Store, and read out").click()
    page.get_by_text("Which one?").wait_for()
    clean(page, "places", size[0])
    page.get_by_label(town.school.name).check()
    page.get_by_role("button", name="Store, and read out").click()
    page.get_by_role("heading", name="Read out the code").wait_for()
    clean(page, "code", size[0])
    casey.post(f"/enter/phone/{'0' * 8}-0000-7000-8000-{'0' * 12}/", {"go": "hang_up"})
    chief = tab(morgan, *size)
    chief.goto("/calls/")
    clean(chief, "calls", size[0])
    assert "Hung up" in chief.locator("table").inner_text()


def test_one_key_opens_the_form_and_a_browser_that_dies_loses_nothing(tab: Tab, casey, signed_in, town, new_tip) -> None:
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("?")
    assert "Take a phone call" in page.locator("#shortcuts").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.locator("#id_text:focus").wait_for()
    page.keyboard.type("He said on Monday he wil")
    page.locator(SAVED).wait_for()
    eventually(lambda: phone.opened(Call.objects.get())["text"].endswith("he wil"))
    page.context.close()  # the browser is gone in the middle of a word
    assert phone.opened(Call.objects.get())["text"].startswith("He said on Monday")
    again = tab(signed_in(casey.account), 320, 640)
    again.goto("/enter/phone/")
    follow(again, "the call begun")
    assert again.get_by_label("What is happening").input_value().startswith("He said on Monday")


def test_what_is_typed_after_storing_nothing_stands_in_the_field_and_is_no_shortcut(tab: Tab, casey) -> None:
    page = tab(casey)
    page.goto("/enter/phone/")
    page.locator("#id_text:focus").wait_for()
    page.keyboard.press("Alt+s")
    page.locator("#errors").wait_for()
    page.locator("#id_text:focus").wait_for()
    page.keyboard.type("push him to the top")
    assert page.get_by_label("What is happening").input_value() == "push him to the top"


def test_a_line_that_is_down_is_said_and_tried_until_it_answers(tab: Tab, casey) -> None:
    page = tab(casey)
    page.goto("/enter/phone/")
    page.route("**/save/", lambda route: route.abort())
    page.get_by_label("What is happening").fill("A fight behind the gym")
    page.get_by_text("Not saved: no answer").wait_for()
    assert not Call.objects.exists()
    page.unroute("**/save/")
    page.locator(SAVED).wait_for()
    assert phone.opened(Call.objects.get())["text"] == "A fight behind the gym"
    assert not page.get_by_text("Not saved: no answer").is_visible()


def test_two_pages_with_one_call_do_not_overwrite_each_other(tab: Tab, casey) -> None:
    one = tab(casey)
    one.goto("/enter/phone/")
    one.get_by_label("What is happening").fill("first words")
    one.locator(SAVED).wait_for()
    two = tab(casey)
    two.goto("/enter/phone/")
    follow(two, "the call begun")
    two.get_by_label("What is happening").fill("first words, and more")
    two.locator(SAVED).wait_for()
    one.get_by_label("Who it is about").fill("a boy")
    one.get_by_text("saved on another page since").wait_for()
    assert phone.opened(Call.objects.get())["text"] == "first words, and more"
    one.get_by_role("button", name="Save", exact=True).click()
    one.get_by_text("puts what stands here in its place").first.wait_for()
    assert one.get_by_label("Who it is about").input_value() == "a boy"


def test_without_scripts_save_saves_and_the_code_is_read_out(tab: Tab, casey, town) -> None:
    page = tab(casey, java_script_enabled=False)
    page.goto("/")
    follow(page, "New report")
    page.get_by_label("What is happening").fill("He has a list of names")
    page.get_by_role("button", name="Save", exact=True).click()
    assert re.search(r"/enter/phone/[0-9a-f-]{36}/$", page.url), "it can be come back to"
    assert page.get_by_label("What is happening").input_value() == "He has a list of names"
    page.get_by_label("School, district or region").fill("the old mill")
    page.get_by_role("button", name="Store, and read out").click()
    code = page.locator("#receipt-code").get_attribute("data-copy-text")
    assert open_dialogue(code).said[0].text == "He has a list of names"
    assert " as in " in page.locator("ol.callsheet").inner_text()
    follow(page, "Open the tip")
    assert Tip.objects.get().number in page.url
