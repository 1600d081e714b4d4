"""The header bar says what is red: a page whose bar has no answer is red by itself, however well its live line beats."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template

from tests.web.site import Site, Visit, served
from tests.web.test_browser import page, pytestmark  # noqa: F401 - a fixture, and the marks of all that use it

PROMISE = 15.0  # seconds (docs/decisions/0086)
DESK = """{% extends "upstander/staff_base.html" %}{% block content %}<h1>Desk</h1>
<div id="bar" hx-get="/bar" hx-trigger="every 5s, live:red from:body" hx-swap="innerHTML"><p>looked</p></div>{% endblock %}"""


class Desk(Site):
    """How the bar answers: `ok`, `busy` (503 at once), or `hangs` for ever."""

    bar = "ok"
    asked = 0

    def end(self) -> None:
        super().end()
        self.bar = "ok"


class Look(Visit):
    """One request: a look at the bar, or its page."""

    site: Desk

    def do_GET(self) -> None:
        if self.path == "/desk":
            html = Template(DESK).render(Context({"live_url": "/live/"}))
            self.answer("text/html; charset=utf-8", html.encode())
        elif self.path == "/bar":
            self.bar()
        else:
            super().do_GET()

    def bar(self) -> None:
        self.site.asked += 1
        while self.site.bar == "hangs":
            time.sleep(0.1)
        if self.site.bar == "busy":
            self.send_error(503)
        else:
            self.answer("text/html", f"<p>looked {self.site.asked}</p>".encode())


@pytest.fixture
def desk() -> Iterator[tuple[Desk, str]]:
    site = Desk()
    with served(site, Look) as url:
        yield site, f"{url}/desk"


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["busy", "hangs"])
def test_a_bar_without_an_answer_turns_the_page_red_in_time_and_an_answer_calms_it(
    desk: tuple[Desk, str],
    page: Any,  # noqa: F811
    trouble: str,
) -> None:
    site, url = desk
    page.goto(url)
    page.get_by_text("looked 1").wait_for()
    site.bar, began = trouble, time.monotonic()
    page.locator("body.is-silent").wait_for(timeout=30_000)
    assert time.monotonic() - began < PROMISE
    assert page.get_by_role("alert").filter(has_text="Live line lost").is_visible()
    page.wait_for_function("document.title.startsWith('(!)')")
    site.bar = "ok"
    page.locator("body:not(.is-silent)").wait_for(timeout=20_000)


@pytest.mark.slow
def test_the_bar_is_asked_in_time_also_where_the_browser_slows_a_hidden_tabs_timers(
    desk: tuple[Desk, str],
    page: Any,  # noqa: F811
) -> None:
    """The tick of a worker is not slowed, so the look hangs on that: here the page's own timers never fire at all."""
    site, url = desk
    page.add_init_script("window.setInterval = () => 0; const wait = window.setTimeout;"
                         "window.setTimeout = (f, ms, ...more) => (ms >= 5000 ? 0 : wait(f, ms, ...more));")  # fmt: skip
    page.goto(url)
    page.get_by_text("looked 2").wait_for(timeout=20_000)
    assert page.locator("body.is-silent").count() == 0
