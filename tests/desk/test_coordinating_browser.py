"""Bringing end-users together, in Chromium: nothing that axe finds, no sideways scroll on a phone, with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.conftest import action_of
from tests.support.browser import violations
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.req("D-IV.A.1.a")]


@pytest.mark.parametrize("scripts", [True, False])
def test_it_is_read_recorded_and_corrected_on_a_phone(
    tab: Tab,  # noqa: F811
    signed_in,
    casey,
    town,
    new_tip,
    judged,
    scripts: bool,
) -> None:
    tip = judged(new_tip(town.school), casey.account, "bullying")
    actions.take_up(tip.id, "coordinate_end_users", casey.account.pk)
    row = action_of(tip.id, "coordinate_end_users")
    page = tab(signed_in("Taylor Brandt", "stic_staff"), width=320, height=700, java_script_enabled=scripts)
    page.goto(f"/tip/{tip.number}/") if not scripts else shown(page, f"/tip/{tip.number}/")
    expect(page.locator("#s-coordinate_end_users")).to_contain_text("Officer Osei")
    step = page.locator(f"#a-{row.id.hex[-8:]}")
    step.locator("summary", has_text="Record that it is done").click()
    step.get_by_label("Coordinated with").fill("Ana Rivera")
    step.get_by_label("What was agreed").fill("They meet at eight.")
    step.get_by_role("button", name="Coordinated").click()
    expect(step).to_contain_text("Write this too: Who follows up.")
    expect(step.get_by_label("What was agreed")).to_have_value("They meet at eight.")
    if scripts:
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    step.get_by_label("Who follows up").fill("P. Okafor")
    step.get_by_text("The same holds for everybody").click()
    step.get_by_role("button", name="Coordinated").click()
    expect(step).to_contain_text("Who follows up P. Okafor")
    assert action_of(tip.id, "coordinate_end_users").result == "done"
    assert not RequiredAction.objects.filter(tip_id=tip.id, kind="coordinate_end_users", done_at=None).exists()
