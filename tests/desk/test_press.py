"""One press does what it says, once: whatever moves, comes late or is pressed twice."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.desk.conftest import action_of
from tests.support.well import all_is_well
from upstander.actions.models import ActionEvent, Judgement
from upstander.desk.models import Claim
from upstander.intake.models import Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
HUMAN = 250  # ms between down and up: a test that presses as fast as a machine sees nothing move


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives: nothing else changes on the page."""
    all_is_well()


def opened(page: Page, tip: Any) -> None:
    """The page of a tip, in the middle of work: it has its sound already."""
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("Shift")
    page.locator("[data-alarm-blocked]").wait_for(state="hidden")


def down_on(page: Page, button: Any) -> None:
    """Put the finger on the middle of a button, and leave it there."""
    box = button.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()


# The second click of a double click that comes when the answer to the first has just been shown: on what stands there now.
AGAIN_AT_ONCE = """() => {
    let at;
    addEventListener("click", ({ clientX, clientY }) => { at ??= { clientX, clientY } }, true);
    addEventListener("htmx:afterRequest", () => {
        const button = at && document.elementFromPoint(at.clientX, at.clientY).closest("button");
        if (!button || document.body.dataset.again) return;
        document.body.dataset.again = button.textContent.trim().replace(/[TG]$/, "").trim();
        setTimeout(() => {
            button.dispatchEvent(new MouseEvent("click", { ...at, detail: 2, bubbles: true, cancelable: true }));
        });
    });
}"""


# What is drawn where the notice stands, beside the notice itself and what holds it.
UNDER_THE_NOTICE = """() => {
    const notice = document.querySelector("[data-alarm-blocked]");
    const room = notice.getBoundingClientRect();
    const inside = (r) => Math.max(r.top, 0) < room.bottom - 1 && r.bottom > room.top + 1
        && r.left < room.right - 1 && r.right > room.left + 1;
    return [...document.querySelectorAll("a, button, input, p, h1, h2, li, td")].filter((e) => {
        if (notice.contains(e) || e.closest(".usa-skipnav, .usa-sr-only")) return false;
        if (!e.checkVisibility({ visibilityProperty: true })) return false;
        const box = e.closest(".desk__scroll, .desk__foot")?.getBoundingClientRect();
        const r = e.getBoundingClientRect();
        const top = Math.max(r.top, box?.top ?? r.top), bottom = Math.min(r.bottom, box?.bottom ?? r.bottom);
        return bottom > top && inside({ top, bottom, left: r.left, right: r.right });
    }).map((e) => e.outerHTML.slice(0, 90));
}"""


def shown_next(page: Page) -> None:
    """Until what was begun is painted."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def posts(page: Page, end: str) -> list[str]:
    """The forms that leave for addresses with this end, from now on."""
    seen: list[str] = []
    page.on("request", lambda r: seen.append(r.url) if r.method == "POST" and r.url.endswith(end) else None)
    return seen


def judge_button(page: Page) -> Any:
    return page.locator("#judge-now")


def test_the_first_press_of_a_page_judges(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    """It gives the page its sound, whereupon a notice goes: the page once moved up by it, and the click fell beside."""
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.locator("[data-alarm-blocked]").wait_for()
    page.evaluate("document.getElementById('id_judge_subtypes_0').checked = true")
    judge_button(page).click(delay=HUMAN)
    page.locator("#steps .action--now").wait_for()
    assert Judgement.objects.filter(tip_id=tip.id).count() == 1
    page.locator("[data-alarm-blocked]").wait_for(state="hidden")


def test_the_notice_about_sound_goes_without_moving_anything(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    parts = ("#judge-now", "#tip-number", "#reply button", "#queue-head")
    before = [page.locator(part).first.bounding_box() for part in parts]
    page.keyboard.press("Shift")
    page.locator("[data-alarm-blocked]").wait_for(state="hidden")
    assert [page.locator(part).first.bounding_box() for part in parts] == before


@pytest.mark.parametrize("size", [(1366, 768), (360, 640)])
@pytest.mark.parametrize("where", ["/board/", "/versions/", "/tip/{}/"])
def test_the_notice_about_sound_covers_nothing(tab: Tab, signed_in, town, new_tip, where, size) -> None:  # noqa: F811
    """It has a room of its own: it once lay over buttons and over why a tip is red."""
    tip = new_tip(town.school)
    page = tab(signed_in("Morgan Reyes", "supervisor", "call_taker"))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    shown(page, where.format(tip.number))
    page.locator("[data-alarm-blocked]").wait_for()
    assert page.evaluate(UNDER_THE_NOTICE) == []


def test_news_wait_until_the_finger_is_lifted_but_not_for_long(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    new = page.locator(f"#q-{new_tip(town.school).number}")
    down_on(page, page.locator("#tip-number"))
    with page.expect_response(lambda r: "/queue/" in r.url):
        page.evaluate("htmx.trigger(document.body, 'live:queue')")
    shown_next(page)
    assert new.count() == 0
    page.mouse.up()
    new.wait_for()
    third = page.locator(f"#q-{new_tip(town.school).number}")
    down_on(page, page.locator("#tip-number"))
    page.evaluate("htmx.trigger(document.body, 'live:queue')")
    third.wait_for()  # the finger is down still
    page.mouse.up()


def test_a_question_that_comes_late_does_not_push_the_button_away(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    waiting: list[Route] = []
    page.route("**/preview/", lambda route: waiting.append(route))
    opened(page, tip)
    page.keyboard.press("4")
    with page.expect_request(lambda r: "subtypes=bullying" in (r.post_data or "")):
        page.locator("label[for=id_judge_bullying]").click()
    button = judge_button(page)
    before = button.bounding_box()
    waiting.pop().continue_()
    page.get_by_text("Ask first").wait_for()
    assert button.bounding_box() == before
    page.unroute("**/preview/")
    button.click(delay=HUMAN)
    page.locator("#steps .action").first.wait_for()
    assert Judgement.objects.filter(tip_id=tip.id).count() == 1


def test_a_class_that_loses_the_focus_does_not_move_the_one_that_is_pressed(
    tab: Tab,  # noqa: F811
    casey,
    town,
    new_tip,
) -> None:
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    first, fourth = (page.locator(".kind__head label").nth(n) for n in (0, 3))
    first.click(delay=HUMAN)
    first.click(delay=HUMAN)  # chosen and let go again: open while it has the focus
    box = fourth.bounding_box()
    fourth.click(delay=HUMAN)
    assert page.locator("[data-key='4']").is_checked()
    assert fourth.bounding_box() != box, "the first has closed after the press"


def test_the_preview_is_of_what_is_chosen_last(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    stuck: list[Route] = []
    page.route("**/preview/", lambda route: stuck.append(route), times=1)
    with page.expect_request("**/preview/"):
        page.keyboard.press("4")
    page.keyboard.press("1")
    page.get_by_text("This would demand: Imminent Harm").wait_for()
    assert len(stuck) == 1


def test_a_judgement_that_is_under_way_is_not_sent_again(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    waiting: list[Route] = []
    page.route("**/judge/", lambda route: waiting.append(route))
    opened(page, tip)
    sent = posts(page, "/judge/")
    page.keyboard.press("1")
    with page.expect_request("**/judge/"):
        judge_button(page).click()
    page.keyboard.press("2")  # what is chosen meanwhile asks for no preview that could come after the answer
    judge_button(page).press("Enter")
    waiting.pop().continue_()
    page.locator("#steps .action--now").wait_for()
    assert len(sent) == 1 and Judgement.objects.filter(tip_id=tip.id).count() == 1
    assert page.locator("#preview").inner_text() == ""


def test_a_double_click_judges_once_and_presses_nothing_else(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    page.keyboard.press("1")
    judge_button(page).dblclick()
    page.locator("#steps .action--now").wait_for()
    assert Judgement.objects.filter(tip_id=tip.id).count() == 1


def test_a_double_click_takes_the_tip_and_does_not_give_it_back(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    sent = posts(page, "/claim/")
    waiting: list[Route] = []
    page.route("**/claim/", lambda route: waiting.append(route), times=1)
    page.evaluate(AGAIN_AT_ONCE)
    with page.expect_request("**/claim/"):
        page.get_by_role("button", name="Take").click()
    page.wait_for_function(
        "pressed => performance.now() > pressed + 700", arg=page.evaluate("performance.now()")
    )
    waiting.pop().continue_()  # a slow answer: the finger does not wait for it
    page.locator("body[data-again='Give back']").wait_for()
    shown_next(page)
    assert len(sent) == 1 and Claim.objects.filter(tip_id=tip.id).exists()


def test_a_key_held_down_is_pressed_once(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    sent = posts(page, "/claim/")
    for _ in range(3):
        page.keyboard.down("t")
    page.get_by_role("button", name="Give back").wait_for()
    for _ in range(3):
        page.keyboard.down("t")
    page.keyboard.up("t")
    shown_next(page)
    assert len(sent) == 1 and Claim.objects.filter(tip_id=tip.id).exists()
    page.keyboard.press("t")
    shown_next(page)
    assert Claim.objects.filter(tip_id=tip.id).exists(), "the key that takes gives nothing back"
    page.keyboard.press("g")
    page.get_by_role("button", name="Take").wait_for()


def test_a_call_recorded_and_a_word_sent_by_double_click_stand_once(
    tab: Tab,  # noqa: F811
    casey,
    town,
    new_tip,
    judged,
) -> None:
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    row = action_of(tip.id, "call_psap")
    page = tab(casey)
    opened(page, tip)
    page.keyboard.press("c")
    page.locator(f"#id_{row.id.hex[-8:]}_answered_by").fill("Operator 12")
    page.get_by_role("button", name="Answered", exact=True).first.dblclick()
    page.locator("#steps .action--done").first.wait_for()
    assert ActionEvent.objects.filter(action=row).count() == 1
    page.fill("#id_reply_text", "Are you safe?")
    page.get_by_role("button", name="Send").dblclick()
    page.locator(".bubble--desk", has_text="Are you safe?").wait_for()
    assert Message.objects.filter(tip_id=tip.id, sender="desk").count() == 1


def test_what_was_asked_for_before_an_act_never_takes_its_answer_back(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    """A live refresh that left before the judgement and comes after it shows no steps: it may not be shown."""
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    old: list[tuple[Route, Any]] = []
    page.route("**/plan/", lambda route: old.append((route, route.fetch())), times=1)
    with page.expect_request("**/plan/"):
        page.evaluate(f"htmx.trigger(document.body, 'live:tip:{tip.id}')")
    page.keyboard.press("1")
    judge_button(page).click()
    page.locator("#steps .action--now").wait_for()
    [(route, response)] = old
    assert "action--now" not in response.text()
    with page.expect_response("**/plan/") as again:
        route.fulfill(response=response)
    with page.expect_response(lambda r: r.url.endswith("/plan/") and "action--now" in r.text()):
        assert again.value.ok
    assert page.locator("#steps .action--now").count() == 1


def test_that_an_act_got_no_answer_stands_until_one_does(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    opened(page, tip)
    page.route("**/judge/", lambda route: route.abort(), times=1)
    page.keyboard.press("1")
    judge_button(page).click()
    notice = page.locator("[data-request-failed]")
    notice.wait_for()
    with page.expect_response("**/bar/**"):
        page.evaluate("htmx.trigger(document.body, 'live:queue')")
    expect(notice).to_be_visible()
    judge_button(page).click()
    page.locator("#steps .action--now").wait_for()
    expect(notice).to_be_hidden()
    assert Judgement.objects.filter(tip_id=tip.id).count() == 1
