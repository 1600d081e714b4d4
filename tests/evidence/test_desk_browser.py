"""The desk's and the custodians' pages in Chromium: axe, narrow screens, without JavaScript, and the view that runs no script."""

import pyrage
import pytest
from playwright.sync_api import expect

from tests.desk.browser import shown, tab  # noqa: F401 - fixtures
from tests.evidence.conftest import picture
from tests.evidence.test_custody import AGENCY, avery, blake, kept, turned  # noqa: F401
from tests.support.browser import follow, press, violations
from tests.support.well import all_is_well
from upstander.evidence.models import CustodyEvent, File

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def alive(db) -> None:
    all_is_well()


def narrow(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_tip_with_files_passes_axe_and_one_press_seals_without_leaving_the_page(casey, tab, with_files):  # noqa: F811
    receipt = with_files(picture(), picture("PNG"))
    page = tab(casey)
    shown(page, f"/tip/{receipt.number}/")
    assert not violations(page), violations(page)
    page.get_by_label("Reply to the reporter").fill("half a word")
    page.get_by_role("button", name="Suspected: sexual image of a child").first.click()
    expect(page.get_by_text("Nothing here can show or send it").first).to_be_visible()
    expect(page.get_by_label("Reply to the reporter")).to_have_value("half a word")
    assert not violations(page), violations(page)
    assert File.objects.filter(state="sealed").count() == 1


def test_the_view_opens_once_beside_the_desk_without_a_script_and_ends_with_one_press(casey, tab, file):  # noqa: F811
    page = tab(casey)
    shown(page, f"/tip/{file.tip_number}/")
    page.get_by_text("Look at it").click()
    page.get_by_label("Why you need to look").fill("A gun is said to be in it.")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Record this and look once").click()
    view = popup.value
    expect(view.get_by_alt_text("The picture that the reporter sent")).to_be_visible()
    assert view.evaluate("document.images[0].naturalWidth") == 320
    assert not [r for r in view.evaluate("[...document.scripts].map(s => s.src)")]
    view.get_by_role("button", name="Suspected: sexual image of a child").click()
    view.wait_for_url("**/tip/**")
    file.refresh_from_db()
    assert (file.state, CustodyEvent.objects.filter(act="looked").count()) == ("sealed", 1)


def test_without_javascript_and_on_a_narrow_screen(casey, tab, file):  # noqa: F811
    page = tab(casey, width=320, height=640, java_script_enabled=False)
    page.goto(f"/tip/{file.tip_number}/")
    page.get_by_text("Look at it").click()
    page.locator("textarea[name=reason]").fill("x")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Record this and look once").click()
    expect(popup.value.get_by_alt_text("The picture that the reporter sent")).to_be_visible()
    press(page, "Suspected: sexual image of a child")
    expect(page.get_by_text("Nothing here can show or send it")).to_be_visible()


def test_the_custodians_pages_pass_axe_at_320_px_and_lead_to_the_end(avery, blake, tab, kept):  # noqa: F811
    page = tab(avery, width=320, height=640)
    shown(page, "/evidence/")
    assert not violations(page) and narrow(page), violations(page)
    follow(page, kept.tip_number)
    press(page, "Order it")
    assert not violations(page) and narrow(page), violations(page)
    for name, words in AGENCY.items():
        page.locator(f"form[action$='hand-over/'] [name={name}]").fill(words)
    press(page, "Order it")
    expect(page.get_by_text("Speak this passphrase by telephone")).to_be_visible()
    phrase = page.locator(".spoken").inner_text()
    assert not violations(page) and narrow(page), violations(page)
    turned()
    page.goto(f"/evidence/{kept.id}/")
    assert not violations(page) and narrow(page), violations(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the package for the agency").click()
    assert pyrage.passphrase.decrypt(download.value.path().read_bytes(), phrase)
    page.goto(f"/evidence/{kept.id}/record/")
    assert not violations(page) and narrow(page), violations(page)
