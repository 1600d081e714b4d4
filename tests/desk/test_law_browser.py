"""Duties, service levels and versions in Chromium: nothing that axe finds, no sideways scroll, all of it without scripts too."""

from typing import Any

import pytest

from tests.desk.browser import Tab, tab  # noqa: F401 - a fixture
from tests.desk.test_browser import db_well, well  # noqa: F401 - fixtures
from tests.desk.test_versions import asked, folder, slower, worked  # noqa: F401 - fixtures
from tests.support.browser import follow, violations
from upstander.actions import clocks, measuring
from upstander.actions.clock_models import Clock
from upstander.actions.models import Referral

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def tip(casey, town, new_tip, judged):
    """A tip with a question, a late clock, one that runs, one that has ended, and a school's own."""
    found = judged(new_tip(town.school, danger_now=True), casey.account, "child_neglect", "bullying")
    clocks.open_clock(found.id, "cybertipline", casey.account.pk, "Counsel has said so.")
    clocks.open_by_fact("evidence_handed_over", found.id)
    over = clocks.open_clock(found.id, "fatal_abuse", casey.account.pk, "The doctor has said so.")
    clocks.waive_clock(over, casey.account.pk, "The child lives.")
    theirs = Referral.objects.get(tip_id=found.id, scope=town.school)
    clocks.open_school_clock(theirs, "bullying_parents", casey.account.pk, "Since this morning.")
    measuring.quick()
    return found


def test_axe_finds_nothing_on_these_pages(tab: Tab, casey, morgan, tip, slower) -> None:  # noqa: F811
    where = asked(morgan, slower)["Location"]
    found: list[str] = []

    def look(page: Any, *addresses: str) -> None:
        for address in addresses:
            page.goto(address)
            found.extend(f"{address} {v}" for v in violations(page))

    page = tab(casey)
    look(page, f"/tip/{tip.number}/", "/duties/", "/levels/")
    boss = tab(morgan)
    look(boss, f"/tip/{tip.number}/", "/versions/", where)
    worked()
    look(boss, where)
    page.goto(f"/tip/{tip.number}/")
    page.locator("#o-fatal_abuse summary").click()
    page.locator("#o-fatal_abuse").get_by_role("button", name="Yes: the clock runs").click()
    page.get_by_text("a clock is never opened without").wait_for()
    found.extend(violations(page))
    assert found == []


def test_a_phone_needs_no_sideways_scroll(tab: Tab, morgan, tip, slower) -> None:  # noqa: F811
    where = asked(morgan, slower)["Location"]
    worked()
    page = tab(morgan, width=320, height=640)
    for address in ("/duties/", "/levels/", "/versions/", where, f"/tip/{tip.number}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_without_scripts_a_clock_is_opened_and_met_and_versions_are_compared(
    tab: Tab,  # noqa: F811
    casey,
    morgan,
    town,
    new_tip,
    judged,
    slower,  # noqa: F811
) -> None:
    tip = judged(new_tip(town.school), casey.account, "child_neglect")
    page = tab(casey, java_script_enabled=False)
    page.goto(f"/tip/{tip.number}/")
    page.locator("#o-fatal_abuse summary").click()
    form = page.locator("#o-fatal_abuse")
    form.get_by_label("Who has determined it, and why").fill("The doctor on call.")
    form.get_by_role("button", name="Yes: the clock runs").click()
    row = f"#k-{Clock.objects.get().id.hex[-8:]}"
    page.locator(f"{row} summary", has_text="Record that it is done").click()
    page.locator(row).get_by_label("Evidence").fill("Coroner Haas took it.")
    page.locator(row).get_by_role("button", name="Done").click()
    assert "Coroner Haas took it." in page.locator("#clocks").inner_text()
    boss = tab(morgan, java_script_enabled=False)
    boss.goto("/versions/")
    boss.get_by_role("button", name="Judge past tips by both").click()
    assert "You may leave: it goes on." in boss.content()
    worked()
    follow(boss, "Look again")
    assert "1 of 1 tips would be handled otherwise" in boss.content()


def test_the_panel_renews_itself_and_keeps_what_somebody_is_typing(tab: Tab, casey, tip) -> None:  # noqa: F811
    page = tab(casey)
    page.goto(f"/tip/{tip.number}/")
    page.locator("#o-fatal_abuse summary").click()
    words = page.locator("#o-fatal_abuse").get_by_label("Who has determined it, and why")
    words.fill("Half a sent")
    running = Clock.objects.get(code="cybertipline", met_at=None)
    clocks.meet_clock(running, casey.account.pk, "Report 4711")
    page.evaluate("htmx.trigger(document.body, 'tip-changed')")
    page.locator("#clocks", has_text="Report 4711").wait_for()
    assert words.input_value() == "Half a sent"
