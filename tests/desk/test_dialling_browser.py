"""Calling by a press, in Chromium on a wide screen and at 320 pixels: the row goes on without leaving the page."""

from datetime import timedelta

import pytest

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import violations
from tests.support.well import all_is_well
from upstander import clock as the_clock
from upstander.delivery.models import Bridge
from upstander.ops.models import Heartbeat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("width", [1366, 320])
def test_a_press_asks_for_the_call_and_the_row_says_so(tab: Tab, casey, town, new_tip, judged, width: int):  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    all_is_well(bridges=2)
    Heartbeat.objects.update(beat_at=the_clock.now() + timedelta(minutes=5))
    page = tab(casey, width, 768)
    shown(page, "/telephone/")
    page.get_by_label("Your telephone").fill("217-555-0142")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown(page, f"/tip/{tip.number}/")
    page.get_by_role("button", name="Call 217-").first.click()
    page.get_by_text("Your telephone is being rung", exact=False).first.wait_for()
    page.get_by_role("button", name="Hang up").wait_for()
    assert Bridge.objects.count() == 1
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
