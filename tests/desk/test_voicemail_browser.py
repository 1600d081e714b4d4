# ruff: noqa: F811 - tests take fixtures by name
"""Voicemail in Chromium: brought, listened to and written down, with what axe finds, on a phone and without scripts.

On the page that plays no script runs, axe neither: its labels are looked for by their roles.
"""

import pytest

from tests.desk.browser import Tab, tab  # noqa: F401 - a fixture
from tests.support import sounds
from tests.support.browser import follow, violations
from tests.support.well import all_is_well
from upstander.evidence.models import CustodyEvent
from upstander.intake.models import Message, Tip

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.req("D-II.E")]
URL = "/enter/voicemail/"
FILE = {"name": "msg0007.mp3", "mimeType": "audio/mpeg", "buffer": sounds.speech("mp3")}


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives, so that what is red is red for a reason."""
    all_is_well()


def known_length(page) -> float:
    """Seconds of the page's sound, as soon as Chromium knows them; no script runs there, so we look again and again."""
    for _look in range(200):
        if page.locator("audio").evaluate("a => a.readyState") >= 1:
            break
        page.wait_for_timeout(50)
    return page.locator("audio").evaluate("a => a.duration")


@pytest.mark.parametrize(("size", "scripts"), [((320, 640), True), ((1366, 768), False)])
def test_it_is_brought_heard_and_written_down(tab: Tab, casey, town, size, scripts) -> None:
    page = tab(casey, *size, java_script_enabled=scripts)

    def clean(state: str) -> None:
        if not scripts:
            return
        assert violations(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], state

    page.goto(URL)
    clean("empty")
    page.get_by_label("The caller's number").fill("12")
    page.get_by_role("button", name="Save and open").click()
    page.get_by_text("Choose the file that the voicemail box has exported.").first.wait_for()
    clean("errors")
    page.get_by_label("The exported file").set_input_files(FILE)
    page.get_by_role("button", name="Save and open").click()
    page.get_by_text("The file is here.").wait_for()
    clean("number")
    page.get_by_label("The caller's number").fill("217-555-0144")
    page.get_by_role("button", name="Save and open").click()
    page.get_by_text("Nobody has written down yet").wait_for()
    clean("tip")
    listening = page.get_by_role("button", name="Record this and listen").bounding_box()
    suspected = page.get_by_role("button", name="Suspected: sexual image of a child").bounding_box()
    assert listening and suspected and listening["y"] < suspected["y"], "what is owed comes first, what cannot be undone after it"
    clean("reason")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Record this and listen").click()
    page = opened.value
    page.locator("audio").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert 2.9 < known_length(page) < 3.3, "Chromium reads what the sandbox made"
    page.get_by_role("textbox", name="What is said, in the caller’s own words").fill("A boy has a knife.")
    page.get_by_role("button", name="Save what is said").click()
    page.get_by_text("Casey Lindgren listened and wrote down").wait_for()
    clean("written")
    assert Message.objects.filter(field="transcript").count() == 1 and Tip.objects.get().channel == "voicemail"
    assert CustodyEvent.objects.filter(act="listened").count() == 1
    follow(page, "Correct it")
    page.get_by_label("What is said").fill("")
    page.get_by_role("button", name="Save what is said").click()
    page.get_by_text("Write what is said").first.wait_for()
    clean("correction")
