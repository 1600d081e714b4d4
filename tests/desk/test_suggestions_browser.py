"""Suggestions in Chromium: one press, words marked while they are written, nothing that axe finds."""

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import violations
from upstander.actions.models import Judgement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
GLOCK = "my brother says tyler is gonna bring his dads glock tmrw"


def test_one_press_ticks_the_subtype_and_shows_what_it_would_demand(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school, text=GLOCK)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.locator("#suggested").get_by_role("button", name="Threat of violence").click()
    expect(page.locator("#id_judge_threat_of_violence")).to_be_checked()
    expect(page.locator("#preview")).to_contain_text("This would demand")
    expect(page.locator("#suggested")).to_contain_text("is put in")
    assert not Judgement.objects.exists()
    page.locator("#judge-now").click()
    expect(page.locator("#tip-head")).to_contain_text("Threat of violence")
    assert Judgement.objects.get(tip_id=tip.id).subtypes == ["threat_of_violence"]


def test_enter_in_the_judging_form_judges_and_presses_no_suggestion(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school, text=GLOCK)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#tip-head")).to_contain_text("Emergency")
    assert Judgement.objects.get(tip_id=tip.id).subtypes == ["emergency.unspecified"]


def test_a_missing_fact_is_put_into_the_reply_by_one_press(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school, text="something is wrong")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.locator("#id_reply_text").fill("Thank you.")
    page.locator("#missing").get_by_role("button", name="Where").click()
    expect(page.locator("#id_reply_text")).to_have_value(
        "Thank you.\nWhere is this happening? A school, a room or a street helps."
    )


def test_marks_follow_what_is_being_written(tab: Tab, casey, town, new_tip, judged) -> None:  # noqa: F811
    tip = judged(new_tip(town.school, text=GLOCK), casey.account, "threat_of_violence", narrative="")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.locator("#release > summary").click()
    expect(page.locator("#release mark")).to_have_text("my brother")
    page.locator("#id_release_text").fill("A student may bring a gun tomorrow.")
    expect(page.locator("#release mark")).to_have_count(0)
    page.locator("#id_release_text").fill("as his teacher I know it")
    expect(page.locator("#release mark")).to_have_text("as his teacher")


def test_axe_finds_nothing(tab: Tab, casey, town, new_tip, judged) -> None:  # noqa: F811
    fresh = new_tip(town.school, text=f"{GLOCK}. tengo miedo de ir a la escuela")
    released = judged(new_tip(town.school, text=GLOCK), casey.account, "fight", narrative="")
    page = tab(casey)
    for tip in (fresh, released):
        shown(page, f"/tip/{tip.number}/")
        for details in ("#missing-asks", "#release", "#judge"):
            page.eval_on_selector_all(details, "all => all.forEach(one => one.open = true)")
        assert violations(page) == []
