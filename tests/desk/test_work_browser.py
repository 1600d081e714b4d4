"""Board, pages of work and outreach's in Chromium: nothing that axe finds, no sideways scroll; with and without scripts."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.conftest import action_of
from tests.support.browser import follow, violations
from tests.support.well import all_is_well
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.clock import now
from upstander.ids import new_id
from upstander.outreach import services as outreach

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives, so that what is red is red for a reason."""
    all_is_well()


@pytest.fixture
def staff(signed_in) -> dict[str, Any]:
    """Somebody of each role."""
    names = {
        "stic_staff": "Taylor Nowak", "stic_analyst": "Riley Haddad", "intelligence_command": "Quinn Abernathy",
        "outreach": "Robin Castellano", "sio": "Sam Whitfield", "supervisor": "Morgan Reyes",
    }  # fmt: skip
    return {role: signed_in(name, role) for role, name in names.items()}


@pytest.fixture
def busy(casey, staff, town, new_tip, judged) -> dict[str, Any]:
    """Work of every kind: a Critical with a review decided and a call tried, an Out-of-Network tip told and won over."""
    grave = judged(new_tip(town.school, danger_now=True), casey.account, "planned_school_attack")
    new_tip(town.school)
    calm = judged(new_tip(town.school), casey.account, "runaway")
    actions.mark_done(action_of(grave.id, "command_review").id, casey.account.pk, "Second threat", "notify")
    judged(new_tip(None), casey.account, "fire")
    for _ in range(2):
        actions.record_call(action_of(grave.id, "assure_receipt").id, casey.account.pk, "no_answer", 3, {})
    actions.request_support(
        grave.id, casey.account.pk, {"answered_by": "Det. Moss", "agency": "Millbrook", "note": "A map"},
        staff["stic_analyst"].account.pk,
    )  # fmt: skip
    far = judged(new_tip(town.far_school), casey.account, "bullying")
    actions.mark_done(action_of(far.id, "notify_outreach").id, casey.account.pk, "", "told")
    actions.take_up(far.id, "sio_coordination", casey.account.pk)
    outreach.record(town.far_district.pk, staff["outreach"].account.pk, "contacted", "Called", new_id())
    words = outreach.release(far.number, staff["stic_analyst"].account.pk, "A pupil is bullied.", new_id())
    judged(new_tip(town.far_school), casey.account, "planned_school_attack")
    RequiredAction.objects.filter(tip_id=calm.id, kind="document").update(due_at=now())
    return {"grave": grave, "calm": calm, "far": far, "words": words}


def pages(busy: dict[str, Any], town: Any) -> list[tuple[str, str]]:
    """Each page with a role that has it."""
    far = f"/outreach/{town.far_district.pk}/"
    return [
        ("stic_staff", "/board/"), ("stic_staff", "/board/?show=unconfirmed"), ("stic_staff", "/owed/"),
        ("stic_staff", "/owed/?of=isp"), ("stic_staff", "/calls-back/"), ("stic_staff", "/out-of-network/"),
        ("stic_staff", f"/tip/{busy['grave'].number}/?judge"), ("stic_analyst", "/owed/"),
        ("intelligence_command", "/owed/"), ("supervisor", "/owed/?of=call_taker"), ("sio", "/owed/"), ("sio", "/"),
        ("outreach", "/outreach/"), ("outreach", far), ("outreach", f"/outreach/words/{busy['words'].pk}/"),
        ("stic_analyst", f"/outreach/tips/{busy['far'].number}/release/"), ("stic_analyst", far),
    ]  # fmt: skip


def test_axe_finds_nothing_and_nothing_scrolls_sideways(tab: Tab, staff, busy, town) -> None:  # noqa: F811
    found: list[str] = []
    for role, address in pages(busy, town):
        page = tab(staff[role], width=320)
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found.extend(f"{address} {v}" for v in violations(page))
        for width in (320, 1366):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{address} is wider than {width}")
        page.context.close()
    assert found == []


@pytest.mark.req("D-III.A")
def test_a_class_is_confirmed_by_one_press_and_the_row_says_so_at_once(tab: Tab, staff, busy) -> None:  # noqa: F811
    page = tab(staff["stic_staff"])
    shown(page, "/board/")
    page.evaluate("window.never = 'reloaded'")
    row = page.locator(f"#b-{busy['grave'].number}")
    row.get_by_role("button", name="Confirm").click()
    expect(row).to_contain_text("confirmed by Taylor Nowak")
    assert page.evaluate("window.never") == "reloaded"


def test_a_word_half_written_in_the_list_survives_what_a_colleague_does(tab: Tab, staff, busy, casey) -> None:  # noqa: F811
    page = tab(staff["stic_staff"])
    shown(page, "/calls-back/")
    row = page.locator(f"#w-{action_of(busy['grave'].id, 'assure_receipt').id.hex[-8:]}")
    row.locator("summary").first.click()
    row.get_by_label("Note").fill("They said they would call ba")
    actions.record_call(action_of(busy["grave"].id, "assure_receipt").id, casey.account.pk, "busy", 3, {})
    page.evaluate("htmx.trigger(document.body, 'live:queue')")
    expect(row).to_contain_text("3 tries so far")
    assert row.get_by_label("Note").input_value() == "They said they would call ba"
    row.get_by_label("Answered by").fill("Sgt. Ito")
    row.get_by_role("button", name="Answered").click()
    expect(row).to_have_count(0)


def test_without_scripts_a_class_is_confirmed_a_review_decided_and_outreach_told(
    tab: Tab,  # noqa: F811
    staff,
    town,
    casey,
    new_tip,
    judged,
) -> None:
    tip = judged(new_tip(town.far_school), casey.account, "planned_school_attack")
    page = tab(staff["stic_staff"], java_script_enabled=False)
    page.goto("/board/")
    page.get_by_role("button", name="Confirm").click()
    assert "confirmed by Taylor Nowak" in page.locator("#board-rows").inner_text()
    page = tab(staff["intelligence_command"], java_script_enabled=False)
    page.goto("/owed/")
    page.locator("summary", has_text="Decide").first.click()
    page.get_by_label("Why").fill("Second threat this week")
    page.get_by_role("button", name="Yes, notify Troop and Zone").click()
    assert "Notify Troop or Zone" in page.locator("#work-rows").inner_text()
    page = tab(staff["stic_analyst"], java_script_enabled=False)
    page.goto("/owed/")
    page.locator("summary", has_text="Record what came of it").first.click()
    page.get_by_role("button", name="Told").click()
    page = tab(staff["outreach"], java_script_enabled=False)
    page.goto("/outreach/")
    follow(page, "Farfield SD 3")
    assert tip.number in page.locator("main").inner_text()
    page.get_by_label("With whom").fill("The superintendent")
    page.get_by_role("button", name="Contacted").click()
    assert "The superintendent" in page.locator("main").inner_text()
