# ruff: noqa: F811 - tests take fixtures by name
"""Writing down an agency's report in Chromium: what axe finds, on a phone and at the desk, with and without scripts."""

import pytest

from tests.desk.browser import Tab, tab  # noqa: F401 - a fixture
from tests.support.browser import follow, violations
from tests.support.well import all_is_well
from upstander.intake.models import Tip

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.req("D-IV.B.3")]
URL = "/enter/referral/"


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives, so that what is red is red for a reason."""
    all_is_well()


@pytest.mark.parametrize("size", [(320, 640), (1366, 768)])
def test_axe_finds_nothing_on_the_form_its_errors_its_places_and_the_tip(tab: Tab, casey, town, size) -> None:
    page = tab(casey, *size)
    page.goto(URL)

    def clean(state: str) -> None:
        assert violations(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], state

    clean("empty")
    page.get_by_label("With whom you speak").fill("Nurse Adeyemi")
    page.get_by_role("button", name="Save and open").click()
    page.get_by_text("Choose who passes it on.").first.wait_for()
    clean("errors")
    assert page.get_by_label("With whom you speak").input_value() == "Nurse Adeyemi"
    page.get_by_label("A partner line").check()
    page.get_by_label("Its name").fill("988")
    page.get_by_label("What is happening").fill("A caller spoke of a school")
    page.locator("#id_place").fill("Millbrook")
    page.get_by_role("button", name="Save and open").click()
    page.get_by_text("Which one?").wait_for()
    clean("places")
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Save and open").click()
    page.locator("#submitted").wait_for()
    clean("tip")
    assert page.locator("#submitted").inner_text().startswith("Passed on by")
    assert Tip.objects.get().submitter == "partner"


def test_with_scripts_the_school_is_chosen_as_it_is_typed(tab: Tab, casey, town) -> None:
    page = tab(casey)
    page.goto("/")
    follow(page, "New report")
    follow(page, "From an agency")
    page.get_by_label("An agency:").check()
    page.get_by_label("Its name").fill("Millbrook Hospital")
    page.get_by_label("What is happening").fill("A child came in with bruises")
    page.locator("#id_place").press_sequentially("millbrook h")
    page.locator("#id_place-list [role=option]").first.click()
    page.get_by_role("button", name="Save and open").click()
    page.locator("#submitted").wait_for()
    assert Tip.objects.get().place_id == town.school.pk


def test_without_scripts_the_report_is_stored_and_opens(tab: Tab, casey, town) -> None:
    page = tab(casey, java_script_enabled=False)
    page.goto(URL)
    page.get_by_label("An agency:").check()
    page.get_by_label("Its name").fill("Millbrook Hospital")
    page.get_by_label("Yes: it reports").check()
    page.get_by_label("What is happening").fill("A child came in with bruises")
    page.locator("#id_place").fill(town.school.name)
    page.get_by_role("button", name="Save and open").click()
    page.get_by_label(town.school.name).check()
    page.get_by_role("button", name="Save and open").click()
    assert "it has the duty" in page.locator("#submitted").inner_text()
    assert Tip.objects.get().place_id == town.school.pk
