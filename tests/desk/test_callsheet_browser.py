"""The call sheet as people meet it: on a phone, with the keyboard, on paper."""

from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import violations
from upstander.clock import now
from upstander.packs.current import current

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sheet_is_readable_on_a_phone_and_prints_without_furniture(tab: Tab, casey, town, new_tip, judged):  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    for width in (320, 1366):
        page = tab(casey, width=width)
        shown(page, "/call-sheet/")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("link", name="PDF")).to_have_attribute("href", "/call-sheet.pdf")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=tip.number)).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".deskbar")).to_be_hidden()
    expect(page.locator("#sheet-written")).to_be_hidden()


def test_paper_is_entered_by_keyboard_row_after_row(tab: Tab, casey, town, new_tip, judged):  # noqa: F811
    from upstander.actions.models import ActionEvent

    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    page = tab(casey, width=320)
    shown(page, "/call-sheet/enter/")
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = page.locator(":focus")
    assert first.get_attribute("name") == "happened_hour"
    page.get_by_role("button", name="Answered Prairie County").first.click()
    expect(page.locator(".usa-error-message").first).to_be_visible()  # nobody was named
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    at = now().astimezone(ZoneInfo(current().programme.time_zone))
    page.get_by_label("Time it happened").first.fill(at.strftime("%H:%M"))
    page.get_by_label("Answered by").first.fill("Operator 12")
    page.get_by_label("Answered by").first.press("Enter")
    expect(page.get_by_text("Recorded.")).to_be_visible()
    assert page.locator(":focus").get_attribute("name") == "happened_hour"
    event = ActionEvent.objects.get(action__tip_id=tip.id, action__kind="call_psap")
    assert event.result == "answered" and event.happened_at is not None
    wide = tab(casey)
    shown(wide, f"/tip/{tip.number}/")
    wide.get_by_text("Record the call").first.click()
    wide.get_by_text("It happened earlier").first.click()
    assert violations(wide) == []
