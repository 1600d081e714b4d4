"""Who is left out, and false reports, in Chromium: the list comes with the mark; nothing that axe finds, at 320 px too."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.test_conflict import marked
from tests.support.browser import violations
from tests.support.people import with_own_telephones
from upstander.actions.models import Exclusion, RequiredAction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def stic(signed_in):
    return signed_in("Stic Staff", "stic_staff")


@pytest.fixture
def town(town):
    return with_own_telephones(town)


@pytest.mark.req("D-II.A")
def test_the_mark_brings_the_list_and_a_choice_shows_who_is_told_instead(
    tab: Tab,  # noqa: F811
    casey,
    town,
    new_tip,
) -> None:
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("4")
    page.get_by_text("Marks", exact=True).first.click()
    page.locator("#id_judge_flag_subject_is_poc").check()
    him = page.get_by_role("checkbox", name="P. Okafor")
    him.focus()
    page.keyboard.press("Space")
    told = page.locator("#id_judge_excluded_told")
    expect(told).not_to_contain_text("P. Okafor")
    expect(told).to_contain_text("Ana Rivera")
    assert violations(page) == []
    page.fill("#id_judge_conflict_reason", "The student names him.")
    page.fill("#id_judge_narrative", "A teacher did it.")
    page.locator("#judge-now").click()
    page.locator("#left-out").wait_for()
    assert Exclusion.objects.get().contact_id == town.contacts["principal"].pk
    assert violations(page) == []


@pytest.mark.req("D-II.A")
def test_the_fusion_center_looks_changes_and_confirms_without_leaving_the_tip(
    tab: Tab,  # noqa: F811
    stic,
    casey,
    town,
    new_tip,
) -> None:
    tip = new_tip(town.school)
    casey.post(f"/tip/{tip.number}/judge/", marked(town.contacts["principal"]))
    page = tab(stic)
    shown(page, f"/tip/{tip.number}/")
    page.get_by_text("Confirm or change it").click()
    row = page.locator("#r-conflict")
    row.get_by_role("checkbox", name="Ana Rivera").check()
    row.get_by_role("button", name="Show who is told instead").click()
    expect(page.locator("#id_conflict_excluded_told")).not_to_contain_text("Ana Rivera")
    page.get_by_role("button", name="Confirm, or decide so").click()
    expect(page.locator("#r-conflict")).to_contain_text("Write why")
    assert violations(page) == []
    page.fill("#id_conflict_conflict_reason", "She is his wife.")
    page.get_by_role("button", name="Confirm, or decide so").click()
    expect(page.locator("#left-out")).to_contain_text("She is his wife.")
    assert RequiredAction.objects.filter(kind="conflict_decision", result="excluded").exists()
    assert Exclusion.objects.filter(ended_at=None).count() == 2


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(
    tab: Tab,  # noqa: F811
    morgan,
    casey,
    town,
    new_tip,
    judged,
) -> None:
    waits = judged(new_tip(town.school), casey.account, "prank")
    yes = judged(new_tip(town.school), casey.account, "false_report")
    given = {"result": "intentionally_false", "note": "He said so himself."}
    morgan.post(f"/tip/{yes.number}/false-report/determine/", given)
    record = {"rule": "identify_reporter", "result": "looked", "note": "Earlier tips."}
    morgan.post(f"/tip/{yes.number}/false-report/record/", record)
    about = new_tip(town.school)
    casey.post(f"/tip/{about.number}/judge/", marked(town.contacts["principal"]))
    for width in (1366, 320):
        page = tab(morgan, width=width, height=700)
        for address in (
            "/false-reports/", f"/tip/{waits.number}/false-report/", f"/tip/{yes.number}/false-report/",
            f"/tip/{yes.number}/", f"/tip/{about.number}/",
        ):  # fmt: skip
            page.goto(address)
            assert violations(page) == [], address
            assert _fits(page), (address, width)
        page.goto(f"/tip/{waits.number}/false-report/")
        page.get_by_role("button", name="Clearly intentionally false, or a prank").click()
        page.get_by_text("Write what shows it").first.wait_for()
        assert violations(page) == []


def _fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
