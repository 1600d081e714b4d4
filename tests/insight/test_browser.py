"""The day in Chromium: axe finds nothing, a phone needs no sideways scroll, and all of it goes without script."""

import os
from datetime import timedelta

import pytest

from tests.circulation.conftest import work
from tests.gatherings.conftest import published
from tests.network.applying import waiting
from tests.network.phones import browser, fits, opened  # noqa: F401 - fixtures
from tests.network.support import make_member
from tests.products.conftest import released, saved, second, sio  # noqa: F401 - fixtures
from tests.support import town as towns
from tests.support.browser import follow, press, violations
from upstander import clock as the_clock
from upstander.circulation.models import Issue
from upstander.ids import new_id
from upstander.insight import contacts, governing, plan
from upstander.insight.contacts import Words
from upstander.insight.models import Contact, PlanItem, Record
from upstander.network import walls

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("network"),
    pytest.mark.req("S-sio"),
]  # fmt: skip
LONG = "Aveeerylongwordwithoutanyblank" * 6


@pytest.fixture
def pages(released, sio, client) -> list[str]:  # noqa: F811
    """A day with something in everything."""
    town, today = towns.build(), the_clock.today()
    waiting(client)
    make_member("Ana Rivera", regions=[town.region.pk], organisation=town.district)
    released()
    work()
    published()
    with walls.reading(walls.STAFF):
        for word in ("Call the chief", LONG):
            contacts.log(Words("Maria Zeller", word, word, word), "call", "", today - timedelta(days=2), sio.pk, new_id())
        plan.add("Forum with other states", "Sam Whitaker", plan.first_of(today), sio.pk, new_id())
        late = plan.add(LONG, "Ada", plan.after(today, -1), sio.pk, new_id())
        for kind in governing.COLUMNS:
            governing.add(kind, governing.Said("Larkspur", today, LONG, "2", today, LONG), sio.pk, new_id())
    record, contact = Record.objects.first(), Contact.objects.first()
    return [
        "/desk/", f"/desk/unread/{Issue.objects.get().pk}/", "/desk/contacts/", f"/desk/contacts/{contact.pk}/",
        f"/desk/plan/{today.year}/", f"/desk/plan/items/{late.pk}/", "/desk/governance/", f"/desk/governance/{record.pk}/",
    ]  # fmt: skip


@pytest.mark.req("S-geo")
def test_every_page_is_clean_and_fits_the_smallest_phone(pages, opened, sio):  # noqa: F811
    page = opened(sio)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for n, address in enumerate(pages):
            answer = page.goto(address)
            assert answer and answer.status == 200, address
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=f"{folder}/{width}-{n}.png", full_page=True)
            assert violations(page) == [], address
            assert fits(page), f"{address} at {width}"
            if address == "/desk/":  # words stand whole: a link of a line or three, not of letters below each other
                lines = page.locator("section[aria-labelledby=waiting] a").evaluate_all(
                    "links => links.map(a => a.getClientRects().length)"
                )
                assert lines and max(lines) <= 3, f"{lines} at {width}"


def test_what_came_back_with_a_mistake_is_clean_too(pages, opened, sio):  # noqa: F811
    page = opened(sio)
    page.goto("/desk/")
    page.get_by_label("What was said").fill("The drill moved to May.")
    press(page, "Write it down")
    assert page.get_by_label("What was said").input_value() == "The drill moved to May."
    assert violations(page) == [] and fits(page)
    page.goto("/desk/governance/")
    page.get_by_text("Add to: Agreements").click()
    page.locator("#agreement_day").fill("")
    page.locator("form[action$='/add/agreement/']").get_by_role("button", name="Add").click()
    page.get_by_text("Choose a day.").first.wait_for()
    assert violations(page) == [] and fits(page)


def test_without_script_a_contact_is_logged_its_step_done_and_the_plan_carried_over(pages, opened, sio):  # noqa: F811
    page = opened(sio, script=False)
    page.goto("/desk/")
    page.get_by_label("With whom").fill("Ned Abel")
    page.get_by_label("Next step").fill("Send the list")
    press(page, "Write it down")
    follow(page, "Send the list")
    press(page, "Done")
    page.goto("/desk/")
    assert not page.get_by_role("link", name="Send the list").count()
    follow(page, "Yearly plan")
    press(page, "Carry over into this month")
    with walls.reading(walls.STAFF):
        assert PlanItem.objects.filter(month=plan.first_of(the_clock.today())).count() == 2
