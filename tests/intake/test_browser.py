"""A frightened person's phone: 320 px wide, perhaps without JavaScript, perhaps only a keyboard, perhaps a screen reader."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import PATIENCE, chromium, follow, press, served, violations
from upstander.intake import store
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue, say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site(app, settings) -> Iterator[str]:
    with served(app) as address:
        yield address


class Watched:
    """A page, with everything that it asked for and everything that it complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.bytes = 0
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfinished", self._weigh)
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _weigh(self, request) -> None:
        response = request.response()
        if response is not None and response.status == 200:
            self.bytes += len(gzip.compress(response.body(), 6)) + 300  # a head costs something too


@pytest.fixture
def phone(browser) -> Iterator[Watched]:
    context = browser.new_context(**PHONE)
    watched = Watched(context)
    yield watched
    context.close()


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right, and every target is as large as a finger."""
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main a.usa-button, main input:not([type=hidden]), main textarea')]"
        ".filter(e => e.offsetParent && !['radio', 'checkbox'].includes(e.type))"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))"
    )
    assert not small, small
    return page.evaluate("document.documentElement.scrollWidth") <= 320


def code_of(page: Page) -> str:
    return page.locator("#receipt-code").get_attribute("data-copy-text")


def without_the_live_line(page):
    """Where its script does not run, every press of the dialogue is answered by a page; `test_chat` has the other way."""
    page.route("**/js/chat.js", lambda route: route.fulfill(body="", content_type="text/javascript"))


def test_every_page_and_every_error_passes_axe_at_320_px_and_in_the_dark(phone, site, tell, school, browser):
    page = phone.page
    without_the_live_line(page)

    def good(name: str) -> None:
        assert not violations(page), (name, violations(page))
        assert fits(page), name

    for path in ("/", "/about/", "/privacy/", "/app/", "/return/", "/tell/", "/tell/files/shared/", "/nothing-here/"):
        page.goto(site + path)
        good(path)
    page.goto(f"{site}/tell/")
    press(page, "I can't call. Let me write.")
    good("what, with danger")
    press(page, "Next")
    good("what, empty")
    page.get_by_label("What is happening?").fill("He has a knife.")
    press(page, "Next")
    good("where")
    page.get_by_role("combobox").fill("zzz no such school")
    press(page, "Next")
    good("more")
    page.get_by_text("It is about me").click()
    press(page, "Next")
    good("reach")
    page.get_by_label("E-mail").fill("nobody")
    press(page, "Next")
    good("reach, wrong")
    page.get_by_label("E-mail").fill("")
    press(page, "Next")
    good("review")
    press(page, "Send")
    good("received")
    receipt = code_of(page)
    tip = Tip.objects.get()
    say(tip.id, "desk", "Where is he?", account_id=1)
    press(page, "See your report and add to it")
    good("dialogue")
    press(page, "Send")
    good("dialogue, empty")
    page.goto(f"{site}/return/?lang=es")
    page.get_by_label("Su código").fill("x")
    with page.expect_navigation():
        page.get_by_role("button").first.click()
    good("return, wrong code, Spanish")
    assert open_dialogue(receipt).said[0].text == "He has a knife."


def test_the_picker_finds_one_school_by_a_few_letters(phone, site, school):
    page = phone.page
    page.goto(f"{site}/tell/")
    press(page, "No, but I am worried")
    page.get_by_label("What is happening?").fill("words")
    press(page, "Next")
    box = page.get_by_role("combobox")
    box.press_sequentially("linc")
    option = page.get_by_role("option")
    expect(option).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="found")).to_have_text("One school found")
    assert not violations(page), violations(page)
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_text("Chosen: Lincoln Elementary, Springfield")).to_be_visible()
    press(page, "Send now")
    expect(page.get_by_role("heading", name="Received")).to_be_visible()
    assert Tip.objects.get().place_id == school.id
    assert not phone.complaints, phone.complaints


def test_the_same_way_without_javascript(browser, site, school):
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    follow(page, "Tell us what is going on")
    press(page, "No, but I am worried")
    page.get_by_label("What is happening?").fill("words")
    press(page, "Next")
    page.get_by_label("Which school or place?").fill("lincoln")
    press(page, "Find the school")
    page.get_by_text("Lincoln Elementary").click()
    press(page, "Next")
    press(page, "Back")
    expect(page.get_by_text("Chosen: Lincoln Elementary, Springfield")).to_be_visible()
    press(page, "Send now")
    assert Tip.objects.get().place_id == school.id
    code = code_of(page)
    page.goto(f"{site}/return/")
    page.get_by_label("Your code").fill(code.lower().replace("-", " "))
    press(page, "Open my report")
    page.get_by_label("Write to us").fill("and one more thing")
    press(page, "Send")
    expect(page.get_by_text("We have what you wrote.")).to_be_visible()
    assert open_dialogue(code).said[-1].text == "and one more thing"
    context.close()


def test_a_keyboard_is_enough(phone, site):
    page = phone.page

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("(document.activeElement.innerText || '').trim()") == name:
                return
        raise AssertionError(f"the Tab key never came to {name!r}")

    page.goto(site)
    tab_to("Tell us what is going on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tell/**")
    tab_to("No, but I am worried")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "TEXTAREA":
        page.keyboard.press("Tab")
    page.keyboard.type("words by keyboard")
    tab_to("Send now")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.innerText") == "Received", "what happened is read out first"
    assert open_dialogue(code_of(page)).said[0].text == "words by keyboard"


@pytest.mark.req("D-II.F")
def test_the_phone_keeps_nothing_and_nobody_else_is_asked(phone, site):
    page = phone.page
    page.goto(site)
    follow(page, "Tell us what is going on")
    press(page, "No, but I am worried")
    page.get_by_label("What is happening?").fill("zebra-canary")
    press(page, "Send now")
    expect(page.get_by_role("heading", name="Received")).to_be_visible()
    assert page.title() == "School information"
    assert all(url.startswith(site) for url in phone.asked), phone.asked
    assert not any("zebra" in url or code_of(page) in url for url in phone.asked)
    assert not phone.complaints, phone.complaints
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert phone.bytes < 100_000, phone.bytes


@pytest.mark.req("D-II.E")
def test_the_browser_would_add_the_site_to_the_home_screen(phone, site):
    phone.page.goto(site)
    line = phone.page.context.new_cdp_session(phone.page)
    read = line.send("Page.getAppManifest")
    assert read["url"] == f"{site}/app.webmanifest" and read["errors"] == [], read
    why_not = {e["errorId"] for e in line.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert why_not <= {"in-incognito"}, "a test's browser forgets all; nothing else stands in the way"


def test_leave_quickly_replaces_the_page_and_its_history(phone, site):
    page = phone.page
    page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="<title>Weather</title>sunny"))
    page.goto(site)
    follow(page, "Tell us what is going on")
    page.wait_for_load_state()  # the script has to be there
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.weather.gov/**")
    page.go_back(wait_until="commit")
    page.wait_for_url("https://www.weather.gov/**")


def test_a_draft_survives_the_browsers_own_back_button(phone, site):
    page = phone.page
    page.goto(f"{site}/tell/")
    press(page, "No, but I am worried")
    page.get_by_label("What is happening?").fill("words")
    press(page, "Send now")
    first = code_of(page)
    page.reload()
    assert code_of(page) == first and Tip.objects.count() == 1
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", first)


def test_the_pages_that_say_not_stored_pass_axe_and_send_by_the_same_press(phone, site, monkeypatch):
    page = phone.page
    without_the_live_line(page)

    def away(*_: object) -> None:
        raise store.OperationalError

    page.goto(f"{site}/tell/")
    press(page, "No, but I am worried")
    page.get_by_label("What is happening?").fill("words")
    with monkeypatch.context() as broken:
        broken.setattr(store, "fetch", away)
        press(page, "Send now")
        expect(page.get_by_label("What you wrote")).to_have_value("words")
        assert not violations(page), violations(page)
        assert fits(page)
    press(page, "Try again")
    code = code_of(page)
    press(page, "See your report and add to it")
    page.get_by_label("Write to us").fill("and more")
    with monkeypatch.context() as broken:
        broken.setattr(store, "fetch", away)
        press(page, "Send")
        expect(page.get_by_label("Write to us")).to_have_value("and more")
        assert not violations(page), violations(page)
        assert fits(page)
    press(page, "Try again")
    assert [u.text for u in open_dialogue(code).said] == ["words", "and more"]
