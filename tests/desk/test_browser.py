"""The desk in Chromium: three keys to the number, nothing that axe finds, red by silence."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.desk.browser import Tab, shown, tab  # noqa: F401 - a fixture
from tests.support.browser import follow, press, violations
from tests.support.well import all_is_well
from upstander import clock as the_clock
from upstander.actions.models import ActionEvent, Judgement
from upstander.delivery.models import Carrier
from upstander.desk import board
from upstander.inbound import routing, services

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def well(db_well: Callable[[], None]) -> None:
    """Every process lives, so that what is red is red for a reason."""
    db_well()


@pytest.fixture
def db_well(transactional_db: None) -> Callable[[], None]:
    def say() -> None:
        all_is_well()

    return say


@pytest.mark.req("D-IV.A.2.a.2")
def test_two_keys_from_knowing_what_it_is_to_the_number_of_the_psap(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school, danger_now=True)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    number = page.locator("#steps .action--now .action__number")
    number.wait_for()
    assert number.inner_text() == "217-555-0101"
    box = number.bounding_box()
    assert box is not None and box["y"] + box["height"] < 768, "it is on the screen without scrolling"
    assert Judgement.objects.get(tip_id=tip.id).klass == "imminent_harm"
    page.locator("[data-key=c]:focus").wait_for()  # the next key is at hand


def test_a_call_is_recorded_by_keyboard_alone_with_its_length(tab: Tab, casey, town, new_tip, judged) -> None:  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.type("Operator 12")
    page.keyboard.press("Enter")
    page.get_by_text("Operator 12").wait_for()
    page.locator("#steps .action--done").first.wait_for()
    event = ActionEvent.objects.get(result="answered")
    assert event.seconds is not None and event.seconds < 60


def test_from_the_queue_to_the_release_without_a_mouse(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school, danger_now=True)
    page = tab(casey)
    shown(page, "/")
    page.keyboard.press("Tab")
    while not page.evaluate(f"document.activeElement.matches('#q-{tip.number} a')"):
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.matches('body')"), "went round and found no row"
    page.keyboard.press("Enter")
    page.locator("#tip-number").wait_for()
    page.keyboard.press("t")
    page.locator("#claim-mine").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("[data-key=c]:focus").wait_for()
    for key in ("Enter", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Operator 12")
    page.keyboard.press("Enter")
    page.locator("#s-call_psap.action--done").wait_for()
    page.keyboard.press("r")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("A student said that he will bring a gun.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#referrals", has_text="words released").wait_for()
    expect(page.locator("#release summary")).to_be_focused()


def test_no_key_reaches_what_nobody_sees(tab: Tab, casey, town, new_tip, judged) -> None:  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("4")
    page.keyboard.press("?")
    assert "Standard inappropriate" not in page.locator("#shortcuts").inner_text()
    assert not page.locator("input[value='standard.unspecified']").is_checked()


def test_a_note_and_a_phrase_by_keyboard(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("s")
    page.keyboard.type("Hello.")
    page.locator("#id_reply_phrase").select_option("safe_now")
    page.get_by_role("button", name="Insert").press("Enter")
    page.locator("#id_reply_text:focus").wait_for()
    assert page.input_value("#id_reply_text") == "Hello.\nAre you safe right now?"
    page.keyboard.press("Alt+e")
    page.locator(".bubble--desk", has_text="Are you safe right now?").wait_for()
    assert page.input_value("#id_reply_text") == ""


def test_news_never_take_the_words_that_somebody_is_typing(tab: Tab, casey, jordan, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    shown(page, f"/tip/{tip.number}/")
    page.keyboard.press("s")
    page.keyboard.type("Half a sent")
    new = new_tip(town.school, danger_now=True)
    page.evaluate("htmx.trigger(document.body, 'live:queue')")
    page.locator(f"#q-{new.number}").wait_for()
    page.keyboard.type("ence")
    assert page.input_value("#id_reply_text") == "Half a sentence"


def test_a_danger_is_said_and_counted_in_the_title_without_any_event(
    tab: Tab,  # noqa: F811
    casey,
    town,
    new_tip,
    db_well,
) -> None:
    page = tab(casey)
    page.goto("/")
    page.evaluate(
        "document.body.addEventListener('alarm:wanted', () => { document.body.dataset.sounded = 1 })"
    )
    new_tip(town.school, danger_now=True)
    page.locator("body[data-sounded]").wait_for(timeout=20_000)
    for _ in range(4):
        db_well()  # a look, within five seconds where the machine is not busy, finds nothing else red
        with suppress(AssertionError):
            expect(page).to_have_title(re.compile(r"^\(! 1\) "), timeout=8_000)
            break
    expect(page, page.locator("#bar").inner_text()).to_have_title(re.compile(r"^\(! 1\) "), timeout=1)
    page.locator("#announce", has_text="needs somebody now").wait_for(state="attached")


@pytest.mark.slow
def test_without_a_live_line_the_desk_turns_red_within_15_seconds(tab: Tab, casey) -> None:  # noqa: F811
    page = tab(casey)
    page.goto("/")
    page.locator("body.is-silent").wait_for(timeout=25_000)
    assert page.get_by_role("alert").filter(has_text="Live line lost").is_visible()


def test_axe_finds_nothing_on_any_page(tab: Tab, casey, morgan, town, new_tip, judged) -> None:  # noqa: F811
    found: list[str] = []

    def look(page: Any, *addresses: str) -> None:
        for address in addresses:
            page.goto(address)
            found.extend(f"{address} {v}" for v in violations(page))

    page = tab(casey)
    look(page, "/", "/red/", "/search/")
    new = new_tip(None, danger_now=True, text="They wait for him at the gate", who="Tom B.")
    tip = judged(new_tip(town.school, danger_now=True), casey.account, "planned_school_attack")
    judged(tip, casey.account, "bullying", reason="It was a film project")
    calm = judged(new_tip(town.other_school), casey.account, "bullying")
    url = f"/tip/{tip.number}/"
    look(
        page,
        "/",
        "/red/",
        f"/tip/{new.number}/",
        f"/tip/{calm.number}/",
        url,
        f"{url}callsheet/",
        f"{url}place/",
    )
    services.store("unknown", "smtp", "1", b"words")
    routing.route_next()
    look(tab(morgan), "/lowerings/", "/arrivals/", "/arrivals/?tried=again", "/reach/", f"/reach/{morgan.account.pk}/")
    assert found == []


def test_axe_finds_nothing_on_error_states(tab: Tab, casey, jordan, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey)
    page.goto(f"/tip/{tip.number}/")
    page.get_by_role("button", name="Judge").click()
    page.get_by_text("Choose at least one kind of report.").first.wait_for()
    assert violations(page) == []
    page.keyboard.press("4")
    page.fill("#id_judge_narrative", "")
    page.get_by_role("button", name="Judge").click()
    page.get_by_text("releasing is part of judging").first.wait_for()
    assert violations(page) == []
    jordan.post(f"/tip/{tip.number}/claim/")
    page.fill("#id_reply_text", "Words that stay")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Jordan Okafor holds this tip").wait_for()
    assert page.input_value("#id_reply_text") == "Words that stay"
    assert violations(page) == []


def test_a_supervisors_phone_needs_no_sideways_scroll(tab: Tab, morgan, town, new_tip, judged) -> None:  # noqa: F811
    tip = judged(new_tip(town.school), morgan.account, "planned_school_attack")
    services.store("unknown", "smtp", "1", b"words")
    routing.route_next()
    page = tab(morgan, width=320, height=640)
    of_tip = (f"/tip/{tip.number}/", f"/tip/{tip.number}/callsheet/", f"/tip/{tip.number}/place/")
    for address in ("/", "/lowerings/", "/arrivals/", "/reach/", "/search/", "/red/", "/referrals/", *of_tip):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_the_bar_is_one_row_on_a_laptop_and_what_is_seldom_looked_at_opens_below_it(tab: Tab, morgan) -> None:  # noqa: F811
    page = tab(morgan)
    page.goto("/duties/")
    page.locator("h1").click()  # the first press is what lets the page sound
    page.locator("[data-alarm-toggle][aria-pressed=true]").wait_for()
    boxes = [page.locator(part).bounding_box() for part in (".deskbar__nav", ".deskbar__end", ".deskbar__state")]
    assert max(box["y"] for box in boxes) < min(box["y"] + box["height"] for box in boxes), boxes
    assert page.get_by_role("link", name="Versions").count() == 0
    page.get_by_text("More", exact=True).click()
    assert page.get_by_role("link", name="Duties").get_attribute("aria-current") == "page"
    assert violations(page) == []
    with page.expect_navigation():
        follow(page, "Versions")
    assert page.url.endswith("/versions/")


@pytest.mark.parametrize("waits", [True, False], ids=["with a lowering that waits", "without"])
def test_with_a_fault_it_is_one_row_still(tab: Tab, casey, morgan, town, new_tip, judged, waits: bool) -> None:  # noqa: F811
    tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
    if waits:
        casey.post(f"/tip/{tip.number}/judge/", {"subtypes": ["bullying"], "narrative": "x", "reason": "It was a film"})
    all_is_well()
    Carrier.objects.create(name="smtp", failures_in_a_row=3, last_failure_at=the_clock.now(), last_error="line-refused")
    page = tab(morgan)
    page.goto("/duties/")
    page.locator("h1").click()
    page.locator("[data-alarm-toggle][aria-pressed=true]").wait_for()
    boxes = [page.locator(part).bounding_box() for part in (".deskbar__nav", ".deskbar__end", ".deskbar__state")]
    assert max(box["y"] for box in boxes) < min(box["y"] + box["height"] for box in boxes), boxes
    summary = page.locator("#bar-faults summary")
    assert summary.inner_text().startswith("1 fault" if waits else "Carrier smtp")
    summary.click()
    assert page.locator("#bar-faults li").get_by_text("Carrier smtp refuses").is_visible() and violations(page) == []


def test_without_scripts_a_tip_goes_all_the_way(tab: Tab, casey, town, new_tip) -> None:  # noqa: F811
    tip = new_tip(town.school)
    page = tab(casey, java_script_enabled=False)
    page.goto("/")
    follow(page, town.school.name)
    press(page, "Take", exact=False)
    page.get_by_label("Fire").check()
    press(page, "Show what it would demand")
    assert "Call the PSAP" in page.locator("#preview").inner_text()
    expect(page.locator("#preview-title")).to_be_in_viewport()
    press(page, "Judge", exact=False)
    row = page.locator("#steps .target", has_text="Record the call").first
    row.get_by_text("Record the call").click()
    row.get_by_role("button", name="No answer").dblclick()  # nothing on the page holds the second click back
    page.locator("#steps").get_by_text("no answer", exact=False).first.wait_for()
    row.get_by_text("Record the call").click()
    row.get_by_label("Answered by").fill("Operator 12")
    press(row, "Answered")
    assert [e.result for e in ActionEvent.objects.order_by("at")] == ["no_answer", "answered"]
    assert "Operator 12" in page.locator("#steps").inner_text()
    assert board.red_of(tip.id, Judgement.objects.get(tip_id=tip.id).at) == []
