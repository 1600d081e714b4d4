"""The ladder beside each contact, as it climbs, in Chromium on a wide screen and at 320 pixels."""

from collections.abc import Callable

import pytest

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import violations
from tests.support.well import all_is_well
from upstander.actions import escalation, services
from upstander.actions.models import Notice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("width", [1366, 320])
def test_it_is_drawn_as_it_climbs(tab: Tab, casey, town, new_tip, judged, clock: Callable[[float], None], width: int):  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    for minutes in (5, 7):
        clock(minutes * 60)
        escalation.criticals()
    first, *_others = Notice.objects.filter(referral__tip_id=tip.id).order_by("contact__name")
    services.confirm(first.id, as_self=True, name="", strength="sign_in")
    all_is_well()
    page = tab(casey, width, 768)
    shown(page, f"/tip/{tip.number}/")
    ladders = page.locator(".ladder")
    assert ladders.count() == Notice.objects.filter(referral__tip_id=tip.id).count(), "one a contact, where word is owed"
    said = " ".join(ladders.all_inner_texts())
    assert "another e-mail" in said and "rests, somebody has confirmed" in said
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
