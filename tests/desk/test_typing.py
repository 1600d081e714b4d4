"""News come by morphing: they take nobody's words, cursor or place, and they do come, wherever the focus is."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.conftest import action_of
from tests.support.well import all_is_well
from upstander.actions import services as actions
from upstander.actions.models import ActionEvent, Referral
from upstander.intake import services as intake
from upstander.people import services as people
from upstander.response import services as response
from upstander.response.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives: nothing else changes on the page."""
    all_is_well()


@pytest.fixture
def asking(casey, person, town, new_tip, judged) -> tuple[Any, Callable[[str], Entry]]:
    """A tip that the school has, and `ask("Which hall?")`: the school's question about it."""
    tip = judged(new_tip(town.school, text="They push him every day. " * 60), casey.account, "bullying")
    referral = Referral.objects.get(tip_id=tip.id, scope=town.school)
    ana = person("Ana Rivera")
    people.designate("system:test", ana.pk, town.school.pk, "end_user")

    def ask(text: str) -> Entry:
        known = set(Entry.objects.values_list("pk", flat=True))
        response.ask(ana, referral.id, text)
        return Entry.objects.filter(kind="question").exclude(pk__in=known).get()

    return tip, ask


def news(page: Page, tip: Any) -> None:
    """What the live line tells when something about the tip has changed."""
    page.evaluate(f"htmx.trigger(document.body, 'live:tip:{tip.id}')")


def cursor(page: Page) -> list[Any]:
    """The field with the focus, what stands in it, and where the cursor is."""
    return page.evaluate(
        "(({id, value, selectionStart, selectionEnd}) => [id, value, selectionStart, selectionEnd])(document.activeElement)"
    )


def type_in_the_middle(page: Page, field: Any) -> None:
    """ "East hall", with the cursor behind "East"."""
    field.click()
    page.keyboard.type("East hall")
    for _ in " hall":
        page.keyboard.press("ArrowLeft")


def test_the_answer_to_a_school_is_not_disturbed_by_another_question(tab: Tab, casey, asking) -> None:  # noqa: F811
    tip, ask = asking
    question = ask("Which hall?")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    field = page.locator(f"#id_{question.pk.hex[-8:]}_text")
    press = page.locator(f"#answer-{question.pk} [name=press]")
    type_in_the_middle(page, field)
    before, mark, top = cursor(page), press.input_value(), field.bounding_box()["y"]
    assert before[1:] == ["East hall", 4, 4]
    second = ask("And which day?")
    intake.say(tip.id, "desk", "A long word to the reporter. " * 30, casey.account.pk)
    news(page, tip)
    page.get_by_text("asks the desk: And which day?").wait_for()
    page.locator(".bubble--desk").wait_for()
    assert cursor(page) == before and press.input_value() == mark
    assert abs(field.bounding_box()["y"] - top) < 2, "nothing moves under the hand"
    page.keyboard.type("ern")
    page.fill("#id_reply_text", "Half a reply")
    page.fill(f"#id_{second.pk.hex[-8:]}_text", "On Mon")
    page.locator(f"#answer-{question.pk} button").click()
    page.get_by_text("answer of the desk: Eastern hall").wait_for()
    assert Entry.objects.filter(kind="answer").count() == 1
    assert page.input_value("#id_reply_text") == "Half a reply"
    assert page.input_value(f"#id_{second.pk.hex[-8:]}_text") == "On Mon"
    expect(page.locator("#panel-response")).to_be_focused()
    expect(page.locator(f"#answer-{question.pk}")).to_have_count(0)


def test_an_answer_that_does_not_pass_says_why_where_it_was_typed(tab: Tab, casey, jordan, asking) -> None:  # noqa: F811
    tip, ask = asking
    question = ask("Which hall?")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    form = page.locator(f"#answer-{question.pk}")
    form.get_by_role("button").click()
    form.get_by_text("Write something first.").wait_for()
    jordan.post(f"/tip/{tip.number}/claim/")
    form.get_by_label("Answer").fill("The east one")
    form.get_by_role("button").click()
    form.get_by_text("Jordan Okafor holds this tip").wait_for()
    assert form.get_by_label("Answer").input_value() == "The east one"


def test_words_stay_when_somebody_else_has_answered(tab: Tab, casey, asking) -> None:  # noqa: F811
    tip, ask = asking
    question = ask("Which hall?")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    type_in_the_middle(page, page.locator(f"#id_{question.pk.hex[-8:]}_text"))
    before = cursor(page)
    response.answer(casey.account, question.referral_id, "It was the west one")
    news(page, tip)
    page.get_by_text("It was the west one").wait_for()
    assert cursor(page) == before


def test_a_call_half_recorded_outlives_what_others_record_and_judge(
    tab: Tab,  # noqa: F811
    casey,
    town,
    new_tip,
    judged,
) -> None:
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    row, other = action_of(tip.id, "call_psap"), action_of(tip.id, "call_contacts")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("c")
    type_in_the_middle(page, page.locator(f"#id_{row.id.hex[-8:]}_note"))
    before = cursor(page)
    actions.record_call(other.id, casey.account.pk, "voicemail", 5, {})
    news(page, tip)
    page.locator(f"#a-{other.id.hex[-8:]}", has_text="voicemail").wait_for()
    assert cursor(page) == before
    assert page.locator(f"#r-{row.id.hex[-8:]}").get_attribute("open") is not None
    page.locator(f"#id_{row.id.hex[-8:]}_answered_by").fill("Operator 12")
    page.locator(f"#r-{row.id.hex[-8:]}").get_by_role("button", name="Answered", exact=True).click()
    page.locator("#steps .action--done").first.wait_for()
    assert ActionEvent.objects.filter(action=row, result="answered").count() == 1
    expect(page.locator(f"#id_{row.id.hex[-8:]}_note")).to_have_count(0)


def test_a_release_half_edited_is_left_alone(tab: Tab, casey, town, new_tip, judged) -> None:  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.locator("#release summary").click()
    page.locator("#id_release_text").fill("")
    type_in_the_middle(page, page.locator("#id_release_text"))
    before = cursor(page)
    actions.record_call(action_of(tip.id, "call_contacts").id, casey.account.pk, "voicemail", 5, {})
    news(page, tip)
    page.locator("#steps", has_text="voicemail").first.wait_for()
    assert cursor(page) == before


def test_the_queue_is_renewed_although_it_has_the_focus(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    box = page.locator("#queue-scroll").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] - 120)  # below the rows
    expect(page.locator("#queue-scroll")).to_be_focused()
    new = new_tip(town.school, danger_now=True)
    page.evaluate("htmx.trigger(document.body, 'live:queue')")
    page.locator(f"#q-{new.number}").wait_for()


def test_a_button_with_the_focus_says_what_it_does_now(tab: Tab, casey, jordan, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("t")
    back = page.get_by_role("button", name="Give back")
    back.wait_for()
    expect(back).to_be_focused()
    assert back.get_attribute("value") == "give_back"
    casey.post(f"/tip/{tip.number}/claim/", {"act": "give_back"})
    news(page, tip)
    take = page.get_by_role("button", name="Take")
    take.wait_for()
    expect(take).to_be_focused()
    jordan.post(f"/tip/{tip.number}/claim/")
    news(page, tip)
    page.locator("#claim-other", has_text="Jordan Okafor").wait_for()
    expect(take).to_have_count(0)
