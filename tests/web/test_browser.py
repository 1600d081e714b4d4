"""Our JavaScript in a real browser, under the real security headers: it works, and nothing is blocked."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.browser import CHROMIUM
from tests.web.site import Site, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    one = Site()
    with served(one) as url:
        yield one, url


@pytest.fixture
def page() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        tab = browser.new_page(viewport={"width": 360, "height": 740})
        complaints: list[str] = []
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on(
            "console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None
        )
        yield tab
        assert complaints == []
        browser.close()


def test_the_picker_offers_and_never_forces(site: tuple[Site, str], page: Any) -> None:
    page.goto(site[1] + "/report")
    box = page.get_by_role("combobox", name="Which school?")
    box.press_sequentially("linc", delay=20)
    page.get_by_role("option").nth(1).wait_for()
    assert page.get_by_text("2 found").is_visible()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert page.locator("[aria-selected=true]").inner_text().split("\n")[1].startswith("Quincy")
    box.press("Enter")
    assert page.input_value("#sid") == "2" and box.input_value() == "Lincoln Elementary"
    box.press_sequentially(" or so")
    assert page.input_value("#sid") == "", "other words are not that school any more"


def test_the_button_below_an_open_list_can_be_pressed_and_sends_once(
    site: tuple[Site, str], page: Any
) -> None:
    """The list closes when its field loses the focus: it did so under the finger, and the button moved away from it."""
    page.goto(site[1] + "/report")
    page.get_by_role("combobox", name="Which school?").press_sequentially("linc", delay=20)
    page.get_by_role("option").nth(1).wait_for()
    page.get_by_role("button", name="Next").click(delay=250)
    page.get_by_role("heading", name="Sent").wait_for()
    page.goto(site[1] + "/report")
    page.get_by_role("button", name="Next").dblclick()
    page.get_by_role("heading", name="Sent").wait_for()
    assert site[0].sent == 2


def test_leaving_quickly_replaces_the_page_and_back_does_not_bring_it_back(
    site: tuple[Site, str], page: Any
) -> None:
    page.route(
        "https://www.weather.gov/**",
        lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"),
    )
    page.goto(site[1] + "/one")
    page.goto(site[1] + "/two")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.weather.gov/")
    page.evaluate("history.back()")
    page.wait_for_timeout(700)
    assert page.url == "https://www.weather.gov/"
    page.goto(site[1] + "/one")
    assert page.locator("h1").inner_text() == "Report", "opened afresh it is there"


def test_small_phones_need_no_sideways_scroll_and_have_large_targets(
    site: tuple[Site, str], page: Any
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site[1] + "/report")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        "[...document.querySelectorAll('.usa-button, .usa-input, .helplines a')]"
        ".filter(e => e.offsetHeight < 48).length"
    )
    assert small == 0


def test_the_desk_swaps_without_taking_words_and_keys_work(site: tuple[Site, str], page: Any) -> None:
    state, url = site
    page.goto(url + "/desk")
    assert page.title().startswith("(3) ")
    page.locator("[data-alarm-blocked]").wait_for()  # no gesture yet: the desk says that it would be mute
    page.evaluate("judge.addEventListener('click', () => { window.judged = (window.judged || 0) + 1 })")
    page.keyboard.press("j")
    assert page.evaluate("window.judged") == 1
    page.locator("[data-alarm-blocked]").wait_for(state="hidden")
    page.fill("#typed", "my words")
    state.event = 'event: queue\ndata: {"say": "One new tip"}\n\n'
    page.get_by_text("swap 1").wait_for()
    assert page.input_value("#typed") == "my words"
    assert page.evaluate("document.activeElement.id") == "typed"
    page.locator("#announce", has_text="One new tip").wait_for(state="attached")
    page.focus("#words")
    page.keyboard.press("j")
    assert page.input_value("#words") == "j" and page.evaluate("window.judged") == 1
    page.keyboard.press("Alt+j")
    assert page.evaluate("window.judged") == 2
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert "Judge" in page.locator("#shortcuts").inner_text()


@pytest.mark.slow
def test_a_silent_line_turns_the_page_red_within_15_seconds_and_heals(
    site: tuple[Site, str], page: Any
) -> None:
    state, url = site
    page.goto(url + "/desk")
    page.wait_for_timeout(1000)
    state.line = "half-open"  # the connection stands and says nothing more
    began = time.monotonic()
    page.locator("body.is-silent").wait_for(timeout=20_000)
    assert time.monotonic() - began < 17
    assert page.get_by_role("alert").filter(has_text="Live line lost").is_visible()
    state.line = "ok"
    page.locator("body:not(.is-silent)").wait_for(timeout=20_000)
    page.get_by_text("swap 1").wait_for()  # what was missed is fetched
