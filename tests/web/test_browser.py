"""Our JavaScript in a real browser, under the real security headers: it works, and nothing is blocked."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from upstander.web.middleware import SECURITY_HEADERS

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (make install-dev)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
]
STATIC = Path(__file__).resolve().parents[2] / "src" / "upstander" / "web" / "static"
SCHOOLS = [
    {"id": "1", "name": "Lincoln Elementary", "city": "Payson", "district": "Payson CUSD 1"},
    {"id": "2", "name": "Lincoln Elementary", "city": "Quincy", "district": "Quincy SD 172"},
]
REPORT = """{% extends "upstander/public_base.html" %}{% load ui %}{% block content %}<h1>Report</h1>
{% field form.school data_picker_url=url data_picker_value="#sid" data_picker_many="{n} found" %}
<input type="hidden" id="sid">
<form method="post" action="/sent"><button class="usa-button">Next</button></form>
{% receipt "K7F2-9QXM-3TB4-W8RD" %}{% endblock %}"""
DESK = """{% extends "upstander/staff_base.html" %}{% block content %}<h1 data-count="3">Desk</h1>
<div hx-get="/fragment" hx-trigger="live:queue from:body" hx-swap="morph:innerHTML">
<p id="swaps">first</p><input id="typed" value="server"></div>
<button data-key="j" data-key-label="Judge" id="judge">J</button><textarea data-key="w" id="words"></textarea>
{% endblock %}"""


class SchoolForm(forms.Form):
    school = forms.CharField(label="Which school?")


class Site:
    """What the pages talk to; `line` is how the live line behaves."""

    line = "ok"
    event = ""
    swaps = 0
    sent = 0


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def begin(self, kind: str, body: bytes | None = None) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            for name, value in SECURITY_HEADERS:
                self.send_header(name, value)
            self.end_headers()
            if body is not None:
                self.wfile.write(body)

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/static/"):
                kinds = {
                    ".css": "text/css",
                    ".js": "text/javascript",
                    ".svg": "image/svg+xml",
                    ".ico": "image/x-icon",
                }
                file = STATIC / path.removeprefix("/static/")
                self.begin(kinds[file.suffix], file.read_bytes())
            elif path == "/fragment":
                site.swaps += 1
                self.begin(
                    "text/html",
                    f'<p id="swaps">swap {site.swaps}</p><input id="typed" value="server">'.encode(),
                )
            elif path == "/live/":
                self.live()
            else:
                known: dict[str, Any] = {"form": SchoolForm(), "live_url": "/live/", "url": "/api/v1/schools"}
                source = DESK if path == "/desk" else REPORT
                self.begin("text/html; charset=utf-8", Template(source).render(Context(known)).encode())

        def do_POST(self) -> None:
            """The picker's source: what was typed comes in the body, never in the address; or a form that is sent."""
            if self.path == "/sent":
                site.sent += 1
                return self.begin("text/html", b"<h1>Sent</h1>")
            assert self.path == "/api/v1/schools"
            assert self.rfile.read(int(self.headers["Content-Length"])).startswith(b"q=")
            self.begin("application/json", json.dumps({"schools": SCHOOLS}).encode())

        def live(self) -> None:
            self.begin("text/event-stream")
            me = site.line
            while me == site.line:
                if site.line == "ok":
                    text, site.event = site.event or "event: heartbeat\ndata: {}\n\n", ""
                    try:
                        self.wfile.write(text.encode())
                        self.wfile.flush()
                    except OSError:
                        return
                time.sleep(0.2)

    return Handler


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    one = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield one, f"http://127.0.0.1:{server.server_address[1]}"
    one.line = "over"
    server.shutdown()


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
    assert page.locator("[data-alarm-blocked]").is_visible(), (
        "no gesture yet: the desk says that it would be mute"
    )
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
