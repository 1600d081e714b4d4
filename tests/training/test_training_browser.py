"""The trainer in Chromium: with and without scripts; nothing that axe finds, no sideways scroll at 320 px, error states too."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import violations
from tests.support.well import all_is_well
from upstander.training import services

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.req("S-exercise")]


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives, so that nothing is red."""
    all_is_well()


def looked_at(page: Any) -> None:
    """Nothing that axe finds, and no sideways scroll."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("scripts", [True, False])
def test_a_rehearsal_on_a_small_screen_with_and_without_scripts(tab: Tab, casey, scripts) -> None:  # noqa: F811
    page = tab(casey, width=320, height=640, java_script_enabled=scripts)
    page.goto("/training/")
    page.locator("#s-backpack button").click()
    page.get_by_label("Reply to the reporter").fill("Thank you. Where are you?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#dialogue")).to_contain_text("table by the vending machines")
    page.get_by_role("button", name="Finish and see the result").click()
    expect(page.locator("#judge")).to_contain_text("Choose at least one kind of report.")
    page.locator("#id_judge_subtypes_0").check(force=True)
    page.get_by_role("button", name="Finish and see the result").click()
    expect(page.get_by_role("heading", name="What it was")).to_be_visible()
    expect(page.get_by_text("No run is passed with this.")).to_be_visible()


def test_axe_finds_nothing_on_any_of_its_pages(tab: Tab, casey, morgan, rehearsed, passed) -> None:  # noqa: F811
    mine, his = tab(casey, width=320, height=640), tab(morgan, width=320, height=640)
    for address in ("/", "/training/"):
        shown(mine, address)
        looked_at(mine)
    mine.locator("#s-sister button").click()
    mine.get_by_label("Reply to the reporter").fill(" ")
    mine.get_by_role("button", name="Send").click()
    expect(mine.locator("#reply")).to_contain_text("Write something first.")
    looked_at(mine)
    run = rehearsed(casey.account.pk, "nickname", right=False)
    shown(mine, f"/training/runs/{run.pk}/")
    looked_at(mine)
    shown(his, "/training/people/")
    looked_at(his)
    services.finish(
        services.begin(casey.account.pk, "sister").pk,
        casey.account.pk,
        services.Judged(("bullying",), (), False, ()),
    )
    passed(casey.account.pk)
    services.certify(casey.account.pk, morgan.account.pk)
    shown(his, f"/training/people/{casey.account.pk}/")
    his.get_by_text("Withdraw it").click()
    his.get_by_role("button", name="Withdraw").click()
    expect(his.get_by_role("alert").filter(has_text="Choose why.")).to_be_visible()
    looked_at(his)
